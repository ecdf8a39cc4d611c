// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The bodies of commands.

#include "api/commandbody.h"

#include "core/json.h"

using namespace Qt::StringLiterals;

namespace escalite::api {

namespace {

constexpr qsizetype MaxNotifiers = 50;
constexpr qsizetype MaxMessage = 4'000; ///< UTF-16 units; more than any service shows.
constexpr qsizetype MaxBy = 80;
constexpr qsizetype MaxName = 200; ///< Of a notifier.

void add(Problems &problems, const QString &pointer, const QString &message)
{
    problems.append(Problem{.pointer = pointer, .message = message});
}

QString readText(const JsonNode &node, const QString &pointer, qsizetype most, Problems &problems)
{
    if (node.kind != JsonNode::Kind::String)
        add(problems, pointer, u"This must be a text."_s);
    else if (node.string.size() > most)
        add(problems, pointer, u"This text is longer than %1 characters."_s.arg(most));
    else
        return node.string.trimmed();
    return {};
}

QUuid readRequest(const JsonNode &node, const QString &pointer, Problems &problems)
{
    constexpr qsizetype Length = 36;
    const QUuid id =
        node.kind == JsonNode::Kind::String && node.string.size() == Length ? QUuid::fromString(node.string) : QUuid();
    if (id.isNull())
        add(problems, pointer, u"This must be a UUID, made once and sent again with each repeat of the request."_s);
    return id;
}

QStringList readNotifiers(const JsonNode &node, const QString &pointer, Problems &problems)
{
    QStringList names;
    if (node.kind != JsonNode::Kind::Array || node.items.isEmpty() || node.items.size() > MaxNotifiers) {
        add(problems, pointer, u"This must be a list of 1 to %1 notifier names."_s.arg(MaxNotifiers));
        return names;
    }
    for (qsizetype i = 0; i < node.items.size(); ++i) {
        const JsonNode &item = node.items.at(i);
        if (item.kind != JsonNode::Kind::String || item.string.isEmpty())
            add(problems, pointerTo(pointer, i), u"This must be the name of a notifier."_s);
        else if (names.contains(item.string))
            add(problems, pointerTo(pointer, i), u"This notifier is named twice."_s);
        else
            names.append(item.string);
    }
    return names;
}

/// Members of a body beside "request_id" and "by".
QStringList membersOf(BodyOf kind)
{
    switch (kind) {
    case BodyOf::Escalation:
        return {u"notifiers"_s, u"message"_s};
    case BodyOf::Replay:
    case BodyOf::AnotherWay:
        return {u"notifier"_s};
    case BodyOf::Hold:
        return {u"hold"_s};
    case BodyOf::Command:
        break;
    }
    return {};
}

/// What must be there, and what to say when it is not.
std::pair<QString, QString> neededIn(BodyOf kind)
{
    switch (kind) {
    case BodyOf::Escalation:
        return {u"notifiers"_s, u"The names of the notifiers to tell are missing."_s};
    case BodyOf::AnotherWay:
        return {u"notifier"_s, u"The name of the notifier to tell is missing."_s};
    case BodyOf::Hold:
        return {u"hold"_s, u"Whether to hold (true) or to go on (false) is missing."_s};
    case BodyOf::Replay:
    case BodyOf::Command:
        break;
    }
    return {};
}

} // namespace

CommandBody readCommandBody(const QByteArray &text, BodyOf kind, Problems &problems)
{
    CommandBody body;
    const auto [needed, complaint] = neededIn(kind);
    if (text.isEmpty() && needed.isEmpty())
        return body;
    const auto parsed = JsonDocument::parse(text, {.depth = 4, .values = 200});
    if (const auto *error = std::get_if<JsonError>(&parsed)) {
        problems.append(Problem{.pointer = error->pointer,
                                .message = u"The body is no JSON at line %1, column %2: %3."_s.arg(
                                    QString::number(error->line), QString::number(error->column), error->message),
                                .line = error->line,
                                .column = error->column});
        return body;
    }
    const JsonNode &root = std::get<JsonDocument>(parsed).root();
    if (root.kind != JsonNode::Kind::Object) {
        add(problems, {}, u"The body must be a JSON object."_s);
        return body;
    }
    const QStringList members = membersOf(kind);
    for (const JsonNode::Member &member : root.members) {
        const QString pointer = pointerTo(QString(), member.key);
        if (member.key == "request_id"_L1)
            body.request = readRequest(member.value, pointer, problems);
        else if (member.key == "by"_L1)
            body.by = readText(member.value, pointer, MaxBy, problems);
        else if (!members.contains(member.key))
            add(problems, pointer,
                u"Unknown member; there are: %1."_s.arg(
                    (members + QStringList{u"request_id"_s, u"by"_s}).join(", "_L1)));
        else if (member.key == "notifiers"_L1)
            body.notifiers = readNotifiers(member.value, pointer, problems);
        else if (member.key == "message"_L1)
            body.message = readText(member.value, pointer, MaxMessage, problems);
        else if (member.key == "notifier"_L1)
            body.notifier = readText(member.value, pointer, MaxName, problems);
        else if (member.value.kind != JsonNode::Kind::Bool)
            add(problems, pointer, u"This must be true or false."_s);
        else
            body.hold = member.value.boolean;
    }
    if (!needed.isEmpty() && !root.find(needed))
        add(problems, u'/' + needed, complaint);
    return body;
}

} // namespace escalite::api
