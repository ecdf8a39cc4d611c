// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Conversations with SMTP servers as scripts: what the server says, what the client must say, and how it ends.

#include "smtp/authentication.h"
#include "smtp/dialogue.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::smtp;

using Kind = Outcome::Kind;

namespace {
const QByteArray Message = "Subject: x\r\n\r\n.hello\r\n";
const QString Password = u"s3cret-Passw0rd"_s;

DialogueOptions withSecurity(Security security, const QString &mechanism = {}, bool login = false)
{
    DialogueOptions options{
        .security = security, .login = {}, .allowPlaintextLogin = false, .heloName = "console.test"};
    if (login)
        options.login = Login{.user = u"ops"_s, .password = Secret(Password), .mechanism = mechanism};
    return options;
}

Envelope toRecipients(const QList<QByteArray> &recipients)
{
    return {.sender = "console@acme.test", .recipients = recipients, .message = Message};
}

/// What a played script came to.
struct Played
{
    QString mismatch; ///< Empty when every line was as written.
    std::optional<Outcome> outcome;
    QString transcript;
};

/// Plays \a script: lines "S: …" are fed in pieces of \a cut bytes, "C: …" must be what the client says next, "TLS" is
/// a handshake that succeeds, "LOST" ends the connection. Data is one C line with \n for line ends.
Played play(Dialogue &dialogue, const QString &script, qsizetype cut)
{
    Played played;
    QByteArray said;
    const auto pull = [&](bool handshake) {
        while (!played.outcome) {
            const Step step = dialogue.next();
            if (const auto *send = std::get_if<Send>(&step)) {
                said += send->bytes;
            } else if (const auto *finished = std::get_if<Finished>(&step)) {
                played.outcome = finished->outcome;
            } else {
                return std::holds_alternative<StartTls>(step) == handshake;
            }
        }
        return !handshake;
    };
    const QStringList lines = script.split(u'\n', Qt::SkipEmptyParts);
    for (const QString &raw : lines) {
        const QString line = raw.trimmed();
        const QByteArray text = line.sliced(std::min<qsizetype>(3, line.size())).replace("\\n"_L1, "\r\n"_L1).toUtf8();
        if (line.startsWith(u"S: ")) {
            if (!pull(false) || !said.isEmpty())
                played.mismatch = u"before »%1« the client says »%2«"_s.arg(line, QString::fromUtf8(said));
            const QByteArray wire = text + "\r\n";
            for (qsizetype i = 0; i < wire.size(); i += cut)
                dialogue.feed(QByteArrayView(wire).sliced(i, std::min(cut, wire.size() - i)));
        } else if (line.startsWith(u"C:")) {
            pull(false);
            const QByteArray wanted = text + "\r\n";
            if (!said.startsWith(wanted))
                played.mismatch = u"instead of »%1« the client says »%2«"_s.arg(line, QString::fromUtf8(said));
            said = said.mid(wanted.size());
        } else if (line == u"TLS") {
            if (!pull(true))
                played.mismatch = u"no handshake"_s;
            dialogue.tlsStarted(false);
        } else if (line == u"LOST") {
            pull(false);
            dialogue.connectionLost(u"The mail server closed the connection."_s);
        }
        if (!played.mismatch.isEmpty())
            break;
    }
    pull(false);
    if (played.mismatch.isEmpty() && !said.isEmpty())
        played.mismatch = u"at the end the client says »%1«"_s.arg(QString::fromUtf8(said));
    played.transcript = dialogue.transcript();
    return played;
}

const QString Hello = u"S: 220 mx\nC: EHLO console.test\n"_s;
const QString Clear = Hello + u"S: 250 mx\n"_s;
const QString From = u"C: MAIL FROM:<console@acme.test>\n"_s;
const QString Data = u"C: DATA\nS: 354 go\nC: Subject: x\\n\\n..hello\\n.\n"_s;
const QString Bye = u"C: QUIT\nS: 221 bye\n"_s;
const QString LoginHello =
    Hello + u"S: 250-mx\\n250-STARTTLS\\n250 8BITMIME\nC: STARTTLS\nS: 220 go\nTLS\nC: EHLO console.test\n"_s;
} // namespace

class tst_Dialogue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatItMust_data()
    {
        QTest::addColumn<DialogueOptions>("options");
        QTest::addColumn<QList<QByteArray>>("recipients");
        QTest::addColumn<QString>("script");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QString>("detail");

        const QList<QByteArray> one{"ops@acme.test"_ba};
        const QList<QByteArray> three{"a@acme.test"_ba, "b@acme.test"_ba, "c@acme.test"_ba};
        const DialogueOptions clear = withSecurity(Security::None);
        const DialogueOptions startTls = withSecurity(Security::StartTls);
        const DialogueOptions login = withSecurity(Security::StartTls, {}, true);
        const QString to = u"C: RCPT TO:<ops@acme.test>\nS: 250 ok\n"_s;
        const QString a = u"C: RCPT TO:<a@acme.test>\n"_s;
        const QString b = u"C: RCPT TO:<b@acme.test>\n"_s;
        const QString c = u"C: RCPT TO:<c@acme.test>\n"_s;
        const QString ok = u"S: 250 ok\n"_s;
        const QString rest = From + ok + to + Data + u"S: 250 2.0.0 queued as 7\n"_s + Bye;

        const auto row = [](const char *name, const DialogueOptions &options, const QList<QByteArray> &recipients,
                            const QString &script, Kind kind, const char *detail) {
            QTest::newRow(name) << options << recipients << script << kind << QString::fromUtf8(detail);
        };

        row("the plain walk", clear, one, Clear + rest, Kind::Accepted, "queued as 7");
        row("replies of many lines everywhere", clear, one,
            u"S: 220-hello\\n220 mx\nC: EHLO console.test\nS: 250-mx\\n250 HELP\n"_s + From
                + u"S: 250-sender\\n250 ok\n"_s + to + Data + u"S: 250-2.0.0 fine\\n250 2.0.0 queued as 7\n"_s + Bye,
            Kind::Accepted, "queued as 7");
        row("bare codes", clear, one,
            u"S: 220\nC: EHLO console.test\nS: 250\n"_s + From + u"S: 250\nC: RCPT TO:<ops@acme.test>\nS: 251\n"_s
                + u"C: DATA\nS: 354\nC: Subject: x\\n\\n..hello\\n.\nS: 250\nC: QUIT\nS: 221\n"_s,
            Kind::Accepted, "250");
        row("TLS by STARTTLS, EHLO again", startTls, one, LoginHello + u"S: 250 mx\n"_s + rest, Kind::Accepted,
            "queued as 7");
        row("capabilities before TLS are forgotten", login, one,
            Hello
                + u"S: 250-mx\\n250-STARTTLS\\n250-SIZE 5\\n250 AUTH PLAIN\nC: STARTTLS\nS: 220 go\nTLS\nC: EHLO console.test\n"_s
                + u"S: 250 mx\n"_s + Bye,
            Kind::Misconfigured, "offers no login");
        row("capabilities before TLS are forgotten, with HELO too", startTls, one,
            Hello
                + u"S: 250-mx\\n250-STARTTLS\\n250-PIPELINING\\n250 SIZE 5\nC: STARTTLS\nS: 220 go\nTLS\nC: EHLO console.test\n"_s
                + u"S: 502 what\nC: HELO console.test\nS: 250 mx\n"_s + rest,
            Kind::Accepted, "queued as 7");
        row("a greeting of 554", clear, one, u"S: 554 no service\n"_s + Bye, Kind::Permanent, "554 no service");
        row("a greeting of 421", clear, one, u"S: 421 later\n"_s, Kind::Transient, "421 later");
        row("a greeting of 450", clear, one, u"S: 450 later\n"_s + Bye, Kind::Transient, "450 later");
        row("no greeting", clear, one, u"LOST"_s, Kind::Transient, "closed the connection");
        row("no SMTP", clear, one, u"S: SSH-2.0-OpenSSH\n"_s, Kind::Transient, "not SMTP");
        row("EHLO unknown, HELO", clear, one, Hello + u"S: 502 what\nC: HELO console.test\nS: 250 mx\n"_s + rest,
            Kind::Accepted, "queued");
        row("EHLO unknown, TLS required: no HELO", startTls, one, Hello + u"S: 502 what\n"_s + Bye, Kind::Transient,
            "refused EHLO");
        row("EHLO unknown, login required: no HELO", withSecurity(Security::None, {}, true), one,
            Hello + u"S: 500 what\n"_s + Bye, Kind::Permanent, "refused EHLO");
        row("EHLO refused", clear, one, Hello + u"S: 550 not you\n"_s + Bye, Kind::Permanent, "550 not you");
        row("no STARTTLS offered", login, one, Hello + u"S: 250-mx\\n250 AUTH PLAIN\n"_s + Bye, Kind::Transient,
            "does not offer STARTTLS");
        row("STARTTLS 454", login, one, Hello + u"S: 250-mx\\n250 STARTTLS\nC: STARTTLS\nS: 454 not now\n"_s + Bye,
            Kind::Transient, "454");
        row("STARTTLS 502", login, one, Hello + u"S: 250-mx\\n250 STARTTLS\nC: STARTTLS\nS: 502 no\n"_s + Bye,
            Kind::Transient, "502");
        row("data injected behind the 220", login, one,
            Hello + u"S: 250-mx\\n250 STARTTLS\nC: STARTTLS\nS: 220 go\\n250-evil\\n250 AUTH PLAIN\n"_s,
            Kind::Transient, "injected");
        row("a fragment injected behind the 220", login, one,
            Hello + u"S: 250-mx\\n250 STARTTLS\nC: STARTTLS\nS: 220 go\\n250-INJECTED\n"_s, Kind::Transient,
            "injected");
        row("lost during the handshake", login, one,
            Hello + u"S: 250-mx\\n250 STARTTLS\nC: STARTTLS\nS: 220 go\nLOST"_s, Kind::Transient,
            "closed the connection");

        const QString plain = u"C: AUTH PLAIN AG9wcwBzM2NyZXQtUGFzc3cwcmQ=\n"_s;
        const QString loginLines =
            u"C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: b3Bz\nS: 334 UGFzc3dvcmQ6\nC: czNjcmV0LVBhc3N3MHJk\n"_s;
        row("AUTH PLAIN", login, one,
            LoginHello + u"S: 250-mx\\n250 AUTH LOGIN PLAIN\n"_s + plain + u"S: 235 in\n"_s + rest, Kind::Accepted,
            "queued");
        row("AUTH=PLAIN of older servers", login, one,
            LoginHello + u"S: 250-mx\\n250 AUTH=PLAIN\n"_s + plain + u"S: 235 in\n"_s + rest, Kind::Accepted, "queued");
        row("AUTH LOGIN", login, one,
            LoginHello + u"S: 250-mx\\n250 AUTH LOGIN\n"_s + loginLines + u"S: 235 in\n"_s + rest, Kind::Accepted,
            "queued");
        row("AUTH LOGIN with a third prompt", login, one,
            LoginHello + u"S: 250-mx\\n250 AUTH LOGIN\n"_s + loginLines
                + u"S: 334 UGFzc3dvcmQ6\nC: *\nS: 501 cancelled\n"_s + Bye,
            Kind::Transient, "asks for more");
        row("504 leads to the next mechanism", login, one,
            LoginHello + u"S: 250-mx\\n250 AUTH PLAIN LOGIN\n"_s + plain + u"S: 504 5.5.4 no\n"_s + loginLines
                + u"S: 235 in\n"_s + rest,
            Kind::Accepted, "queued");
        row("534 leads to the next mechanism", login, one,
            LoginHello + u"S: 250-mx\\n250 AUTH PLAIN LOGIN\n"_s + plain + u"S: 534 5.7.9 weak\n"_s + loginLines
                + u"S: 235 in\n"_s + rest,
            Kind::Accepted, "queued");
        row("534 for the last mechanism", login, one,
            LoginHello + u"S: 250-mx\\n250 AUTH PLAIN\n"_s + plain + u"S: 534 5.7.9 weak\n"_s + Bye,
            Kind::Misconfigured, "534 5.7.9 weak");
        row("535 is not tried again", login, one,
            LoginHello + u"S: 250-mx\\n250 AUTH PLAIN LOGIN CRAM-MD5\n"_s + plain + u"S: 535 5.7.8 wrong\n"_s + Bye,
            Kind::Misconfigured, "535 5.7.8 wrong");
        row("454 at the login", login, one,
            LoginHello + u"S: 250-mx\\n250 AUTH PLAIN\n"_s + plain + u"S: 454 4.7.0 later\n"_s + Bye, Kind::Transient,
            "454 4.7.0 later");
        row("a challenge that is not base64", withSecurity(Security::StartTls, u"CRAM-MD5"_s, true), one,
            LoginHello + u"S: 250-mx\\n250 AUTH CRAM-MD5\nC: AUTH CRAM-MD5\nS: 334 <hello>\nC: *\nS: 501 cancelled\n"_s
                + Bye,
            Kind::Transient, "not base64");
        row("a mechanism that is asked for and not offered", withSecurity(Security::StartTls, u"CRAM-MD5"_s, true), one,
            LoginHello + u"S: 250-mx\\n250 AUTH PLAIN\n"_s + Bye, Kind::Misconfigured, "only: PLAIN");
        row("XOAUTH2 refused: an empty line, then 535", withSecurity(Security::StartTls, u"XOAUTH2"_s, true), one,
            LoginHello + u"S: 250-mx\\n250 AUTH XOAUTH2\n"_s
                + u"C: AUTH XOAUTH2 dXNlcj1vcHMBYXV0aD1CZWFyZXIgczNjcmV0LVBhc3N3MHJkAQE=\nS: 334 eyJzdGF0dXMiOiI0MDAifQ==\nC: \nS: 535 no\n"_s
                + Bye,
            Kind::Misconfigured, "535 no");
        row("no login in clear", withSecurity(Security::None, {}, true), one,
            Hello + u"S: 250-mx\\n250 AUTH PLAIN\n"_s + Bye, Kind::Misconfigured, "clear text");
        DialogueOptions allowed = withSecurity(Security::None, {}, true);
        allowed.allowPlaintextLogin = true;
        row("a login in clear that is allowed", allowed, one,
            Hello + u"S: 250-mx\\n250 AUTH PLAIN\n"_s + plain + u"S: 235 in\n"_s + rest, Kind::Accepted, "queued");
        row("implicit TLS", withSecurity(Security::Tls, {}, true), one,
            Hello + u"S: 250-mx\\n250 AUTH PLAIN\n"_s + plain + u"S: 235 in\n"_s + rest, Kind::Accepted, "queued");

        row("SIZE is said", clear, one,
            Hello + u"S: 250-mx\\n250 SIZE 1000000\nC: MAIL FROM:<console@acme.test> SIZE=22\n"_s + ok + to + Data + ok
                + Bye,
            Kind::Accepted, "250 ok");
        row("SIZE without a limit", clear, one,
            Hello + u"S: 250-mx\\n250 SIZE\nC: MAIL FROM:<console@acme.test> SIZE=22\n"_s + ok + to + Data + ok + Bye,
            Kind::Accepted, "250 ok");
        row("too large for the server, found here", clear, one, Hello + u"S: 250-mx\\n250 SIZE 21\n"_s + Bye,
            Kind::Poison, "at most 21");
        row("too large, said by the server", clear, one, Clear + From + u"S: 552 5.3.4 too big\n"_s + Bye, Kind::Poison,
            "552");
        row("parameters refused, MAIL again without", clear, one,
            Hello + u"S: 250-mx\\n250 SIZE\nC: MAIL FROM:<console@acme.test> SIZE=22\nS: 555 what\n"_s + rest,
            Kind::Accepted, "queued");
        row("the sender refused", clear, one, Clear + From + u"S: 550 5.7.1 not yours\n"_s + Bye, Kind::Misconfigured,
            "550 5.7.1");
        row("the sender refused for now", clear, one, Clear + From + u"S: 451 later\n"_s + Bye, Kind::Transient,
            "451 later");
        row("a login is wanted", clear, one, Clear + From + u"S: 530 5.7.0 log in\n"_s + Bye, Kind::Misconfigured,
            "530");

        row("pipelining", clear, three,
            Hello + u"S: 250-mx\\n250 PIPELINING\n"_s + From + a + b + c + u"S: 250 ok\\n250 ok\\n250 ok\\n250 ok\n"_s
                + Data + ok + Bye,
            Kind::Accepted, "3 recipients");
        row("pipelining, the sender refused: all answers are read", clear, three,
            Hello + u"S: 250-mx\\n250 PIPELINING\n"_s + From + a + b + c
                + u"S: 451 later\\n503 what\\n503 what\\n503 what\n"_s + Bye,
            Kind::Transient, "451 later");
        row("one of three refused", clear, three,
            Clear + From + ok + a + ok + b + u"S: 550 5.1.1 unknown\n"_s + c + ok + Data + ok + Bye, Kind::Accepted,
            "Not accepted for 1 of 3: b@acme.test: 550 5.1.1 unknown");
        row("one of three refused for now", clear, three,
            Clear + From + ok + a + ok + b + u"S: 450 4.2.0 greylisted\n"_s + c + ok + Data + ok + Bye, Kind::Transient,
            "greylisted");
        row("all refused: no DATA", clear, three,
            Clear + From + ok + a + u"S: 550 no\n"_s + b + u"S: 553 no\n"_s + c + u"S: 551 no\n"_s + Bye,
            Kind::Permanent, "3 of 3");
        row("too many recipients: a further transaction", clear, three,
            Clear + From + ok + a + ok + b + u"S: 452 4.5.3 too many\n"_s + Data + ok + From + ok + b + ok + c + ok
                + Data + u"S: 250 second\n"_s + Bye,
            Kind::Accepted, "3 recipients");
        row("552 as too many recipients", clear, three,
            Clear + From + ok + a + ok + b + ok + c + u"S: 552 too many\n"_s + Data + ok + From + ok + c + ok + Data
                + ok + Bye,
            Kind::Accepted, "3 recipients");
        row("452 for the first is storage, not number", clear, one,
            Clear + From + ok + u"C: RCPT TO:<ops@acme.test>\nS: 452 full\n"_s + Bye, Kind::Transient, "452 full");
        row("LIMITS RCPTMAX", clear, three,
            Hello + u"S: 250-mx\\n250 LIMITS RCPTMAX=2\n"_s + From + ok + a + ok + b + ok + Data + ok + From + ok + c
                + ok + Data + ok + Bye,
            Kind::Accepted, "3 recipients");
        row("RCPTMAX and nobody taken: RSET, the others", clear, three,
            Hello + u"S: 250-mx\\n250 LIMITS RCPTMAX=2\n"_s + From + ok + a + u"S: 550 no\n"_s + b + u"S: 550 no\n"_s
                + u"C: RSET\nS: 250 ok\n"_s + From + ok + c + ok + Data + ok + Bye,
            Kind::Accepted, "2 of 3");

        row("DATA answered by 250: nothing is sent", clear, one,
            Clear + From + ok + to + u"C: DATA\nS: 250 ok\n"_s + Bye, Kind::Transient, "did not take the message");
        row("DATA 554", clear, one, Clear + From + ok + to + u"C: DATA\nS: 554 no valid recipients\n"_s + Bye,
            Kind::Permanent, "554");
        row("DATA 451", clear, one, Clear + From + ok + to + u"C: DATA\nS: 451 later\n"_s + Bye, Kind::Transient,
            "451");
        row("refused at the end", clear, one, Clear + From + ok + to + Data + u"S: 554 5.7.1 spam\n"_s + Bye,
            Kind::Permanent, "554 5.7.1");
        row("refused at the end for its kind", clear, one,
            Clear + From + ok + to + Data + u"S: 554 5.6.1 media\n"_s + Bye, Kind::Poison, "5.6.1");
        row("refused at the end for its size", clear, one, Clear + From + ok + to + Data + u"S: 552 big\n"_s + Bye,
            Kind::Poison, "552");
        row("refused at the end for now", clear, one, Clear + From + ok + to + Data + u"S: 451 later\n"_s + Bye,
            Kind::Transient, "451");
        row("421 at the end is an answer", clear, one, Clear + From + ok + to + Data + u"S: 421 later\n"_s,
            Kind::Transient, "421");
        row("lost after the last dot", clear, one, Clear + From + ok + to + Data + u"LOST"_s, Kind::Ambiguous,
            "may arrive");
        row("no SMTP after the last dot", clear, one, Clear + From + ok + to + Data + u"S: hello\n"_s, Kind::Ambiguous,
            "may arrive");
        row("lost after 250: delivered all the same", clear, one,
            Clear + From + ok + to + Data + ok + u"C: QUIT\nLOST"_s, Kind::Accepted, "250 ok");
        row("lost before the last dot", clear, one, Clear + From + ok + u"C: RCPT TO:<ops@acme.test>\nLOST"_s,
            Kind::Transient, "closed");
        row("421 in the middle", clear, one, Clear + From + u"S: 421 shutting down\n"_s, Kind::Transient,
            "421 shutting down");
        row("answers ahead of the question", clear, one, Clear + From + u"S: 250 ok\\n250 ok\\n354 go\\n250 queued\n"_s,
            Kind::Transient, "out of turn");

        row("a domain beyond ASCII", clear,
            {"ops@b\xc3\xbc"
             "cher.example"_ba},
            Clear + From + ok + u"C: RCPT TO:<ops@xn--bcher-kva.example>\n"_s + ok + Data + ok + Bye, Kind::Accepted,
            "250 ok");
        row("SMTPUTF8", clear, {"j\xc3\xbcrgen@acme.test"_ba},
            Hello + u"S: 250-mx\\n250 SMTPUTF8\nC: MAIL FROM:<console@acme.test> SMTPUTF8\n"_s + ok
                + u"C: RCPT TO:<jürgen@acme.test>\n"_s + ok + Data + ok + Bye,
            Kind::Accepted, "250 ok");
        row("SMTPUTF8 wanted and not offered", clear, {"j\xc3\xbcrgen@acme.test"_ba, "ops@acme.test"_ba},
            Clear + From + ok + to + Data + ok + Bye, Kind::Accepted, "1 of 2");
        row("an address that would be a command", clear, {"a@acme.test>\r\nRCPT TO:<evil@acme.test"_ba}, Clear + Bye,
            Kind::Permanent, "no mail address");
        row("nobody", clear, {}, Clear + Bye, Kind::Permanent, "nobody");
    }

    void saysWhatItMust()
    {
        QFETCH(DialogueOptions, options);
        QFETCH(QList<QByteArray>, recipients);
        QFETCH(QString, script);
        QFETCH(Kind, kind);
        QFETCH(QString, detail);
        for (const qsizetype cut : {1, 2, 3, 7, 10'000}) {
            Dialogue dialogue(options, toRecipients(recipients));
            const Played played = play(dialogue, script, cut);
            QVERIFY2(played.mismatch.isEmpty(), qPrintable(played.mismatch));
            QVERIFY(played.outcome);
            QVERIFY2(played.outcome->kind == kind, qPrintable(outcomeText(*played.outcome)));
            QVERIFY2(played.outcome->detail.contains(detail), qPrintable(played.outcome->detail));
            QCOMPARE(played.outcome->recipients.size(), recipients.size());
            for (const QString &text : {played.transcript, played.outcome->detail}) {
                QVERIFY2(!text.contains(Password), qPrintable(text));
                QVERIFY2(!text.contains(u"AG9wcwBzM2NyZXQtUGFzc3cwcmQ"_s), qPrintable(text));
                QVERIFY2(!text.contains(u"czNjcmV0LVBhc3N3MHJk"_s), qPrintable(text));
            }
        }
    }

    void tellsEveryRecipientsResult()
    {
        Dialogue dialogue(withSecurity(Security::None), toRecipients({"a@acme.test", "b@acme.test", "c@acme.test"}));
        const Played played = play(
            dialogue,
            Clear + From
                + u"S: 250 ok\nC: RCPT TO:<a@acme.test>\nS: 250 ok\nC: RCPT TO:<b@acme.test>\nS: 550 5.1.1 unknown\n"_s
                + u"C: RCPT TO:<c@acme.test>\nS: 450 4.7.1 greylisted\n"_s + Data + u"S: 250 queued\n"_s + Bye,
            7);
        QCOMPARE(played.mismatch, QString());
        const QList<Outcome::Recipient> expected{{u"a@acme.test"_s, Kind::Accepted, u"250 queued"_s},
                                                 {u"b@acme.test"_s, Kind::Permanent, u"550 5.1.1 unknown"_s},
                                                 {u"c@acme.test"_s, Kind::Transient, u"450 4.7.1 greylisted"_s}};
        QCOMPARE(played.outcome->recipients, expected);
        QCOMPARE(played.outcome->kind, Kind::Transient);
    }

    void knowsTheVectorsOfTheStandards()
    {
        const Login tim{.user = u"tim"_s, .password = Secret(u"tanstaaftanstaaf"_s), .mechanism = {}};
        Authentication cram("CRAM-MD5", tim); // RFC 2195 §2
        QCOMPARE(cram.command(), "AUTH CRAM-MD5"_ba);
        const QByteArray challenge = QByteArray("<1896.697170952@postoffice.reston.mci.net>").toBase64();
        QCOMPARE(challenge, "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"_ba);
        QCOMPARE(cram.answer(challenge), "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"_ba);
        Authentication plain("PLAIN",
                             {.user = u"test"_s, .password = Secret(u"1234"_s), .mechanism = {}}); // RFC 4954 §4
        QCOMPARE(plain.command(), "AUTH PLAIN AHRlc3QAMTIzNA=="_ba);
    }

    void keepsALongInitialResponseBack()
    {
        const QString token(400, u'x');
        Authentication plain("PLAIN", {.user = u"ops"_s, .password = Secret(token), .mechanism = {}});
        QCOMPARE(plain.command(), "AUTH PLAIN"_ba);
        QCOMPARE(plain.answer({}), (QByteArray("\0ops\0", 5) + token.toLatin1()).toBase64());
        Authentication oauth("XOAUTH2", {.user = u"ops"_s, .password = Secret(token), .mechanism = {}});
        QCOMPARE(oauth.command(), "AUTH XOAUTH2"_ba);
        QCOMPARE(oauth.answer({}), ("user=ops\1auth=Bearer " + token.toLatin1() + "\1\1").toBase64());
        QCOMPARE(oauth.answer("eyJzdGF0dXMiOiI0MDAifQ=="), QByteArray());
    }

    void keepsALongLineExactlyAtTheLimit()
    {
        // "AUTH PLAIN " + base64 + CRLF = 512 octets needs 499 characters of base64: 496 fit, 500 do not.
        const QString fits(367, u'x'); // "\0ops\0" + 367 = 372 octets = 496 characters
        Authentication at("PLAIN", {.user = u"ops"_s, .password = Secret(fits), .mechanism = {}});
        QVERIFY(at.command().size() > 100);
        QVERIFY(at.command().size() + 2 <= 512);
        Authentication beyond("PLAIN", {.user = u"ops"_s, .password = Secret(fits + u'x'), .mechanism = {}});
        QCOMPARE(beyond.command(), "AUTH PLAIN"_ba);
    }

    void masksASecretThatTheServerEchoes()
    {
        Dialogue dialogue(withSecurity(Security::Tls, {}, true), toRecipients({"ops@acme.test"}));
        const Played played = play(dialogue,
                                   Hello + u"S: 250-mx\\n250 AUTH PLAIN\nC: AUTH PLAIN AG9wcwBzM2NyZXQtUGFzc3cwcmQ=\n"_s
                                       + u"S: 535 not AG9wcwBzM2NyZXQtUGFzc3cwcmQ= and not s3cret-Passw0rd\n"_s + Bye,
                                   3);
        QCOMPARE(played.mismatch, QString());
        QVERIFY2(played.outcome->detail.contains(u"535 not *** and not ***"_s), qPrintable(played.outcome->detail));
        QVERIFY2(!played.transcript.contains(Password), qPrintable(played.transcript));
        QVERIFY2(played.transcript.contains(u"C: AUTH PLAIN ***"_s), qPrintable(played.transcript));
    }

    void boundsTheTranscript()
    {
        Dialogue dialogue(withSecurity(Security::None), toRecipients({"ops@acme.test"}));
        dialogue.feed("220 mx\r\n");
        (void)dialogue.next();
        for (int i = 0; i < 90; ++i)
            dialogue.feed("250-" + QByteArray(600, 'x') + "\r\n");
        dialogue.feed("250 x\r\n");
        QVERIFY(dialogue.transcript().size() <= 16 * 1024);
        QVERIFY(dialogue.transcript().endsWith(u"[more was said]\n"_s));
    }

    void sendsALongMessageInPieces()
    {
        Envelope envelope = toRecipients({"ops@acme.test"});
        envelope.message = ("." + QByteArray(70, 'x') + "\r\n").repeated(5000);
        Dialogue dialogue(withSecurity(Security::None), envelope);
        for (const char *line : {"220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n"}) {
            dialogue.feed(QByteArrayView(line));
            if (dialogue.phase() != Dialogue::Phase::Data)
                QVERIFY(std::holds_alternative<Send>(dialogue.next()));
        }
        QByteArray wire;
        int pieces = 0;
        while (dialogue.phase() == Dialogue::Phase::Data) {
            const Step step = dialogue.next();
            wire += std::get<Send>(step).bytes;
            ++pieces;
        }
        QVERIFY(pieces > 5);
        QCOMPARE(wire, (".." + QByteArray(70, 'x') + "\r\n").repeated(5000) + ".\r\n");
        QCOMPARE(dialogue.phase(), Dialogue::Phase::EndOfData);
    }

    void isNotInDoubtBeforeTheLastPiece()
    {
        Envelope envelope = toRecipients({"ops@acme.test"});
        envelope.message = QByteArray(100'000, 'x');
        Dialogue dialogue(withSecurity(Security::None), envelope);
        for (const char *line : {"220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n"}) {
            dialogue.feed(QByteArrayView(line));
            (void)dialogue.next();
        }
        dialogue.feed("354 go\r\n");
        (void)dialogue.next();
        dialogue.connectionLost(u"The connection broke."_s);
        QCOMPARE(std::get<Finished>(dialogue.next()).outcome.kind, Kind::Transient);
    }

private:
    static QString outcomeText(const Outcome &outcome)
    {
        return u"kind %1, status %2: %3"_s.arg(QString::number(int(outcome.kind)), QString::number(outcome.status),
                                               outcome.detail);
    }
};

QTEST_GUILESS_MAIN(tst_Dialogue)
#include "tst_dialogue.moc"
