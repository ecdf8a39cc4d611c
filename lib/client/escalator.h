// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The seed's escalate() inside a Qt program: tells people through notifiers without a console. Needs an event loop.

#pragma once

#include "client/context.h"
#include "core/export.h"
#include "core/problem.h"
#include "delivery/dispatchrules.h"
#include "delivery/notifiercatalogue.h"
#include "message/redaction.h"

#include <QJsonObject>
#include <QObject>

#include <functional>
#include <optional>

namespace escalite {

class Formatter;

/// What escalate() did (E-16).
struct EscalateResult
{
    enum class State : quint8 { Queued, BelowLevel, NoSession, NoNotifiers, Suppressed };
    State state = State::NoSession;
    QString reason{};          ///< A sentence for the log; for NoNotifiers and NoSession the seed's words.
    QList<QUuid> deliveries{}; ///< Of Queued, in the order of the notifiers.
};

struct EscalatorOptions
{
    delivery::DispatchRules rules{};         ///< Retries, timeouts, and how many messages may go in a minute (E-27).
    Duration giveUp = std::chrono::hours(1); ///< What cannot be told within it has failed; "give_up" sets it for one.
    int mostWaiting = 1'000;                 ///< Messages; more are suppressed.
    message::RedactionRules redaction{};     ///< What is hidden before anything is rendered.
    Scope scope = Scope::FailingCalls;       ///< How much of a session is told.
    QString link{};                          ///< What the alert's id is appended to; empty: messages have no link.
    std::shared_ptr<const Formatter> formatter{}; ///< Makes the text in the place of the notifiers' own words.
};

/// One engine with its notifiers (E-15). Lives on one thread; escalate() may be called from any.
///
/// What waits is kept in memory: call flush() before the program ends. Messages are rendered on a thread of its own.
class ESCALITE_EXPORT Escalator final : public QObject
{
    Q_OBJECT
public:
    /// \a catalogue: the types there are, for example notifiers::builtinCatalogue(); it must outlive this.
    explicit Escalator(const delivery::NotifierCatalogue &catalogue, QObject *parent = nullptr);
    ~Escalator() override;
    Q_DISABLE_COPY_MOVE(Escalator)

    /// For what is escalated from now on; the rules at once.
    void setOptions(const EscalatorOptions &options);

    /// Replaces all notifiers at once by those of {"notifiers":[…]}. With errors nothing changes (E-17); a problem has
    /// the seed's words. What was escalated before still goes where it was meant to go. Notifiers that are switched off
    /// are left out, and with a warning those that must not send.
    Problems setNotifiersFromConfigs(const QJsonObject &configs);

    /// Tells every notifier of \a session when its level is \a fromLevel or worse. Returns at once; a session that was
    /// told with the same message before is suppressed, as long as somebody heard of it. Without a message: when and
    /// where, and the level, so that a session that became worse is told again.
    EscalateResult escalate(const OpenSession &session, const QString &message = {}, Level fromLevel = Level::Error);
    /// Of the current session of this thread.
    EscalateResult escalate(const QString &message = {}, Level fromLevel = Level::Error);

    /// escalate() as what is done with a session at its end, for scoped(). This must live at least as long.
    [[nodiscard]] std::function<void(const OpenSession &)> whenEnded(Level fromLevel = Level::Error);

    /// Messages that are queued or under way.
    [[nodiscard]] int waiting() const;
    /// Waits, with an event loop, until nothing is queued or under way, \a most at the longest. Whether it is so.
    bool flush(std::chrono::milliseconds most);

Q_SIGNALS:
    /// On this object's thread, once for each of EscalateResult::deliveries. \a told: it was delivered, or taken by a
    /// service that confirms nothing.
    void finished(const QUuid &delivery, const QString &notifier, bool told, const QString &answer);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// The seed's logging_context (E-13): a request whose session is escalated when it has ended, unless its level is below
/// \a fromLevel. Says in the log that it was collected, never what.
class [[nodiscard]] ESCALITE_EXPORT LoggingContext
{
public:
    /// \a escalator must outlive this.
    explicit LoggingContext(Escalator &escalator, const SessionOptions &options = {}, Level fromLevel = Level::Error);
    ~LoggingContext();
    LoggingContext(const LoggingContext &) = delete;
    LoggingContext &operator=(const LoggingContext &) = delete;

    [[nodiscard]] OpenSession &session() { return m_scope->session(); }

private:
    Escalator &m_escalator;
    Level m_fromLevel;
    std::optional<RequestScope> m_scope;
};

} // namespace escalite
