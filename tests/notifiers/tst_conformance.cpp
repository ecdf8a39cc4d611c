// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What every notifier must do, tried with each there is by the conformance kit; what only ours must do besides.

#include "harness/conformance.h"
#include "harness/rawserver.h"
#include "notifiers/builtin.h"
#include "notifiers/samples.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

class tst_Conformance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void conforms_data() { everyType(); }
    void conforms()
    {
        const NotifierType &type = *typeNow();
        // There may be no desktop here.
        const bool mustTake = qstrcmp(type.id, "desktop") != 0;
        const auto checks =
            harness::conform({.type = &type, .config = harness::exampleConfig(type), .mustTake = mustTake});
        QStringList wrong;
        for (const harness::ConformanceCheck &check : checks) {
            if (!check.passed())
                wrong.append(check.name + u": "_s + check.wrong);
            if (!check.skipped.isEmpty())
                wrong.append(check.name + u" was skipped: "_s + check.skipped);
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
        QVERIFY(checks.size() > 15);
    }

    void saysHowItMissesKeys_data() { everyType(); }
    void saysHowItMissesKeys()
    {
        QVERIFY(typeNow()->missing);
        QVERIFY(QByteArray(typeNow()->missing).contains("%1"));
    }

    void rendersHostileTexts_data() { everyType(); }
    void rendersHostileTexts()
    {
        const NotifierType &type = *typeNow();
        const ConfiguredNotifier notifier = configured(type, 9);
        for (const QString &text : hostileTexts()) {
            const Notification notification = notificationOf(sessionSaying(text, 3));
            const Rendered rendered = type.render(notification, notifier.config, Now, DeliveryId);
            QCOMPARE(rendered.hidden, notification.hidden);
            QVERIFY(!rendered.body.isEmpty() && !rendered.body.contains('\0'));
            QVERIFY(rendered.limit == 0 || rendered.length <= rendered.limit);
            QVERIFY(rendered.text.isValidUtf16());
        }
    }

    void tellsWhatIsCut_data() { everyType(); }
    void tellsWhatIsCut()
    {
        const NotifierType &type = *typeNow();
        Notification notification =
            notificationOf(sessionSaying(u"<&> 👩‍👩‍👧‍👦 "_s.repeated(300), 2000));
        notification.message = u"<&>"_s.repeated(5000);
        QVERIFY(type.render(notification, configured(type, 9).config, Now, DeliveryId).cut);
    }

    void doesNotTakeAnotherPageForSuccess_data() { everyType(); }
    void doesNotTakeAnotherPageForSuccess()
    {
        const NotifierType &type = *typeNow();
        if (!QJsonDocument(harness::exampleConfig(type)).toJson().contains("{harness}"))
            QSKIP("not by HTTP");
        if (qstrcmp(type.id, "webhook") == 0)
            QSKIP("any 2xx is the yes of a receiver of webhooks, whatever it writes");
        for (const QByteArray &body : {"<html>Welcome to the hotel</html>"_ba, "ok\n<html>"_ba, "{\"ok\":false}"_ba,
                                       "{}"_ba, ""_ba, "null"_ba, "[1]"_ba}) {
            if (body.isEmpty() && qstrcmp(type.id, "alertmanager") == 0)
                continue; // That is its yes.
            harness::RawServer server;
            server.answer = "HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
            const ConfiguredNotifier notifier = configured(type, server.serverPort());
            const std::unique_ptr<Sender> sender = type.create(notifier.config);
            std::optional<Outcome> outcome;
            sender->send(
                type.render(notificationOf(sessionSaying(u"card declined"_s)), notifier.config, Now, DeliveryId),
                {.delivery = DeliveryId, .timeout = 10s}, [&](const Outcome &came) { outcome = came; });
            QVERIFY(QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000));
            QVERIFY2(outcome->kind != Kind::Delivered && outcome->kind != Kind::Accepted,
                     (body + ": " + outcome->detail.toUtf8()).constData());
        }
    }

private:
    static ConfiguredNotifier configured(const NotifierType &type, int port)
    {
        QJsonObject config = harness::filledConfig(harness::exampleConfig(type), port);
        Problems problems;
        const QJsonArray array{QJsonObject{{u"type"_s, QString::fromLatin1(type.id)}, {u"config"_s, config}}};
        const auto notifiers = notifiers::builtinCatalogue().read(array, u"/notifiers"_s, problems);
        for (const Problem &problem : std::as_const(problems))
            qWarning("%s: %s", qPrintable(problem.pointer), qPrintable(problem.message));
        return notifiers.value(0);
    }
    static void everyType()
    {
        QTest::addColumn<const NotifierType *>("type");
        for (const NotifierType *type : notifiers::builtin())
            QTest::newRow(type->id) << type;
    }
    static const NotifierType *typeNow()
    {
        return *static_cast<const NotifierType **>(QTest::qData("type", qMetaTypeId<const NotifierType *>()));
    }
};

QTEST_GUILESS_MAIN(tst_Conformance)
#include "tst_conformance.moc"
