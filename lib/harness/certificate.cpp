// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Has the openssl program make an authority and a certificate for 127.0.0.1, ::1 and localhost.

#include "harness/certificate.h"

#include <QFile>
#include <QProcess>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr int PatienceMs = 20'000; // a loaded machine may be slow to find random numbers

std::optional<Error> openssl(const QStringList &arguments)
{
    QProcess process;
    process.start(u"openssl"_s, arguments);
    if (!process.waitForStarted(PatienceMs))
        return Error{ErrorCode::Unavailable,
                     u"The openssl program, which makes the certificates of the mock servers, does not start; "
                     "it is in the package openssl."_s};
    if (!process.waitForFinished(PatienceMs) || process.exitStatus() != QProcess::NormalExit
        || process.exitCode() != 0) {
        process.kill();
        process.waitForFinished(PatienceMs);
        return Error{ErrorCode::Unavailable, u"The openssl program made no certificate: %1"_s.arg(
                                                 QString::fromLocal8Bit(process.readAllStandardError()).simplified())};
    }
    return std::nullopt;
}

QStringList newCertificate(const QString &subject, const QString &key, const QString &certificate)
{
    return {u"req"_s,    u"-x509"_s, u"-newkey"_s, u"ec"_s,    u"-pkeyopt"_s, u"ec_paramgen_curve:prime256v1"_s,
            u"-nodes"_s, u"-days"_s, u"30"_s,      u"-subj"_s, subject,       u"-keyout"_s,
            key,         u"-out"_s,  certificate};
}

} // namespace

Result<std::shared_ptr<const Certificate>> Certificate::make()
{
    const auto made = std::make_shared<Certificate>();
    if (!made->m_folder.isValid())
        return Error{ErrorCode::Unavailable,
                     u"No temporary directory for certificates: %1"_s.arg(made->m_folder.errorString())};
    const QString caKey = made->m_folder.filePath(u"ca.key"_s);
    const QString serverKey = made->m_folder.filePath(u"server.key"_s);
    const QString serverFile = made->m_folder.filePath(u"server.pem"_s);

    const QStringList authority = newCertificate(u"/CN=Escalite harness"_s, caKey, made->caFile())
                                  + QStringList{u"-addext"_s, u"keyUsage=critical,keyCertSign"_s};
    if (auto error = openssl(authority))
        return *std::move(error);
    const QStringList server = newCertificate(u"/CN=localhost"_s, serverKey, serverFile)
                               + QStringList{u"-CA"_s,     made->caFile(),
                                             u"-CAkey"_s,  caKey,
                                             u"-addext"_s, u"subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"_s,
                                             u"-addext"_s, u"basicConstraints=critical,CA:FALSE"_s,
                                             u"-addext"_s, u"extendedKeyUsage=serverAuth"_s};
    if (auto error = openssl(server))
        return *std::move(error);

    QFile certificateFile(serverFile);
    QFile keyFile(serverKey);
    if (!certificateFile.open(QIODevice::ReadOnly) || !keyFile.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Unavailable, u"The certificate that the openssl program made cannot be read."_s};
    made->m_certificate = QSslCertificate(certificateFile.readAll(), QSsl::Pem);
    made->m_key = QSslKey(keyFile.readAll(), QSsl::Ec, QSsl::Pem);
    if (made->m_certificate.isNull() || made->m_key.isNull())
        return Error{ErrorCode::Unsupported,
                     u"Qt cannot use the certificate that the openssl program made; its TLS plugin is missing."_s};
    return std::shared_ptr<const Certificate>(made);
}

} // namespace escalite::harness
