// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "notifiers/httpcredentials.h"

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

void checkCredentials(const QJsonObject &config, Problems &problems)
{
    const QString token = config.value(u"token"_s).toString();
    const QString user = config.value(u"username"_s).toString();
    const bool password = config.contains(u"password"_s);
    if (!token.isEmpty() && (!user.isEmpty() || password))
        problems.append(
            {.pointer = u"/token"_s, .message = u"Either 'token' or 'username' and 'password' may be given"_s});
    for (const QChar c : token) {
        if (c.unicode() <= 0x20 || c.unicode() > 0x7e) {
            problems.append({.pointer = u"/token"_s, .message = u"'token' must be one word of ASCII characters"_s});
            break;
        }
    }
    if (user.isEmpty() == password)
        problems.append({.pointer = password ? u"/password"_s : u"/username"_s,
                         .message = u"'username' and 'password' must be given together"_s});
    if (user.contains(u':'))
        problems.append({.pointer = u"/username"_s, .message = u"'username' must hold no colon (RFC 7617)"_s});
}

QList<Rendered::Header> credentialsOf(const QJsonObject &config)
{
    const QString token = config.value(u"token"_s).toString();
    if (!token.isEmpty())
        return {{.name = "Authorization", .value = "Bearer " + token.toLatin1()}};
    const QString user = config.value(u"username"_s).toString();
    if (user.isEmpty())
        return {};
    const QByteArray pair = user.toUtf8() + ':' + config.value(u"password"_s).toString().toUtf8();
    return {{.name = "Authorization", .value = "Basic " + pair.toBase64()}};
}

} // namespace escalite::notifiers
