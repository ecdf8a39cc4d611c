// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A value or the reason why there is none. Stands in for C++23's std::expected.

#pragma once

#include <QString>

#include <cstdint>
#include <utility>
#include <variant>

namespace escalite {

enum class ErrorCode : std::uint8_t {
    Malformed,   ///< The bytes do not follow their format; trying again cannot help.
    TooLarge,    ///< A limit of ours was passed.
    Unsupported, ///< Well-formed, but of a kind that we do not read.
    Unavailable, ///< Something outside failed; the same call may succeed later.
    Refused,     ///< Something outside answered no; the same call will fail again.
};

struct Error
{
    ErrorCode code{};
    QString message; ///< One sentence for an operator, without secrets.

    bool operator==(const Error &) const = default;
};

template<typename T>
class [[nodiscard]] Result
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return m_state.index() == 0; }
    const T &value() const & { return std::get<0>(m_state); }
    T &&value() && { return std::get<0>(std::move(m_state)); }
    const Error &error() const { return std::get<1>(m_state); }
    const T &operator*() const & { return value(); }
    const T *operator->() const { return &value(); }

private:
    std::variant<T, Error> m_state;
};

} // namespace escalite
