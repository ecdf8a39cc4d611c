// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a request line means: which resource, of which id, and how it may be used.

#pragma once

#include "core/incident.h"
#include "filter/expression.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <QUuid>

#include <optional>
#include <variant>

namespace escalite::api {

struct Route
{
    enum class Kind : quint8 {
        Sessions,
        Session,
        Escalate,
        Incidents,
        Incident,
        Acknowledge,
        Close,
        Deliveries,
        Delivery,
        TryNow,
        GiveUp,
        Replay,
        SendAnotherWay,
        Notifiers,
        Test,
        Hold,
        Why,
        Reopen,
        Snooze,
        Assign,
        Notes,
        NextStep,
        Merge,
        Silences,
        SetSilence,
        Silence,
        EndSilence,
        SilencePreview,
        Suppressions,
        Rules,
        RuleHistory,
        SetPolicy,
        WhatIf,
        Lint,
    };
    Kind kind = Kind::Sessions;
    QUuid id{};
    QString name{}; ///< Of a notifier.

    [[nodiscard]] bool isCommand() const;
    /// Most bytes of its body.
    [[nodiscard]] qsizetype bodyLimit() const;
    /// What \a method, which it allows, asks of it: where several are taken, the others have kinds of their own.
    [[nodiscard]] Route as(const QByteArray &method) const;
    /// Value of the Allow field (RFC 9110 10.2.1).
    [[nodiscard]] QByteArray allow() const;
    [[nodiscard]] bool allows(const QByteArray &method) const;
};

/// Nothing when no resource stands at \a path; an id that is no UUID names none. A name is percent-encoded UTF-8.
[[nodiscard]] std::optional<Route> routeOf(const QByteArray &path);

struct Query
{
    int limit = 100;
    quint64 before = 0;                     ///< Position; 0 = from the newest.
    bool rendered = false;                  ///< include=rendered
    filter::ExpressionPtr sessions{};       ///< query=…; null: all.
    std::optional<Incident::State> state{}; ///< state=…; nothing: all.
};
/// Reads \a query for \a kind; a sentence when something in it is unknown or out of range.
[[nodiscard]] std::variant<Query, QString> queryOf(const QByteArray &query, Route::Kind kind);

} // namespace escalite::api
