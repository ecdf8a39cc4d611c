// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "harness/proofsamples.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

using delivery::Notification;

constexpr TimePoint Began{std::chrono::seconds(1'795'337'858)}; // 2026-11-22T08:57:38Z
constexpr int ManyEntries = 80; // with as many characters each as are more than any limit

const QUuid &sessionId()
{
    static const QUuid id(u"1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9"_s);
    return id;
}

/// Markup of every service, mentions, fences, ends of lines and of messages, controls and marks that turn the text
/// around. All of it must arrive as text or not at all.
QString hostileText()
{
    return u"</pre></code><b>&amp;&nbsp;&#0;<!channel> <@U012AB3CD> <!subteam^S1> <https://evil.test|click> @everyone "
           u"@here "
           "@channel @all <@&123456789012345678> ```js\n*_~`[x](https://evil.test)`~_*``` |a|b|\n# head\n- item\n> "
           "quote "
           "\\* {{7*7}} ${jndi:x} %s %n '; DROP TABLE sessions; --\r\n.\r\nMAIL FROM:<x@evil.test>\r\nBcc: "
           "victim@evil.test\r\n"
           "=?utf-8?q?=0D=0ABcc:_x?= \t\t\t      far away \u0007\u001b[31mred\u001b[0m \u202Eemag\u202C \u200B\u00AD "
           "e\u0301\u0301\u0301 \U0001F469\u200D\U0001F469\u200D\U0001F467 end"_s;
}

QString longText()
{
    QString text;
    for (int i = 0; i < 120; ++i)
        text += u"gateway <%1> & \"shop\" na\u00EFve \U0001F469\u200D\U0001F469\u200D\U0001F467 "_s.arg(i);
    return text;
}

Entry entrySaying(const QString &key, const QString &text)
{
    Entry entry;
    entry.key = key;
    entry.message = text;
    entry.level = Level::Error;
    entry.loggedAt = Began + std::chrono::seconds(5);
    return entry;
}

SessionPtr sessionSaying(const QString &text, int entries)
{
    Session session;
    session.id = sessionId();
    session.source = u"shop"_s;
    session.method = u"POST"_s;
    session.path = u"/checkout"_s;
    session.code = 502;
    session.message = text;
    session.errorKey = u"payment"_s;
    session.declared = Level::Error;
    session.effective = Level::Error;
    session.startedAt = Began;
    session.endedAt = Began + std::chrono::seconds(5);
    session.elapsed = std::chrono::seconds(5);
    Section errors{.name = u"error_logs"_s, .level = Level::Error, .entries = {}};
    for (int i = 0; i < entries; ++i)
        errors.entries.append(
            entrySaying(i == 0 ? u"payment"_s : u"payment %1 %2"_s.arg(QString::number(i), text.left(20)), text));
    session.sections.append(errors);
    return std::make_shared<const Session>(session);
}

QByteArray documentSaying(const QString &text, int entries)
{
    QJsonObject errors;
    for (int i = 0; i < entries; ++i)
        errors.insert(u"payment %1"_s.arg(i), QJsonObject{{u"message"_s, text}, {u"log_level"_s, u"error"_s}});
    return QJsonDocument(
               QJsonObject{{u"alert_id"_s, sessionId().toString(QUuid::WithoutBraces)}, {u"error_logs"_s, errors}})
        .toJson(QJsonDocument::Compact);
}

Notification about(const QString &text, int entries)
{
    Notification notification;
    notification.message = u"POST /checkout is failing: "_s + text.left(200);
    notification.session = sessionSaying(text, entries);
    notification.document = documentSaying(text, entries);
    notification.hidden = {
        {.rule = u"email address"_s, .where = u"/api_logs/user"_s, .marker = u"[hidden: email address]"_s}};
    notification.scope = Scope::WholeLog;
    notification.count = 23;
    notification.link = u"https://console.harness.test/s/1a2b3c4d?a=1&b=2"_s;
    notification.told = {u"Slack #ops"_s, u"Email ops@harness.test and 2 more"_s};
    notification.next = u"Nora is called at 09:07 unless somebody acknowledges."_s;
    Incident incident;
    incident.id = QUuid(u"0f0e0d0c-0b0a-4908-8706-050403020100"_s);
    incident.title = u"POST /checkout"_s;
    incident.level = Level::Error;
    incident.openedAt = Began - std::chrono::minutes(12);
    incident.lastSeenAt = Began + std::chrono::seconds(5);
    incident.count = 23;
    notification.incident = incident;
    return notification;
}

} // namespace

std::span<const Matter> matters()
{
    static constexpr std::array All{Matter::Ordinary, Matter::Hostile, Matter::Long,    Matter::Plain,
                                    Matter::Digest,   Matter::Drill,   Matter::FollowUp};
    return All;
}

QString matterName(Matter matter)
{
    switch (matter) {
    case Matter::Ordinary:
        return u"an ordinary session"_s;
    case Matter::Hostile:
        return u"a hostile session"_s;
    case Matter::Long:
        return u"an over-long session"_s;
    case Matter::Plain:
        return u"short plain text"_s;
    case Matter::Digest:
        return u"a digest"_s;
    case Matter::Drill:
        return u"a drill"_s;
    case Matter::FollowUp:
        return u"a follow-up"_s;
    }
    return {};
}

Notification sampleOf(Matter matter, const Notification::Earlier &earlier)
{
    const QString usual = u"upstream request timeout after 5000 ms"_s;
    Notification notification = about(matter == Matter::Hostile ? hostileText()
                                      : matter == Matter::Long  ? longText()
                                                                : usual,
                                      matter == Matter::Long ? ManyEntries : 2);
    switch (matter) {
    case Matter::Ordinary:
    case Matter::Hostile:
    case Matter::Long:
        break;
    case Matter::Plain:
        notification.plain = true;
        notification.session.reset();
        notification.document.clear();
        break;
    case Matter::Digest:
        notification.reason = Reason::Digest;
        notification.session.reset();
        notification.document.clear();
        notification.incident.reset();
        for (int i = 0; i < 12; ++i)
            notification.joined.append(
                {.title = u"POST /checkout/%1 <b>&"_s.arg(i), .level = Level::Error, .count = 3});
        break;
    case Matter::Drill:
        notification.reason = Reason::Drill;
        notification.message = u"This is a drill."_s;
        notification.session.reset();
        notification.document.clear();
        notification.incident.reset();
        notification.count = 1;
        break;
    case Matter::FollowUp:
        notification.reason = Reason::Acknowledged;
        notification.by = u"Nora"_s;
        notification.earlier = earlier;
        break;
    }
    return notification;
}

} // namespace escalite::harness
