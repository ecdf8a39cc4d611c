// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// THE SHELL: owns the threads and everything that works on them, and is the Console that the window and the programs
// talk to. Lives on the main thread; nothing here blocks it but start() and the destructor.

#pragma once

#include "runtime/configurationfile.h"
#include "runtime/console.h"
#include "runtime/deliveryexport.h"
#include "runtime/engineroom.h"
#include "runtime/files.h"
#include "runtime/notifierboard.h"
#include "runtime/secretfolder.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QThread>
#include <QThreadPool>
#include <QTimer>

#include <atomic>

namespace escalite::runtime {

/// What the command line says; empty = the default.
struct Start
{
    QString configFile{};
    QString dataDirectory{};
    QString listen{};
    QString tokenFile{};
    QString operatorTokenFile{};
    QString runtimeDirectory{}; ///< Of endpoint.json and the Unix socket.
};

/// A notifier that gets another name; empty = none.
struct Renamed
{
    QString from{};
    QString to{};
};

class Runtime final : public Console
{
    Q_OBJECT
public:
    explicit Runtime(delivery::NotifierCatalogue catalogue, QObject *parent = nullptr);
    ~Runtime() override;

    /// Takes the data directory, makes or reads the tokens, reads the configuration, then opens the house on its own
    /// thread (opened() follows). Fails with what is wrong and what to do; a configuration with errors is no failure:
    /// what is right in it is in force.
    Result<bool> start(const Start &start);
    /// Reads the configuration file again; with errors the one in force stays.
    void reload();
    /// Ends everything within 5 s; stopped() follows.
    void stop();

    [[nodiscard]] const Secret &operatorToken() const { return m_premises.operatorToken; }
    [[nodiscard]] const Premises &premises() const { return m_premises; }

    [[nodiscard]] Status status() const override { return m_status; }
    [[nodiscard]] Configuration configuration() const override;
    [[nodiscard]] QList<NotifierStatus> notifiers() const override;
    [[nodiscard]] QList<Incident> openIncidents() const override;
    [[nodiscard]] QString ingestToken() const override { return m_premises.ingestToken.reveal(); }

    void loadSessions(QObject *context, std::function<void(SessionRows)> done) override;
    void loadSession(const QUuid &id, QObject *context, std::function<void(Result<SessionDetail>)> done) override;
    void searchDocuments(filter::ExpressionPtr expression, QList<quint64> positions, QObject *context,
                         std::function<void(QList<quint64>)> done) override;
    void loadDeliveries(QObject *context, std::function<void(Result<QList<Delivery>>)> done) override;
    void loadDelivery(const QUuid &id, QObject *context, std::function<void(Result<DeliveryDetail>)> done) override;
    void loadIncidents(QObject *context, std::function<void(Result<QList<Incident>>)> done) override;
    void draftEscalation(const QList<QUuid> &sessions, std::optional<QUuid> incident, QObject *context,
                         std::function<void(Result<Draft>)> done) override;
    void preview(const Draft &draft, const QString &message, Include include, const QStringList &notifiers,
                 QObject *context, std::function<void(QList<engine::Prepared>)> done) override;
    void post(const engine::Command &command, QObject *context,
              std::function<void(std::optional<Error>)> done) override;
    void undoEscalation(const QUuid &request) override;
    void sendNow(const QUuid &request) override;
    void tryNow(const QUuid &delivery) override;
    void giveUp(const QUuid &delivery) override;
    void setSendingOnHold(bool hold) override;
    void releaseNotifier(const QString &name) override;
    void sendTest(const QString &notifier, QObject *context, std::function<void(Result<QUuid>)> done) override;
    void replay(const QUuid &delivery, const QString &notifier, QObject *context,
                std::function<void(Result<QUuid>)> done) override;
    void sendAnotherWay(const QUuid &delivery, const QString &notifier, QObject *context,
                        std::function<void(Result<QUuid>)> done) override;
    void draftAgain(const QUuid &delivery, QObject *context, std::function<void(Result<Draft>)> done) override;
    void exportDeliveries(const QString &file, TimePoint since, QObject *context,
                          std::function<void(Result<int>)> done) override;
    [[nodiscard]] QList<const delivery::NotifierType *> notifierTypes() const override { return m_catalogue.types(); }
    void loadNotifier(const QString &name, QObject *context, std::function<void(Result<NotifierSetup>)> done) override;
    [[nodiscard]] Problems checkNotifier(const NotifierSetup &setup, const QString &name) const override;
    void saveNotifier(const NotifierSetup &setup, const QString &name, QObject *context,
                      std::function<void(Problems)> done) override;
    void removeNotifier(const QString &name, QObject *context, std::function<void(std::optional<Error>)> done) override;
    void previewNotifier(const NotifierSetup &setup, std::optional<QUuid> session, QObject *context,
                         std::function<void(Result<Rendered>)> done) override;
    void setPolicy(const policy::Policy &policy, QObject *context, std::function<void(Problems)> done) override;
    void lint(const policy::Policy &policy, QObject *context,
              std::function<void(QList<policy::Finding>)> done) override;
    void loadRuleHistory(QObject *context, std::function<void(Result<QList<RuleHistory>>)> done) override;
    void whatIf(const WhatIf &question, QObject *context, std::function<void(double)> progress,
                std::function<void(Result<WhatIfAnswer>)> done) override;
    void cancelWhatIf() override;
    void loadIncident(const QUuid &id, QObject *context, std::function<void(Result<IncidentDetail>)> done) override;
    [[nodiscard]] QList<Silence> silences() const override;
    void loadSilences(QObject *context, std::function<void(Result<QList<Silence>>)> done) override;
    void previewSilence(const QString &matcher, QObject *context,
                        std::function<void(Result<SilencePreview>)> done) override;
    void loadSuppressions(QObject *context, std::function<void(Result<QList<Suppression>>)> done) override;
    void loadNotes(const QUuid &subject, QObject *context, std::function<void(Result<QList<Note>>)> done) override;
    void notePresence() override;
    void importNotifiers(const QString &file, QObject *context, std::function<void(Problems)> done) override;

Q_SIGNALS:
    void opened(const QString &problem); ///< Empty when all is well.
    void stopped();

private:
    /// Runs \a work on the engine thread.
    template<typename Work>
    void onEngine(Work work)
    {
        QMetaObject::invokeMethod(m_room.get(), std::move(work), Qt::QueuedConnection);
    }
    void connectRoom();
    void take(const Changes &changes);
    void take(const Pulse &pulse);
    void publishStatus();
    void publishNotifiers();
    /// What a change makes of the configuration's text; on the files' thread. New secrets go where it is told.
    using Edit = std::function<Result<QByteArray>(const QByteArray &text, SecretFolder &secrets, Problems &problems)>;
    /// Has \a edit change the configuration file's text, then checks, writes and puts it in force.
    void changeConfiguration(Edit edit, const QString &by, QObject *context, std::function<void(Problems)> done,
                             const Renamed &renamed = {});
    [[nodiscard]] QString secretFolder() const;
    /// Writes the address that a notifier's service moved to into the configuration, and says so.
    void followMove(const QString &notifier, const QString &address);
    void putInForce(const ConfigurationText &read, const QString &by, const Renamed &renamed);
    /// See EngineRoom::sendAgain().
    void sendAgain(Again again, QObject *context, std::function<void(Result<QUuid>)> done);
    /// Reads a page of deliveries from \a since on into \a file, then the next.
    void exportPage(std::shared_ptr<DeliveryExport> file, TimePoint since, const QPointer<QObject> &context,
                    const std::function<void(Result<int>)> &done);
    /// See EngineRoom::changeDeliveries().
    void changeDeliveries(std::function<QList<QUuid>(store::Storage &)> change);
    /// Answers \a done with the error, if \a context is still there.
    template<typename T>
    static std::function<void(const Error &)> telling(QObject *context, std::function<void(Result<T>)> done)
    {
        return [receiver = QPointer<QObject>(context), done = std::move(done)](const Error &error) {
            if (receiver)
                done(error);
        };
    }
    /// Likewise with nothing.
    template<typename T>
    static std::function<void(const Error &)> tellingNothing(QObject *context, std::function<void(T)> done)
    {
        return [receiver = QPointer<QObject>(context), done = std::move(done)](const Error &) {
            if (receiver)
                done({});
        };
    }
    /// As setPolicy(), for \a by, who asked at the door; answers on the engine thread once it is in force.
    void setPolicyFromDoor(const policy::Policy &policy, const QString &by, const std::function<void(Problems)> &done);
    /// Has the reading thread \a work, once the house is open.
    template<typename T, typename Work>
    void look(Work work, QObject *context, std::function<void(Result<T>)> done);
    /// Runs \a work now, or once the house is open; \a otherwise when it cannot be opened.
    void whenOpen(std::function<void()> work, std::function<void(const Error &)> otherwise);

    delivery::NotifierCatalogue m_catalogue; ///< Whole from start() on.
    delivery::PluginOptions m_plugins;       ///< As loaded at start.
    Premises m_premises;
    QString m_configurationFile;
    SettledPtr m_settled;
    Problems m_problems;
    std::unique_ptr<DirectoryLock> m_lock;
    House m_house;
    std::unique_ptr<EngineRoom> m_room;
    QThread m_thread;
    QThreadPool m_files;  ///< One thread: reading and writing configurations, in order.
    QThreadPool m_search; ///< One thread: looking into documents.
    std::shared_ptr<std::atomic<quint64>> m_searches =
        std::make_shared<std::atomic<quint64>>(0); ///< A newer search ends the older one.
    QThreadPool m_rehearsals;                      ///< One thread: what-if.
    std::shared_ptr<std::atomic<quint64>> m_whatIfs =
        std::make_shared<std::atomic<quint64>>(0); ///< Likewise; cancelling is a newer one.
    Status m_status;
    NotifierBoard m_board;
    QTimer m_ageTimer;
    QHash<QUuid, Incident> m_open;
    QHash<QUuid, Silence> m_silences; ///< Not over.
    QElapsedTimer m_sincePresence;    ///< Was told to the engine.
    Changes m_early;                  ///< News of sessions that came while the list was being read.
    bool m_listed = false;            ///< Somebody shows sessions.
    int m_loading = 0;                ///< Lists being read.
    struct Waiting
    {
        std::function<void()> work;
        std::function<void(const Error &)> otherwise;
    };
    bool m_isOpen = false;
    std::optional<Error> m_shut; ///< Why the house cannot be opened.
    QList<Waiting> m_whenOpen;
};

} // namespace escalite::runtime
