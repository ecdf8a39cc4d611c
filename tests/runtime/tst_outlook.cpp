// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is to be expected of a delivery, and what a cell of an export looks like.

#include "notifiers/builtin.h"
#include "runtime/deliveryexport.h"
#include "runtime/outlook.h"

#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint Now = TimePoint(24h * 20'000);

} // namespace

class tst_outlook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void foreseesTheTries_data()
    {
        QTest::addColumn<int>("attempts");
        QTest::addColumn<DeliveryState>("state");
        QTest::addColumn<int>("seconds");        // until it is given up
        QTest::addColumn<QList<int>>("planned"); // in seconds from now
        QTest::addColumn<int>("most");
        // Pauses of 1, 2, 4, 8, 8, … seconds.
        QTest::newRow("at its beginning") << 0 << DeliveryState::Queued << 100 << QList{0, 1, 3} << 15;
        QTest::newRow("in its midst") << 3 << DeliveryState::Retrying << 100 << QList{0, 8, 16} << 16;
        QTest::newRow("near its end") << 2 << DeliveryState::Retrying << 3 << QList{0} << 3;
        QTest::newRow("over") << 4 << DeliveryState::Failed << 100 << QList<int>() << 4;
    }
    void foreseesTheTries()
    {
        QFETCH(const int, attempts);
        QFETCH(const DeliveryState, state);
        QFETCH(const int, seconds);
        QFETCH(const QList<int>, planned);
        QFETCH(const int, most);
        runtime::Settled settled;
        settled.policy.settings.retryFirst = 1s;
        settled.policy.settings.retryMost = 8s;
        Delivery delivery;
        delivery.state = state;
        delivery.attempts = attempts;
        delivery.dueAt = Now - 5s;
        delivery.giveUpAt = Now + std::chrono::seconds(seconds);
        const runtime::Outlook outlook = runtime::outlookOf(delivery, settled, Now);
        QList<int> found;
        for (const TimePoint time : outlook.planned)
            found << static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(time - Now).count());
        QCOMPARE(found, planned);
        QCOMPARE(outlook.mostTries, most);
    }

    void namesTheServer_data()
    {
        QTest::addColumn<QByteArray>("notifier");
        QTest::addColumn<QString>("server");
        const auto mail = [](const QByteArray &more) {
            return "{\"type\": \"email\", \"config\": {\"smtp_server\": \"mail.acme.test\", \"sender_email\": "
                   "\"a@acme.test\", \"recipient_emails\": \"b@acme.test\""
                   + more + "}}";
        };
        QTest::newRow("mail") << mail({}) << u"mail.acme.test:587, STARTTLS"_s;
        QTest::newRow("mail, TLS from the start") << mail(", \"smtp_port\": 465") << u"mail.acme.test:465, TLS"_s;
        QTest::newRow("mail in clear") << mail(", \"security\": \"none\", \"smtp_port\": 25") << u"mail.acme.test:25"_s;
        QTest::newRow("a webhook, without its secret") << "{\"type\": \"slack\", \"config\": {\"webhook_url\": "
                                                          "\"https://hooks.slack.com/services/T/B/x\"}}"_ba
                                                       << u"hooks.slack.com, TLS"_s;
    }
    void namesTheServer()
    {
        QFETCH(const QByteArray, notifier);
        QFETCH(const QString, server);
        const auto read = runtime::readConfiguration("{\"notifiers\": [" + notifier + "]}", m_catalogue);
        QCOMPARE(read.settled.notifiers.size(), 1);
        QCOMPARE(runtime::serverOf(read.settled.notifiers[0]), server);
    }

    void makesNoFormulaOfACell_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("cell");
        QTest::newRow("plain") << u"a, b"_s << u"\"a, b\""_s;
        QTest::newRow("empty") << QString() << u"\"\""_s;
        QTest::newRow("quotes") << u"say \"no\""_s << u"\"say \"\"no\"\"\""_s;
        for (const QString &first : {u"="_s, u"+"_s, u"-"_s, u"@"_s, u"＝"_s, u"＋"_s, u"－"_s, u"＠"_s})
            QTest::newRow(qPrintable(first)) << first + u"1+1"_s << u"\"'"_s + first + u"1+1\""_s;
    }
    void makesNoFormulaOfACell()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, cell);
        QCOMPARE(runtime::csvCell(text), cell);
        QVERIFY(runtime::csvCell(u"\t=1"_s).startsWith(u"\"'"_s) && runtime::csvCell(u"\r=1"_s).startsWith(u"\"'"_s));
        QVERIFY(!runtime::csvCell(u"a\nb"_s).contains(u'\n'));
    }

private:
    delivery::NotifierCatalogue m_catalogue = notifiers::builtinCatalogue();
};

QTEST_GUILESS_MAIN(tst_outlook)
#include "tst_outlook.moc"
