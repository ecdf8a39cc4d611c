// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Sliding windows against what is counted by hand, and their bounds.

#include "policy/window.h"
#include "policy/windowtable.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace escalite;
using namespace escalite::policy;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint Start = std::chrono::sys_days(std::chrono::year(2026) / 3 / 9);

} // namespace

class tst_SlidingWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsWhatIsNotOlder();
    void isExactForFew_data();
    void isExactForFew();
    void isTooLongByASliceForMany();
    void saysWhenFewerAreLeft();
    void isEmptyAfterAPause();
    void findsPercentilesOfFew();
    void findsPercentilesOfManyWithinTheError();
    void forgetsWhatWasIdleLongest();
    void forgetsWhatIsOver();
    void keepsWithinItsBytes();
};

void tst_SlidingWindow::countsWhatIsNotOlder()
{
    CountWindow window;
    window.add(Start, 1min);
    window.add(Start + 30s, 1min);
    QCOMPARE(window.count(Start + 30s, 1min), 2U);
    QCOMPARE(window.count(Start + 60s - 1us, 1min), 2U);
    QCOMPARE(window.count(Start + 60s, 1min), 1U); // until just before
    QCOMPARE(window.count(Start + 90s, 1min), 0U);
    window.add(Start + 10s, 1min); // the clock went back: as the newest
    QCOMPARE(window.count(Start + 89s, 1min), 2U);
}

void tst_SlidingWindow::isExactForFew_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 20; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void tst_SlidingWindow::isExactForFew()
{
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    CountWindow window;
    std::vector<TimePoint> times;
    TimePoint now = Start;
    for (int i = 0; i < 2000; ++i) {
        now += std::chrono::milliseconds(random() % (i % 200 < 100 ? 500 : 3000));
        window.add(now, 1min);
        times.push_back(now);
        const TimePoint asked = now + std::chrono::milliseconds(random() % 40'000);
        const auto expected =
            std::count_if(times.begin(), times.end(), [&](TimePoint at) { return at + 1min > asked; });
        QCOMPARE(window.count(asked, 1min), static_cast<quint64>(expected));
    }
}

void tst_SlidingWindow::isTooLongByASliceForMany()
{
    std::mt19937 random(7);
    CountWindow window;
    std::vector<TimePoint> times;
    TimePoint now = Start;
    constexpr Duration Length = 64s; // slices of a second
    for (int i = 0; i < 20'000; ++i) {
        now += std::chrono::milliseconds(random() % 40);
        window.add(now, Length);
        times.push_back(now);
        const auto inside = [&](Duration length) {
            return static_cast<quint64>(times.end() - std::upper_bound(times.begin(), times.end(), now - length));
        };
        QVERIFY(window.count(now, Length) >= inside(Length));
        QVERIFY(window.count(now, Length) <= inside(Length + 1s));
    }
    QCOMPARE(window.count(now + Length, Length), 0U);
}

void tst_SlidingWindow::saysWhenFewerAreLeft()
{
    CountWindow window;
    for (int i = 0; i < 5; ++i)
        window.add(Start + std::chrono::seconds(i), 1min);
    const TimePoint now = Start + 4s;
    QCOMPARE(window.fewerFrom(5, now, 1min), Start + 60s);
    QCOMPARE(window.fewerFrom(2, now, 1min), Start + 63s);
    QCOMPARE(window.fewerFrom(1, now, 1min), Start + 64s);
    QVERIFY(!window.fewerFrom(6, now, 1min));
    for (int i = 0; i < 1000; ++i)
        window.add(now, 1min);
    const auto fewer = window.fewerFrom(900, now, 1min);
    QVERIFY(fewer);
    QVERIFY(window.count(*fewer - 1us, 1min) >= 900);
    QVERIFY(window.count(*fewer, 1min) < 900);
}

void tst_SlidingWindow::isEmptyAfterAPause()
{
    CountWindow window;
    for (int i = 0; i < 1000; ++i)
        window.add(Start, 1min);
    window.add(Start + 1h, 1min);
    QCOMPARE(window.count(Start + 1h, 1min), 1U);
    QCOMPARE(window.extraBytes(), 0U);
}

void tst_SlidingWindow::findsPercentilesOfFew()
{
    SampleWindow window;
    for (int i = 1; i <= 20; ++i)
        window.add(Start, std::chrono::seconds(i), 1min);
    QCOMPARE(window.percentile(95, Start, 1min), Duration(19s));
    QCOMPARE(window.percentile(50, Start, 1min), Duration(10s));
    QCOMPARE(window.percentile(100, Start, 1min), Duration(20s));
    QCOMPARE(window.percentile(0, Start, 1min), Duration(1s));
    QVERIFY(!window.percentile(95, Start + 1min, 1min));
}

void tst_SlidingWindow::findsPercentilesOfManyWithinTheError()
{
    std::mt19937 random(11);
    std::lognormal_distribution<double> elapsed(5.5, 1.2); // milliseconds
    SampleWindow window;
    std::vector<double> all;
    for (int i = 0; i < 20'000; ++i) {
        const double milliseconds = elapsed(random) + 1;
        all.push_back(milliseconds);
        window.add(Start, Duration(std::llround(milliseconds * 1000)), 1min);
    }
    QCOMPARE(window.count(Start, 1min), 20'000U);
    std::sort(all.begin(), all.end());
    for (const double percent : {1.0, 50.0, 90.0, 95.0, 99.0, 99.9}) {
        const double exact = all.at(static_cast<std::size_t>(std::ceil(percent / 100 * 20'000)) - 1);
        const double found = static_cast<double>(window.percentile(percent, Start, 1min)->count()) / 1000;
        QVERIFY2(std::abs(found - exact) <= exact * SampleWindow::RelativeError, qPrintable(QString::number(percent)));
    }
}

void tst_SlidingWindow::forgetsWhatWasIdleLongest()
{
    WindowTable<CountWindow> table({.keys = 2});
    table.add(1, Start, 1h);
    table.add(2, Start + 1s, 1h);
    table.add(1, Start + 2s, 1h);
    table.add(3, Start + 3s, 1h);
    QCOMPARE(table.size(), 2);
    QVERIFY(!table.find(2));
    QCOMPARE(table.find(1)->count(Start + 3s, 1h), 2U);
}

void tst_SlidingWindow::forgetsWhatIsOver()
{
    WindowTable<CountWindow> table({});
    for (quint64 key = 0; key < 1000; ++key)
        table.add(key, Start, 1min);
    for (quint64 key = 1000; key < 1500; ++key)
        table.add(key, Start + 1min, 1min);
    QCOMPARE(table.size(), 500);
}

void tst_SlidingWindow::keepsWithinItsBytes()
{
    WindowTable<CountWindow> table({.keys = 1'000'000, .bytes = 100'000});
    for (quint64 key = 0; key < 200; ++key) {
        for (std::size_t i = 0; i < CountWindow::MaxExact; ++i)
            table.add(key, Start, 1h);
    }
    QVERIFY(table.size() < 60); // two thousand bytes each
    QVERIFY(table.size() > 30);
    QVERIFY(table.find(199));
}

QTEST_APPLESS_MAIN(tst_SlidingWindow)
#include "tst_slidingwindow.moc"
