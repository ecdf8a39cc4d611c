// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/consoleaddress.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

using namespace Qt::StringLiterals;

namespace escalite::client {

namespace {

constexpr qint64 LargestFile = 64 * 1024;

Error refused(const QString &message)
{
    return {ErrorCode::Unsupported, message};
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly))
        return {};
    return file.read(LargestFile);
}

bool isLoopback(const QString &host)
{
    const QByteArray text = host.toLatin1();
    in_addr ip4{};
    in6_addr ip6{};
    if (::inet_pton(AF_INET, text.constData(), &ip4) == 1)
        return (ntohl(ip4.s_addr) >> 24) == 127;
    return host == "localhost"_L1 || (::inet_pton(AF_INET6, text.constData(), &ip6) == 1 && IN6_IS_ADDR_LOOPBACK(&ip6));
}

Result<ConsoleAddress> socketAt(const QString &path)
{
    if (!path.startsWith(u'/'))
        return refused(u"The console's Unix socket must be given as unix:/absolute/path."_s);
    if (QFile::encodeName(path).size() >= static_cast<qsizetype>(sizeof(sockaddr_un::sun_path)))
        return refused(
            u"The path of the console's Unix socket is longer than %1 bytes."_s.arg(sizeof(sockaddr_un::sun_path) - 1));
    return ConsoleAddress{.socket = path, .field = "localhost"_ba};
}

} // namespace

Result<ConsoleAddress> ConsoleAddress::fromUrl(const QString &url)
{
    if (url.startsWith("unix:"_L1)) {
        const QString path = url.sliced(5);
        return socketAt(path.startsWith("///"_L1) ? path.sliced(2) : path);
    }
    const QUrl parsed(url, QUrl::StrictMode);
    const QString scheme = parsed.scheme();
    if (scheme == "https"_L1)
        return refused(u"This sink does not speak TLS; give the console's address on this machine as "
                       "http://127.0.0.1:4377 or unix:/path, or a local proxy that speaks it."_s);
    if (!parsed.isValid() || scheme != "http"_L1 || parsed.host().isEmpty())
        return refused(u"The console's address must look like http://127.0.0.1:4377 or unix:/path."_s);
    if (!parsed.userInfo().isEmpty() || parsed.hasQuery() || parsed.hasFragment())
        return refused(u"The console's address must have neither a login nor a query; the token is given by itself."_s);
    const QString path = parsed.path();
    if (!path.isEmpty() && path != "/"_L1 && path != "/v1/sessions"_L1 && path != "/v1/events"_L1)
        return refused(u"The console's address must have no path: http://127.0.0.1:4377."_s);
    const QString host = parsed.host().toLower();
    if (!isLoopback(host))
        return refused(u"The console's address %1 is not on this machine: a sink sends unencrypted, so give a loopback "
                       "address such as http://127.0.0.1:4377, or that of a tunnel."_s.arg(host));
    const int port = parsed.port(80);
    if (port < 1 || port > 65'535)
        return refused(u"The port in the console's address must be 1 to 65535."_s);
    const QString name = host.contains(u':') ? u"[%1]"_s.arg(host) : host;
    return ConsoleAddress{
        .host = host, .port = static_cast<quint16>(port), .field = (name + u':' + QString::number(port)).toLatin1()};
}

QString ConsoleAddress::toText() const
{
    return socket.isEmpty() ? QString::fromLatin1(field) : "unix:"_L1 + socket;
}

ConsoleEndpoint ConsoleEndpoint::find()
{
    // The runtime directory, and where a console puts the file when there is none (lib/runtime).
    QStringList folders;
    if (const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR"); runtime.startsWith(u'/'))
        folders.append(runtime + "/escalite"_L1);
    const QString data = qEnvironmentVariable("XDG_DATA_HOME");
    folders.append((data.startsWith(u'/') ? data : QDir::homePath() + "/.local/share"_L1) + "/escalite/run"_L1);
    for (const QString &folder : std::as_const(folders)) {
        const QJsonObject file = QJsonDocument::fromJson(contentOf(folder + "/endpoint.json"_L1)).object();
        if (file.isEmpty())
            continue;
        ConsoleEndpoint endpoint{.addresses = {},
                                 .socket = file["socket"_L1].toString(),
                                 .ingestTokenFile = file["ingest_token_file"_L1].toString(),
                                 .operatorTokenFile = file["operator_token_file"_L1].toString()};
        const QJsonArray addresses = file["addresses"_L1].toArray();
        for (const auto &address : addresses)
            endpoint.addresses.append(address.toString());
        return endpoint;
    }
    return {};
}

Secret ConsoleEndpoint::token() const
{
    return Secret(QString::fromUtf8(contentOf(ingestTokenFile).trimmed()));
}

bool ConsoleEndpoint::isAt(const ConsoleAddress &address) const
{
    if (!address.socket.isEmpty())
        return socket == address.socket;
    const QString port = u':' + QString::number(address.port);
    return std::any_of(addresses.begin(), addresses.end(), [&](const QString &own) {
        return own == QLatin1StringView(address.field) || (address.host == "localhost"_L1 && own.endsWith(port));
    });
}

} // namespace escalite::client
