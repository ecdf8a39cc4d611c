// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/options.h"

#include <QCommandLineParser>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

constexpr int WrongUse = 64; // sysexits.h EX_USAGE

struct Row
{
    const char *name;
    const char *value; ///< Name of the value; null for a flag.
    const char *help;
    bool window = false;
};

constexpr std::array Rows{
    Row{"config", "file", "Configuration file (default: escalite.json in the configuration directory)."},
    Row{"data-dir", "directory", "Where sessions and state are kept."},
    Row{"listen", "address:port", "Address of the endpoint (default: 127.0.0.1:4377); port 0 takes a free one."},
    Row{"token-file", "file", "File with the ingest token; made when missing."},
    Row{"operator-token-file", "file", "File with the operator token; made when missing."},
    Row{"log-format", "text|json", "Form of the log on standard error."},
    Row{"check-config", nullptr,
        "Tell every problem of the configuration and exit: 0 when there is no error, 78 otherwise."},
    Row{"print-config", nullptr, "Print the settings in force, each with where it comes from, and exit."},
    Row{"demo", nullptr, "Made-up traffic in a temporary directory, delivered to the built-in harness."},
    Row{"minimized", nullptr, "Start with the window minimized.", true},
    Row{"show", "page", "Page to open: live, incidents, outbox, notifiers, rules or silences.", true},
    Row{"theme", "dark|light", "Colours, whatever the system says.", true},
    Row{"grab", "file.png", "Draw a page, write the picture, exit.", true},
    Row{"page", "name", "With --grab: live, welcome, escalate, incidents, outbox, notifiers, rules or silences.", true},
    Row{"size", "WxH", "With --grab: size of the window (default: 1440x900).", true},
    Row{"scale", "factor", "With --grab: device pixels per point (default: 1).", true},
    Row{"after", "seconds", "With --grab: how long to wait first (default: 1).", true},
};

QString twinOf(const char *name)
{
    return "ESCALITE_"_L1 + QString::fromLatin1(name).toUpper().replace(u'-', u'_');
}

/// One value after flag, twin and emptiness were weighed.
class Values
{
public:
    Values(const QCommandLineParser &parser, const QProcessEnvironment &environment, QStringList &warnings)
        : m_parser(parser)
        , m_environment(environment)
        , m_warnings(warnings)
    {
    }

    [[nodiscard]] QString text(const char *name) const
    {
        const QString key = QString::fromLatin1(name);
        return m_parser.isSet(key) ? m_parser.value(key) : m_environment.value(twinOf(name));
    }

    [[nodiscard]] bool flag(const char *name)
    {
        if (m_parser.isSet(QString::fromLatin1(name)))
            return true;
        const QString value = m_environment.value(twinOf(name));
        if (!value.isEmpty() && value != "true"_L1 && value != "false"_L1)
            m_warnings << u"%1 must be true or false and is ignored."_s.arg(twinOf(name));
        return value == "true"_L1;
    }

private:
    const QCommandLineParser &m_parser;
    const QProcessEnvironment &m_environment;
    QStringList &m_warnings;
};

Farewell wrong(const QString &text)
{
    return {.code = WrongUse, .text = text + "\nSee --help.\n"_L1};
}

std::variant<Grab, Farewell> readGrab(const Values &values, const QString &file)
{
    Grab grab{.file = file};
    if (const QString page = values.text("page"); !page.isEmpty())
        grab.page = page;
    if (const QString size = values.text("size"); !size.isEmpty()) {
        const QStringList parts = size.split(u'x');
        grab.size = parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
        if (grab.size.width() < 320 || grab.size.height() < 240 || grab.size.width() > 8192
            || grab.size.height() > 8192)
            return wrong(u"--size has the form WxH, for example 1440x900."_s);
    }
    if (const QString scale = values.text("scale"); !scale.isEmpty()) {
        grab.scale = scale.toDouble();
        if (!(grab.scale >= 0.5 && grab.scale <= 4)) // so that "nan" is none
            return wrong(u"--scale is a number from 0.5 to 4."_s);
    }
    if (const QString after = values.text("after"); !after.isEmpty()) {
        bool ok = false;
        const double seconds = after.toDouble(&ok);
        if (!ok || !(seconds >= 0 && seconds <= 600))
            return wrong(u"--after is a number of seconds from 0 to 600."_s);
        grab.after = Duration(static_cast<Duration::rep>(seconds * 1e6));
    }
    return grab;
}

} // namespace

std::variant<Options, Farewell> readOptions(const QStringList &arguments, const QProcessEnvironment &environment,
                                            bool window)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        window ? u"The console for operators of API services: receives sessions, shows them, tells people."_s
               : u"The console without a window: receives sessions and tells people."_s);
    for (const Row &row : Rows) {
        if (row.window && !window)
            continue;
        const QString help = u"%1 [%2]"_s.arg(QString::fromLatin1(row.help), twinOf(row.name));
        QCommandLineOption option(QString::fromLatin1(row.name), help);
        if (row.value != nullptr)
            option.setValueName(QString::fromLatin1(row.value));
        parser.addOption(option);
    }
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    if (!parser.parse(arguments))
        return wrong(parser.errorText());
    if (parser.isSet(help))
        return Farewell{.code = 0, .text = parser.helpText()};
    if (parser.isSet(version))
        return Farewell{
            .code = 0,
            .text = u"%1 %2\n"_s.arg(window ? u"escalite-console"_s : u"escalited"_s, u"" ESCALITE_VERSION ""_s)};
    if (!parser.positionalArguments().isEmpty())
        return wrong(u"“%1” is not expected here."_s.arg(parser.positionalArguments().constFirst()));

    Options options;
    Values values(parser, environment, options.warnings);
    options.start = {.configFile = values.text("config"),
                     .dataDirectory = values.text("data-dir"),
                     .listen = values.text("listen"),
                     .tokenFile = values.text("token-file"),
                     .operatorTokenFile = values.text("operator-token-file")};
    for (const Row &row : Rows) {
        if (row.window && !window)
            continue;
        const QString name = QString::fromLatin1(row.name);
        if (parser.isSet(name))
            options.origins.insert(name, u"command line"_s);
        else if (!environment.value(twinOf(row.name)).isEmpty())
            options.origins.insert(name, u"environment"_s);
    }
    const QString format = values.text("log-format");
    if (!format.isEmpty() && format != "text"_L1 && format != "json"_L1)
        return wrong(u"--log-format is text or json."_s);
    options.logFormat = format == "json"_L1 ? runtime::LogFormat::Json : runtime::LogFormat::Text;
    options.checkConfig = values.flag("check-config");
    options.printConfig = values.flag("print-config");
    options.demo = values.flag("demo");
    if (!window)
        return options;
    options.minimized = values.flag("minimized");
    options.show = values.text("show");
    options.theme = values.text("theme");
    if (!options.theme.isEmpty() && options.theme != "dark"_L1 && options.theme != "light"_L1)
        return wrong(u"--theme is dark or light."_s);
    if (const QString file = values.text("grab"); !file.isEmpty()) {
        auto grab = readGrab(values, file);
        if (const auto *farewell = std::get_if<Farewell>(&grab))
            return *farewell;
        options.grab = std::get<Grab>(std::move(grab));
    }
    return options;
}

} // namespace escalite::app
