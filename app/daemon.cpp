// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalited: the console without a window.

#include "app/configurationreport.h"
#include "app/demo.h"
#include "app/options.h"
#include "app/process.h"
#include "notifiers/builtin.h"

#include <QCoreApplication>

#include <cstdio>

using namespace escalite;

namespace {

int say(const app::Farewell &farewell)
{
    std::fputs(farewell.text.toLocal8Bit().constData(), farewell.code == 0 ? stdout : stderr);
    return farewell.code;
}

} // namespace

int main(int argc, char *argv[])
{
    app::harden();
    const QCoreApplication application(argc, argv);
    const auto read = app::readOptions(QCoreApplication::arguments(), QProcessEnvironment::systemEnvironment(), false);
    if (const auto *farewell = std::get_if<app::Farewell>(&read))
        return say(*farewell);
    app::Options options = std::get<app::Options>(read);
    runtime::installLog(options.logFormat);
    for (const QString &warning : std::as_const(options.warnings))
        qCWarning(runtime::lcRuntime).noquote() << warning;
    // A demo brings a configuration of its own.
    const app::Farewell check =
        options.demo ? app::Farewell{} : app::checkConfiguration(options, notifiers::builtinCatalogue());
    if (options.checkConfig || check.code != 0)
        return say(check);
    if (options.printConfig)
        return say(app::printConfiguration(options, notifiers::builtinCatalogue()));

    std::unique_ptr<app::Demo> demo; // ends last
    if (options.demo) {
        auto prepared = app::Demo::prepare(options.start);
        if (!prepared)
            return say({.code = 1, .text = prepared.error().message + u'\n'});
        demo = std::move(prepared).value();
    }
    runtime::Runtime runtime(notifiers::builtinCatalogue());
    app::Signals signalsOfTheSystem;
    QObject::connect(&signalsOfTheSystem, &app::Signals::terminationAsked, &runtime, &runtime::Runtime::stop);
    QObject::connect(&signalsOfTheSystem, &app::Signals::reloadAsked, &runtime, &runtime::Runtime::reload);
    QObject::connect(&runtime, &runtime::Runtime::stopped, &application, [] { QCoreApplication::exit(0); });
    QObject::connect(&runtime, &runtime::Runtime::opened, &application, [&runtime](const QString &problem) {
        if (problem.isEmpty() && runtime.status().endpoint.listening)
            return;
        if (!problem.isEmpty())
            qCCritical(runtime::lcRuntime).noquote() << problem;
        QCoreApplication::exit(1);
    });
    if (const auto started = runtime.start(options.start); !started)
        return say({.code = 1, .text = started.error().message + u'\n'});
    if (demo)
        demo->attach(runtime);
    return QCoreApplication::exec();
}
