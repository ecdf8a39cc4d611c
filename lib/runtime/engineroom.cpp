// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/engineroom.h"

#include "runtime/files.h"
#include "runtime/logging.h"
#include "runtime/router.h"
#include "runtime/sendingagain.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr int ReplaySlice = 1000;
constexpr int RecentIncidents = 1000;                    // looked through for those closed within a day
constexpr std::chrono::milliseconds PositionPause{1000}; // the position is committed at least this often while it moves
constexpr std::chrono::milliseconds CountPause{250};     // what only counts is committed at most this often
constexpr std::chrono::milliseconds RetryPause{1000};    // after a commit that the disk refused
constexpr std::chrono::milliseconds LongestSleep{60'000}; // the wall clock may jump; look again at least this often
/// Incidents and deliveries in one transaction, about: so that a storm takes many short ones.
constexpr qsizetype MostInOneCommit = 2000;
constexpr qint64 LastCommits = 2500;                   // milliseconds after stop() in which commits are still begun
constexpr qint64 RateWindow = 10'000;                  // milliseconds
constexpr std::chrono::milliseconds RefusalPause{200}; // between two refusals that the window hears of
/// Documents read again in one turn of the event loop.
constexpr qsizetype ReconsideredAtOnce = 200;
constexpr int ShownDeliveries = 1000; // newest ones, known to the screen from the start
/// A delivery that failed so long before the start is still told by its fallback.
constexpr std::chrono::hours FallbackMemory{24};

template<typename T>
const Error *errorOf(const Result<T> &result)
{
    return result ? nullptr : &result.error();
}

/// Folds batches in their order into one: of an incident the last word counts.
class Fold
{
public:
    void add(Batch batch)
    {
        m_batch.position = std::max(m_batch.position, batch.position);
        for (Incident &incident : batch.incidents) {
            const auto place = m_places.constFind(incident.id);
            if (place != m_places.cend()) {
                m_batch.incidents[*place] = std::move(incident);
            } else {
                m_places.insert(incident.id, m_batch.incidents.size());
                m_batch.incidents.append(std::move(incident));
            }
        }
        m_batch.escalations += batch.escalations;
        for (Withdrawal &withdrawal : batch.withdrawals) {
            withdrawal.after += m_batch.deliveries.size();
            m_batch.withdrawals.append(std::move(withdrawal));
        }
        m_batch.deliveries += batch.deliveries;
        m_batch.verdicts += batch.verdicts;
        m_batch.audit += batch.audit;
    }

    [[nodiscard]] Batch take() { return std::move(m_batch); }
    [[nodiscard]] qsizetype size() const { return m_batch.incidents.size() + m_batch.deliveries.size(); }

private:
    Batch m_batch;
    QHash<QUuid, qsizetype> m_places;
};

/// Everything that is not final, however old.
Result<QList<Delivery>> allWaiting(store::Storage &storage)
{
    const auto names = storage.notifiersWithWaiting();
    if (!names)
        return names.error();
    QList<Delivery> all;
    for (const QString &name : *names) {
        const auto waiting = storage.waiting(name);
        if (!waiting)
            return waiting;
        all += *waiting;
    }
    return all;
}

} // namespace

EngineRoom::EngineRoom(Premises premises, SettledPtr settled, QByteArray configurationText, House &house)
    : m_premises(std::move(premises))
    , m_settled(std::move(settled))
    , m_configurationText(std::move(configurationText))
    , m_house(house)
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

Result<engine::State> EngineRoom::openHouse()
{
    const QString file = m_premises.dataDirectory + "/state.sqlite"_L1;
    auto state = openStore(file);
    bool begunAnew = false;
    if (!state && state.error().code == ErrorCode::Malformed) {
        m_house.writer.reset();
        m_house.reader.reset();
        const auto aside = store::setAside(file);
        if (!aside)
            return aside.error();
        m_found.append(u"The store of incidents and messages was damaged. It is kept as %1, and a new one has been "
                       u"begun: what had been told is not known "
                       "here any more, and messages that waited will not be sent."_s.arg(*aside));
        state = openStore(file);
        begunAnew = true;
    }
    if (!state)
        return state;

    auto journal = journal::Journal::open(
        {.directory = m_premises.dataDirectory + "/journal"_L1,
         .segmentBytes = m_settled->segmentBytes,
         .keepFor = m_settled->keepFor,
         .keepBytes = m_settled->keepBytes,
         .positionsAbove = state->position},
        journal::realFileSystem(), [this](journal::Committed committed) {
            QMetaObject::invokeMethod(
                this, [this, committed = std::move(committed)]() mutable { journaled(std::move(committed)); },
                Qt::QueuedConnection);
        });
    if (!journal)
        return journal.error();
    m_house.journal = std::move(journal).value();
    m_house.writing = std::make_unique<Composer>(*m_house.journal);
    m_house.reading = std::make_unique<Composer>(*m_house.journal);
    m_found += m_house.journal->opened().damaged;
    for (const QString &damage : std::as_const(m_found))
        qCCritical(lcRuntime).noquote() << damage;
    m_intake = std::make_unique<SessionIntake>(
        *m_house.journal, liveOptions(),
        SessionIntake::World{.now = wallClock,
                             .marked = [this](const SessionIntake::Marks &marks) { this->marked(marks); },
                             .rescheduled =
                                 [this] {
                                     scheduleIntake();
                                 }});
    engine::State known = std::move(state).value();
    if (begunAnew) // Nobody is told a second time of all that the journal keeps.
        known.position = m_house.journal->opened().lastPosition;
    return known;
}

Result<engine::State> EngineRoom::openStore(const QString &file)
{
    auto writer = store::StorageThread::open(file);
    if (!writer)
        return writer.error();
    m_house.writer = std::move(writer).value();
    auto reader = store::StorageThread::open(file, true);
    if (!reader)
        return reader.error();
    m_house.reader = std::move(reader).value();
    return storedState();
}

Result<engine::State> EngineRoom::storedState()
{
    struct Known
    {
        QList<Delivery> shown;
        QMap<QString, TimePoint> successes;
        QMap<QString, TimePoint> drills;
    };
    Result<engine::State> result = engine::State{};
    Known known;
    m_house.writer->post([&result, &known](store::Storage &storage) {
        const TimePoint yesterday = wallClock() - std::chrono::hours(24);
        const auto position = storage.position();
        const auto open = storage.openIncidents();
        const auto recent = storage.incidents({.limit = RecentIncidents});
        const auto requests = storage.recentRequests(yesterday);
        const auto verdicts = storage.recentVerdicts(engine::MaxCountedSessions);
        const auto deliveries = storage.deliveries({.limit = ShownDeliveries});
        const auto waiting = allWaiting(storage);
        const auto successes = storage.lastSuccesses();
        const auto drills = storage.lastDrills();
        for (const Error *error :
             {errorOf(position), errorOf(open), errorOf(recent), errorOf(requests), errorOf(verdicts),
              errorOf(deliveries), errorOf(waiting), errorOf(successes), errorOf(drills)}) {
            if (error != nullptr) {
                result = *error;
                return;
            }
        }
        engine::State state{.position = *position, .incidents = *open, .requests = *requests, .sessions = {}};
        for (const Incident &incident : *recent) {
            if (!incident.isOpen() && incident.closedAt && *incident.closedAt >= yesterday)
                state.incidents.append(incident);
        }
        for (const SessionVerdict &verdict : *verdicts) {
            if (verdict.incident)
                state.sessions.prepend({verdict.session, *verdict.incident});
        }
        known.shown = *waiting + *deliveries;
        known.successes = *successes;
        known.drills = *drills;
        result = std::move(state);
    });
    m_house.writer->flush();
    m_feed.add(known.shown); // Before anything changes them, so that the last word on each is the newest.
    Q_EMIT successesKnown(known.successes);
    for (auto drill = known.drills.cbegin(); drill != known.drills.cend(); ++drill)
        m_drills.drilled(drill.key(), *drill);
    return result;
}

void EngineRoom::replay(engine::State state)
{
    // Sessions that have ended cannot be counted again, unless late events may still come.
    state.sessions.removeIf([this](const engine::CountedSession &counted) {
        const std::optional<SessionRow> row = m_house.journal->find(counted.session);
        return !row || (row->has(SessionFlag::Ended) && !row->has(SessionFlag::Live));
    });
    m_position = m_committedPosition = state.position;
    watchFallbacks(wallClock() - FallbackMemory);
    m_engine =
        std::make_unique<engine::Engine>(m_settled->policy, std::move(state), [] { return QUuid::createUuid(); });
    m_feed.add(m_engine->openIncidents());

    const quint64 last = m_house.journal->opened().lastPosition;
    while (m_position < last) {
        const QList<journal::Stored> slice = m_house.journal->readFrom(m_position + 1, ReplaySlice);
        if (slice.isEmpty())
            break;
        for (const journal::Stored &stored : slice) {
            const auto digest = m_decoder.digest(stored.document, stored.source);
            if (const auto *known = std::get_if<SessionDigest>(&digest)) {
                const engine::Observation observation{stored.position, stored.receivedAt, *known, stored.document};
                take(m_engine->accept({&observation, 1}, stored.receivedAt));
            }
            m_position = std::max(m_position, stored.position);
        }
    }
    m_intake->takeUp();
    settle(m_settled, m_configurationText, u"start"_s);
    advance();
}

void EngineRoom::openDoor()
{
    m_backend = std::make_unique<ApiBackend>(
        m_house,
        ApiBackend::World{.settled = [this] { return m_settled; },
                          .explain = [this](const engine::Observation &observation) { return explain(observation); },
                          .command = [this](const engine::Command &asked, const Done &done) { command(asked, done); },
                          .changeDeliveries =
                              [this](auto change, auto done) { changeDeliveries(std::move(change), std::move(done)); },
                          .sendAgain = [this](auto again, const QString &by,
                                              auto done) { sendAgain(std::move(again), by, std::move(done)); },
                          .test = [this](const Draft &draft, const QString &by, auto done) { test(draft, by, done); },
                          .hold =
                              [this](bool hold) {
                                  setOnHold(hold);
                              }});
    m_router = std::make_unique<Router>(*m_intake, gatewayOptions(), *m_backend, m_premises.operatorToken);
    m_server = std::make_unique<http::Server>(*m_router, http::ServerOptions{});
    connect(m_server.get(), &http::Server::refused, this, [this](int status, const QString &reason) {
        m_refusal = Refused{.at = wallClock(), .status = status, .reason = reason};
        if (!m_refusalTimer.isActive())
            tellRefusal();
    });
    EndpointStatus endpoint;
    const auto listening = m_server->listen(m_premises.listen);
    if (!listening) {
        endpoint.problem = listening.error().message;
        qCCritical(lcRuntime).noquote() << endpoint.problem;
        Q_EMIT endpointChanged(endpoint);
        return;
    }
    endpoint.listening = true;
    endpoint.addresses = listening->addresses;
    endpoint.problem = listening->note;
    endpoint.url = u"http://%1/v1/sessions"_s.arg(listening->addresses.constFirst());
    if (!m_premises.socket.isEmpty()) {
        if (const auto local = m_server->listenLocal(m_premises.socket); local)
            endpoint.socket = m_premises.socket;
        else
            qCWarning(lcRuntime).noquote() << local.error().message;
    }
    const QJsonObject file{{u"version"_s, QStringLiteral(ESCALITE_VERSION)},
                           {u"pid"_s, QCoreApplication::applicationPid()},
                           {u"addresses"_s, QJsonArray::fromStringList(endpoint.addresses)},
                           {u"socket"_s, endpoint.socket},
                           {u"ingest_token_file"_s, m_premises.ingestTokenFile},
                           {u"operator_token_file"_s, m_premises.operatorTokenFile}};
    if (const auto written = writeFile(m_premises.endpointFile, QJsonDocument(file).toJson()); !written)
        qCWarning(lcRuntime).noquote() << written.error().message;
    qCInfo(lcRuntime).noquote() << "Listening on" << endpoint.addresses.join(" and "_L1);
    Q_EMIT endpointChanged(endpoint);
}

void EngineRoom::tellRefusal()
{
    if (!m_refusal)
        return;
    Q_EMIT refused(*std::exchange(m_refusal, {}));
    m_refusalTimer.start(RefusalPause);
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

ingest::LiveOptions EngineRoom::liveOptions() const
{
    const policy::Settings &settings = m_settled->policy.settings;
    return {.stuckAfter = settings.stuckAfter, .abandonedAfter = settings.abandonedAfter};
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
        Fold fold;
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
        // The store keeps only what an incident is about; the byte in the column says the rest.
        batch.verdicts.removeIf([](const SessionVerdict &verdict) { return !verdict.incident; });
    }
    if (batch.isQuiet() && !done) {
        if (!m_positionTimer.isActive() && m_position > m_committedPosition && !m_stopping)
            m_positionTimer.start(PositionPause);
        return;
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
    Fold fold;
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
    auto batch = m_engine->accept(command, wallClock());
    if (!batch) {
        done(batch.error());
        return;
    }
    take(std::move(batch).value(), done);
    scheduleAdvance();
}

void EngineRoom::settle(SettledPtr settled, const QByteArray &text, const QString &by)
{
    ++m_settlings;
    m_settled = std::move(settled);
    m_configurationText = text;
    if (!m_engine)
        return;
    // What was decided under the old configuration is committed with its position before the new one is.
    take({.position = m_position}, [](const std::optional<Error> &) {});
    m_house.writer->post([text = withoutSecrets(text, *m_settled), by, position = m_position](store::Storage &storage) {
        if (const auto added = storage.addConfiguration(text, position, wallClock(), by); !added)
            qCWarning(lcRuntime).noquote() << added.error().message;
    });
    watchFallbacks(wallClock());
    m_engine->setPolicy(m_settled->policy);
    m_intake->setTimes(m_settled->policy.settings.stuckAfter, m_settled->policy.settings.abandonedAfter);
    m_house.journal->setLimits(m_settled->keepFor, m_settled->keepBytes);
    if (m_dispatcher) {
        m_dispatcher->setRules(dispatchRules());
        m_dispatcher->setNotifiers(m_settled->notifiers);
    }
    m_drills.setNotifiers(m_settled->notifiers);
    scheduleDrills();
    if (m_router)
        m_router->gateway().setOptions(gatewayOptions());
    scheduleAdvance();
}

void EngineRoom::settleRenamed(const SettledPtr &settled, const QByteArray &text, const QString &by,
                               const QString &from, const QString &to)
{
    if (!m_engine) {
        settle(settled, text, by);
        return;
    }
    Batch batch = m_engine->renameNotifier(from, to);
    batch.position = m_position;
    const int turn = ++m_settlings;
    take(std::move(batch), [this, settled, text, by, from, to, turn](const std::optional<Error> &) {
        m_house.writer->post([from, to](store::Storage &storage) { return storage.renameNotifier(from, to); }, this,
                             [this, settled, text, by, turn](const Result<bool> &renamed) {
                                 if (!renamed)
                                     qCWarning(lcRuntime).noquote() << renamed.error().message;
                                 if (turn == m_settlings) // A newer configuration holds this one.
                                     settle(settled, text, by);
                             });
    });
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
    m_house.journal->retire(wallClock(), m_committedPosition);
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

ingest::GatewayOptions EngineRoom::gatewayOptions() const
{
    return {.token = m_premises.ingestToken, .withoutToken = m_settled->policy.settings.ingestWithoutToken};
}

} // namespace escalite::runtime
