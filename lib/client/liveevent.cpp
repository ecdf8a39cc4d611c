// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/liveevent.h"

#include "client/storedvalue.h"
#include "core/json.h"

#include <algorithm>
#include <array>
#include <charconv>

using namespace Qt::StringLiterals;

namespace escalite::client {

namespace {

struct Name
{
    LiveEvent::Kind kind;
    std::string_view word;
};

/// What the wire calls a step.
Name nameOf(Step::Kind kind)
{
    switch (kind) {
    case Step::Kind::Start:
        return {LiveEvent::Kind::Start, "session_start"};
    case Step::Kind::Log:
    case Step::Kind::Clear:
        return {LiveEvent::Kind::Entry, "entry"};
    case Step::Kind::CallStart:
        return {LiveEvent::Kind::CallStart, "call_start"};
    case Step::Kind::CallStop:
        return {LiveEvent::Kind::CallStop, "call_stop"};
    case Step::Kind::Level:
        return {LiveEvent::Kind::Level, "level"};
    case Step::Kind::End:
        return {LiveEvent::Kind::End, "session_end"};
    }
    Q_UNREACHABLE();
}

bool isPlain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

void append(std::string &json, const QByteArray &text)
{
    json.append(text.constData(), static_cast<std::size_t>(text.size()));
}

void appendQuoted(std::string &json, std::string_view text)
{
    if (isPlain(text))
        json.append(1, '"').append(text).append(1, '"');
    else
        append(json, quotedJson(qString(text)));
}

/// "null" for null.
void appendValue(std::string &json, const StoredValue &value)
{
    switch (value.kind) {
    case Value::Kind::Null:
        json += "null";
        break;
    case Value::Kind::Text:
        appendQuoted(json, {value.text, value.size});
        break;
    case Value::Kind::Json:
        value.size > 0 ? json.append(value.text, value.size) : json.append("null");
        break;
    case Value::Kind::Bool:
    case Value::Kind::Integer:
    case Value::Kind::Real:
        append(json, jsonOf(value));
        break;
    }
}

void appendId(std::string &json, const QUuid &id)
{
    static constexpr std::string_view Hex = "0123456789abcdef";
    std::array<char, 36> text{};
    std::size_t at = 0;
    const auto put = [&](quint64 number, unsigned digits) {
        while (digits-- > 0)
            text[at++] = Hex[(number >> (4U * digits)) & 0xFU];
    };
    const auto dash = [&] {
        text[at++] = '-';
    };
    put(id.data1, 8);
    dash();
    put(id.data2, 4);
    dash();
    put(id.data3, 4);
    dash();
    put(id.data4[0], 2);
    put(id.data4[1], 2);
    dash();
    for (std::size_t i = 2; i < sizeof(id.data4); ++i)
        put(id.data4[i], 2);
    json.append(text.data(), text.size());
}

/// Members of an object that is not closed. Most of them are written on the thread that runs the request, so no text
/// takes a way through QString that need not.
class Members
{
public:
    explicit Members(std::string &text) : m_text(text) {}

    /// The text to add the value to.
    std::string &named(std::string_view key)
    {
        m_text += m_text.empty() ? "{\"" : ",\"";
        return m_text.append(key).append("\":");
    }
    /// Nothing when it is empty.
    void text(std::string_view key, std::string_view value)
    {
        if (!value.empty())
            appendQuoted(named(key), value);
    }
    /// Nothing when it is null.
    void value(std::string_view key, const StoredValue &value)
    {
        if (value.kind != Value::Kind::Null)
            appendValue(named(key), value);
    }
    void number(std::string_view key, std::int64_t number) { append(named(key), number); }
    void seconds(std::string_view key, std::int64_t microseconds)
    {
        constexpr std::int64_t Second = 1'000'000;
        std::string &out = named(key);
        append(out, microseconds / Second);
        // With a digit that keeps the zeros after the point.
        append(out, Second + microseconds % Second);
        out[out.size() - 7] = '.';
    }

private:
    static void append(std::string &json, std::int64_t number)
    {
        std::array<char, 24> digits{};
        json.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
    }

    std::string &m_text;
};

std::string_view word(Level level)
{
    switch (level) {
    case Level::Debug:
        return "debug";
    case Level::Info:
        return "info";
    case Level::Warning:
        return "warning";
    case Level::Error:
        return "error";
    case Level::Critical:
        return "critical";
    }
    Q_UNREACHABLE();
}

void writeDetails(Members &out, const StepDetails &details)
{
    out.value("code", details.code);
    out.text("message", details.message.view());
    out.text("url", details.url.view());
    out.text("error_trace", details.errorTrace.view());
    if (!details.extras)
        return;
    std::string &json = out.named("extras");
    for (const StoredExtra *extra = details.extras; extra; extra = extra->next) {
        json += extra == details.extras ? '{' : ',';
        appendQuoted(json, extra->key.view());
        json += ':';
        appendValue(json, extra->value);
    }
    json += '}';
}

void writeEntry(Members &out, const Step &step)
{
    out.value("value", step.value);
    if (step.details)
        writeDetails(out, *step.details);
}

/// Of most events, so that they take one allocation.
std::size_t likelySize(const Step &step)
{
    constexpr std::size_t Frame = 192;
    const std::size_t value =
        step.value.kind == Value::Kind::Text || step.value.kind == Value::Kind::Json ? step.value.size : 0;
    return Frame + step.tag.size + step.key.size + value + (step.details ? step.details->message.size : 0);
}

} // namespace

LiveEvent liveEvent(const QUuid &session, const Step &step, quint64 dropped)
{
    const Name name = nameOf(step.kind);
    LiveEvent event{.kind = name.kind, .level = step.level, .session = session};
    event.json.reserve(likelySize(step));
    Members out(event.json);
    out.text("event", name.word);
    std::string &id = out.named("alert_id");
    id += '"';
    appendId(id, session);
    id += '"';
    out.seconds("at", step.at);
    const auto level = [&] {
        out.text("log_level", word(step.level));
    };
    switch (step.kind) {
    case Step::Kind::Start:
        out.text("method", step.tag.view());
        out.text("path", step.key.view());
        out.text("log_date", localDate(step.at).toStdString());
        break;
    case Step::Kind::Log:
        out.text("section", step.tag.view());
        out.text("key", step.key.view());
        level();
        writeEntry(out, step);
        break;
    case Step::Kind::Clear:
        out.text("section", step.tag.view());
        out.text("key", step.key.view());
        appendQuoted(out.named("clear") += '[', {step.value.text, step.value.size});
        event.json += ']';
        break;
    case Step::Kind::CallStart:
    case Step::Kind::CallStop:
        out.text("service", step.key.view());
        out.number("call", step.number);
        level();
        writeEntry(out, step);
        break;
    case Step::Kind::Level:
        out.text("section", step.tag.view());
        level();
        if (step.force)
            out.named("force") += "true";
        break;
    case Step::Kind::End:
        event.dropped = dropped;
        break;
    }
    return event;
}

} // namespace escalite::client
