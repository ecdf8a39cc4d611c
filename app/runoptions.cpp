// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/runoptions.h"

#include <QCommandLineParser>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

constexpr int WrongUse = 64; // sysexits.h EX_USAGE
constexpr int MostKept = 1'000;

struct Row
{
    const char *name;
    const char *value; ///< Name of the value; null for a flag.
    const char *help;
};

constexpr std::array Rows{
    Row{"route", "text", "Method and path of the session (default: RUN and the command's name)."},
    Row{"source", "name", "Sending application (default: ESCALITE_SERVICE, else this machine's name)."},
    Row{"level", "level", "Level of a run that failed (default: error)."},
    Row{"key", "name",
        "Key under error_logs that tells of the failure; part of what makes two failures the same problem (default: "
        "exit)."},
    Row{"stderr", "level", "Level of lines on standard error (default: warning)."},
    Row{"keep", "lines", "First and last lines that are kept of either stream (default: 100)."},
    Row{"url", "url", "Address of the console (default: the one that runs here)."},
    Row{"token-file", "file", "File with the ingest token (default: that of the console that runs here)."},
    Row{"quiet", nullptr, "Say nothing when the run could not be recorded."},
};

QString twinOf(const char *name)
{
    return "ESCALITE_"_L1 + QString::fromLatin1(name).toUpper().replace(u'-', u'_');
}

RunFarewell wrong(const QString &text)
{
    return {.code = WrongUse, .text = "escalite run: "_L1 + text + "\nSee escalite run --help.\n"_L1};
}

/// Qt puts the program's whole path into the first line, and knows of no command in front of the options.
QString helpText(const QCommandLineParser &parser)
{
    const QString text = parser.helpText();
    return u"Usage: escalite run [options] [--] command …"_s + text.sliced(std::max<qsizetype>(text.indexOf(u'\n'), 0));
}

} // namespace

std::variant<RunOptions, RunFarewell> readRunOptions(const QStringList &arguments,
                                                     const QProcessEnvironment &environment)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Runs a command and shows its run in the console as a session: while it runs, with its output, and how it "
        u"ended.\n"
        "Output, signals and the exit code pass through unchanged, whether a console is there or not."_s);
    parser.setOptionsAfterPositionalArgumentsMode(QCommandLineParser::ParseAsPositionalArguments);
    parser.addPositionalArgument(u"command"_s, u"What to run, with its own options."_s, u"[--] command …"_s);
    for (const Row &row : Rows) {
        QCommandLineOption option(QString::fromLatin1(row.name),
                                  u"%1 [%2]"_s.arg(QString::fromLatin1(row.help), twinOf(row.name)));
        if (row.value != nullptr)
            option.setValueName(QString::fromLatin1(row.value));
        parser.addOption(option);
    }
    const QCommandLineOption help = parser.addHelpOption();
    if (!parser.parse(arguments))
        return wrong(parser.errorText());
    if (parser.isSet(help))
        return RunFarewell{.code = 0, .text = helpText(parser)};

    const auto text = [&](const char *name) {
        const QString key = QString::fromLatin1(name);
        return parser.isSet(key) ? parser.value(key) : environment.value(twinOf(name));
    };
    RunOptions options{.route = text("route"),
                       .source = text("source"),
                       .url = text("url"),
                       .tokenFile = text("token-file"),
                       .quiet = parser.isSet(u"quiet"_s) || environment.value(twinOf("quiet")) == "true"_L1,
                       .words = parser.positionalArguments().size()};
    if (const QString key = text("key"); !key.isEmpty())
        options.key = key;
    for (const auto &[name, level] : {std::pair{"level", &options.level}, std::pair{"stderr", &options.errors}}) {
        const QString word = text(name);
        if (word.isEmpty())
            continue;
        const auto known = levelFromName(word);
        if (!known)
            return wrong(
                u"--%1 is debug, info, warning, error or critical, not “%2”."_s.arg(QLatin1StringView(name), word));
        *level = *known;
    }
    if (const QString keep = text("keep"); !keep.isEmpty()) {
        bool ok = false;
        options.keep = keep.toInt(&ok);
        if (!ok || options.keep < 1 || options.keep > MostKept)
            return wrong(u"--keep is a number of lines from 1 to %1."_s.arg(MostKept));
    }
    if (options.words == 0)
        return wrong(u"There is no command to run."_s);
    return options;
}

} // namespace escalite::app
