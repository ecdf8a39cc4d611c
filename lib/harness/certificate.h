// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Certificates for the loopback names, good ones and those that no client may accept, made when they are needed and
// thrown away afterwards.

#pragma once

#include "core/result.h"
#include "harness/fault.h"

#include <QSslCertificate>
#include <QSslKey>
#include <QString>
#include <QTemporaryDir>

#include <memory>

namespace escalite::harness {

class Certificate;

struct CertificateOptions
{
    /// Signs; without one, an authority of its own is made.
    std::shared_ptr<const Certificate> authority{};
    bool otherHost = false; ///< Of elsewhere.test, in place of 127.0.0.1, ::1 and localhost.
    bool expired = false;   ///< Good in January 2020 only.
};

class Certificate
{
public:
    /// Runs the openssl program; takes some tens of milliseconds. The files live as long as the result.
    static Result<std::shared_ptr<const Certificate>> make(const CertificateOptions &options = {});

    /// PEM of the authority: what a client must trust, the "ca_file" of a notifier.
    [[nodiscard]] QString caFile() const { return m_authority ? m_authority->caFile() : file(u"ca.pem"); }
    [[nodiscard]] const QSslCertificate &certificate() const { return m_certificate; }
    [[nodiscard]] const QSslKey &key() const { return m_key; }

private:
    [[nodiscard]] QString file(QStringView name) const { return m_folder.filePath(name.toString()); }
    [[nodiscard]] QString caKeyFile() const { return m_authority ? m_authority->caKeyFile() : file(u"ca.key"); }
    [[nodiscard]] std::optional<Error> makeAuthority() const;
    [[nodiscard]] std::optional<Error> sign(const CertificateOptions &options) const;
    [[nodiscard]] std::optional<Error> load();

    QTemporaryDir m_folder; ///< 0700, since the keys are in it.
    std::shared_ptr<const Certificate> m_authority;
    QSslCertificate m_certificate;
    QSslKey m_key;
};

/// A good certificate, and what a server shows under the faults of TLS.
class Certificates
{
public:
    /// As long as four of Certificate::make().
    static Result<std::shared_ptr<const Certificates>> make();

    [[nodiscard]] QString caFile() const { return m_good->caFile(); }
    /// The good one, unless \a fault is one of TLS.
    [[nodiscard]] const Certificate &shownUnder(Fault fault) const;
    [[nodiscard]] const std::shared_ptr<const Certificate> &good() const { return m_good; }

private:
    std::shared_ptr<const Certificate> m_good;
    std::shared_ptr<const Certificate> m_ofAStranger; ///< Its authority is trusted by nobody.
    std::shared_ptr<const Certificate> m_otherHost;
    std::shared_ptr<const Certificate> m_expired;
};

} // namespace escalite::harness
