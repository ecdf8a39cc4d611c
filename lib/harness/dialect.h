// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How one service speaks: where it is, how it judges a request, how it says no. A service is a row of dialects() and a
// file with its judge, which shares nothing with the notifier of that name.

#pragma once

#include "core/timepoint.h"
#include "harness/fault.h"
#include "http/message.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <span>

namespace escalite::harness {

/// A request with what a judge may know besides: it has no clock and no memory.
struct Asked
{
    const http::Request &request;
    TimePoint now{};
    quint64 number = 1; ///< Of this request at this service, from 1; messages are named by it.
    /// Who asks may ask: the judge looks at everything but passwords, tokens and the secret parts of an address.
    bool anyCredentials = false;
};

struct Verdict
{
    http::Response answer{};
    bool taken = false;    ///< Somebody will see the message.
    QString why{};         ///< Why not, for people, with the place.
    QStringList remarks{}; ///< What the service takes, but does not do as meant: cut text, mentions that nobody wrote.
    QString text{};        ///< The message's text, for the record.
};

struct Dialect
{
    const char *id = nullptr;   ///< Of the notifier type.
    const char *name = nullptr; ///< For people.
    const char *path = nullptr; ///< Where messages go, secrets included: "/services/T…/B…/…".
    Verdict (*judge)(const Asked &asked) = nullptr;
    /// How the service puts one of RateLimited, ServerError, Unavailable, TooLarge, AuthRefused, RecipientRefused,
    /// Moved, Gone and NotFound; \a retryAfter seconds are for the first.
    http::Response (*refusal)(Fault fault, int retryAfter) = nullptr;
    /// Address and credentials as they stand in "config", \a base being "http://127.0.0.1:4711".
    QJsonObject (*config)(const QString &base) = nullptr;
    int burst = 0;     ///< So many requests at once, …
    Duration refill{}; ///< … and one more after each of these, as the service allows it.
};

/// Every service, in the order of the notifiers.
[[nodiscard]] std::span<const Dialect *const> dialects();
/// Null for what is none.
[[nodiscard]] const Dialect *dialectOf(QStringView id);

const Dialect &slackDialect();
const Dialect &telegramDialect();
const Dialect &whatsappDialect();
const Dialect &webhookDialect();
const Dialect &discordDialect();
const Dialect &teamsDialect();
const Dialect &mattermostDialect();
const Dialect &pagerdutyDialect();
const Dialect &ntfyDialect();
const Dialect &alertmanagerDialect();

} // namespace escalite::harness
