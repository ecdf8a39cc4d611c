// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/operatorcommands.h"

#include "app/operatorclient.h"
#include "core/timepoint.h"

#include <QCommandLineParser>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUuid>

#include <array>
#include <functional>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

constexpr int WrongUse = 64; // sysexits.h EX_USAGE
constexpr int Failed = 1;
constexpr qsizetype ShortestPrefix = 4; // of an id
constexpr qint64 LargestDraft = 1024 * 1024;

/// One command line being worked off.
struct Run
{
    const QCommandLineParser &parser;
    QStringList words; ///< Behind the command and its options.
    QString by;

    [[nodiscard]] Result<OperatorClient> client() const
    {
        return OperatorClient::find(parser.value(u"url"_s), parser.value(u"token-file"_s));
    }
    [[nodiscard]] bool wantsJson() const { return parser.isSet(u"json"_s); }
};

CommandResult failed(const Error &error)
{
    return {.code = Failed, .text = {}, .trouble = error.message + u'\n'};
}

CommandResult wrong(const QString &sentence)
{
    return {.code = WrongUse, .text = {}, .trouble = sentence + u'\n'};
}

QString compact(const QJsonValue &value)
{
    const QJsonDocument document = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return QString::fromUtf8(document.toJson(QJsonDocument::Indented));
}

/// Columns as wide as what stands in them.
QString table(const QList<QStringList> &rows)
{
    QList<qsizetype> widths;
    for (const QStringList &row : rows) {
        for (qsizetype column = 0; column < row.size(); ++column) {
            if (column == widths.size())
                widths.append(0);
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    QString text;
    for (const QStringList &row : rows) {
        QString line;
        for (qsizetype column = 0; column < row.size(); ++column)
            line += column + 1 == row.size() ? row[column] : row[column].leftJustified(widths[column] + 2);
        text += line.trimmed() + u'\n';
    }
    return text;
}

/// "2026-11-25 13:09:35" of an RFC 3339 time.
QString timeText(const QJsonValue &time)
{
    return time.toString().replace(u'T', u' ').left(19);
}

QString shortId(const QJsonValue &id)
{
    return id.toString().left(8);
}

/// One line whatever it holds.
QString oneLine(const QJsonValue &text)
{
    return text.toString().simplified();
}

QString incidentsTable(const QJsonArray &incidents)
{
    QList<QStringList> rows{{u"ID"_s, u"STATE"_s, u"LEVEL"_s, u"SESSIONS"_s, u"OPENED (UTC)"_s, u"WHAT"_s}};
    for (const auto &value : incidents) {
        const QJsonObject incident = value.toObject();
        const QString message = oneLine(incident["message"_L1]);
        rows.append({shortId(incident["id"_L1]), incident["state"_L1].toString(), incident["level"_L1].toString(),
                     QString::number(incident["count"_L1].toInteger()), timeText(incident["opened_at"_L1]),
                     oneLine(incident["title"_L1]) + (message.isEmpty() ? QString() : ": "_L1 + message)});
    }
    return incidents.isEmpty() ? u"No incidents.\n"_s : table(rows);
}

QString silencesTable(const QJsonArray &silences)
{
    QList<QStringList> rows{{u"ID"_s, u"STATE"_s, u"ENDS (UTC)"_s, u"CAUGHT"_s, u"BY"_s, u"WHAT"_s}};
    for (const auto &value : silences) {
        const QJsonObject silence = value.toObject();
        const QString reason = oneLine(silence["reason"_L1]);
        rows.append({shortId(silence["id"_L1]), silence["state"_L1].toString(), timeText(silence["ends_at"_L1]),
                     QString::number(silence["caught"_L1].toInteger()), oneLine(silence["by"_L1]),
                     oneLine(silence["matcher"_L1]) + (reason.isEmpty() ? QString() : " ("_L1 + reason + u')')});
    }
    return silences.isEmpty() ? u"No silences.\n"_s : table(rows);
}

/// The whole id that \a given begins, of those listed under \a member at \a path.
Result<QString> wholeId(const OperatorClient &client, const QString &path, QLatin1StringView member,
                        const QString &given)
{
    if (!QUuid::fromString(given).isNull())
        return given;
    if (given.size() < ShortestPrefix)
        return Error{ErrorCode::Refused, u"“%1” is too short: give at least %2 characters of the id."_s.arg(
                                             given, QString::number(ShortestPrefix))};
    const auto listed = client.get(path + "?limit=1000"_L1);
    if (!listed)
        return listed.error();
    QStringList found;
    const QJsonArray all = listed->value(member).toArray();
    for (const auto &one : all) {
        if (one["id"_L1].toString().startsWith(given, Qt::CaseInsensitive))
            found.append(one["id"_L1].toString());
    }
    if (found.size() == 1)
        return found.constFirst();
    return Error{ErrorCode::Refused, found.isEmpty() ? u"Nothing has an id that begins with “%1”."_s.arg(given)
                                                     : u"%1 ids begin with “%2”; give more of it."_s.arg(
                                                         QString::number(found.size()), given)};
}

/// Posts \a body to \a verb of each incident that \a words name.
CommandResult onIncidents(const Run &run, const QStringList &words, const QString &verb, QJsonObject body)
{
    if (words.isEmpty())
        return wrong(u"Name an incident by its id or the first characters of it."_s);
    const auto client = run.client();
    if (!client)
        return failed(client.error());
    body.insert("by"_L1, run.by);
    QJsonArray changed;
    for (const QString &word : words) {
        const auto id = wholeId(*client, u"/v1/incidents"_s, "incidents"_L1, word);
        if (!id)
            return failed(id.error());
        const auto answer = client->post(u"/v1/incidents/%1/%2"_s.arg(*id, verb), body);
        if (!answer)
            return failed(answer.error());
        changed.append(*answer);
    }
    return {.code = 0, .text = run.wantsJson() ? compact(changed) : incidentsTable(changed), .trouble = {}};
}

CommandResult list(const Run &run)
{
    const QString what = run.words.value(0, u"incidents"_s);
    if (run.words.size() > 1 || (what != "incidents"_L1 && what != "silences"_L1))
        return wrong(u"There are two lists: incidents and silences."_s);
    const auto client = run.client();
    if (!client)
        return failed(client.error());
    QString path = "/v1/"_L1 + what;
    if (run.parser.isSet(u"state"_s))
        path += "?state="_L1 + run.parser.value(u"state"_s);
    const auto answer = client->get(path);
    if (!answer)
        return failed(answer.error());
    const QJsonArray all = answer->value(what).toArray();
    const QString text = run.wantsJson()          ? compact(all)
                         : what == "incidents"_L1 ? incidentsTable(all)
                                                  : silencesTable(all);
    return {.code = 0, .text = text, .trouble = {}};
}

CommandResult acknowledge(const Run &run)
{
    return onIncidents(run, run.words, u"acknowledge"_s, {});
}

CommandResult snooze(const Run &run)
{
    QJsonObject body;
    for (const QString &key : {u"for"_s, u"until"_s}) {
        if (run.parser.isSet(key))
            body.insert(key, run.parser.value(key));
    }
    if (run.parser.isSet(u"until-worse"_s))
        body.insert("until_worse"_L1, true);
    if (body.isEmpty())
        return wrong(u"Say until when: --for \"2 h\", --until a time, or --until-worse."_s);
    return onIncidents(run, run.words, u"snooze"_s, body);
}

CommandResult note(const Run &run)
{
    if (run.words.size() < 2)
        return wrong(u"Say which incident and what: escalite note 4f0c1a2b \"Restarted the gateway.\""_s);
    return onIncidents(run, run.words.first(1), u"notes"_s, {{"text"_L1, run.words.mid(1).join(u' ')}});
}

CommandResult addSilence(const Run &run, const OperatorClient &client)
{
    QJsonObject body{{"by"_L1, run.by}, {"matcher"_L1, run.words.mid(1).join(u' ')}};
    if (run.parser.isSet(u"for"_s))
        body.insert("for"_L1, run.parser.value(u"for"_s));
    if (run.parser.isSet(u"until"_s))
        body.insert("ends_at"_L1, run.parser.value(u"until"_s));
    if (run.parser.isSet(u"reason"_s))
        body.insert("reason"_L1, run.parser.value(u"reason"_s));
    if (run.parser.isSet(u"digest-to"_s))
        body.insert("digest_to"_L1, QJsonArray::fromStringList(run.parser.values(u"digest-to"_s)));
    const auto made = client.post(u"/v1/silences"_s, body);
    if (!made)
        return failed(made.error());
    return {.code = 0, .text = run.wantsJson() ? compact(*made) : silencesTable({*made}), .trouble = {}};
}

CommandResult endSilences(const Run &run, const OperatorClient &client)
{
    QJsonArray ended;
    for (const QString &word : run.words.mid(1)) {
        const auto id = wholeId(client, u"/v1/silences"_s, "silences"_L1, word);
        if (!id)
            return failed(id.error());
        const auto answer = client.remove("/v1/silences/"_L1 + *id);
        if (!answer)
            return failed(answer.error());
        ended.append(*answer);
    }
    return {.code = 0, .text = run.wantsJson() ? compact(ended) : silencesTable(ended), .trouble = {}};
}

CommandResult silence(const Run &run)
{
    const QString verb = run.words.value(0);
    const bool needsMore = verb == "add"_L1 || verb == "end"_L1;
    if (verb != "list"_L1 && !needsMore)
        return wrong(u"Say what: silence list, silence add MATCHER, or silence end ID."_s);
    if (needsMore && run.words.size() < 2)
        return wrong(verb == "add"_L1 ? u"Say what is to be silenced: escalite silence add source:checkout-api"_s
                                      : u"Name the silence by its id or the first characters of it."_s);
    const auto client = run.client();
    if (!client)
        return failed(client.error());
    if (verb == "add"_L1)
        return addSilence(run, *client);
    if (verb == "end"_L1)
        return endSilences(run, *client);
    const auto answer = client->get(u"/v1/silences"_s);
    if (!answer)
        return failed(answer.error());
    const QJsonArray all = answer->value("silences"_L1).toArray();
    return {.code = 0, .text = run.wantsJson() ? compact(all) : silencesTable(all), .trouble = {}};
}

QString counted(qint64 number, const QString &what)
{
    return u"%1 %2%3"_s.arg(QString::number(number), what, number == 1 ? QString() : u"s"_s);
}

/// "Saved: 3 incidents, 12 messages."
QString outcomeText(const QString &whose, const QJsonObject &result)
{
    qint64 told = 0;
    qint64 held = 0;
    const QJsonArray messages = result["messages"_L1].toArray();
    for (const auto &message : messages)
        ++(message["held_back"_L1].isNull() ? told : held);
    QString text = u"%1: %2, %3"_s.arg(whose, counted(result["incidents"_L1].toArray().size(), u"incident"_s),
                                       counted(told, u"message"_s));
    return text + (held > 0 ? u", %1 held back.\n"_s.arg(held) : u".\n"_s);
}

CommandResult whatIf(const Run &run)
{
    if (run.words.size() != 1)
        return wrong(u"Name the file with the draft: an escalite.json with its rules and policies."_s);
    QFile file(run.words.constFirst());
    if (!file.open(QIODevice::ReadOnly))
        return failed(
            {ErrorCode::Unavailable, u"%1 cannot be read: %2."_s.arg(run.words.constFirst(), file.errorString())});
    QJsonParseError error;
    QJsonObject draft = QJsonDocument::fromJson(file.read(LargestDraft), &error).object();
    if (draft.isEmpty())
        return failed(
            {ErrorCode::Malformed, u"%1 is no JSON object: %2."_s.arg(run.words.constFirst(), error.errorString())});
    // What a whole configuration file has besides.
    const QStringList keys = draft.keys();
    for (const QString &key : keys) {
        if (!QStringList{u"rules"_s, u"policies"_s, u"intervals"_s, u"inhibitions"_s, u"fingerprint"_s}.contains(key))
            draft.remove(key);
    }
    QJsonObject body{{"draft"_L1, draft}};
    for (const QString &key : {u"from"_s, u"until"_s}) {
        if (run.parser.isSet(key))
            body.insert(key, run.parser.value(key));
    }
    const auto client = run.client();
    if (!client)
        return failed(client.error());
    const auto answer = client->post(u"/v1/whatif"_s, body);
    if (!answer)
        return failed(answer.error());
    if (run.wantsJson())
        return {.code = 0, .text = compact(*answer), .trouble = {}};
    const QJsonObject result = answer->value("draft"_L1).toObject();
    QString text = counted(result["sessions"_L1].toInteger(), u"session"_s) + ".\n"_L1
                   + outcomeText(u"As it is"_s, answer->value("saved"_L1).toObject())
                   + outcomeText(u"With the draft"_s, result);
    const QJsonArray limits = answer->value("limits"_L1).toArray();
    for (const auto &limit : limits)
        text += limit.toString() + u'\n';
    return {.code = 0, .text = text + u'\n' + incidentsTable(result["incidents"_L1].toArray()), .trouble = {}};
}

struct Option
{
    const char *name;
    const char *value; ///< Null for a flag.
    const char *help;
};

struct Command
{
    const char *name;
    const char *usage;
    const char *help; ///< One line, for the overview too.
    CommandResult (*run)(const Run &run);
    std::array<Option, 4> options;
};

constexpr Option ForOption{"for", "duration", "How long, such as \"2 h\"."};
constexpr Option UntilOption{"until", "time", "Until when, such as 2026-11-25T18:00:00Z."};
constexpr Option None{nullptr, nullptr, nullptr};

const std::array<Command, 6> &commands()
{
    static constexpr std::array Rows{
        Command{"list",
                "[incidents|silences]",
                "Lists the newest incidents or silences.",
                list,
                {Option{"state", "state", "Only incidents that are triggered, acknowledged, snoozed or closed."}, None,
                 None, None}},
        Command{
            "ack", "ID …", "Acknowledges incidents: nobody further is told.", acknowledge, {None, None, None, None}},
        Command{"snooze",
                "ID …",
                "Lets nobody be told of incidents for a time.",
                snooze,
                {ForOption, UntilOption, Option{"until-worse", nullptr, "Until a worse session arrives."}, None}},
        Command{"note", "ID TEXT", "Writes a note to an incident.", note, {None, None, None, None}},
        Command{"silence",
                "list | add MATCHER | end ID …",
                "Holds back what matches for a time (2 h), or ends that.",
                silence,
                {ForOption, UntilOption, Option{"reason", "text", "Why, for the others."},
                 Option{"digest-to", "notifier", "Is told at its end what it held back; may be given several times."}}},
        Command{"whatif",
                "FILE",
                "Tells what the rules in FILE would have done in the last 24 h.",
                whatIf,
                {Option{"from", "time", "Since when, such as 2026-11-24T00:00:00Z."}, UntilOption, None, None}},
    };
    return Rows;
}

} // namespace

QString operatorCommands()
{
    QString text;
    for (const Command &command : commands())
        text +=
            "  "_L1 + QString::fromLatin1(command.name).leftJustified(8) + QString::fromLatin1(command.help) + u'\n';
    return text;
}

bool isOperatorCommand(const QString &word)
{
    return std::any_of(commands().begin(), commands().end(),
                       [&word](const Command &command) { return word == QLatin1StringView(command.name); });
}

CommandResult runOperatorCommand(const QStringList &words, const QString &by)
{
    const auto command = std::find_if(commands().begin(), commands().end(), [&words](const Command &candidate) {
        return words.value(0) == QLatin1StringView(candidate.name);
    });
    if (command == commands().end())
        return wrong(u"There is no such command."_s);
    QCommandLineParser parser;
    parser.setApplicationDescription(QString::fromLatin1(command->help));
    parser.addPositionalArgument(u"arguments"_s, {}, QString::fromLatin1(command->usage));
    for (const Option &option : command->options) {
        if (option.name == nullptr)
            continue;
        QCommandLineOption added(QString::fromLatin1(option.name), QString::fromLatin1(option.help));
        if (option.value != nullptr)
            added.setValueName(QString::fromLatin1(option.value));
        parser.addOption(added);
    }
    parser.addOption({u"json"_s, u"Print the console's answer as JSON."_s});
    parser.addOption({u"url"_s, u"Address of the console (default: the one that runs here)."_s, u"url"_s});
    parser.addOption(
        {u"token-file"_s, u"File with the operator token (default: that of the console that runs here)."_s, u"file"_s});
    const QCommandLineOption help = parser.addHelpOption();
    const QString name = "escalite "_L1 + words.constFirst();
    if (!parser.parse(QStringList{name} + words.mid(1)))
        return wrong(u"%1: %2\nSee %1 --help."_s.arg(name, parser.errorText()));
    if (parser.isSet(help)) {
        const QString text = parser.helpText();
        return {.code = 0,
                .text = u"Usage: %1 [options] %2"_s.arg(name, QString::fromLatin1(command->usage))
                        + text.sliced(std::max<qsizetype>(text.indexOf(u'\n'), 0)),
                .trouble = {}};
    }
    CommandResult result = command->run({.parser = parser, .words = parser.positionalArguments(), .by = by});
    if (!result.trouble.isEmpty())
        result.trouble.prepend(name + ": "_L1);
    return result;
}

} // namespace escalite::app
