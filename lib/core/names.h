// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Tables of enumerators and their wire spellings, read both ways.

#pragma once

#include <QLatin1StringView>
#include <QString>

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace escalite {

/// The spelling of \a value in \a table; empty for what is no enumerator.
template<typename Enum, std::size_t Size>
[[nodiscard]] QString spellingIn(const std::array<std::pair<Enum, QLatin1StringView>, Size> &table, Enum value)
{
    for (const auto &[candidate, spelling] : table) {
        if (candidate == value)
            return spelling;
    }
    return {};
}

template<typename Enum, std::size_t Size>
[[nodiscard]] std::optional<Enum> valueIn(const std::array<std::pair<Enum, QLatin1StringView>, Size> &table,
                                          QStringView name)
{
    for (const auto &[value, spelling] : table) {
        if (name == spelling)
            return value;
    }
    return std::nullopt;
}

} // namespace escalite
