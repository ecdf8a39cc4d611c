// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Has the openssl program make authorities and certificates.

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

const QStringList &newKey()
{
    static const QStringList options{u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:prime256v1"_s,
                                     u"-nodes"_s};
    return options;
}

/// What "openssl ca" needs to sign: the only command of openssl 3.0 that can date a certificate into the past.
std::optional<Error> writeSigningRules(const QString &folder)
{
    QFile rules(folder + u"/ca.cnf"_s);
    QFile index(folder + u"/index"_s);
    const QByteArray text =
        "[ca]\ndefault_ca=signer\n[signer]\ndatabase=" + QFile::encodeName(index.fileName())
        + "\nnew_certs_dir=" + QFile::encodeName(folder)
        + "\nrand_serial=yes\ndefault_md=sha256\npolicy=any\ncopy_extensions=copy\nunique_subject=no\n"
          "[any]\ncommonName=supplied\n";
    if (!rules.open(QIODevice::WriteOnly) || rules.write(text) != text.size() || !index.open(QIODevice::WriteOnly))
        return Error{ErrorCode::Unavailable, u"The files to sign a certificate by cannot be written."_s};
    return std::nullopt;
}

} // namespace

std::optional<Error> Certificate::makeAuthority() const
{
    return openssl(QStringList{u"req"_s, u"-x509"_s} + newKey()
                   + QStringList{u"-days"_s, u"30"_s, u"-subj"_s, u"/CN=Escalite harness"_s, u"-keyout"_s,
                                 file(u"ca.key"), u"-out"_s, file(u"ca.pem"), u"-addext"_s,
                                 u"keyUsage=critical,keyCertSign"_s});
}

std::optional<Error> Certificate::sign(const CertificateOptions &options) const
{
    const QString request = file(u"server.csr");
    const QString names = options.otherHost ? u"DNS:elsewhere.test"_s : u"DNS:localhost,IP:127.0.0.1,IP:::1"_s;
    if (auto error =
            openssl(QStringList{u"req"_s, u"-new"_s} + newKey()
                    + QStringList{u"-subj"_s, options.otherHost ? u"/CN=elsewhere.test"_s : u"/CN=localhost"_s,
                                  u"-keyout"_s, file(u"server.key"), u"-out"_s, request, u"-addext"_s,
                                  u"subjectAltName="_s + names, u"-addext"_s, u"basicConstraints=critical,CA:FALSE"_s,
                                  u"-addext"_s, u"extendedKeyUsage=serverAuth"_s}))
        return error;
    if (auto error = writeSigningRules(m_folder.path()))
        return error;
    QStringList arguments{u"ca"_s,     u"-batch"_s, u"-notext"_s,       u"-config"_s, file(u"ca.cnf"),
                          u"-in"_s,    request,     u"-cert"_s,         caFile(),     u"-keyfile"_s,
                          caKeyFile(), u"-out"_s,   file(u"server.pem")};
    if (options.expired)
        arguments += {u"-startdate"_s, u"20200101000000Z"_s, u"-enddate"_s, u"20200131000000Z"_s};
    else
        arguments += {u"-days"_s, u"30"_s};
    return openssl(arguments);
}

std::optional<Error> Certificate::load()
{
    QFile certificateFile(file(u"server.pem"));
    QFile keyFile(file(u"server.key"));
    if (!certificateFile.open(QIODevice::ReadOnly) || !keyFile.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Unavailable, u"The certificate that the openssl program made cannot be read."_s};
    m_certificate = QSslCertificate(certificateFile.readAll(), QSsl::Pem);
    m_key = QSslKey(keyFile.readAll(), QSsl::Ec, QSsl::Pem);
    if (m_certificate.isNull() || m_key.isNull())
        return Error{ErrorCode::Unsupported,
                     u"Qt cannot use the certificate that the openssl program made; its TLS plugin is missing."_s};
    return std::nullopt;
}

Result<std::shared_ptr<const Certificate>> Certificate::make(const CertificateOptions &options)
{
    const auto made = std::make_shared<Certificate>();
    if (!made->m_folder.isValid())
        return Error{ErrorCode::Unavailable,
                     u"No temporary directory for certificates: %1"_s.arg(made->m_folder.errorString())};
    made->m_authority = options.authority;
    if (!options.authority) {
        if (auto error = made->makeAuthority())
            return *std::move(error);
    }
    if (auto error = made->sign(options))
        return *std::move(error);
    if (auto error = made->load())
        return *std::move(error);
    return std::shared_ptr<const Certificate>(made);
}

Result<std::shared_ptr<const Certificates>> Certificates::make()
{
    const auto made = std::make_shared<Certificates>();
    auto good = Certificate::make();
    if (!good)
        return good.error();
    made->m_good = std::move(good).value();
    auto stranger = Certificate::make();
    auto otherHost = Certificate::make({.authority = made->m_good, .otherHost = true});
    auto expired = Certificate::make({.authority = made->m_good, .expired = true});
    for (const auto *result : {&stranger, &otherHost, &expired}) {
        if (!*result)
            return result->error();
    }
    made->m_ofAStranger = std::move(stranger).value();
    made->m_otherHost = std::move(otherHost).value();
    made->m_expired = std::move(expired).value();
    return std::shared_ptr<const Certificates>(made);
}

const Certificate &Certificates::shownUnder(Fault fault) const
{
    switch (fault) {
    case Fault::BadCertificate:
        return *m_ofAStranger;
    case Fault::WrongHost:
        return *m_otherHost;
    case Fault::ExpiredCertificate:
        return *m_expired;
    default:
        return *m_good;
    }
}

} // namespace escalite::harness
