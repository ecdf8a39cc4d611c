// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/liveevent.h"

#include "client/storedvalue.h"
#include "core/json.h"

#include <cstdio>

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

/// Members of an object that is not closed.
class Members
{
public:
    explicit Members(std::string &text) : m_text(text) {}

    void json(std::string_view key, QByteArrayView value)
    {
        m_text += m_text.empty() ? "{\"" : ",\"";
        m_text.append(key).append("\":").append(value.data(), static_cast<std::size_t>(value.size()));
    }
    /// Nothing when it is empty.
    void text(std::string_view key, const QString &value)
    {
        if (!value.isEmpty())
            json(key, quotedJson(value));
    }
    void text(std::string_view key, std::string_view value) { text(key, qString(value)); }
    void seconds(std::string_view key, std::int64_t microseconds)
    {
        std::array<char, 40> number{};
        const int size =
            std::snprintf(number.data(), number.size(), "%lld.%06lld", static_cast<long long>(microseconds / 1'000'000),
                          static_cast<long long>(microseconds % 1'000'000));
        json(key, QByteArrayView(number.data(), size));
    }

private:
    std::string &m_text;
};

void writeEntry(Members &out, const Step &step)
{
    if (const QByteArray value = jsonOf(step.value); !value.isEmpty())
        out.json("value", value);
    if (const QByteArray code = jsonOf(step.code); !code.isEmpty())
        out.json("code", code);
    out.text("message", step.message.view());
    if (step.call) {
        out.text("url", step.call->url.view());
        out.text("error_trace", step.call->errorTrace.view());
    }
    if (!step.extras)
        return;
    QByteArray extras;
    for (const StoredExtra *extra = step.extras; extra; extra = extra->next) {
        const QByteArray value = jsonOf(extra->value);
        extras.append(extras.isEmpty() ? '{' : ',')
            .append(quotedJson(qString(extra->key.view())))
            .append(':')
            .append(value.isEmpty() ? "null"_ba : value);
    }
    out.json("extras", extras.append('}'));
}

} // namespace

LiveEvent liveEvent(const QUuid &session, const Step &step, quint64 dropped)
{
    const Name name = nameOf(step.kind);
    LiveEvent event{.kind = name.kind, .level = step.level, .session = session};
    Members out(event.json);
    out.text("event", name.word);
    out.json("alert_id", '"' + session.toByteArray(QUuid::WithoutBraces) + '"');
    out.seconds("at", step.at);
    const auto level = [&] {
        out.text("log_level", levelName(step.level));
    };
    switch (step.kind) {
    case Step::Kind::Start:
        out.text("method", step.tag.view());
        out.text("path", step.key.view());
        out.text("log_date", localDate(step.at));
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
        out.json("clear", '[' + quotedJson(qString(step.message.view())) + ']');
        break;
    case Step::Kind::CallStart:
    case Step::Kind::CallStop:
        out.text("service", step.key.view());
        out.json("call", QByteArray::number(step.number));
        level();
        writeEntry(out, step);
        break;
    case Step::Kind::Level:
        out.text("section", step.tag.view());
        level();
        if (step.force)
            out.json("force", "true");
        break;
    case Step::Kind::End:
        event.dropped = dropped;
        break;
    }
    return event;
}

} // namespace escalite::client
