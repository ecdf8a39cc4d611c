// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Sessions as no two services write them: odd Unicode, markup, mentions, huge values, deep nesting. The same each time.

#pragma once

#include "ingest/sessiondecoder.h"
#include "message/redaction.h"
#include "notifiers/samples.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <random>

namespace escalite::tests {

class Generated
{
public:
    explicit Generated(unsigned seed) : m_random(seed) {}

    /// A document as a service sends it.
    QByteArray document()
    {
        using namespace Qt::StringLiterals;
        QJsonObject api{{u"request_path"_s, entry(u"/"_s + text(), u"info"_s)},
                        {u"request_method"_s, entry(u"POST"_s, u"info"_s)},
                        {u"response_status"_s, entry(int(200 + below(400)), u"info"_s)}};
        QJsonObject services;
        QJsonObject errors;
        QJsonObject own;
        for (unsigned i = below(6); i > 0; --i)
            services.insert(text(60) + u" #%1"_s.arg(i), entry(value(2), level()));
        for (unsigned i = below(8); i > 0; --i)
            errors.insert(text(80) + QString::number(i), entry(value(1), u"error"_s));
        for (unsigned i = below(5); i > 0; --i)
            own.insert(text(80) + QString::number(i), entry(value(4), level()));
        const QJsonObject whole{{u"alert_id"_s, SessionId.toString(QUuid::WithoutBraces)},
                                {u"log_level"_s, level()},
                                {u"api_logs"_s, api},
                                {u"service_logs"_s, services},
                                {u"error_logs"_s, errors},
                                {text(40) + u" logs"_s, own}};
        return QJsonDocument(whole).toJson(QJsonDocument::Compact);
    }

    /// What is told of such a document, as the program makes it: decoded, redacted.
    delivery::Notification notification(const QByteArray &document, const message::RedactionRules &rules = {})
    {
        using namespace Qt::StringLiterals;
        static ingest::SessionDecoder decoder;
        const auto decoded = decoder.session(document, text(60));
        if (const auto *refusal = std::get_if<ingest::Refusal>(&decoded))
            qFatal("refused: %s %s", qPrintable(refusal->pointer), qPrintable(refusal->reason));
        const message::Redacted safe = message::redact(std::get<Session>(decoded), document, rules);
        delivery::Notification notification = notificationOf(std::make_shared<const Session>(safe.session));
        notification.document = safe.document;
        notification.hidden = safe.hidden;
        notification.reason = static_cast<Reason>(below(unsigned(Reason::Digest) + 1));
        notification.scope = static_cast<Scope>(below(3));
        notification.plain = below(6) == 0;
        notification.count = 1 + below(1000);
        notification.message = message::redact(text(), rules, notification.hidden, u"message"_s);
        notification.by = text(100);
        notification.next = text(200);
        notification.told = {text(100), u"Slack #ops"_s};
        notification.incident->title = message::redact(text(), rules, notification.hidden, u"title"_s);
        notification.incident->message = message::redact(text(), rules, notification.hidden, u"message"_s);
        if (below(3) == 0)
            notification.incident.reset();
        if (below(2) == 0)
            notification.earlier =
                delivery::Notification::Earlier{.first = DeliveryId, .handle = u"1001"_s, .last = SessionId};
        if (notification.reason == Reason::Digest) {
            for (unsigned i = 1 + below(100); i > 0; --i)
                notification.joined.append({.title = text(), .level = Level::Error, .count = i});
        }
        return notification;
    }

    QString text()
    {
        QString result;
        for (unsigned i = 1 + below(4); i > 0; --i)
            result += piece();
        return below(100) == 0 ? result.repeated(60) : result;
    }

    QString text(qsizetype most)
    {
        QString result = text().left(most);
        if (!result.isEmpty() && result.back().isHighSurrogate())
            result.chop(1);
        return result;
    }

    unsigned below(unsigned bound) { return static_cast<unsigned>(m_random()) % bound; }

private:
    QString piece()
    {
        using namespace Qt::StringLiterals;
        static const QStringList pieces{u"card declined "_s,
                                        u"upstream timeout after 1.5 s "_s,
                                        u"שלום עולם \u202Eevil\u202C "_s,
                                        u"مرحبا\u2066 x \u2069"_s,
                                        u"決済に失敗しました"_s,
                                        u"👩‍👩‍👧‍👦👍🏽🇩🇪"_s,
                                        u"e\u0301\u0308"_s.repeated(20),
                                        u"<!channel> <!here> <@U123> <#C1> <http://evil.example|x> "_s,
                                        u"@everyone @here @all @channel <@&1> "_s,
                                        u"</pre><b>x</i><script>alert(1)</script>"_s,
                                        u"&amp; &lt; & < > \" ' &nbsp; "_s,
                                        u"``` *b* _i_ ~s~ `c` [x](http://y) ||s|| # > 1. "_s,
                                        u"{{title}} {{#calls}} {level} %1 %2 %s "_s,
                                        u"=?utf-8?q?=0D=0ABcc:=20evil@example.org?= "_s,
                                        u"a\r\nBcc: evil@example.org\r\n\r\n.\r\n"_s,
                                        u"\x1b[31m\x07\x08 \t\v "_s,
                                        u"\u200B\u200D\uFEFF\u2028"_s,
                                        u"https://acme.test/a?b=c&d=<e>#f "_s,
                                        u"Traceback (most recent call last):\n  File \"a.py\", line 1\n"_s,
                                        u"     "_s,
                                        u"x"_s.repeated(300)};
        return pieces.at(qsizetype(below(unsigned(pieces.size()))));
    }

    QString level()
    {
        static const QStringList levels{QStringLiteral("debug"), QStringLiteral("info"), QStringLiteral("warning"),
                                        QStringLiteral("error"), QStringLiteral("critical")};
        return levels.at(qsizetype(below(5)));
    }

    QJsonValue value(int depth)
    {
        switch (depth > 0 ? below(6) : below(4)) {
        case 0:
            return QJsonValue(double(m_random()) / 7);
        case 1:
            return below(2) == 0;
        case 2:
            return QJsonValue();
        case 3:
            return text();
        case 4: {
            QJsonArray array;
            for (unsigned i = below(5); i > 0; --i)
                array.append(value(depth - 1));
            return array;
        }
        default: {
            QJsonObject object;
            for (unsigned i = below(5); i > 0; --i)
                object.insert(text(60) + QString::number(i), value(depth - 1));
            return object;
        }
        }
    }

    QJsonObject entry(const QJsonValue &value, const QString &level)
    {
        using namespace Qt::StringLiterals;
        QJsonObject entry{{u"value"_s, value}, {u"log_level"_s, level}, {u"log_time"_s, 1790000000.5}};
        if (below(2) == 0)
            entry.insert(u"message"_s, text());
        if (below(3) == 0)
            entry.insert(u"error_trace"_s, text());
        if (below(3) == 0) {
            entry.insert(u"start_time"_s, 1790000000.0);
            entry.insert(u"end_time"_s, 1790000001.0);
            entry.insert(u"code"_s, int(below(600)));
        }
        return entry;
    }

    std::mt19937 m_random;
};

} // namespace escalite::tests
