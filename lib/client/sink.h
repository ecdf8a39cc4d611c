// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Where sessions go. The only virtual of this room: HttpSink sends them to the console, a test keeps them.

#pragma once

#include "core/export.h"
#include "core/level.h"

#include <QUuid>

#include <memory>
#include <string>

namespace escalite {

namespace client {
class Record;
}

/// An ended session, not yet written as JSON: that is done on the sink's thread.
class ESCALITE_EXPORT EndedSession
{
public:
    explicit EndedSession(std::shared_ptr<const client::Record> record);

    [[nodiscard]] QUuid alertId() const;
    [[nodiscard]] Level level() const;
    [[nodiscard]] std::size_t bytes() const;   ///< About, of memory.
    [[nodiscard]] QByteArray document() const; ///< One line of JSON.

private:
    std::shared_ptr<const client::Record> m_record;
};

/// One step of an open session as POST /v1/events takes it: a JSON object without its closing brace, to which the sink
/// adds "client" and "seq", and to an end what was left out.
struct LiveEvent
{
    enum class Kind : quint8 { Start, Entry, CallStart, CallStop, Level, End };
    Kind kind = Kind::Entry;
    Level level = Level::Info;
    QUuid session{};
    std::string json{};
    quint64 dropped = 0; ///< Of an end: entries and calls that the session left out; "dropped" on the wire.
};

/// Called on the thread that runs the request: must not throw, not block, and be quick.
class ESCALITE_EXPORT Sink
{
public:
    virtual ~Sink() = default;
    /// True: every step goes to happened(), the end too. False: the whole goes to ended().
    [[nodiscard]] virtual bool isLive() const noexcept { return false; }
    virtual void ended(EndedSession session) noexcept = 0;
    virtual void happened(LiveEvent /*event*/) noexcept {} // NOLINT(performance-unnecessary-value-param): sinks keep it
};

/// The sink of sessions that name none: set by the program, else null, and sessions go nowhere.
[[nodiscard]] ESCALITE_EXPORT std::shared_ptr<Sink> defaultSink() noexcept;
ESCALITE_EXPORT void setDefaultSink(std::shared_ptr<Sink> sink) noexcept;

} // namespace escalite
