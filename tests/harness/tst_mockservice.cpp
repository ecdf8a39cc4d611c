// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A mock service against curl: Slack's words and limits, and the faults of all.

#include "client.h"
#include "harness/mockservice.h"

#include <QTcpSocket>
#include <QTest>

using namespace escalite;
using namespace escalite::harness;
using namespace Qt::StringLiterals;

namespace {

/// "status body" as curl saw it, or "failed <exit code>".
QByteArray post(const QString &url, const QByteArray &body, const QStringList &options = {},
                const QString &type = u"application/json"_s)
{
    const QStringList usual{u"-sS"_s,           u"--noproxy"_s,     u"*"_s, u"-m"_s, u"10"_s, u"-w"_s,
                            u" %{http_code}"_s, u"--data-binary"_s, u"@-"_s};
    const ClientRun run = runClient(
        u"curl"_s, usual + QStringList{u"-H"_s, u"Content-Type: "_s + type} + options + QStringList{url}, body);
    return run.exitCode == 0 ? run.output : "failed " + QByteArray::number(run.exitCode);
}

QByteArray blocks(const QByteArray &inner)
{
    return "{\"text\":\"t\",\"blocks\":[" + inner + "]}";
}

QByteArray section(qsizetype length)
{
    return "{\"type\":\"section\",\"text\":{\"type\":\"plain_text\",\"text\":\"" + QByteArray(length, 'x') + "\"}}";
}

/// Of Slack, whoever asks.
Verdict judged(const QByteArray &payload)
{
    const http::Request request{.method = "POST",
                                .path = "/services/T1/B1/x",
                                .query = {},
                                .headers = {{"Content-Type", "application/json"}},
                                .body = payload};
    return slackDialect().judge({.request = request, .anyCredentials = true});
}

QByteArray repeated(const QByteArray &piece, int times)
{
    QList<QByteArray> pieces(times, piece);
    return pieces.join(',');
}

} // namespace

class TestMockService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesAMessage()
    {
        MockService server(slackDialect());
        QVERIFY(server.listen());
        const QByteArray body = "{\"text\":\"[ERROR] checkout & <b>\"}";
        QCOMPARE(post(server.url(), body, {u"-H"_s, u"Idempotency-Key: k1"_s, u"-H"_s, u"X-Escalite-Count: 3"_s}),
                 "ok 200"_ba);
        QCOMPARE(server.messages().size(), 1);
        const Received &message = server.messages().first();
        QVERIFY(message.isTaken());
        QCOMPARE(message.request.body, body);
        QCOMPARE(message.request.header("x-escalite-count"), "3"_ba);
        QCOMPARE(message.text, u"[ERROR] checkout & <b>"_s);
        QVERIFY2(server.violations().isEmpty(), qPrintable(server.violations().join(u"; "_s)));
    }

    void takesTheOldForm()
    {
        MockService server(slackDialect());
        QVERIFY(server.listen());
        const QString form = u"application/x-www-form-urlencoded"_s;
        QCOMPARE(post(server.url(), "payload=%7B%22text%22%3A%22a+b%22%7D", {}, form), "ok 200"_ba);
        QCOMPARE(server.messages().last().text, u"a b"_s);
        QCOMPARE(post(server.url(), "text=a", {}, form), "invalid_payload 400"_ba);
    }

    void knowsItsPath()
    {
        MockService server(slackDialect());
        QVERIFY(server.listen());
        QCOMPARE(post(server.url() + u'x', "{}"), "invalid_token 403"_ba);
        QCOMPARE(post(u"http://127.0.0.1:%1/services/T1/B1/x"_s.arg(server.port()), "{}"), "no_service 404"_ba);
        QCOMPARE(post(u"http://127.0.0.1:%1/"_s.arg(server.port()), "{}"), "no_service 404"_ba);
        QCOMPARE(post(server.url(), "{}", {u"-X"_s, u"PUT"_s}), "method_not_allowed 405"_ba);
        QCOMPARE(post(server.url(), "{\"text\":\"x\"}", {}, u"text/plain"_s), "invalid_payload 400"_ba);
        QCOMPARE(server.violations().size(), 5);
        QVERIFY(post(server.url(), QByteArray(2'000'000, 'x'), {u"-H"_s, u"Expect:"_s}).endsWith("413"));
    }

    void judgesPayloads_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<QByteArray>("error");
        const auto row = [](const char *name, const QByteArray &payload, const char *error) {
            QTest::newRow(name) << payload << QByteArray(error);
        };
        row("no JSON", "text=x", "invalid_payload");
        row("cut JSON", "{\"text\":\"x\"", "invalid_payload");
        row("duplicate key", "{\"text\":\"x\",\"text\":\"y\"}", "invalid_payload");
        row("array", "[\"x\"]", "invalid_payload");
        row("text is a number", "{\"text\":5}", "invalid_payload");
        row("nothing", "{}", "no_text");
        row("empty text", "{\"text\":\"\"}", "no_text");
        row("no blocks", "{\"blocks\":[]}", "no_text");
        row("51 blocks", blocks(repeated("{\"type\":\"divider\"}", 51)), "invalid_blocks");
        row("unknown block", blocks("{\"type\":\"carousel\"}"), "invalid_blocks");
        row("block without type", blocks("{}"), "invalid_blocks");
        row("empty section", blocks("{\"type\":\"section\"}"), "invalid_blocks");
        row("section without text", blocks(section(0)), "invalid_blocks");
        row("section of 3001", blocks(section(3'001)), "invalid_blocks");
        row("header of 151",
            blocks("{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"text\":\"" + QByteArray(151, 'x')
                   + "\"}}"),
            "invalid_blocks");
        row("header in markup", blocks("{\"type\":\"header\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"x\"}}"),
            "invalid_blocks");
        row("11 fields",
            blocks("{\"type\":\"section\",\"fields\":[" + repeated("{\"type\":\"mrkdwn\",\"text\":\"x\"}", 11) + "]}"),
            "invalid_blocks");
        row("field of 2001",
            blocks("{\"type\":\"section\",\"fields\":[{\"type\":\"mrkdwn\",\"text\":\"" + QByteArray(2'001, 'x')
                   + "\"}]}"),
            "invalid_blocks");
        row("11 context elements",
            blocks("{\"type\":\"context\",\"elements\":[" + repeated("{\"type\":\"mrkdwn\",\"text\":\"x\"}", 11)
                   + "]}"),
            "invalid_blocks");
        row("html text", blocks("{\"type\":\"section\",\"text\":{\"type\":\"html\",\"text\":\"x\"}}"),
            "invalid_blocks");
        row("too much in all", blocks(repeated(section(3'000), 5)), "msg_blocks_too_long");
        row("blocks in attachments", "{\"attachments\":[{\"blocks\":[{\"type\":\"x\"}]}]}", "invalid_blocks");
        row("101 attachments", "{\"attachments\":[" + repeated("{}", 101) + "]}", "too_many_attachments");
        row("good",
            blocks(section(3'000)
                   + ",{\"type\":\"divider\"},{\"type\":\"context\",\"elements\":[{\"type\":\"plain_text\",\"text\":"
                     "\"x\"}]}"),
            "");
        row("good with 50 blocks", blocks(repeated("{\"type\":\"divider\"}", 50)), "");
    }

    void judgesPayloads()
    {
        QFETCH(QByteArray, payload);
        const Verdict verdict = judged(payload);
        QFETCH(QByteArray, error);
        QCOMPARE(verdict.answer.body, error.isEmpty() ? "ok"_ba : error);
        QCOMPARE(verdict.answer.status, error.isEmpty() ? 200 : 400);
        QCOMPARE(verdict.taken, error.isEmpty());
        QCOMPARE(verdict.why.isEmpty(), error.isEmpty());
    }

    void remarksOnWhatIsTakenButNotGood_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<QString>("remark");
        QTest::newRow("mention") << "{\"text\":\"<!channel> down\"}"_ba << u"mentions somebody"_s;
        QTest::newRow("mention in a block")
            << blocks("{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"<@U1>\"}}")
            << u"/blocks/0/text mentions"_s;
        QTest::newRow("cut") << "{\"text\":\"" + QByteArray(40'001, 'x') + "\"}" << u"is cut after 40,000"_s;
        QTest::newRow("no fallback") << "{\"blocks\":[{\"type\":\"divider\"}]}"_ba << u"/text is missing"_s;
        QTest::newRow("link_names") << "{\"text\":\"x\",\"link_names\":1}"_ba << u"/link_names"_s;
    }

    void remarksOnWhatIsTakenButNotGood()
    {
        QFETCH(QByteArray, payload);
        QFETCH(QString, remark);
        const Verdict verdict = judged(payload);
        QVERIFY2(verdict.taken, qPrintable(verdict.why));
        QVERIFY2(verdict.remarks.join(u"; "_s).contains(remark), qPrintable(verdict.remarks.join(u"; "_s)));
    }

    void doesWrongOnDemand_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QByteArray>("outcome"); // begins so
        QTest::addColumn<int>("messages");
        const auto row = [](const char *fault, const char *outcome, int messages) {
            QTest::newRow(fault) << QString::fromLatin1(fault) << QByteArray(outcome) << messages;
        };
        row("rate-limited", "rate_limited 429", 1);
        row("server-error", "rollup_error 500", 1);
        row("unavailable", "service_unavailable 503", 1);
        row("auth-refused", "invalid_token 403", 1);
        row("recipient-refused", "channel_not_found 404", 1);
        row("gone", "channel_is_archived 410", 1);
        row("captive-portal", "<!DOCTYPE html>", 1);
        row("redirect", " 302", 1);
        row("too-large", "payload_too_large 413", 1);
        row("not-found", "no_service 404", 1);
        row("early-refusal", "payload_too_large 413", 1);
        row("rude-refusal", "", 1);
        row("absent", "failed 7", 0);
        row("stall", "failed 28", 0);
        row("stall-amid", "failed 28", 1);
        row("stall-after", "failed 28", 1);
        row("reset", "failed", 0);
        row("reset-after", "failed", 1);
        row("half-reply", "failed 18", 1);
        row("garbage", "failed 1", 1);
        row("endless-body", "failed", 1);
    }

    void doesWrongOnDemand()
    {
        QFETCH(QString, fault);
        QFETCH(QByteArray, outcome);
        MockService server(slackDialect());
        QVERIFY(server.listen());
        QVERIFY(server.setFault(*faultFromName(fault), 1));
        const QByteArray seen = post(server.url(), "{\"text\":\"x\"}", {u"-m"_s, u"1"_s, u"--limit-rate"_s, u"1M"_s});
        QVERIFY2(seen.startsWith(outcome), seen.constData());
        QTEST(static_cast<int>(server.messages().size()), "messages");
        if (fault == u"absent") // nobody can count who does not come
            QVERIFY(server.setFault(Fault::None));
        QCOMPARE(post(server.url(), "{\"text\":\"x\"}"), "ok 200"_ba); // once was asked for
    }

    void refusesEarlyAndIsHeard()
    {
        MockService server(slackDialect());
        QVERIFY(server.listen());
        QVERIFY(server.setFault(Fault::EarlyRefusal));
        const QByteArray body(8'000'000, 'x');
        QVERIFY(post(server.url(), body, {u"-H"_s, u"Expect:"_s}).endsWith("413"));
        QVERIFY(server.messages().first().request.body.isEmpty());
    }

    void showsCertificates_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QByteArray>("outcome");
        QTest::newRow("good") << u"none"_s << "ok 200"_ba;
        QTest::newRow("of a stranger") << u"bad-certificate"_s << "failed 60"_ba;
        QTest::newRow("expired") << u"expired-certificate"_s << "failed 60"_ba;
        QTest::newRow("of another host") << u"wrong-host"_s << "failed 60"_ba;
        QTest::newRow("stall") << u"stall-after"_s << "failed 28"_ba;
    }

    void showsCertificates()
    {
        static const auto certificates = Certificates::make();
        QVERIFY2(certificates, certificates ? "" : qPrintable(certificates.error().message));
        QFETCH(QString, fault);
        MockService server(slackDialect(), {.certificates = *certificates});
        QVERIFY(server.listen());
        QVERIFY(server.url().startsWith(u"https://"_s));
        QVERIFY(server.setFault(*faultFromName(fault), 1));
        const QStringList trust{u"--cacert"_s, server.config().value(u"ca_file"_s).toString(), u"-m"_s, u"2"_s};
        QTEST(post(server.url(), "{\"text\":\"x\"}", trust), "outcome");
        QCOMPARE(post(server.url(), "{\"text\":\"x\"}", trust), "ok 200"_ba);
        MockService inClear(slackDialect());
        QVERIFY(!inClear.setFault(Fault::WrongHost));
    }

    void limitsTheRateAsTheServiceDoes()
    {
        // Telegram's group gets one more in three seconds, which five requests do not take.
        MockService server(telegramDialect(), {.limitsRate = true});
        QVERIFY(server.listen());
        const QByteArray body = "{\"chat_id\":-5,\"text\":\"x\"}";
        for (int i = 0; i < telegramDialect().burst; ++i)
            (void)post(server.url(), body, {u"-o"_s, u"/dev/null"_s});
        int limited = 0;
        for (int i = 0; i < 3; ++i) {
            const QByteArray answer = post(server.url(), body);
            limited += answer.contains("Too Many Requests: retry after") && answer.endsWith("429") ? 1 : 0;
        }
        QVERIFY2(limited > 0, "no request was limited");
    }

    void asksForPatience()
    {
        MockService server(slackDialect());
        QVERIFY(server.listen());
        QVERIFY(server.setFault(Fault::RateLimited));
        QVERIFY(post(server.url(), "{\"text\":\"x\"}", {u"-i"_s}).contains("Retry-After: 1\r\n"));
        QVERIFY(!server.setFault(Fault::Greylist));
    }

    void oneKeyIsOneMessage()
    {
        MockService server(slackDialect());
        QVERIFY(server.listen());
        const QStringList key{u"-H"_s, u"Idempotency-Key: k1"_s};
        QCOMPARE(post(server.url(), "{\"text\":\"a\"}", key), "ok 200"_ba);
        QCOMPARE(post(server.url(), "{\"text\":\"a\"}", key), "ok 200"_ba);
        QVERIFY(server.violations().isEmpty());
        QCOMPARE(post(server.url(), "{\"text\":\"b\"}", key), "ok 200"_ba);
        QCOMPARE(server.violations(), QStringList{u"the same Idempotency-Key came with other bytes"_s});
    }
};

QTEST_GUILESS_MAIN(TestMockService)
#include "tst_mockservice.moc"
