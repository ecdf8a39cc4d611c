// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/eventdecoder.h"

#include "core/nearest.h"
#include "core/sessiondigest.h"

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace escalite::ingest {

namespace {

using Kind = JsonNode::Kind;

/// What a value may hold: in the session's document it stands four objects deeper, among others.
constexpr JsonLimits Limits{.depth = 28};
constexpr qsizetype MostDiscarded = 100; ///< Reports in one sign.
constexpr double MostCalls = 1'000'000;
constexpr double LargestCount = 9'007'199'254'740'991; ///< 2^53 - 1: every reader of JSON knows it exactly.
constexpr double LongestElapsed = 366.0 * 86'400;      ///< Seconds.
constexpr double ShortestHeartbeat = 0.1;
constexpr double LongestHeartbeat = 86'400;
constexpr qsizetype LongestName = 256; ///< Bytes of a key, as in documents.

enum class Name : quint8 { SessionStart, Entry, CallStart, CallStop, Level, SessionEnd, Client };

struct NamedEvent
{
    QLatin1StringView name{};
    Name event{};
};
constexpr std::array Events{
    NamedEvent{"session_start"_L1, Name::SessionStart},
    NamedEvent{"entry"_L1, Name::Entry},
    NamedEvent{"call_start"_L1, Name::CallStart},
    NamedEvent{"call_stop"_L1, Name::CallStop},
    NamedEvent{"level"_L1, Name::Level},
    NamedEvent{"session_end"_L1, Name::SessionEnd},
    NamedEvent{"client"_L1, Name::Client},
};

constexpr std::array Levels{Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical};

QStringList eventNames()
{
    QStringList names;
    for (const NamedEvent &event : Events)
        names.append(event.name);
    return names;
}

QStringList levelNames()
{
    QStringList names;
    for (const Level level : Levels)
        names.append(levelName(level));
    return names;
}

QString didYouMean(const QString &word, const QStringList &known)
{
    const QString near = nearest(word, known);
    return near.isEmpty() ? QString() : u" Did you mean \"%1\"?"_s.arg(near);
}

/// Every member of an entry or a call that is not an extra.
bool isOwnMember(const QString &key)
{
    static constexpr std::array Own{"event"_L1,       "alert_id"_L1, "at"_L1,      "client"_L1, "seq"_L1,
                                    "section"_L1,     "key"_L1,      "value"_L1,   "code"_L1,   "message"_L1,
                                    "log_level"_L1,   "extras"_L1,   "service"_L1, "call"_L1,   "url"_L1,
                                    "error_trace"_L1, "clear"_L1,    "source"_L1};
    return std::any_of(Own.begin(), Own.end(), [&](QLatin1StringView own) { return key == own; });
}

/// Reads the members of one line; the first that is wrong stops it.
class EventReader
{
public:
    EventReader(const JsonDocument &document, const EventContext &context)
        : m_document(document)
        , m_root(document.root())
        , m_context(context)
    {
    }

    std::variant<ClientEvent, Refusal> read()
    {
        ClientEvent event = readAny();
        if (m_refusal)
            return *std::move(m_refusal);
        return event;
    }

private:
    ClientEvent readAny()
    {
        if (m_root.kind != Kind::Object) {
            refuse({}, u"An event is a JSON object."_s);
            return {};
        }
        const QString word = text(u"event");
        const auto known = std::find_if(Events.begin(), Events.end(),
                                        [&](const NamedEvent &candidate) { return word == candidate.name; });
        if (known == Events.end()) {
            refuse(u"event", word.isEmpty()
                                 ? u"The event must be named, one of %1."_s.arg(eventNames().join(u", "))
                                 : u"There is no event \"%1\"."_s.arg(shown(word)) + didYouMean(word, eventNames()));
            return {};
        }
        const std::optional<TimePoint> at = time(u"at");
        const QString client = this->client();
        const auto number = count(u"seq", 1, LargestCount);
        if (known->event == Name::Client)
            return sign(client, number, at.value_or(m_context.receivedAt));
        SessionEvent event;
        event.session = id();
        event.at = at.value_or(m_context.receivedAt);
        event.client = client;
        event.number = client.isEmpty() ? 0 : number.value_or(0); // Nobody counts.
        switch (known->event) {
        case Name::SessionStart:
            event.what = started();
            break;
        case Name::Entry:
            event.what = logged();
            break;
        case Name::CallStart:
            event.what = CallStarted{.service = service(), .number = callNumber(), .entry = entry(text(u"service"))};
            break;
        case Name::CallStop:
            event.what = CallStopped{.service = service(), .number = callNumber(), .entry = entry(text(u"service"))};
            break;
        case Name::Level:
            event.what = levelSet();
            break;
        case Name::SessionEnd:
            event.what = ended();
            break;
        case Name::Client:
            Q_UNREACHABLE();
        }
        return event;
    }

    ClientSign sign(const QString &client, std::optional<quint64> number, TimePoint at)
    {
        if (client.isEmpty() && !m_refusal)
            refuse(u"client", u"A sign of a client must name it."_s);
        ClientSign sign{.client = client, .source = source(), .at = at, .number = number.value_or(0)};
        if (const auto seconds = this->number(u"heartbeat", ShortestHeartbeat, LongestHeartbeat))
            sign.heartbeat = Duration(std::llround(*seconds * 1e6));
        sign.leaves = boolean(u"leaves");
        const JsonNode *const list = m_root.find(u"discarded");
        if (!list || list->kind == Kind::Null)
            return sign;
        if (list->kind != Kind::Array || list->items.size() > MostDiscarded) {
            refuse(u"discarded", u"discarded must be a list of at most %1 reports."_s.arg(MostDiscarded));
            return sign;
        }
        for (qsizetype i = 0; i < list->items.size() && !m_refusal; ++i)
            sign.discarded.append(discarded(list->items[i], i));
        return sign;
    }

    Discarded discarded(const JsonNode &report, qsizetype index)
    {
        m_object = &report;
        m_at = pointerTo(u"/discarded"_s, index);
        Discarded discarded;
        if (report.kind != Kind::Object) {
            refuse({}, u"A report of what was discarded is a JSON object."_s);
        } else {
            discarded = {.reason = name(u"reason", false),
                         .level = level(Level::Info),
                         .sessions = count(u"sessions", 0, LargestCount).value_or(0),
                         .events = count(u"events", 0, LargestCount).value_or(0)};
        }
        m_object = &m_root;
        m_at.clear();
        return discarded;
    }

    SessionStarted started()
    {
        return {.source = source(), .method = text(u"method"), .path = text(u"path"), .logDate = text(u"log_date")};
    }

    EntryLogged logged()
    {
        EntryLogged logged{.section = name(u"section", false), .entry = entry(name(u"key", true))};
        const JsonNode *const cleared = m_root.find(u"clear");
        if (!cleared || cleared->kind == Kind::Null)
            return logged;
        const bool isList = cleared->kind == Kind::Array
                            && std::all_of(cleared->items.begin(), cleared->items.end(),
                                           [](const JsonNode &item) { return item.kind == Kind::String; });
        if (!isList)
            refuse(u"clear", u"clear must be a list of the members that become null."_s);
        for (const JsonNode &item : cleared->items)
            logged.cleared.append(item.string);
        return logged;
    }

    Entry entry(const QString &key)
    {
        Entry entry;
        entry.key = key;
        entry.value = json(u"value");
        entry.code = json(u"code");
        entry.message = text(u"message");
        entry.level = level(Level::Info);
        entry.url = text(u"url");
        entry.errorTrace = text(u"error_trace");
        for (const JsonNode::Member &member : m_root.members) {
            if (member.key == "extras"_L1)
                addExtras(entry, member.value);
            else if (!isOwnMember(member.key))
                addExtra(entry, member);
        }
        return entry;
    }

    void addExtras(Entry &entry, const JsonNode &extras)
    {
        if (extras.kind == Kind::Object) {
            for (const JsonNode::Member &member : extras.members)
                addExtra(entry, member);
        } else if (extras.kind != Kind::Null) {
            refuse(u"extras", u"extras must be an object."_s);
        }
    }

    void addExtra(Entry &entry, const JsonNode::Member &member) const
    {
        const bool isKnown = std::any_of(entry.extras.cbegin(), entry.extras.cend(),
                                         [&](const Extra &extra) { return extra.key == member.key; });
        if (!isKnown)
            entry.extras.append({.key = member.key, .value = m_document.text(member.value).toByteArray()});
    }

    LevelSet levelSet()
    {
        if (!m_root.find(u"log_level"))
            refuse(u"log_level", u"The level is missing: one of %1."_s.arg(levelNames().join(u", ")));
        return {.level = level(Level::Info), .section = name(u"section", false), .force = boolean(u"force")};
    }

    SessionEnded ended()
    {
        SessionEnded ended;
        if (const auto seconds = number(u"time_elapsed", 0, LongestElapsed))
            ended.elapsed = Duration(std::llround(*seconds * 1e6));
        ended.dropped = count(u"dropped", 0, LargestCount).value_or(0);
        return ended;
    }

    QUuid id()
    {
        const QString word = text(u"alert_id");
        const QUuid id = word.size() == 36 ? QUuid::fromString(word) : QUuid();
        if (id.isNull())
            refuse(u"alert_id", u"alert_id must be the session's UUID, such as "
                                "\"4c61f35f-ad45-471f-87ec-7a6aa123fb72\"."_s);
        return id;
    }

    QString service() { return name(u"service", true); }
    int callNumber() { return static_cast<int>(count(u"call", 1, MostCalls).value_or(0)); }
    QString source() { return m_context.source.isEmpty() ? printable(u"source") : m_context.source; }
    QString client()
    {
        const QString own = printable(u"client");
        return own.isEmpty() ? m_context.client : own;
    }

    /// Text that a list shows whole.
    QString printable(QStringView member)
    {
        QString word = text(member);
        const bool isPlain =
            word.size() <= MaxDigestText && std::all_of(word.begin(), word.end(), [](QChar c) { return c.isPrint(); });
        if (!isPlain)
            refuse(member,
                   u"%1 must be at most %2 printable characters."_s.arg(member, QString::number(MaxDigestText)));
        return word;
    }

    QString name(QStringView member, bool isNeeded)
    {
        QString word = text(member);
        if (isNeeded && word.isEmpty())
            refuse(member, u"%1 is missing; it must be a string."_s.arg(member));
        else if (word.size() > LongestName || word.toUtf8().size() > LongestName)
            refuse(member,
                   u"%1 must not be longer than %2 bytes."_s.arg(member.toString(), QString::number(LongestName)));
        return word;
    }

    QString text(QStringView member)
    {
        const JsonNode *const node = m_object->find(member);
        if (!node || node->kind == Kind::Null)
            return {};
        if (node->kind != Kind::String)
            refuse(member, u"%1 must be a string or null."_s.arg(member));
        return node->string;
    }

    QByteArray json(QStringView member) const
    {
        const JsonNode *const node = m_object->find(member);
        return !node || node->kind == Kind::Null ? QByteArray() : m_document.text(*node).toByteArray();
    }

    bool boolean(QStringView member)
    {
        const JsonNode *const node = m_object->find(member);
        if (!node || node->kind == Kind::Null)
            return false;
        if (node->kind != Kind::Bool)
            refuse(member, u"%1 must be true or false."_s.arg(member));
        return node->boolean;
    }

    std::optional<double> number(QStringView member, double least, double most)
    {
        const JsonNode *const node = m_object->find(member);
        if (!node || node->kind == Kind::Null)
            return std::nullopt;
        if (node->kind != Kind::Number || node->number < least || node->number > most) {
            refuse(member, u"%1 must be a number from %2 to %3."_s.arg(
                               member.toString(), QString::number(least, 'g', 16), QString::number(most, 'g', 16)));
            return std::nullopt;
        }
        return node->number;
    }

    std::optional<quint64> count(QStringView member, double least, double most)
    {
        const auto value = number(member, least, most);
        if (!value)
            return std::nullopt;
        if (*value != std::floor(*value))
            refuse(member, u"%1 must be a whole number."_s.arg(member));
        return static_cast<quint64>(*value);
    }

    std::optional<TimePoint> time(QStringView member)
    {
        const JsonNode *const node = m_object->find(member);
        if (!node || node->kind == Kind::Null)
            return std::nullopt;
        std::optional<TimePoint> time;
        if (node->kind == Kind::Number)
            time = timePointFromEpochSeconds(node->number);
        else if (node->kind == Kind::String)
            time = timePointFromRfc3339(node->string);
        if (!time)
            refuse(member, u"%1 must be epoch seconds or a time by RFC 3339 with its offset."_s.arg(member));
        return time;
    }

    Level level(Level otherwise)
    {
        const QString word = text(u"log_level");
        if (word.isEmpty())
            return otherwise;
        const std::optional<Level> level = levelFromName(word);
        if (!level)
            refuse(u"log_level",
                   u"There is no level \"%1\"; the levels are %2."_s.arg(shown(word), levelNames().join(u", "))
                       + didYouMean(word, levelNames()));
        return level.value_or(otherwise);
    }

    static QString shown(const QString &word)
    {
        constexpr qsizetype Enough = 40;
        return word.size() > Enough ? word.first(Enough) + u'…' : word;
    }

    void refuse(QStringView member, const QString &reason)
    {
        if (m_refusal)
            return;
        m_refusal = Refusal{.kind = Refusal::Kind::Schema,
                            .pointer = member.isEmpty() ? m_at : pointerTo(m_at, member),
                            .reason = reason};
    }

    const JsonDocument &m_document;
    const JsonNode &m_root;
    const EventContext &m_context;
    const JsonNode *m_object = &m_root; ///< Whose members are read now,
    QString m_at;                       ///< and its pointer.
    std::optional<Refusal> m_refusal;
};

} // namespace

std::variant<ClientEvent, Refusal> readEvent(const QByteArray &line, const EventContext &context)
{
    const auto read = JsonDocument::parse(line, Limits);
    if (std::holds_alternative<JsonError>(read))
        return explainRefusal(line, false, Limits);
    const auto &document = std::get<JsonDocument>(read);
    QString pointer;
    if (wideInteger(document, document.root(), pointer))
        return explainRefusal(line, true, Limits);
    return EventReader(document, context).read();
}

} // namespace escalite::ingest
