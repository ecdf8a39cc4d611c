// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/engineroom.h"

#include "runtime/batchfold.h"
#include "runtime/logging.h"
#include "runtime/router.h"
#include "runtime/sendingagain.h"

#include <QFile>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr std::chrono::milliseconds PositionPause{1000}; // the position is committed at least this often while it moves
constexpr std::chrono::milliseconds CountPause{250};     // what only counts is committed at most this often
constexpr std::chrono::milliseconds RetryPause{1000};    // after a commit that the disk refused
constexpr std::chrono::milliseconds LongestSleep{60'000}; // the wall clock may jump; look again at least this often
/// Incidents and deliveries in one transaction, about: so that a storm takes many short ones.
constexpr qsizetype MostInOneCommit = 2000;
constexpr qint64 LastCommits = 2500;  // milliseconds after stop() in which commits are still begun
constexpr qint64 RateWindow = 10'000; // milliseconds
/// Documents read again in one turn of the event loop.
constexpr qsizetype ReconsideredAtOnce = 200;

} // namespace

EngineRoom::EngineRoom(Premises premises, SettledPtr settled, QByteArray configurationText, House &house,
                       SetPolicy setPolicy)
    : m_premises(std::move(premises))
    , m_settled(std::move(settled))
    , m_configurationText(std::move(configurationText))
    , m_house(house)
    , m_setPolicy(std::move(setPolicy))
    , m_feed([this](const Changes &changes) { Q_EMIT changed(changes); }, this)
{
    for (QTimer *timer : {&m_advanceTimer, &m_positionTimer, &m_countTimer, &m_retryTimer, &m_beatTimer, &m_retireTimer,
                          &m_refusalTimer, &m_drillTimer, &m_fallbackTimer, &m_intakeTimer})
        timer->setParent(this);
    for (QTimer *timer : {&m_advanceTimer, &m_positionTimer, &m_countTimer, &m_retryTimer, &m_refusalTimer,
                          &m_drillTimer, &m_intakeTimer})
        timer->setSingleShot(true);
    m_intakeTimer.setTimerType(Qt::PreciseTimer);
    m_intakeTimer.callOnTimeout(this, [this] { m_intake->advance(); });
    m_advanceTimer.callOnTimeout(this, &EngineRoom::advance);
    m_positionTimer.callOnTimeout(this,
                                  [this] { take({.position = m_position}, [](const std::optional<Error> &) {}); });
    m_countTimer.callOnTimeout(this, &EngineRoom::commitNext);
    m_retryTimer.callOnTimeout(this, &EngineRoom::commitNext);
    m_beatTimer.callOnTimeout(this, &EngineRoom::beat);
    m_retireTimer.callOnTimeout(this, &EngineRoom::retire);
    m_refusalTimer.callOnTimeout(this, &EngineRoom::tellRefusal);
    m_drillTimer.callOnTimeout(this, &EngineRoom::drill);
    m_fallbackTimer.callOnTimeout(this, &EngineRoom::lookForFallbacks);
    m_steady.start();
}

EngineRoom::~EngineRoom() = default;

void EngineRoom::open()
{
    auto state = openHouse();
    if (!state) {
        Q_EMIT opened(state.error().message);
        return;
    }
    replay(std::move(state).value());
    startDispatcher();
    lookForFallbacks();
    scheduleDrills();
    openDoor();
    m_beatTimer.start(std::chrono::seconds(1));
    m_retireTimer.start(std::chrono::minutes(1));
    m_fallbackTimer.start(std::chrono::minutes(1));
    beat();
    Q_EMIT opened({});
}

void EngineRoom::marked(const SessionIntake::Marks &marks)
{
    m_feed.add(SessionRows{.rows = m_house.journal->mark(marks)});
    const bool isBusy = !m_toReconsider.isEmpty();
    const QList<policy::Rule> &rules = m_settled->policy.rules;
    if (std::none_of(rules.begin(), rules.end(), [](const policy::Rule &rule) { return rule.condition != nullptr; }))
        return;
    for (const auto &[session, mark] : marks) {
        if (mark)
            m_toReconsider.append(session);
    }
    if (!isBusy && !m_toReconsider.isEmpty())
        QMetaObject::invokeMethod(this, &EngineRoom::reconsiderNext, Qt::QueuedConnection);
}

/// Judges some of those that became stuck or abandoned once more: a rule may say is:stuck.
void EngineRoom::reconsiderNext()
{
    if (m_stopping || !m_engine)
        return;
    const qsizetype count = std::min<qsizetype>(m_toReconsider.size(), ReconsideredAtOnce);
    const TimePoint now = wallClock();
    std::vector<engine::Observation> observations;
    for (const QUuid &session : m_toReconsider.first(count)) {
        const SessionFlags marks = m_intake->marksOf(session);
        const auto stored = m_house.journal->read(session);
        if (!marks || !stored)
            continue;
        auto digest = m_decoder.digest(stored->document, stored->source);
        if (auto *known = std::get_if<SessionDigest>(&digest)) {
            known->flags |= marks;
            observations.push_back({stored->position, now, std::move(*known), stored->document});
        }
    }
    m_toReconsider.remove(0, count);
    take(m_engine->reconsider(observations));
    scheduleAdvance();
    if (!m_toReconsider.isEmpty())
        QMetaObject::invokeMethod(this, &EngineRoom::reconsiderNext, Qt::QueuedConnection);
}

void EngineRoom::scheduleIntake()
{
    const auto deadline = m_intake ? m_intake->nextDeadline() : std::nullopt;
    if (!deadline || m_stopping) {
        m_intakeTimer.stop();
        return;
    }
    // Rounded up, so that it has passed by then.
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*deadline - wallClock());
    m_intakeTimer.start(std::clamp(wait, std::chrono::milliseconds(0), LongestSleep));
}

void EngineRoom::journaled(journal::Committed committed)
{
    m_intake->settle(committed.tickets, committed.failed);
    m_journalTrouble = committed.error;
    if (committed.failed) {
        qCCritical(lcRuntime).noquote() << committed.error;
        return;
    }
    std::vector<engine::Observation> observations;
    observations.reserve(static_cast<std::size_t>(committed.arrivals.size()));
    SessionIntake::Marks marks;
    for (qsizetype i = 0; i < committed.arrivals.size(); ++i) {
        journal::Arrival &arrival = committed.arrivals[i];
        // The frames of a session know nothing of its marks.
        const SessionFlags mark = arrival.digest.isEnded() ? SessionFlags() : m_intake->marksOf(arrival.digest.id);
        if (mark) {
            marks.emplaceBack(arrival.digest.id, mark);
            arrival.digest.flags |= mark;
            committed.rows.rows[i].flags = static_cast<quint16>(committed.rows.rows[i].flags | mark.toInt());
        }
        observations.push_back({committed.rows.rows[i].position, arrival.receivedAt, std::move(arrival.digest),
                                std::move(arrival.document)});
    }
    if (!marks.isEmpty())
        m_house.journal->mark(marks);
    m_feed.add(std::move(committed.rows));
    if (observations.empty())
        return;
    const TimePoint now = wallClock();
    Batch batch = m_engine->accept(observations, now);
    // What is due at once (a hold of 0) is committed with what made it due.
    const auto deadline = m_engine->nextDeadline();
    if (deadline && *deadline <= now && !m_committing && !m_isUrgent && !m_stopping) {
        BatchFold fold;
        fold.add(std::move(batch));
        fold.add(m_engine->advance(now));
        batch = fold.take();
    }
    take(std::move(batch));
    scheduleAdvance();
}

void EngineRoom::take(Batch batch, Done done)
{
    m_position = std::max(m_position, batch.position);
    if (!batch.verdicts.isEmpty()) {
        QList<std::pair<quint64, Verdict>> bytes;
        bytes.reserve(batch.verdicts.size());
        for (const SessionVerdict &verdict : std::as_const(batch.verdicts))
            bytes.emplaceBack(verdict.position, verdict.verdict);
        m_house.journal->setVerdicts(bytes);
        // The store keeps only what has more to say than the byte in the column.
        batch.verdicts.removeIf(
            [](const SessionVerdict &verdict) { return !verdict.incident && verdict.rules.isEmpty(); });
    }
    const bool isQuiet = batch.isQuiet() && !done;
    if (isQuiet) {
        m_counted.add(std::move(batch));
        if (!m_positionTimer.isActive() && m_position > m_committedPosition && !m_stopping)
            m_positionTimer.start(PositionPause);
        return;
    }
    if (!m_counted.isEmpty()) {
        // Before it in time, and up to its position: one commit.
        BatchFold fold;
        fold.add(m_counted.take());
        fold.add(std::move(batch));
        batch = fold.take();
    }
    batch.position = m_position;
    m_isUrgent = m_isUrgent || done || !batch.onlyCounts();
    m_decided.push_back({std::move(batch), std::move(done)});
    commitNext();
}

std::optional<std::chrono::milliseconds> EngineRoom::gatheringTime() const
{
    if (m_isUrgent || m_stopping || !m_sinceCommit.isValid() || m_sinceCommit.hasExpired(CountPause.count()))
        return std::nullopt;
    return CountPause - std::chrono::milliseconds(m_sinceCommit.elapsed());
}

void EngineRoom::commitNext()
{
    if (m_committing || m_decided.empty() || m_retryTimer.isActive())
        return;
    // What is not committed is decided again from the journal after the next start.
    if (m_commitsOver || (m_stopping && m_stopClock.elapsed() > LastCommits))
        return;
    if (const auto pause = gatheringTime()) {
        if (!m_countTimer.isActive())
            m_countTimer.start(std::max(*pause, std::chrono::milliseconds(1)));
        return;
    }
    m_committing = true;
    m_sinceCommit.start();
    m_countTimer.stop();
    m_positionTimer.stop();
    BatchFold fold;
    std::deque<Done> dones;
    while (!m_decided.empty() && fold.size() < MostInOneCommit) {
        Decided decided = std::move(m_decided.front());
        m_decided.pop_front();
        fold.add(std::move(decided.batch));
        if (decided.done)
            dones.push_back(std::move(decided.done));
    }
    m_isUrgent = !m_decided.empty();
    struct Outcome
    {
        Batch batch;
        Result<store::Committed> really;
    };
    m_house.writer->post(
        [batch = fold.take(), settled = m_settled, &composer = *m_house.writing](store::Storage &storage) mutable {
            renderBatch(batch, composer, *settled, storage);
            redactBatch(batch, *settled);
            auto really = storage.commit(batch);
            return Outcome{std::move(batch), std::move(really)};
        },
        this,
        [this, dones = std::move(dones)](Outcome outcome) mutable {
            m_committing = false;
            if (outcome.really) {
                m_storeTrouble.clear();
                committed(outcome.batch, *outcome.really, std::move(dones));
            } else {
                if (m_storeTrouble != outcome.really.error().message)
                    qCCritical(lcRuntime).noquote() << outcome.really.error().message;
                m_storeTrouble = outcome.really.error().message;
                m_isUrgent = true;
                // Nothing is lost: what was decided waits, and is decided again from the journal after a restart.
                m_decided.push_front(
                    {std::move(outcome.batch), [dones = std::move(dones)](const std::optional<Error> &error) {
                         for (const Done &done : dones)
                             done(error);
                     }});
                if (m_stopping)
                    m_commitsOver = true;
                else
                    m_retryTimer.start(RetryPause);
            }
            if (m_advanceWaits && !m_stopping && !m_retryTimer.isActive())
                advanceNow();
            commitNext();
            if (m_stopping)
                finishStop();
        });
}

void EngineRoom::committed(const Batch &batch, const store::Committed &really, std::deque<Done> dones)
{
    m_committedPosition = std::max(m_committedPosition, batch.position);
    m_feed.add(really.incidents);
    m_feed.add(really.deliveries);
    m_feed.add(really.withdrawn);
    m_feed.add(batch.verdicts);
    m_feed.add(batch.silences);
    m_feed.add(batch.suppressions);
    m_feed.add(batch.notes);
    for (const Done &done : dones)
        done(std::nullopt);
    if (m_dispatcher && !(really.deliveries.isEmpty() && really.withdrawn.isEmpty()))
        m_dispatcher->wake();
    if (m_position > m_committedPosition && !m_positionTimer.isActive() && !m_stopping)
        m_positionTimer.start(PositionPause);
}

void EngineRoom::command(const engine::Command &command, const std::function<void(std::optional<Error>)> &done)
{
    if (!m_engine) {
        done(Error{ErrorCode::Unavailable, u"The console has not opened its store yet."_s});
        return;
    }
    const TimePoint now = wallClock();
    auto answer = m_engine->accept(command, now);
    if (!answer) {
        done(answer.error());
        return;
    }
    Batch batch = std::move(answer).value();
    batch.requests.append({.request = command.request, .at = now});
    take(std::move(batch), done);
    scheduleAdvance();
}

void EngineRoom::notePresence(TimePoint at)
{
    if (m_engine)
        m_engine->notePresence(at);
}

Explanation EngineRoom::explain(const engine::Observation &observation) const
{
    return m_engine ? m_engine->explain(observation) : Explanation{};
}

void EngineRoom::scheduleAdvance()
{
    const std::optional<TimePoint> deadline = m_engine->nextDeadline();
    if (!deadline || m_stopping) {
        m_advanceTimer.stop();
        return;
    }
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*deadline - wallClock());
    m_advanceTimer.start(std::clamp(wait, std::chrono::milliseconds(0), LongestSleep));
}

void EngineRoom::advance()
{
    if (m_committing || m_isUrgent)
        m_advanceWaits = true;
    else
        advanceNow();
}

void EngineRoom::advanceNow()
{
    m_advanceWaits = false;
    take(m_engine->advance(wallClock()));
    scheduleAdvance();
}

void EngineRoom::beat()
{
    const qint64 now = m_steady.elapsed();
    m_rate.emplace_back(now, m_intake->created());
    while (m_rate.size() > 2 && now - m_rate.front().first > RateWindow)
        m_rate.pop_front();
    const auto [since, before] = m_rate.front();
    const double seconds = static_cast<double>(std::max<qint64>(1, now - since)) / 1000;
    QString trouble;
    for (const QString *candidate : {&m_journalTrouble, &m_storeTrouble, &m_queueTrouble}) {
        if (trouble.isEmpty())
            trouble = *candidate;
    }
    // What was found at the start is said until the end: nobody may have looked yet.
    if (trouble.isEmpty())
        trouble = m_found.join(u' ');
    Q_EMIT pulse({.sessionsPerSecond = static_cast<double>(m_intake->created() - before) / seconds,
                  .sessions = m_house.journal->sessions(),
                  .journalBytes = m_house.journal->bytesOnDisk(),
                  .trouble = trouble});
}

void EngineRoom::retire()
{
    m_forgotten = std::max(m_forgotten, m_house.journal->retire(wallClock(), m_committedPosition));
    forget();
}

void EngineRoom::forget()
{
    m_house.writer->post(
        [position = m_forgotten + 1](store::Storage &storage) { return storage.forget(position, wallClock()); }, this,
        [this](const Result<bool> &more) {
            if (!more)
                qCWarning(lcRuntime).noquote() << more.error().message;
            else if (*more && !m_stopping)
                forget();
        });
}

void EngineRoom::stop()
{
    if (m_stopped)
        Q_EMIT stopped();
    if (m_stopping)
        return;
    m_stopping = true;
    m_stopClock.start();
    stopTimers();
    if (!m_premises.endpointFile.isEmpty())
        QFile::remove(m_premises.endpointFile);
    if (!m_engine) {
        m_stopped = true;
        Q_EMIT stopped();
        return;
    }
    // Both are let go of in finishStop(): not from within their own words.
    const auto finishLater = [this] {
        QMetaObject::invokeMethod(this, &EngineRoom::finishStop, Qt::QueuedConnection);
    };
    connect(m_server.get(), &http::Server::finished, this, [this, finishLater] {
        m_doorDone = true;
        finishLater();
    });
    m_server->shutDown();
    m_dispatcher->stop([this, finishLater] {
        m_dispatcherDone = true;
        finishLater();
    });
    take({.position = m_position}, [](const std::optional<Error> &) {});
    finishStop();
}

void EngineRoom::finishStop()
{
    if (!m_doorDone || !m_dispatcherDone || m_committing || m_stopped)
        return;
    letGo();
    Q_EMIT stopped();
}

void EngineRoom::letGo()
{
    m_stopping = m_stopped = true;
    stopTimers();
    m_feed.stop();
    m_server.reset();
    m_router.reset();
    m_backend.reset();
    m_dispatcher.reset();
}

void EngineRoom::stopTimers()
{
    for (QTimer *timer : {&m_advanceTimer, &m_positionTimer, &m_countTimer, &m_retryTimer, &m_beatTimer, &m_retireTimer,
                          &m_refusalTimer, &m_drillTimer, &m_fallbackTimer, &m_intakeTimer})
        timer->stop();
}

} // namespace escalite::runtime
