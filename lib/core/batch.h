// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is committed together: everything the engine decided in one step, with the journal position it has acted on.

#pragma once

#include "core/delivery.h"
#include "core/incident.h"
#include "core/silence.h"
#include "core/storm.h"
#include "core/verdict.h"

#include <QList>

#include <algorithm>
#include <functional>
#include <optional>

namespace escalite {

/// One line of the audit trail.
struct AuditRecord
{
    TimePoint at{};
    QString by{};
    QString action{};  ///< "acknowledge", "close", "escalate", "configure", …
    QString subject{}; ///< Id of what it was done to.
    QString detail{};

    bool operator==(const AuditRecord &) const = default;
};

/// The deciding verdict of the session at \a position.
struct SessionVerdict
{
    quint64 position = 0;
    Verdict verdict = Verdict::None;
    QUuid session{};
    std::optional<QUuid> incident{}; ///< That it opened or joined.
    QList<RuleVerdict> rules{};      ///< Of the rules that matched it or nearly did; empty for most.

    bool operator==(const SessionVerdict &) const = default;
};

/// What nobody has begun to send and need not be sent any more: it is cancelled. Or the undo of that.
struct Withdrawal
{
    QUuid incident{};
    QList<Reason> reasons{}; ///< Of the incident's escalations whose deliveries are meant.
    QString because{};       ///< That the deliveries are cancelled for: "acknowledged", "closed", "reopened".
    bool restores = false;   ///< Queues again what was cancelled for \a because.
    TimePoint at{};
    qsizetype after = 0; ///< Takes effect after so many of the batch's deliveries have been inserted.

    bool operator==(const Withdrawal &) const = default;
};

/// What a person or a client asked, so that the same request does nothing a second time.
struct AnsweredRequest
{
    QUuid request{};
    TimePoint at{};

    bool operator==(const AnsweredRequest &) const = default;
};

struct Batch
{
    quint64 position = 0;        ///< All sessions up to and including this one have been acted on; 0 = unchanged.
    QList<Incident> incidents{}; ///< New or changed, whole.
    QList<Escalation> escalations{};
    QList<Withdrawal> withdrawals{};
    QList<Delivery> deliveries{}; ///< New; rendered by the shell before the commit.
    QList<SessionVerdict> verdicts{};
    QList<AuditRecord> audit{};
    QList<Silence> silences{};         ///< New or changed, whole.
    QList<Suppression> suppressions{}; ///< New or changed, whole.
    QList<Note> notes{};
    QList<AnsweredRequest> requests{}; ///< Filled by the shell.
    QList<RuleCount> ruleCounts{};     ///< To be added to what is stored.
    std::optional<Storm> storm{};      ///< New or changed, whole.
    QList<QString> fingerprints{};     ///< Seen for the first time; kept only while some rule asks for first seen.

    /// Nothing but a moved position, and counts.
    [[nodiscard]] bool isQuiet() const
    {
        return incidents.isEmpty() && escalations.isEmpty() && withdrawals.isEmpty() && deliveries.isEmpty()
               && audit.isEmpty() && silences.isEmpty() && suppressions.isEmpty() && notes.isEmpty() && !storm;
    }

    /// Nothing that anybody waits for: at most, incidents that were open before count further.
    [[nodiscard]] bool onlyCounts() const
    {
        const auto opens = [](const SessionVerdict &verdict) {
            return verdict.verdict == Verdict::Opened || verdict.verdict == Verdict::NoNotifier;
        };
        return escalations.isEmpty() && withdrawals.isEmpty() && deliveries.isEmpty() && audit.isEmpty()
               && suppressions.isEmpty() && notes.isEmpty() && !storm
               && std::all_of(incidents.begin(), incidents.end(), std::mem_fn(&Incident::isOpen))
               && std::none_of(verdicts.begin(), verdicts.end(), opens);
    }
};

} // namespace escalite
