// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One session as its events come in: in any order, some of them twice.

#pragma once

#include "core/sessionfold.h"
#include "core/sessionwriter.h"
#include "ingest/eventnumbers.h"

#include <QMap>

namespace escalite::ingest {

/// Keeps the newest events beside what they made, so that one that is overtaken by later ones still takes its place.
class LiveSession
{
public:
    explicit LiveSession(const QUuid &id);
    /// Goes on from a document that is stored.
    LiveSession(const Session &stored, const SessionNote &note);

    /// Whether \a event has come before. What its client does not number is always new.
    [[nodiscard]] bool knows(const SessionEvent &event) const;
    void add(const SessionEvent &event);
    /// The sender, where no event names it.
    void setSource(const QString &source);
    void setHeartbeat(std::optional<Duration> heartbeat) { m_heartbeat = heartbeat; }
    /// \a count entries and calls had no place in it.
    void leaveOut(quint64 count) { m_leftOut += count; }

    [[nodiscard]] QByteArray document();
    /// Who writes to it; empty as long as nobody gave a name.
    [[nodiscard]] const QString &client() const { return m_client; }

private:
    void compact();

    SessionFold m_base;         ///< Of the events that are not kept any more.
    QList<SessionEvent> m_kept; ///< In their order.
    SessionFold m_whole;        ///< Of all, when not m_isStale.
    bool m_isStale = false;
    QString m_client;
    EventNumbers m_numbers;               ///< Of m_client,
    QMap<QString, EventNumbers> m_others; ///< and of everybody else.
    std::optional<Duration> m_heartbeat;
    quint64 m_storedDropped = 0;
    quint64 m_leftOut = 0;
};

} // namespace escalite::ingest
