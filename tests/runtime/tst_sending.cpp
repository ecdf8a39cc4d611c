// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is sent is what was shown, and what is sent again is linked to what it came from: through every service that
// the harness plays.

#include "consolehouse.h"

#include <QTest>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Waits for the answer of something that is asked with a callback.
template<typename T, typename Ask>
Result<T> answerTo(Ask ask)
{
    std::optional<Result<T>> answer;
    ask([&answer](const Result<T> &given) { answer.emplace(given); });
    if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, Patience))
        return Error{ErrorCode::Unavailable, u"No answer came."_s};
    return *answer;
}

Result<QUuid> testSent(House &house, const QString &notifier)
{
    return answerTo<QUuid>([&](auto done) { house.console().sendTest(notifier, &house.console(), done); });
}

Delivery find(const QList<Delivery> &deliveries, const QUuid &id)
{
    const auto found = std::find_if(deliveries.begin(), deliveries.end(),
                                    [&id](const Delivery &delivery) { return delivery.id == id; });
    return found == deliveries.end() ? Delivery() : *found;
}

/// \a body without the credential that PagerDuty has in it: it is put in at the attempt, in place of a mark.
QByteArray withoutCredential(const QByteArray &body, const QString &type)
{
    if (type != "pagerduty"_L1)
        return body;
    QJsonObject event = QJsonDocument::fromJson(body).object();
    event.remove(u"routing_key"_s);
    return QJsonDocument(event).toJson();
}

/// Bodies of what came at the service of \a type.
QList<QByteArray> bodies(House &house, const QString &type)
{
    QList<QByteArray> all;
    if (type == "email"_L1) {
        for (const harness::ReceivedMail &mail : house.mails())
            all << mail.message;
    } else {
        for (const harness::Received &message : house.mocks().service(type)->messages())
            all << withoutCredential(message.request.body, type);
    }
    return all;
}

} // namespace

class tst_sending : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsThroughEveryServiceTheBytesThatWereShown()
    {
        House house({.rules = {QJsonObject{{u"id"_s, u"all"_s}, {u"name"_s, u"All"_s}, {u"level"_s, u"error"_s}}},
                     .times = {{u"undo"_s, u"0 s"_s}},
                     .types = {}});
        house.open();
        const QUuid session = QUuid::createUuid();
        QCOMPARE(house.post(document(u"shop"_s, session.toString(QUuid::WithoutBraces))), 201);
        // The rule's own messages come first, so that there is an earlier one of the same incident.
        QTRY_VERIFY_WITH_TIMEOUT(house.everyDeliverySucceeded(), Patience);
        QHash<QString, qsizetype> before;
        const QStringList types = harness::MockServices::types();
        for (const QString &type : types)
            before.insert(type, bodies(house, type).size());

        const auto draft = answerTo<runtime::Draft>(
            [&](auto done) { house.console().draftEscalation({session}, {}, &house.console(), done); });
        QVERIFY2(draft, draft ? "" : qPrintable(draft.error().message));
        QVERIFY(draft->incident);
        QStringList names;
        for (const auto &[name, delivery] : draft->deliveries)
            names << name;
        const auto shown = [&] {
            std::optional<QList<engine::Prepared>> prepared;
            house.console().preview(*draft, u"Please look, naïvely: <b> & {{x}}"_s, Scope::FailingCalls, names,
                                    &house.console(), [&](const auto &made) { prepared = made; });
            return QTest::qWaitFor([&] { return prepared.has_value(); }, Patience) ? *prepared
                                                                                   : QList<engine::Prepared>();
        };
        const QList<engine::Prepared> first = shown();
        QCOMPARE(first.size(), types.size());
        // What happens meanwhile changes nothing: neither another word of the session's incident …
        QCOMPARE(house.post(document(u"shop"_s)), 201);
        const QList<engine::Prepared> again = shown();
        for (qsizetype i = 0; i < first.size(); ++i)
            QVERIFY2(again[i].rendered == first[i].rendered, qPrintable(first[i].notifier));
        // … nor that somebody answers.
        house.console().post({.request = draft->request,
                              .by = u"ada"_s,
                              .what = engine::EscalateNow{.sessions = draft->sessions,
                                                          .incident = draft->incident,
                                                          .message = u"Please look, naïvely: <b> & {{x}}"_s,
                                                          .title = draft->title,
                                                          .level = static_cast<quint8>(draft->level),
                                                          .to = first}},
                             nullptr, {});
        for (const engine::Prepared &prepared : first) {
            const auto setup = answerTo<runtime::NotifierSetup>(
                [&](auto done) { house.console().loadNotifier(prepared.notifier, &house.console(), done); });
            QVERIFY2(setup, qPrintable(prepared.notifier));
            const QString type = setup->type;
            QTRY_VERIFY2_WITH_TIMEOUT(bodies(house, type)
                                          .sliced(before.value(type))
                                          .contains(withoutCredential(prepared.rendered.body, type)),
                                      qPrintable(type), Patience);
        }
    }

    void replaysTheVeryBytes()
    {
        House house;
        house.open();
        const auto sent = testSent(house, u"Slack"_s);
        QVERIFY(sent);
        QTRY_COMPARE_WITH_TIMEOUT(house.chat.messages().size(), 1, Patience);
        const auto again =
            answerTo<QUuid>([&](auto done) { house.console().replay(*sent, {}, &house.console(), done); });
        QVERIFY2(again, again ? "" : qPrintable(again.error().message));
        QVERIFY(*again != *sent);
        QTRY_COMPARE_WITH_TIMEOUT(house.chat.messages().size(), 2, Patience);
        QCOMPARE(house.chat.messages()[1].request.body, house.chat.messages()[0].request.body);
        const QList<Delivery> all = house.deliveries();
        QCOMPARE(find(all, *again).relation, Relation::Replay);
        QCOMPARE(find(all, *again).replaces, std::optional(*sent));
        // Bytes for one kind of service mean nothing to another.
        const auto other =
            answerTo<QUuid>([&](auto done) { house.console().replay(*sent, u"Email"_s, &house.console(), done); });
        QVERIFY(!other);
        QVERIFY2(other.error().message.contains(u"another kind"_s), qPrintable(other.error().message));
        QVERIFY(!answerTo<QUuid>(
            [&](auto done) { house.console().replay(QUuid::createUuid(), {}, &house.console(), done); }));
    }

    void tellsTheSameAnotherWay()
    {
        House house;
        house.open();
        const auto sent = testSent(house, u"Slack"_s);
        QVERIFY(sent);
        const auto mailed = answerTo<QUuid>(
            [&](auto done) { house.console().sendAnotherWay(*sent, u"Email"_s, &house.console(), done); });
        QVERIFY2(mailed, mailed ? "" : qPrintable(mailed.error().message));
        QTRY_COMPARE_WITH_TIMEOUT(house.mails().size(), 1, Patience);
        QVERIFY(house.mails()[0].message.contains("Test"));
        QCOMPARE(find(house.deliveries(), *mailed).relation, Relation::AnotherWay);
        const auto detail = answerTo<runtime::DeliveryDetail>(
            [&](auto done) { house.console().loadDelivery(*sent, &house.console(), done); });
        QVERIFY(detail);
        QCOMPARE(detail->related.size(), 1);
        QCOMPARE(detail->related[0].id, *mailed);
        const auto nobody = answerTo<QUuid>(
            [&](auto done) { house.console().sendAnotherWay(*sent, u"Pigeon"_s, &house.console(), done); });
        QVERIFY(!nobody && nobody.error().message.contains(u"Pigeon"_s));
    }

    void draftsTheSameInTheSameWords()
    {
        House house;
        house.open();
        const engine::Command command = house.escalation();
        house.console().post(command, nullptr, {});
        QTRY_COMPARE_WITH_TIMEOUT(house.deliveries().size(), 2, Patience);
        const QList<Delivery> all = house.deliveries();
        const auto mine = std::find_if(all.begin(), all.end(), [&](const Delivery &delivery) {
            return delivery.id == std::get<engine::EscalateNow>(command.what).to.constFirst().delivery;
        });
        QVERIFY(mine != all.end());
        const auto draft =
            answerTo<runtime::Draft>([&](auto done) { house.console().draftAgain(mine->id, &house.console(), done); });
        QVERIFY2(draft, draft ? "" : qPrintable(draft.error().message));
        QCOMPARE(draft->message, u"Please look, naïvely: ok?"_s);
        QCOMPARE(draft->again, std::optional(mine->id));
        QCOMPARE(draft->preselected, QStringList{mine->notifier});
        QVERIFY(draft->request != command.request);
    }

    void writesDeliveriesToAFile_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("CSV") << u"out.csv"_s;
        QTest::newRow("NDJSON") << u"out.ndjson"_s;
    }
    void writesDeliveriesToAFile()
    {
        QFETCH(const QString, file);
        House house;
        house.open();
        QVERIFY(testSent(house, u"Slack"_s) && testSent(house, u"Email"_s));
        QTRY_VERIFY_WITH_TIMEOUT(house.everyDeliverySucceeded() && house.deliveries().size() == 2, Patience);
        const QString path = house.path(file);
        const auto count = answerTo<int>(
            [&](auto done) { house.console().exportDeliveries(path, TimePoint(), &house.console(), done); });
        QVERIFY2(count, count ? "" : qPrintable(count.error().message));
        QCOMPARE(*count, 2);
        const QByteArray text = contents(path);
        QCOMPARE(text.count('\n'), file.endsWith("csv"_L1) ? 3 : 2);
        QVERIFY(text.contains("Slack") && text.contains("delivered") && text.contains("Test"));
        QVERIFY(!text.contains(house.chat.url().section(u'/', -1).toUtf8())); // The webhook's secret.
        QCOMPARE(QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        const auto wrong = answerTo<int>([&](auto done) {
            house.console().exportDeliveries(house.path(u"out.xls"_s), TimePoint(), &house.console(), done);
        });
        QVERIFY(!wrong);
        QVERIFY(!QFile::exists(house.path(u"out.xls"_s)));
    }

    void putsASavedNotifierInForce()
    {
        House house;
        house.open();
        const auto setup = answerTo<runtime::NotifierSetup>(
            [&](auto done) { house.console().loadNotifier(u"Slack"_s, &house.console(), done); });
        QVERIFY(setup);
        runtime::NotifierSetup changed = *setup;
        changed.name = u"Chat"_s;
        changed.config.insert(u"webhook_url"_s, house.chat.url());
        std::optional<Problems> problems;
        house.console().saveNotifier(changed, u"Slack"_s, this, [&](const Problems &found) { problems = found; });
        QTRY_VERIFY_WITH_TIMEOUT(problems.has_value(), Patience);
        QVERIFY2(!hasErrors(*problems), problems->isEmpty() ? "" : qPrintable(problems->constFirst().message));
        QCOMPARE(house.console().configuration().notifiers, QStringList({u"Chat"_s, u"Email"_s}));
        QVERIFY(testSent(house, u"Chat"_s));
        QTRY_COMPARE_WITH_TIMEOUT(house.chat.messages().size(), 1, Patience);

        std::optional<std::optional<Error>> removed;
        house.console().removeNotifier(u"Chat"_s, this, [&](const std::optional<Error> &error) { removed = error; });
        QTRY_VERIFY_WITH_TIMEOUT(removed.has_value(), Patience);
        QVERIFY2(!*removed, *removed ? qPrintable((*removed)->message) : "");
        QCOMPARE(house.console().configuration().notifiers, QStringList{u"Email"_s});
        QVERIFY(QDir(house.path(u"config/secrets"_s)).isEmpty());

        changed.config.insert(u"webhook_url"_s, u"nowhere"_s);
        problems.reset();
        house.console().saveNotifier(changed, {}, this, [&](const Problems &found) { problems = found; });
        QTRY_VERIFY_WITH_TIMEOUT(problems.has_value(), Patience);
        QVERIFY(hasErrors(*problems));
        QCOMPARE(problems->constFirst().pointer, u"/config/webhook_url"_s);
        QCOMPARE(house.console().configuration().notifiers, QStringList{u"Email"_s});
    }

    void takesWhatWaitsAlongToANewName()
    {
        House house({.rules = {QJsonObject{{u"id"_s, u"all"_s},
                                           {u"name"_s, u"All"_s},
                                           {u"level"_s, u"error"_s},
                                           {u"notify"_s, QJsonArray{u"Slack"_s}}}}});
        house.open();
        house.chat.setFault(harness::Fault::Unavailable);
        QCOMPARE(house.post(document(u"shop"_s)), 201);
        QTRY_VERIFY_WITH_TIMEOUT(house.chat.connections() > 0, Patience);

        const auto setup = answerTo<runtime::NotifierSetup>(
            [&](auto done) { house.console().loadNotifier(u"Slack"_s, &house.console(), done); });
        QVERIFY(setup);
        runtime::NotifierSetup renamed = *setup;
        renamed.name = u"Chat"_s;
        std::optional<Problems> problems;
        house.console().saveNotifier(renamed, u"Slack"_s, this, [&](const Problems &found) { problems = found; });
        QTRY_VERIFY_WITH_TIMEOUT(problems.has_value(), Patience);
        QVERIFY2(!hasErrors(*problems), problems->isEmpty() ? "" : qPrintable(problems->constFirst().message));
        house.chat.setFault(harness::Fault::None);
        QTRY_VERIFY_WITH_TIMEOUT(house.everyDeliverySucceeded(), Patience);
        QCOMPARE(house.deliveries().size(), 1);
        QCOMPARE(house.deliveries().constFirst().notifier, u"Chat"_s);
        QTRY_COMPARE_WITH_TIMEOUT(house.console().openIncidents().constFirst().notifiers, QStringList{u"Chat"_s},
                                  Patience);
        QCOMPARE(house.console().openIncidents().constFirst().told, QStringList{u"Chat"_s});
        QCOMPARE(house.console().notifiers().constFirst().words.left(5), u"Ready"_s);
    }

    void showsWhatANotifierWouldSay()
    {
        House house;
        house.open();
        const runtime::NotifierSetup setup{.name = u"New"_s, .type = u"slack"_s};
        const auto preview = [&] {
            return answerTo<Rendered>(
                [&](auto done) { house.console().previewNotifier(setup, {}, &house.console(), done); });
        };
        const auto sample = preview();
        QVERIFY2(sample, sample ? "" : qPrintable(sample.error().message));
        QVERIFY2(sample->text.contains(u"payment-gateway"_s), qPrintable(sample->text));
        QCOMPARE(house.post(document(u"shop"_s)), 201);
        const auto real = preview();
        QVERIFY(real);
        QVERIFY2(real->text.contains(u"gateway timeout"_s), qPrintable(real->text));
        QVERIFY(!answerTo<Rendered>(
            [&](auto done) { house.console().previewNotifier(setup, QUuid::createUuid(), &house.console(), done); }));
    }

    void remembersWhatWasProvenAcrossARestart()
    {
        House house;
        house.open();
        QVERIFY(house.console().notifiers()[0].provenLongAgo);
        QVERIFY(testSent(house, u"Slack"_s));
        QTRY_VERIFY_WITH_TIMEOUT(house.console().notifiers()[0].lastSuccess.has_value(), Patience);
        house.open();
        QTRY_VERIFY_WITH_TIMEOUT(house.console().notifiers()[0].lastSuccess.has_value(), Patience);
        QVERIFY(!house.console().notifiers()[0].provenLongAgo);
        QVERIFY(house.console().notifiers()[1].provenLongAgo);
    }

    void tellsTheFallbackWhenADeliveryFailedForGood()
    {
        House house({.rules = {QJsonObject{{u"id"_s, u"all"_s},
                                           {u"name"_s, u"All"_s},
                                           {u"level"_s, u"error"_s},
                                           {u"notify"_s, QJsonArray{u"Slack"_s}}}},
                     .options = {{u"slack"_s, {{u"fallback"_s, u"Email"_s}, {u"give_up"_s, u"1 s"_s}}}}});
        house.open();
        house.chat.setFault(harness::Fault::Unavailable);
        QVERIFY(testSent(house, u"Slack"_s)); // A test that fails is nobody's business.
        QCOMPARE(house.post(document(u"shop"_s)), 201);
        QTRY_COMPARE_WITH_TIMEOUT(house.mails().size(), 1, Patience);
        QTRY_VERIFY_WITH_TIMEOUT(!house.everyDeliveryIs(DeliveryState::Queued) && house.deliveries().size() == 3,
                                 Patience);
        const QList<Delivery> all = house.deliveries();
        const auto told = std::find_if(
            all.begin(), all.end(), [](const Delivery &delivery) { return delivery.relation == Relation::Fallback; });
        QVERIFY(told != all.end());
        QCOMPARE(told->notifier, u"Email"_s);
        const auto detail = answerTo<runtime::DeliveryDetail>(
            [&](auto done) { house.console().loadDelivery(*told->replaces, &house.console(), done); });
        QVERIFY(detail);
        QCOMPARE(detail->delivery.reason, u"expired"_s);
        QCOMPARE(detail->fallback, u"Email"_s);
    }

    void drillsBySchedule()
    {
        House house({.options = {{u"email"_s, {{u"drill_every"_s, u"1 s"_s}}}}});
        house.open();
        QTRY_VERIFY_WITH_TIMEOUT(house.mails().size() >= 2, Patience);
        QVERIFY(house.mails()[0].message.contains("Drill"));
        QVERIFY(house.console().notifiers()[1].nextDrill);
        QVERIFY(!house.console().notifiers()[0].nextDrill);
        QCOMPARE(house.chat.connections(), 0);
    }

    void joinsWhatIsTooMuch()
    {
        House house({.rules = {QJsonObject{{u"id"_s, u"all"_s},
                                           {u"name"_s, u"All"_s},
                                           {u"level"_s, u"error"_s},
                                           {u"notify"_s, QJsonArray{u"Slack"_s}}}},
                     .options = {{u"slack"_s, {{u"send_at_most"_s, 2}}}}});
        house.start();
        house.console().setSendingOnHold(true);
        QTRY_VERIFY_WITH_TIMEOUT(house.console().status().endpoint.listening, Patience);
        for (int i = 0; i < 6; ++i)
            QCOMPARE(house.post(document(u"shop-%1"_s.arg(i))), 201);
        QTRY_COMPARE_WITH_TIMEOUT(house.deliveries().size(), 6, Patience);
        house.console().setSendingOnHold(false);
        const auto digest = [&] {
            const QList<Delivery> all = house.deliveries();
            const auto found = std::find_if(all.begin(), all.end(), [](const Delivery &one) { return one.count > 1; });
            return found == all.end() ? Delivery() : *found;
        };
        QTRY_COMPARE_WITH_TIMEOUT(digest().state, DeliveryState::Delivered, Patience);
        const QList<Delivery> all = house.deliveries();
        const auto joined = std::count_if(all.begin(), all.end(), [](const Delivery &delivery) {
            return delivery.state == DeliveryState::Suppressed && delivery.reason == u"joined"_s;
        });
        QCOMPARE(static_cast<quint64>(joined), digest().count);
        QVERIFY(joined >= 4);
        QVERIFY(digest().rendered.text.contains(u"shop"_s) || digest().rendered.text.contains(u"/checkout"_s));
    }

    void answersWhenItsStoreCannotBeOpened()
    {
        House house;
        QVERIFY(QDir().mkpath(house.path(u"data/state.sqlite"_s))); // A folder in the file's place.
        house.start();
        const auto early =
            answerTo<QList<Delivery>>([&](auto done) { house.console().loadDeliveries(&house.console(), done); });
        QVERIFY(!early && !early.error().message.isEmpty());
        const auto late =
            answerTo<QList<Delivery>>([&](auto done) { house.console().loadDeliveries(&house.console(), done); });
        QVERIFY(!late);
        QCOMPARE(late.error().message, early.error().message);
        QVERIFY(!testSent(house, u"Slack"_s));
    }
};

QTEST_GUILESS_MAIN(tst_sending)
#include "tst_sending.moc"
