// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A session as its events make it: the merge rules of the Python library with its bugs decided (E-04, E-06, E-11, E-12,
// E-24, E-25).

#pragma once

#include "core/export.h"
#include "core/sessionevent.h"

namespace escalite {

/// Events are applied in the order in which they happened (isEarlier()). One that happened before what is there
/// already is merged as well as can be known: it fills what nobody has written since.
class ESCALITE_EXPORT SessionFold
{
public:
    explicit SessionFold(const QUuid &id);
    /// Goes on from what a document says. \a started: its beginning is known.
    SessionFold(Session session, bool started);

    void apply(const SessionEvent &event);
    /// Where the events do not name it.
    void setSource(const QString &source);

    /// What a document of it says; what readers conclude from that (effective level, headline, request) is not set.
    [[nodiscard]] const Session &session() const { return m_session; }
    [[nodiscard]] bool isStarted() const { return m_isStarted; }
    [[nodiscard]] quint64 dropped() const { return m_dropped; } ///< Said by the events applied here.

private:
    void write(const EntryLogged &logged, TimePoint at);
    void start(const CallStarted &call, TimePoint at);
    void stop(const CallStopped &call, TimePoint at);
    void set(const LevelSet &level);
    void begin(const SessionStarted &start, TimePoint at);
    void end(const SessionEnded &end, TimePoint at);
    void raise(Section *section, Level level);
    [[nodiscard]] Level restOfLevels() const;
    [[nodiscard]] bool isForced() const { return m_session.flags.testFlag(SessionFlag::Forced); }
    Section &section(const QString &name);

    Session m_session;
    Level m_raised = Level::Info; ///< The session's level as set by hand.
    bool m_isStarted = false;
    bool m_hasOwnElapsed = false; ///< The sender said how long it took.
    quint64 m_dropped = 0;
};

/// The order of events: by the sender's time, then by its number.
[[nodiscard]] ESCALITE_EXPORT bool isEarlier(const SessionEvent &left, const SessionEvent &right);

} // namespace escalite
