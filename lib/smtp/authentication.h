// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The client's half of an SMTP login (RFC 4954): which line answers which challenge, mechanism by mechanism.

#pragma once

#include "smtp/dialogue.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace escalite::smtp {

/// One try with one mechanism. Lines are without CRLF.
class Authentication
{
public:
    /// Longest challenge that is read, in octets of base64 (RFC 4954 §4).
    static constexpr qsizetype MaxChallenge = 12'288;

    /// \a mechanism in capitals, one of known().
    Authentication(QByteArray mechanism, Login login);

    /// PLAIN, LOGIN, CRAM-MD5, XOAUTH2; the first three are tried by themselves, in this order.
    [[nodiscard]] static const QList<QByteArray> &known();

    [[nodiscard]] const QByteArray &mechanism() const { return m_mechanism; }
    /// "AUTH PLAIN AHRl…", or without the initial response where it would pass 512 octets or the mechanism has none.
    [[nodiscard]] QByteArray command();
    /// The answer to a 334 with \a challenge (base64); "*" gives up, after which broken() says why.
    [[nodiscard]] QByteArray answer(const QByteArray &challenge);
    [[nodiscard]] const QString &broken() const { return m_broken; }

private:
    [[nodiscard]] std::optional<QByteArray> response(const QByteArray &challenge);

    QByteArray m_mechanism;
    Login m_login;
    int m_step = 0; ///< Responses given so far.
    QString m_broken;
};

} // namespace escalite::smtp
