// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What each notifier renders, judged by the mock service of its name, which shares nothing with it: whatever comes, the
// service takes it and remarks nothing.

#include "harness/dialect.h"
#include "notifiers/sending.h"

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;

namespace {
harness::Verdict judged(const harness::Dialect &dialect, const Rendered &message)
{
    const QByteArray path = dialect.path;
    const qsizetype mark = path.indexOf('?');
    QByteArray body = message.body; // PagerDuty's key is filled in at the attempt.
    body.replace("[hidden: integration key]", "R0123456789abcdefSECRETone8f3a2b");
    const http::Request request{.method = "POST",
                                .path = mark < 0 ? path : path.first(mark),
                                .query = mark < 0 ? QByteArray("wait=true") : path.sliced(mark + 1),
                                .headers = {{.name = "Content-Type", .value = message.contentType}},
                                .body = body};
    return dialect.judge({.request = request, .now = Now, .anyCredentials = true});
}

QByteArray wordsOf(const harness::Verdict &verdict)
{
    return verdict.why.toUtf8() + verdict.remarks.join(u"; "_s).toUtf8();
}
} // namespace

class tst_Judged : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesWhateverComes_data() { addNotifications(); }
    void takesWhateverComes()
    {
        QFETCH(Notification, notification);
        for (const char *id : {"webhook", "discord", "teams", "mattermost", "ntfy", "pagerduty", "alertmanager"}) {
            const harness::Dialect *dialect = harness::dialectOf(QString::fromLatin1(id));
            QVERIFY2(dialect, id);
            const ConfiguredNotifier notifier = readNotifier(id, dialect->config(u"http://127.0.0.1:1"_s));
            for (const Reason reason : {notification.reason, Reason::Acknowledged, Reason::Closed}) {
                Notification told = notification;
                told.reason = reason;
                const harness::Verdict verdict = judged(*dialect, rendered(notifier, told));
                QVERIFY2(verdict.taken, (id + (": " + wordsOf(verdict))).constData());
                if (qstrcmp(id, "webhook") != 0) // Remarks only that more than 20 kB came.
                    QVERIFY2(verdict.remarks.isEmpty(), (id + (": " + wordsOf(verdict))).constData());
            }
        }
    }

    void takesTemplates_data()
    {
        QTest::addColumn<QString>("text");
        for (const QString &text : hostileTexts())
            QTest::addRow("%.20s", qPrintable(text.left(20).simplified())) << text;
    }

    /// The operator's own markup stays; what stands for a name is escaped.
    void takesTemplates()
    {
        QFETCH(QString, text);
        for (const char *id : {"webhook", "discord", "teams", "mattermost", "ntfy", "pagerduty", "alertmanager"}) {
            const harness::Dialect *dialect = harness::dialectOf(QString::fromLatin1(id));
            QJsonObject config = dialect->config(u"http://127.0.0.1:1"_s);
            config.insert(u"subject"_s, u"{{level}}: {{title}} {{message}}"_s);
            config.insert(u"template"_s, u"Own words\n{{message}} {{message}}\n```\nfence\n```\n"_s.repeated(50));
            const ConfiguredNotifier notifier = readNotifier(id, config);
            Notification notification = notificationOf(sessionSaying(text, 3));
            notification.message = text;
            const Rendered message = rendered(notifier, notification);
            const harness::Verdict verdict = judged(*dialect, message);
            QVERIFY2(verdict.taken, (id + (": " + wordsOf(verdict))).constData());
            QVERIFY2(message.limit == 0 || message.length <= message.limit, id);
            QVERIFY2(message.text.contains(u"Own words"_s), id);
        }
    }
};

QTEST_GUILESS_MAIN(tst_Judged)
#include "tst_judged.moc"
