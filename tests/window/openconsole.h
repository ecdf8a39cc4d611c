// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A real runtime with its real window, over what lies in a folder.

#pragma once

#include "hands.h"
#include "notifiers/builtin.h"
#include "runtime/runtime.h"
#include "ui/mainwindow/mainwindow.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace escalite::test {

/// Opens both, until the endpoint listens and the window has the keyboard. With QVERIFY: look whether the test has
/// failed.
inline void openConsole(const QTemporaryDir &directory, std::unique_ptr<runtime::Runtime> &runtime,
                        std::unique_ptr<ui::MainWindow> &window)
{
    using namespace Qt::StringLiterals;
    runtime = std::make_unique<runtime::Runtime>(notifiers::builtinCatalogue());
    QSignalSpy opened(runtime.get(), &runtime::Runtime::opened);
    const auto started = runtime->start({.configFile = directory.filePath(u"escalite.json"_s),
                                         .dataDirectory = directory.filePath(u"data"_s),
                                         .listen = u"127.0.0.1:0"_s,
                                         .tokenFile = directory.filePath(u"ingest"_s),
                                         .operatorTokenFile = directory.filePath(u"operator"_s),
                                         .runtimeDirectory = directory.filePath(u"run"_s)});
    QVERIFY2(started, started ? "" : qPrintable(started.error().message));
    window = std::make_unique<ui::MainWindow>(*runtime);
    window->resize(1440, 900);
    window->show();
    QVERIFY(QTest::qWaitForWindowExposed(window.get()));
    QVERIFY(opened.size() == 1 || opened.wait(Patience));
    QTRY_VERIFY_WITH_TIMEOUT(runtime->status().endpoint.listening, Patience);
    QVERIFY(activated(*window));
}

} // namespace escalite::test
