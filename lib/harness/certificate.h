// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A certificate for the loopback names, with an authority of its own, made when it is needed and thrown away
// afterwards.

#pragma once

#include "core/result.h"

#include <QSslCertificate>
#include <QSslKey>
#include <QString>
#include <QTemporaryDir>

#include <memory>

namespace escalite::harness {

class Certificate
{
public:
    /// Runs the openssl program; takes some tens of milliseconds. The files live as long as the result.
    static Result<std::shared_ptr<const Certificate>> make();

    /// PEM of the authority: what a client must trust, the "ca_file" of a notifier.
    [[nodiscard]] QString caFile() const { return m_folder.filePath(QStringLiteral("ca.pem")); }
    [[nodiscard]] const QSslCertificate &certificate() const { return m_certificate; }
    [[nodiscard]] const QSslKey &key() const { return m_key; }

private:
    QTemporaryDir m_folder; ///< 0700, since the keys are in it.
    QSslCertificate m_certificate;
    QSslKey m_key;
};

} // namespace escalite::harness
