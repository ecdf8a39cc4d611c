// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Where the console is: read from a URL, and from the file in which a running console says it.

#pragma once

#include "core/result.h"
#include "core/secret.h"

#include <QStringList>

namespace escalite::client {

/// A place on this machine. What is further away needs TLS, which a sink does not speak.
struct ConsoleAddress
{
    QString host{};     ///< "127.0.0.1", "::1" or "localhost"; empty for a Unix socket.
    quint16 port = 0;   ///< Of TCP.
    QString socket{};   ///< The path of a Unix socket.
    QByteArray field{}; ///< For the Host field.

    [[nodiscard]] static Result<ConsoleAddress> fromUrl(const QString &url);
    [[nodiscard]] QString toText() const; ///< For a sentence.
};

/// What a console of this user says of itself in endpoint.json while it runs; empty when there is none.
struct ConsoleEndpoint
{
    QStringList addresses{}; ///< "127.0.0.1:4377", "[::1]:4377".
    QString socket{};
    QString ingestTokenFile{};
    QString operatorTokenFile{};

    [[nodiscard]] static ConsoleEndpoint find();
    /// Empty when the file cannot be read.
    [[nodiscard]] Secret token() const;
    [[nodiscard]] bool isAt(const ConsoleAddress &address) const;
};

} // namespace escalite::client
