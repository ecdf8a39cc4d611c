// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A mail server that says anything: the first byte chooses the client's settings, the second how the rest, the server's
// words, is cut.

#include "smtp/dialogue.h"

#include <QByteArray>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::smtp;

namespace {
const QString Password = u"s3cret-Passw0rd"_s;
constexpr int MaxSteps = 100'000;

void demand(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

/// Follows what the client does and demands what must hold whatever the server says.
class Client
{
public:
    Client(DialogueOptions options, const Envelope &envelope)
        : m_options(options)
        , m_envelope(envelope)
        , m_secure(options.security == Security::Tls)
        , m_dialogue(std::move(options), envelope)
    {
    }

    void feed(QByteArrayView bytes)
    {
        m_dialogue.feed(bytes);
        follow();
    }
    void lose()
    {
        m_dialogue.connectionLost(u"The connection broke."_s);
        follow();
        demand(m_outcomes == m_messages || m_wasKept, "a lost connection ends the conversation, once");
    }

private:
    void follow()
    {
        for (int steps = 0;; ++steps) {
            demand(steps < MaxSteps, "the client comes to rest");
            const Dialogue::Phase before = m_dialogue.phase();
            const Step step = m_dialogue.next();
            if (std::holds_alternative<Wait>(step))
                break;
            if (const auto *send = std::get_if<Send>(&step))
                sent(*send, before);
            else if (const auto *finished = std::get_if<Finished>(&step))
                ended(finished->outcome);
            else
                handshake();
        }
        const QString transcript = m_dialogue.transcript();
        demand(transcript.size() <= 16 * 1024, "the transcript is bounded");
        demand(!transcript.contains(Password), "no secret in the transcript");
    }

    void sent(const Send &send, Dialogue::Phase phase)
    {
        demand(m_outcomes < m_messages, "nothing is said after the end");
        demand(send.bytes.endsWith("\r\n") || phase == Dialogue::Phase::Data, "a command ends with CRLF");
        if (phase == Dialogue::Phase::Data)
            return;
        const bool needsTls = m_options.security != Security::None && !m_secure;
        for (const char *command : {"AUTH", "MAIL", "RCPT", "DATA"})
            demand(!needsTls || !send.bytes.startsWith(command), "nothing that matters in clear");
        demand(!send.bytes.startsWith("AUTH") || m_secure || m_options.allowPlaintextLogin, "no login in clear");
        demand(!send.bytes.contains("evil"), "no address becomes a command");
        demand(!send.bytes.startsWith("AUTH PLAIN ") || send.secret, "credentials are marked");
    }

    void handshake()
    {
        demand(m_options.security == Security::StartTls && !m_secure,
               "TLS begins once and only where it was asked for");
        m_secure = true;
        m_dialogue.tlsStarted(false);
    }

    void ended(const Outcome &outcome)
    {
        ++m_outcomes;
        demand(m_outcomes == m_messages, "one outcome for each message");
        demand(outcome.recipients.size() == 3, "every recipient has a result");
        demand(!outcome.detail.isEmpty(), "an outcome is explained");
        demand(!outcome.detail.contains(Password), "no secret in the outcome");
        for (const Outcome::Recipient &recipient : outcome.recipients)
            demand(!recipient.answer.contains(Password), "no secret in a result");
        m_wasKept = m_dialogue.isKept();
        demand(!m_wasKept || (m_options.keep && outcome.kind == Outcome::Kind::Accepted), "only a good end is kept");
        if (m_wasKept && m_messages < 3) {
            ++m_messages;
            m_wasKept = false;
            m_dialogue.nextEnvelope(m_envelope);
        }
    }

    DialogueOptions m_options;
    Envelope m_envelope;
    bool m_secure;
    bool m_wasKept = false; ///< The last message is decided and the connection waits.
    int m_messages = 1;
    int m_outcomes = 0;
    Dialogue m_dialogue;
};
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const unsigned settings = data[0];
    DialogueOptions options{.security = static_cast<Security>(settings % 3), .login = {}, .heloName = "console.test"};
    const QStringList mechanisms{QString(), u"LOGIN"_s, u"CRAM-MD5"_s, u"XOAUTH2"_s};
    if (settings & 0x10)
        options.login =
            Login{.user = u"ops"_s, .password = Secret(Password), .mechanism = mechanisms.at((settings >> 5) & 3)};
    options.allowPlaintextLogin = (settings & 0x80) != 0;
    options.keep = (settings & 0x08) != 0;
    Client client(
        options, {.sender = "console@acme.test",
                  .recipients = {"ops@acme.test", "j\xc3\xbcrgen@acme.test", "a@acme.test>\r\nRCPT TO:<evil@acme.test"},
                  .message = ".Subject: x\r\n\r\n" + QByteArray(40'000, 'x') + "\r\n"});
    const qsizetype most = data[1] == 0 ? 100'000 : data[1];
    const QByteArrayView words(reinterpret_cast<const char *>(data) + 2, static_cast<qsizetype>(size - 2));
    for (qsizetype begin = 0; begin < words.size();) {
        // A line at a time, as a server that waits for its turn; or less.
        const qsizetype line = words.indexOf('\n', begin);
        const qsizetype whole = (line < 0 ? words.size() : line + 1) - begin;
        const qsizetype length = std::min(whole, most);
        client.feed(words.sliced(begin, length));
        begin += length;
    }
    client.lose();
    return 0;
}
