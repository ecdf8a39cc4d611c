// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Hours of the week by the wall clocks of zones, where they jump and where the week ends.

#include "core/weeklyhours.h"

#include <QTest>

#include <random>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int Minutes = 60;
constexpr quint8 EveryDay = 0x7f;
constexpr quint8 Monday = 1 << 0;
constexpr quint8 WorkingDays = 0x1f;
constexpr quint8 Sunday = 1 << 6;

TimePoint at(const QString &rfc3339)
{
    return timePointFromRfc3339(rfc3339).value();
}

WeeklyHours hours(quint8 days, int from, int to, const char *zone)
{
    return {.days = days, .from = from, .to = to, .zone = zone};
}

const auto Night = hours(EveryDay, 22 * Minutes, 7 * Minutes, "Europe/Berlin");
const auto Office = hours(WorkingDays, 9 * Minutes, 17 * Minutes, "America/New_York");

} // namespace

Q_DECLARE_METATYPE(escalite::WeeklyHours)

class tst_WeeklyHours : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void beginsAndEnds_data();
    void beginsAndEnds();
    void leavesOutWhatTheClockSkips();
    void takesTheFirstOfAnHourThatComesTwice();
    void joinsSpansThatTouch();
    void neverChanges_data();
    void neverChanges();
    void saysTheSameByTheClock_data();
    void saysTheSameByTheClock();
};

void tst_WeeklyHours::beginsAndEnds_data()
{
    QTest::addColumn<WeeklyHours>("hours");
    QTest::addColumn<QString>("from"); // in UTC; some moment before is outside
    QTest::addColumn<QString>("to");
    QTest::newRow("night in winter") << Night << u"2026-01-10T21:00:00Z"_s << u"2026-01-11T06:00:00Z"_s;
    QTest::newRow("night in summer") << Night << u"2026-07-10T20:00:00Z"_s << u"2026-07-11T05:00:00Z"_s;
    QTest::newRow("the night that is an hour shorter")
        << Night << u"2026-03-28T21:00:00Z"_s << u"2026-03-29T05:00:00Z"_s;
    QTest::newRow("the night that is an hour longer")
        << Night << u"2026-10-24T20:00:00Z"_s << u"2026-10-25T06:00:00Z"_s;
    QTest::newRow("begins in the hour that is skipped")
        << hours(EveryDay, 150, 5 * Minutes, "Europe/Berlin") << u"2026-03-29T01:00:00Z"_s << u"2026-03-29T03:00:00Z"_s;
    QTest::newRow("ends in the hour that is skipped")
        << hours(EveryDay, Minutes, 150, "Europe/Berlin") << u"2026-03-29T00:00:00Z"_s << u"2026-03-29T01:00:00Z"_s;
    QTest::newRow("around the hour that comes twice") << hours(EveryDay, 2 * Minutes, 3 * Minutes, "Europe/Berlin")
                                                      << u"2026-10-25T00:00:00Z"_s << u"2026-10-25T02:00:00Z"_s;
    QTest::newRow("Sunday night into Monday")
        << hours(Sunday, 22 * Minutes, 6 * Minutes, "UTC") << u"2026-11-22T22:00:00Z"_s << u"2026-11-23T06:00:00Z"_s;
    QTest::newRow("Monday to Friday, first") << Office << u"2026-11-23T14:00:00Z"_s << u"2026-11-23T22:00:00Z"_s;
    QTest::newRow("after the clocks of New York went back")
        << Office << u"2026-11-02T14:00:00Z"_s << u"2026-11-02T22:00:00Z"_s;
    QTest::newRow("before they went back") << Office << u"2026-10-30T13:00:00Z"_s << u"2026-10-30T21:00:00Z"_s;
    QTest::newRow("no zone is UTC") << hours(Monday, 0, 60, "") << u"2026-11-23T00:00:00Z"_s
                                    << u"2026-11-23T01:00:00Z"_s;
    QTest::newRow("half an hour off") << hours(Monday, 0, 60, "Asia/Kolkata") << u"2026-11-22T18:30:00Z"_s
                                      << u"2026-11-22T19:30:00Z"_s;
    QTest::newRow("a whole day") << hours(Monday, 0, 24 * Minutes, "Europe/Berlin") << u"2026-11-22T23:00:00Z"_s
                                 << u"2026-11-23T23:00:00Z"_s;
    QTest::newRow("from six to six") << hours(Monday, 360, 360, "UTC") << u"2026-11-23T06:00:00Z"_s
                                     << u"2026-11-24T06:00:00Z"_s;
    QTest::newRow("the day with 25 hours")
        << hours(Sunday, 0, 24 * Minutes, "Europe/Berlin") << u"2026-10-24T22:00:00Z"_s << u"2026-10-25T23:00:00Z"_s;
}

void tst_WeeklyHours::beginsAndEnds()
{
    QFETCH(WeeklyHours, hours);
    QFETCH(QString, from);
    QFETCH(QString, to);
    const QList<WeeklyHours> list{hours};
    QVERIFY(!isWithin(list, at(from) - 1us));
    QVERIFY(isWithin(list, at(from)));
    QVERIFY(isWithin(list, at(to) - 1us));
    QVERIFY(!isWithin(list, at(to)));
    QCOMPARE(toRfc3339(nextChange(list, at(from) - 1us).value()), toRfc3339(at(from)));
    QCOMPARE(toRfc3339(nextChange(list, at(from)).value()), toRfc3339(at(to)));
}

void tst_WeeklyHours::leavesOutWhatTheClockSkips()
{
    const QList<WeeklyHours> list{hours(EveryDay, 135, 165, "Europe/Berlin")}; // 02:15 to 02:45
    for (TimePoint moment = at(u"2026-03-28T12:00:00Z"_s); moment < at(u"2026-03-29T22:00:00Z"_s); moment += 5min)
        QVERIFY2(!isWithin(list, moment), qPrintable(toRfc3339(moment)));
    QCOMPARE(toRfc3339(nextChange(list, at(u"2026-03-28T12:00:00Z"_s)).value()),
             toRfc3339(at(u"2026-03-30T00:15:00Z"_s)));
}

void tst_WeeklyHours::takesTheFirstOfAnHourThatComesTwice()
{
    const QList<WeeklyHours> list{hours(EveryDay, 135, 165, "Europe/Berlin")};
    QVERIFY(isWithin(list, at(u"2026-10-25T00:20:00Z"_s)));
    QVERIFY(!isWithin(list, at(u"2026-10-25T01:20:00Z"_s)));
    QCOMPARE(toRfc3339(nextChange(list, at(u"2026-10-25T00:45:00Z"_s)).value()),
             toRfc3339(at(u"2026-10-26T01:15:00Z"_s)));
}

void tst_WeeklyHours::joinsSpansThatTouch()
{
    const QList<WeeklyHours> list{hours(WorkingDays, 0, 24 * Minutes, "UTC"), hours(EveryDay, 23 * Minutes, 60, "UTC")};
    QCOMPARE(toRfc3339(nextChange(list, at(u"2026-11-23T12:00:00Z"_s)).value()),
             toRfc3339(at(u"2026-11-28T01:00:00Z"_s)));
    QVERIFY(isWithin(list, at(u"2026-11-28T00:59:00Z"_s)));
    QVERIFY(!isWithin(list, at(u"2026-11-28T01:00:00Z"_s)));
}

void tst_WeeklyHours::neverChanges_data()
{
    QTest::addColumn<QList<WeeklyHours>>("hours");
    QTest::addColumn<bool>("within");
    QTest::newRow("no hours") << QList<WeeklyHours>{} << false;
    QTest::newRow("always") << QList<WeeklyHours>{hours(EveryDay, 0, 24 * Minutes, "Europe/Berlin")} << true;
    QTest::newRow("two halves") << QList<WeeklyHours>{hours(EveryDay, 0, 720, "UTC"), hours(EveryDay, 720, 1440, "UTC")}
                                << true;
    QTest::newRow("no day") << QList<WeeklyHours>{hours(0, 0, 720, "UTC")} << false;
}

void tst_WeeklyHours::neverChanges()
{
    QFETCH(QList<WeeklyHours>, hours);
    QFETCH(bool, within);
    QCOMPARE(isWithin(hours, at(u"2026-11-25T13:00:00Z"_s)), within);
    QVERIFY(!nextChange(hours, at(u"2026-11-25T13:00:00Z"_s)));
}

void tst_WeeklyHours::saysTheSameByTheClock_data()
{
    QTest::addColumn<QList<WeeklyHours>>("hours");
    QTest::newRow("none") << QList<WeeklyHours>{};
    QTest::newRow("night") << QList<WeeklyHours>{Night};
    QTest::newRow("office or night") << QList<WeeklyHours>{Office, Night};
    QTest::newRow("always") << QList<WeeklyHours>{hours(EveryDay, 0, 24 * Minutes, "")};
}

void tst_WeeklyHours::saysTheSameByTheClock()
{
    QFETCH(QList<WeeklyHours>, hours);
    HoursClock clock(hours);
    std::mt19937 numbers(4377); // always the same
    std::uniform_int_distribution<qint64> step(-3, 20);
    TimePoint moment = at(u"2026-10-20T00:00:00Z"_s);
    int within = 0;
    for (int i = 0; i < 3'000; ++i) {
        moment += std::chrono::minutes(step(numbers));
        const bool expected = isWithin(hours, moment);
        QVERIFY2(clock.isWithin(moment) == expected, qPrintable(toRfc3339(moment)));
        within += expected ? 1 : 0;
    }
    QCOMPARE(within > 0, !hours.isEmpty());
}

QTEST_APPLESS_MAIN(tst_WeeklyHours)
#include "tst_weeklyhours.moc"
