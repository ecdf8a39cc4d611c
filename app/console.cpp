// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalite-console: endpoint, engine and window in one process.

#include "app/configurationreport.h"
#include "app/demo.h"
#include "app/grab.h"
#include "app/options.h"
#include "app/process.h"
#include "notifiers/builtin.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/theme/theme.h"

#include <QApplication>

#include <cstdio>

using namespace escalite;
using namespace Qt::StringLiterals;

namespace {

constexpr int NoDisplay = 69; // sysexits.h EX_UNAVAILABLE

int say(const app::Farewell &farewell)
{
    std::fputs(farewell.text.toLocal8Bit().constData(), farewell.code == 0 ? stdout : stderr);
    return farewell.code;
}

bool hasDisplay()
{
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY")
           || qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
}

ui::ThemeChoice themeOf(const app::Options &options)
{
    if (options.theme == "dark"_L1)
        return ui::ThemeChoice::Dark;
    return options.theme == "light"_L1 ? ui::ThemeChoice::Light : ui::ThemeChoice::System;
}

} // namespace

int main(int argc, char *argv[])
{
    app::harden();
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    const auto read = app::readOptions(arguments, QProcessEnvironment::systemEnvironment(), true);
    if (const auto *farewell = std::get_if<app::Farewell>(&read))
        return say(*farewell);
    app::Options options = std::get<app::Options>(read);
    runtime::installLog(options.logFormat);
    for (const QString &warning : std::as_const(options.warnings))
        qCWarning(runtime::lcRuntime).noquote() << warning;
    if (options.checkConfig)
        return say(app::checkConfiguration(options, notifiers::builtinCatalogue()));
    if (options.printConfig)
        return say(app::printConfiguration(options, notifiers::builtinCatalogue()));
    if (options.grab) {
        if (!hasDisplay())
            qputenv("QT_QPA_PLATFORM", "offscreen");
        qputenv("QT_SCALE_FACTOR", QByteArray::number(options.grab->scale));
    } else if (!hasDisplay()) {
        return say(
            {.code = NoDisplay, .text = u"There is no display. escalited is the same console without a window.\n"_s});
    }

    QApplication application(argc, argv);
    QApplication::setApplicationDisplayName(u"Escalite Console"_s);
    QGuiApplication::setDesktopFileName(u"io.github.escalite.console"_s);
    ui::applyTheme(application, themeOf(options));

    // Declared first, so that it ends last: the demo's services outlive who delivers to them.
    std::unique_ptr<app::Demo> demo;
    if (options.demo) {
        auto prepared = app::Demo::prepare(options.start);
        if (!prepared)
            return say({.code = 1, .text = prepared.error().message + u'\n'});
        demo = std::move(prepared).value();
    }
    runtime::Runtime runtime(notifiers::builtinCatalogue());
    if (const auto started = runtime.start(options.start); !started)
        return say({.code = 1, .text = started.error().message + u'\n'});
    if (demo)
        demo->attach(runtime);

    app::Signals signalsOfTheSystem;
    QObject::connect(&signalsOfTheSystem, &app::Signals::terminationAsked, &application, &QApplication::quit);
    QObject::connect(&signalsOfTheSystem, &app::Signals::reloadAsked, &runtime, &runtime::Runtime::reload);

    ui::MainWindow window(runtime);
    if (!options.show.isEmpty())
        window.showPage(options.show);
    if (options.grab)
        return app::grab(*options.grab, window, runtime);
    window.setStateFile(runtime::Places::fromEnvironment().state + "/window.ini"_L1);
    if (options.minimized)
        window.showMinimized();
    else
        window.show();
    return QApplication::exec();
}
