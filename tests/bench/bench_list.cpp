// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The live list with a million sessions: filling, filtering, painting, and the cost of 5,000 sessions a second while
// following.

#include "ui/sessions/sessionlist.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <cstdio>
#include <ctime>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::ui;

namespace {

constexpr quint64 Million = 1000 * 1000;

SessionRows make(quint64 from, quint64 count)
{
    SessionRows rows;
    rows.rows.reserve(static_cast<qsizetype>(count));
    for (quint64 number = from; number < from + count; ++number) {
        SessionRow row;
        row.position = number;
        row.receivedAt = static_cast<qint64>(1700 * Million * Million + number * 200);
        row.elapsed = static_cast<qint64>(1000 + number * 7919 % 4'000'000);
        const quint64 id = number * 0x9e3779b97f4a7c15ULL;
        for (std::size_t i = 0; i < 8; ++i)
            row.id.at(i) = static_cast<quint8>(id >> (8 * i));
        row.source = static_cast<NameId>(1 + number % 6);
        row.method = static_cast<NameId>(7 + number % 3);
        row.path = static_cast<NameId>(10 + number % 500);
        row.message = static_cast<NameId>(510 + number % 5000);
        row.code = static_cast<qint16>(number % 50 == 0 ? 504 : 200);
        row.level = number % 50 == 0 ? 40 : number % 11 == 0 ? 30 : 20;
        row.calls = {CallBar{0, 80, 20}, CallBar{90, 200, row.level}};
        rows.rows.append(row);
    }
    return rows;
}

double since(const QElapsedTimer &timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

double worst(const QList<double> &values)
{
    return *std::max_element(values.begin(), values.end());
}

double cpuSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    applyTheme(application, ThemeChoice::Dark);
    SessionModel model;
    SessionRows names;
    names.firstName = 1;
    for (int i = 1; i <= 5510; ++i)
        names.names.append(i <= 6    ? u"source-%1"_s.arg(i)
                           : i <= 9  ? u"POST"_s
                           : i < 510 ? u"/v2/products/%1"_s.arg(i)
                                     : u"payment-gateway did not answer within %1 ms"_s.arg(i));
    model.apply(names);
    QElapsedTimer timer;
    timer.start();
    quint64 next = 1;
    QList<double> fills;
    while (model.held() < Million) {
        const SessionRows rows = make(next, 10'000);
        next += 10'000;
        timer.restart();
        model.apply(rows);
        fills.append(since(timer));
    }
    std::printf("fill 10,000 rows: median %.2f ms, worst %.2f ms\n", median(fills), worst(fills));

    for (const QString &text :
         {u"level>=error"_s, u"code:5xx"_s, u"elapsed>2s"_s, u"source:source-3"_s, u"path:*77*"_s, u""_s}) {
        const auto parsed = filter::parse(text);
        timer.restart();
        model.setFilter(std::get<filter::ExpressionPtr>(parsed));
        const double first = since(timer);
        while (model.isFiltering())
            QCoreApplication::processEvents();
        std::printf("query \"%s\": first slice %.1f ms, whole %.1f ms, %d match\n", qPrintable(text), first,
                    since(timer), model.shown());
    }

    SessionList list(model);
    list.resize(1600, 900);
    list.show();
    list.setFocus();
    QCoreApplication::processEvents();
    QList<double> paints;
    for (int i = 0; i < 100; ++i) {
        timer.restart();
        list.viewport()->repaint();
        paints.append(since(timer));
    }
    std::printf("repaint 1600x900: median %.2f ms, worst %.2f ms\n", median(paints), worst(paints));

    // Ten batches a second of 500 rows for five seconds.
    for (const bool following : {true, false}) {
        list.setFollowing(following);
        QList<double> frames;
        QTimer feed;
        feed.setInterval(100);
        QObject::connect(&feed, &QTimer::timeout, &list, [&] {
            const SessionRows rows = make(next, 500);
            next += 500;
            QElapsedTimer frame;
            frame.start();
            model.apply(rows);
            QCoreApplication::sendPostedEvents();
            frames.append(since(frame));
            if (frames.size() == 50)
                QCoreApplication::quit();
        });
        const double cpu = cpuSeconds();
        timer.restart();
        feed.start();
        QCoreApplication::exec();
        std::printf("5,000 rows/s %s: batch and frame median %.2f ms, worst %.2f ms, CPU %.1f %%\n",
                    following ? "following" : "reading", median(frames), worst(frames),
                    100 * (cpuSeconds() - cpu) / (since(timer) / 1000));
    }
    return 0;
}
