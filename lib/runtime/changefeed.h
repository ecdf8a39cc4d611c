// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What was committed, on its way to the screen: folded per id, at once when the last news is 100 ms old, else at 100
// ms. The only throttle between the commit and the window. Lives on the engine thread.

#pragma once

#include "core/batch.h"
#include "core/sessionrow.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QTimer>

#include <functional>

namespace escalite::runtime {

struct Changes
{
    SessionRows sessions;
    QList<Incident> incidents;
    QList<Delivery> deliveries;
    QList<SessionVerdict> joined;
    QList<Silence> silences;
    QList<Suppression> suppressions;
    QList<Note> notes;
};

class ChangeFeed final : public QObject
{
    Q_OBJECT
public:
    explicit ChangeFeed(std::function<void(Changes)> deliver, QObject *parent = nullptr);

    void add(SessionRows sessions);
    void add(const QList<Incident> &incidents);
    void add(const QList<Delivery> &deliveries);
    void add(const QList<SessionVerdict> &joined);
    void add(const QList<Silence> &silences);
    void add(const QList<Suppression> &suppressions);
    void add(const QList<Note> &notes);
    /// Delivers what waits, at once; nothing more comes unless something is added.
    void stop();

private:
    void schedule();
    void flush();

    std::function<void(Changes)> m_deliver;
    Changes m_waiting;
    QHash<QUuid, qsizetype> m_incidentAt;
    QHash<QUuid, qsizetype> m_deliveryAt;
    QHash<QUuid, qsizetype> m_silenceAt;
    QHash<QUuid, qsizetype> m_suppressionAt;
    QElapsedTimer m_sinceLast;
    QTimer m_timer;
};

} // namespace escalite::runtime
