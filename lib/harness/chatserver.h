// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A Slack incoming webhook on loopback: answers as Slack does, judges what it gets, and keeps it.

#pragma once

#include "core/result.h"
#include "harness/fault.h"
#include "http/message.h"

#include <QHash>
#include <QObject>
#include <QStringList>

#include <memory>

class QTcpServer;
class QTcpSocket;

namespace escalite::harness {

struct ReceivedChat
{
    http::Request request{}; ///< Headers and body as they came.
    QString text{};          ///< The message's text, when the payload has one.
    int status = 0;          ///< Of the answer; 0 when a fault gave none.
    QByteArray answer{};     ///< "ok", or Slack's word for what is wrong.
    QString why{};           ///< The same for people.
    QStringList remarks{};   ///< Taken, but not good; see ChatVerdict.

    [[nodiscard]] bool isTaken() const { return answer == "ok"; }
};

/// Lives on one thread.
class ChatServer final : public QObject
{
    Q_OBJECT

public:
    explicit ChatServer(QObject *parent = nullptr);
    ~ChatServer() override;

    /// Binds 127.0.0.1; port 0 takes a free one. The result is the webhook's URL with its secret.
    Result<QString> listen(quint16 port = 0);

    /// Switches a fault on: for all that comes, or for \a times more times. False when it is none of a chat service's.
    bool setFault(Fault fault, int times = FaultSwitch::Always);

    [[nodiscard]] const QString &url() const { return m_url; }
    [[nodiscard]] quint16 port() const;
    [[nodiscard]] int connections() const { return m_connections; } ///< Since the start.
    /// Every request, in order; at most the newest 1,000.
    [[nodiscard]] const QList<ReceivedChat> &messages() const { return m_messages; }
    /// What clients did wrong, in order; at most the newest 1,000.
    [[nodiscard]] const QStringList &violations() const { return m_violations; }

Q_SIGNALS:
    void received(const escalite::harness::ReceivedChat &message); ///< Also refused ones.
    void violated(const QString &what);

private:
    struct Connection;
    void accept();
    void read(const std::shared_ptr<Connection> &connection);
    void answer(const std::shared_ptr<Connection> &connection, http::Request request);
    [[nodiscard]] http::Response judge(ReceivedChat &message);
    [[nodiscard]] http::Response judgeBody(ReceivedChat &message);
    void checkKey(ReceivedChat &message);
    [[nodiscard]] bool misbehave(const std::shared_ptr<Connection> &connection, const ReceivedChat &message);
    [[nodiscard]] std::optional<http::Response> faultAnswer();
    void flood(const std::shared_ptr<Connection> &connection);
    void keep(const ReceivedChat &message);
    void violate(const QString &what);

    FaultSwitch m_faults;
    QTcpServer *m_server;
    QString m_url;
    int m_connections = 0;
    QList<ReceivedChat> m_messages;
    QStringList m_violations;
    QHash<QByteArray, QByteArray> m_bodyOfKey; ///< By Idempotency-Key.
};

} // namespace escalite::harness
