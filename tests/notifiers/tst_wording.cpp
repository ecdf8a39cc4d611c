// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What every notification answers: what is broken, since when and how often, who was told, what happens next; in our
// words or in the operator's.

#include "notifiers/samples.h"
#include "notifiers/wording.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::notifiers;
using namespace escalite::tests;
using namespace std::chrono_literals;

namespace {

Notification notificationWhen(Reason reason)
{
    Notification notification = notificationOf(sessionSaying(u"card declined"_s));
    notification.reason = reason;
    notification.told = {u"Slack #ops"_s, u"Email ops@acme.test and 2 more"_s};
    notification.next = u"Telegram On-call in 5 min, unless somebody answers."_s;
    return notification;
}

Notification digest()
{
    Notification notification;
    notification.reason = Reason::Digest;
    notification.message = u"3 messages in one, since more than 30 a minute were due."_s;
    notification.count = 340;
    notification.joined = {{.title = u"POST /checkout"_s, .level = Level::Error, .count = 300},
                           {.title = u"GET /stock"_s, .level = Level::Critical, .count = 39},
                           {.title = u"GET /\u202Efeed"_s, .level = Level::Warning, .count = 1}};
    return notification;
}

QString factsOf(const Notification &notification)
{
    QStringList lines;
    for (const message::Line &line : wordingOf(notification).facts)
        lines.append(line.key + u": "_s + line.value);
    return lines.join(u'\n');
}

QString asItIs(const QString &text)
{
    return text;
}

QString said(const Notification &notification, const QString &own)
{
    return templateText(notification, {{u"template"_s, own}}, asItIs).value_or(u"(none)"_s);
}

} // namespace

class tst_Wording : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersTheQuestions_data()
    {
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("facts");
        const QString about = u" POST /checkout - card declined (alert 1a2b3c4d)"_s;
        const QString since = u"Level: ERROR\nSince: 2026-11-22 08:50:00 UTC\n"_s;
        const QString ends = u"Also told: Slack #ops, Email ops@acme.test and 2 more\n"
                             "Next: Telegram On-call in 5 min, unless somebody answers."_s;
        const QString often = u"How often: 42 sessions, 23 of them new\n"_s;
        QTest::newRow("first") << Reason::First << u"[ERROR]"_s + about << since + often + ends;
        QTest::newRow("repeat") << Reason::Repeat << u"[ERROR]"_s + about
                                << since + often + u"Why now: nobody has answered yet\n"_s + ends;
        QTest::newRow("step") << Reason::Step << u"[ERROR]"_s + about
                              << since + often + u"Why now: nobody has answered yet, next step\n"_s + ends;
        QTest::newRow("acknowledged")
            << Reason::Acknowledged << u"[ACKNOWLEDGED]"_s + about
            << since + u"How often: 42 sessions\nAcknowledged: mira, 2026-11-22 08:58:00 UTC\n"_s + ends;
        QTest::newRow("closed") << Reason::Closed << u"[CLOSED]"_s + about
                                << since
                                       + u"How often: 42 sessions\nClosed: jo, 2026-11-22 09:02:03 UTC\n"
                                         "Lasted: 12 min 3 s\n"_s
                                       + ends;
    }

    void answersTheQuestions()
    {
        QFETCH(Reason, reason);
        QFETCH(QString, subject);
        QFETCH(QString, facts);
        Notification notification = notificationWhen(reason);
        notification.incident->acknowledgedBy = u"mira"_s;
        notification.incident->acknowledgedAt = *timePointFromRfc3339(u"2026-11-22T08:58:00Z");
        notification.incident->closedBy = u"jo"_s;
        notification.incident->closedAt = *timePointFromRfc3339(u"2026-11-22T09:02:03Z");
        QCOMPARE(wordingOf(notification).subject, subject);
        QCOMPARE(factsOf(notification), facts);
    }

    void saysWhoSentItByHand()
    {
        Notification notification = notificationWhen(Reason::Manual);
        notification.by = u"mi\u202Era"_s;
        QVERIFY2(factsOf(notification).contains(u"Why now: sent by hand\nBy: mi⟨U+202E⟩ra\n"_s),
                 qPrintable(factsOf(notification)));
    }

    void saysWhichStepItIs()
    {
        Notification notification = notificationWhen(Reason::Step);
        notification.step = u"step 2 of 3"_s;
        QCOMPARE(wordingOf(notification).subject,
                 u"[ERROR, step 2 of 3] POST /checkout - card declined (alert 1a2b3c4d)"_s);
        QVERIFY(factsOf(notification).contains(u"Why now: nobody has answered yet, step 2 of 3\n"_s));
        notification.by = u"mira"_s;
        QVERIFY(factsOf(notification).contains(u"Why now: taken by hand, step 2 of 3\nBy: mira\n"_s));
        notification.by.clear();
        notification.reason = Reason::Repeat;
        notification.step = u"step 3 of 3 again (1 of 4)"_s;
        QVERIFY(factsOf(notification).contains(u"Why now: nobody has answered yet, step 3 of 3 again (1 of 4)\n"_s));
        notification.reason = Reason::First;
        QCOMPARE(wordingOf(notification).mark, u"[ERROR]"_s);
    }

    /// Of a silence that is over, or of a storm: one of many sessions says little.
    void tellsASummaryByItsFirstLine()
    {
        Notification notification = notificationOf(sessionSaying(u"card declined"_s));
        notification.incident.reset();
        notification.reason = Reason::Digest;
        notification.message = u"Held back by a silence: 2 problems.\nPOST /checkout: 3 sessions"_s;
        const Wording wording = wordingOf(notification);
        QCOMPARE(wording.title, u"Held back by a silence: 2 problems."_s);
        QVERIFY(wording.headline.isEmpty());
        QVERIFY(wording.outline.isEmpty());
        QVERIFY(factsOf(notification).contains(u"Why now: a summary"_s));
    }

    void saysWhenItWasLastSeen()
    {
        Notification notification = notificationWhen(Reason::First);
        notification.incident->lastSeenAt = Now;
        QVERIFY(factsOf(notification).contains(u"Last seen: 2026-11-22 08:57:43 UTC"_s));
    }

    void listsWhatADigestJoined()
    {
        const Wording wording = wordingOf(digest());
        QCOMPARE(wording.subject, u"[CRITICAL] 3 problems"_s);
        const QString text = plainText(wording);
        for (const QString &part :
             {u"POST /checkout: error, 300 sessions\n"_s, u"GET /stock: critical, 39 sessions\n"_s,
              u"GET /⟨U+202E⟩feed: warning, 1 session\n"_s, u"How often: 340 sessions\n"_s,
              u"Why now: too many for one message each\n"_s, u"Stands for 340 sessions"_s})
            QVERIFY2(text.contains(part), qPrintable(text));
        QVERIFY(tableText(digest(), u"\n"_s).contains(u"GET /stock        | critical, 39 sessions"_s));
    }

    void keepsALongDigestShort()
    {
        Notification notification = digest();
        notification.joined = QList<Notification::Joined>(500, {.title = u"GET /a"_s});
        QCOMPARE(wordingOf(notification).outline.size(), 61);
        QCOMPARE(wordingOf(notification).outline.constLast().value, u"440 more"_s);
        notification.plain = true;
        QCOMPARE(wordingOf(notification).outline.size(), 6);
    }

    void keepsTheThreadsWordsForTheWholeIncident()
    {
        const Notification first = notificationWhen(Reason::First);
        Notification later = notificationWhen(Reason::Closed);
        auto another = std::make_shared<Session>(*sessionSaying(u"stock is gone"_s));
        another->id = QUuid(u"99999999-5e6f-4071-8293-a4b5c6d7e8f9"_s);
        another->effective = Level::Critical;
        later.session = another;
        later.incident->level = Level::Critical;
        QCOMPARE(wordingOf(first).thread, u"POST /checkout - card declined (incident 0f0e0d0c)"_s);
        QCOMPARE(wordingOf(later).thread, wordingOf(first).thread);
    }

    void tellsAtMostTenFacts() // Slack takes no more fields.
    {
        for (int reason = 0; reason <= int(Reason::Digest); ++reason) {
            Notification notification = notificationWhen(static_cast<Reason>(reason));
            notification.by = u"mira"_s;
            notification.incident->lastSeenAt = Now;
            notification.incident->closedAt = Now;
            notification.incident->acknowledgedAt = Now;
            QVERIFY(wordingOf(notification).facts.size() <= 10);
        }
    }

    void speaksInTheOperatorsWords_data()
    {
        QTest::addColumn<QString>("own");
        QTest::addColumn<QString>("expected");
        QTest::newRow("what is broken") << u"[{{level | upper}}] {{title}}: {{error}}"_s
                                        << u"[ERROR] POST /checkout: card declined"_s;
        QTest::newRow("request") << u"{{request}} {{method}} {{path}} {{source}} {{code}} {{elapsed}}"_s
                                 << u"POST /checkout POST /checkout shop 502 5.012 s"_s;
        QTest::newRow("how often") << u"{{count}} {{new}} {{since}} {{since | time: \"HH:mm\"}} {{last}}"_s
                                   << u"42 23 2026-11-22 08:50:00 UTC 08:50 2026-11-22 08:57:43 UTC"_s;
        QTest::newRow("ids") << u"{{alert_id}} {{short_id}} {{incident}}"_s
                             << u"1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9 1a2b3c4d 0f0e0d0c"_s;
        QTest::newRow("who and next") << u"{{told}} | {{next}}"_s
                                      << u"Slack #ops, Email ops@acme.test and 2 more | Telegram On-call in 5 min, "
                                         "unless somebody answers."_s;
        QTest::newRow("message and link")
            << u"{{message}} {{link}}"_s
            << u"POST /checkout is failing https://console.acme.test/s/1a2b3c4d?a=1&b=<2>|3"_s;
        QTest::newRow("facts")
            << u"{{#facts}}\n{{key}}={{value}}\n{{/facts}}"_s
            << u"Level=ERROR\nSince=2026-11-22 08:50:00 UTC\nHow often=42 sessions, 23 of them new\n"
               "Why now=nobody has answered yet\nAlso told=Slack #ops, Email ops@acme.test and 2 more\n"
               "Next=Telegram On-call in 5 min, unless somebody answers.\n"_s;
        QTest::newRow("errors") << u"{{#errors}}{{key}}={{message}}{{/errors}}"_s << u"payment 0=card declined"_s;
        QTest::newRow("calls") << u"{{#calls}}{{service}} {{code}} {{message}} {{elapsed}};{{/calls}}"_s
                               << u"payment 504 no answer 1.500 s;stock 200 31 ms;"_s;
        QTest::newRow("lines") << u"{{#lines}}{{key}},{{/lines}}"_s
                               << u"alert_id,log_level,source,request_method,request_path,response_status,time_elapsed,"
                                  "message,payment 0,payment,stock,"_s;
        QTest::newRow("reason") << u"{{reason}}{{#by}}x{{/by}}"_s << u"nobody has answered yet"_s;
        QTest::newRow("blank") << u" {{#by}}x{{/by}}\n"_s << u"(none)"_s;
        QTest::newRow("without") << QString() << u"(none)"_s;
    }

    void speaksInTheOperatorsWords()
    {
        QFETCH(QString, own);
        QFETCH(QString, expected);
        Notification notification = notificationWhen(Reason::Repeat);
        auto session = std::make_shared<Session>(*notification.session);
        Entry payment;
        payment.key = u"payment"_s;
        payment.level = Level::Error;
        payment.message = u"no answer"_s;
        payment.code = "504";
        payment.startedAt = Now;
        payment.elapsed = 1500ms;
        Entry stock;
        stock.key = u"stock"_s;
        stock.code = "\"200\"";
        stock.startedAt = *timePointFromRfc3339(u"2026-11-22T08:57:00Z");
        stock.elapsed = 31ms;
        session->sections.append({.name = u"service_logs"_s, .level = {}, .entries = {stock, payment}});
        notification.session = session;
        QCOMPARE(said(notification, own).replace(u"stock 200  31 ms"_s, u"stock 200 31 ms"_s), expected);
    }

    void marksWhatIsNoUsualAlarm_data()
    {
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<QString>("own");
        QTest::addColumn<QString>("expected");
        QTest::newRow("usual") << Reason::First << u"{{title}}"_s << u"POST /checkout"_s;
        QTest::newRow("drill") << Reason::Drill << u"{{title}}"_s << u"[DRILL] POST /checkout"_s;
        QTest::newRow("closed") << Reason::Closed << u"{{title}}"_s << u"[CLOSED] POST /checkout"_s;
        QTest::newRow("acknowledged") << Reason::Acknowledged << u"{{title}}"_s << u"[ACKNOWLEDGED] POST /checkout"_s;
        QTest::newRow("says so itself") << Reason::Closed << u"{{title}} {{reason}}"_s
                                        << u"POST /checkout closed by jo"_s;
        QTest::newRow("has the mark") << Reason::Drill << u"-- [DRILL] {{title}}"_s << u"-- [DRILL] POST /checkout"_s;
    }

    void marksWhatIsNoUsualAlarm()
    {
        QFETCH(Reason, reason);
        QFETCH(QString, own);
        QFETCH(QString, expected);
        Notification notification = notificationWhen(reason);
        notification.by = u"jo"_s;
        QCOMPARE(said(notification, own), expected);
        QCOMPARE(subjectOf(notification, {{u"subject"_s, own}}, wordingOf(notification)), expected);
    }

    void leavesNothingOfADigestOut()
    {
        QCOMPARE(said(digest(), u"{{title}}"_s), u"(none)"_s);
        QCOMPARE(said(digest(), u"{{title}}:{{#joined}} {{title}} {{level}} {{count}};{{/joined}}"_s),
                 u"3 problems: POST /checkout error 300; GET /stock critical 39; GET /⟨U+202E⟩feed warning 1;"_s);
    }

    void saysShortPlainTextInOurWords()
    {
        Notification notification = notificationWhen(Reason::First);
        notification.plain = true;
        QCOMPARE(said(notification, u"{{title}}"_s), u"(none)"_s);
    }

    void keepsASubjectInOneShortLine()
    {
        const Notification notification = notificationWhen(Reason::First);
        const Wording wording = wordingOf(notification);
        QCOMPARE(subjectOf(notification, {}, wording), wording.subject);
        QCOMPARE(subjectOf(notification, {{u"subject"_s, u"{{title}}\n  {{level}}\n"_s}}, wording),
                 u"POST /checkout error"_s);
        QCOMPARE(subjectOf(notification, {{u"subject"_s, u"{{#by}}x{{/by}}"_s}}, wording), wording.subject);
        QCOMPARE(subjectOf(notification, {{u"subject"_s, QString(1000, u'x')}}, wording).size(), 300);
    }
};

QTEST_GUILESS_MAIN(tst_Wording)
#include "tst_wording.moc"
