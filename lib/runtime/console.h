// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The shop window of the runtime: what the window and the API see and ask. Lives on the main thread; values only.
// The window is drawn against this interface alone, so its tests bring a console of their own.

#pragma once

#include "core/batch.h"
#include "core/problem.h"
#include "core/result.h"
#include "core/sessionrow.h"
#include "delivery/notifiercatalogue.h"
#include "engine/command.h"
#include "engine/rehearsal.h"
#include "policy/lint.h"
#include "policy/policy.h"

#include <QJsonObject>
#include <QObject>

#include <functional>
#include <optional>

namespace escalite::runtime {

struct EndpointStatus
{
    bool listening = false;
    QStringList addresses{}; ///< "127.0.0.1:4377", "[::1]:4377".
    QString problem{};       ///< Why not, or what is missing; a sentence.
    QString url{};           ///< "http://127.0.0.1:4377/v1/sessions".
    QString socket{};        ///< Path of the Unix socket; may be empty.
};

/// A refused request, for the Welcome page.
struct Refused
{
    TimePoint at{};
    int status = 0;
    QString reason{};
};

struct Status
{
    EndpointStatus endpoint{};
    double sessionsPerSecond = 0; ///< Over the last 10 s.
    quint64 sessions = 0;         ///< Kept.
    int queue = 0;                ///< Deliveries that are not final.
    qint64 journalBytes = 0;
    qint64 journalLimit = 0;
    int keptDays = 0; ///< Retention.
    bool sendingOnHold = false;
    QString trouble{}; ///< Disk full, store damaged, …; a sentence; empty when all is well.
    std::optional<Refused> refused{};
};

struct NotifierStatus
{
    enum class Light : quint8 { Ready, Trouble, Failing, Held, Off };
    QString name{};
    QString type{}; ///< Id of the type.
    QString typeName{};
    QString icon{};
    QString target{};
    Light light = Light::Ready;
    QString words{}; ///< "Ready, 214 ms", "Slow, 1 waiting", "Times out, 1 waiting", "Switched off".
    int waiting = 0;
    std::optional<TimePoint> lastSuccess{}; ///< "Last proven": its service took a message, a drill among them.
    bool provenLongAgo = false;             ///< Longer ago than its "proven_for", or never since it was switched on.
    std::optional<TimePoint> nextDrill{};
    QList<quint16> delivered{}; ///< 48 half-hours, oldest first.
    QList<quint16> failed{};
    QList<std::pair<QString, QString>> settings{}; ///< Label and value of every field, secrets masked.
};

/// A notifier as its form edits it.
struct NotifierSetup
{
    QString name{};
    QString type{}; ///< Id of the type.
    bool enabled = true;
    QJsonObject config{}; ///< As it stands in the file, without secrets. A secret in it is a new one, to be stored.
    QMap<QString, TimePoint>
        secrets{}; ///< Keys of stored secrets and when each was stored. Leaving one out forgets it.
    delivery::NotifierOptions options{};

    bool operator==(const NotifierSetup &) const = default;
};

/// The configuration in force and what is wrong with the file.
struct Configuration
{
    QString file{};
    policy::Policy policy{};
    QStringList notifiers{}; ///< Names.
    Problems problems{};
};

/// A session with everything the detail shows.
struct SessionDetail
{
    SessionPtr session{};
    QByteArray document{};
    TimePoint receivedAt{};
    quint64 position = 0;
    Explanation why{};
    std::optional<Incident> incident{};
    QList<Escalation> escalations{};
    QList<Delivery> deliveries{}; ///< Of those escalations.
};

struct DeliveryDetail
{
    Delivery delivery{};
    QList<Attempt> attempts{};
    std::optional<Escalation> escalation{};
    QString fallback{};         ///< Name of the notifier that is told if this one fails; may be empty.
    QString server{};           ///< "smtp.acme.test:587, STARTTLS", "hooks.slack.com, TLS"; no secrets.
    QList<TimePoint> planned{}; ///< When it would be tried again if every try failed for now, at most three.
    int mostTries = 0;          ///< Until it is given up, about.
    QList<Delivery> related{};  ///< What came from it and what it came from.
};

/// A manual escalation while its dialog is open: ids and date are fixed, so that the preview is what will be sent.
struct Draft
{
    QUuid request{};
    QList<QUuid> sessions{};
    std::optional<QUuid> incident{};
    QString title{};
    QString headline{}; ///< "payment-gateway: no answer"
    QString subline{};  ///< "Session 5f3c9a1e, checkout-api, and 22 more since 03:09:15"
    Level level = Level::Error;
    QString message{}; ///< The default text, to be edited.
    TimePoint date{};
    QStringList preselected{};
    QList<std::pair<QString, QUuid>> deliveries{}; ///< Notifier name -> delivery id.
    std::optional<QUuid> again{}; ///< The delivery that this one says again in other words; linked to it when sent.
    // What was known when it was begun: it is told the same way whatever comes meanwhile.
    std::optional<Incident> about{};
    quint64 position = 0;                                     ///< Of the first session's frame in the journal.
    QMap<QString, delivery::Notification::Earlier> earlier{}; ///< By notifier.
};

/// An incident with everything its page shows.
struct IncidentDetail
{
    Incident incident{};
    QString rule{}; ///< Name of the rule that opened it; its id when it is gone.
    QList<Escalation> escalations{};
    QList<Delivery> deliveries{}; ///< Of those.
    QList<Suppression> suppressions{};
    QList<Note> notes{};
    QList<AuditRecord> audit{};         ///< Of it, oldest first.
    QList<engine::ComingStep> coming{}; ///< If nobody answers.
    QList<SessionRow> sessions{};       ///< The newest that belong to it, at most 50.
    QList<quint32> spark{};             ///< Its sessions in 20 equal parts of its life, oldest first.
};

/// A rule's past.
struct RuleHistory
{
    QString rule{};                       ///< Id.
    std::optional<TimePoint> lastFired{}; ///< Opened an incident.
    quint64 fired = 0;                    ///< Incidents opened, ever.
    quint64 hits = 0;                     ///< Sessions it took in the last 24 h.
    QList<quint32> spark{};               ///< \a hits in 24 hours, oldest first.
    QMap<Verdict, quint64> verdicts{};    ///< Ever.
};

/// What a silence would hold back.
struct SilencePreview
{
    quint64 sessions = 0;        ///< Of the last 24 h that match, warning and worse.
    QList<quint32> spark{};      ///< The same in 24 hours, oldest first.
    QList<Incident> incidents{}; ///< Open ones that it covers.
    QStringList warnings{};      ///< Sentences: "Would silence every critical session."
};

/// What-if: the recorded sessions of a range through a draft, beside the policy in force.
struct WhatIf
{
    policy::Policy draft{};
    QString watched{}; ///< Id of the rule whose rolling count is drawn.
    TimePoint from{};
    TimePoint until{};
};

struct WhatIfAnswer
{
    engine::RehearsalResult saved{};
    engine::RehearsalResult draft{};
    QStringList limits{}; ///< What it cannot know, in sentences: "Sessions before 16 Nov were purged".
    Duration took{};
};

using Include = Scope; ///< The dialog's word for it.

class Console : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    [[nodiscard]] virtual Status status() const = 0;
    [[nodiscard]] virtual Configuration configuration() const = 0;
    [[nodiscard]] virtual QList<NotifierStatus> notifiers() const = 0;
    [[nodiscard]] virtual QList<Incident> openIncidents() const = 0;
    [[nodiscard]] virtual QString ingestToken() const = 0;

    /// All \a done callbacks run on the main thread, and not at all when \a context is gone by then.
    virtual void loadSessions(
        QObject *context,
        std::function<void(SessionRows)> done) = 0; ///< Everything kept; later changes come by sessionsChanged.
    virtual void loadSession(const QUuid &id, QObject *context, std::function<void(Result<SessionDetail>)> done) = 0;
    /// Which of \a positions hold \a expression in their documents; for free text in the list. Calls \a done once with
    /// those that match.
    virtual void searchDocuments(filter::ExpressionPtr expression, QList<quint64> positions, QObject *context,
                                 std::function<void(QList<quint64>)> done) = 0;
    virtual void loadDeliveries(QObject *context,
                                std::function<void(Result<QList<Delivery>>)> done) = 0; ///< Newest 1,000.
    virtual void loadDelivery(const QUuid &id, QObject *context, std::function<void(Result<DeliveryDetail>)> done) = 0;
    virtual void loadIncidents(QObject *context,
                               std::function<void(Result<QList<Incident>>)> done) = 0; ///< Newest 500, closed ones too.

    /// Starts a manual escalation of \a sessions (or of an incident's worst).
    virtual void draftEscalation(const QList<QUuid> &sessions, std::optional<QUuid> incident, QObject *context,
                                 std::function<void(Result<Draft>)> done) = 0;
    /// The very bytes for each of \a notifiers; pure, so calling it again with the same arguments gives the same.
    virtual void preview(const Draft &draft, const QString &message, Include include, const QStringList &notifiers,
                         QObject *context, std::function<void(QList<engine::Prepared>)> done) = 0;
    /// Any command; the answer is an error sentence or nothing. A request id seen before changes nothing and is no
    /// error.
    virtual void post(const engine::Command &command, QObject *context = nullptr,
                      std::function<void(std::optional<Error>)> done = {}) = 0;

    virtual void undoEscalation(const QUuid &request) = 0; ///< Cancels what has not begun to be sent.
    virtual void sendNow(const QUuid &request) = 0;        ///< Skips the rest of the undo time.
    virtual void tryNow(const QUuid &delivery) = 0;
    virtual void giveUp(const QUuid &delivery) = 0;
    virtual void setSendingOnHold(bool hold) = 0;
    virtual void releaseNotifier(const QString &name) = 0;
    /// Sends a marked test through \a notifier; the delivery shows up like any other. Answers its id.
    virtual void sendTest(const QString &notifier, QObject *context, std::function<void(Result<QUuid>)> done) = 0;

    /// Sends the very bytes of \a delivery once more through \a notifier (its own when empty, else one of the same
    /// type): a new delivery, linked to it. Answers its id.
    virtual void replay(const QUuid &delivery, const QString &notifier, QObject *context,
                        std::function<void(Result<QUuid>)> done) = 0;
    /// Tells the same through \a notifier, rendered for it now. Answers the new delivery's id.
    virtual void sendAnotherWay(const QUuid &delivery, const QString &notifier, QObject *context,
                                std::function<void(Result<QUuid>)> done) = 0;
    /// A draft of the same escalation in the same words, to be edited and sent; linked to \a delivery.
    virtual void draftAgain(const QUuid &delivery, QObject *context, std::function<void(Result<Draft>)> done) = 0;
    /// Writes the deliveries created since \a since with their attempts, secrets masked: CSV or NDJSON by the ending
    /// of \a file (0600). Answers how many.
    virtual void exportDeliveries(const QString &file, TimePoint since, QObject *context,
                                  std::function<void(Result<int>)> done) = 0;

    [[nodiscard]] virtual QList<const delivery::NotifierType *> notifierTypes() const = 0;
    virtual void loadNotifier(const QString &name, QObject *context,
                              std::function<void(Result<NotifierSetup>)> done) = 0;
    /// What is wrong with \a setup as it stands; pointers within it ("/name", "/config/webhook_url",
    /// "/send_at_most"). \a name: the one it changes, empty for a new one.
    [[nodiscard]] virtual Problems checkNotifier(const NotifierSetup &setup, const QString &name) const = 0;
    /// Checked, its new secrets stored apart (0600), written to the file, in force at once. Rules and fallbacks that
    /// name it follow a new name. With errors nothing changed.
    virtual void saveNotifier(const NotifierSetup &setup, const QString &name, QObject *context,
                              std::function<void(Problems)> done) = 0;
    /// Refused while a rule names it.
    virtual void removeNotifier(const QString &name, QObject *context,
                                std::function<void(std::optional<Error>)> done) = 0;
    /// What \a setup makes of \a session, of the newest error without one, of a made-up one when there is none.
    virtual void previewNotifier(const NotifierSetup &setup, std::optional<QUuid> session, QObject *context,
                                 std::function<void(Result<Rendered>)> done) = 0;

    /// Replaces rules, escalation policies, intervals, inhibitions and the fingerprint's parts; the settings stay.
    /// Validated, written to the file, in force at once. Answers the problems; with errors nothing changed.
    virtual void setPolicy(const policy::Policy &policy, QObject *context, std::function<void(Problems)> done) = 0;
    /// What would be wrong or remarkable about \a policy, by everything known now.
    virtual void lint(const policy::Policy &policy, QObject *context,
                      std::function<void(QList<policy::Finding>)> done) = 0;
    virtual void loadRuleHistory(QObject *context, std::function<void(Result<QList<RuleHistory>>)> done) = 0;
    /// Runs in the background; \a progress (0 to 1) may come several times before \a done, on the main thread. A newer
    /// call ends an older one, which then answers nothing; cancelWhatIf() ends it, too.
    virtual void whatIf(const WhatIf &question, QObject *context, std::function<void(double)> progress,
                        std::function<void(Result<WhatIfAnswer>)> done) = 0;
    virtual void cancelWhatIf() = 0;

    virtual void loadIncident(const QUuid &id, QObject *context, std::function<void(Result<IncidentDetail>)> done) = 0;
    [[nodiscard]] virtual QList<Silence> silences() const = 0; ///< Active and coming.
    virtual void loadSilences(QObject *context,
                              std::function<void(Result<QList<Silence>>)> done) = 0; ///< Newest 500, ended ones too.
    virtual void previewSilence(const QString &matcher, QObject *context,
                                std::function<void(Result<SilencePreview>)> done) = 0;
    /// Newest first, at most 500: what nobody was told.
    virtual void loadSuppressions(QObject *context, std::function<void(Result<QList<Suppression>>)> done) = 0;
    virtual void loadNotes(const QUuid &subject, QObject *context, std::function<void(Result<QList<Note>>)> done) = 0;
    /// Somebody is at the console: moved, typed. May be called often.
    virtual void notePresence() = 0;

    /// Reads the seed's file or an escalite.json and takes its notifiers over. Answers all problems; with errors
    /// nothing changed.
    virtual void importNotifiers(const QString &file, QObject *context, std::function<void(Problems)> done) = 0;

Q_SIGNALS:
    void sessionsChanged(const escalite::SessionRows &rows); ///< At most ten a second.
    void incidentsChanged(const QList<escalite::Incident> &incidents);
    void deliveriesChanged(const QList<escalite::Delivery> &deliveries);
    void notifiersChanged(const QList<escalite::runtime::NotifierStatus> &notifiers);
    void configurationChanged(const escalite::runtime::Configuration &configuration);
    void statusChanged(const escalite::runtime::Status &status);
    /// Sessions whose escalation state changed: incident of a session, for the list's last column.
    void sessionsJoined(const QList<escalite::SessionVerdict> &verdicts);
    void silencesChanged(const QList<escalite::Silence> &silences);    ///< Active and coming, all of them.
    void suppressed(const QList<escalite::Suppression> &suppressions); ///< New or grown.
    void noted(const QList<escalite::Note> &notes);
};

} // namespace escalite::runtime
