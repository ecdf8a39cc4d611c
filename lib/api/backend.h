// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the operator API asks of the house: values, answered later.

#pragma once

#include "core/delivery.h"
#include "core/incident.h"
#include "core/result.h"
#include "core/sessionrow.h"
#include "core/verdict.h"
#include "engine/command.h"
#include "filter/expression.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>

namespace escalite::api {

/// One line of the list of sessions: the column row with its names looked up.
struct ListedSession
{
    SessionRow row{};
    QString source{};
    QString method{};
    QString path{};
    QString message{};
};

/// Which sessions are listed.
struct AskedSessions
{
    int limit = 100;
    quint64 before = 0;            ///< Position; 0 = from the newest.
    filter::ExpressionPtr query{}; ///< Null: all.
};

struct ListedSessions
{
    QList<ListedSession> sessions{}; ///< Newest first.
    quint64 next = 0; ///< Go on before this position; 0 = nothing is older. A page may end before it is full.
};

/// Which incidents are listed.
struct AskedIncidents
{
    int limit = 100;
    std::optional<Incident::State> state{}; ///< Nothing: all, closed ones too.
};

/// A session with what the house knows of it.
struct SessionView
{
    QByteArray document{}; ///< Byte for byte as received; valid JSON.
    TimePoint receivedAt{};
    quint64 position = 0;
    QString source{};
    Level effective = Level::Info;
    SessionFlags flags{};            ///< With the console's marks as they are now.
    Verdict verdict = Verdict::None; ///< As recorded when it was decided.
    Explanation why{};               ///< By the rules in force now.
    std::optional<Incident> incident{};
};

struct DeliveryView
{
    Delivery delivery{};
    QList<Attempt> attempts{}; ///< Oldest first.
};

/// What an operator asks of one delivery.
struct ChangeDelivery
{
    enum class Verb : quint8 { TryNow, GiveUp, Replay, SendAnotherWay };

    Verb verb = Verb::TryNow;
    QUuid delivery{};
    QUuid request{};
    QString notifier{}; ///< Of SendAnotherWay; of Replay another one of the same type, or empty.
    QString by{};
};

/// A notifier and how it fares.
struct NotifierView
{
    QString name{};
    QString type{};   ///< Id of the type.
    QString target{}; ///< Whom it reaches; no secrets.
    QString status{}; ///< "ready", "trouble", "failing", "held", "off".
    QString words{};  ///< "Ready, 214 ms".
    int waiting = 0;
    std::optional<TimePoint> lastProven{};
    bool provenLongAgo = false;
    std::optional<TimePoint> nextDrill{};
};

/// "Send a marked test through this notifier."
struct TestNotifier
{
    QString notifier{};
    QUuid request{};
    QString by{};
};

/// "Tell these notifiers of this session now."
struct EscalateSession
{
    QUuid session{};
    QUuid request{};
    QStringList notifiers{}; ///< Names; at least one, none twice.
    QString message{};       ///< Empty: the default text.
    QString by{};            ///< Who asks.
};

/// What came of it: now, or when the same request came first.
struct Escalated
{
    Escalation escalation{};
    QList<Delivery> deliveries{}; ///< With their bytes.
};

/// Implemented by the runtime. Every \a done is called exactly once, on the caller's thread, now or later. Errors are
/// told by their code: Malformed 400, TooLarge 413, Unsupported 422 (a notifier that is not configured), Refused 409,
/// Unavailable 503. Nothing in an optional means that there is none of that id.
class Backend
{
public:
    template<typename T>
    using Done = std::function<void(Result<T>)>;

    virtual ~Backend() = default;
    virtual void sessions(const AskedSessions &asked, Done<ListedSessions> done) = 0;
    virtual void session(const QUuid &id, Done<std::optional<SessionView>> done) = 0;
    virtual void incidents(const AskedIncidents &asked, Done<QList<Incident>> done) = 0; ///< Newest first.
    virtual void incident(const QUuid &id, Done<std::optional<Incident>> done) = 0;
    virtual void deliveries(int limit, Done<QList<Delivery>> done) = 0; ///< Newest first, with their bytes.
    virtual void delivery(const QUuid &id, Done<std::optional<DeliveryView>> done) = 0;
    /// Answers with the delivery as it is then: the one that was changed, or the new one that came of it.
    virtual void change(const ChangeDelivery &what, Done<std::optional<DeliveryView>> done) = 0;
    virtual void notifiers(Done<QList<NotifierView>> done) = 0;
    /// Nothing when there is no notifier of that name.
    virtual void test(const TestNotifier &what, Done<std::optional<DeliveryView>> done) = 0;
    /// Puts all sending on hold, or lets it go on.
    virtual void hold(bool onHold, std::function<void()> done) = 0;
    /// Answers after the commit. A request id seen before gives the first answer again, or Refused when it was for
    /// something else.
    virtual void escalate(const EscalateSession &what, Done<std::optional<Escalated>> done) = 0;
    /// Any command; answers after the commit, with why it was refused or nothing.
    virtual void post(const engine::Command &command, std::function<void(std::optional<Error>)> done) = 0;
};

} // namespace escalite::api
