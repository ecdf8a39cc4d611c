// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/sessiontree.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace escalite::ingest {

namespace {

using Kind = JsonNode::Kind;

constexpr double MostCalls = 1e6;
constexpr double MostDropped = 9'007'199'254'740'991; ///< 2^53 - 1.

std::optional<TimePoint> timeOf(const JsonNode &node)
{
    if (node.kind == Kind::Number)
        return timePointFromEpochSeconds(node.number);
    if (node.kind == Kind::String)
        return timePointFromRfc3339(node.string);
    return std::nullopt;
}

std::optional<Duration> durationOf(const JsonNode &node)
{
    constexpr double Longest = 253'402'300'800.0;
    if (node.kind != Kind::Number || std::abs(node.number) > Longest)
        return std::nullopt;
    return Duration(std::llround(node.number * 1e6));
}

QString textOf(const JsonNode &node)
{
    return node.kind == Kind::String ? node.string : QString();
}

Level levelOf(const JsonNode &node)
{
    return levelFromName(textOf(node)).value_or(Level::Info);
}

class TreeReader
{
public:
    /// \a isOwnForm: entries have the members of our own form, too.
    TreeReader(const JsonDocument &document, bool isOwnForm) : m_document(document), m_isOwnForm(isOwnForm) {}

    [[nodiscard]] Section section(const QString &name, const JsonNode &node) const
    {
        Section section;
        section.name = name;
        for (const JsonNode::Member &member : node.members) {
            if (member.key == "log_level"_L1 && member.value.kind == Kind::String)
                section.level = levelFromName(member.value.string);
            else
                section.entries.append(entry(member.key, member.value));
        }
        return section;
    }

    [[nodiscard]] Entry entry(const QString &key, const JsonNode &node) const
    {
        Entry entry;
        entry.key = key;
        if (node.kind != Kind::Object) {
            entry.value = raw(node);
            entry.malformed = true;
            return entry;
        }
        for (const JsonNode::Member &member : node.members)
            readMember(entry, member);
        return entry;
    }

private:
    [[nodiscard]] QByteArray raw(const JsonNode &node) const
    {
        return node.kind == Kind::Null ? QByteArray() : m_document.text(node).toByteArray();
    }

    void readMember(Entry &entry, const JsonNode::Member &member) const
    {
        const JsonNode &value = member.value;
        if (member.key == "value"_L1)
            entry.value = raw(value);
        else if (member.key == "code"_L1)
            entry.code = raw(value);
        else if (member.key == "message"_L1 && isTextOrNull(value))
            entry.message = textOf(value);
        else if (member.key == "log_level"_L1 && isTextOrNull(value))
            entry.level = levelOf(value);
        else if (member.key == "log_time"_L1 && isTime(value))
            entry.loggedAt = timeOf(value);
        else if (member.key == "start_time"_L1 && isTime(value))
            entry.startedAt = timeOf(value);
        else if (member.key == "end_time"_L1 && isTime(value))
            entry.endedAt = timeOf(value);
        else if (member.key == "time_elapsed"_L1 && (value.kind == Kind::Number || value.kind == Kind::Null))
            entry.elapsed = durationOf(value);
        else if (member.key == "url"_L1 && isTextOrNull(value))
            entry.url = textOf(value);
        else if (member.key == "error_trace"_L1 && isTextOrNull(value))
            entry.errorTrace = textOf(value);
        else if (member.key == "calls"_L1 && value.kind == Kind::Array)
            readCalls(entry, value);
        else if (m_isOwnForm && member.key == "peak_level"_L1 && isTextOrNull(value))
            entry.peak = levelFromName(value.string);
        else if (m_isOwnForm && member.key == "extras"_L1 && value.kind == Kind::Object)
            readExtras(entry, value);
        else
            entry.extras.append({.key = member.key, .value = m_document.text(value).toByteArray()});
    }

    void readExtras(Entry &entry, const JsonNode &extras) const
    {
        for (const JsonNode::Member &member : extras.members)
            entry.extras.append({.key = member.key, .value = m_document.text(member.value).toByteArray()});
    }

    void readCalls(Entry &entry, const JsonNode &list) const
    {
        for (const JsonNode &item : list.items) {
            if (item.kind != Kind::Object)
                continue;
            Call call;
            call.service = entry.key;
            call.key = entry.key;
            for (const JsonNode::Member &member : item.members) {
                const JsonNode &value = member.value;
                if (member.key == "call"_L1 && m_isOwnForm)
                    call.attempt = static_cast<int>(std::clamp(value.number, 0.0, MostCalls));
                else if (member.key == "code"_L1)
                    call.code = raw(value);
                else if (member.key == "message"_L1)
                    call.message = textOf(value);
                else if (member.key == "url"_L1)
                    call.url = textOf(value);
                else if (member.key == "log_level"_L1)
                    call.level = levelOf(value);
                else if (member.key == "start_time"_L1)
                    call.startedAt = timeOf(value);
                else if (member.key == "end_time"_L1)
                    call.endedAt = timeOf(value);
                else if (member.key == "time_elapsed"_L1)
                    call.elapsed = durationOf(value);
            }
            entry.calls.append(call);
        }
    }

    static bool isTextOrNull(const JsonNode &node) { return node.kind == Kind::String || node.kind == Kind::Null; }
    static bool isTime(const JsonNode &node) { return node.kind == Kind::Null || timeOf(node).has_value(); }

    const JsonDocument &m_document;
    bool m_isOwnForm;
};

bool isUntaggedEntry(const JsonNode &node)
{
    const JsonNode *level = node.find(u"log_level");
    const JsonNode *time = node.find(u"log_time");
    return level && level->kind == Kind::String && time && time->kind == Kind::Number && node.find(u"value");
}

/// A scalar of the document itself, in the type it has there; another type is kept as an entry (E-22).
bool isOwnScalar(const JsonNode::Member &member)
{
    const JsonNode &value = member.value;
    if (value.kind == Kind::Object)
        return false;
    const QString &key = member.key;
    if (key == "source"_L1)
        return value.kind == Kind::String;
    if (key == "log_date"_L1)
        return value.kind == Kind::String || value.kind == Kind::Null;
    return key == "alert_id"_L1 || key == "log_level"_L1 || key == "start_time"_L1 || key == "end_time"_L1
           || key == "time_elapsed"_L1;
}

bool isNamedSection(const QString &key)
{
    return key == "api_logs"_L1 || key == "service_logs"_L1 || key == "error_logs"_L1;
}

void readOwnForm(const JsonDocument &document, Session &session)
{
    const TreeReader reader(document, true);
    for (const JsonNode::Member &member : document.root().members) {
        if (member.value.kind != Kind::Object)
            continue;
        if (isNamedSection(member.key)) {
            session.sections.append(reader.section(member.key, member.value));
        } else if (member.key == "sections"_L1) {
            for (const JsonNode::Member &section : member.value.members)
                session.sections.append(reader.section(section.key, section.value));
        } else if (member.key == "entries"_L1) {
            for (const JsonNode::Member &entry : member.value.members)
                session.untagged.append(reader.entry(entry.key, entry.value));
        }
    }
}

} // namespace

void readSections(const JsonDocument &document, Session &session)
{
    const JsonNode *note = document.root().find(u"escalite");
    if (note && note->find(u"format")) {
        readOwnForm(document, session);
        return;
    }
    const TreeReader reader(document, false);
    for (const JsonNode::Member &member : document.root().members) {
        const QString &key = member.key;
        if (isOwnScalar(member))
            continue;
        if (member.value.kind == Kind::Object && (isNamedSection(key) || !isUntaggedEntry(member.value)))
            session.sections.append(reader.section(key, member.value));
        else
            session.untagged.append(reader.entry(key, member.value));
    }
}

SessionNote readNote(const JsonDocument &document)
{
    SessionNote note;
    const JsonNode *const member = document.root().find(u"escalite");
    if (!member || !member->find(u"format"))
        return note;
    for (const JsonNode::Member &said : member->members) {
        const JsonNode &value = said.value;
        if (said.key == "dropped"_L1)
            note.dropped = static_cast<quint64>(std::clamp(value.number, 0.0, MostDropped));
        else if (said.key == "unstarted"_L1)
            note.unstarted = value.boolean;
        else if (said.key == "client"_L1)
            note.client = textOf(value);
        else if (said.key == "events"_L1)
            note.events = textOf(value);
        else if (said.key == "heartbeat"_L1)
            note.heartbeat = durationOf(value);
        else if (said.key == "others"_L1) {
            for (const JsonNode::Member &other : value.members)
                note.others.append({other.key, textOf(other.value)});
        }
    }
    return note;
}

} // namespace escalite::ingest
