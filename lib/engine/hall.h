// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What stands behind Engine, shared by its three verbs: intake (engine.cpp), operations (operations.cpp, attending.cpp,
// silencing.cpp) and schedule (schedule.cpp, holding.cpp, storming.cpp). Included by nobody else.

#pragma once

#include "engine/engine.h"
#include "engine/evaluator.h"
#include "engine/incidentbook.h"
#include "engine/inhibitor.h"
#include "engine/passage.h"
#include "engine/sessionindex.h"
#include "engine/silencebook.h"
#include "engine/stormwatch.h"
#include "engine/watchbook.h"
#include "policy/fingerprint.h"
#include "policy/window.h"
#include "policy/windowtable.h"

#include <QHash>
#include <QSet>

#include <algorithm>
#include <deque>
#include <map>

namespace escalite::engine {

/// How an incident begins.
struct Opening
{
    policy::Fingerprint fingerprint{};
    QString group{};
    quint64 count = 1;
    QString title{};   ///< Empty: the request.
    QString message{}; ///< Empty: the session's.
};

/// Request ids seen lately, oldest out.
class RequestMemory
{
public:
    void remember(const QUuid &request);
    [[nodiscard]] bool contains(const QUuid &request) const { return m_seen.contains(request); }

private:
    QSet<QUuid> m_seen;
    std::deque<QUuid> m_order;
};

/// So long after its closing an incident is opened again when it comes again; later it is a new one.
inline constexpr Duration ReopensWithin = std::chrono::minutes(10);

/// The levels that share a fingerprint: an open session that passes into the next class is judged anew.
[[nodiscard]] int levelClass(Level level);
/// Whether \a incident is one of a rule and a group, not of a fingerprint.
[[nodiscard]] bool isOfGroup(const Incident &incident);
/// What an incident of \a rule for a group is called: empty where the request names it, else what it is of.
[[nodiscard]] QString titleOf(const policy::Rule &rule, const SessionDigest &digest);
/// Of all sessions beside those that match, which are counted under \a key.
[[nodiscard]] inline quint64 keyOfAll(quint64 key)
{
    return ~key;
}

/// Sessions of \a incident that people are to be told of and were not yet.
[[nodiscard]] inline quint64 pending(const Incident &incident)
{
    return incident.count - std::min(incident.count, incident.countTold + incident.countHeld);
}

/// A notification, before it is decided whether it goes out.
struct Told
{
    Reason reason = Reason::First;
    int step = 0;
    QStringList notifiers{};
};

/// What keeps one back.
struct Hold
{
    HeldBackBy because = HeldBackBy::Silence;
    QString by{};
    std::optional<TimePoint> until{}; ///< Then it is told after all.
};

/// What a command did, so that it can be taken back.
struct Deed
{
    enum class Kind : quint8 { Answer, Snooze, Assign, Merge, Silence };
    Kind kind = Kind::Answer;
    QUuid request{};
    QList<Incident> before{};                          ///< As they were.
    Incident::State left = Incident::State::Triggered; ///< Of an answer: the state in which it left them.
    QUuid subject{};                                   ///< The silence;
    std::optional<Silence> silence{};                  ///< as it was; nothing when it is new;
    std::map<QUuid, SilenceBook::Held> held{};         ///< and what it had held back.
};

/// Who does what a time limit asks for.
inline constexpr QLatin1StringView Clock{"time limit"};

[[nodiscard]] Error malformed(const QString &sentence);
[[nodiscard]] Error refused(const QString &sentence);
[[nodiscard]] AuditRecord audited(TimePoint at, const QString &by, const QString &action, const QUuid &subject,
                                  const QString &detail);
/// Reasons of the escalations that rules make.
[[nodiscard]] QList<Reason> ruleReasons();
/// Stops what was to be told of \a incident for \a reasons and has not begun.
void withdraw(const Incident &incident, const QList<Reason> &reasons, QLatin1StringView because, TimePoint now,
              Batch &batch);

/// What was held back last, if nobody was told since.
[[nodiscard]] const Run *sinceTold(const Tracked &tracked);
/// The newest run of those that \a because held back since people were told; of \a by alone when that is not empty.
[[nodiscard]] const Run *sinceTold(const Tracked &tracked, HeldBackBy because, const QString &by = {});
/// Sessions of \a tracked that silences held back.
[[nodiscard]] quint64 silencedOf(const Tracked &tracked);

/// Remembers that escalations of \a incident went to \a notifier; whether that is new.
bool rememberTold(Incident &incident, const QString &notifier);

struct Engine::Private
{
    Private(policy::Policy policyInForce, State state, NewId newIdSource);

    // Intake
    /// Puts the policy in force to use.
    void adoptRules();
    SessionVerdict decide(const Observation &observation, Batch &batch);
    void noteUpdate(Tracked &tracked, const Observation &observation, Batch &batch);
    /// True when a silence holds the session back.
    bool join(Tracked &tracked, const Observation &observation, const policy::Rule &rule, Batch &batch);
    Tracked &openIncident(const Observation &observation, const policy::Rule &rule, const Opening &opening);

    /// What stands in the way of a rule that nearly took a session.
    [[nodiscard]] RuleVerdict nearMiss(quint32 index, const SessionDigest &digest, TimePoint at, LazyText &text) const;

    // One rule and one session (ruling.cpp)
    [[nodiscard]] bool isRegressed(const Passage &passage, quint32 index) const;
    [[nodiscard]] bool isUpdate(const Passage &passage, const Evaluator::Outcome &outcome) const;
    Ruling rule(Passage &passage, quint32 index, Batch &batch);
    Ruling ruleByFingerprint(Passage &passage, const policy::Rule &rule, Batch &batch);
    /// The open incident of the rule and the group that are counted under \a key.
    Tracked *openFor(quint64 key);
    void noteOpen(const Incident &incident);
    Ruling ruleByWindow(Passage &passage, quint32 index, Batch &batch);
    /// The session of \a observation joins \a tracked, or opens an incident when that is null.
    Ruling enterIncident(Tracked *tracked, const Observation &observation, const policy::Rule &rule,
                         const Opening &opening, Batch &batch);
    /// What rule(), asked now, would say; changes nothing.
    [[nodiscard]] Ruling foresee(Passage &passage, quint32 index) const;
    [[nodiscard]] Ruling foreseeByFingerprint(Passage &passage, const policy::Rule &rule) const;
    [[nodiscard]] Ruling foreseeByGroup(const Passage &passage, quint32 index, bool isReached,
                                        const QString &text) const;
    /// placeFor() without doing anything.
    [[nodiscard]] const Tracked *expectedPlace(const QString &fingerprint, TimePoint at) const;

    // Windows (counting.cpp)
    [[nodiscard]] quint64 keyOf(quint32 index, const QString &group) const;
    /// Whether \a passage is new to the window of the rule at \a index under \a key.
    [[nodiscard]] bool isNewIn(const Passage &passage, quint32 index, quint64 key) const;
    /// Counts \a passage in the window under \a key; once.
    bool countIn(const Passage &passage, quint32 index, quint64 key);
    /// Counts it as one of all for the rules that look at a share, and as seen.
    void countAmongAll(Passage &passage);
    /// \a more: sessions like it that are about to be counted, with \a elapsed.
    [[nodiscard]] Standing standingOf(quint32 index, const QString &group, TimePoint at, quint64 more = 0,
                                      quint64 moreOfAll = 0, std::optional<Duration> elapsed = {}) const;
    /// When an incident of a rule that counts sessions has recovered, if nothing more comes.
    [[nodiscard]] std::optional<TimePoint> recoversAt(const Incident &incident) const;
    [[nodiscard]] Duration recoveryTime(const policy::Rule &rule) const;
    /// The rule that opened \a incident, if it is in force and counts what it did; its place.
    [[nodiscard]] std::optional<quint32> ruleOf(const Incident &incident) const;
    /// The rule at \a index took a session of \a group.
    void noteWatched(quint32 index, const QString &group, double value);
    /// It was decided before: only counts it.
    void remember(const Observation &observation);

    // What time alone brings about (waiting.cpp)
    void hear(const Passage &passage, LazyText &text, Batch *batch);
    [[nodiscard]] quint64 keyOf(quint32 index, const QUuid &session) const;
    Ruling ruleOpen(const Passage &passage, quint32 index, Batch &batch);
    void followOpen(const Passage &passage, const Evaluator::Outcome &outcome, Batch *batch);
    void awaitStuck(const Observation &observation, quint32 index, TimePoint due);
    Ruling hang(const Observation &observation, quint32 index, Batch &batch);
    [[nodiscard]] std::optional<TimePoint> hangsAt(const Observation &observation, const policy::Rule &rule) const;
    void watchRecovery(const Incident &incident, TimePoint after);
    /// Does what was waited for until \a until. Returns whether there was anything.
    bool runWatch(TimePoint until, Batch &batch);
    void miss(Watch watch, quint64 key, Batch &batch);
    bool wasFound(const Watch &watch);
    void findStuck(const Watch &watch, Batch &batch);
    void recheck(const Watch &watch, Batch &batch);
    /// Whether \a tracked has been below its threshold for long enough, at \a at.
    bool noteBelow(Tracked &tracked, quint32 index, TimePoint at);

    // Between intake and schedule
    /// Gives \a incident the plan of \a rule as it is now.
    void beginPlan(Incident &incident, const policy::Rule &rule) const;
    /// The open incident that a session of \a fingerprint joins: its own, the one it is counted in since they were
    /// merged, or one that was closed a short time ago and is opened again. Null: a new one is to be opened.
    Tracked *placeFor(const QString &fingerprint, TimePoint at, const policy::Rule &rule, Batch &batch);
    /// \a observation has opened \a tracked or joined it; counted already. True when a silence holds it back.
    bool enter(Tracked &tracked, const Observation &observation, const policy::Rule &rule);
    /// There is something in \a tracked that people are to be told of; without a session when it is opened by what did
    /// not come.
    void expect(Tracked &tracked, TimePoint at, const policy::Rule &rule);
    /// \a observation is the worst of \a tracked, from now on.
    void raise(Tracked &tracked, const Observation &observation, Batch &batch);

    // What is not told
    /// Between two updates of \a incident. Where it is longer than usual, what is held back meanwhile is recorded.
    [[nodiscard]] Duration intervalOf(const Incident &incident) const;
    /// Adds a notification that stood for \a sessions to its run, or begins one. Not \a another: it is the same
    /// notification that grew.
    void record(Tracked &tracked, const Hold &hold, const Told &told, TimePoint at, quint64 sessions, bool another);
    /// \a silence catches a session of \a tracked.
    void holdSession(Tracked &tracked, SilenceBook::Kept &silence, TimePoint at);
    [[nodiscard]] std::optional<Hold> heldBack(const Tracked &tracked, const Told &told, TimePoint now);
    /// True when \a told is held back; then it is recorded, and due when that is over.
    bool holdBack(Tracked &tracked, const Told &told, TimePoint now);
    /// What held \a tracked back is over: what was held back is told at \a at.
    void release(Tracked &tracked, HeldBackBy because, TimePoint at);
    /// Passes the steps whose notifiers reach nobody, as far as others do.
    void skipUnfit(Tracked &tracked, Told &told, TimePoint now, Batch &batch);
    [[nodiscard]] bool reaches(const QStringList &notifiers) const;
    [[nodiscard]] bool isAtDesk(TimePoint now) const;
    /// Releases \a tracked if an inhibition held it back and does no longer.
    void releaseInhibited(Tracked &tracked, TimePoint at);
    void restoreRuns(QList<Suppression> suppressions);
    void restoreStorm(const std::optional<Storm> &known);
    void stormDue(TimePoint now, Batch &batch);
    void tellStorm(TimePoint now, Batch &batch);

    // Operations
    Result<Batch> run(const Acknowledge &command, const QString &by, TimePoint now);
    Result<Batch> run(const Reopen &command, const QString &by, TimePoint now);
    Result<Batch> run(const Close &command, const QString &by, TimePoint now);
    Result<Batch> run(const Snooze &command, const QString &by, TimePoint now);
    Result<Batch> run(const Assign &command, const QString &by, TimePoint now);
    Result<Batch> run(const Annotate &command, const QString &by, TimePoint now);
    Result<Batch> run(const NextStep &command, const QString &by, TimePoint now);
    Result<Batch> run(const Merge &command, const QString &by, TimePoint now);
    Result<Batch> run(const SetSilence &command, const QString &by, TimePoint now);
    Result<Batch> run(const EndSilence &command, const QString &by, TimePoint now);
    Result<Batch> run(const Undo &command, const QString &by, TimePoint now);
    Result<Batch> takeBack(const Deed &deed, const QString &by, TimePoint now);
    Result<Batch> takeBackSilence(const Deed &deed, const QString &by, TimePoint now);
    Result<Batch> run(const EscalateNow &command, const QUuid &request, const QString &by, TimePoint now);
    /// \a spared: notifiers that hear of it anyway.
    void acknowledge(Tracked &tracked, const QString &by, TimePoint now, Batch &batch, const QStringList &spared = {});
    /// Triggered again after an acknowledgement or a snooze, by itself or since it came again: all begins anew at \a
    /// at.
    void triggerAgain(Tracked &tracked);
    void snoozeOver(Tracked &tracked, TimePoint at, const QString &why, Batch &batch);
    /// \a at: its end; \a by: who ended it before its time, else empty.
    void endSilence(SilenceBook::Kept &kept, TimePoint at, const QString &by, TimePoint now, Batch &batch);
    void tellDigest(const SilenceBook::Kept &kept, TimePoint now, Batch &batch);
    /// \a incident, triggered again by undoing what stopped it, takes up its plan where it was.
    void goOn(Incident &incident, TimePoint now) const;
    [[nodiscard]] std::optional<Error> unknownAmong(const QList<QUuid> &incidents) const;

    // Schedule
    [[nodiscard]] Duration holdFor(Level level, const policy::Rule *rule) const;
    /// From when an incident is closed by silence; nothing while somebody is still to be told, or when it never is.
    [[nodiscard]] std::optional<TimePoint> silentAt(const Tracked &tracked) const;
    void reschedule(Tracked &tracked);
    /// Closes \a tracked if its silence was over at \a seenAt and advance() has not seen it yet: the same outcome
    /// whenever that is called.
    bool closeIfSilent(Tracked &tracked, TimePoint seenAt, Batch &batch);
    void closeBySilence(Tracked &tracked, TimePoint at, Batch &batch);
    /// What it was opened for is over.
    void closeByRecovery(Tracked &tracked, TimePoint at, const QString &detail, Batch &batch);
    /// Does what is due first of \a tracked.
    void runDue(Tracked &tracked, TimePoint now, Batch &batch);
    /// The step to come, unless something holds it back; by a person in any case.
    void tellStep(Tracked &tracked, TimePoint now, Batch &batch, const QString &by = {});
    /// What is new in it, to those who know of it.
    void tellNews(Tracked &tracked, TimePoint now, Batch &batch);
    /// People know of all that is counted in \a tracked.
    void noteToldNews(Tracked &tracked, TimePoint now);
    void acknowledgementOver(Tracked &tracked, TimePoint at, Batch &batch);
    /// Tells whom was told of the incident that it was acknowledged or closed, from \a due on; nobody of \a spared.
    void followUp(Tracked &tracked, Reason reason, const QString &by, TimePoint now, TimePoint due, Batch &batch,
                  const QStringList &spared = {});
    void addDeliveries(const Escalation &escalation, const QStringList &notifiers, TimePoint due,
                       const Incident &incident, Batch &batch) const;
    /// It was silenced, and is so no longer.
    [[nodiscard]] bool isAfterSilence(const Tracked &tracked, TimePoint now);
    [[nodiscard]] std::optional<TimePoint> nextDue() const;
    void boundHolds(TimePoint now);
    /// Ends a verb: all that was touched goes into \a batch and gets its next due time.
    void settle(Batch &batch);

    policy::Policy policy;
    NewId newId;
    quint64 position = 0;
    IncidentBook book;
    SessionIndex counted{MaxCountedSessions};
    RequestMemory requests;
    std::unique_ptr<Evaluator> evaluator; ///< Of \a policy.
    QHash<QString, quint32> ruleIndex;    ///< By id.
    std::vector<quint64> windowSeeds;     ///< Of each rule: where its windows stand.
    std::vector<quint32> stuckRules;
    bool asksForFirstSeen = false;
    Level firstSeenFrom = Level::Critical; ///< The least level that such a rule wants.
    policy::WindowTable<policy::CountWindow> countWindows{{}};
    policy::WindowTable<policy::SampleWindow> sampleWindows{{.keys = 10'000}};
    QHash<quint64, QUuid> openByKey; ///< Incidents by the key that is counted for them, closed ones too.
    OnceIndex once{MaxCountedSessions};
    FingerprintMemory fingerprintsSeen;
    WatchBook watches;
    HangingSessions hanging;
    RuleTally tally;

    struct Watched
    {
        QString rule{};         ///< Id; empty: none.
        QSet<QString> groups{}; ///< That were counted lately.
        double greatest = 0;
    };
    Watched watched;
    SilenceBook silences;
    Inhibitor inhibitor;
    StormWatch storm;
    std::deque<Deed> deeds;             ///< Oldest first; at most MaxDeeds.
    std::optional<Deed> done;           ///< By the command that is carried out.
    std::optional<TimePoint> presentAt; ///< The newest sign of life at the console.
    QSet<QString> notFit;               ///< Notifiers that are off or failing.
    bool holdsBounded = false;
    bool inhibitionsChanged = false; ///< What they muted is to be looked at again.
};

} // namespace escalite::engine
