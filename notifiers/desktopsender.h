// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Speaks to the desktop's notification server over the session bus, without ever waiting for it.

#pragma once

#include "delivery/notifier.h"

#include <QElapsedTimer>
#include <QFutureWatcher>
#include <QObject>
#include <QTimer>

#include <atomic>

class QDBusMessage;

namespace escalite::notifiers {

/// Lives on the engine's thread. Making the connection waits for the bus, so another thread does that.
class DesktopSender final : public QObject, public delivery::Sender
{
public:
    /// To the bus at \a address; empty = that of the session.
    explicit DesktopSender(QString address);
    ~DesktopSender() override;

    void send(const Rendered &rendered, const delivery::AttemptContext &context,
              std::function<void(Outcome)> done) override;

private:
    enum class Phase : quint8 { Connecting, Asking, Handed };

    void connectToBus();
    void ask();
    void handOver();
    /// \a taken is called with the answer, unless another attempt has begun.
    void call(const QDBusMessage &message, void (DesktopSender::*taken)(const QDBusMessage &answer));
    void takeBus(const QDBusMessage &answer);
    void takeCapabilities(const QDBusMessage &answer);
    void takeId(const QDBusMessage &answer);
    void fail(const QDBusMessage &answer);
    void stage(const QString &name, bool ok, const QString &detail = {});
    void end(Outcome outcome);

    QString m_address;
    QString m_connection;              ///< Its name in QtDBus; empty = none yet.
    QFutureWatcher<bool> m_connecting; ///< To m_connection; true when it stands.
    std::shared_ptr<std::atomic_bool> m_abandoned = std::make_shared<std::atomic_bool>(false);
    QByteArray m_note;
    QString m_bus;    ///< The bus's own id, from its start to its end.
    QString m_server; ///< Unique name of the notification server on the bus.
    bool m_readsMarkup = false;
    Phase m_phase = Phase::Connecting;
    std::function<void(Outcome)> m_done;
    quint64 m_attempt = 0; ///< Answers to earlier ones are late and left alone.
    QList<Outcome::Stage> m_stages;
    QElapsedTimer m_stageClock;
    QTimer m_deadline;
};

} // namespace escalite::notifiers
