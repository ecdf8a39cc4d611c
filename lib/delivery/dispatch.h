// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What stands behind Dispatcher, shared by its parts: lanes and claims (lanes.cpp), attempts (attempts.cpp), holds
// (holds.cpp) and time (dispatcher.cpp). Included by nobody else.

#pragma once

#include "delivery/dispatcher.h"
#include "delivery/ratelimit.h"
#include "delivery/recipientlimits.h"

#include <QPointer>
#include <QTimer>

#include <map>

namespace escalite::delivery {

/// Between a question to the queue that failed and the next; doubles with every further failure.
inline constexpr Duration QueuePauseFirst = std::chrono::milliseconds(250);
inline constexpr Duration QueuePauseMost = std::chrono::seconds(15);

enum class Stage {
    Marking, ///< Claimed; the queue is asked to write down that bytes will leave.
    Sending,
    Recording, ///< Over; the queue is asked to write down how it ended.
};

struct UnderWay
{
    quint64 ticket = 0;
    Stage stage = Stage::Marking;
    Delivery delivery;
    ConfiguredNotifier notifier; ///< As configured when the attempt began.
    std::shared_ptr<Sender> sender;
    Progress progress; ///< Of earlier attempts.
    TimePoint startedAt;
    Duration deadline{};          ///< Of Sending, steady.
    std::optional<Finish> finish; ///< Of Recording.
    bool recording = false;       ///< The queue has been asked.
    Duration recordAt{};          ///< Steady: when to ask it again after a failure.
    Duration recordPause = QueuePauseFirst;
};

/// A delivery that was given back, since one of its recipients has got as much as is allowed in a minute.
struct Crowded
{
    QUuid delivery;
    QStringList recipients; ///< As RecipientLimits knows them.
    Duration roomAt{};      ///< Steady.
};

struct Lane
{
    ConfiguredNotifier notifier;
    std::shared_ptr<Sender> sender;
    RateLimit rate{30};
    QString held;
    bool leaving = false;                 ///< No longer configured; an attempt is still under way.
    bool asking = false;                  ///< The queue is being asked for a delivery.
    bool mayHaveWork = true;              ///< Something happened since it was asked last.
    std::optional<TimePoint> due;         ///< What it answered: when there will be work.
    int failures = 0;                     ///< In a row.
    Duration pausedUntil{};               ///< Steady.
    QList<Crowded> crowded;               ///< In the order in which they will be sent.
    std::optional<Duration> joiningUntil; ///< Steady: crowded() was told; joined() is waited for until then.
    bool joinAsked = false;               ///< Since the last message.
    std::optional<UnderWay> attempt;
};

/// Why \a notifier must not send by its configuration; empty when it may.
[[nodiscard]] QString whyHeld(const ConfiguredNotifier &notifier);

struct Dispatcher::Private
{
    Private(Dispatcher *dispatcher, World given, DispatchRules rulesGiven);

    [[nodiscard]] Lane *lane(const QString &name) const;
    [[nodiscard]] Lane *laneOf(const QString &name, quint64 ticket) const;
    [[nodiscard]] Duration lease() const;

    // The queue
    /// Runs \a work there and \a done(answer) here, if this dispatcher still lives.
    template<class Answer>
    void ask(std::function<Answer(DeliveryQueue &)> work, std::function<void(Answer &)> done)
    {
        const auto answer = std::make_shared<std::optional<Answer>>();
        world.queue([answer, work = std::move(work)](DeliveryQueue &queue) { answer->emplace(work(queue)); },
                    [answer, done = std::move(done), self = QPointer<Dispatcher>(q)] {
                        if (self && *answer)
                            done(**answer);
                    });
    }
    void queueFailed(const Error &error);
    void queueWorked();
    void tellTrouble(const QString &sentence);

    // Holds
    struct Settled
    {
        QList<Delivery> changed;
        std::optional<Error> error;
    };
    /// Makes the queue agree with what is held here; the first time also with who is alive.
    void settle();
    static Settled settleIn(DeliveryQueue &queue, const QList<std::pair<QString, QString>> &wanted,
                            const QString &survivor, TimePoint now, bool resend);
    /// The queue held the notifier with the finish; the others that wait for it changed with it.
    void toldHeld(const QString &name, const QString &reason);
    void reap(Duration now);

    // Lanes
    struct Claims
    {
        QList<Delivery> claimed;
        QList<std::pair<QString, std::optional<TimePoint>>> due; ///< Of those for whom nothing was due.
        QStringList crowded;                                     ///< Notifiers with more than may go.
        std::optional<Error> error;
    };
    /// What one lane asks the queue.
    struct Question
    {
        QString notifier;
        QList<QUuid> except;
        bool joins = false; ///< The next message is the last of this minute: several are better joined.
    };
    [[nodiscard]] int perMinute(const ConfiguredNotifier &notifier) const;
    [[nodiscard]] bool mayBegin(const Lane &lane) const;
    /// When \a lane should ask the queue, by the steady clock; nothing while it must not or has no work. \a now is the
    /// caller's: the clock goes on while lanes are looked through, and none must seem early to a \a now of before.
    [[nodiscard]] std::optional<Duration> asksAt(const Lane &lane, Duration now) const;
    [[nodiscard]] Question questionOf(Lane &lane, Duration now) const;
    void claim();
    static Claims claimIn(DeliveryQueue &queue, const QList<Question> &questions, const QString &worker, TimePoint now,
                          Duration lease);
    void claimed(const QStringList &names, const Claims &claims);
    /// Whether all recipients of \a delivery may get one more; if not, it waits in \a lane.
    bool hasRoom(Lane &lane, const Delivery &delivery) const;
    /// A message goes now: so many requests.
    void countSent(Lane &lane, const Delivery &delivery, int requests);
    /// Lanes that are configured no more go once their attempt is over.
    void dropLeft();

    // Attempts
    struct Marked
    {
        Result<bool> marked;
        Progress progress;
    };
    void begin(const Delivery &delivery);
    [[nodiscard]] QStringList guardedSecrets() const;
    void giveBack(const Delivery &delivery);
    void mark(Lane &taker);
    void marked(Lane &taker, const Result<bool> &marked);
    void send(Lane &taker);
    /// The end of an attempt that was made.
    void ended(Lane &taker, const Outcome &outcome);
    /// The end of an attempt that was not made.
    void end(Lane &taker, const QString &reason, const QString &answer);
    /// What an outcome says of the notifier, beyond the one delivery.
    void takeLesson(Lane &taker, const Finish &finish, const Outcome &outcome) const;
    /// What goes out in the place of what was refused; a shorter one gets its bytes when it is recorded.
    [[nodiscard]] std::optional<Delivery> replacement(const UnderWay &attempt, const Attempt &made) const;
    /// What a refused message is made shorter from, on the queue's thread.
    struct Shortening
    {
        ConfiguredNotifier notifier;
        QString text;
        QList<QByteArray> settled; ///< Recipients who have their answer.
    };
    struct Recorded
    {
        Result<bool> recorded;
        std::optional<Delivery> replacement;
    };
    void record(Lane &taker);
    static Recorded recordIn(DeliveryQueue &queue, Finish finish, const Shortening &shortening);
    static Rendered shortened(const Delivery &shorter, const Occasion &occasion, const Shortening &shortening);
    void recorded(Lane &taker, const Result<bool> &recorded);

    // Time
    void endOverdue(Duration now);
    void recordAgain(Duration now);
    void finishStop(Duration now);
    void arm();

    Dispatcher *q;
    World world;
    DispatchRules rules;
    QTimer timer;
    std::map<QString, std::unique_ptr<Lane>> lanes;
    RecipientLimits recipients;
    quint64 lastTicket = 0;
    bool onHold = false;
    bool started = false;   ///< setNotifiers() has been called.
    bool takenOver = false; ///< What earlier runs left has been reaped.
    bool settlePending = false;
    bool settling = false;
    bool asking = false; ///< A claim is in the queue.
    Duration nextReap{};
    QString trouble;
    Duration queuePause = QueuePauseFirst;
    Duration queuePausedUntil{};
    bool stopping = false;
    Duration stopAt{};
    std::function<void()> stopped;
};

} // namespace escalite::delivery
