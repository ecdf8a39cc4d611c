// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The act of telling: an escalation, its deliveries to notifiers, the attempts of each, and how they ended.

#pragma once

#include "core/export.h"
#include "core/timepoint.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QUuid>

#include <optional>

namespace escalite {

/// Why somebody is told.
enum class Reason : quint8 { First, NewInGroup, Repeat, Step, Manual, Acknowledged, Closed, Drill, Replay, Digest };

/// How much of a session a notification includes.
enum class Scope : quint8 { Summary, FailingCalls, WholeLog };

/// Somebody is told of something. Unique by (incident, round, step), or by request id.
struct Escalation
{
    QUuid id{};
    std::optional<QUuid> incident{}; ///< Nothing for a manual one of single sessions and for a drill.
    int round = 0;
    int step = 0;
    Reason reason = Reason::First;
    std::optional<QUuid> request{}; ///< Set for what a person or a client asked for.
    QString by{};                   ///< Rule id or the person's name.
    QString message{};              ///< First line of the notification, as the person wrote it or as made by rule.
    TimePoint createdAt{};
    QList<QUuid> sessions{}; ///< The sessions it speaks of, worst first; at most 20.
    quint64 count = 1;       ///< How many sessions it stands for; 0 when all were told before (acknowledged, closed).

    bool operator==(const Escalation &) const = default;
};

enum class DeliveryState : quint8 {
    Held,       ///< The notifier is held (refused settings) or all sending is on hold.
    Queued,     ///< Waits for its due time.
    Claimed,    ///< Taken by a worker, nothing sent yet. Shown as queued.
    Sending,    ///< Bytes may be on the wire.
    Retrying,   ///< Failed for now; due again later.
    InDoubt,    ///< Was fully written and got no answer.
    Accepted,   ///< Handed over to a service that does not confirm delivery (mail relay).
    Delivered,  ///< The service confirmed it.
    Failed,     ///< For good; the reason says why.
    Cancelled,  ///< By a person, before the first byte.
    Suppressed, ///< Held back by a rule; the reason says which.
};

/// A notification in the very bytes that go out, secrets excepted. Stored before the first attempt; the preview is
/// this.
struct Rendered
{
    struct Header
    {
        QByteArray name{};
        QByteArray value{};

        bool operator==(const Header &) const = default;
    };
    /// A value that was hidden before rendering.
    struct Hidden
    {
        QString rule{};   ///< What it looked like: "email address", "secret", …
        QString where{};  ///< JSON pointer in the document or "message".
        QString marker{}; ///< The text standing in its place.

        bool operator==(const Hidden &) const = default;
    };

    QByteArray contentType{}; ///< Of the body.
    QByteArray body{}; ///< What the service receives: JSON for HTTP services, the whole RFC 5322 message for mail.
    QList<QByteArray> furtherBodies{}; ///< Of a split message: what follows \a body, one request each, in order.
    QString path{};                    ///< What follows the service's address: "sendMessage"; empty for most.
    QList<Header> headers{};           ///< Further request headers, without credentials.
    QString text{};                    ///< The same for people: what the reader will see, plain text.
    QString to{};                      ///< Whom or what it goes to, for people: "#ops", "ops@acme.test and 2 more".
    QList<QByteArray> recipients{};    ///< Envelope recipients; empty for HTTP services.
    QList<Hidden> hidden{};
    int length = 0;   ///< Characters as the service counts them.
    int limit = 0;    ///< The service's own limit; 0 = none.
    bool cut = false; ///< Something was left out to keep within the limit.

    bool operator==(const Rendered &) const = default;
};

/// What a delivery has to do with the one it came from.
enum class Relation : quint8 {
    None,
    Shorter,    ///< The same as short plain text, since the service refused richer content.
    Fallback,   ///< Through the fallback notifier, since the other failed for good.
    AnotherWay, ///< Through another notifier, by a person.
    Replay,     ///< The very same bytes once more, by a person.
    Edited,     ///< The same told again in other words, by a person.
    Moved,      ///< To the address that the service itself named (a Telegram group that became a supergroup).
};

struct Delivery
{
    QUuid id{}; ///< Also the idempotency key: the same for all attempts, bound to the bytes.
    QUuid escalation{};
    QString notifier{}; ///< Name of the configured notifier.
    DeliveryState state = DeliveryState::Queued;
    QString reason{}; ///< Of a final state: "expired", "misconfigured", "undone", "refused", …
    TimePoint createdAt{};
    TimePoint dueAt{};
    TimePoint giveUpAt{};
    int attempts = 0;
    quint64 fence = 0; ///< Grows with every claim; a finish with an older one is ignored.
    QString claimedBy{};
    std::optional<TimePoint> leaseUntil{};
    std::optional<TimePoint> finishedAt{};
    QString answer{}; ///< The last thing the far side said, or what went wrong; no secrets.
    Rendered rendered{};
    std::optional<QUuid> replaces{};    ///< The delivery that this one came from.
    Relation relation = Relation::None; ///< To that one.
    quint64 count = 1;                  ///< Sessions it stands for.
    QString title{};                    ///< What it is about, for lists: "POST /checkout".
    quint8 level = 40;                  ///< Numeric Level of what it is about.

    bool operator==(const Delivery &) const = default;
};

/// How one attempt ended (protocols 0.1).
struct Outcome
{
    enum class Kind : quint8 {
        Delivered,     ///< By the service's own word.
        Accepted,      ///< Handed over; no confirmation will come.
        Transient,     ///< Certainly not delivered; the same again may work.
        Permanent,     ///< The same again cannot work.
        Poison,        ///< Refused for its content: once more as short plain text.
        Moved,         ///< The service named a new address (Outcome::movedTo): once more there.
        Misconfigured, ///< Credentials or address refused: hold the notifier.
        Ambiguous,     ///< Fully written, no answer: may have arrived.
    };
    struct Recipient
    {
        QString address{};
        Kind kind = Kind::Accepted;
        QString answer{};

        bool operator==(const Recipient &) const = default;
    };
    struct Stage
    {
        QString name{}; ///< "resolve", "connect", "tls", "authenticate", "hand over".
        Duration took{};
        QString detail{}; ///< No secrets.
        bool ok = true;

        bool operator==(const Stage &) const = default;
    };

    Kind kind = Kind::Transient;
    int status = 0;   ///< HTTP status or SMTP code; 0 = none came.
    QString detail{}; ///< One sentence; no secrets, no URL.
    std::optional<Duration> retryAfter{};
    QList<Recipient> recipients{}; ///< Mail only.
    QString handle{};   ///< The service's own name of the message, for replies and edits; empty where it gives none.
    int partsTaken = 0; ///< Of a split message: how many requests were taken so far, with those of earlier attempts.
    QString movedTo{};  ///< Of Moved: the address, as the configuration would say it.
    QList<Stage> stages{};
    QString transcript{}; ///< The conversation, secrets masked, at most 16 KiB.

    bool operator==(const Outcome &) const = default;
};

struct Attempt
{
    QUuid delivery{};
    int number = 0; ///< From 1.
    TimePoint startedAt{};
    TimePoint finishedAt{};
    Outcome outcome{};

    bool operator==(const Attempt &) const = default;
};

[[nodiscard]] ESCALITE_EXPORT QString stateName(DeliveryState state); ///< "in_doubt" …; the spelling of store and API.
[[nodiscard]] ESCALITE_EXPORT std::optional<DeliveryState> deliveryStateFromName(QStringView name);
[[nodiscard]] ESCALITE_EXPORT QString reasonName(Reason reason); ///< "new_in_group" …
[[nodiscard]] ESCALITE_EXPORT std::optional<Reason> reasonFromName(QStringView name);
[[nodiscard]] ESCALITE_EXPORT QString relationName(Relation relation); ///< "another_way" …; "none".
[[nodiscard]] ESCALITE_EXPORT std::optional<Relation> relationFromName(QStringView name);
[[nodiscard]] ESCALITE_EXPORT QString outcomeName(Outcome::Kind kind);
[[nodiscard]] ESCALITE_EXPORT std::optional<Outcome::Kind> outcomeFromName(QStringView name);
[[nodiscard]] ESCALITE_EXPORT bool isFinal(DeliveryState state);

} // namespace escalite
