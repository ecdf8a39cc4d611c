// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Any Retry-After: seconds, a date in one of three formats, or nonsense. The first eight bytes choose the present.

#include "delivery/retryafter.h"

#include <QByteArray>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

using namespace escalite;

namespace {

void demand(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

/// Times between 1970 and 9999.
TimePoint presentFrom(const std::uint8_t *bytes)
{
    std::uint64_t number = 0;
    std::memcpy(&number, bytes, sizeof number);
    constexpr std::uint64_t Years = 8'000ULL * 365 * 24 * 3600 * 1'000'000;
    return TimePoint(Duration(static_cast<std::int64_t>(number % Years)));
}

/// What C's own printer makes of \a time must read back as that second, whichever format is used.
void readBack(TimePoint time, TimePoint now)
{
    const std::time_t second = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts = {};
    demand(gmtime_r(&second, &parts) != nullptr, "C knows the time");
    const Duration expected = std::max(TimePoint(std::chrono::seconds(second)) - now, Duration::zero());
    const auto demandRead = [&](const char *text) {
        const std::optional<Duration> read = delivery::retryAfter(text, now);
        demand(read.has_value(), "a date is read");
        demand(*read == expected, "a date is read as what it says");
    };
    // RFC 9110 §5.6.7: IMF-fixdate, RFC 850, asctime.
    char text[96] = {};
    demand(std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts) > 0, "C prints an IMF-fixdate");
    demandRead(text);
    char day[32] = {};
    char hours[32] = {};
    demand(std::strftime(day, sizeof day, "%A, %d-%b", &parts) > 0, "C prints a day");
    demand(std::strftime(hours, sizeof hours, "%H:%M:%S GMT", &parts) > 0, "C prints a time of day");
    std::snprintf(text, sizeof text, "%s-%02d %s", day, parts.tm_year % 100, hours);
    demandRead(text);
    demand(std::strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y", &parts) > 0, "C prints an asctime date");
    demandRead(text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 8)
        return 0;
    const TimePoint now = presentFrom(data);
    const QByteArray value(reinterpret_cast<const char *>(data) + 8, static_cast<qsizetype>(size - 8));
    const std::optional<Duration> read = delivery::retryAfter(value, now);
    if (read) {
        demand(*read >= Duration::zero(), "nobody waits for the past");
        demand(*read <= std::chrono::days(366), "nobody waits longer than a year");
        demand(delivery::retryAfter("\t " + value + " \t", now) == read, "space around it says nothing");
    }
    std::uint32_t ahead = 0;
    std::memcpy(&ahead, data + 4, sizeof ahead);
    readBack(now + std::chrono::seconds(ahead % (365 * 24 * 3600)), now);
    return 0;
}
