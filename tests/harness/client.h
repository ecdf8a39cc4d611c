// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Runs another program's client against a server that lives in this thread's event loop.

#pragma once

#include <QEventLoop>
#include <QProcess>
#include <QTimer>

namespace escalite {

struct ClientRun
{
    int exitCode = -1;
    QByteArray output{};
    QByteArray errors{};
};

inline ClientRun runClient(const QString &program, const QStringList &arguments, const QByteArray &input = {})
{
    constexpr int PatienceMs = 30'000;
    QProcess process;
    QEventLoop loop;
    QObject::connect(&process, &QProcess::finished, &loop, &QEventLoop::quit);
    QObject::connect(&process, &QProcess::errorOccurred, &loop, &QEventLoop::quit);
    QTimer::singleShot(PatienceMs, &loop, &QEventLoop::quit);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    loop.exec();
    ClientRun run{.output = process.readAllStandardOutput(), .errors = process.readAllStandardError()};
    if (process.state() == QProcess::NotRunning && process.exitStatus() == QProcess::NormalExit)
        run.exitCode = process.exitCode();
    process.kill();
    process.waitForFinished(PatienceMs);
    return run;
}

} // namespace escalite
