// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The Retry-After field of HTTP: seconds or a date.

#include "delivery/retryafter.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace escalite::delivery {

namespace {

using namespace std::string_view_literals;

constexpr Duration Longest = std::chrono::days(366);

constexpr std::array Months{"Jan"sv, "Feb"sv, "Mar"sv, "Apr"sv, "May"sv, "Jun"sv,
                            "Jul"sv, "Aug"sv, "Sep"sv, "Oct"sv, "Nov"sv, "Dec"sv};
constexpr std::array Days{"Mon"sv, "Tue"sv, "Wed"sv, "Thu"sv, "Fri"sv, "Sat"sv, "Sun"sv};
constexpr std::array LongDays{"Monday"sv, "Tuesday"sv,  "Wednesday"sv, "Thursday"sv,
                              "Friday"sv, "Saturday"sv, "Sunday"sv};

/// Eats the grammar of RFC 9110 §5.6.7 from the front of a text; once something does not fit, everything further fails.
class DateReader
{
public:
    explicit DateReader(std::string_view text) : m_rest(text) {}

    [[nodiscard]] bool isComplete() const { return m_ok && m_rest.empty(); }

    void literal(std::string_view text)
    {
        m_ok = m_ok && m_rest.starts_with(text);
        if (m_ok)
            m_rest.remove_prefix(text.size());
    }

    template<std::size_t N>
    unsigned oneOf(const std::array<std::string_view, N> &names)
    {
        for (unsigned i = 0; m_ok && i < N; ++i) {
            if (m_rest.starts_with(names[i])) {
                m_rest.remove_prefix(names[i].size());
                return i;
            }
        }
        m_ok = false;
        return 0;
    }

    int digits(std::size_t count)
    {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            m_ok = m_ok && !m_rest.empty() && m_rest.front() >= '0' && m_rest.front() <= '9';
            if (!m_ok)
                return 0;
            value = value * 10 + (m_rest.front() - '0');
            m_rest.remove_prefix(1);
        }
        return value;
    }

    /// asctime-date pads the day with a space.
    int dayOrSpaceDay()
    {
        if (m_rest.starts_with(' ')) {
            m_rest.remove_prefix(1);
            return digits(1);
        }
        return digits(2);
    }

    std::chrono::seconds timeOfDay()
    {
        const int hour = digits(2);
        literal(":"sv);
        const int minute = digits(2);
        literal(":"sv);
        const int second = digits(2); // 60 is a leap second.
        m_ok = m_ok && hour <= 23 && minute <= 59 && second <= 60;
        return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
    }

private:
    std::string_view m_rest;
    bool m_ok = true;
};

std::optional<TimePoint> assemble(int year, unsigned month, int day, std::chrono::seconds time)
{
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month + 1),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok())
        return std::nullopt;
    return TimePoint(std::chrono::sys_days(date)) + time;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<TimePoint> imfFixdate(std::string_view text)
{
    DateReader reader(text);
    reader.oneOf(Days);
    reader.literal(", "sv);
    const int day = reader.digits(2);
    reader.literal(" "sv);
    const unsigned month = reader.oneOf(Months);
    reader.literal(" "sv);
    const int year = reader.digits(4);
    reader.literal(" "sv);
    const std::chrono::seconds time = reader.timeOfDay();
    reader.literal(" GMT"sv);
    return reader.isComplete() ? assemble(year, month, day, time) : std::nullopt;
}

/// "Sunday, 06-Nov-94 08:49:37 GMT"
std::optional<TimePoint> rfc850Date(std::string_view text, TimePoint now)
{
    DateReader reader(text);
    reader.oneOf(LongDays);
    reader.literal(", "sv);
    const int day = reader.digits(2);
    reader.literal("-"sv);
    const unsigned month = reader.oneOf(Months);
    reader.literal("-"sv);
    const int shortYear = reader.digits(2);
    reader.literal(" "sv);
    const std::chrono::seconds time = reader.timeOfDay();
    reader.literal(" GMT"sv);
    if (!reader.isComplete())
        return std::nullopt;
    // More than 50 years in the future means the most recent past year with these digits.
    const int thisYear = int(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year());
    int year = thisYear - thisYear % 100 + shortYear;
    if (year > thisYear + 50)
        year -= 100;
    else if (year <= thisYear - 50)
        year += 100;
    return assemble(year, month, day, time);
}

/// "Sun Nov  6 08:49:37 1994"
std::optional<TimePoint> asctimeDate(std::string_view text)
{
    DateReader reader(text);
    reader.oneOf(Days);
    reader.literal(" "sv);
    const unsigned month = reader.oneOf(Months);
    reader.literal(" "sv);
    const int day = reader.dayOrSpaceDay();
    reader.literal(" "sv);
    const std::chrono::seconds time = reader.timeOfDay();
    reader.literal(" "sv);
    const int year = reader.digits(4);
    return reader.isComplete() ? assemble(year, month, day, time) : std::nullopt;
}

std::optional<Duration> sensible(Duration wait)
{
    if (wait > Longest)
        return std::nullopt;
    return std::max(wait, Duration::zero());
}

} // namespace

std::optional<Duration> retryAfter(QByteArrayView value, TimePoint now)
{
    const QByteArrayView trimmed = value.trimmed();
    const std::string_view text(trimmed.data(), static_cast<std::size_t>(trimmed.size()));
    if (text.empty())
        return std::nullopt;

    if (std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        if (text.size() > 9) // More than thirty years; also keeps the sum below from overflowing.
            return std::nullopt;
        std::int64_t seconds = 0;
        for (const char c : text)
            seconds = seconds * 10 + (c - '0');
        return sensible(std::chrono::seconds(seconds));
    }

    std::optional<TimePoint> date = imfFixdate(text);
    if (!date)
        date = rfc850Date(text, now);
    if (!date)
        date = asctimeDate(text);
    if (!date)
        return std::nullopt;
    return sensible(*date - now);
}

} // namespace escalite::delivery
