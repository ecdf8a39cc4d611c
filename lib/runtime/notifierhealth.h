// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Whether what is told to a notifier arrives: steps of escalation policies are not left to those that are off, held or
// failing. Engine thread.

#pragma once

#include "core/delivery.h"
#include "delivery/notifiercatalogue.h"

#include <QHash>
#include <QList>
#include <QString>

namespace escalite::runtime {

class NotifierHealth
{
public:
    /// So many attempts that failed in a row, whatever they were for.
    static constexpr int Failing = 3;

    /// Those in force now. What was known of one that did not change stays.
    void setNotifiers(const QList<delivery::ConfiguredNotifier> &notifiers);
    void note(const QString &notifier, Outcome::Kind outcome);
    void setHeld(const QString &notifier, bool held);

    struct Change
    {
        QString notifier{};
        bool fit = true;

        bool operator==(const Change &) const = default;
    };
    /// What came to be otherwise since this was asked last; all are fit at first. One that is gone is not fit.
    [[nodiscard]] QList<Change> takeChanges();

private:
    struct Record
    {
        delivery::ConfiguredNotifier configured{};
        bool held = false;
        int failures = 0; ///< In a row.
        bool toldFit = true;
        bool gone = false;

        [[nodiscard]] bool isFit() const { return !gone && configured.enabled && !held && failures < Failing; }
    };
    QHash<QString, Record> m_records;
};

} // namespace escalite::runtime
