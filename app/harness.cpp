// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalite-harness: mock services on loopback, for trying and proving notifiers without bothering anybody.

#include "app/harnesscommands.h"

#include <QCoreApplication>
#include <QTextStream>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

struct Command
{
    const char *word;
    const char *does;
    int (*run)(QCoreApplication &application, const QStringList &arguments);
};

constexpr std::array Commands{
    Command{"serve", "Starts the mock services and prints what they receive.", serve},
    Command{"run", "Proves notifiers against the mock services, through every fault.", prove},
    Command{"conform", "Tries whether a notifier does what every notifier must.", conform},
    Command{"reference", "Prints the page about all notifiers.", reference},
};

QString overview()
{
    QString text = u"Usage: escalite-harness COMMAND [options]\n"
                   "Mock services on loopback that judge what they receive like the real ones.\n\n"_s;
    for (const Command &command : Commands)
        text +=
            u"  %1 %2\n"_s.arg(QString::fromLatin1(command.word).leftJustified(10), QString::fromLatin1(command.does));
    return text + u"\nescalite-harness COMMAND --help tells more.\n"_s;
}

int run(QCoreApplication &application)
{
    QStringList arguments = QCoreApplication::arguments();
    const QString word = arguments.value(1);
    if (word == "--help"_L1 || word == "-h"_L1) {
        QTextStream(stdout) << overview();
        return Done;
    }
    if (word == "--version"_L1 || word == "-v"_L1) {
        QTextStream(stdout) << "escalite-harness " ESCALITE_VERSION "\n";
        return Done;
    }
    const auto command = std::find_if(Commands.begin(), Commands.end(),
                                      [&](const Command &row) { return word == QLatin1StringView(row.word); });
    if (command == Commands.end()) {
        QTextStream(stderr) << overview();
        return WrongUse;
    }
    arguments[0] += u' ' + word;
    arguments.removeAt(1);
    return command->run(application, arguments);
}

} // namespace

int complain(int code, const QString &text)
{
    QTextStream(stderr) << "escalite-harness: " << text << '\n';
    return code;
}

} // namespace escalite::app

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"escalite-harness"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(ESCALITE_VERSION));
    return escalite::app::run(application);
}
