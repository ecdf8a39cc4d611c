// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A session as lines of keys and values, and those as the seed's table.

#include "core/json.h"
#include "message/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::message {

namespace {

constexpr qsizetype MaxValue = 240;
constexpr qsizetype MaxKey = 60;
/// More lines than a person reads in a message; the console has the rest.
constexpr qsizetype MaxLines = 200;

QString oneLine(const QString &text)
{
    return fit(text.simplified(), MaxValue);
}

QString lastLine(const QString &trace)
{
    const QString text = trace.trimmed();
    return text.sliced(text.lastIndexOf(u'\n') + 1);
}

/// What an entry says: its value, code and message, as far as they differ.
QString entryText(const Entry &entry)
{
    QStringList parts;
    for (const QString &part : {valueText(entry.value), valueText(entry.code), entry.message}) {
        if (!part.isEmpty() && !parts.contains(part))
            parts.append(part);
    }
    return parts.join(", "_L1);
}

/// "504 after 1.500 s, upstream request timeout".
QString callText(const Call &call)
{
    QString text = valueText(call.code);
    if (call.elapsed)
        text += (text.isEmpty() ? u"after "_s : u" after "_s) + toText(*call.elapsed);
    else if (call.startedAt && !call.endedAt && text.isEmpty())
        text = u"not ended"_s;
    if (!call.message.isEmpty())
        text += (text.isEmpty() ? QString() : u", "_s) + call.message;
    return text;
}

class Outline
{
public:
    explicit Outline(const Session &session) : m_session(session) {}

    QList<Line> of(Scope scope)
    {
        head();
        errors();
        if (scope == Scope::Summary)
            return std::move(m_lines);
        calls([](const Call &call) { return call.level >= Level::Error; });
        if (scope == Scope::WholeLog)
            calls([](const Call &call) { return call.level < Level::Error; });
        rest(scope);
        add(u"log_date"_s, m_session.logDate);
        return std::move(m_lines);
    }

    QList<Line> errorsOnly()
    {
        errors();
        return std::move(m_lines);
    }

private:
    void add(const QString &key, const QString &value)
    {
        if (value.isEmpty() || m_lines.size() > MaxLines)
            return;
        if (m_lines.size() == MaxLines)
            m_lines.append({.key = u"…"_s, .value = u"more in the console"_s});
        else
            m_lines.append({.key = fit(key.simplified(), MaxKey), .value = oneLine(value)});
    }

    void head()
    {
        add(u"alert_id"_s, m_session.id.toString(QUuid::WithoutBraces));
        QString level = levelName(m_session.effective);
        if (m_session.declared != m_session.effective)
            level += u" (declared "_s + levelName(m_session.declared) + u')';
        add(u"log_level"_s, level);
        add(u"source"_s, m_session.source);
        add(u"request_method"_s, m_session.method);
        add(u"request_path"_s, m_session.path);
        add(u"response_status"_s, m_session.code ? QString::number(*m_session.code) : QString());
        add(u"time_elapsed"_s, m_session.elapsed ? toText(*m_session.elapsed) : u"not ended"_s);
        add(u"message"_s, m_session.message);
    }

    static bool isService(const Section &section) { return section.name == "service_logs"_L1; }

    /// Entries that the first lines have told already.
    [[nodiscard]] bool isInHead(const Entry &entry) const
    {
        return (entry.key == "request_path"_L1 && valueText(entry.value) == m_session.path)
               || (entry.key == "request_method"_L1 && valueText(entry.value) == m_session.method);
    }

    void errors()
    {
        for (const Section &section : m_session.sections) {
            for (const Entry &entry : section.entries) {
                if (entry.level >= Level::Error && !isService(section))
                    error(entry);
            }
        }
        for (const Entry &entry : m_session.untagged) {
            if (entry.level >= Level::Error)
                error(entry);
        }
    }

    void error(const Entry &entry)
    {
        if (!isInHead(entry))
            add(entry.key, entryText(entry));
        add(entry.key + u" trace"_s, lastLine(entry.errorTrace));
    }

    template<typename Wanted>
    void calls(Wanted wanted)
    {
        for (const Call &call : callsOf(m_session)) {
            if (!wanted(call))
                continue;
            const QString name =
                call.attempt > 0 ? u"%1 #%2"_s.arg(call.service, QString::number(call.attempt)) : call.service;
            add(name, callText(call));
            add(name + u" trace"_s, lastLine(traceOf(call)));
        }
    }

    [[nodiscard]] QString traceOf(const Call &call) const
    {
        for (const Section &section : m_session.sections) {
            if (!isService(section))
                continue;
            for (const Entry &entry : section.entries) {
                if (entry.key == call.key && entry.level >= Level::Error
                    && (entry.calls.isEmpty() || entry.message == call.message))
                    return entry.errorTrace;
            }
        }
        return {};
    }

    void rest(Scope scope)
    {
        for (const Section &section : m_session.sections) {
            const bool wanted = scope == Scope::WholeLog || section.name == "api_logs"_L1;
            for (const Entry &entry : section.entries) {
                if (wanted && !isService(section) && entry.level < Level::Error && !isInHead(entry))
                    other(entry, scope);
            }
        }
        for (const Entry &entry : m_session.untagged) {
            if (scope == Scope::WholeLog && entry.level < Level::Error)
                other(entry, scope);
        }
    }

    void other(const Entry &entry, Scope scope)
    {
        if (entry.key != "response_status"_L1 || !m_session.code)
            add(entry.key, entryText(entry));
        if (scope != Scope::WholeLog)
            return;
        for (const Extra &extra : entry.extras)
            add(entry.key + u'.' + extra.key, valueText(extra.value));
    }

    const Session &m_session;
    QList<Line> m_lines;
};

/// Characters as Python's len() counts them, which the seed pads by.
qsizetype lengthOf(const QString &text)
{
    return std::count_if(text.begin(), text.end(), [](QChar c) { return !c.isLowSurrogate(); });
}

} // namespace

QString valueText(const QByteArray &json)
{
    if (!json.startsWith('"'))
        return QString::fromUtf8(json);
    const auto parsed = JsonDocument::parse(json, {.depth = 1, .values = 1, .stringBytes = 1 << 26});
    const auto *document = std::get_if<JsonDocument>(&parsed);
    return document ? document->root().string : QString::fromUtf8(json);
}

QList<Line> errorLines(const Session &session)
{
    return Outline(session).errorsOnly();
}

QList<Line> outline(const Session &session, Scope scope)
{
    return Outline(session).of(scope);
}

QString table(const QList<Line> &lines)
{
    if (lines.isEmpty())
        return {};
    QList<Line> rows{{.key = u"Key"_s, .value = u"Value"_s}};
    rows.append(lines);
    qsizetype keyWidth = 0;
    qsizetype valueWidth = 0;
    for (const Line &row : std::as_const(rows)) {
        keyWidth = std::max(keyWidth, lengthOf(row.key));
        valueWidth = std::max(valueWidth, lengthOf(row.value));
    }
    QStringList text;
    for (const Line &row : std::as_const(rows)) {
        QString line = row.key + QString(keyWidth - lengthOf(row.key), u' ') + u" | "_s + row.value;
        while (line.endsWith(u' '))
            line.chop(1);
        text.append(line);
    }
    text.insert(1, QString(keyWidth, u'-') + u"-+-"_s + QString(valueWidth, u'-'));
    return text.join(u'\n');
}

} // namespace escalite::message
