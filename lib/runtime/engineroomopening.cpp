// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The beginning of the engine room: what the store knows, what the journal holds beyond it, and the door.

#include "runtime/engineroom.h"
#include "runtime/files.h"
#include "runtime/logging.h"
#include "runtime/router.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr int ReplaySlice = 1000;
/// The newest of more sessions fill the windows of rules at a start.
constexpr int MostRecalled = 1'000'000;
constexpr int RecentIncidents = 1000;                  // looked through for those closed within a day
constexpr std::chrono::milliseconds RefusalPause{200}; // between two refusals that the window hears of
constexpr int ShownDeliveries = 1000;                  // newest ones, known to the screen from the start
/// A delivery that failed so long before the start is still told by its fallback.
constexpr std::chrono::hours FallbackMemory{24};

template<typename T>
const Error *errorOf(const Result<T> &result)
{
    return result ? nullptr : &result.error();
}

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
        QByteArray configuration;
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
        const auto merged = storage.mergedIncidents();
        const auto silences = storage.currentSilences();
        const auto suppressions = storage.openSuppressions(yesterday);
        const auto storm = storage.newestStorm();
        const auto fingerprints = storage.fingerprints();
        const auto configuration = storage.newestConfiguration();
        const auto deliveries = storage.deliveries({.limit = ShownDeliveries});
        const auto waiting = allWaiting(storage);
        const auto successes = storage.lastSuccesses();
        const auto drills = storage.lastDrills();
        for (const Error *error :
             {errorOf(position), errorOf(open), errorOf(recent), errorOf(requests), errorOf(verdicts), errorOf(merged),
              errorOf(silences), errorOf(suppressions), errorOf(storm), errorOf(fingerprints), errorOf(configuration),
              errorOf(deliveries), errorOf(waiting), errorOf(successes), errorOf(drills)}) {
            if (error != nullptr) {
                result = *error;
                return;
            }
        }
        engine::State state{.position = *position,
                            .incidents = *open,
                            .requests = *requests,
                            .silences = *silences,
                            .suppressions = *suppressions,
                            .storm = *storm,
                            .fingerprints = *fingerprints,
                            .sessions = {}};
        QSet<QUuid> closedOnes;
        for (const QList<Incident> &closed : {*recent, *merged}) {
            for (const Incident &incident : closed) {
                const bool isRecent = incident.closedAt && *incident.closedAt >= yesterday;
                if (incident.isOpen() || !(isRecent || incident.mergedInto) || closedOnes.contains(incident.id))
                    continue;
                closedOnes.insert(incident.id);
                state.incidents.append(incident);
            }
        }
        for (const SessionVerdict &verdict : *verdicts) {
            if (verdict.incident)
                state.sessions.prepend({verdict.session, *verdict.incident});
        }
        known.shown = *waiting + *deliveries;
        known.successes = *successes;
        known.drills = *drills;
        known.configuration = *configuration;
        result = std::move(state);
    });
    m_house.writer->flush();
    m_rememberedConfiguration = known.configuration;
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
    const policy::Settings &settings = m_settled->policy.settings;
    for (Incident &incident : state.incidents) {
        if (incident.closeAfter == store::AsTheSettingsSay)
            incident.closeAfter = settings.closeAfter;
        if (incident.atMostEvery == store::AsTheSettingsSay)
            incident.atMostEvery = settings.group;
    }
    m_position = m_committedPosition = state.position;
    if (const QList<journal::Stored> oldest = m_house.journal->readFrom(1, 1); !oldest.isEmpty())
        m_forgotten = oldest.constFirst().position - 1;
    watchFallbacks(wallClock() - FallbackMemory);
    m_engine =
        std::make_unique<engine::Engine>(m_settled->policy, std::move(state), [] { return QUuid::createUuid(); });
    m_feed.add(m_engine->openIncidents());
    m_feed.add(m_engine->silences());
    recall();

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

void EngineRoom::recall()
{
    const Duration window = m_engine->longestWindow();
    if (window <= Duration::zero() || m_position == 0)
        return;
    // The rows tell where to begin without reading a document.
    const TimePoint last = [this] {
        const QList<SessionRow> newest = m_house.journal->newest(1, m_position + 1);
        return newest.isEmpty() ? TimePoint() : newest.constFirst().received();
    }();
    quint64 from = m_position + 1;
    for (int rows = 0; from > 1 && rows < MostRecalled; rows += ReplaySlice) {
        const QList<SessionRow> older = m_house.journal->newest(ReplaySlice, from);
        const auto tooOld = std::find_if(older.begin(), older.end(),
                                         [&](const SessionRow &row) { return row.received() < last - window; });
        if (tooOld != older.begin())
            from = std::prev(tooOld)->position;
        if (tooOld != older.end() || older.size() < ReplaySlice)
            break;
    }
    while (from <= m_position) {
        const QList<journal::Stored> slice = m_house.journal->readFrom(from, ReplaySlice);
        std::vector<engine::Observation> observations;
        for (const journal::Stored &stored : slice) {
            from = stored.position + 1;
            auto digest = m_decoder.digest(stored.document, stored.source);
            if (auto *known = std::get_if<SessionDigest>(&digest); known != nullptr && stored.position <= m_position)
                observations.push_back({stored.position, stored.receivedAt, std::move(*known), stored.document});
        }
        m_engine->recall(observations);
        if (slice.isEmpty())
            break;
    }
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
                          .hold = [this](bool hold) { setOnHold(hold); },
                          .setPolicy = m_setPolicy});
    m_router = std::make_unique<Router>(*m_intake, gatewayOptions(), *m_backend, *m_backend, m_premises.operatorToken);
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

} // namespace escalite::runtime
