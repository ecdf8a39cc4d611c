// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A console without a runtime: fixed demonstration data for the window's tests and pictures, and a record of what the
// window asked.

#pragma once

#include "runtime/console.h"

#include <map>

namespace escalite::test {

/// The moment of the pictures: Saturday 22 November 2025, 03:12:44 in Berlin.
[[nodiscard]] TimePoint demoNow();
/// Fixes the clock, the zone and the locale for pictures that repeat. Call before the first widget.
void fixSurroundings();

/// What addLive() tells of; change one and put() it again.
struct LiveSessions
{
    Session abandoned, stuck, gap, forced, open;
};
/// Adds a call of \a service to a live session, \a from after its start; still running without \a took.
void callOf(Session &session, const QString &service, Duration from, std::optional<Duration> took,
            Level level = Level::Info);

class FakeConsole final : public runtime::Console
{
public:
    enum class Content { Demo, Empty };
    explicit FakeConsole(Content content = Content::Demo, QObject *parent = nullptr);

    // What the window sees; change it and emit the signal to change the picture.
    runtime::Status theStatus;
    runtime::Configuration theConfiguration;
    QList<runtime::NotifierStatus> theNotifiers;
    QList<Incident> theIncidents;
    QList<Escalation> theEscalations;
    QList<Delivery> theDeliveries;
    std::map<QUuid, QList<Attempt>> theAttempts; ///< By delivery.
    int messages = 1;                            ///< Into how many the preview splits what is no mail.
    QString withoutPreview;                      ///< Name of a notifier that cannot render.
    std::optional<Error> answerToSending;        ///< What replay() and sendAnotherWay() answer instead of a delivery.
    std::optional<Error> answerToExport;
    SessionRows theSessions;
    std::map<QUuid, Session> theLive; ///< Those that were put().
    QList<SessionVerdict> theVerdicts;
    Problems answerToPolicy; ///< What setPolicy() finds wrong.
    Problems answerToImport; ///< What importNotifiers() finds wrong.
    std::optional<Error> answerToPost;
    bool rehearsalWaits = false; ///< whatIf() tells of half its progress and does not answer.
    QMap<QString, runtime::NotifierSetup> theSetups; ///< By name; those of the demonstration have one.
    Problems answerToSave;                           ///< What saveNotifier() finds wrong beside what is.
    std::optional<Error> answerToRemove;
    std::optional<Error> answerToTest;
    QList<Suppression> theSuppressions;
    QList<Note> theNotes;
    QList<AuditRecord> theAudit;
    QList<Silence> theSilences; ///< Ended ones, too.
    std::optional<Error> answerToIncidents, answerToSilences;

    // What the window asked, in order.
    QList<engine::Command> posted;
    QList<policy::Policy> policiesSet;
    QList<runtime::WhatIf> rehearsed;
    int rehearsalsCancelled = 0;
    QStringList imported;
    QStringList tested;
    QStringList released;
    QList<std::pair<QUuid, QString>> replayed, sentAnotherWay; ///< Delivery and notifier.
    QStringList exported;                                      ///< Files.
    TimePoint exportedSince{};
    QList<QUuid> draftedAgain;
    QList<std::pair<QString, runtime::NotifierSetup>> saved; ///< The name it had, empty for a new one.
    QStringList removed;
    QList<runtime::NotifierSetup> previewed;
    QList<QUuid> undone, sentNow, triedNow, givenUp;
    QList<bool> holds;
    int searches = 0;
    QList<QUuid> incidentsLoaded;
    QStringList silencesPreviewed; ///< Matchers.
    int presences = 0;

    /// Adds \a count new sessions one after the other, \a step apart, and announces them. Levels repeat in a fixed
    /// pattern.
    void arrive(int count, Duration step = std::chrono::milliseconds(50));
    /// The same without announcing.
    [[nodiscard]] SessionRows make(int count, Duration step = std::chrono::milliseconds(50));
    /// Tells \a session, its newest part received at \a receivedAt: a new row, or the same one changed.
    void put(const Session &session, TimePoint receivedAt);
    /// Tells of sessions without an end, and what belongs to them.
    LiveSessions addLive();
    /// The session of the pictures: POST /checkout, 504, eight calls, an error trace.
    [[nodiscard]] QUuid checkout() const { return m_checkout; }

    [[nodiscard]] runtime::Status status() const override { return theStatus; }
    [[nodiscard]] runtime::Configuration configuration() const override { return theConfiguration; }
    [[nodiscard]] QList<runtime::NotifierStatus> notifiers() const override { return theNotifiers; }
    [[nodiscard]] QList<Incident> openIncidents() const override;
    [[nodiscard]] QString ingestToken() const override;
    void loadSessions(QObject *context, std::function<void(SessionRows)> done) override;
    void loadSession(const QUuid &id, QObject *context,
                     std::function<void(Result<runtime::SessionDetail>)> done) override;
    void searchDocuments(filter::ExpressionPtr expression, QList<quint64> positions, QObject *context,
                         std::function<void(QList<quint64>)> done) override;
    void loadDeliveries(QObject *context, std::function<void(Result<QList<Delivery>>)> done) override;
    void loadDelivery(const QUuid &id, QObject *context,
                      std::function<void(Result<runtime::DeliveryDetail>)> done) override;
    void loadIncidents(QObject *context, std::function<void(Result<QList<Incident>>)> done) override;
    void draftEscalation(const QList<QUuid> &sessions, std::optional<QUuid> incident, QObject *context,
                         std::function<void(Result<runtime::Draft>)> done) override;
    void preview(const runtime::Draft &draft, const QString &message, runtime::Include include,
                 const QStringList &notifiers, QObject *context,
                 std::function<void(QList<engine::Prepared>)> done) override;
    void post(const engine::Command &command, QObject *context,
              std::function<void(std::optional<Error>)> done) override;
    void undoEscalation(const QUuid &request) override { undone.append(request); }
    void sendNow(const QUuid &request) override { sentNow.append(request); }
    void tryNow(const QUuid &delivery) override { triedNow.append(delivery); }
    void giveUp(const QUuid &delivery) override { givenUp.append(delivery); }
    void setSendingOnHold(bool hold) override;
    void releaseNotifier(const QString &name) override { released.append(name); }
    void sendTest(const QString &notifier, QObject *context, std::function<void(Result<QUuid>)> done) override;
    void replay(const QUuid &delivery, const QString &notifier, QObject *context,
                std::function<void(Result<QUuid>)> done) override;
    void sendAnotherWay(const QUuid &delivery, const QString &notifier, QObject *context,
                        std::function<void(Result<QUuid>)> done) override;
    void draftAgain(const QUuid &delivery, QObject *context, std::function<void(Result<runtime::Draft>)> done) override;
    void exportDeliveries(const QString &file, TimePoint since, QObject *context,
                          std::function<void(Result<int>)> done) override;
    [[nodiscard]] QList<const delivery::NotifierType *> notifierTypes() const override;
    void loadNotifier(const QString &name, QObject *context,
                      std::function<void(Result<runtime::NotifierSetup>)> done) override;
    [[nodiscard]] Problems checkNotifier(const runtime::NotifierSetup &setup, const QString &name) const override;
    void saveNotifier(const runtime::NotifierSetup &setup, const QString &name, QObject *context,
                      std::function<void(Problems)> done) override;
    void removeNotifier(const QString &name, QObject *context, std::function<void(std::optional<Error>)> done) override;
    void previewNotifier(const runtime::NotifierSetup &setup, std::optional<QUuid> session, QObject *context,
                         std::function<void(Result<Rendered>)> done) override;
    void setPolicy(const policy::Policy &policy, QObject *context, std::function<void(Problems)> done) override;
    void lint(const policy::Policy &policy, QObject *context,
              std::function<void(QList<policy::Finding>)> done) override;
    void loadRuleHistory(QObject *context, std::function<void(Result<QList<runtime::RuleHistory>>)> done) override;
    void whatIf(const runtime::WhatIf &question, QObject *context, std::function<void(double)> progress,
                std::function<void(Result<runtime::WhatIfAnswer>)> done) override;
    void cancelWhatIf() override;
    void loadIncident(const QUuid &id, QObject *context,
                      std::function<void(Result<runtime::IncidentDetail>)> done) override;
    [[nodiscard]] QList<Silence> silences() const override;
    void loadSilences(QObject *context, std::function<void(Result<QList<Silence>>)> done) override;
    void previewSilence(const QString &matcher, QObject *context,
                        std::function<void(Result<runtime::SilencePreview>)> done) override;
    void loadSuppressions(QObject *context, std::function<void(Result<QList<Suppression>>)> done) override;
    void loadNotes(const QUuid &subject, QObject *context, std::function<void(Result<QList<Note>>)> done) override;
    void notePresence() override;
    void importNotifiers(const QString &file, QObject *context, std::function<void(Problems)> done) override;

private:
    Result<QUuid> sendFrom(const QUuid &delivery, const QString &notifier, Relation relation);
    NameId name(const QString &text, SessionRows &into);
    void addDemo();
    void addRules();
    void addSetups();
    void addIncidents();
    QList<Incident> obey(const engine::Command &command);
    [[nodiscard]] Session sessionOf(const SessionRow &row) const;
    [[nodiscard]] Session checkoutSession() const;

    QHash<QString, NameId> m_names;
    QList<QString> m_texts;
    quint64 m_position = 0;
    TimePoint m_at;
    QUuid m_checkout;
    QHash<QUuid, Incident> m_before; ///< As they were before what was asked last.
    std::optional<QList<Silence>> m_silencesBefore;
};

} // namespace escalite::test
