// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the operator's templates make of a notification.

#include "notifiers/wording.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

namespace {
constexpr qsizetype MostItems = 60;
constexpr qsizetype MaxSubject = 300;

using Item = message::TemplateValues::Item;

std::optional<message::Template> templateIn(const QJsonObject &config, const delivery::Field &field)
{
    const QString text = config.value(QLatin1StringView(field.key)).toString();
    QList<message::TemplateError> errors;
    return text.trimmed().isEmpty() ? std::nullopt : message::Template::parse(text, errors);
}

QList<Item> items(const QList<message::Line> &lines, const QString &valueName)
{
    QList<Item> items;
    for (const message::Line &line : lines)
        items.append(Item{{u"key"_s, line.key}, {valueName, line.value}});
    return items;
}

/// The failing calls; of the whole log the others behind them.
QList<Item> callItems(const Session &session, Scope scope)
{
    QList<Item> items;
    QList<Call> calls = callsOf(session);
    std::stable_partition(calls.begin(), calls.end(), [](const Call &call) { return call.level >= Level::Error; });
    for (const Call &call : std::as_const(calls)) {
        const bool wanted = call.level >= Level::Error ? scope != Scope::Summary : scope == Scope::WholeLog;
        if (!wanted || items.size() == MostItems)
            break;
        items.append(Item{{u"service"_s, call.attempt > 0 ? u"%1 #%2"_s.arg(call.service, QString::number(call.attempt))
                                                          : call.service},
                          {u"code"_s, message::valueText(call.code)},
                          {u"message"_s, call.message},
                          {u"elapsed"_s, call.elapsed ? toText(*call.elapsed) : QString()}});
    }
    return items;
}

void addSession(const Session &session, Scope scope, message::TemplateValues &values)
{
    values.texts.insert(u"request"_s, requestTitle(session.method, session.path, session.source, session.id));
    values.texts.insert(u"method"_s, session.method);
    values.texts.insert(u"path"_s, session.path);
    values.texts.insert(u"source"_s, session.source);
    values.texts.insert(u"code"_s, session.code ? QString::number(*session.code) : QString());
    values.texts.insert(u"elapsed"_s, session.elapsed ? toText(*session.elapsed) : QString());
    values.texts.insert(u"alert_id"_s, session.id.toString(QUuid::WithoutBraces));
    values.texts.insert(u"short_id"_s, shortId(session.id));
    if (session.startedAt)
        values.texts.insert(u"since"_s, timeText(*session.startedAt));
    if (const auto last = session.endedAt ? session.endedAt : session.startedAt)
        values.texts.insert(u"last"_s, timeText(*last));
    values.lists.insert(u"errors"_s, items(message::errorLines(session).mid(0, MostItems), u"message"_s));
    values.lists.insert(u"calls"_s, callItems(session, scope));
}

void addIncident(const Incident &incident, message::TemplateValues &values)
{
    values.texts.insert(u"incident"_s, shortId(incident.id));
    values.texts.insert(u"rule"_s, incident.rule);
    values.texts.insert(u"since"_s, timeText(incident.openedAt));
    if (incident.lastSeenAt >= incident.openedAt)
        values.texts.insert(u"last"_s, timeText(incident.lastSeenAt));
    if (values.texts.value(u"source"_s).isEmpty())
        values.texts.insert(u"source"_s, incident.source);
    if (values.texts.value(u"alert_id"_s).isEmpty() && !incident.worstSession.isNull()) {
        values.texts.insert(u"alert_id"_s, incident.worstSession.toString(QUuid::WithoutBraces));
        values.texts.insert(u"short_id"_s, shortId(incident.worstSession));
    }
}

bool isUsual(Reason reason)
{
    return reason != Reason::Drill && reason != Reason::Acknowledged && reason != Reason::Closed;
}

QString marked(const QString &text, const message::Template &own, const delivery::Notification &notification,
               const Wording &wording)
{
    if (isUsual(notification.reason) || own.uses(u"reason") || text.contains(wording.mark))
        return text;
    return wording.mark + u' ' + text;
}
} // namespace

message::TemplateValues templateValues(const delivery::Notification &notification, const Wording &wording)
{
    message::TemplateValues values;
    if (notification.session)
        addSession(*notification.session, notification.scope, values);
    if (notification.incident)
        addIncident(*notification.incident, values);
    const quint64 all = std::max(notification.incident ? notification.incident->count : 0, notification.count);
    values.texts.insert(u"level"_s, levelName(wording.level));
    values.texts.insert(u"title"_s, wording.title);
    values.texts.insert(u"error"_s, wording.headline);
    values.texts.insert(u"message"_s, wording.message);
    values.texts.insert(u"reason"_s, wording.reason);
    values.texts.insert(u"by"_s, notification.by);
    values.texts.insert(u"count"_s, QString::number(all));
    values.texts.insert(u"new"_s, QString::number(notification.count));
    values.texts.insert(u"link"_s, wording.link);
    values.texts.insert(u"told"_s, notification.told.join(u", "_s));
    values.texts.insert(u"next"_s, notification.next);
    values.lists.insert(u"facts"_s, items(wording.facts, u"value"_s));
    values.lists.insert(u"lines"_s, items(wording.outline, u"value"_s));
    QList<Item> joined;
    for (const delivery::Notification::Joined &one : notification.joined.mid(0, MostItems))
        joined.append(Item{
            {u"title"_s, one.title}, {u"level"_s, levelName(one.level)}, {u"count"_s, QString::number(one.count)}});
    values.lists.insert(u"joined"_s, joined);
    return values;
}

std::optional<QString> templateText(const delivery::Notification &notification, const QJsonObject &config,
                                    QString (*escape)(const QString &))
{
    const auto own = templateIn(config, TemplateField);
    if (!own || notification.plain || (!notification.joined.isEmpty() && !own->uses(u"joined")))
        return std::nullopt;
    const Wording wording = wordingOf(notification);
    const QString text = own->render(templateValues(notification, wording), escape);
    if (text.trimmed().isEmpty())
        return std::nullopt;
    return marked(text, *own, notification, wording);
}

QString subjectOf(const delivery::Notification &notification, const QJsonObject &config, const Wording &wording)
{
    const auto own = templateIn(config, SubjectField);
    if (!own)
        return wording.subject;
    const QString text = own->render(templateValues(notification, wording), asItIs).simplified();
    return text.isEmpty() ? wording.subject : message::fit(marked(text, *own, notification, wording), MaxSubject);
}

} // namespace escalite::notifiers
