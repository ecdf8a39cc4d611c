// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The door of a mock service on 127.0.0.1: lets connections in, is shut as if nobody were there, and shows the
// certificate that a fault asks for.

#pragma once

#include "harness/fault.h"

#include <QTcpServer>

#include <functional>

class QSslSocket;

namespace escalite::harness {

class Certificates;

class Door final : public QTcpServer
{
public:
    using Accept = std::function<void(QSslSocket *socket)>;

    /// \a accept is given every connection, still without TLS; the socket belongs to the door.
    Door(Accept accept, QObject *parent) : QTcpServer(parent), m_accept(std::move(accept)) {}

    /// Port 0 takes a free one. False when it cannot be had; errorString() says why.
    bool open(quint16 port);
    /// Shuts under Fault::Absent, opens again on the same port under any other. False when the port is gone.
    bool obey(Fault fault);
    /// Shuts and breaks every connection, without a signal from any. For the destructor of whoever accepts.
    void leave();

    [[nodiscard]] quint16 port() const { return m_port; }           ///< Also while it is shut; 0 before open().
    [[nodiscard]] int connections() const { return m_connections; } ///< Since the start.

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    Accept m_accept;
    quint16 m_port = 0;
    int m_connections = 0;
};

/// Readies \a socket for TLS as a server with one of \a certificates: the one that \a faults ask for.
void showCertificate(QSslSocket &socket, const Certificates &certificates, FaultSwitch &faults);

} // namespace escalite::harness
