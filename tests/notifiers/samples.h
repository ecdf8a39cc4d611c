// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Notifications for the tests of notifiers: usual, hostile, huge, without a session.

#pragma once

#include "delivery/notifier.h"

namespace escalite::tests {

inline const QUuid DeliveryId(QStringLiteral("6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a01"));
inline const QUuid SessionId(QStringLiteral("1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9"));
inline const QUuid IncidentId(QStringLiteral("0f0e0d0c-0b0a-4908-8706-050403020100"));
inline const TimePoint Now = *timePointFromRfc3339(u"2026-11-22T08:57:43.728Z");

/// One session whose error says \a text, \a entries times.
inline SessionPtr sessionSaying(const QString &text, int entries = 1)
{
    using namespace Qt::StringLiterals;
    Session session;
    session.id = SessionId;
    session.source = u"shop"_s;
    session.method = u"POST"_s;
    session.path = u"/checkout"_s;
    session.code = 502;
    session.message = text;
    session.errorKey = u"payment"_s;
    session.declared = Level::Error;
    session.effective = Level::Error;
    session.startedAt = *timePointFromRfc3339(u"2026-11-22T08:57:38Z");
    session.endedAt = Now;
    session.elapsed = std::chrono::milliseconds(5012);
    Section errors{.name = u"error_logs"_s, .level = Level::Error, .entries = {}};
    for (int i = 0; i < entries; ++i) {
        Entry entry;
        entry.key = u"payment %1"_s.arg(i);
        entry.message = text;
        entry.level = Level::Error;
        entry.loggedAt = Now;
        errors.entries.append(entry);
    }
    session.sections.append(errors);
    return std::make_shared<const Session>(session);
}

inline delivery::Notification notificationOf(const SessionPtr &session)
{
    using namespace Qt::StringLiterals;
    delivery::Notification notification;
    notification.message = u"POST /checkout is failing"_s;
    notification.session = session;
    notification.document = "{\"alert_id\":\"" + SessionId.toByteArray(QUuid::WithoutBraces) + "\"}";
    notification.hidden = {
        {.rule = u"email address"_s, .where = u"/api_logs/user"_s, .marker = u"[hidden: email address]"_s}};
    notification.scope = Scope::WholeLog;
    notification.count = 23;
    notification.link = u"https://console.acme.test/s/1a2b3c4d?a=1&b=<2>|3"_s;
    Incident incident;
    incident.id = IncidentId;
    incident.title = u"POST /checkout"_s;
    incident.level = Level::Error;
    incident.message = session ? session->message : QString();
    incident.openedAt = *timePointFromRfc3339(u"2026-11-22T08:50:00Z");
    incident.count = 42;
    incident.worstSession = SessionId;
    notification.incident = incident;
    return notification;
}

/// Texts that mean something to a service, if let.
inline QStringList hostileTexts()
{
    using namespace Qt::StringLiterals;
    return {u"<!channel> <!here> <@U123> <#C123> <http://evil.example|click> & &lt; ```fence``` *b* _i_ ~s~"_s,
            u"=?utf-8?q?=0D=0ABcc:=20evil@example.org?="_s,
            u"a\r\nBcc: evil@example.org\r\n\r\n.\r\nMAIL FROM:<x>"_s,
            u"</pre><script>alert(1)</script><img src=x onerror=y>"_s,
            u"zero\0byte \x1b[31mred \u202Eevil \u2066x"_s,
            u"👩‍👩‍👧‍👦"_s.repeated(60),
            u"``` ```` `````"_s,
            u"&&&&<<<<>>>>"_s.repeated(400),
            QString(20'000, u'x')};
}

} // namespace escalite::tests
