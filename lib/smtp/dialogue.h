// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The SMTP client as a conversation of bytes (RFC 5321), without a socket: feed what came, do what next() says.

#pragma once

#include "core/delivery.h"
#include "core/secret.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <memory>
#include <optional>
#include <variant>

namespace escalite::smtp {

enum class Security : quint8 { StartTls, Tls, None };

struct Login
{
    QString user;
    Secret password;
    QString
        mechanism; ///< Empty = the best both know: PLAIN, LOGIN, CRAM-MD5. "XOAUTH2" takes the password as the token.
};

struct Envelope
{
    QByteArray sender;
    QList<QByteArray> recipients;
    QByteArray message; ///< RFC 5322, CRLF, not dot-stuffed.
};

struct DialogueOptions
{
    Security security = Security::StartTls;
    std::optional<Login> login;
    bool allowPlaintextLogin = false; ///< AUTH without TLS.
    QByteArray heloName;              ///< FQDN or address literal.
    bool keep = false;                ///< After a message that was accepted, wait for a further one instead of QUIT.
};

/// Nothing to do until more is fed.
struct Wait
{
};
/// Write these bytes.
struct Send
{
    QByteArray bytes;
    bool secret = false; ///< Credentials: never in a transcript.
};
/// Start the TLS handshake now; the read buffer must be empty (RFC 3207, response injection).
struct StartTls
{
};
/// The message is decided; close the socket, unless isKept().
struct Finished
{
    Outcome outcome;
};
using Step = std::variant<Wait, Send, StartTls, Finished>;

/// One conversation: greeting to QUIT, for one message or, when kept, for several. Recipients that the server has no
/// room for in one transaction get a further one. Every recipient has its own result; the outcome's kind is the worst
/// that a repeat could mend, else the best reached. Pure: no clock; the shell tells it of timeouts.
class Dialogue
{
public:
    Dialogue(DialogueOptions options, Envelope envelope);
    ~Dialogue();
    Q_DISABLE_COPY_MOVE(Dialogue)

    void feed(QByteArrayView bytes);
    /// The handshake is done; \a pending tells whether bytes from before it were still unread (then it fails).
    /// With \a pending the shell may say so instead of starting the handshake.
    void tlsStarted(bool pending);
    /// The connection broke or nothing came in time. Ambiguous when the final dot had been sent.
    void connectionLost(const QString &why);
    [[nodiscard]] Step next();

    /// Finished with an accepted message, logged in, and ready for nextEnvelope().
    [[nodiscard]] bool isKept() const;
    /// A further message in the same conversation; only while isKept().
    void nextEnvelope(Envelope envelope);
    /// Ends a kept conversation politely.
    void quit();
    /// Whether the server has said anything since the current envelope was begun. If a kept connection is lost before,
    /// nothing of the message can have arrived.
    [[nodiscard]] bool hasHeard() const;

    /// Which deadline runs now.
    enum class Phase : quint8 {
        Greeting,
        Command,
        Data,
        EndOfData,
        Done /**< Decided; only QUIT's answer is outstanding. */
    };
    [[nodiscard]] Phase phase() const;
    /// What the conversation is about now, for the stages of an outcome: "greeting", "tls", "authenticate", "hand
    /// over".
    [[nodiscard]] QString stage() const;
    [[nodiscard]] QString transcript() const; ///< Secrets masked, control characters visible.

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace escalite::smtp
