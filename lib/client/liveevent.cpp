// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/liveevent.h"

#include "client/storedvalue.h"
#include "core/json.h"

#include <cstdio>

using namespace Qt::StringLiterals;

namespace escalite::client {

namespace {

LiveEvent::Kind kindOf(Step::Kind kind)
{
    switch (kind) {
    case Step::Kind::Start:
        return LiveEvent::Kind::Start;
    case Step::Kind::Log:
    case Step::Kind::Clear:
        return LiveEvent::Kind::Entry;
    case Step::Kind::CallStart:
        return LiveEvent::Kind::CallStart;
    case Step::Kind::CallStop:
        return LiveEvent::Kind::CallStop;
    case Step::Kind::Level:
        return LiveEvent::Kind::Level;
    case Step::Kind::End:
        return LiveEvent::Kind::End;
    }
    Q_UNREACHABLE();
}

std::string_view nameOf(LiveEvent::Kind kind)
{
    switch (kind) {
    case LiveEvent::Kind::Start:
        return "session_start";
    case LiveEvent::Kind::Entry:
        return "entry";
    case LiveEvent::Kind::CallStart:
        return "call_start";
    case LiveEvent::Kind::CallStop:
        return "call_stop";
    case LiveEvent::Kind::Level:
        return "level";
    case LiveEvent::Kind::End:
        return "session_end";
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

LiveEvent liveEvent(const QUuid &session, const Step &step, quint64 dropped,
                    QString (*localDate)(std::int64_t microseconds))
{
    LiveEvent event{.kind = kindOf(step.kind), .level = step.level, .session = session};
    Members out(event.json);
    const std::string_view name = nameOf(event.kind);
    out.text("event", name);
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
        // The console measures from the start, which has the same clock.
        if (dropped > 0)
            out.json("dropped", QByteArray::number(dropped));
        break;
    }
    return event;
}

} // namespace escalite::client
