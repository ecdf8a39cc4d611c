// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One service on loopback: answers as the real one does by its dialect, judges what it gets, and keeps it.

#pragma once

#include "core/result.h"
#include "harness/certificate.h"
#include "harness/dialect.h"
#include "harness/fault.h"
#include "http/message.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QStringList>

#include <memory>
#include <optional>

class QSslSocket;

namespace escalite::harness {

class Door;

struct Received
{
    http::Request request{}; ///< Headers and body as they came.
    QString text{};          ///< The message's text, when it has one.
    int status = 0;          ///< Of the answer; 0 when a fault gave none.
    QByteArray answer{};     ///< Its body.
    bool taken = false;      ///< Somebody will see it, whatever became of the answer.
    QString why{};           ///< Why not, for people.
    QStringList remarks{};   ///< Taken, but not good; see Verdict.

    [[nodiscard]] bool isTaken() const { return taken; }
};

struct MockServiceOptions
{
    std::shared_ptr<const Certificates> certificates{}; ///< With them it speaks HTTPS, else HTTP.
    bool anyCredentials = false;                        ///< Everybody may; see Asked.
    bool limitsRate = false;                            ///< More than the service allows is answered as RateLimited.
    int retryAfter = 1;                                 ///< Seconds, of RateLimited.
};

/// Lives on one thread.
class MockService final : public QObject
{
    Q_OBJECT

public:
    explicit MockService(const Dialect &dialect, MockServiceOptions options = {}, QObject *parent = nullptr);
    ~MockService() override;

    /// Binds 127.0.0.1; port 0 takes a free one. The result is the address of messages, secrets included.
    Result<QString> listen(quint16 port = 0);

    /// Switches a fault on: for all that comes, or for \a times more times. False when it is none of an HTTP service's,
    /// or one of TLS and this speaks none.
    bool setFault(Fault fault, int times = FaultSwitch::Always);

    [[nodiscard]] const Dialect &dialect() const { return m_dialect; }
    [[nodiscard]] QString base() const; ///< "http://127.0.0.1:4711".
    [[nodiscard]] QString url() const;  ///< With path and secrets.
    /// Address, credentials and authority of this service as they stand in "config" of its notifier.
    [[nodiscard]] QJsonObject config() const;
    [[nodiscard]] quint16 port() const;
    [[nodiscard]] int connections() const; ///< Since the start.
    /// Every request that came whole or was refused early, in order; at most the newest 1,000.
    [[nodiscard]] const QList<Received> &messages() const { return m_messages; }
    /// What clients did wrong, in order; at most the newest 1,000.
    [[nodiscard]] const QStringList &violations() const { return m_violations; }

Q_SIGNALS:
    void received(const escalite::harness::Received &message); ///< Also refused ones.
    void violated(const QString &what);

private:
    struct Connection;
    void accept(QSslSocket *socket);
    void read(const std::shared_ptr<Connection> &connection);
    void answer(const std::shared_ptr<Connection> &connection, http::Request request);
    [[nodiscard]] bool refuseEarly(const std::shared_ptr<Connection> &connection);
    [[nodiscard]] bool misbehave(const std::shared_ptr<Connection> &connection, const Received &message);
    [[nodiscard]] std::optional<http::Response> faultAnswer();
    [[nodiscard]] std::optional<http::Response> rateAnswer();
    void send(const std::shared_ptr<Connection> &connection, const http::Response &response, bool close);
    void flood(const std::shared_ptr<Connection> &connection);
    void checkKey(Received &message);
    void keep(const Received &message);
    void violate(const QString &what);

    const Dialect &m_dialect;
    MockServiceOptions m_options;
    FaultSwitch m_faults;
    Door *m_door;
    quint64 m_number = 0;
    QList<Received> m_messages;
    QStringList m_violations;
    QHash<QByteArray, QByteArray> m_bodyOfKey; ///< By Idempotency-Key.
    QElapsedTimer m_clock;
    double m_spent = 0; ///< Of the burst, as of m_clock.
};

} // namespace escalite::harness
