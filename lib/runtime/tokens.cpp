// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/tokens.h"

#include "runtime/files.h"

#include <QFileInfo>
#include <QRandomGenerator>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {
constexpr qsizetype RandomCharacters = 43; // 32 bytes in base64url without padding
}

Result<Secret> loadOrMakeToken(const QString &file, QByteArrayView prefix)
{
    if (!QFileInfo::exists(file)) {
        std::array<quint32, 8> random{};
        QRandomGenerator::system()->fillRange(random.data(), static_cast<qsizetype>(random.size()));
        const QByteArray bytes(reinterpret_cast<const char *>(random.data()), sizeof random);
        const QByteArray token =
            prefix.toByteArray() + bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
        if (const auto written = writeFile(file, token + '\n'); !written)
            return written.error();
        return Secret(QString::fromLatin1(token));
    }
    const auto bytes = readPrivateFile(file);
    if (!bytes)
        return bytes.error();
    const QByteArray token = bytes->trimmed();
    const auto isTokenCharacter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    if (token.size() != prefix.size() + RandomCharacters || !token.startsWith(prefix)
        || !std::all_of(token.cbegin(), token.cend(), isTokenCharacter))
        return Error{
            ErrorCode::Malformed,
            u"%1 holds no token: it has the form %2 and 43 letters, digits, - or _. Remove the file to get a new one."_s
                .arg(file, QString::fromLatin1(prefix.toByteArray()))};
    return Secret(QString::fromLatin1(token));
}

} // namespace escalite::runtime
