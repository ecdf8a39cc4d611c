// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/runtime.h"

#include "runtime/logging.h"
#include "runtime/tokens.h"

#include <QDir>
#include <QFileInfo>
#include <QSemaphore>

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr int StopWithin = 5000; // milliseconds

} // namespace

Runtime::Runtime(delivery::NotifierCatalogue catalogue, QObject *parent)
    : Console(parent)
    , m_catalogue(std::move(catalogue))
    , m_settled(std::make_shared<const Settled>())
{
    m_thread.setObjectName(u"engine"_s);
    // What was proven grows old though nothing happens.
    m_ageTimer.callOnTimeout(this, &Runtime::publishNotifiers);
    m_ageTimer.start(std::chrono::minutes(1));
    m_files.setMaxThreadCount(1);
    m_search.setMaxThreadCount(1);
    m_rehearsals.setMaxThreadCount(1);
}

Runtime::~Runtime()
{
    ++*m_searches;
    m_search.waitForDone();
    ++*m_whatIfs;
    m_rehearsals.waitForDone();
    m_files.waitForDone();
    if (!m_room)
        return;
    QSemaphore ended;
    connect(
        m_room.get(), &EngineRoom::stopped, m_room.get(), [&ended] { ended.release(); }, Qt::DirectConnection);
    onEngine([room = m_room.get()] { room->stop(); });
    ended.tryAcquire(1, StopWithin);
    QMetaObject::invokeMethod(
        m_room.get(), [room = m_room.get()] { room->letGo(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
    // Nothing else runs now. The storages' last work may read the journal, and the journal speaks to the room until it
    // is closed.
    m_house.reader.reset();
    m_house.writer.reset();
    m_house.journal.reset();
}

Result<bool> Runtime::start(const Start &start)
{
    const Places places = Places::fromEnvironment();
    m_configurationFile = start.configFile.isEmpty() ? places.configuration + "/escalite.json"_L1
                                                     : QFileInfo(start.configFile).absoluteFilePath();
    m_premises.dataDirectory =
        start.dataDirectory.isEmpty() ? places.data : QFileInfo(start.dataDirectory).absoluteFilePath();
    auto lock = DirectoryLock::take(m_premises.dataDirectory);
    if (!lock)
        return lock.error();
    m_lock = std::move(lock).value();

    QByteArray text;
    if (QFileInfo::exists(m_configurationFile)) {
        auto read = readFile(m_configurationFile);
        if (!read)
            return read.error();
        text = std::move(read).value();
    } else if (!start.configFile.isEmpty()) {
        return Error{ErrorCode::Unavailable, u"There is no configuration file %1."_s.arg(m_configurationFile)};
    }
    ConfigurationText read = readWithPlugins(text, m_catalogue);
    m_plugins = read.settled.plugins;
    read.problems += exposure(read, m_configurationFile);
    for (const Problem &problem : std::as_const(read.problems))
        qCWarning(lcRuntime).noquote() << toText(problem, m_configurationFile);
    m_problems = read.problems;
    m_settled = std::make_shared<const Settled>(std::move(read.settled));

    const QString tokens = places.configuration;
    m_premises.ingestTokenFile =
        start.tokenFile.isEmpty() ? tokens + "/ingest-token"_L1 : QFileInfo(start.tokenFile).absoluteFilePath();
    m_premises.operatorTokenFile = start.operatorTokenFile.isEmpty()
                                       ? tokens + "/operator-token"_L1
                                       : QFileInfo(start.operatorTokenFile).absoluteFilePath();
    auto ingest = loadOrMakeToken(m_premises.ingestTokenFile, "esc_");
    if (!ingest)
        return ingest.error();
    auto control = loadOrMakeToken(m_premises.operatorTokenFile, "eso_");
    if (!control)
        return control.error();
    m_premises.ingestToken = std::move(ingest).value();
    m_premises.operatorToken = std::move(control).value();

    const QString run = !start.runtimeDirectory.isEmpty() ? start.runtimeDirectory
                        : !places.runtime.isEmpty()       ? places.runtime
                                                          : m_premises.dataDirectory + "/run"_L1;
    if (const auto made = makePrivateDirectory(run); !made)
        return made;
    m_premises.endpointFile = run + "/endpoint.json"_L1;
    m_premises.socket = run + "/ingest.sock"_L1;
    m_premises.listen = start.listen.isEmpty() ? m_settled->listen : start.listen;

    m_status.journalLimit = m_settled->keepBytes;
    m_status.keptDays = static_cast<int>(m_settled->keepFor.count() / 24);
    m_board.setNotifiers(m_settled->notifiers);
    publishNotifiers();
    m_room = std::make_unique<EngineRoom>(
        m_premises, m_settled, text, m_house,
        [this](const policy::Policy &policy, const QString &by, const std::function<void(Problems)> &done) {
            QMetaObject::invokeMethod(
                this, [this, policy, by, done] { setPolicyFromDoor(policy, by, done); }, Qt::QueuedConnection);
        });
    connectRoom();
    m_room->moveToThread(&m_thread);
    m_thread.start();
    onEngine([room = m_room.get()] { room->open(); });
    return true;
}

void Runtime::connectRoom()
{
    EngineRoom *room = m_room.get();
    connect(room, &EngineRoom::opened, this, [this](const QString &problem) {
        m_isOpen = problem.isEmpty();
        m_status.trouble = problem;
        publishNotifiers();
        if (!m_isOpen)
            m_shut = Error{ErrorCode::Unavailable, problem};
        for (const Waiting &waiting : std::exchange(m_whenOpen, {})) {
            if (m_isOpen)
                waiting.work();
            else
                waiting.otherwise(*m_shut);
        }
        publishStatus();
        Q_EMIT opened(problem);
    });
    connect(room, &EngineRoom::stopped, this, &Runtime::stopped);
    connect(room, &EngineRoom::endpointChanged, this, [this](const EndpointStatus &endpoint) {
        m_status.endpoint = endpoint;
        publishStatus();
    });
    connect(room, &EngineRoom::changed, this, qOverload<const Changes &>(&Runtime::take));
    connect(room, &EngineRoom::pulse, this, qOverload<const Pulse &>(&Runtime::take));
    connect(room, &EngineRoom::refused, this, [this](const Refused &refused) {
        m_status.refused = refused;
        publishStatus();
    });
    connect(room, &EngineRoom::attemptFinished, this, [this](const QString &notifier, const Attempt &attempt) {
        m_board.note(notifier, attempt);
        publishNotifiers();
    });
    connect(room, &EngineRoom::notifierHeld, this, [this](const QString &notifier, const QString &reason) {
        m_board.setHeld(notifier, reason);
        publishNotifiers();
    });
    connect(room, &EngineRoom::notifierReleased, this, [this](const QString &notifier) {
        m_board.setHeld(notifier, {});
        publishNotifiers();
    });
    connect(room, &EngineRoom::successesKnown, this, [this](const QMap<QString, TimePoint> &successes) {
        m_board.note(successes);
        publishNotifiers();
    });
    connect(room, &EngineRoom::notifierMoved, this, &Runtime::followMove);
    connect(room, &EngineRoom::onHoldChanged, this, [this](bool hold) {
        m_status.sendingOnHold = hold;
        publishStatus();
    });
    connect(room, &EngineRoom::drillsPlanned, this, [this](const QMap<QString, TimePoint> &next) {
        m_board.setDrills(next);
        publishNotifiers();
    });
}

void Runtime::take(const Changes &changes)
{
    if (m_loading > 0) {
        m_early.sessions.firstName =
            m_early.sessions.names.isEmpty() ? changes.sessions.firstName : m_early.sessions.firstName;
        m_early.sessions.rows += changes.sessions.rows;
        m_early.sessions.names += changes.sessions.names;
        m_early.joined += changes.joined;
    } else if (m_listed) {
        if (!changes.sessions.rows.isEmpty() || !changes.sessions.names.isEmpty())
            Q_EMIT sessionsChanged(changes.sessions);
        if (!changes.joined.isEmpty())
            Q_EMIT sessionsJoined(changes.joined);
    }
    if (!changes.incidents.isEmpty()) {
        for (const Incident &incident : changes.incidents) {
            if (incident.isOpen())
                m_open.insert(incident.id, incident);
            else
                m_open.remove(incident.id);
        }
        Q_EMIT incidentsChanged(changes.incidents);
    }
    if (!changes.silences.isEmpty()) {
        for (const Silence &silence : changes.silences) {
            if (silence.endedAt)
                m_silences.remove(silence.id);
            else
                m_silences.insert(silence.id, silence);
        }
        Q_EMIT silencesChanged(silences());
    }
    if (!changes.suppressions.isEmpty())
        Q_EMIT suppressed(changes.suppressions);
    if (!changes.notes.isEmpty())
        Q_EMIT noted(changes.notes);
    if (!changes.deliveries.isEmpty()) {
        m_board.note(changes.deliveries);
        Q_EMIT deliveriesChanged(changes.deliveries);
        publishNotifiers();
        publishStatus();
    }
}

void Runtime::take(const Pulse &pulse)
{
    const bool same = m_status.sessionsPerSecond == pulse.sessionsPerSecond && m_status.sessions == pulse.sessions
                      && m_status.journalBytes == pulse.journalBytes && m_status.trouble == pulse.trouble;
    if (same)
        return;
    m_status.sessionsPerSecond = pulse.sessionsPerSecond;
    m_status.sessions = pulse.sessions;
    m_status.journalBytes = pulse.journalBytes;
    m_status.trouble = pulse.trouble;
    publishStatus();
}

void Runtime::publishStatus()
{
    m_status.queue = m_board.waiting();
    Q_EMIT statusChanged(m_status);
}

void Runtime::publishNotifiers()
{
    const QList<NotifierStatus> statuses = notifiers();
    m_house.statuses.set(statuses);
    Q_EMIT notifiersChanged(statuses);
}

Configuration Runtime::configuration() const
{
    return {.file = m_configurationFile,
            .policy = m_settled->policy,
            .notifiers = m_settled->notifierNames(),
            .problems = m_problems};
}

QList<NotifierStatus> Runtime::notifiers() const
{
    return m_board.statuses(wallClock());
}

QList<Incident> Runtime::openIncidents() const
{
    QList<Incident> incidents = m_open.values();
    std::sort(incidents.begin(), incidents.end(),
              [](const Incident &left, const Incident &right) { return left.openedAt < right.openedAt; });
    return incidents;
}

void Runtime::stop()
{
    onEngine([room = m_room.get()] { room->stop(); });
}

} // namespace escalite::runtime
