// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The server's half of an SMTP conversation (RFC 5321), strict: bytes in, bytes out, no socket.

#pragma once

#include "harness/fault.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <functional>

namespace escalite::harness {

struct MailRules
{
    QByteArray name = "mail.harness.test"; ///< Of the server, in the greeting.
    QString user{};                        ///< With \a password: who may log in. Empty: anybody.
    QString password{};
    bool loginRequired = false;     ///< MAIL before AUTH is answered 530.
    bool loginInClear = false;      ///< AUTH is offered without TLS too.
    qint64 size = 10 * 1024 * 1024; ///< Longest message, as EHLO says it.
    int recipients = 100;           ///< Of one message; more are told 452.
    QList<QByteArray> refused{};    ///< Recipients that do not exist: 550.
};

struct ReceivedMail
{
    QByteArray from{};
    QList<QByteArray> recipients{}; ///< Accepted ones.
    QByteArray message{};           ///< Dots made single.
    QByteArray messageId{};
    QString user{}; ///< Who had logged in.
    bool encrypted = false;
    bool refused = false; ///< The message itself was answered 5yz.
    QStringList wrong{};  ///< Why; empty for a good one.
};

/// One connection. What it wants of the socket it says in \a wish after each feed().
class MailConversation
{
public:
    enum class Wish : quint8 {
        Nothing,
        StartTls, ///< Begin the handshake once the output is written; then encrypted().
        Close,    ///< Once the output is written.
        Abort,    ///< Break the connection, at once.
        Silence,  ///< Neither read nor write any more, and keep the connection.
        Flood,    ///< Write the output again and again until the client is gone.
    };
    struct Watcher
    {
        std::function<void(const ReceivedMail &)> received;
        std::function<void(const QString &)> violated; ///< The client broke the protocol.
    };

    MailConversation(MailRules rules, FaultSwitch &faults, bool tlsPossible, bool encrypted, Watcher watcher);

    void greet();
    void feed(QByteArrayView bytes);
    /// The handshake is done: all that was said in clear is forgotten (RFC 3207 §4.2).
    void encrypted();

    [[nodiscard]] QByteArray takeOutput();
    [[nodiscard]] Wish wish() const { return m_wish; }

private:
    enum class State : quint8 {
        Command,
        AuthPlain,
        AuthLoginUser,
        AuthLoginPassword,
        AuthCram,
        AuthToken,
        AuthTokenRefused,
        Data
    };

    void reply(const QByteArray &text);
    void refuse(const QByteArray &text, const QString &why);
    void command(const QByteArray &line);
    void hello(const QByteArray &verb, const QByteArray &argument);
    void startTls(const QByteArray &argument);
    void auth(const QByteArray &argument);
    void authStep(const QByteArray &line);
    void tokenStep(const QByteArray &response);
    [[nodiscard]] bool isRight(const QString &user, bool password) const;
    void login(const QString &user, bool right);
    void mail(const QByteArray &argument);
    bool mailParameters(const QList<QByteArray> &parameters);
    void recipient(const QByteArray &argument);
    void data();
    void endOfData(const QByteArray &stuffed);
    void answerMessage(ReceivedMail mail);
    void resetTransaction();
    [[nodiscard]] bool isOver() const { return m_wish != Wish::Nothing; }

    MailRules m_rules;
    FaultSwitch &m_faults;
    Watcher m_watcher;
    bool m_tlsPossible;
    bool m_encrypted;
    State m_state = State::Command;
    Wish m_wish = Wish::Nothing;
    QByteArray m_in;
    QByteArray m_out;
    bool m_greeted = false;   ///< EHLO or HELO was said.
    bool m_stripped = false;  ///< STARTTLS was overwritten on the way.
    bool m_firstCame = false; ///< The transaction's first recipient was named.
    bool m_hangsUp = false;   ///< At the first byte of the message.
    bool m_loggedIn = false;
    QString m_user;
    QByteArray m_challenge;
    bool m_inMail = false;
    bool m_eightBit = false;
    QByteArray m_from;
    QList<QByteArray> m_recipients;
    int m_messages = 0;
};

} // namespace escalite::harness
