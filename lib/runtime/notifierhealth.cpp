// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Whether what is told to a notifier arrives.

#include "runtime/notifierhealth.h"

#include <QStringList>

#include <algorithm>

namespace escalite::runtime {

namespace {

bool succeeded(Outcome::Kind kind)
{
    return kind == Outcome::Kind::Delivered || kind == Outcome::Kind::Accepted;
}

} // namespace

void NotifierHealth::setNotifiers(const QList<delivery::ConfiguredNotifier> &notifiers)
{
    for (Record &record : m_records)
        record.gone = true;
    for (const delivery::ConfiguredNotifier &notifier : notifiers) {
        Record &record = m_records[notifier.name];
        record.gone = false;
        if (record.configured == notifier)
            continue;
        // With other settings it may well work.
        record.configured = notifier;
        record.held = !notifier.held.isEmpty();
        record.failures = 0;
    }
}

void NotifierHealth::note(const QString &notifier, Outcome::Kind outcome)
{
    const auto record = m_records.find(notifier);
    if (record != m_records.end())
        record->failures = succeeded(outcome) ? 0 : std::min(record->failures + 1, Failing);
}

void NotifierHealth::setHeld(const QString &notifier, bool held)
{
    const auto record = m_records.find(notifier);
    if (record == m_records.end())
        return;
    record->held = held;
    if (!held)
        record->failures = 0; // It was released to be tried.
}

QList<NotifierHealth::Change> NotifierHealth::takeChanges()
{
    QList<Change> changes;
    QStringList names = m_records.keys();
    names.sort();
    for (const QString &name : std::as_const(names)) {
        Record &record = m_records[name];
        const bool fit = record.isFit();
        if (fit != record.toldFit)
            changes.append({.notifier = name, .fit = fit});
        record.toldFit = fit;
        if (record.gone)
            m_records.remove(name);
    }
    return changes;
}

} // namespace escalite::runtime
