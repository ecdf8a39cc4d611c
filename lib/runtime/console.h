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
    std::optional<TimePoint> lastSuccess{};
    QList<quint16> delivered{}; ///< 48 half-hours, oldest first.
    QList<quint16> failed{};
    QList<std::pair<QString, QString>> settings{}; ///< Label and value of every field, secrets masked.
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

    /// Replaces the rules: validated, written to the file, in force at once. Answers the problems; with errors nothing
    /// changed.
    virtual void setRules(const QList<policy::Rule> &rules, QObject *context, std::function<void(Problems)> done) = 0;
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
};

} // namespace escalite::runtime
