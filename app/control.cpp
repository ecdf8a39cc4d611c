// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalite: the command line beside the console.

#include "app/commandrun.h"
#include "app/operatorcommands.h"

#include <QCoreApplication>
#include <QTextStream>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

constexpr int WrongUse = 64; // sysexits.h EX_USAGE

QString overview()
{
    return u"Usage: escalite COMMAND [options]\n"
           "The command line beside the console for operators of API services.\n\n"
           "  run     Runs a command and shows its run in the console as a session.\n"_s
           + operatorCommands() + u"\nescalite COMMAND --help tells more.\n"_s;
}

/// What is opened from here on must not take the place of a stream that was closed.
void openStandardStreams()
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) < 0) [[maybe_unused]]
            const int opened = ::open("/dev/null", O_RDWR); // takes the lowest free number
    }
}

int run(const std::vector<const char *> &arguments)
{
    QStringList words = QCoreApplication::arguments();
    const QString word = words.value(1);
    if (word == "--help"_L1 || word == "-h"_L1) {
        QTextStream(stdout) << overview();
        return 0;
    }
    if (word == "--version"_L1 || word == "-v"_L1) {
        QTextStream(stdout) << "escalite " ESCALITE_VERSION "\n";
        return 0;
    }
    if (isOperatorCommand(word)) {
        const QString by = qEnvironmentVariable("USER", qEnvironmentVariable("LOGNAME"));
        const CommandResult result = runOperatorCommand(words.mid(1), by);
        QTextStream(stdout) << result.text;
        QTextStream(stderr) << result.trouble;
        return result.code;
    }
    if (word != "run"_L1) {
        QTextStream(stderr) << overview();
        return WrongUse;
    }
    words[0] = u"escalite run"_s;
    words.removeAt(1);
    const auto answer = readRunOptions(words, QProcessEnvironment::systemEnvironment());
    if (const auto *farewell = std::get_if<RunFarewell>(&answer)) {
        QTextStream(farewell->code == 0 ? stdout : stderr) << farewell->text;
        return farewell->code;
    }
    const auto *options = std::get_if<RunOptions>(&answer);
    return options ? runCommand(*options, {arguments.end() - options->words, arguments.end()}) : WrongUse;
}

} // namespace

} // namespace escalite::app

int main(int argc, char **argv)
{
    escalite::app::openStandardStreams();
    const std::vector<const char *> arguments(argv, argv + argc);
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"escalite"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(ESCALITE_VERSION));
    // What the library logs of an outage is said once, at the end, or not at all.
    qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &) {});
    return escalite::app::run(arguments);
}
