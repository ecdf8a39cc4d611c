// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A strict RFC 8259 reader that keeps what others drop: order of members, digits of numbers, and where everything
// stood. Used where a problem must be told with line and column (configuration, refused documents); the fast path is
// simdjson.

#pragma once

#include "core/export.h"
#include "core/result.h"

#include <QByteArray>
#include <QJsonValue>
#include <QList>
#include <QString>

#include <memory>
#include <optional>

namespace escalite {

struct JsonLimits
{
    int depth = 32;
    int values = 20'000;
    qsizetype keyBytes = 256;
    qsizetype stringBytes = 256 * 1024;
};

/// Where and why a document is no JSON, or breaks a limit.
struct JsonError
{
    QString pointer;
    QString message; ///< "a comma is missing", "the key \"a\" stands twice", …
    qsizetype offset = 0;
    int line = 1;
    int column = 1; ///< In bytes, from 1.
};

/// One value with its place. Members keep their order.
struct ESCALITE_EXPORT JsonNode
{
    enum class Kind { Null, Bool, Number, String, Array, Object };
    struct Member;

    Kind kind = Kind::Null;
    qsizetype offset = 0; ///< Of the first byte of the value.
    qsizetype length = 0; ///< Bytes of the value's text.
    bool boolean = false;
    double number = 0;
    QString string;
    QList<JsonNode> items; ///< Array.
    QList<Member> members; ///< Object.

    [[nodiscard]] const JsonNode *find(QStringView key) const; ///< Member of an object, or null.
};

struct JsonNode::Member
{
    QString key;
    qsizetype keyOffset = 0;
    JsonNode value;
};

class ESCALITE_EXPORT JsonDocument
{
public:
    /// Reads \a text whole: refuses duplicate keys, invalid UTF-8, U+0000 and lone surrogates in strings, numbers that
    /// are no finite double, anything after the value, and what passes \a limits.
    static std::variant<JsonDocument, JsonError> parse(const QByteArray &text, const JsonLimits &limits = {});

    [[nodiscard]] const JsonNode &root() const { return m_root; }
    [[nodiscard]] QByteArrayView text(const JsonNode &node) const;
    /// The value at RFC 6901 \a pointer, or null.
    [[nodiscard]] const JsonNode *at(QStringView pointer) const;
    /// Line and column (from 1, bytes) of the value at \a pointer, or of its nearest existing parent.
    [[nodiscard]] std::pair<int, int> locate(QStringView pointer) const;

private:
    QByteArray m_text;
    JsonNode m_root;
};

/// \a node as Qt's value type (order and digits are lost): for configurations.
[[nodiscard]] ESCALITE_EXPORT QJsonValue toQJson(const JsonNode &node);

/// \a text as a JSON string in UTF-8. U+0000, which no reader here takes, becomes U+FFFD.
[[nodiscard]] ESCALITE_EXPORT QByteArray quotedJson(QStringView text);
/// Likewise, at the end of \a json.
ESCALITE_EXPORT void appendQuoted(QByteArray &json, QStringView text);

/// Appends \a key to \a pointer, escaped by RFC 6901.
[[nodiscard]] ESCALITE_EXPORT QString pointerTo(const QString &pointer, QStringView key);
[[nodiscard]] ESCALITE_EXPORT QString pointerTo(const QString &pointer, qsizetype index);

} // namespace escalite
