// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Breaks connections.

#include "harness/connectionreset.h"

#include <QAbstractSocket>

#include <sys/socket.h>

namespace escalite::harness {

void resetConnection(QAbstractSocket &socket)
{
    // Closing a socket that lingers for no time makes the kernel send RST (socket(7), SO_LINGER).
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(static_cast<int>(socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket.abort();
}

} // namespace escalite::harness
