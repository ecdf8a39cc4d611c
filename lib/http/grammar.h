// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The words of HTTP's grammar that requests and responses share.

#pragma once

#include <QByteArrayView>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace escalite::http {

/// RFC 9110 §5.6.2.
constexpr bool isTokenChar(unsigned char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
        return true;
    constexpr std::string_view Others = "!#$%&'*+-.^_`|~";
    return Others.find(static_cast<char>(c)) != std::string_view::npos;
}

enum CharClass : quint8 { Token = 1, Control = 2 };

inline constexpr auto CharClasses = [] {
    std::array<quint8, 256> classes{};
    for (std::size_t c = 0; c < classes.size(); ++c) {
        if (isTokenChar(static_cast<unsigned char>(c)))
            classes[c] |= Token;
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            classes[c] |= Control;
    }
    return classes;
}();

inline bool is(char c, CharClass charClass)
{
    return (CharClasses[static_cast<unsigned char>(c)] & charClass) != 0;
}

inline bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) { return is(c, Token); });
}

inline bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

inline bool equalsIgnoringCase(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0;
}

/// Without the optional white space of RFC 9110 §5.6.3 at both ends.
inline QByteArrayView withoutOws(QByteArrayView text)
{
    while (!text.isEmpty() && (text.front() == ' ' || text.front() == '\t'))
        text = text.sliced(1);
    while (!text.isEmpty() && (text.back() == ' ' || text.back() == '\t'))
        text.chop(1);
    return text;
}

/// Calls \a use with every member of a comma-separated list, white space removed.
template<typename Use>
void forEachMember(QByteArrayView list, Use use)
{
    while (true) {
        const qsizetype comma = list.indexOf(',');
        use(withoutOws(comma < 0 ? list : list.first(comma)));
        if (comma < 0)
            return;
        list = list.sliced(comma + 1);
    }
}

/// The value of a Content-Length field: 1 to 19 digits and nothing else.
inline std::optional<quint64> contentLengthFrom(QByteArrayView value)
{
    constexpr qsizetype MaxLengthDigits = 19;
    if (value.isEmpty() || value.size() > MaxLengthDigits)
        return std::nullopt;
    quint64 length = 0;
    for (const char c : value) {
        if (!isDigit(c))
            return std::nullopt;
        length = length * 10 + static_cast<quint64>(c - '0');
    }
    return length;
}

} // namespace escalite::http
