// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A connection broken as by a crashed machine: the far side sees RST, not the end of the stream.

#pragma once

class QAbstractSocket;

namespace escalite::harness {

void resetConnection(QAbstractSocket &socket);

} // namespace escalite::harness
