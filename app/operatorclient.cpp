// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/operatorclient.h"

#include "client/consoleaddress.h"

#include <QEventLoop>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QUrl>
#include <QUuid>

#include <chrono>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

constexpr std::chrono::minutes LongestAnswer{10}; // a what-if reads days of sessions
constexpr qint64 LargestToken = 4096;

Result<Secret> tokenIn(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Unavailable,
                     u"The operator token %1 cannot be read: %2."_s.arg(path, file.errorString())};
    const QString token = QString::fromUtf8(file.read(LargestToken).trimmed());
    if (token.isEmpty())
        return Error{ErrorCode::Unavailable, u"The file %1 holds no operator token."_s.arg(path)};
    return Secret(token);
}

/// What the problem document \a json says, each thing that was wrong with its place.
QString complaintIn(const QJsonObject &json)
{
    QStringList parts;
    const QJsonArray errors = json["errors"_L1].toArray();
    for (const auto &error : errors) {
        const QString pointer = error["pointer"_L1].toString();
        const QString detail = error["detail"_L1].toString();
        parts.append(pointer.isEmpty() ? detail : pointer + ": "_L1 + detail);
    }
    return parts.isEmpty() ? json["detail"_L1].toString() : parts.join(u'\n');
}

} // namespace

Result<OperatorClient> OperatorClient::find(const QString &url, const QString &tokenFile)
{
    QString address = url;
    QString file = tokenFile;
    if (address.isEmpty() || file.isEmpty()) {
        const client::ConsoleEndpoint endpoint = client::ConsoleEndpoint::find();
        if (endpoint.addresses.isEmpty())
            return Error{
                ErrorCode::Unavailable,
                u"No console runs here; start escalite-console or escalited, or give --url and --token-file."_s};
        if (address.isEmpty())
            address = "http://"_L1 + endpoint.addresses.constFirst();
        if (file.isEmpty())
            file = endpoint.operatorTokenFile;
    }
    const auto checked = client::ConsoleAddress::fromUrl(address);
    if (!checked)
        return checked.error();
    if (!checked->socket.isEmpty())
        return Error{ErrorCode::Unsupported, u"Give the console's address as http://127.0.0.1:4377."_s};
    auto token = tokenIn(file);
    if (!token)
        return token.error();
    return OperatorClient("http://"_L1 + QString::fromLatin1(checked->field), std::move(token).value());
}

Result<QJsonObject> OperatorClient::get(const QString &path) const
{
    return ask("GET"_ba, path, {});
}

Result<QJsonObject> OperatorClient::post(const QString &path, QJsonObject body) const
{
    body.insert("request_id"_L1, QUuid::createUuid().toString(QUuid::WithoutBraces));
    return ask("POST"_ba, path, QJsonDocument(body).toJson(QJsonDocument::Compact));
}

Result<QJsonObject> OperatorClient::remove(const QString &path) const
{
    return ask("DELETE"_ba, path, {});
}

Result<QJsonObject> OperatorClient::ask(const QByteArray &method, const QString &path, const QByteArray &body) const
{
    QNetworkAccessManager network;
    network.setProxy(QNetworkProxy::NoProxy);
    network.setTransferTimeout(static_cast<int>(std::chrono::milliseconds(LongestAnswer).count()));
    QNetworkRequest request(QUrl(m_url + path, QUrl::StrictMode));
    request.setRawHeader("Authorization"_ba, "Bearer "_ba + m_token.reveal().toUtf8());
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    if (!body.isEmpty())
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    QNetworkReply *reply = network.sendCustomRequest(request, method, body);
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0)
        return Error{ErrorCode::Unavailable,
                     u"The console at %1 does not answer: %2."_s.arg(m_url, reply->errorString())};
    const QJsonObject json = QJsonDocument::fromJson(reply->readAll()).object();
    if (status >= 200 && status < 300)
        return json;
    const QString complaint = complaintIn(json);
    return Error{status == 503 ? ErrorCode::Unavailable : ErrorCode::Refused,
                 complaint.isEmpty() ? u"The console answered %1."_s.arg(status) : complaint};
}

} // namespace escalite::app
