// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The engine thread: the door, the hall and the way out, joined. What arrives is journaled, answered, decided,
// committed and only then shown and sent. Everything here runs on that one thread; nothing here blocks but opening.

#pragma once

#include "delivery/dispatcher.h"
#include "engine/engine.h"
#include "http/server.h"
#include "ingest/gateway.h"
#include "runtime/apibackend.h"
#include "runtime/batchfold.h"
#include "runtime/changefeed.h"
#include "runtime/console.h"
#include "runtime/drillschedule.h"
#include "runtime/house.h"
#include "runtime/notifierhealth.h"
#include "runtime/sendingagain.h"
#include "runtime/sessionintake.h"

#include <QElapsedTimer>
#include <QTimer>

#include <deque>

namespace escalite::runtime {

class Router;

/// Where everything lies, decided before the engine thread starts.
struct Premises
{
    QString dataDirectory;
    QString listen;
    QString socket;       ///< Path of the Unix socket; empty = none.
    QString endpointFile; ///< endpoint.json
    QString ingestTokenFile;
    QString operatorTokenFile;
    Secret ingestToken;
    Secret operatorToken;
};

/// What the engine thread knows of itself, once a second.
struct Pulse
{
    double sessionsPerSecond = 0;
    quint64 sessions = 0;
    qint64 journalBytes = 0;
    QString trouble;
};

class EngineRoom final : public QObject
{
    Q_OBJECT
public:
    /// Changes the configuration for somebody at the door; may be called on the engine thread, answers there.
    using SetPolicy = std::function<void(const policy::Policy &, const QString &by, std::function<void(Problems)>)>;
    EngineRoom(Premises premises, SettledPtr settled, QByteArray configurationText, House &house, SetPolicy setPolicy);
    ~EngineRoom() override;

    /// Opens journal and store, replays what was not decided, then opens the door. Answers by opened().
    void open();
    void command(const engine::Command &command, const std::function<void(std::optional<Error>)> &done);
    /// Puts a configuration in force.
    void settle(SettledPtr settled, const QByteArray &text, const QString &by);
    /// As settle(), where the notifier \a from is called \a to now: open incidents and what waits follow first.
    void settleRenamed(const SettledPtr &settled, const QByteArray &text, const QString &by, const QString &from,
                       const QString &to);
    /// Has \a change work on the store once everything decided before is in it: an undo never overtakes what it undoes.
    /// The deliveries it names are told to the dispatcher and the screen.
    /// Then \a done, if there is any.
    void changeDeliveries(std::function<QList<QUuid>(store::Storage &)> change, std::function<void()> done = {});
    /// Adds what \a again makes, for \a by, and sends it. Answers its id.
    void sendAgain(Again again, const QString &by, std::function<void(Result<QUuid>)> done);
    /// Sends \a draft, made by testDraft() or drillDraft(). Answers the delivery's id.
    void test(const Draft &draft, const QString &by, const std::function<void(Result<QUuid>)> &done);
    void setOnHold(bool hold);
    void releaseNotifier(const QString &name);
    /// Closes the door, lets attempts end, commits what was decided. Answers by stopped().
    void stop();
    /// Lets go of everything that lives on this thread, whatever is still under way there. After stopped(), or instead
    /// of it.
    void letGo();

    /// Somebody was at the console at \a at.
    void notePresence(TimePoint at);

    [[nodiscard]] Explanation explain(const engine::Observation &observation) const;

Q_SIGNALS:
    /// \a problem is empty when the house is open; otherwise nothing works and the program should say so.
    void opened(const QString &problem);
    void stopped();
    void endpointChanged(const escalite::runtime::EndpointStatus &endpoint);
    void changed(const escalite::runtime::Changes &changes);
    void pulse(const escalite::runtime::Pulse &pulse);
    void refused(const escalite::runtime::Refused &refused);
    void attemptFinished(const QString &notifier, const escalite::Attempt &attempt);
    void notifierHeld(const QString &notifier, const QString &reason);
    void notifierReleased(const QString &notifier);
    /// What the store says at the start: when each notifier last took something.
    void successesKnown(const QMap<QString, escalite::TimePoint> &successes);
    void onHoldChanged(bool hold);
    /// The service of \a notifier moves to \a address, and what is told goes there already.
    void notifierMoved(const QString &notifier, const QString &address);
    void drillsPlanned(const QMap<QString, escalite::TimePoint> &next);

private:
    using Done = std::function<void(std::optional<Error>)>;
    struct FallbackWatch
    {
        QString fallback;
        TimePoint since{}; ///< What failed before is not told any more.
    };
    struct Decided
    {
        Batch batch;
        Done done; ///< May be empty.
    };

    Result<engine::State> openHouse();
    /// What the store knows; opening may wait for it.
    Result<engine::State> openStore(const QString &file);
    Result<engine::State> storedState();
    void tellRefusal();
    void replay(engine::State state);
    /// Shows the engine what it acted on before the start, as far back as its rules look.
    void recall();
    /// Steps that are not left to notifiers that do not work.
    void tellHealth();
    /// Stores the configuration in force, and audits who put it there and what it changed against \a before.
    void rememberConfiguration(const Settled &before, const QString &by);
    void startDispatcher();
    /// Fallbacks that were not in force before count from \a since on.
    void watchFallbacks(TimePoint since);
    void lookForFallbacks();
    /// Follow-ups of their incidents go to the notifiers of \a added too.
    void noteTold(const QList<Delivery> &added);
    void joinWhatWaits(const QString &notifier);
    void scheduleDrills();
    void drill();
    void openDoor();
    /// Marks of open sessions have changed: the screen shows them, and rules may ask for them.
    void marked(const SessionIntake::Marks &marks);
    void reconsiderNext();
    void scheduleIntake();
    [[nodiscard]] ingest::LiveOptions liveOptions() const;
    void journaled(journal::Committed committed);
    void take(Batch batch, Done done = {});
    void commitNext();
    /// How long what only counts is left to gather before it is committed; nothing when it is to be committed now.
    [[nodiscard]] std::optional<std::chrono::milliseconds> gatheringTime() const;
    void committed(const Batch &batch, const store::Committed &really, std::deque<Done> dones);
    void scheduleAdvance();
    void advance();
    void advanceNow();
    void beat();
    void retire();
    /// Has the store let go of what is about sessions that the journal does not hold any more.
    void forget();
    void finishStop();
    void stopTimers();
    [[nodiscard]] delivery::DispatchRules dispatchRules() const;
    [[nodiscard]] ingest::GatewayOptions gatewayOptions() const;

    Premises m_premises;
    SettledPtr m_settled;
    QByteArray m_configurationText;
    QByteArray m_rememberedConfiguration; ///< The newest one in the store, or on its way there.
    House &m_house;
    SetPolicy m_setPolicy;
    ingest::SessionDecoder m_decoder;
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<SessionIntake> m_intake;
    std::unique_ptr<ApiBackend> m_backend;
    std::unique_ptr<Router> m_router;
    std::unique_ptr<http::Server> m_server;
    std::unique_ptr<delivery::Dispatcher> m_dispatcher;
    ChangeFeed m_feed;

    std::deque<Decided> m_decided; ///< Waiting for the commit under way.
    BatchFold m_counted;           ///< What nobody waits for: goes along with the next commit.
    bool m_committing = false;
    bool m_isUrgent = false;     ///< Somebody waits for something in m_decided.
    QElapsedTimer m_sinceCommit; ///< Began.
    bool m_stopping = false;
    bool m_stopped = false;
    bool m_dispatcherDone = false;
    bool m_doorDone = false;
    quint64 m_position = 0;          ///< Decided up to here.
    quint64 m_committedPosition = 0; ///< In the store up to here.
    quint64 m_forgotten = 0;         ///< The journal's sessions up to here were deleted.
    QString m_storeTrouble;
    QString m_journalTrouble;
    QString m_queueTrouble;
    QStringList m_found;         ///< What was damaged at the start, in sentences.
    bool m_advanceWaits = false; ///< For a commit: the engine does not run ahead of the store.
    bool m_commitsOver = false;  ///< Stopping, and no further commit is begun.
    QElapsedTimer m_stopClock;
    QTimer m_advanceTimer;
    QTimer m_positionTimer;
    QTimer m_countTimer;
    QTimer m_retryTimer;
    QTimer m_beatTimer;
    QTimer m_retireTimer;
    QTimer m_refusalTimer;
    QTimer m_drillTimer;
    QTimer m_fallbackTimer;
    QTimer m_intakeTimer;
    QList<QUuid> m_toReconsider; ///< Sessions that became stuck or abandoned.
    DrillSchedule m_drills{wallClock()};
    NotifierHealth m_health;
    QHash<QString, TimePoint> m_heldSince;
    QHash<QString, FallbackWatch> m_fallbacks; ///< By the notifier that has one.
    bool m_fallingBack = false;                ///< The store looks for what fallbacks are to tell.
    bool m_fallBackAgain = false;              ///< And is to look once more.
    int m_settlings = 0;                       ///< Configurations settled; the newest wins.
    std::optional<Refused> m_refusal; ///< The newest, not told yet: they may come faster than a window can draw.
    QElapsedTimer m_steady;
    std::deque<std::pair<qint64, quint64>> m_rate; ///< Milliseconds and sessions made by then, over the last 10 s.
};

} // namespace escalite::runtime
