// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A JSON value on its way into an entry: a view where the caller's bytes can be used as they are.

#pragma once

#include "core/export.h"

#include <QByteArray>
#include <QJsonValue>
#include <QString>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace escalite {

/// Valid as long as what it was made from: pass it on, do not keep it. Text is UTF-8. Numbers that are not finite
/// become the texts "NaN", "Infinity" and "-Infinity" (E-25).
class ESCALITE_EXPORT Value
{
public:
    enum class Kind : std::uint8_t { Null, Bool, Integer, Real, Text, Json };

    constexpr Value() = default; ///< Null: nothing given; what is stored stays (E-12).
    constexpr Value(std::nullptr_t) {}
    constexpr Value(bool value) : m_integer(value ? 1 : 0), m_kind(Kind::Bool) {}
    template<std::integral Integer>
    constexpr Value(Integer value) : m_integer(static_cast<std::int64_t>(value))
                                   , m_kind(Kind::Integer)
    {
        static_assert(sizeof(Integer) <= sizeof(std::int64_t));
    }
    template<std::floating_point Real>
    constexpr Value(Real value) : m_real(static_cast<double>(value))
                                , m_kind(Kind::Real)
    {
    }
    constexpr Value(std::string_view text) : m_text(text), m_kind(Kind::Text) {}
    constexpr Value(const char *text) : Value(std::string_view(text)) {}
    Value(const std::string &text) : Value(std::string_view(text)) {}
    Value(const QString &text);
    Value(const QJsonValue &value);
    /// \a json is taken as JSON text; what is none becomes a text.
    [[nodiscard]] static Value fromJson(std::string_view json);

    [[nodiscard]] constexpr Kind kind() const { return m_kind; }
    [[nodiscard]] constexpr bool isNull() const { return m_kind == Kind::Null; }
    [[nodiscard]] constexpr std::int64_t integer() const { return m_integer; } ///< Integer, and Bool as 0 or 1.
    [[nodiscard]] constexpr double real() const { return m_real; }
    [[nodiscard]] constexpr std::string_view text() const { return m_text; } ///< Of Text and Json.

private:
    std::int64_t m_integer = 0;
    double m_real = 0;
    std::string_view m_text;
    QByteArray m_own; ///< What text() views when it had to be made.
    Kind m_kind = Kind::Null;
};

/// One further member of an entry (E-24).
struct Field
{
    std::string_view key;
    Value value;
};

} // namespace escalite
