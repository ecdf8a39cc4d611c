// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A program of the operator's: the notification as JSON on its standard input, the outcome by its exit code
// (protocols.md 5.14).

#include "core/json.h"
#include "message/template.h"
#include "notifiers/commandsender.h"
#include "notifiers/wording.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &command();

namespace {
using delivery::Field;
using delivery::Notification;

constexpr qsizetype MaxText = 16'000;
constexpr qsizetype MaxDocument = 1024 * 1024;
constexpr qsizetype MaxValue = 4000; // An argument or a variable; Linux takes 128 KiB of each.
constexpr qsizetype MaxArguments = 64;

constexpr std::array Fields{
    Field{.key = "program",
          .label = "Program",
          .kind = Field::Kind::File,
          .required = true,
          .help = "The whole path of a program that others cannot change.",
          .example = "/usr/bin/true"},
    Field{.key = "arguments",
          .label = "Arguments",
          .kind = Field::Kind::TextList,
          .help =
              "One each; {{names}} stand for what is told. No shell reads them, and everybody on this machine can."},
    SubjectField,
    TemplateField,
    Field{.key = "send_session",
          .label = "Hand over the session",
          .kind = Field::Kind::Flag,
          .fallback = "true",
          .help = "Includes the session's document, redacted, unless only the summary is told."},
    Field{.key = "directory",
          .label = "Working directory",
          .kind = Field::Kind::Text,
          .fallback = "/",
          .help = "The whole path of the folder in which the program runs.",
          .advanced = true},
    Field{.key = "when_killed",
          .label = "When it takes too long",
          .kind = Field::Kind::Choice,
          .fallback = "transient",
          .choices = "transient,ambiguous,permanent",
          .help = "What an attempt was that ended by a signal: tried again, in doubt, or failed.",
          .advanced = true},
};

void check(const QJsonObject &config, Problems &problems)
{
    const auto wrong = [&problems](const QString &pointer, const QString &message) {
        problems.append({.severity = Problem::Severity::Error, .pointer = pointer, .message = message});
    };
    const QString program = config.value(u"program"_s).toString();
    const QString objection = program.isEmpty() ? QString() : objectionTo(program);
    if (!objection.isEmpty())
        wrong(u"/program"_s, objection);
    const QString directory = config.value(u"directory"_s).toString();
    if (!QFileInfo(directory).isAbsolute() || !QFileInfo(directory).isDir())
        wrong(u"/directory"_s, u"'directory' must be the whole path of a folder; %1 is none"_s.arg(directory));
    const QJsonArray arguments = config.value(u"arguments"_s).toArray();
    if (arguments.size() > MaxArguments)
        wrong(u"/arguments"_s, u"'arguments' must be at most %1 texts"_s.arg(MaxArguments));
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        QList<message::TemplateError> errors;
        (void)message::Template::parse(arguments.at(i).toString(), errors);
        for (const message::TemplateError &error : std::as_const(errors))
            wrong(pointerTo(u"/arguments"_s, i),
                  u"'arguments' entry %1, column %2: %3"_s.arg(QString::number(i + 1), QString::number(error.column),
                                                               error.message));
    }
}

QString target(const QJsonObject &config)
{
    return QFileInfo(config.value(u"program"_s).toString()).fileName();
}

/// The argument that \a pattern makes of the \a values.
QString argumentOf(const QString &pattern, const message::TemplateValues &values)
{
    if (!pattern.contains(u"{{"_s))
        return pattern;
    QList<message::TemplateError> errors;
    const auto own = message::Template::parse(pattern, errors);
    QString argument = own ? message::fit(own->render(values, asItIs), MaxValue) : pattern;
    // What an error says must not become an option, nor a file that curl would read.
    if (pattern.startsWith(u"{{"_s) && (argument.startsWith(u'-') || argument.startsWith(u'@')))
        argument.prepend(u' ');
    return argument;
}

QJsonValue idOrNull(const QUuid &id)
{
    return id.isNull() ? QJsonValue() : QJsonValue(id.toString(QUuid::WithoutBraces));
}

QJsonValue incidentOf(const Notification &notification)
{
    if (!notification.incident)
        return {};
    const Incident &incident = *notification.incident;
    return QJsonObject{{u"id"_s, idOrNull(incident.id)},
                       {u"title"_s, message::fit(incident.title, MaxValue)},
                       {u"source"_s, message::fit(incident.source, MaxValue)},
                       {u"message"_s, message::fit(incident.message, MaxValue)},
                       {u"state"_s, stateName(incident.state)},
                       {u"level"_s, levelName(incident.level)},
                       {u"count"_s, static_cast<qint64>(incident.count)},
                       {u"opened_at"_s, toRfc3339(incident.openedAt)},
                       {u"regressed"_s, incident.regressed}};
}

QJsonValue earlierOf(const Notification &notification)
{
    if (!notification.earlier)
        return {};
    return QJsonObject{{u"first"_s, idOrNull(notification.earlier->first)},
                       {u"last"_s, idOrNull(notification.earlier->last)},
                       {u"handle"_s, notification.earlier->handle}};
}

QJsonArray joinedOf(const Notification &notification)
{
    QJsonArray joined;
    for (const Notification::Joined &one : notification.joined)
        joined.append(QJsonObject{{u"title"_s, message::fit(one.title, MaxValue)},
                                  {u"level"_s, levelName(one.level)},
                                  {u"count"_s, static_cast<qint64>(one.count)}});
    return joined;
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint now, const QUuid &delivery)
{
    const Wording wording = wordingOf(notification);
    const QString whole = templateText(notification, config, asItIs).value_or(plainText(wording));
    const QString text = message::fit(whole, MaxText);
    const QString subject = subjectOf(notification, config, wording);
    const QUuid alert = notification.session    ? notification.session->id
                        : notification.incident ? notification.incident->worstSession
                                                : QUuid();

    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.text = text;
    rendered.length = static_cast<int>(text.size());
    rendered.limit = static_cast<int>(MaxText);
    rendered.cut = text.size() < whole.size();

    QJsonArray hidden;
    for (const Rendered::Hidden &value : notification.hidden)
        hidden.append(QJsonObject{{u"rule"_s, value.rule}, {u"where"_s, value.where}});
    const QJsonObject told{{u"version"_s, 1},
                           {u"delivery"_s, idOrNull(delivery)},
                           {u"at"_s, toRfc3339(now)},
                           {u"reason"_s, reasonName(notification.reason)},
                           {u"drill"_s, notification.reason == Reason::Drill},
                           {u"level"_s, levelName(wording.level)},
                           {u"alert_id"_s, idOrNull(alert)},
                           {u"subject"_s, subject},
                           {u"message"_s, wording.message},
                           {u"text"_s, text},
                           {u"link"_s, wording.link},
                           {u"count"_s, static_cast<qint64>(notification.count)},
                           {u"by"_s, message::fit(notification.by, MaxValue)},
                           {u"told"_s, QJsonArray::fromStringList(notification.told)},
                           {u"next"_s, notification.next},
                           {u"incident"_s, incidentOf(notification)},
                           {u"earlier"_s, earlierOf(notification)},
                           {u"joined"_s, joinedOf(notification)},
                           {u"hidden"_s, hidden}};
    // The document goes in as it is: its members' order and the digits of its numbers mean something to its reader.
    QByteArray document = "null";
    if (config.value(u"send_session"_s).toBool(true) && notification.scope != Scope::Summary && !notification.plain
        && !notification.document.isEmpty()) {
        if (notification.document.size() <= MaxDocument)
            document = notification.document;
        else
            rendered.cut = true;
    }
    rendered.body = QJsonDocument(told).toJson(QJsonDocument::Compact);
    rendered.body.chop(1);
    rendered.body += ",\"session\":" + document + "}";

    const auto variable = [&rendered](const char *name, const QString &value) {
        rendered.headers.append({.name = name, .value = message::fit(value, MaxValue).toUtf8()});
    };
    const message::TemplateValues values = templateValues(notification, wording);
    const QJsonArray arguments = config.value(u"arguments"_s).toArray();
    for (const auto &argument : arguments)
        rendered.headers.append(
            {.name = CommandSender::Argument, .value = argumentOf(argument.toString(), values).toUtf8()});
    variable("ESCALITE_ALERT_ID", alert.isNull() ? QString() : alert.toString(QUuid::WithoutBraces));
    variable("ESCALITE_LEVEL", levelName(wording.level));
    variable("ESCALITE_MESSAGE", message::visible(notification.message));
    variable("ESCALITE_REASON", reasonName(notification.reason));
    variable("ESCALITE_DELIVERY", delivery.toString(QUuid::WithoutBraces));
    return rendered;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    static constexpr std::array Kinds{std::pair{"transient"_L1, Outcome::Kind::Transient},
                                      std::pair{"ambiguous"_L1, Outcome::Kind::Ambiguous},
                                      std::pair{"permanent"_L1, Outcome::Kind::Permanent}};
    CommandSender::Options options{.program = config.value(u"program"_s).toString(),
                                   .directory = config.value(u"directory"_s).toString(u"/"_s)};
    for (const auto &[word, kind] : Kinds) {
        if (config.value(u"when_killed"_s).toString() == word)
            options.whenKilled = kind;
    }
    const QJsonArray arguments = config.value(u"arguments"_s).toArray();
    for (const auto &argument : arguments)
        options.patterns.append(argument.toString());
    return std::make_unique<CommandSender>(std::move(options));
}
} // namespace

const delivery::NotifierType &command()
{
    static const delivery::NotifierType type{
        .id = "command",
        .name = "Command",
        .icon = "terminal",
        .help = "Runs a program of yours and hands it the notification as JSON.",
        .fields = Fields,
        .missing = "Missing '%1' in config",
        .check = check,
        .render = render,
        .create = create,
        .target = target,
        .limit = static_cast<int>(MaxText),
    };
    return type;
}

} // namespace escalite::notifiers
