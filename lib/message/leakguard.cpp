// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The last guard before the wire: looks for known secrets in bytes, through the encodings that bytes go out in.

#include "message/redaction.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::message {

namespace {

constexpr qsizetype ShortestSecret = 6;

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The value of the \a digits hexadecimal digits at \a at, or -1.
int hexNumber(const QByteArray &bytes, qsizetype at, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; ++i) {
        const int digit = at + i < bytes.size() ? hexDigit(bytes.at(at + i)) : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/// %XX by percent, =XX and soft line ends by quoted-printable; what is no escape stays.
QByteArray withHexEscapes(const QByteArray &bytes, char mark)
{
    QByteArray result;
    result.reserve(bytes.size());
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const char c = bytes.at(i);
        if (c == mark) {
            if (const int value = hexNumber(bytes, i + 1, 2); value >= 0) {
                result.append(static_cast<char>(value));
                i += 2;
                continue;
            }
            if (mark == '=' && bytes.sliced(i + 1).startsWith("\r\n")) {
                i += 2;
                continue;
            }
        }
        result.append(mark == '%' && c == '+' ? ' ' : c);
    }
    return result;
}

QByteArray withoutJsonEscapes(const QByteArray &bytes)
{
    QByteArray result;
    result.reserve(bytes.size());
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        if (bytes.at(i) != '\\' || i + 1 == bytes.size()) {
            result.append(bytes.at(i));
            continue;
        }
        const char kind = bytes.at(++i);
        if (kind != 'u') {
            const auto at = QByteArrayView("bfnrt").indexOf(kind);
            result.append(at < 0 ? kind : "\b\f\n\r\t"[at]);
            continue;
        }
        QString text;
        int unit = hexNumber(bytes, i + 1, 4);
        while (unit >= 0) {
            text += QChar(static_cast<char16_t>(unit));
            i += 4;
            const bool more = i + 2 < bytes.size() && bytes.at(i + 1) == '\\' && bytes.at(i + 2) == 'u';
            unit = more ? hexNumber(bytes, i + 3, 4) : -1;
            if (unit >= 0)
                i += 2;
        }
        result.append(text.toUtf8());
    }
    return result;
}

QByteArray withoutEntities(QByteArray bytes)
{
    return bytes.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
}

/// The base64 digits that depend on \a secret alone when \a before bytes (mod 3) stand ahead of it.
QByteArray base64Core(const QByteArray &secret, qsizetype before)
{
    constexpr std::array<qsizetype, 3> MixedDigits{0, 2, 3};
    const QByteArray digits = (QByteArray(before, '\0') + secret).toBase64(QByteArray::OmitTrailingEquals);
    const qsizetype first = MixedDigits.at(static_cast<std::size_t>(before));
    const qsizetype whole = (before + secret.size()) * 8 / 6;
    return digits.sliced(first, whole - first);
}

} // namespace

bool containsSecret(const QByteArray &bytes, const QStringList &secrets)
{
    QList<QByteArray> needles;
    for (const QString &secret : secrets) {
        if (const QByteArray needle = secret.toUtf8(); needle.size() >= ShortestSecret)
            needles.append(needle);
    }
    if (needles.isEmpty())
        return false;

    const QByteArray json = withoutJsonEscapes(bytes);
    const std::array readings{bytes,
                              json,
                              withHexEscapes(bytes, '%'),
                              withHexEscapes(json, '%'),
                              withHexEscapes(bytes, '='),
                              withoutEntities(bytes),
                              withoutEntities(json)};
    // Base64 of mail is broken into lines, that of URLs has its own two digits.
    QByteArray base64 = json;
    base64.replace("\r", "").replace("\n", "").replace('-', '+').replace('_', '/');

    return std::any_of(needles.begin(), needles.end(), [&](const QByteArray &needle) {
        for (const QByteArray &reading : readings) {
            if (reading.contains(needle))
                return true;
        }
        for (qsizetype before = 0; before < 3; ++before) {
            if (base64.contains(base64Core(needle, before)))
                return true;
        }
        return false;
    });
}

} // namespace escalite::message
