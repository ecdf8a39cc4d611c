// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// When notifiers are drilled: by their own interval, from the last drill, and not all at once.

#include "runtime/drillschedule.h"

#include <QSet>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint Start = TimePoint(24h * 20'000);

delivery::ConfiguredNotifier notifier(const QString &name, Duration every, bool enabled = true)
{
    delivery::ConfiguredNotifier made;
    made.name = name;
    made.enabled = enabled;
    made.options.drillEvery = every;
    return made;
}

} // namespace

class tst_drillschedule : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void drillsFromTheLastDrillOn()
    {
        runtime::DrillSchedule schedule(Start);
        schedule.drilled(u"Slack"_s, Start - 1h);
        schedule.setNotifiers({notifier(u"Slack"_s, 24h)});
        QCOMPARE(schedule.next(u"Slack"_s), std::optional(Start + 23h));
        schedule.drilled(u"Slack"_s, Start + 23h);
        schedule.drilled(u"Slack"_s, Start - 5h); // Heard of late.
        QCOMPARE(schedule.next(u"Slack"_s), std::optional(Start + 47h));
    }

    void drillsOnlyWhoAsksForIt()
    {
        runtime::DrillSchedule schedule(Start);
        schedule.setNotifiers({notifier(u"Never"_s, {}), notifier(u"Off"_s, 24h, false), notifier(u"Daily"_s, 24h)});
        QCOMPARE(schedule.all().keys(), QStringList{u"Daily"_s});
        schedule.setNotifiers({});
        QVERIFY(schedule.all().isEmpty());
    }

    void spreadsWhatIsOverdue()
    {
        runtime::DrillSchedule schedule(Start);
        QList<delivery::ConfiguredNotifier> all;
        for (int i = 0; i < 20; ++i) {
            all.append(notifier(u"n%1"_s.arg(i), 24h));
            schedule.drilled(all.constLast().name, Start - 48h);
        }
        schedule.setNotifiers(all);
        QSet<qint64> times;
        const QMap<QString, TimePoint> next = schedule.all();
        for (const TimePoint time : next) {
            QVERIFY(time >= Start && time < Start + 5min);
            times.insert(time.time_since_epoch().count());
        }
        QVERIFY2(times.size() >= 18, qPrintable(QString::number(times.size())));
        // The same in every run.
        runtime::DrillSchedule again(Start);
        again.setNotifiers(all);
        QCOMPARE(again.all(), next);
    }
};

QTEST_GUILESS_MAIN(tst_drillschedule)
#include "tst_drillschedule.moc"
