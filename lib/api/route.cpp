// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a request line means.

#include "api/route.h"

#include <QUrlQuery>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::api {

namespace {

constexpr int MaxLimit = 1'000;
constexpr qsizetype CommandLimit = 64 * 1024;    // bytes of a command's body
constexpr qsizetype DocumentLimit = 1024 * 1024; // bytes of a policy

struct Collection
{
    QByteArrayView name{};
    Route::Kind all{};
    Route::Kind one{};
};
const std::array<Collection, 4> &collections()
{
    static constexpr std::array Rows{
        Collection{"sessions", Route::Kind::Sessions, Route::Kind::Session},
        Collection{"incidents", Route::Kind::Incidents, Route::Kind::Incident},
        Collection{"deliveries", Route::Kind::Deliveries, Route::Kind::Delivery},
        Collection{"silences", Route::Kind::Silences, Route::Kind::Silence},
    };
    return Rows;
}

struct Action
{
    Route::Kind of{};
    QByteArrayView name{};
    Route::Kind kind{};
};
const std::array<Action, 14> &actions()
{
    static constexpr std::array Rows{
        Action{Route::Kind::Session, "escalate", Route::Kind::Escalate},
        Action{Route::Kind::Incident, "acknowledge", Route::Kind::Acknowledge},
        Action{Route::Kind::Session, "why", Route::Kind::Why},
        Action{Route::Kind::Incident, "close", Route::Kind::Close},
        Action{Route::Kind::Incident, "reopen", Route::Kind::Reopen},
        Action{Route::Kind::Incident, "snooze", Route::Kind::Snooze},
        Action{Route::Kind::Incident, "assign", Route::Kind::Assign},
        Action{Route::Kind::Incident, "notes", Route::Kind::Notes},
        Action{Route::Kind::Incident, "next-step", Route::Kind::NextStep},
        Action{Route::Kind::Incident, "merge", Route::Kind::Merge},
        Action{Route::Kind::Delivery, "try-now", Route::Kind::TryNow},
        Action{Route::Kind::Delivery, "give-up", Route::Kind::GiveUp},
        Action{Route::Kind::Delivery, "replay", Route::Kind::Replay},
        Action{Route::Kind::Delivery, "send-another-way", Route::Kind::SendAnotherWay},
    };
    return Rows;
}

struct Place
{
    QByteArrayView path{}; ///< Behind "/v1/".
    Route::Kind kind{};
};
const std::array<Place, 8> &places()
{
    static constexpr std::array Rows{
        Place{"sending/hold", Route::Kind::Hold},
        Place{"silences/preview", Route::Kind::SilencePreview},
        Place{"suppressions", Route::Kind::Suppressions},
        Place{"rules", Route::Kind::Rules},
        Place{"rules/history", Route::Kind::RuleHistory},
        Place{"policy", Route::Kind::SetPolicy},
        Place{"whatif", Route::Kind::WhatIf},
        Place{"lint", Route::Kind::Lint},
    };
    return Rows;
}

/// A UUID as 36 characters, or as 32 hexadecimal digits (Python's uuid4().hex).
QUuid uuidFrom(const QByteArray &text)
{
    QByteArray dashed = text;
    if (text.size() == 32 && !text.contains('-')) {
        for (const int at : {8, 13, 18, 23})
            dashed.insert(at, '-');
    }
    if (dashed.size() != 36)
        return {}; // QUuid would read braces too
    return QUuid::fromString(QLatin1StringView(dashed));
}

/// What stands outside of the collections of things with an id.
std::optional<Route> otherRouteOf(const QList<QByteArray> &parts)
{
    if (parts[2] != "notifiers")
        return std::nullopt;
    if (parts.size() == 3)
        return Route{.kind = Route::Kind::Notifiers};
    if (parts.size() != 5 || parts[4] != "test" || parts[3].isEmpty())
        return std::nullopt;
    return Route{.kind = Route::Kind::Test, .name = QString::fromUtf8(QByteArray::fromPercentEncoding(parts[3]))};
}

} // namespace

bool Route::isCommand() const
{
    switch (kind) {
    case Kind::Escalate:
    case Kind::Acknowledge:
    case Kind::Close:
    case Kind::TryNow:
    case Kind::GiveUp:
    case Kind::Replay:
    case Kind::SendAnotherWay:
    case Kind::Test:
    case Kind::Hold:
    case Kind::Reopen:
    case Kind::Snooze:
    case Kind::Assign:
    case Kind::Notes:
    case Kind::NextStep:
    case Kind::Merge:
    case Kind::SetSilence:
    case Kind::EndSilence:
    case Kind::SilencePreview:
    case Kind::SetPolicy:
    case Kind::WhatIf:
        return true;
    case Kind::Sessions:
    case Kind::Session:
    case Kind::Incidents:
    case Kind::Incident:
    case Kind::Deliveries:
    case Kind::Delivery:
    case Kind::Notifiers:
    case Kind::Why:
    case Kind::Silences:
    case Kind::Silence:
    case Kind::Suppressions:
    case Kind::Rules:
    case Kind::RuleHistory:
    case Kind::Lint:
        break;
    }
    return false;
}

qsizetype Route::bodyLimit() const
{
    return kind == Kind::SetPolicy || kind == Kind::WhatIf ? DocumentLimit : CommandLimit;
}

Route Route::as(const QByteArray &method) const
{
    Route route = *this;
    if (kind == Kind::Silences && method == "POST")
        route.kind = Kind::SetSilence;
    else if (kind == Kind::Silence && method == "DELETE")
        route.kind = Kind::EndSilence;
    return route;
}

QByteArray Route::allow() const
{
    switch (kind) {
    case Kind::SetPolicy:
        return "PUT"_ba;
    case Kind::Sessions: // Posting a session is the gateway's.
    case Kind::Silences:
        return "GET, HEAD, POST"_ba;
    case Kind::Silence:
        return "GET, HEAD, DELETE"_ba;
    default:
        return isCommand() ? "POST"_ba : "GET, HEAD"_ba;
    }
}

bool Route::allows(const QByteArray &method) const
{
    const bool isGateways = kind == Kind::Sessions && method == "POST";
    const QList<QByteArray> taken = allow().split(',');
    return !isGateways && std::any_of(taken.begin(), taken.end(), [&method](const QByteArray &one) {
        return one.trimmed() == method;
    });
}

std::optional<Route> routeOf(const QByteArray &path)
{
    for (const Place &place : places()) {
        if (path.startsWith("/v1/") && QByteArrayView(path).sliced(4) == place.path)
            return Route{.kind = place.kind};
    }
    const QList<QByteArray> parts = path.split('/');
    if (parts.size() < 3 || parts.size() > 5 || !parts[0].isEmpty() || parts[1] != "v1")
        return std::nullopt;
    for (const Collection &collection : collections()) {
        if (parts[2] != collection.name)
            continue;
        if (parts.size() == 3)
            return Route{.kind = collection.all};
        const QUuid id = uuidFrom(parts[3]);
        if (id.isNull())
            return std::nullopt;
        if (parts.size() == 4)
            return Route{.kind = collection.one, .id = id};
        for (const Action &action : actions()) {
            if (action.of == collection.one && parts[4] == action.name)
                return Route{.kind = action.kind, .id = id};
        }
    }
    return otherRouteOf(parts);
}

std::variant<Query, QString> queryOf(const QByteArray &query, Route::Kind kind)
{
    const bool isList = kind == Route::Kind::Sessions || kind == Route::Kind::Incidents
                        || kind == Route::Kind::Deliveries || kind == Route::Kind::Silences
                        || kind == Route::Kind::Suppressions;
    const bool hasBytes = kind == Route::Kind::Deliveries || kind == Route::Kind::Delivery;
    QStringList known;
    if (isList)
        known.append(u"limit"_s);
    if (kind == Route::Kind::Sessions)
        known += {u"before"_s, u"query"_s};
    if (kind == Route::Kind::Incidents)
        known.append(u"state"_s);
    if (hasBytes)
        known.append(u"include"_s);

    Query result;
    QStringList seen;
    const QList<std::pair<QString, QString>> items = QUrlQuery(QString::fromUtf8(query)).queryItems(QUrl::FullyDecoded);
    for (const auto &[key, value] : items) {
        if (!known.contains(key))
            return known.isEmpty() ? u"This resource has no parameters."_s
                                   : u"Unknown parameter; there are: %1."_s.arg(known.join(u", "_s));
        if (seen.contains(key))
            return u"The parameter \"%1\" is given twice."_s.arg(key);
        seen.append(key);
        bool ok = false;
        if (key == "limit"_L1) {
            result.limit = value.toInt(&ok);
            if (!ok || result.limit < 1 || result.limit > MaxLimit)
                return u"\"limit\" must be a whole number between 1 and %1."_s.arg(MaxLimit);
        } else if (key == "before"_L1) {
            result.before = value.toULongLong(&ok);
            if (!ok || result.before == 0)
                return u"\"before\" must be a position of the journal, a whole number from 1 on."_s;
        } else if (key == "query"_L1) {
            const auto read = filter::parse(value);
            if (const auto *wrong = std::get_if<filter::SyntaxError>(&read))
                return u"\"query\", column %1: %2"_s.arg(QString::number(wrong->column), wrong->message);
            result.sessions = std::get<filter::ExpressionPtr>(read);
        } else if (key == "state"_L1) {
            result.state = incidentStateFromName(value);
            if (!result.state)
                return u"\"state\" can be triggered, acknowledged, snoozed or closed."_s;
        } else {
            if (value != "rendered"_L1)
                return u"\"include\" can only be \"rendered\"."_s;
            result.rendered = true;
        }
    }
    return result;
}

} // namespace escalite::api
