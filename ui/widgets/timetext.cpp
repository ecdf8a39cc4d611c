// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/timetext.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

std::optional<TimePoint> fixedNow;

QDateTime local(TimePoint time)
{
    return QDateTime::fromMSecsSinceEpoch(
        std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count());
}

/// Seconds of local time since midnight, cheaply: the offset from UTC is asked once per quarter of an hour, where zones
/// change.
qint64 localMilliseconds(TimePoint time)
{
    constexpr qint64 Quarter = 15 * 60 * 1000;
    thread_local qint64 quarter = -1;
    thread_local qint64 offset = 0;
    const qint64 ms = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
    if (ms / Quarter != quarter) {
        quarter = ms / Quarter;
        offset = qint64(local(time).offsetFromUtc()) * 1000;
    }
    constexpr qint64 Day = 24 * 60 * 60 * 1000;
    return ((ms + offset) % Day + Day) % Day;
}

QString clock(TimePoint time, bool milliseconds)
{
    const qint64 ms = localMilliseconds(time);
    std::array<char16_t, 12> text{};
    const auto two = [&](std::size_t at, qint64 value) {
        text.at(at) = static_cast<char16_t>(u'0' + value / 10);
        text.at(at + 1) = static_cast<char16_t>(u'0' + value % 10);
    };
    two(0, ms / 3'600'000);
    two(3, ms / 60'000 % 60);
    two(6, ms / 1000 % 60);
    text[2] = text[5] = u':';
    text[8] = u'.';
    text[9] = static_cast<char16_t>(u'0' + ms % 1000 / 100);
    two(10, ms % 100);
    return QString::fromUtf16(text.data(), milliseconds ? 12 : 8);
}

} // namespace

TimePoint now()
{
    return fixedNow ? *fixedNow : std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

void setFixedNow(std::optional<TimePoint> time)
{
    fixedNow = time;
}

QString timeOfDay(TimePoint time)
{
    return clock(time, false);
}

QString timeOfDayMs(TimePoint time)
{
    return clock(time, true);
}

QString dateAndTime(TimePoint time)
{
    return QLocale().toString(local(time), u"ddd d MMM yyyy, HH:mm:ss.zzz"_s);
}

QString isoLocal(TimePoint time)
{
    const QDateTime at = local(time);
    return at.toOffsetFromUtc(at.offsetFromUtc()).toString(Qt::ISODateWithMs);
}

QString zoneName(TimePoint time)
{
    return local(time).timeZoneAbbreviation();
}

QString ageText(Duration age)
{
    const qint64 seconds = std::max<qint64>(0, std::chrono::floor<std::chrono::seconds>(age).count());
    if (seconds < 60)
        return QCoreApplication::translate("Age", "%1 s").arg(seconds);
    if (seconds < 3600 && seconds % 60 == 0)
        return QCoreApplication::translate("Age", "%1 min").arg(seconds / 60);
    if (seconds < 3600)
        return QCoreApplication::translate("Age", "%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
    if (seconds < 86'400)
        return QCoreApplication::translate("Age", "%1 h %2 min").arg(seconds / 3600).arg(seconds / 60 % 60);
    return QCoreApplication::translate("Age", "%1 d").arg(seconds / 86'400);
}

QString countText(quint64 count)
{
    return QLocale().toString(count);
}

QString sizeText(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, bytes < 10'000'000'000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

} // namespace escalite::ui
