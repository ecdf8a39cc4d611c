// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How many of the sessions of the last 24 hours a rule would catch: counted in slices, so that the window never waits.

#pragma once

#include "core/sessionrow.h"
#include "filter/predicate.h"
#include "policy/policy.h"

#include <QBasicTimer>
#include <QHash>
#include <QObject>

#include <memory>
#include <optional>

namespace escalite::ui {

/// Lives on the main thread; a slice takes at most 4 ms.
class MatchCounter final : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    void setRows(const SessionRows &rows);
    /// News of the list, taken into the count. A session that was updated while open counts once more until the next
    /// setRows().
    void append(const SessionRows &news);
    [[nodiscard]] qsizetype total() const { return m_rows.rows.size(); }
    [[nodiscard]] QStringList sources() const; ///< Names of all sources of the rows, sorted.

    /// Counts anew for \a rule; a count under way is dropped.
    void count(const policy::Rule &rule);
    void stop();
    [[nodiscard]] bool isCounting() const { return m_timer.isActive(); }

Q_SIGNALS:
    void counted(qsizetype matching, qsizetype total); ///< Both of the last 24 hours.

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    [[nodiscard]] QString name(NameId id) const;
    [[nodiscard]] bool covers(NameId source);

    SessionRows m_rows;
    std::optional<policy::Rule> m_rule; ///< Which is counted.
    qint64 m_since = 0;                 ///< Microseconds since 1970.
    std::optional<filter::RowMatcher> m_matcher;
    QHash<NameId, bool> m_covered;
    qsizetype m_next = 0;
    qsizetype m_matching = 0;
    qsizetype m_seen = 0; ///< Of the last 24 hours.
    QBasicTimer m_timer;
};

} // namespace escalite::ui
