// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/wording.h"

#include "ui/widgets/timetext.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace escalite::ui {

namespace {

struct Wording
{
    Q_DECLARE_TR_FUNCTIONS(Wording)
};

} // namespace

QString joined(const QStringList &names)
{
    if (names.size() < 2)
        return names.value(0);
    // Two arguments in one call: a "%1" inside a name stays what it is.
    return Wording::tr("%1 and %2", "the last of a list of names")
        .arg(names.mid(0, names.size() - 1).join(QStringLiteral(", ")), names.last());
}

QString counted(qint64 number, const QString &one, const QString &many)
{
    return number == 1 ? one : many.arg(QLocale().toString(number));
}

QString momentText(TimePoint time, TimePoint now)
{
    const auto local = [](TimePoint moment) {
        return QDateTime::fromMSecsSinceEpoch(
            std::chrono::floor<std::chrono::milliseconds>(moment).time_since_epoch().count());
    };
    return local(time).date() == local(now).date() ? timeOfDay(time)
                                                   : QLocale().toString(local(time), QStringLiteral("d MMM HH:mm"));
}

QString ago(TimePoint time, TimePoint now)
{
    const Duration age = now - time;
    return age < std::chrono::seconds(2) ? Wording::tr("just now") : Wording::tr("%1 ago").arg(ageText(age));
}

QString until(TimePoint time, TimePoint now)
{
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(time - now).count();
    if (seconds <= 0)
        return Wording::tr("now");
    if (seconds < 120)
        return Wording::tr("in %1 s").arg(seconds);
    if (seconds < 7200)
        return Wording::tr("in %1 min").arg((seconds + 30) / 60);
    return Wording::tr("in %1 h").arg((seconds + 1800) / 3600);
}

} // namespace escalite::ui
