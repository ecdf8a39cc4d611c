// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A listening stream socket, TCP or Unix, that survives exhausted descriptors. QTcpServer does not: after EMFILE it is
// deaf for ever or spins, by what accept() said before (Qt 6.4.2, qabstractsocketengine's masked errors).

#pragma once

#include "core/result.h"

#include <QHostAddress>
#include <QObject>
#include <QSocketNotifier>

#include <functional>
#include <memory>

namespace escalite::http {

/// Why a socket could not be bound, as far as it makes a difference.
enum class BindFailure : quint8 { InUse, FamilyAbsent, Other };

class Listener final : public QObject
{
    Q_OBJECT

public:
    enum class Kind : quint8 { Tcp, Local };

    /// Takes what accept() gives; a descriptor that is non-blocking and closed on exec. False: no more for now.
    using Taker = std::function<bool(int descriptor, Kind kind)>;

    ~Listener() override;

    /// Listens on \a address and \a port (0: any). On failure null, with \a failure and \a system set.
    static std::unique_ptr<Listener> tcp(const QHostAddress &address, quint16 port, BindFailure &failure,
                                         QString &system);
    /// Listens on a new socket file at \a path, mode 0600 from its first moment.
    static std::unique_ptr<Listener> local(const QString &path, QString &system);

    [[nodiscard]] quint16 port() const;
    void start(Taker taker);
    void setAccepting(bool on);
    /// Descriptors have run out: one client was told so, and accepting pauses until the owner resumes it.
    [[nodiscard]] bool ranOut() const { return m_ranOut; }

Q_SIGNALS:
    void descriptorsExhausted();

private:
    Listener(int descriptor, Kind kind);
    void acceptAll();
    void turnOneAway();

    int m_descriptor;
    int m_reserve = -1; ///< Given up for a moment to accept and refuse one client when there is no descriptor left.
    Kind m_kind;
    QString m_path; ///< Of the socket file, removed at the end.
    QSocketNotifier m_pending;
    Taker m_take;
    bool m_ranOut = false;
};

} // namespace escalite::http
