// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "smtp/dialogue.h"

#include "smtp/address.h"
#include "smtp/authentication.h"
#include "smtp/dotstuffing.h"
#include "smtp/recipientlist.h"
#include "smtp/reply.h"

#include <QHash>
#include <QStringList>

#include <algorithm>
#include <deque>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::smtp {

namespace {
using Kind = Outcome::Kind;

constexpr qsizetype MaxTranscript = 16 * 1024; // UTF-16 units
constexpr qsizetype ChunkSize = 32 * 1024;     // of the message, per Send
constexpr int MaxPerTransaction = 100;         // RFC 5321 §4.5.3.1.8: every server takes that many
constexpr int Mail = -1;                       // in the list of awaited replies; others are numbers of recipients

enum class State : quint8 {
    Greeting,
    Ehlo,
    Helo,
    StartTls,
    Handshake,
    Auth,
    GivingUp, ///< "*" was sent: the login is called off.
    Envelope, ///< MAIL and RCPT.
    Reset,
    Data,
    Content,
    EndOfData,
    Quit,
    Kept, ///< Decided, and the connection waits for a further message.
    Ended,
};
} // namespace

struct Dialogue::Private
{
    DialogueOptions options;
    Envelope envelope;
    ReplyParser parser;
    State state = State::Greeting;

    struct Queued
    {
        Step step;
        int replies = 0; ///< How many the server owes once it is handed out.
    };
    std::deque<Queued> queue;
    int expected = 1; ///< Replies owed for what was handed out. The greeting comes by itself.

    bool secure = false;
    QHash<QByteArray, QByteArray> extensions; ///< Of the last EHLO: keyword in capitals -> rest of the line.
    QList<QByteArray> mechanisms;             ///< Still to be tried.
    std::optional<Authentication> authentication;
    std::optional<WireAddress> sender;
    RecipientList recipients{{}};
    std::deque<int> awaited; ///< Whose replies are owed, in order, during State::Envelope.
    bool plainMail = false;  ///< MAIL without parameters, since the server refused them.
    bool mailTaken = false;
    std::optional<Reply> mailRefusal;
    bool roomEnded = false; ///< The server takes no more recipients in this transaction.
    DotStuffer stuffer;
    qsizetype offset = 0; ///< Of the message, behind what was handed out.
    bool dotSent = false;
    bool heard = false; ///< The server has said something since this envelope was begun.
    std::optional<Outcome> outcome;
    QStringList masked; ///< What must be read nowhere.
    QString transcript;

    void take(Envelope next);
    void onReply(const Reply &reply);
    void onEhlo(const Reply &reply);
    void onAuth(const Reply &reply);
    void onEnvelope(const Reply &reply);
    void onEndOfData(const Reply &reply);
    void afterEhlo();
    void nextMechanism();
    void beginTransaction();
    void nextRecipient();
    void afterRecipients();
    void fail(Kind kind, const QString &detail, int status, bool quit);
    void conclude(const QString &detail, int status, bool quit);
    void command(const QByteArray &line, const QByteArray &shown = {});
    void record(const QString &line);
    [[nodiscard]] QString mask(QString text) const;
    [[nodiscard]] QString said(const Reply &reply) const { return mask(reply.text()); }
    [[nodiscard]] bool offers(const char *keyword) const { return extensions.contains(QByteArray(keyword)); }
    [[nodiscard]] QByteArray mailCommand() const;
    [[nodiscard]] int roomPerTransaction() const;
};

Dialogue::Dialogue(DialogueOptions options, Envelope envelope) : d(std::make_unique<Private>())
{
    d->options = std::move(options);
    d->secure = d->options.security == Security::Tls;
    d->take(std::move(envelope));
    if (d->options.login) {
        const QString password = d->options.login->password.reveal();
        const QByteArray user = d->options.login->user.toUtf8();
        const QByteArray bytes = password.toUtf8();
        if (!password.isEmpty()) {
            for (const QByteArray &blob :
                 {'\0' + user + '\0' + bytes, "user=" + user + "\1auth=Bearer " + bytes + "\1\1", bytes})
                d->masked.append(QString::fromLatin1(blob.toBase64()));
            d->masked.append(password);
        }
    }
}

Dialogue::~Dialogue() = default;

void Dialogue::Private::take(Envelope next)
{
    envelope = std::move(next);
    sender = wireAddress(QString::fromUtf8(envelope.sender));
    recipients = RecipientList(envelope.recipients);
    plainMail = false;
    heard = false;
    outcome.reset();
    transcript.clear();
}

bool Dialogue::isKept() const
{
    return d->state == State::Kept;
}

void Dialogue::nextEnvelope(Envelope envelope)
{
    if (!isKept())
        return;
    d->take(std::move(envelope));
    d->record(u"-- connection kept from the message before --"_s);
    d->beginTransaction();
}

void Dialogue::quit()
{
    if (!isKept())
        return;
    d->state = State::Quit;
    d->command("QUIT");
}

bool Dialogue::hasHeard() const
{
    return d->heard;
}

void Dialogue::feed(QByteArrayView bytes)
{
    if (bytes.isEmpty() || d->state == State::Ended)
        return;
    if (d->state == State::Handshake) {
        tlsStarted(true);
        return;
    }
    d->parser.feed(bytes);
    while (d->state != State::Ended) {
        const std::optional<Reply> reply = d->parser.take();
        if (!reply)
            break;
        for (const QByteArray &line : reply->lines)
            d->record(u"S: %1 %2"_s.arg(QString::number(reply->code), d->mask(textFromWire(line))));
        d->onReply(*reply);
        if (d->state == State::Handshake && !d->parser.isEmpty())
            tlsStarted(true);
    }
    if (d->state != State::Ended && !d->parser.broken().isEmpty())
        connectionLost(d->parser.broken());
}

void Dialogue::tlsStarted(bool pending)
{
    if (d->state != State::Handshake)
        return;
    if (pending || !d->parser.isEmpty()) {
        d->fail(
            Kind::Transient,
            u"The connection was broken off: data was injected before the encryption began, somebody may be listening."_s,
            0, false);
        return;
    }
    d->record(u"-- TLS --"_s);
    d->secure = true;
    d->extensions.clear(); // RFC 3207 §4.2: nothing learnt in clear counts.
    d->state = State::Ehlo;
    d->command("EHLO " + d->options.heloName);
}

void Dialogue::connectionLost(const QString &why)
{
    if (d->state == State::Ended)
        return;
    if (d->state == State::Kept) { // The message before was decided; nothing hangs on the connection.
        d->state = State::Ended;
        return;
    }
    if (d->state == State::Quit) {
        d->state = State::Ended;
        d->queue.clear();
        d->queue.push_back({.step = Finished{*d->outcome}});
        return;
    }
    if (d->dotSent) {
        const QString detail =
            u"The mail server had the whole message and gave no answer, so it may arrive: %1"_s.arg(why);
        d->recipients.decideTaken(Kind::Ambiguous, detail);
        d->fail(Kind::Transient, detail, 0, false);
        return;
    }
    d->fail(Kind::Transient, why, 0, false);
}

Step Dialogue::next()
{
    if (d->queue.empty() && d->state == State::Content) {
        const QByteArrayView rest = QByteArrayView(d->envelope.message).sliced(d->offset);
        const QByteArrayView chunk = rest.first(std::min(rest.size(), ChunkSize));
        Send send{.bytes = d->stuffer.feed(chunk)};
        d->offset += chunk.size();
        if (d->offset == d->envelope.message.size()) {
            send.bytes += d->stuffer.end();
            d->record(u"C: [the message, %1 bytes]"_s.arg(d->envelope.message.size()));
            d->state = State::EndOfData;
            d->dotSent = true;
            d->expected = 1;
        }
        return send;
    }
    if (d->queue.empty())
        return Wait{};
    const Private::Queued queued = std::move(d->queue.front());
    d->queue.pop_front();
    d->expected += queued.replies;
    return queued.step;
}

Dialogue::Phase Dialogue::phase() const
{
    switch (d->state) {
    case State::Greeting:
        return Phase::Greeting;
    case State::Content:
        return Phase::Data;
    case State::EndOfData:
        return Phase::EndOfData;
    case State::Quit:
    case State::Kept:
    case State::Ended:
        return Phase::Done;
    default:
        return Phase::Command;
    }
}

QString Dialogue::stage() const
{
    switch (d->state) {
    case State::Greeting:
    case State::Ehlo:
    case State::Helo:
        return u"greeting"_s;
    case State::StartTls:
    case State::Handshake:
        return u"tls"_s;
    case State::Auth:
    case State::GivingUp:
        return u"authenticate"_s;
    default:
        return u"hand over"_s;
    }
}

QString Dialogue::transcript() const
{
    return d->transcript;
}

void Dialogue::Private::onReply(const Reply &reply)
{
    heard = heard || reply.code != 421;
    if (state == State::Kept) { // Nobody asked: 421, the server tires of waiting.
        state = State::Ended;
        return;
    }
    if (state == State::Quit) {
        state = State::Ended;
        queue.clear();
        queue.push_back({.step = Finished{*outcome}});
        return;
    }
    if (reply.code == 421) { // The server closes; allowed at any time (RFC 5321 §3.8).
        if (dotSent)
            recipients.decideTaken(Kind::Transient, said(reply));
        fail(Kind::Transient, u"The mail server closed the conversation: %1"_s.arg(said(reply)), reply.code, false);
        return;
    }
    if (expected == 0) {
        const bool early = state == State::Content && reply.code >= 400;
        fail(early && reply.isPermanent() ? Kind::Permanent : Kind::Transient,
             early ? u"The mail server refused the message while it was being sent: %1"_s.arg(said(reply))
                   : u"The mail server spoke out of turn: %1"_s.arg(said(reply)),
             reply.code, false);
        return;
    }
    --expected;
    switch (state) {
    case State::Greeting:
        if (reply.code != 220) {
            fail(reply.isPermanent() ? Kind::Permanent : Kind::Transient,
                 u"The mail server gives no service: %1"_s.arg(said(reply)), reply.code, true);
            return;
        }
        state = State::Ehlo;
        command("EHLO " + options.heloName);
        return;
    case State::Ehlo:
        onEhlo(reply);
        return;
    case State::Helo:
        if (reply.isPositive())
            beginTransaction();
        else
            fail(reply.isPermanent() ? Kind::Permanent : Kind::Transient,
                 u"The mail server refused HELO: %1"_s.arg(said(reply)), reply.code, true);
        return;
    case State::StartTls:
        if (reply.code != 220) {
            fail(Kind::Transient, u"The mail server does not start TLS, so nothing was sent: %1"_s.arg(said(reply)),
                 reply.code, true);
            return;
        }
        state = State::Handshake;
        queue.push_back({.step = smtp::StartTls{}});
        return;
    case State::Auth:
        onAuth(reply);
        return;
    case State::GivingUp:
        fail(Kind::Transient, authentication->broken(), reply.code, true);
        return;
    case State::Envelope:
        onEnvelope(reply);
        return;
    case State::Reset:
        beginTransaction();
        return;
    case State::Data:
        if (reply.code == 354) {
            state = State::Content;
            offset = 0;
            stuffer = DotStuffer();
            return;
        }
        recipients.decideTaken(reply.isPermanent() ? Kind::Permanent : Kind::Transient, said(reply));
        conclude(u"The mail server did not take the message: %1"_s.arg(said(reply)), reply.code, true);
        return;
    case State::EndOfData:
        onEndOfData(reply);
        return;
    default:
        return;
    }
}

void Dialogue::Private::onEhlo(const Reply &reply)
{
    if (reply.isPositive()) {
        extensions.clear();
        for (qsizetype i = 1; i < reply.lines.size(); ++i) {
            QByteArray line = reply.lines.at(i).simplified();
            if (line.left(5).toUpper() == "AUTH=") // Older servers (RFC 4954 does not know it)
                line[4] = ' ';
            const qsizetype blank = line.indexOf(' ');
            const QByteArray keyword = line.first(blank < 0 ? line.size() : blank).toUpper();
            QByteArray &rest = extensions[keyword];
            rest = blank < 0 ? rest : rest + ' ' + line.sliced(blank + 1).toUpper();
        }
        afterEhlo();
        return;
    }
    // HELO knows neither TLS nor a login; an attacker must not be able to take them away.
    const bool helo = reply.code == 500 || reply.code == 502 || reply.code == 504;
    if (helo && (secure || options.security == Security::None) && !options.login) {
        state = State::Helo;
        command("HELO " + options.heloName);
        return;
    }
    const bool final = reply.isPermanent() && options.security != Security::StartTls;
    fail(final ? Kind::Permanent : Kind::Transient,
         u"The mail server refused EHLO, so nothing was sent: %1"_s.arg(said(reply)), reply.code, true);
}

void Dialogue::Private::afterEhlo()
{
    if (options.security == Security::StartTls && !secure) {
        if (!offers("STARTTLS")) {
            fail(Kind::Transient, u"The mail server does not offer STARTTLS, so nothing was sent in clear."_s, 0, true);
            return;
        }
        state = State::StartTls;
        command("STARTTLS");
        return;
    }
    if (!options.login) {
        beginTransaction();
        return;
    }
    if (!secure && !options.allowPlaintextLogin) {
        fail(Kind::Misconfigured,
             u"A login in clear text is not allowed; use TLS or allow it in the notifier's settings."_s, 0, true);
        return;
    }
    const QList<QByteArray> offered = extensions.value("AUTH"_ba).simplified().split(' ');
    const QByteArray wanted = options.login->mechanism.toLatin1().toUpper();
    for (const QByteArray &mechanism : Authentication::known()) {
        if (offered.contains(mechanism) && (wanted.isEmpty() ? mechanism != "XOAUTH2" : wanted == mechanism))
            mechanisms.append(mechanism);
    }
    if (mechanisms.isEmpty()) {
        const QString list = textFromWire(offered.join(", "));
        fail(Kind::Misconfigured,
             offers("AUTH")
                 ? u"The mail server offers no login that is known here or was asked for, only: %1."_s.arg(list)
                 : u"The mail server offers no login; leave the password out of the notifier's settings."_s,
             0, true);
        return;
    }
    state = State::Auth;
    nextMechanism();
}

void Dialogue::Private::nextMechanism()
{
    authentication.emplace(mechanisms.takeFirst(), *options.login);
    const QByteArray line = authentication->command();
    const QByteArray name = "AUTH " + authentication->mechanism();
    command(line, line == name ? name : name + " ***");
}

void Dialogue::Private::onAuth(const Reply &reply)
{
    if (reply.code == 334) {
        const QByteArray answer = authentication->answer(reply.lines.constFirst().trimmed());
        if (!authentication->broken().isEmpty())
            state = State::GivingUp;
        command(answer, answer == "*" ? answer : "***"_ba);
        return;
    }
    if (reply.isPositive()) {
        record(u"-- logged in as %1 by %2 --"_s.arg(textFromWire(options.login->user.toUtf8()),
                                                    QString::fromLatin1(authentication->mechanism())));
        beginTransaction();
        return;
    }
    const bool unsuitable = reply.code == 500 || reply.code == 502 || reply.code == 504 || reply.code == 534;
    if (unsuitable && !mechanisms.isEmpty()) {
        nextMechanism();
        return;
    }
    fail(reply.isPermanent() ? Kind::Misconfigured : Kind::Transient,
         u"The mail server refused the login: %1"_s.arg(said(reply)), reply.code, true);
}

QByteArray Dialogue::Private::mailCommand() const
{
    QByteArray line = "MAIL FROM:<" + sender->address + '>';
    if (!plainMail && offers("SIZE"))
        line += " SIZE=" + QByteArray::number(envelope.message.size());
    if (sender->utf8 || recipients.anyUtf8(Recipient::State::Asked))
        line += " SMTPUTF8";
    return line;
}

int Dialogue::Private::roomPerTransaction() const
{
    const QList<QByteArray> limits = extensions.value("LIMITS"_ba).simplified().split(' '); // RFC 9422
    for (const QByteArray &limit : limits) {
        if (limit.startsWith("RCPTMAX="))
            return std::clamp(limit.sliced(8).toInt(), 1, MaxPerTransaction);
    }
    return MaxPerTransaction;
}

void Dialogue::Private::beginTransaction()
{
    if (!sender || (sender->utf8 && !offers("SMTPUTF8"))) {
        fail(Kind::Misconfigured,
             sender ? u"The mail server does not take a sender's address with letters beyond ASCII."_s
                    : u"The sender's address is no mail address."_s,
             0, true);
        return;
    }
    const qulonglong most = offers("SIZE") ? extensions.value("SIZE"_ba).trimmed().toULongLong() : 0;
    if (most > 0 && static_cast<qulonglong>(envelope.message.size()) > most) {
        fail(Kind::Poison,
             u"The message has %1 bytes and the mail server takes at most %2."_s.arg(envelope.message.size()).arg(most),
             552, true);
        return;
    }
    const qsizetype asked = recipients.ask(roomPerTransaction(), offers("SMTPUTF8"));
    if (asked == 0) {
        conclude({}, 0, true);
        return;
    }
    state = State::Envelope;
    mailTaken = false;
    mailRefusal.reset();
    roomEnded = false;
    dotSent = false;
    awaited = {Mail};
    if (!offers("PIPELINING")) {
        command(mailCommand());
        return;
    }
    QByteArray group = mailCommand();
    for (int i = 0; i < recipients.size(); ++i) {
        if (recipients.at(i).state != Recipient::State::Asked)
            continue;
        awaited.push_back(i);
        group += "\r\nRCPT TO:<" + recipients.at(i).wire.address + '>';
    }
    command(group);
}

void Dialogue::Private::onEnvelope(const Reply &reply)
{
    const int whose = awaited.front();
    awaited.pop_front();
    if (whose == Mail) {
        mailTaken = reply.isPositive();
        if (!mailTaken)
            mailRefusal = reply;
    } else if (mailTaken) {
        Recipient &recipient = recipients[whose];
        const bool noRoom = (reply.code == 452 || reply.code == 552) && recipients.count(Recipient::State::Taken) > 0;
        if (reply.isPositive()) {
            recipient.state = Recipient::State::Taken;
        } else if (noRoom) { // RFC 5321 §4.5.3.1.10: too many recipients; the rest goes into a further transaction.
            recipient.state = Recipient::State::Waiting;
            roomEnded = true;
        } else {
            recipient.decide(reply.isPermanent() ? Kind::Permanent : Kind::Transient, said(reply));
        }
    }
    if (!awaited.empty())
        return;
    if (mailTaken) {
        nextRecipient();
        return;
    }
    recipients.askAgain();
    if (mailRefusal->code == 555 && !plainMail && offers("SIZE")) {
        plainMail = true;
        beginTransaction();
        return;
    }
    const int code = mailRefusal->code;
    const bool sendersFault = code == 530 || code == 535 || code == 538 || code == 550 || code == 553;
    const Kind kind = code == 552 ? Kind::Poison : sendersFault ? Kind::Misconfigured : Kind::Permanent;
    fail(mailRefusal->isPermanent() ? kind : Kind::Transient,
         u"The mail server refused the sender: %1"_s.arg(said(*mailRefusal)), code, true);
}

void Dialogue::Private::nextRecipient()
{
    for (int i = 0; i < recipients.size(); ++i) {
        Recipient &recipient = recipients[i];
        if (recipient.state != Recipient::State::Asked)
            continue;
        if (roomEnded) {
            recipient.state = Recipient::State::Waiting;
            continue;
        }
        awaited.push_back(i);
        command("RCPT TO:<" + recipient.wire.address + '>');
        return;
    }
    afterRecipients();
}

void Dialogue::Private::afterRecipients()
{
    if (recipients.count(Recipient::State::Taken) == 0) {
        if (recipients.count(Recipient::State::Waiting) == 0) {
            conclude({}, 0, true);
            return;
        }
        state = State::Reset; // Nobody of this transaction, but others wait for theirs.
        command("RSET");
        return;
    }
    state = State::Data;
    command("DATA");
}

void Dialogue::Private::onEndOfData(const Reply &reply)
{
    dotSent = false;
    if (reply.isPositive()) {
        recipients.decideTaken(Kind::Accepted, said(reply));
        if (recipients.count(Recipient::State::Waiting) > 0)
            beginTransaction();
        else
            conclude({}, reply.code, true);
        return;
    }
    const QByteArray enhanced = reply.enhanced();
    const bool content = reply.code == 552 || enhanced.startsWith("5.3.4") || enhanced.startsWith("5.6.");
    const Kind kind = reply.isTransient()    ? Kind::Transient
                      : !reply.isPermanent() ? Kind::Ambiguous
                      : content              ? Kind::Poison
                                             : Kind::Permanent;
    recipients.decideTaken(kind, said(reply));
    fail(Kind::Transient, u"The mail server refused the message: %1"_s.arg(said(reply)), reply.code, true);
}

/// Ends with \a kind for everybody who is not decided yet.
void Dialogue::Private::fail(Kind kind, const QString &detail, int status, bool quit)
{
    recipients.decideRest(kind, mask(detail));
    conclude(detail, status, quit);
}

/// Ends with what the recipients came to. \a detail is said when nobody got the message; \a quit when the server still
/// listens.
void Dialogue::Private::conclude(const QString &detail, int status, bool quit)
{
    const Outcome result = recipients.outcome(mask(detail), status);
    queue.clear();
    outcome = result;
    if (!quit) {
        record(u"-- closed --"_s);
        state = State::Ended;
        queue.push_back({.step = Finished{result}});
        return;
    }
    const bool clean = state == State::EndOfData && result.kind == Kind::Accepted; // Nothing of it is left to undo.
    if (options.keep && clean) {
        state = State::Kept;
        queue.push_back({.step = Finished{result}});
        return;
    }
    state = State::Quit;
    command("QUIT");
}

/// Queues \a line, which may be a group of lines; \a shown stands for it in the transcript when it holds a secret.
void Dialogue::Private::command(const QByteArray &line, const QByteArray &shown)
{
    const QList<QByteArray> lines = (shown.isEmpty() ? line : shown).split('\n');
    for (const QByteArray &one : lines)
        record(u"C: "_s + textFromWire(one.trimmed()));
    queue.push_back({.step = Send{.bytes = line + "\r\n", .secret = !shown.isEmpty() && shown != line},
                     .replies = static_cast<int>(line.count('\n')) + 1});
}

void Dialogue::Private::record(const QString &line)
{
    const QString end = u"[more was said]\n"_s;
    if (transcript.endsWith(end))
        return;
    transcript += transcript.size() + line.size() + end.size() < MaxTranscript ? line + u'\n' : end;
}

QString Dialogue::Private::mask(QString text) const
{
    for (const QString &secret : masked)
        text.replace(secret, u"***"_s);
    return text;
}

} // namespace escalite::smtp
