// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The names of delivery states, reasons and outcomes, as store and API spell them.

#include "core/delivery.h"

#include "core/names.h"

using namespace Qt::StringLiterals;

namespace escalite {

namespace {
constexpr std::array StateNames{
    std::pair{DeliveryState::Held, "held"_L1},
    std::pair{DeliveryState::Queued, "queued"_L1},
    std::pair{DeliveryState::Claimed, "claimed"_L1},
    std::pair{DeliveryState::Sending, "sending"_L1},
    std::pair{DeliveryState::Retrying, "retrying"_L1},
    std::pair{DeliveryState::InDoubt, "in_doubt"_L1},
    std::pair{DeliveryState::Accepted, "accepted"_L1},
    std::pair{DeliveryState::Delivered, "delivered"_L1},
    std::pair{DeliveryState::Failed, "failed"_L1},
    std::pair{DeliveryState::Cancelled, "cancelled"_L1},
    std::pair{DeliveryState::Suppressed, "suppressed"_L1},
};

constexpr std::array ReasonNames{
    std::pair{Reason::First, "first"_L1},   std::pair{Reason::NewInGroup, "new_in_group"_L1},
    std::pair{Reason::Repeat, "repeat"_L1}, std::pair{Reason::Step, "step"_L1},
    std::pair{Reason::Manual, "manual"_L1}, std::pair{Reason::Acknowledged, "acknowledged"_L1},
    std::pair{Reason::Closed, "closed"_L1}, std::pair{Reason::Drill, "drill"_L1},
    std::pair{Reason::Replay, "replay"_L1}, std::pair{Reason::Digest, "digest"_L1},
};

using Kind = Outcome::Kind;
constexpr std::array OutcomeNames{
    std::pair{Kind::Delivered, "delivered"_L1}, std::pair{Kind::Accepted, "accepted"_L1},
    std::pair{Kind::Transient, "transient"_L1}, std::pair{Kind::Permanent, "permanent"_L1},
    std::pair{Kind::Poison, "poison"_L1},       std::pair{Kind::Misconfigured, "misconfigured"_L1},
    std::pair{Kind::Ambiguous, "ambiguous"_L1}, std::pair{Kind::Moved, "moved"_L1},
};

constexpr std::array RelationNames{
    std::pair{Relation::None, "none"_L1},         std::pair{Relation::Shorter, "shorter"_L1},
    std::pair{Relation::Fallback, "fallback"_L1}, std::pair{Relation::AnotherWay, "another_way"_L1},
    std::pair{Relation::Replay, "replay"_L1},     std::pair{Relation::Edited, "edited"_L1},
    std::pair{Relation::Moved, "moved"_L1},
};
} // namespace

QString stateName(DeliveryState state)
{
    return spellingIn(StateNames, state);
}

std::optional<DeliveryState> deliveryStateFromName(QStringView name)
{
    return valueIn(StateNames, name);
}

QString reasonName(Reason reason)
{
    return spellingIn(ReasonNames, reason);
}

std::optional<Reason> reasonFromName(QStringView name)
{
    return valueIn(ReasonNames, name);
}

QString relationName(Relation relation)
{
    return spellingIn(RelationNames, relation);
}

std::optional<Relation> relationFromName(QStringView name)
{
    return valueIn(RelationNames, name);
}

QString outcomeName(Outcome::Kind kind)
{
    return spellingIn(OutcomeNames, kind);
}

std::optional<Outcome::Kind> outcomeFromName(QStringView name)
{
    return valueIn(OutcomeNames, name);
}

bool isFinal(DeliveryState state)
{
    switch (state) {
    case DeliveryState::Held:
    case DeliveryState::Queued:
    case DeliveryState::Claimed:
    case DeliveryState::Sending:
    case DeliveryState::Retrying:
    case DeliveryState::InDoubt:
        return false;
    case DeliveryState::Accepted:
    case DeliveryState::Delivered:
    case DeliveryState::Failed:
    case DeliveryState::Cancelled:
    case DeliveryState::Suppressed:
        return true;
    }
    return false;
}

} // namespace escalite
