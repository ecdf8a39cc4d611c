// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One observation on its way through the rules, and what is remembered so that a session counts once.

#pragma once

#include "core/batch.h"
#include "engine/engine.h"
#include "policy/fingerprint.h"

#include <QHash>
#include <QSet>
#include <QVarLengthArray>

#include <deque>
#include <map>
#include <optional>

namespace escalite::engine {

struct Tracked;

/// What is known of the observation so far.
class Passage
{
public:
    Passage(const Observation &observation, const QList<policy::GroupKey> &parts)
        : m_observation(observation)
        , m_parts(parts)
    {
    }

    [[nodiscard]] const Observation &observation() const { return m_observation; }
    [[nodiscard]] const SessionDigest &digest() const { return m_observation.digest; }
    [[nodiscard]] TimePoint at() const { return m_observation.receivedAt; }
    /// Late events may change what has ended, if events made it.
    [[nodiscard]] bool mayChange() const { return !digest().isEnded() || digest().flags.testFlag(SessionFlag::Live); }
    [[nodiscard]] const policy::Fingerprint &fingerprint() const
    {
        if (!m_fingerprint)
            m_fingerprint = policy::fingerprint(digest(), m_parts);
        return *m_fingerprint;
    }
    /// By which a rule finds its incident for the session's fingerprint.
    [[nodiscard]] policy::Fingerprint fingerprintFor(const policy::Rule &rule) const
    {
        return isTaken ? policy::ofRule(fingerprint(), rule.id) : fingerprint();
    }
    [[nodiscard]] QString groupFor(const policy::Rule &rule) const
    {
        return policy::groupOf(digest(), rule.threshold.per, m_parts);
    }

    bool isUpdate = false;    ///< The session counts in an incident, and nothing is new.
    bool isFirstSeen = false; ///< Its fingerprint was never seen.
    bool wasClosed = false;   ///< An incident of its fingerprint was closed within the last day.
    bool isTaken = false;     ///< A rule before has an incident for its fingerprint.

private:
    const Observation &m_observation;
    const QList<policy::GroupKey> &m_parts;
    mutable std::optional<policy::Fingerprint> m_fingerprint;
};

/// What one rule made of it.
struct Ruling
{
    Verdict verdict = Verdict::None;
    QString seen{};
    const Tracked *tracked = nullptr; ///< That it opened or joined.
};

/// Where a rule that counts stands for one group.
struct Standing
{
    bool isReached = false;
    quint64 sessions = 0; ///< In its window.
    double value = 0;     ///< Sessions, per cent, or seconds.
    QString text{};       ///< "7 of 20 in 5 min for source=checkout-api".
};

/// Fingerprints seen before, by their hash. Bounded, oldest out: what is forgotten is new again.
class FingerprintMemory
{
public:
    static constexpr qsizetype MaxFingerprints = 1'000'000;

    /// False when \a fingerprint was there.
    bool remember(const QString &fingerprint);
    [[nodiscard]] bool contains(const QString &fingerprint) const;

private:
    QSet<quint64> m_seen;
    std::deque<quint64> m_order;
};

/// Which sessions that may still change were counted for what. Bounded, oldest out: what is forgotten counts again.
class OnceIndex
{
public:
    explicit OnceIndex(qsizetype limit) : m_limit(limit) {}

    [[nodiscard]] bool contains(const QUuid &session, quint64 key) const;
    void remember(const QUuid &session, quint64 key);
    void forget(const QUuid &session);

private:
    struct Entry
    {
        QVarLengthArray<quint64, 2> keys{};
        quint64 age = 0;
    };
    qsizetype m_limit;
    quint64 m_nextAge = 0;
    QHash<QUuid, Entry> m_entries;
    std::map<quint64, QUuid> m_byAge;
};

/// How often which rule had which verdict: of those that took a session; where none did, of the one that decided.
class RuleTally
{
public:
    void note(const QString &rule, Verdict verdict, TimePoint at);
    [[nodiscard]] QList<RuleCount> take(); ///< In the order in which they were first noted.

private:
    QHash<std::pair<QString, int>, qsizetype> m_places;
    QList<RuleCount> m_counts;
};

} // namespace escalite::engine
