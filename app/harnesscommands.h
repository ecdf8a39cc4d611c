// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The words that escalite-harness understands, each in a file of its own.

#pragma once

#include <QString>
#include <QStringList>

class QCoreApplication;

namespace escalite::app {

/// sysexits.h; 1 is a matrix that is not as specified.
enum HarnessExit { Done = 0, NotAsSpecified = 1, WrongUse = 64, CannotListen = 69, CannotWrite = 73 };

/// Prints \a text as the program's own error and returns \a code.
int complain(int code, const QString &text);

/// "serve": all mock services, until a signal ends it. \a arguments begin with the program's name.
int serve(QCoreApplication &application, const QStringList &arguments);

/// "run": the matrix of notifiers, stages and faults.
int prove(QCoreApplication &application, const QStringList &arguments);

/// "conform": whether a notifier does what every notifier must.
int conform(QCoreApplication &application, const QStringList &arguments);

/// "reference": the page about all notifiers.
int reference(QCoreApplication &application, const QStringList &arguments);

} // namespace escalite::app
