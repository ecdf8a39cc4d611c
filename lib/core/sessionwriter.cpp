// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "core/sessionwriter.h"

#include "core/json.h"

#include <algorithm>
#include <array>
#include <charconv>

using namespace Qt::StringLiterals;

namespace escalite {

namespace {

constexpr std::array NamedSections{u"api_logs", u"service_logs", u"error_logs"};

bool isNamed(const Section &section)
{
    return std::find(NamedSections.begin(), NamedSections.end(), QStringView(section.name)) != NamedSections.end();
}

/// Puts commas where they belong.
class Writer
{
public:
    /// The value of a key, or the document itself.
    void open()
    {
        m_text.append('{');
        m_first = true;
    }
    void close()
    {
        m_text.append('}');
        m_first = false;
    }
    void key(QStringView name)
    {
        if (!m_first)
            m_text.append(',');
        m_first = false;
        quoted(name);
        m_text.append(':');
        m_first = true;
    }
    void raw(QByteArrayView json)
    {
        m_text.append(json);
        m_first = false;
    }
    void quoted(QStringView text)
    {
        appendQuoted(m_text, text);
        m_first = false;
    }
    void member(QStringView name, QByteArrayView json)
    {
        key(name);
        raw(json.isEmpty() ? QByteArrayView("null") : json);
    }
    void text(QStringView name, const QString &value)
    {
        key(name);
        if (value.isEmpty())
            raw("null");
        else
            quoted(value);
    }
    void level(QStringView name, Level value)
    {
        key(name);
        quoted(levelName(value));
    }
    /// Epoch seconds, exact to the microsecond.
    void seconds(QStringView name, Duration value)
    {
        key(name);
        appendSeconds(value.count());
        m_first = false;
    }
    void time(QStringView name, const std::optional<TimePoint> &value)
    {
        if (value)
            seconds(name, value->time_since_epoch());
        else
            member(name, {});
    }
    void openList()
    {
        m_text.append('[');
        m_first = true;
    }
    /// An object comes next in the list.
    void openItem()
    {
        if (!m_first)
            m_text.append(',');
        open();
    }
    void closeList()
    {
        m_text.append(']');
        m_first = false;
    }

    void optionalSeconds(QStringView name, const std::optional<Duration> &value)
    {
        if (value)
            seconds(name, *value);
        else
            member(name, {});
    }

    [[nodiscard]] QByteArray take() { return std::move(m_text); }

private:
    static QByteArray reserved()
    {
        constexpr qsizetype Usual = 2048;
        QByteArray text;
        text.reserve(Usual);
        return text;
    }
    void appendSeconds(qint64 microseconds)
    {
        constexpr qint64 Second = 1'000'000;
        std::array<char, 32> digits{};
        char *at = digits.data();
        if (microseconds < 0)
            *at++ = '-';
        const qint64 size = std::abs(microseconds);
        at = std::to_chars(at, digits.data() + digits.size(), size / Second).ptr;
        *at++ = '.';
        qint64 rest = size % Second;
        for (qint64 place = Second / 10; place == Second / 10 || rest > 0; place /= 10) {
            *at++ = static_cast<char>('0' + rest / place);
            rest %= place;
        }
        m_text.append(digits.data(), at - digits.data());
    }

    QByteArray m_text = reserved();
    bool m_first = true; ///< Nothing stands yet where a comma would have to follow.
};

void writeCall(Writer &out, const Call &call, int place)
{
    out.openItem();
    if (call.attempt != 0 && call.attempt != place)
        out.member(u"call", QByteArray::number(call.attempt));
    out.text(u"message", call.message);
    out.member(u"code", call.code);
    out.level(u"log_level", call.level);
    out.text(u"url", call.url);
    out.time(u"start_time", call.startedAt);
    out.time(u"end_time", call.endedAt);
    out.optionalSeconds(u"time_elapsed", call.elapsed);
    if (call.endedAt && !call.startedAt)
        out.member(u"unmatched", "true");
    out.close();
}

void writeEntry(Writer &out, const Entry &entry)
{
    out.key(entry.key);
    if (entry.malformed) {
        out.raw(entry.value.isEmpty() ? QByteArrayView("null") : QByteArrayView(entry.value));
        return;
    }
    out.open();
    out.member(u"value", entry.value);
    out.member(u"code", entry.code);
    out.text(u"message", entry.message);
    out.level(u"log_level", entry.level);
    if (entry.peak)
        out.level(u"peak_level", *entry.peak);
    out.time(u"log_time", entry.loggedAt);
    if (!entry.extras.isEmpty()) {
        out.key(u"extras");
        out.open();
        for (const Extra &extra : entry.extras)
            out.member(extra.key, extra.value);
        out.close();
    }
    if (!entry.url.isEmpty())
        out.text(u"url", entry.url);
    if (!entry.errorTrace.isEmpty())
        out.text(u"error_trace", entry.errorTrace);
    if (entry.startedAt)
        out.time(u"start_time", entry.startedAt);
    if (entry.endedAt)
        out.time(u"end_time", entry.endedAt);
    if (entry.elapsed)
        out.seconds(u"time_elapsed", *entry.elapsed);
    if (!entry.calls.isEmpty()) {
        out.key(u"calls");
        out.openList();
        int place = 0;
        for (const Call &call : entry.calls)
            writeCall(out, call, ++place);
        out.closeList();
    }
    out.close();
}

void writeSection(Writer &out, const Section &section)
{
    out.key(section.name);
    out.open();
    // An entry of that name takes the place (E-21); its section's level is then what its entries say.
    const bool isTaken = std::any_of(section.entries.begin(), section.entries.end(),
                                     [](const Entry &entry) { return entry.key == "log_level"_L1; });
    if (section.level && !isTaken)
        out.level(u"log_level", *section.level);
    for (const Entry &entry : section.entries)
        writeEntry(out, entry);
    out.close();
}

void writeNote(Writer &out, SessionFlags flags, const SessionNote &note)
{
    out.key(u"escalite");
    out.open();
    out.member(u"format", "1");
    if (flags.testFlag(SessionFlag::Live))
        out.member(u"live", "true");
    if (flags.testFlag(SessionFlag::Gap))
        out.member(u"gap", "true");
    if (flags.testFlag(SessionFlag::Late))
        out.member(u"late", "true");
    if (note.dropped > 0)
        out.member(u"dropped", QByteArray::number(note.dropped));
    if (note.unstarted)
        out.member(u"unstarted", "true");
    if (!note.client.isEmpty())
        out.text(u"client", note.client);
    if (!note.events.isEmpty())
        out.text(u"events", note.events);
    if (!note.others.isEmpty()) {
        out.key(u"others");
        out.open();
        for (const auto &[client, events] : note.others)
            out.text(client, events);
        out.close();
    }
    if (note.heartbeat)
        out.seconds(u"heartbeat", *note.heartbeat);
    out.close();
}

} // namespace

QByteArray sessionDocument(const Session &session, const SessionNote &note)
{
    Writer out;
    out.open();
    writeNote(out, session.flags, note);
    out.text(u"alert_id", session.id.toString(QUuid::WithoutBraces));
    if (!session.source.isEmpty())
        out.text(u"source", session.source);
    for (const QStringView name : NamedSections) {
        const auto section = std::find_if(session.sections.begin(), session.sections.end(),
                                          [name](const Section &candidate) { return candidate.name == name; });
        if (section != session.sections.end())
            writeSection(out, *section);
        else
            writeSection(out, {.name = name.toString()});
    }
    if (!std::all_of(session.sections.begin(), session.sections.end(), isNamed)) {
        out.key(u"sections");
        out.open();
        for (const Section &section : session.sections) {
            if (!isNamed(section))
                writeSection(out, section);
        }
        out.close();
    }
    if (!session.untagged.isEmpty()) {
        out.key(u"entries");
        out.open();
        for (const Entry &entry : session.untagged)
            writeEntry(out, entry);
        out.close();
    }
    out.level(u"log_level", session.declared);
    if (session.flags.testFlag(SessionFlag::Forced))
        out.member(u"forced", "true");
    out.time(u"start_time", session.startedAt);
    out.time(u"end_time", session.endedAt);
    out.text(u"log_date", session.logDate);
    if (session.elapsed)
        out.seconds(u"time_elapsed", *session.elapsed);
    out.close();
    return out.take();
}

} // namespace escalite
