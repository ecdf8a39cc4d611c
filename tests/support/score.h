// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A score for the engine: what happens when, on a virtual clock, with a store and a journal in memory.
//
//     Score score;
//     score.at(0s).session("pay").error("card declined");
//     score.at(10s);
//     QCOMPARE(score.told(), QStringList{"10 s: first to slack, 1: POST /pay is failing: card declined"});
//
// Moving the clock runs whatever falls due on the way, each at its own time. Everything the engine commits is checked
// against the store's unique keys and the ledger at once; what breaks one is listed by violations().

#pragma once

#include "engine/engine.h"

#include <QHash>
#include <QList>
#include <QMap>
#include <QStringList>

#include <memory>
#include <vector>

namespace escalite::test {

class Score
{
public:
    /// Error and worse from all sources to "slack"; hold 10 s, critical 1 s, group 5 min.
    static policy::Policy usualPolicy();
    /// "Errors" by the policy "night": slack at once, telegram after 5 min, mail after 9 min; this repeated after 15
    /// min, at most twice.
    static policy::Policy nightPolicy();
    static policy::Rule rule(const QString &name, Level minimum, const QStringList &notifiers,
                             const QString &source = {});

    explicit Score(policy::Policy policy = usualPolicy());
    ~Score();
    Score(const Score &) = delete;
    Score &operator=(const Score &) = delete;

    /// Moves the clock to \a since the start; what falls due on the way is done.
    Score &at(Duration since);

    /// One document on its way in.
    class Arriving
    {
    public:
        Arriving(Score &score, const QString &name);
        Arriving &source(const QString &source);
        Arriving &path(const QString &path);
        Arriving &code(int code);
        Arriving &open(); ///< The request has not ended.
        Arriving &live(); ///< Made of events: late ones may follow its end.
        Arriving &gap();  ///< No request: something is missing.
        Arriving &took(Duration elapsed);
        Arriving &since(Duration start); ///< When the request began, on the clock of the score.
        Arriving &calling(const QString &service, Duration since); ///< The call that has been running longest.
        Arriving &containing(const QByteArray &document);
        void info(const QString &message = {});
        void warning(const QString &message = {});
        void error(const QString &message = {});
        void critical(const QString &message = {});
        void of(Level level, const QString &message);
        [[nodiscard]] engine::Observation observation(Level level, const QString &message) const;

    private:
        Score &m_score;
        SessionDigest m_digest;
        QByteArray m_document;
    };
    /// \a name stands for the session's id and its path: the same name is the same session, an update of it.
    Arriving session(const QString &name);
    /// The newest document of the open \a session once more, with \a marks.
    void reconsider(const QString &session, SessionFlags marks);
    /// \a count ended sessions of one problem, in one call of the engine.
    void storm(const QString &problem, int count, Level level = Level::Error);

    std::optional<Error> post(engine::Command command);
    /// \a what under a request id of its own; answers that id, null when it was refused.
    template<typename What>
    QUuid ask(What what, const QString &by = QStringLiteral("operator"))
    {
        engine::Command command{.request = newRequest(), .by = by, .what = std::move(what)};
        const QUuid request = command.request;
        m_refusal = post(std::move(command));
        return m_refusal ? QUuid() : request;
    }
    [[nodiscard]] QString refusal() const { return m_refusal ? m_refusal->message : QString(); } ///< Of the last ask().
    std::optional<Error> acknowledge(const QString &fingerprintOfSession,
                                     const QString &by = QStringLiteral("operator"));
    std::optional<Error> close(const QString &fingerprintOfSession, const QString &by = QStringLiteral("operator"));
    std::optional<Error> reopen(const QUuid &incident);

    /// Ends the program between two commits and starts it again at the same moment.
    void restart();
    /// Ends it after the journal's sync and before the store's commit of what comes next, until restart().
    void loseCommits() { m_losing = true; }
    /// Ends it, lets \a downtime pass, starts it again: replay, then whatever fell due.
    void restartAfter(Duration downtime);
    /// Documents that the journal has kept and no engine has seen.
    void keepUnseen(const engine::Observation &observation);

    [[nodiscard]] TimePoint now() const { return m_now; }
    [[nodiscard]] engine::Engine &engine() { return *m_engine; }
    void setPolicy(const policy::Policy &policy);

    /// "10 s: first to slack, 1: POST /pay is failing: card declined", a line for each delivery.
    [[nodiscard]] QStringList told() const;
    [[nodiscard]] QList<Incident> incidents() const;                 ///< In order of opening.
    [[nodiscard]] Incident incidentOf(const QString &session) const; ///< That the session last opened or joined.
    [[nodiscard]] Verdict verdictOf(const QString &session) const;   ///< The last one.
    /// "card-errors: under_threshold, 7 of 20 in 5 min", a line for each rule that the last verdict names.
    [[nodiscard]] QStringList rulesOf(const QString &session) const;
    /// How often \a rule had \a verdict so far.
    [[nodiscard]] quint64 timesOf(const QString &rule, Verdict verdict) const;
    [[nodiscard]] const QList<Escalation> &escalations() const { return m_escalations; }
    [[nodiscard]] const QList<Delivery> &deliveries() const { return m_deliveries; }
    [[nodiscard]] const QList<AuditRecord> &audit() const { return m_audit; }
    [[nodiscard]] const QList<Note> &notes() const { return m_notes; }
    [[nodiscard]] const std::optional<Storm> &storm() const { return m_storm; } ///< The newest.
    [[nodiscard]] Silence silence(const QUuid &id) const { return m_silences.value(id); }
    /// "first of POST /pay by silence, 2 times, 7 sessions, until 1 h", a line for each, in order of time.
    [[nodiscard]] QStringList heldBack() const;
    [[nodiscard]] const QStringList &violations() const { return m_violations; }
    /// Everything that must not depend on restarts, ids replaced by what they stand for.
    [[nodiscard]] QStringList summary() const;
    [[nodiscard]] const Batch &lastBatch() const { return m_lastBatch; }

    [[nodiscard]] bool hasEnded(const QString &session) const; ///< By the journal; it would refuse another document.

    static QUuid idOf(const QString &session);
    static TimePoint start();

private:
    static QUuid newRequest();
    void arrive(std::vector<engine::Observation> observations);
    void commit(const Batch &batch);
    void withdraw(const Withdrawal &withdrawal);
    void keep(const Batch &batch);
    /// Every session of \a incident was told of, held back for good, or is still to be told of.
    [[nodiscard]] bool balances(const Incident &incident) const;
    [[nodiscard]] const Escalation *escalation(const QUuid &id) const;
    [[nodiscard]] engine::State stored() const;
    void startEngine();
    [[nodiscard]] QString nameOf(const QUuid &incident) const;

    policy::Policy m_policy;
    std::unique_ptr<engine::Engine> m_engine;
    TimePoint m_now;
    quint64 m_lastId = 0;
    quint64 m_nextPosition = 1;
    bool m_losing = false;
    Batch m_lastBatch;
    std::optional<Error> m_refusal;
    std::vector<engine::Observation> m_journal;

    // The store
    quint64 m_position = 0;
    QMap<QUuid, Incident> m_incidents;
    QList<QUuid> m_opened; ///< Incidents in order.
    QList<Escalation> m_escalations;
    QList<Delivery> m_deliveries;
    QList<SessionVerdict> m_verdicts;
    QList<AuditRecord> m_audit;
    QList<QUuid> m_requests;
    QMap<QUuid, Silence> m_silences;
    QHash<QUuid, QMap<QUuid, Suppression>> m_suppressions; ///< By incident.
    QHash<QUuid, quint64> m_sessionsTold;                  ///< By incident: what rules told of.
    QList<Note> m_notes;
    std::optional<Storm> m_storm;
    QStringList m_fingerprints;
    QList<RuleCount> m_ruleCounts;
    QStringList m_violations;
};

} // namespace escalite::test
