// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The strict JSON reader: recursive descent over the grammar of RFC 8259, each production a function of its name.

#include "core/json.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QSet>

#include <algorithm>
#include <charconv>
#include <cmath>

using namespace Qt::StringLiterals;

namespace escalite {

namespace {

/// Up to so many members, a look at each is cheaper than a set.
constexpr qsizetype FewMembers = 12;
constexpr qsizetype LongestQuote = 40;

QString quoted(const QString &key)
{
    return u'"' + (key.size() > LongestQuote ? key.first(LongestQuote) + u'…' : key) + u'"';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::optional<unsigned> hexDigit(char c)
{
    if (isDigit(c))
        return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f')
        return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F')
        return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

/// Bytes of the well-formed UTF-8 sequence at \a at (Unicode 15, table 3-7), or 0.
int utf8Length(const char *at, const char *end)
{
    const auto byte = [at](int i) {
        return static_cast<unsigned char>(at[i]);
    };
    const auto within = [&](int i, unsigned char low, unsigned char high) {
        return end - at > i && byte(i) >= low && byte(i) <= high;
    };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return within(1, 0x80, 0xBF) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned char low = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned char high = lead == 0xED ? 0x9F : 0xBF; // surrogates have no UTF-8 form
        return within(1, low, high) && within(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned char low = lead == 0xF0 ? 0x90 : 0x80;
        const unsigned char high = lead == 0xF4 ? 0x8F : 0xBF;
        return within(1, low, high) && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

/// True when the number \a text (without sign), which no double holds, is too great for one; otherwise it is too small.
bool isGreat(QByteArrayView text)
{
    const auto exponentAt = std::find_if(text.begin(), text.end(), [](char c) { return c == 'e' || c == 'E'; });
    const QByteArrayView mantissa(text.begin(), exponentAt);
    const qsizetype point = mantissa.indexOf('.');
    const qsizetype units = point < 0 ? mantissa.size() : point;
    const auto firstDigit = std::find_if(mantissa.begin(), mantissa.end(), [](char c) { return c >= '1' && c <= '9'; });
    const qsizetype place = firstDigit - mantissa.begin();
    const qsizetype magnitude =
        place < units ? units - place : units + 1 - place; // 10^magnitude is just above the mantissa
    if (exponentAt == text.end())
        return magnitude > 0;
    bool ok = false;
    const qlonglong exponent = QByteArrayView(exponentAt + 1, text.end()).toLongLong(&ok);
    return ok ? exponent + magnitude > 0 : exponentAt[1] != '-';
}

std::pair<int, int> lineAndColumn(QByteArrayView text, qsizetype offset)
{
    const QByteArrayView before = text.first(std::min(offset, text.size()));
    const qsizetype lastBreak = before.lastIndexOf('\n');
    return {static_cast<int>(before.count('\n')) + 1, static_cast<int>(before.size() - lastBreak)};
}

class Reader
{
public:
    Reader(const QByteArray &text, const JsonLimits &limits)
        : m_begin(text.constData())
        , m_at(m_begin)
        , m_end(m_begin + text.size())
        , m_limits(limits)
    {
    }

    bool document(JsonNode &root)
    {
        if (QByteArrayView(m_begin, m_end).startsWith("\xEF\xBB\xBF"))
            return fail(u"a byte order mark stands before the document; JSON has none"_s);
        blanks();
        if (m_at == m_end)
            return fail(u"the document is empty"_s);
        if (!value(root, 0))
            return false;
        blanks();
        return m_at == m_end || fail(u"something follows after the end of the document"_s);
    }

    [[nodiscard]] JsonError error(QByteArrayView text) const
    {
        const auto [line, column] = lineAndColumn(text, m_failedAt);
        return {.pointer = m_pointer, .message = m_message, .offset = m_failedAt, .line = line, .column = column};
    }

private:
    bool fail(const QString &message) { return failAt(m_at, message); }
    bool failAt(const char *at, const QString &message)
    {
        m_message = message;
        m_failedAt = at - m_begin;
        return false;
    }
    /// Says, on the way back up, where the failed value stands.
    bool failedIn(const QString &segment)
    {
        m_pointer.prepend(segment);
        return false;
    }

    [[nodiscard]] qsizetype offset() const { return m_at - m_begin; }
    [[nodiscard]] bool at(char c) const { return m_at < m_end && *m_at == c; }

    void blanks()
    {
        while (m_at < m_end && (*m_at == ' ' || *m_at == '\t' || *m_at == '\n' || *m_at == '\r'))
            ++m_at;
    }

    bool value(JsonNode &node, int depth)
    {
        if (++m_values > m_limits.values)
            return fail(u"the document holds more than %1 values"_s.arg(m_limits.values));
        node.offset = offset();
        if (!valueOfKind(node, depth))
            return false;
        node.length = offset() - node.offset;
        return true;
    }

    bool valueOfKind(JsonNode &node, int depth)
    {
        if (m_at == m_end)
            return fail(u"the document ends where a value should stand"_s);
        switch (*m_at) {
        case '{':
            node.kind = JsonNode::Kind::Object;
            return deeper(depth) && object(node, depth + 1);
        case '[':
            node.kind = JsonNode::Kind::Array;
            return deeper(depth) && array(node, depth + 1);
        case '"':
            node.kind = JsonNode::Kind::String;
            return string(node.string, m_limits.stringBytes, "a string"_L1);
        case 't':
            node.kind = JsonNode::Kind::Bool;
            node.boolean = true;
            return word("true");
        case 'f':
            node.kind = JsonNode::Kind::Bool;
            return word("false");
        case 'n':
            return word("null");
        default:
            node.kind = JsonNode::Kind::Number;
            return number(node.number);
        }
    }

    bool deeper(int depth)
    {
        return depth < m_limits.depth || fail(u"objects and arrays are nested more than %1 deep"_s.arg(m_limits.depth));
    }

    bool word(QByteArrayView spelling)
    {
        if (!QByteArrayView(m_at, m_end).startsWith(spelling))
            return fail(u"a value must be an object, an array, a string, a number, true, false or null"_s);
        m_at += spelling.size();
        return true;
    }

    bool object(JsonNode &node, int depth)
    {
        ++m_at;
        blanks();
        if (at('}')) {
            ++m_at;
            return true;
        }
        QSet<QString> keys;
        for (;;) {
            if (!at('"'))
                return fail(at('}') ? u"a comma stands before the closing brace"_s
                                    : u"a key in quotation marks is missing"_s);
            JsonNode::Member member;
            member.keyOffset = offset();
            const char *const keyAt = m_at;
            if (!string(member.key, m_limits.keyBytes, "a key"_L1))
                return false;
            if (isRepeated(node, keys, member.key)) {
                failAt(keyAt, u"the key %1 stands twice in one object"_s.arg(quoted(member.key)));
                return failedIn(pointerTo(QString(), member.key));
            }
            blanks();
            if (!at(':')) {
                fail(u"a colon is missing after the key %1"_s.arg(quoted(member.key)));
                return failedIn(pointerTo(QString(), member.key));
            }
            ++m_at;
            blanks();
            if (!value(member.value, depth))
                return failedIn(pointerTo(QString(), member.key));
            node.members.append(std::move(member));
            blanks();
            if (at('}')) {
                ++m_at;
                return true;
            }
            if (!separator("a closing brace"_L1))
                return false;
        }
    }

    static bool isRepeated(const JsonNode &object, QSet<QString> &keys, const QString &key)
    {
        if (object.members.size() < FewMembers)
            return object.find(key) != nullptr;
        if (keys.isEmpty()) {
            for (const JsonNode::Member &member : object.members)
                keys.insert(member.key);
        }
        const qsizetype before = keys.size();
        keys.insert(key);
        return keys.size() == before;
    }

    bool array(JsonNode &node, int depth)
    {
        ++m_at;
        blanks();
        if (at(']')) {
            ++m_at;
            return true;
        }
        for (;;) {
            if (at(']'))
                return fail(u"a comma stands before the closing bracket"_s);
            JsonNode item;
            if (!value(item, depth))
                return failedIn(pointerTo(QString(), node.items.size()));
            node.items.append(std::move(item));
            blanks();
            if (at(']')) {
                ++m_at;
                return true;
            }
            if (!separator("a closing bracket"_L1))
                return false;
        }
    }

    bool separator(QLatin1StringView close)
    {
        if (m_at == m_end)
            return fail(u"the document ends where a comma or %1 should stand"_s.arg(close));
        if (*m_at != ',')
            return fail(u"a comma or %1 is missing"_s.arg(close));
        ++m_at;
        blanks();
        return true;
    }

    bool string(QString &result, qsizetype limit, QLatin1StringView what)
    {
        const char *const open = m_at++;
        QByteArray utf8;
        const char *run = m_at;
        const auto endRun = [&] {
            utf8.append(run, m_at - run);
        };
        for (;;) {
            if (m_at == m_end)
                return failAt(open, u"%1 has no closing quotation mark"_s.arg(what));
            const char c = *m_at;
            if (c == '"')
                break;
            if (c == '\\') {
                endRun();
                if (!escape(utf8))
                    return false;
                run = m_at;
            } else if (static_cast<unsigned char>(c) < 0x20) {
                return fail(u"%1 holds a control character; it must be written \\u%2"_s.arg(
                    what, QString::number(static_cast<unsigned char>(c), 16).rightJustified(4, u'0')));
            } else if (static_cast<unsigned char>(c) < 0x80) {
                ++m_at;
            } else {
                const int length = utf8Length(m_at, m_end);
                if (length == 0)
                    return fail(u"%1 is not UTF-8 here"_s.arg(what));
                m_at += length;
            }
            if (utf8.size() + (m_at - run) > limit)
                return failAt(open, u"%1 is longer than %2 bytes"_s.arg(what).arg(limit));
        }
        endRun();
        ++m_at;
        result = QString::fromUtf8(utf8);
        return true;
    }

    bool escape(QByteArray &utf8)
    {
        const char *const start = m_at++;
        if (m_at == m_end)
            return failAt(start, u"the document ends within an escape"_s);
        switch (*m_at++) {
        case '"':
            utf8.append('"');
            return true;
        case '\\':
            utf8.append('\\');
            return true;
        case '/':
            utf8.append('/');
            return true;
        case 'b':
            utf8.append('\b');
            return true;
        case 'f':
            utf8.append('\f');
            return true;
        case 'n':
            utf8.append('\n');
            return true;
        case 'r':
            utf8.append('\r');
            return true;
        case 't':
            utf8.append('\t');
            return true;
        case 'u':
            return unicodeEscape(start, utf8);
        default:
            return failAt(start, u"a backslash must be followed by one of \" \\ / b f n r t u"_s);
        }
    }

    bool unicodeEscape(const char *start, QByteArray &utf8)
    {
        const auto unit = fourDigits();
        if (!unit)
            return failAt(start, u"\\u must be followed by four hexadecimal digits"_s);
        if (*unit == 0)
            return failAt(start, u"U+0000 is not taken in strings"_s);
        char32_t point = *unit;
        if (QChar::isLowSurrogate(point))
            return failAt(start, u"a low surrogate stands alone"_s);
        if (QChar::isHighSurrogate(point)) {
            if (!QByteArrayView(m_at, m_end).startsWith("\\u"))
                return failAt(start, u"a high surrogate stands alone"_s);
            m_at += 2;
            const auto low = fourDigits();
            if (!low)
                return failAt(m_at, u"\\u must be followed by four hexadecimal digits"_s);
            if (!QChar::isLowSurrogate(*low))
                return failAt(start, u"a high surrogate stands alone"_s);
            point = QChar::surrogateToUcs4(static_cast<char16_t>(point), static_cast<char16_t>(*low));
        }
        utf8.append(QString::fromUcs4(&point, 1).toUtf8());
        return true;
    }

    std::optional<char32_t> fourDigits()
    {
        if (m_end - m_at < 4)
            return std::nullopt;
        char32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            const auto digit = hexDigit(m_at[i]);
            if (!digit)
                return std::nullopt;
            value = value * 16 + *digit;
        }
        m_at += 4;
        return value;
    }

    bool number(double &result)
    {
        const char *const start = m_at;
        if (at('-'))
            ++m_at;
        const char *const intBegin = m_at;
        const qsizetype intDigits = digits();
        if (intDigits == 0) {
            m_at = start;
            return fail(*start == '-'
                            ? u"a digit is missing after the minus sign"_s
                            : u"a value must be an object, an array, a string, a number, true, false or null"_s);
        }
        if (*intBegin == '0' && intDigits > 1)
            return failAt(start, u"a number must not begin with a zero before other digits"_s);
        if (at('.')) {
            ++m_at;
            if (digits() == 0)
                return fail(u"a digit is missing after the decimal point"_s);
        }
        if (at('e') || at('E')) {
            ++m_at;
            if (at('+') || at('-'))
                ++m_at;
            if (digits() == 0)
                return fail(u"a digit is missing in the exponent"_s);
        }
        const auto [end, problem] = std::from_chars(start, m_at, result);
        if (problem == std::errc::result_out_of_range) {
            if (isGreat(QByteArrayView(intBegin, m_at)))
                return failAt(start, u"the number is too great for a double"_s);
            result = 0; // too small for a double: zero, as for every other reader
        }
        return true;
    }

    qsizetype digits()
    {
        const char *const start = m_at;
        while (m_at < m_end && isDigit(*m_at))
            ++m_at;
        return m_at - start;
    }

    const char *m_begin;
    const char *m_at;
    const char *m_end;
    const JsonLimits &m_limits;
    int m_values = 0;
    QString m_pointer;
    QString m_message;
    qsizetype m_failedAt = 0;
};

/// Takes the next reference token off \a pointer and unescapes it; nothing when the pointer breaks RFC 6901.
std::optional<QString> nextToken(QStringView &pointer)
{
    if (!pointer.startsWith(u'/'))
        return std::nullopt;
    const qsizetype end = pointer.indexOf(u'/', 1);
    const QStringView raw = end < 0 ? pointer.sliced(1) : pointer.sliced(1, end - 1);
    pointer = end < 0 ? QStringView() : pointer.sliced(end);
    QString token;
    token.reserve(raw.size());
    for (qsizetype i = 0; i < raw.size(); ++i) {
        if (raw[i] != u'~') {
            token += raw[i];
            continue;
        }
        ++i;
        if (i == raw.size() || (raw[i] != u'0' && raw[i] != u'1'))
            return std::nullopt;
        token += raw[i] == u'0' ? u'~' : u'/';
    }
    return token;
}

const JsonNode *child(const JsonNode &node, const QString &token)
{
    if (node.kind == JsonNode::Kind::Object)
        return node.find(token);
    if (node.kind != JsonNode::Kind::Array || token.isEmpty() || (token.front() == u'0' && token.size() > 1))
        return nullptr;
    for (const QChar digit : token) {
        if (digit < u'0' || digit > u'9')
            return nullptr;
    }
    bool ok = false;
    const qsizetype index = token.toLongLong(&ok);
    return ok && index < node.items.size() ? &node.items.at(index) : nullptr;
}

} // namespace

const JsonNode *JsonNode::find(QStringView key) const
{
    for (const Member &member : members) {
        if (member.key == key)
            return &member.value;
    }
    return nullptr;
}

std::variant<JsonDocument, JsonError> JsonDocument::parse(const QByteArray &text, const JsonLimits &limits)
{
    JsonDocument document;
    Reader reader(text, limits);
    if (!reader.document(document.m_root))
        return reader.error(text);
    document.m_text = text;
    return document;
}

QByteArrayView JsonDocument::text(const JsonNode &node) const
{
    return QByteArrayView(m_text).sliced(node.offset, node.length);
}

const JsonNode *JsonDocument::at(QStringView pointer) const
{
    const JsonNode *node = &m_root;
    while (node && !pointer.isEmpty()) {
        const auto token = nextToken(pointer);
        node = token ? child(*node, *token) : nullptr;
    }
    return node;
}

std::pair<int, int> JsonDocument::locate(QStringView pointer) const
{
    const JsonNode *nearest = &m_root;
    while (!pointer.isEmpty()) {
        const auto token = nextToken(pointer);
        const JsonNode *const next = token ? child(*nearest, *token) : nullptr;
        if (!next)
            break;
        nearest = next;
    }
    return lineAndColumn(m_text, nearest->offset);
}

QJsonValue toQJson(const JsonNode &node)
{
    switch (node.kind) {
    case JsonNode::Kind::Null:
        return QJsonValue::Null;
    case JsonNode::Kind::Bool:
        return node.boolean;
    case JsonNode::Kind::Number:
        return node.number;
    case JsonNode::Kind::String:
        return node.string;
    case JsonNode::Kind::Array: {
        QJsonArray array;
        for (const JsonNode &item : node.items)
            array.append(toQJson(item));
        return array;
    }
    case JsonNode::Kind::Object: {
        QJsonObject object;
        for (const JsonNode::Member &member : node.members)
            object.insert(member.key, toQJson(member.value));
        return object;
    }
    }
    return {};
}

void appendQuoted(QByteArray &json, QStringView text)
{
    // Nearly all text is plain: a byte for each unit.
    const auto isPlain = [](QChar c) {
        return c >= u' ' && c < u'\u007f' && c != u'"' && c != u'\\';
    };
    const qsizetype begin = json.size();
    if (std::all_of(text.begin(), text.end(), isPlain)) {
        json.resize(begin + text.size() + 2);
        char *out = json.data() + begin;
        *out++ = '"';
        for (const QChar c : text)
            *out++ = static_cast<char>(c.unicode());
        *out = '"';
        return;
    }
    static constexpr std::string_view Hex = "0123456789abcdef";
    const QByteArray utf8 = text.toUtf8();
    json.append('"');
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            json.append('\\').append(c);
        else if (c == '\0')
            json.append("\\ufffd");
        else if (byte < 0x20 || byte == 0x7F)
            json.append("\\u00").append(Hex[byte >> 4U]).append(Hex[byte & 0xFU]);
        else
            json.append(c);
    }
    json.append('"');
}

QByteArray quotedJson(QStringView text)
{
    QByteArray json;
    appendQuoted(json, text);
    return json;
}

QString pointerTo(const QString &pointer, QStringView key)
{
    QString result = pointer + u'/';
    result.reserve(result.size() + key.size());
    for (const QChar c : key) {
        if (c == u'~')
            result += "~0"_L1;
        else if (c == u'/')
            result += "~1"_L1;
        else
            result += c;
    }
    return result;
}

QString pointerTo(const QString &pointer, qsizetype index)
{
    return pointer + u'/' + QString::number(index);
}

} // namespace escalite
