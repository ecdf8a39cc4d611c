// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What an element of a parsed document says, when it is of the type that is asked for.

#pragma once

#include <optional>
#include <string_view>

#include <simdjson.h>

namespace escalite::ingest {

inline std::string_view textOf(const simdjson::dom::element &value)
{
    std::string_view text;
    return value.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

inline bool isNull(const simdjson::dom::element &value)
{
    return value.type() == simdjson::dom::element_type::NULL_VALUE;
}

inline std::optional<double> numberOf(const simdjson::dom::element &value)
{
    double number = 0;
    if (value.get(number) != simdjson::SUCCESS)
        return std::nullopt;
    return number;
}

} // namespace escalite::ingest
