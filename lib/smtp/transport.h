// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The socket under a Dialogue: connects, encrypts, verifies, moves bytes, keeps the deadlines, and times the stages.
// After a message that was accepted the connection is kept for a while, so that the next one needs no new login.

#pragma once

#include "core/delivery.h"
#include "smtp/dialogue.h"

#include <QElapsedTimer>
#include <QNetworkProxy>
#include <QObject>
#include <QSslSocket>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

namespace escalite::smtp {

struct TransportOptions
{
    QString host;
    quint16 port = 587;
    Security security = Security::StartTls;
    std::optional<Login> login;
    bool allowPlaintextLogin = false;
    QString heloName; ///< Empty = the literal of the socket's own address.
    QString caFile;   ///< PEM; trusted in place of the system's authorities.
    QNetworkProxy proxy = QNetworkProxy::NoProxy;
    Duration connectTimeout = std::chrono::seconds(15);
    Duration commandTimeout = std::chrono::seconds(30);   ///< Greeting, each command, each piece of the message.
    Duration endOfDataTimeout = std::chrono::minutes(10); ///< RFC 5321 §4.5.3.2.6; a shorter one makes duplicates.
    Duration quitTimeout = std::chrono::seconds(2);
    Duration keepFor = std::chrono::seconds(5); ///< An idle connection waits so long for a further message; 0 = not.
};

/// Makes one attempt at a time; lives on one thread.
class Transport final : public QObject
{
public:
    explicit Transport(TransportOptions options, QObject *parent = nullptr);
    ~Transport() override;

    /// Makes one attempt within \a total and calls \a done exactly once, later; not when this is deleted before. A
    /// call while another runs ends that one as not answered.
    void send(Envelope envelope, Duration total, std::function<void(Outcome)> done);

private:
    void open();
    void reopen();
    void drop();
    void connected();
    void converse();
    void read();
    void handshake();
    void encrypted();
    void failed(QAbstractSocket::SocketError error);
    void lost(const QString &why);
    void enter(const QString &stage);
    void leave(bool ok, const QString &detail = {});
    void arm(Duration deadline);
    void end(Outcome outcome);
    [[nodiscard]] QSslConfiguration sslConfiguration() const;

    TransportOptions m_options;
    Envelope m_envelope;
    std::unique_ptr<QSslSocket> m_socket;
    std::unique_ptr<Dialogue> m_dialogue; ///< From the connection on; its greeting name may be the socket's address.
    QTimer m_deadline;                    ///< Of the phase.
    QTimer m_total;
    QTimer m_idle;
    bool m_reused = false; ///< The attempt began on a connection that was kept.
    QElapsedTimer m_clock;
    QString m_stage;
    QList<Outcome::Stage> m_stages;
    QString m_tlsProblem;
    std::function<void(Outcome)> m_done;
};

} // namespace escalite::smtp
