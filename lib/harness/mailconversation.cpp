// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Commands, replies and the faults among them.

#include "harness/mailconversation.h"

#include "harness/mailjudge.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr qsizetype LongestCommand = 512;     // RFC 5321 §4.5.3.1.4, with CRLF
constexpr qsizetype LongestAuthLine = 12'288; // RFC 4954 §4
constexpr QByteArrayView Challenge = "<1896.697170952@mail.harness.test>";

bool isMatch(const QByteArray &text, const QString &pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(QString::fromLatin1(text)).hasMatch();
}

const QString &domainPattern()
{
    static const QString pattern =
        u"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"_s;
    return pattern;
}

const QString &literalPattern()
{
    static const QString pattern = u"\\[(?:\\d{1,3}(?:\\.\\d{1,3}){3}|IPv6:[0-9A-Fa-f:.]+)\\]"_s;
    return pattern;
}

/// RFC 5321 §4.1.2, without quoted local parts, which hardly a server takes.
bool isMailbox(const QByteArray &address)
{
    return address.size() <= 254
           && isMatch(address, u"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:"_s
                                   + domainPattern() + u'|' + literalPattern() + u')');
}

std::optional<QByteArray> fromBase64(const QByteArray &text)
{
    const auto result =
        QByteArray::fromBase64Encoding(text, QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    if (result.decodingStatus != QByteArray::Base64DecodingStatus::Ok || text.size() % 4 != 0)
        return std::nullopt;
    return result.decoded;
}

} // namespace

MailConversation::MailConversation(MailRules rules, FaultSwitch &faults, bool tlsPossible, bool encrypted,
                                   Watcher watcher)
    : m_rules(std::move(rules))
    , m_faults(faults)
    , m_watcher(std::move(watcher))
    , m_tlsPossible(tlsPossible)
    , m_encrypted(encrypted)
{
}

QByteArray MailConversation::takeOutput()
{
    return std::exchange(m_out, {});
}

void MailConversation::reply(const QByteArray &text)
{
    m_out += text + "\r\n";
}

void MailConversation::refuse(const QByteArray &text, const QString &why)
{
    reply(text);
    m_watcher.violated(why);
}

void MailConversation::greet()
{
    if (m_faults.strikes(Fault::Unavailable)) {
        reply("421 4.3.2 " + m_rules.name + " is closing for maintenance");
        m_wish = Wish::Close;
        return;
    }
    reply("220 " + m_rules.name + " ESMTP");
}

void MailConversation::encrypted()
{
    m_encrypted = true;
    m_wish = Wish::Nothing;
    m_greeted = false;
    m_in.clear();
    resetTransaction();
}

void MailConversation::feed(QByteArrayView bytes)
{
    m_in += bytes;
    while (!isOver()) {
        if (m_state == State::Data) {
            if (m_hangsUp && !m_in.isEmpty()) {
                m_wish = Wish::Abort;
                return;
            }
            const qsizetype end = m_in.startsWith(".\r\n") ? 0 : m_in.indexOf("\r\n.\r\n");
            if (end < 0) {
                if (m_in.size() > m_rules.size + m_rules.size / 4) // stuffing doubles few dots; nobody means this well
                    m_wish = Wish::Close;
                return;
            }
            const QByteArray message = m_in.first(end == 0 ? 0 : end + 2);
            m_in.remove(0, end + (end == 0 ? 3 : 5));
            endOfData(message);
            continue;
        }
        const bool inAuth = m_state != State::Command;
        const qsizetype end = m_in.indexOf('\n');
        if (end >= (inAuth ? LongestAuthLine : LongestCommand) || (end < 0 && m_in.size() > LongestAuthLine)) {
            refuse("500 5.5.2 Line too long", u"a command is longer than 512 octets"_s);
            m_wish = Wish::Close;
            return;
        }
        if (end < 0)
            return;
        QByteArray line = m_in.first(end + 1);
        m_in.remove(0, end + 1);
        if (!line.endsWith("\r\n") || line.chopped(2).contains('\r') || line.contains('\0')) {
            refuse("500 5.5.2 Bare line feed", u"a command does not end in CRLF"_s);
            continue;
        }
        line.chop(2);
        // PIPELINING is not offered, so the client must wait for each reply.
        if (!m_in.isEmpty())
            m_watcher.violated(
                u"something was sent before the reply to %1"_s.arg(QString::fromLatin1(line.left(8)).simplified()));
        if (inAuth)
            authStep(line);
        else
            command(line);
    }
}

void MailConversation::command(const QByteArray &line)
{
    const qsizetype blank = line.indexOf(' ');
    const QByteArray verb = (blank < 0 ? line : line.first(blank)).toUpper();
    const QByteArray argument = blank < 0 ? QByteArray() : line.sliced(blank + 1);
    if (verb == "EHLO" || verb == "HELO")
        hello(verb, argument);
    else if (verb == "STARTTLS")
        startTls(line.sliced(verb.size()));
    else if (verb == "AUTH")
        auth(argument);
    else if (verb == "MAIL")
        mail(argument);
    else if (verb == "RCPT")
        recipient(argument);
    else if (verb == "DATA")
        data();
    else if (verb == "RSET") {
        resetTransaction();
        reply("250 2.0.0 Ok");
    } else if (verb == "NOOP")
        reply("250 2.0.0 Ok");
    else if (verb == "VRFY")
        reply("252 2.5.2 Send some mail, we will try");
    else if (verb == "QUIT") {
        reply("221 2.0.0 Bye");
        m_wish = Wish::Close;
    } else
        refuse("500 5.5.1 Command unrecognized", u"%1 is no command"_s.arg(QString::fromLatin1(verb.left(16))));
}

void MailConversation::hello(const QByteArray &verb, const QByteArray &argument)
{
    if (!isMatch(argument, domainPattern()) && !isMatch(argument, literalPattern())) {
        refuse("501 5.5.4 Domain or address literal expected",
               u"%1 names neither a domain nor an address literal"_s.arg(QString::fromLatin1(verb)));
        return;
    }
    m_greeted = true;
    resetTransaction();
    if (verb == "HELO") {
        reply("250 " + m_rules.name);
        return;
    }
    QList<QByteArray> lines{m_rules.name + " greets you", "SIZE " + QByteArray::number(m_rules.size), "8BITMIME",
                            "ENHANCEDSTATUSCODES"};
    m_stripped = m_tlsPossible && !m_encrypted && m_faults.strikes(Fault::StrippedStartTls);
    if (m_stripped)
        lines.append("XXXXXXXX");
    else if (m_tlsPossible && !m_encrypted && !m_faults.strikes(Fault::NoStartTls))
        lines.append("STARTTLS");
    if (m_encrypted || m_rules.loginInClear || m_stripped)
        lines.append("AUTH PLAIN LOGIN CRAM-MD5 XOAUTH2");
    for (qsizetype i = 0; i < lines.size(); ++i)
        reply((i + 1 < lines.size() ? "250-" : "250 ") + lines.at(i));
}

void MailConversation::startTls(const QByteArray &argument)
{
    if (!argument.isEmpty())
        return refuse("501 5.5.4 No parameters allowed", u"STARTTLS has parameters"_s);
    if (m_faults.strikes(Fault::RefusedStartTls))
        return reply("454 4.7.0 TLS not available due to temporary reason");
    if (m_encrypted || !m_tlsPossible || m_stripped)
        return refuse("503 5.5.1 TLS is not possible now", u"STARTTLS where it was not offered"_s);
    if (!m_in.isEmpty()) { // what is in clear must not be taken for encrypted (CVE-2011-0411)
        reply("421 4.7.0 Commands before the handshake");
        m_wish = Wish::Close;
        return;
    }
    reply("220 2.0.0 Ready to start TLS");
    if (m_faults.strikes(Fault::InjectedStartTls))
        m_out += "250-" + m_rules.name + "\r\n250 AUTH PLAIN\r\n";
    m_wish = Wish::StartTls;
}

void MailConversation::auth(const QByteArray &argument)
{
    if (!m_greeted || m_inMail || m_loggedIn)
        return refuse("503 5.5.1 AUTH is not possible now", u"AUTH before EHLO, within a transaction or twice"_s);
    if (!m_encrypted && !m_rules.loginInClear)
        return refuse("538 5.7.11 Encryption required", u"AUTH in clear, where it was not offered"_s);
    const QList<QByteArray> words = argument.split(' ');
    const QByteArray mechanism = words.first().toUpper();
    const QByteArray initial = words.value(1);
    if (words.size() > 2)
        return refuse("501 5.5.4 Too many arguments", u"AUTH has too many arguments"_s);
    if (mechanism == "PLAIN") {
        m_state = State::AuthPlain;
        if (initial.isEmpty())
            return reply("334 ");
        return authStep(initial);
    }
    if (mechanism == "LOGIN") {
        m_state = State::AuthLoginUser;
        if (initial.isEmpty())
            return reply("334 " + QByteArray("Username:").toBase64());
        return authStep(initial);
    }
    if (mechanism == "CRAM-MD5") {
        m_state = State::AuthCram;
        m_challenge = Challenge.toByteArray();
        return reply("334 " + m_challenge.toBase64());
    }
    if (mechanism == "XOAUTH2") {
        m_state = State::AuthToken;
        if (initial.isEmpty())
            return reply("334 ");
        return authStep(initial);
    }
    refuse("504 5.5.4 Mechanism not supported", u"AUTH with a mechanism that was not offered"_s);
}

void MailConversation::authStep(const QByteArray &line)
{
    const State state = std::exchange(m_state, State::Command);
    if (line == "*")
        return reply("501 5.7.0 Cancelled");
    const auto response = fromBase64(line == "=" ? QByteArray() : line);
    if (!response)
        return refuse("501 5.5.2 Not base64", u"an answer to AUTH is not base64"_s);
    switch (state) {
    case State::AuthPlain: {
        const QList<QByteArray> parts = response->split('\0');
        if (parts.size() != 3)
            return refuse("501 5.5.2 Two NUL expected", u"the answer to AUTH PLAIN has not the form of RFC 4616"_s);
        return login(QString::fromUtf8(parts.at(1)), QString::fromUtf8(parts.at(2)) == m_rules.password);
    }
    case State::AuthLoginUser:
        m_user = QString::fromUtf8(*response);
        m_state = State::AuthLoginPassword;
        return reply("334 " + QByteArray("Password:").toBase64());
    case State::AuthLoginPassword:
        return login(m_user, QString::fromUtf8(*response) == m_rules.password);
    case State::AuthCram: {
        const qsizetype blank = response->lastIndexOf(' ');
        if (blank < 0)
            return refuse("501 5.5.2 User and digest expected",
                          u"the answer to CRAM-MD5 has not the form of RFC 2195"_s);
        const QByteArray digest =
            QMessageAuthenticationCode::hash(m_challenge, m_rules.password.toUtf8(), QCryptographicHash::Md5).toHex();
        return login(QString::fromUtf8(response->first(blank)),
                     m_rules.user.isEmpty() || response->sliced(blank + 1) == digest);
    }
    case State::AuthToken:
        return tokenStep(*response);
    case State::AuthTokenRefused: // whatever was said; an empty line is right
        return reply("535 5.7.8 Authentication credentials invalid");
    case State::Command:
    case State::Data:
        break;
    }
}

/// What Google and Microsoft specify: "user=" u ^A "auth=Bearer " token ^A ^A.
void MailConversation::tokenStep(const QByteArray &response)
{
    const QList<QByteArray> parts = response.split('\x01');
    if (parts.size() != 4 || !parts.at(0).startsWith("user=") || !parts.at(1).startsWith("auth=Bearer ")
        || !parts.at(2).isEmpty() || !parts.at(3).isEmpty())
        return refuse("501 5.5.2 User and bearer expected", u"the answer to AUTH XOAUTH2 has not its form"_s);
    const QString user = QString::fromUtf8(parts.at(0).sliced(5));
    const bool right = QString::fromUtf8(parts.at(1).sliced(12)) == m_rules.password;
    if (m_faults.fault() == Fault::AuthRefused || !isRight(user, right)) {
        (void)m_faults.strikes(Fault::AuthRefused);
        m_state = State::AuthTokenRefused;
        return reply(
            "334 "
            + QByteArray(R"({"status":"400","schemes":"Bearer","scope":"https://mail.harness.test/"})").toBase64());
    }
    login(user, right);
}

bool MailConversation::isRight(const QString &user, bool password) const
{
    return m_rules.user.isEmpty() || (user == m_rules.user && password);
}

void MailConversation::login(const QString &user, bool right)
{
    if (m_faults.strikes(Fault::AuthRefused) || !isRight(user, right)) {
        m_user.clear();
        return reply("535 5.7.8 Authentication credentials invalid");
    }
    m_user = user;
    m_loggedIn = true;
    reply("235 2.7.0 Authentication successful");
}

void MailConversation::mail(const QByteArray &argument)
{
    if (m_faults.strikes(Fault::Stall)) {
        m_wish = Wish::Silence;
        return;
    }
    if (m_faults.strikes(Fault::Reset)) {
        m_wish = Wish::Abort;
        return;
    }
    if (m_faults.strikes(Fault::StallAmid)) {
        m_out += "250-2.1";
        m_wish = Wish::Silence;
        return;
    }
    if (m_faults.strikes(Fault::Garbage))
        return reply("HTTP/1.1 400 Bad Request");
    if (m_faults.strikes(Fault::TooLarge))
        return reply("552 5.3.4 Message size exceeds fixed limit");
    if (m_faults.strikes(Fault::EndlessBody)) {
        m_out += QByteArray("250-and more to say\r\n").repeated(64);
        m_wish = Wish::Flood;
        return;
    }
    if (m_faults.strikes(Fault::RateLimited)) {
        reply("421 4.7.0 Too many messages, come back later");
        m_wish = Wish::Close;
        return;
    }
    if (!m_greeted || m_inMail)
        return refuse("503 5.5.1 MAIL is not possible now", u"MAIL before EHLO or within a transaction"_s);
    if (m_rules.loginRequired && !m_loggedIn)
        return refuse("530 5.7.0 Authentication required", u"MAIL before AUTH"_s);
    static const QRegularExpression syntax(u"\\AFROM:<([^<> ]*)>((?: [^ ]+)*)\\z"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = syntax.match(QString::fromLatin1(argument));
    if (!match.hasMatch())
        return refuse("501 5.5.4 Syntax: MAIL FROM:<address>", u"MAIL has not the form MAIL FROM:<address>"_s);
    const QByteArray from = match.captured(1).toLatin1();
    if (!from.isEmpty() && !isMailbox(from))
        return refuse("553 5.1.7 Not a mailbox", u"the sender is no address"_s);
    m_eightBit = false;
    if (!mailParameters(match.captured(2).toLatin1().simplified().split(' ')))
        return;
    m_inMail = true;
    m_from = from;
    reply("250 2.1.0 Ok");
}

bool MailConversation::mailParameters(const QList<QByteArray> &parameters)
{
    for (const QByteArray &parameter : parameters) {
        const QByteArray upper = parameter.toUpper();
        if (upper.startsWith("SIZE=")) {
            bool ok = false;
            const qint64 size = parameter.sliced(5).toLongLong(&ok);
            if (!ok || size < 0) {
                refuse("501 5.5.4 Bad SIZE", u"SIZE is no number"_s);
                return false;
            }
            if (size > m_rules.size) {
                refuse("552 5.3.4 Message too big", u"the message is announced greater than SIZE"_s);
                return false;
            }
        } else if (upper == "BODY=8BITMIME" || upper == "BODY=7BIT") {
            m_eightBit = upper == "BODY=8BITMIME";
        } else if (!parameter.isEmpty() && !upper.startsWith("AUTH=")) {
            refuse("555 5.5.4 Parameter not recognized", u"MAIL has a parameter that was not offered"_s);
            return false;
        }
    }
    return true;
}

void MailConversation::recipient(const QByteArray &argument)
{
    if (!m_inMail)
        return refuse("503 5.5.1 MAIL first", u"RCPT before MAIL"_s);
    static const QRegularExpression syntax(u"\\ATO:<([^<> ]+)>\\z"_s, QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = syntax.match(QString::fromLatin1(argument));
    if (!match.hasMatch())
        return refuse("501 5.5.4 Syntax: RCPT TO:<address>", u"RCPT has not the form RCPT TO:<address>"_s);
    const QByteArray address = match.captured(1).toLatin1();
    if (!isMailbox(address))
        return refuse("553 5.1.3 Not a mailbox", u"a recipient is no address"_s);
    if (m_faults.fault() == Fault::Greylist) {
        (void)m_faults.strikes(Fault::Greylist);
        return reply("450 4.7.1 Greylisted, come back in a minute");
    }
    if (m_faults.strikes(Fault::Redirect))
        return reply("551 5.1.6 User not local, try <elsewhere@other.test>");
    if (!m_firstCame && m_faults.strikes(Fault::RecipientRefused)) {
        m_firstCame = true;
        return reply("550 5.1.1 No such user here");
    }
    m_firstCame = true;
    if (m_rules.refused.contains(address))
        return reply("550 5.1.1 No such user here");
    const bool enough = !m_recipients.isEmpty() && m_faults.strikes(Fault::TooManyRecipients);
    if (enough || m_recipients.size() >= m_rules.recipients)
        return reply("452 4.5.3 Too many recipients");
    m_recipients.append(address);
    reply("250 2.1.5 Ok");
}

void MailConversation::data()
{
    if (!m_inMail || m_recipients.isEmpty())
        return refuse("503 5.5.1 No valid recipients", u"DATA without a recipient"_s);
    if (!m_in.isEmpty()) {
        refuse("554 5.5.0 The message came before 354", u"the message was sent before 354"_s);
        m_wish = Wish::Close;
        return;
    }
    m_hangsUp = m_faults.strikes(Fault::HangUpAmidData);
    reply("354 End data with <CR><LF>.<CR><LF>");
    m_state = State::Data;
}

void MailConversation::endOfData(const QByteArray &stuffed)
{
    m_state = State::Command;
    ReceivedMail mail{.from = m_from, .recipients = m_recipients, .user = m_user, .encrypted = m_encrypted};
    mail.wrong = judgeTransport(stuffed);
    mail.message = withoutStuffing(stuffed);
    mail.wrong += judgeMessage(mail.message, m_eightBit);
    mail.messageId = fieldOf(mail.message, "Message-ID");
    const bool tooBig = mail.message.size() > m_rules.size;
    if (tooBig)
        mail.wrong.append(u"the message is greater than SIZE"_s);
    mail.refused = !mail.wrong.isEmpty();
    resetTransaction();
    answerMessage(std::move(mail));
}

void MailConversation::answerMessage(ReceivedMail mail)
{
    if (m_faults.strikes(Fault::ServerError))
        return reply("451 4.3.0 Queue file write error");
    if (mail.refused) {
        for (const QString &wrong : std::as_const(mail.wrong))
            m_watcher.violated(wrong);
        reply("554 5.6.0 Message refused: " + mail.wrong.join("; "_L1).toLatin1().left(400));
        m_watcher.received(mail);
        return;
    }
    ++m_messages;
    const QByteArray accepted = "250 2.0.0 Ok: queued as " + QByteArray::number(m_messages).rightJustified(8, '0');
    if (m_faults.strikes(Fault::StallAfter))
        m_wish = Wish::Silence;
    else if (m_faults.strikes(Fault::ResetAfter))
        m_wish = Wish::Abort;
    else if (m_faults.strikes(Fault::HalfReply)) {
        m_out += accepted.first(2);
        m_wish = Wish::Close;
    } else
        reply(accepted);
    m_watcher.received(mail);
}

void MailConversation::resetTransaction()
{
    m_inMail = false;
    m_firstCame = false;
    m_from.clear();
    m_recipients.clear();
}

} // namespace escalite::harness
