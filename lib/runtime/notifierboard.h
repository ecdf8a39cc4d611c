// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How each notifier fares, from its deliveries and attempts: the light, the words and the last day in half-hours. Main
// thread.

#pragma once

#include "runtime/configurationfile.h"
#include "runtime/console.h"

#include <QHash>
#include <QMap>
#include <QSet>

namespace escalite::runtime {

class NotifierBoard
{
public:
    void setNotifiers(const QList<delivery::ConfiguredNotifier> &notifiers);
    void rename(const QString &from, const QString &to); ///< Before setNotifiers().
    void note(const QList<Delivery> &deliveries);
    void note(const QString &notifier, const Attempt &attempt);
    void setHeld(const QString &notifier, const QString &reason); ///< Empty = released.
    /// What was known before this run: when each notifier last took something.
    void note(const QMap<QString, TimePoint> &successes);
    void setMoved(const QString &notifier, const QString &address);
    void setDrills(const QMap<QString, TimePoint> &next);

    [[nodiscard]] QList<NotifierStatus> statuses(TimePoint now) const;
    [[nodiscard]] int waiting() const; ///< Deliveries that are not final.

private:
    struct HalfHour
    {
        QSet<QUuid> delivered; ///< Ids, since a delivery may be told of again.
        QSet<QUuid> failed;
    };
    struct Record
    {
        QString held;
        QString movedTo;                 ///< In this run.
        QHash<QUuid, TimePoint> waiting; ///< Delivery -> created.
        std::optional<TimePoint> lastSuccess;
        std::optional<Attempt> last;
        int failuresInARow = 0;
        QMap<qint64, HalfHour> day; ///< Half-hours since 1970.
    };

    void describe(const Record &record, TimePoint now, NotifierStatus &status) const;

    QList<delivery::ConfiguredNotifier> m_notifiers;
    QHash<QString, Record> m_records;
    QMap<QString, TimePoint> m_drills;
};

} // namespace escalite::runtime
