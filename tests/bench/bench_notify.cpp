// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How many notifications a notifier sends to a sink: rendered once, one attempt after the other as the dispatcher makes
// them; and how long several notifiers take side by side. Prints one line of JSON.
//
//   bench_notify <notifiers.json> <seconds>   notifiers.json: {"notifiers": [...]} as in escalite.json

#include "core/json.h"
#include "notifiers/builtin.h"
#include "notifiers/samples.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTextStream>

#include <ctime>

using namespace Qt::StringLiterals;
using namespace escalite;

namespace {

double cpuSeconds()
{
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// One notifier that sends again as soon as an attempt has ended.
struct Lane
{
    Rendered rendered;
    std::unique_ptr<delivery::Sender> sender;
    quint64 sent = 0;
    quint64 failed = 0;
    QString trouble;

    void next(const QElapsedTimer &clock, qint64 until, const std::function<void()> &ended)
    {
        sender->send(rendered, {.delivery = QUuid::createUuid()}, [this, &clock, until, ended](const Outcome &outcome) {
            const bool ok = outcome.kind == Outcome::Kind::Delivered || outcome.kind == Outcome::Kind::Accepted;
            ++(ok ? sent : failed);
            if (!ok)
                trouble = outcome.detail;
            if (clock.nsecsElapsed() < until && failed < 10)
                next(clock, until, ended);
            else
                ended();
        });
    }
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QFile file(application.arguments().value(1));
    const double seconds = application.arguments().value(2).toDouble();
    if (seconds <= 0 || !file.open(QIODevice::ReadOnly)) {
        QTextStream(stderr) << "usage: bench_notify notifiers.json seconds\n";
        return 64;
    }
    Problems problems;
    const QJsonArray array = QJsonDocument::fromJson(file.readAll()).object().value(u"notifiers"_s).toArray();
    const auto notifiers = notifiers::builtinCatalogue().read(array, u"/notifiers"_s, problems);
    for (const Problem &problem : std::as_const(problems))
        QTextStream(stderr) << problem.pointer << ": " << problem.message << '\n';
    if (notifiers.isEmpty())
        return 78;

    const delivery::Notification notification =
        tests::notificationOf(tests::sessionSaying(u"payment-gateway: no answer"_s, 3));
    std::vector<Lane> lanes(static_cast<std::size_t>(notifiers.size()));
    QElapsedTimer clock;
    clock.start();
    const double cpu = cpuSeconds();
    int running = static_cast<int>(lanes.size());
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        const delivery::ConfiguredNotifier &notifier = notifiers.at(static_cast<qsizetype>(i));
        lanes[i].rendered = notifier.type->render(notification, notifier.config, tests::Now, tests::DeliveryId);
        lanes[i].sender = notifier.type->create(notifier.config);
        lanes[i].next(clock, static_cast<qint64>(seconds * 1e9), [&running, &application] {
            if (--running == 0)
                application.quit();
        });
    }
    QCoreApplication::exec();

    const double took = static_cast<double>(clock.nsecsElapsed()) * 1e-9;
    quint64 sent = 0;
    quint64 failed = 0;
    for (const Lane &lane : lanes) {
        sent += lane.sent;
        failed += lane.failed;
        if (!lane.trouble.isEmpty())
            QTextStream(stderr) << lane.trouble << '\n';
    }
    const QJsonObject result{{u"sent"_s, static_cast<qint64>(sent)},
                             {u"failed"_s, static_cast<qint64>(failed)},
                             {u"seconds"_s, took},
                             {u"cpu"_s, cpuSeconds() - cpu},
                             {u"bytes"_s, lanes.front().rendered.body.size()}};
    QTextStream(stdout) << QJsonDocument(result).toJson(QJsonDocument::Compact) << '\n';
    return failed == 0 ? 0 : 1;
}
