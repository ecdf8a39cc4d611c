// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Times and durations in each of their spellings.

#include "core/timepoint.h"

#include <QTest>

#include <limits>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(escalite::Duration)

namespace {
TimePoint at(qint64 microseconds)
{
    return TimePoint(Duration(microseconds));
}
} // namespace

class TestTimePoint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsPythonsClock_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<qint64>("microseconds");
        QTest::newRow("as Python writes it") << 1795337863.7287288 << qint64{1795337863728729};
        QTest::newRow("whole") << 1795337863.0 << qint64{1795337863000000};
        QTest::newRow("epoch") << 0.0 << qint64{0};
        QTest::newRow("before the epoch") << -0.25 << qint64{-250000};
        QTest::newRow("rounds up to the next second") << 1.9999999 << qint64{2000000};
        QTest::newRow("first second") << -62135596800.0 << qint64{-62135596800000000};
        QTest::newRow("last second") << 253402300799.0 << qint64{253402300799000000};
    }

    void readsPythonsClock()
    {
        QFETCH(double, seconds);
        QFETCH(qint64, microseconds);
        QCOMPARE(timePointFromEpochSeconds(seconds), at(microseconds));
    }

    void refusesWhatIsNoTime_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::newRow("not a number") << std::numeric_limits<double>::quiet_NaN();
        QTest::newRow("infinite") << std::numeric_limits<double>::infinity();
        QTest::newRow("year 10000") << 253402300800.0;
        QTest::newRow("rounds into the year 10000") << 253402300799.99999;
        QTest::newRow("year 0") << -62135596801.0;
        QTest::newRow("milliseconds by mistake") << 1795337863728.0;
        QTest::newRow("greatest double") << std::numeric_limits<double>::max();
        QTest::newRow("least double") << std::numeric_limits<double>::lowest();
    }

    void refusesWhatIsNoTime()
    {
        QFETCH(double, seconds);
        QVERIFY(!timePointFromEpochSeconds(seconds));
    }

    void epochSecondsComeBack()
    {
        for (qint64 step = 0; step < 20'000; ++step) {
            const TimePoint time = at(1795337863728728 + step * 7'919'000'017 % 1'000'000'000'000'000);
            QCOMPARE(timePointFromEpochSeconds(toEpochSeconds(time)), time);
        }
    }

    void writesRfc3339_data()
    {
        QTest::addColumn<qint64>("microseconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("now") << qint64{1795337863728728} << u"2026-11-22T08:57:43.728728Z"_s;
        QTest::newRow("epoch") << qint64{0} << u"1970-01-01T00:00:00.000000Z"_s;
        QTest::newRow("just before") << qint64{-1} << u"1969-12-31T23:59:59.999999Z"_s;
        QTest::newRow("leap day") << qint64{1709164800000001} << u"2024-02-29T00:00:00.000001Z"_s;
        QTest::newRow("first") << qint64{-62135596800000000} << u"0001-01-01T00:00:00.000000Z"_s;
        QTest::newRow("last") << qint64{253402300799999999} << u"9999-12-31T23:59:59.999999Z"_s;
    }

    void writesRfc3339()
    {
        QFETCH(qint64, microseconds);
        QFETCH(QString, text);
        QCOMPARE(toRfc3339(at(microseconds)), text);
        QCOMPARE(timePointFromRfc3339(text), at(microseconds));
    }

    void readsRfc3339_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("utc");
        QTest::newRow("no fraction") << u"2026-11-22T08:57:43Z"_s << u"2026-11-22T08:57:43.000000Z"_s;
        QTest::newRow("lower case") << u"2026-11-22t08:57:43.5z"_s << u"2026-11-22T08:57:43.500000Z"_s;
        QTest::newRow("blank") << u"2026-11-22 08:57:43Z"_s << u"2026-11-22T08:57:43.000000Z"_s;
        QTest::newRow("east") << u"2026-01-01T00:30:00+01:00"_s << u"2025-12-31T23:30:00.000000Z"_s;
        QTest::newRow("west") << u"2025-12-31T23:30:00-05:30"_s << u"2026-01-01T05:00:00.000000Z"_s;
        QTest::newRow("unknown offset") << u"2026-11-22T08:57:43-00:00"_s << u"2026-11-22T08:57:43.000000Z"_s;
        QTest::newRow("nanoseconds") << u"2026-11-22T08:57:43.123456789Z"_s << u"2026-11-22T08:57:43.123456Z"_s;
        QTest::newRow("leap second") << u"2016-12-31T23:59:60Z"_s << u"2017-01-01T00:00:00.000000Z"_s;
        QTest::newRow("leap second abroad") << u"2017-01-01T00:59:60.5+01:00"_s << u"2017-01-01T00:00:00.500000Z"_s;
    }

    void readsRfc3339()
    {
        QFETCH(QString, text);
        const auto time = timePointFromRfc3339(text);
        QVERIFY(time);
        QTEST(toRfc3339(*time), "utc");
    }

    void refusesOtherTimes_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"",
                                 "2026",
                                 "2026-11-22",
                                 "2026-11-22T08:57:43",
                                 "2026-11-22T08:57Z",
                                 "2026-11-22T08:57:43.Z",
                                 "2026-11-22T08:57:43 Z",
                                 "2026-11-22T24:00:00Z",
                                 "2026-11-22T08:60:00Z",
                                 "2026-11-22T08:57:61Z",
                                 "2026-11-22T08:57:60Z",
                                 "2026-13-01T00:00:00Z",
                                 "2026-00-01T00:00:00Z",
                                 "2026-02-29T00:00:00Z",
                                 "2026-11-31T00:00:00Z",
                                 "2026-11-22T08:57:43+0100",
                                 "2026-11-22T08:57:43+24:00",
                                 "2026-11-22T08:57:43+01:60",
                                 "2026-11-22T08:57:43Zx",
                                 " 2026-11-22T08:57:43Z",
                                 "20261122T085743Z",
                                 "2026-1-22T08:57:43Z",
                                 "0000-12-31T23:59:59Z",
                                 "0001-01-01T00:00:00+00:01",
                                 "9999-12-31T23:59:59-00:01",
                                 "12026-11-22T08:57:43Z",
                                 "-026-11-22T08:57:43Z"})
            QTest::newRow(text) << QString::fromLatin1(text);
        QTest::newRow("Arabic digits") << u"٢٠٢٦-11-22T08:57:43Z"_s;
    }

    void refusesOtherTimes()
    {
        QFETCH(QString, text);
        QVERIFY(!timePointFromRfc3339(text));
    }

    void writesDurationsForPeople_data()
    {
        QTest::addColumn<Duration>("duration");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << Duration(0) << u"0 ms"_s;
        QTest::newRow("microseconds") << Duration(102) << u"102 µs"_s;
        QTest::newRow("milliseconds") << Duration(31'135) << u"31 ms"_s;
        QTest::newRow("just below a second") << Duration(999'499) << u"999 ms"_s;
        QTest::newRow("rounds to a second") << Duration(999'500) << u"1 s"_s;
        QTest::newRow("seconds") << Duration(5'012'000) << u"5.012 s"_s;
        QTest::newRow("whole seconds") << Duration(10s) << u"10 s"_s;
        QTest::newRow("leading zeros of the fraction") << Duration(1'007'000) << u"1.007 s"_s;
        QTest::newRow("rounds to a minute") << Duration(59'999'600) << u"1 min"_s;
        QTest::newRow("minutes") << Duration(3min + 29s) << u"3 min 29 s"_s;
        QTest::newRow("rounds to an hour") << Duration(59min + 59s + 600ms) << u"1 h"_s;
        QTest::newRow("hours") << Duration(2h + 5min) << u"2 h 5 min"_s;
        QTest::newRow("rounds to a day") << Duration(23h + 59min + 40s) << u"1 d"_s;
        QTest::newRow("days") << Duration(7 * 24h + 3h) << u"7 d 3 h"_s;
        QTest::newRow("backwards") << Duration(-31'000) << u"-31 ms"_s;
        QTest::newRow("least") << Duration::min() << u"-106751991 d 4 h"_s;
    }

    void writesDurationsForPeople()
    {
        QFETCH(Duration, duration);
        QTEST(toText(duration), "text");
    }

    void readsSettings_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Duration>("duration");
        QTest::newRow("blank") << u"10 s"_s << Duration(10s);
        QTest::newRow("no blank") << u"500ms"_s << Duration(500ms);
        QTest::newRow("minutes") << u"5 min"_s << Duration(5min);
        QTest::newRow("short minutes") << u"5m"_s << Duration(5min);
        QTest::newRow("hours") << u"24 h"_s << Duration(24h);
        QTest::newRow("days") << u"7 d"_s << Duration(168h);
        QTest::newRow("weeks") << u"2w"_s << Duration(336h);
        QTest::newRow("microseconds") << u"102 µs"_s << Duration(102);
        QTest::newRow("ASCII microseconds") << u"102us"_s << Duration(102);
        QTest::newRow("fraction") << u"1.5 s"_s << Duration(1500ms);
        QTest::newRow("fraction of an hour") << u"0.25h"_s << Duration(15min);
        QTest::newRow("as written for people") << u"3 min 29 s"_s << Duration(209s);
        QTest::newRow("zero") << u"0 s"_s << Duration(0);
        QTest::newRow("around") << u"  10 s "_s << Duration(10s);
        QTest::newRow("finer than kept") << u"1.0004 ms"_s << Duration(1000);
        QTest::newRow("greatest") << u"9223372036854775807us"_s << Duration::max();
    }

    void readsSettings()
    {
        QFETCH(QString, text);
        QFETCH(Duration, duration);
        QCOMPARE(durationFromText(text), duration);
    }

    void refusesOtherSettings_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"",
                                 " ",
                                 "10",
                                 "s",
                                 "10 x",
                                 "-5 s",
                                 "+5 s",
                                 "1e3 s",
                                 "1. s",
                                 ".5 s",
                                 "1.5.2 s",
                                 "5 s 3 min",
                                 "5 s 5 s",
                                 "5 min 3",
                                 "10 S",
                                 "9223372036854775808us",
                                 "9223372036854775807ms",
                                 "106751991d 5h",
                                 "5,5 s",
                                 "5 s,"})
            QTest::newRow(text) << QString::fromLatin1(text);
        QTest::newRow("Arabic digits") << u"٥ s"_s;
    }

    void refusesOtherSettings()
    {
        QFETCH(QString, text);
        QVERIFY2(!durationFromText(text), qPrintable(text));
    }

    void whatIsWrittenIsRead()
    {
        for (const Duration duration : {Duration(0), Duration(7), Duration(31ms), Duration(5012ms), Duration(209s),
                                        Duration(125min), Duration(51h)})
            QCOMPARE(durationFromText(toText(duration)), duration);
    }
};

QTEST_APPLESS_MAIN(TestTimePoint)
#include "tst_timepoint.moc"
