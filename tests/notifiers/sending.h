// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the tests of single notifiers share: the type by name, its configuration as read, one attempt against a server
// of this machine.

#pragma once

#include "harness/rawserver.h"
#include "notifiers/builtin.h"
#include "notifiers/samples.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

namespace escalite::tests {

inline const delivery::NotifierType &typeNamed(QStringView id)
{
    static const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
    return *catalogue.find(id);
}

/// As the catalogue reads it; \a problems gets what is wrong.
inline delivery::ConfiguredNotifier readNotifier(const char *type, const QJsonObject &config, Problems &problems)
{
    using namespace Qt::StringLiterals;
    const QJsonArray array{QJsonObject{{u"type"_s, QString::fromLatin1(type)}, {u"config"_s, config}}};
    return notifiers::builtinCatalogue().read(array, {}, problems).value(0);
}

inline delivery::ConfiguredNotifier readNotifier(const char *type, const QJsonObject &config)
{
    Problems problems;
    const delivery::ConfiguredNotifier notifier = readNotifier(type, config, problems);
    if (!problems.isEmpty())
        qFatal("%s: %s", qPrintable(problems.constFirst().pointer), qPrintable(problems.constFirst().message));
    return notifier;
}

/// What the catalogue says first of a wrong configuration; empty when it is right.
inline QString complaintOf(const char *type, const QJsonObject &config)
{
    Problems problems;
    (void)readNotifier(type, config, problems);
    return problems.isEmpty() ? QString() : problems.constFirst().message;
}

inline Rendered rendered(const delivery::ConfiguredNotifier &notifier, const delivery::Notification &notification)
{
    return notifier.type->render(notification, notifier.config, Now, DeliveryId);
}

inline QJsonObject jsonOf(const QByteArray &body)
{
    QJsonParseError error;
    const QJsonObject object = QJsonDocument::fromJson(body, &error).object();
    if (error.error != QJsonParseError::NoError)
        qFatal("no JSON: %s", qPrintable(error.errorString()));
    return object;
}

inline QByteArray answerOf(int status, const QByteArray &body, const QByteArray &headers = {})
{
    return "HTTP/1.1 " + QByteArray::number(status) + " X\r\n" + headers
           + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

inline Outcome sendOnce(const delivery::ConfiguredNotifier &notifier, const delivery::Notification &notification)
{
    const std::unique_ptr<delivery::Sender> sender = notifier.type->create(notifier.config);
    std::optional<Outcome> outcome;
    sender->send(rendered(notifier, notification),
                 {.delivery = DeliveryId, .count = notification.count, .timeout = std::chrono::seconds(10)},
                 [&](const Outcome &came) { outcome = came; });
    if (!QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000))
        qFatal("no outcome");
    return *outcome;
}

/// The value of header \a name of the raw \a request.
inline QByteArray headerOf(const QByteArray &request, const QByteArray &name)
{
    const QList<QByteArray> lines = request.first(request.indexOf("\r\n\r\n")).split('\n');
    for (const QByteArray &line : lines) {
        if (line.toLower().startsWith(name.toLower() + ": "))
            return line.sliced(name.size() + 2).trimmed();
    }
    return {};
}

/// Rows of a column "notification": whatever may come, rich and plain.
inline void addNotifications()
{
    using namespace Qt::StringLiterals;
    QTest::addColumn<delivery::Notification>("notification");
    QStringList texts = hostileTexts();
    texts.append(u"card declined"_s);
    texts.append(u"**__~~||@everyone [x](http://y) <@&1> @channel\n# > # 1. \\"_s.repeated(100));
    int number = 0;
    for (const QString &text : std::as_const(texts)) {
        for (const int entries : {0, 1, 40, 3000}) {
            delivery::Notification notification = notificationOf(sessionSaying(text, entries));
            notification.message = text;
            notification.by = text;
            notification.incident->title = text;
            QTest::addRow("text %d, %d entries", number, entries) << notification;
            notification.plain = true;
            QTest::addRow("text %d, %d entries, plain", number, entries) << notification;
        }
        ++number;
    }
    delivery::Notification empty = notificationOf(nullptr);
    empty.message.clear();
    empty.link.clear();
    empty.incident.reset();
    QTest::newRow("next to nothing") << empty;
    delivery::Notification link = notificationOf(nullptr);
    link.link = u"https://console.test/"_s + QString(5000, u'a');
    QTest::newRow("an endless link") << link;
    delivery::Notification drill;
    drill.reason = Reason::Drill;
    drill.message = u"A test."_s;
    QTest::newRow("drill") << drill;
}

inline QByteArray kindText(const Outcome &outcome)
{
    return outcomeName(outcome.kind).toUtf8() + ": " + outcome.detail.toUtf8();
}

} // namespace escalite::tests
