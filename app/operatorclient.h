// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The operator API of the console that runs here, asked over HTTP: one request at a time, waited for.

#pragma once

#include "core/result.h"
#include "core/secret.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace escalite::app {

class OperatorClient
{
public:
    /// The console at \a url with the token in \a tokenFile; empty ones: what the console that runs here says.
    static Result<OperatorClient> find(const QString &url, const QString &tokenFile);

    /// Blocks until the answer is there. An error says what the console said, or that it does not answer.
    [[nodiscard]] Result<QJsonObject> get(const QString &path) const;
    /// With a request id in it, so that what was lost on the way may be sent again.
    [[nodiscard]] Result<QJsonObject> post(const QString &path, QJsonObject body) const;
    [[nodiscard]] Result<QJsonObject> remove(const QString &path) const;

private:
    OperatorClient(QString url, Secret token) : m_url(std::move(url)), m_token(std::move(token)) {}
    [[nodiscard]] Result<QJsonObject> ask(const QByteArray &method, const QString &path, const QByteArray &body) const;

    QString m_url; ///< "http://127.0.0.1:4377"
    Secret m_token;
};

} // namespace escalite::app
