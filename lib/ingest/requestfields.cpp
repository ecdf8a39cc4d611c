// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/requestfields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace escalite::ingest {

namespace {

struct Row
{
    std::string_view key;
    RequestField field;
};

/// In order of preference within each field. The first of each are the names of the Python library's own examples.
constexpr std::array<Row, 17> Table{{
    {"request_path", RequestField::Path},
    {"path", RequestField::Path},
    {"route", RequestField::Path},
    {"endpoint", RequestField::Path},
    {"request_url", RequestField::Path},
    {"url", RequestField::Path},
    {"uri", RequestField::Path},
    {"request_method", RequestField::Method},
    {"method", RequestField::Method},
    {"http_method", RequestField::Method},
    {"response_status", RequestField::Code},
    {"response_code", RequestField::Code},
    {"status_code", RequestField::Code},
    {"http_status", RequestField::Code},
    {"status", RequestField::Code},
    {"response", RequestField::Code},
    {"code", RequestField::Code},
}};

constexpr std::size_t LongestMethod = 16;
/// What the column row can hold.
constexpr int GreatestCode = 32767;

} // namespace

std::optional<RequestPlace> requestPlace(std::string_view key)
{
    const auto row =
        std::find_if(Table.begin(), Table.end(), [key](const Row &candidate) { return candidate.key == key; });
    if (row == Table.end())
        return std::nullopt;
    return RequestPlace{.field = row->field, .rank = static_cast<int>(row - Table.begin())};
}

bool isMethod(std::string_view text)
{
    return !text.empty() && text.size() <= LongestMethod && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
}

std::string_view methodBefore(std::string_view text)
{
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos || space + 1 >= text.size() || text[space + 1] != '/')
        return {};
    const std::string_view method = text.substr(0, space);
    return isMethod(method) ? method : std::string_view();
}

std::string_view pathOf(std::string_view text)
{
    if (const std::string_view method = methodBefore(text); !method.empty())
        text.remove_prefix(method.size() + 1);
    for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
        if (text.substr(0, scheme.size()) != scheme)
            continue;
        text.remove_prefix(scheme.size());
        const std::size_t slash = text.find_first_of("/?#");
        if (slash == std::string_view::npos || text[slash] != '/')
            return "/";
        text.remove_prefix(slash);
        break;
    }
    return text.substr(0, text.find('#'));
}

std::optional<int> codeFromText(std::string_view text)
{
    int code = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), code);
    if (text.empty() || problem != std::errc() || end != text.data() + text.size() || code < 0 || code > GreatestCode)
        return std::nullopt;
    return code;
}

std::optional<int> codeFromNumber(double number)
{
    if (!(number >= 0 && number <= GreatestCode) || std::trunc(number) != number)
        return std::nullopt;
    return static_cast<int>(number);
}

} // namespace escalite::ingest
