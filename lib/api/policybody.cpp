// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The bodies of what is asked about incidents, silences and policies.

#include "api/policybody.h"

#include "core/json.h"
#include "filter/expression.h"

#include <QStringList>

using namespace Qt::StringLiterals;

namespace escalite::api {

namespace {

constexpr qsizetype MaxText = 4'000; ///< UTF-16 units, of a note.
constexpr qsizetype MaxMatcher = 1'000;
constexpr qsizetype MaxName = 200;
constexpr qsizetype MaxBy = 80;
constexpr qsizetype MaxNotifiers = 50;
/// What a silence lasts when its end is not given.
constexpr Duration UsualSilence = std::chrono::hours(2);
/// What a what-if looks back when its beginning is not given.
constexpr Duration UsualRange = std::chrono::hours(24);

/// One object of a body, member by member.
class Reader
{
public:
    Reader(const JsonNode &node, TimePoint now, Problems &problems) : m_node(node), m_now(now), m_problems(problems) {}

    /// Tells of every member that none of the questions below named.
    void finish()
    {
        for (const JsonNode::Member &member : m_node.members) {
            if (!m_known.contains(member.key))
                add(member.key, u"Unknown member; there are: %1."_s.arg(m_known.join(", "_L1)));
        }
    }

    [[nodiscard]] bool has(const QString &key) const { return m_node.find(key) != nullptr; }

    QString text(const QString &key, qsizetype most)
    {
        const JsonNode *node = take(key);
        if (node == nullptr)
            return {};
        if (node->kind != JsonNode::Kind::String)
            add(key, u"This must be a text."_s);
        else if (node->string.size() > most)
            add(key, u"This text is longer than %1 characters."_s.arg(most));
        else
            return node->string.trimmed();
        return {};
    }

    QString neededText(const QString &key, qsizetype most, const QString &missing)
    {
        const qsizetype before = m_problems.size();
        QString found = text(key, most);
        if (found.isEmpty() && m_problems.size() == before)
            add(key, missing);
        return found;
    }

    bool flag(const QString &key)
    {
        const JsonNode *node = take(key);
        if (node == nullptr)
            return false;
        if (node->kind != JsonNode::Kind::Bool)
            add(key, u"This must be true or false."_s);
        return node->boolean;
    }

    QUuid id(const QString &key, const QString &what)
    {
        constexpr qsizetype Length = 36;
        const JsonNode *node = take(key);
        if (node == nullptr)
            return {};
        const QUuid found = node->kind == JsonNode::Kind::String && node->string.size() == Length
                                ? QUuid::fromString(node->string)
                                : QUuid();
        if (found.isNull())
            add(key, what);
        return found;
    }

    std::optional<TimePoint> time(const QString &key)
    {
        const JsonNode *node = take(key);
        if (node == nullptr)
            return std::nullopt;
        const auto found =
            node->kind == JsonNode::Kind::String ? timePointFromRfc3339(node->string) : std::optional<TimePoint>();
        if (!found)
            add(key, u"This must be a time, such as \"2026-11-25T18:00:00Z\"."_s);
        return found;
    }

    /// \a until as a time, or \a lasting as a duration from \a from on.
    std::optional<TimePoint> end(const QString &until, const QString &lasting, TimePoint from)
    {
        const std::optional<TimePoint> at = time(until);
        const JsonNode *node = take(lasting);
        if (node == nullptr)
            return at;
        const auto duration =
            node->kind == JsonNode::Kind::String ? durationFromText(node->string) : std::optional<Duration>();
        if (!duration || *duration <= Duration::zero())
            add(lasting, u"This must be a duration, such as \"2 h\"."_s);
        else if (has(until))
            add(lasting, u"Give either \"%1\" or \"%2\"."_s.arg(until, lasting));
        else
            return from + *duration;
        return at;
    }

    QStringList names(const QString &key)
    {
        QStringList found;
        const JsonNode *node = take(key);
        if (node == nullptr)
            return found;
        if (node->kind != JsonNode::Kind::Array || node->items.size() > MaxNotifiers) {
            add(key, u"This must be a list of at most %1 notifier names."_s.arg(MaxNotifiers));
            return found;
        }
        for (qsizetype i = 0; i < node->items.size(); ++i) {
            const JsonNode &item = node->items.at(i);
            if (item.kind != JsonNode::Kind::String || item.string.isEmpty())
                m_problems.append(Problem{.pointer = pointerTo(pointerTo(QString(), key), i),
                                          .message = u"This must be the name of a notifier."_s});
            else if (!found.contains(item.string))
                found.append(item.string);
        }
        return found;
    }

    QJsonObject object(const QString &key)
    {
        const JsonNode *node = take(key);
        if (node == nullptr)
            return {};
        if (node->kind != JsonNode::Kind::Object)
            add(key, u"This must be a JSON object."_s);
        return toQJson(*node).toObject();
    }

    void add(const QString &key, const QString &message)
    {
        m_problems.append(Problem{.pointer = pointerTo(QString(), key), .message = message});
    }

    [[nodiscard]] TimePoint now() const { return m_now; }

private:
    const JsonNode *take(const QString &key)
    {
        m_known.append(key);
        return m_node.find(key);
    }

    const JsonNode &m_node;
    TimePoint m_now;
    Problems &m_problems;
    QStringList m_known;
};

void checkMatcher(Reader &reader, const QString &matcher)
{
    const auto read = filter::parse(matcher);
    if (const auto *wrong = std::get_if<filter::SyntaxError>(&read))
        reader.add(u"matcher"_s, u"Column %1: %2"_s.arg(QString::number(wrong->column), wrong->message));
}

const auto NoMatcher = u"What is to be silenced is missing, in the query language: \"source:checkout-api\"."_s;

Silence readSilence(Reader &reader)
{
    Silence silence;
    silence.id = reader.id(u"id"_s, u"This must be a UUID: that of the silence to be changed."_s);
    silence.matcher = reader.neededText(u"matcher"_s, MaxMatcher, NoMatcher);
    checkMatcher(reader, silence.matcher);
    silence.reason = reader.text(u"reason"_s, MaxText);
    silence.createdAt = reader.now();
    silence.startsAt = reader.time(u"starts_at"_s).value_or(reader.now());
    silence.endsAt = reader.end(u"ends_at"_s, u"for"_s, silence.startsAt).value_or(silence.startsAt + UsualSilence);
    silence.untilQuiet = reader.flag(u"until_quiet"_s);
    silence.latestEnd = reader.time(u"latest_end"_s).value_or(TimePoint());
    silence.digestTo = reader.names(u"digest_to"_s);
    if (silence.endsAt <= silence.startsAt)
        reader.add(u"ends_at"_s, u"A silence ends after it starts."_s);
    else if (silence.endsAt <= reader.now())
        reader.add(u"ends_at"_s, u"A silence ends in the future."_s);
    if (silence.untilQuiet && silence.latestEnd < silence.endsAt)
        reader.add(u"latest_end"_s, u"A silence that moves on needs the latest time at which it ends."_s);
    return silence;
}

void readWhatIf(Reader &reader, PolicyBody &body)
{
    body.policy = reader.object(u"draft"_s);
    if (!reader.has(u"draft"_s))
        reader.add(u"draft"_s, u"The draft is missing: an object with \"rules\", \"policies\" …."_s);
    body.watched = reader.text(u"watched"_s, MaxName);
    body.until = reader.time(u"until"_s).value_or(reader.now());
    body.from = reader.time(u"from"_s).value_or(*body.until - UsualRange);
    if (body.from >= *body.until)
        reader.add(u"from"_s, u"The range begins before it ends."_s);
}

} // namespace

PolicyBody readPolicyBody(const QByteArray &text, Route::Kind kind, TimePoint now, Problems &problems)
{
    PolicyBody body;
    const auto parsed = JsonDocument::parse(text.isEmpty() ? "{}"_ba : text, {.depth = 12, .values = 20'000});
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
        problems.append(Problem{.pointer = {}, .message = u"The body must be a JSON object."_s});
        return body;
    }
    if (kind == Route::Kind::SetPolicy) { // The document itself; who asks stands in the query or the header.
        body.policy = toQJson(root).toObject();
        return body;
    }
    Reader reader(root, now, problems);
    switch (kind) {
    case Route::Kind::Snooze:
        body.until = reader.end(u"until"_s, u"for"_s, now);
        body.untilWorse = reader.flag(u"until_worse"_s);
        if (!reader.has(u"until"_s) && !reader.has(u"for"_s) && !body.untilWorse)
            reader.add(u"until"_s, u"Say until when: \"for\": \"2 h\", \"until\" a time, or \"until_worse\": true."_s);
        break;
    case Route::Kind::Assign:
        body.to = reader.text(u"to"_s, MaxBy);
        break;
    case Route::Kind::Notes:
        body.text = reader.neededText(u"text"_s, MaxText, u"The words of the note are missing."_s);
        break;
    case Route::Kind::Merge:
        body.into = reader.id(u"into"_s, u"This must be the id of an incident."_s);
        if (!reader.has(u"into"_s))
            reader.add(u"into"_s, u"The id of the incident that it is counted in from now on is missing."_s);
        break;
    case Route::Kind::SetSilence:
        body.silence = readSilence(reader);
        break;
    case Route::Kind::SilencePreview:
        body.matcher = reader.neededText(u"matcher"_s, MaxMatcher, NoMatcher);
        checkMatcher(reader, body.matcher);
        break;
    case Route::Kind::WhatIf:
        readWhatIf(reader, body);
        break;
    default:
        break;
    }
    body.request =
        reader.id(u"request_id"_s, u"This must be a UUID, made once and sent again with each repeat of the request."_s);
    body.by = reader.text(u"by"_s, MaxBy);
    reader.finish();
    return body;
}

} // namespace escalite::api
