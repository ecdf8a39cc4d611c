// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Points in time and durations, and how they are written on the wire.

#include "core/timepoint.h"

#include <QLatin1StringView>

#include <array>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr TimePoint FirstTime = sys_days(std::chrono::year(1) / 1 / 1);
constexpr TimePoint EndOfTime = sys_days(std::chrono::year(10'000) / 1 / 1);

bool isWithinYears(TimePoint time)
{
    return time >= FirstTime && time < EndOfTime;
}

/// Reads decimal digits off the front of a text.
class DigitReader
{
public:
    explicit DigitReader(QStringView text) : m_rest(text) {}

    /// Exactly \a count digits, or nothing.
    std::optional<int> number(qsizetype count)
    {
        if (m_rest.size() < count)
            return std::nullopt;
        int value = 0;
        for (const QChar digit : m_rest.first(count)) {
            if (digit < u'0' || digit > u'9')
                return std::nullopt;
            value = value * 10 + (digit.unicode() - u'0');
        }
        m_rest = m_rest.sliced(count);
        return value;
    }

    bool take(QLatin1StringView oneOf)
    {
        if (m_rest.isEmpty() || !oneOf.contains(m_rest.front()))
            return false;
        m_rest = m_rest.sliced(1);
        return true;
    }

    [[nodiscard]] bool atEnd() const { return m_rest.isEmpty(); }
    [[nodiscard]] bool atDigit() const { return !m_rest.isEmpty() && m_rest.front() >= u'0' && m_rest.front() <= u'9'; }

private:
    QStringView m_rest;
};

struct Unit
{
    QLatin1StringView spelling;
    qint64 microseconds = 0;
};

constexpr std::array Units{
    Unit{"us"_L1, 1},
    Unit{"ms"_L1, 1'000},
    Unit{"s"_L1, 1'000'000},
    Unit{"m"_L1, 60'000'000},
    Unit{"min"_L1, 60'000'000},
    Unit{"h"_L1, 3'600'000'000},
    Unit{"d"_L1, 86'400'000'000},
    Unit{"w"_L1, 604'800'000'000},
};

std::optional<qint64> unitFromName(QStringView name)
{
    if (name == u"µs") // the micro sign of Latin-1
        return 1;
    for (const Unit &unit : Units) {
        if (name == unit.spelling)
            return unit.microseconds;
    }
    return std::nullopt;
}

QString twoUnits(qint64 great, QLatin1StringView greatUnit, qint64 small, QLatin1StringView smallUnit)
{
    QString text = QString::number(great) + u' ' + greatUnit;
    if (small > 0)
        text += u' ' + QString::number(small) + u' ' + smallUnit;
    return text;
}

qint64 roundedBy(qint64 value, qint64 step)
{
    return value / step + (value % step * 2 >= step ? 1 : 0);
}

} // namespace

std::optional<TimePoint> timePointFromEpochSeconds(double seconds)
{
    constexpr double FarSeconds = 1e12; // beyond the year 9999, and safe to convert
    if (!std::isfinite(seconds) || std::abs(seconds) > FarSeconds)
        return std::nullopt;
    const double whole = std::floor(seconds);
    const auto time =
        TimePoint(Duration(static_cast<qint64>(whole) * 1'000'000 + std::llround((seconds - whole) * 1e6)));
    if (!isWithinYears(time))
        return std::nullopt;
    return time;
}

double toEpochSeconds(TimePoint time)
{
    return static_cast<double>(time.time_since_epoch().count()) / 1e6;
}

QString toRfc3339(TimePoint time)
{
    const auto day = std::chrono::floor<days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);

    std::array<char16_t, 27> text{};
    std::size_t end = 0;
    const auto put = [&](qint64 value, int digits, char16_t after) {
        for (int i = digits - 1; i >= 0; --i) {
            text.at(end + static_cast<std::size_t>(i)) = static_cast<char16_t>(u'0' + value % 10);
            value /= 10;
        }
        end += static_cast<std::size_t>(digits);
        text.at(end++) = after;
    };
    put(std::abs(static_cast<int>(date.year())) % 10'000, 4, u'-');
    put(static_cast<unsigned>(date.month()), 2, u'-');
    put(static_cast<unsigned>(date.day()), 2, u'T');
    put(clock.hours().count(), 2, u':');
    put(clock.minutes().count(), 2, u':');
    put(clock.seconds().count(), 2, u'.');
    put(clock.subseconds().count(), 6, u'Z');
    return QString(reinterpret_cast<const QChar *>(text.data()), static_cast<qsizetype>(end));
}

std::optional<TimePoint> timePointFromRfc3339(QStringView text)
{
    DigitReader reader(text);
    const auto year = reader.number(4);
    if (!year || !reader.take("-"_L1))
        return std::nullopt;
    const auto month = reader.number(2);
    if (!month || !reader.take("-"_L1))
        return std::nullopt;
    const auto dayOfMonth = reader.number(2);
    if (!dayOfMonth || !reader.take("Tt "_L1)) // the blank: RFC 3339 5.6, NOTE
        return std::nullopt;
    const auto hour = reader.number(2);
    if (!hour || !reader.take(":"_L1))
        return std::nullopt;
    const auto minute = reader.number(2);
    if (!minute || !reader.take(":"_L1))
        return std::nullopt;
    const auto second = reader.number(2);
    if (!second)
        return std::nullopt;

    qint64 microseconds = 0;
    if (reader.take("."_L1)) {
        if (!reader.atDigit())
            return std::nullopt;
        for (qint64 unit = 100'000; reader.atDigit(); unit /= 10)
            microseconds += unit * *reader.number(1); // finer digits are dropped: the unit has become 0
    }

    std::chrono::minutes offset{};
    if (!reader.take("Zz"_L1)) {
        const bool west = reader.take("-"_L1);
        if (!west && !reader.take("+"_L1))
            return std::nullopt;
        const auto hours = reader.number(2);
        if (!hours || !reader.take(":"_L1))
            return std::nullopt;
        const auto minutes = reader.number(2);
        if (!minutes || *hours > 23 || *minutes > 59)
            return std::nullopt;
        offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
        if (west)
            offset = -offset;
    }
    if (!reader.atEnd())
        return std::nullopt;

    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*dayOfMonth))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    const TimePoint time = TimePoint(sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute)
                           + std::chrono::seconds(*second) + Duration(microseconds) - offset;
    // A leap second stands at the end of a UTC day and nowhere else; ours is the first second of the next one.
    if (*second == 60 && std::chrono::floor<std::chrono::seconds>(time) != std::chrono::floor<days>(time))
        return std::nullopt;
    if (!isWithinYears(time))
        return std::nullopt;
    return time;
}

QString toText(Duration duration)
{
    if (duration < Duration::zero())
        return u'-' + toText(duration == Duration::min() ? Duration::max() : -duration);
    const qint64 microseconds = duration.count();
    if (microseconds > 0 && microseconds < 1'000)
        return QString::number(microseconds) + u" µs"_s;
    const qint64 milliseconds = roundedBy(microseconds, 1'000);
    if (milliseconds < 1'000)
        return QString::number(milliseconds) + " ms"_L1;
    if (milliseconds < 60'000) {
        QString text = QString::number(milliseconds / 1'000);
        if (milliseconds % 1'000 != 0)
            text += u'.' + QString::number(milliseconds % 1'000).rightJustified(3, u'0');
        return text + " s"_L1;
    }
    const qint64 seconds = roundedBy(microseconds, 1'000'000);
    if (seconds < 3'600)
        return twoUnits(seconds / 60, "min"_L1, seconds % 60, "s"_L1);
    const qint64 minutes = roundedBy(microseconds, 60'000'000);
    if (minutes < 24 * 60)
        return twoUnits(minutes / 60, "h"_L1, minutes % 60, "min"_L1);
    const qint64 hours = roundedBy(microseconds, 3'600'000'000);
    return twoUnits(hours / 24, "d"_L1, hours % 24, "h"_L1);
}

std::optional<Duration> durationFromText(QStringView text)
{
    constexpr qint64 Most = std::numeric_limits<qint64>::max();
    QStringView rest = text.trimmed();
    if (rest.isEmpty())
        return std::nullopt;
    qint64 sum = 0;
    qint64 lastUnit = Most; // "2 h 5 min": units fall, so that nothing is said twice
    while (!rest.isEmpty()) {
        const auto numberEnd =
            std::find_if(rest.begin(), rest.end(), [](QChar c) { return c != u'.' && (c < u'0' || c > u'9'); });
        const QStringView number = rest.first(numberEnd - rest.begin());
        rest = rest.sliced(number.size());
        while (!rest.isEmpty() && rest.front() == u' ')
            rest = rest.sliced(1);
        const auto unitEnd = std::find_if(rest.begin(), rest.end(), [](QChar c) { return !c.isLetter(); });
        const auto unit = unitFromName(rest.first(unitEnd - rest.begin()));
        rest = rest.sliced(unitEnd - rest.begin());
        while (!rest.isEmpty() && rest.front() == u' ')
            rest = rest.sliced(1);
        if (!unit || *unit >= lastUnit)
            return std::nullopt;
        lastUnit = *unit;

        const qsizetype point = number.indexOf(u'.');
        const QStringView whole = point < 0 ? number : number.first(point);
        const QStringView fraction = point < 0 ? QStringView() : number.sliced(point + 1);
        if (whole.isEmpty() || (point >= 0 && (fraction.isEmpty() || fraction.contains(u'.'))))
            return std::nullopt;
        bool ok = false;
        const qint64 count = whole.toLongLong(&ok);
        if (!ok || count > (Most - sum) / *unit)
            return std::nullopt;
        sum += count * *unit;
        qint64 part = 0;
        for (qint64 digitUnit = *unit; const QChar digit : fraction) {
            // Each digit is a tenth of the last; what a unit does not hold exactly (1.0004 ms) is finer than we keep.
            digitUnit /= 10;
            part += digitUnit * (digit.unicode() - u'0');
        }
        if (part > Most - sum)
            return std::nullopt;
        sum += part;
    }
    return Duration(sum);
}

} // namespace escalite
