// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What every notifier must do, ours and those of others: its table of fields, what it renders, how it sends.

#pragma once

#include "delivery/notifier.h"

#include <QJsonObject>
#include <QList>
#include <QString>

#include <functional>

namespace escalite::harness {

struct ConformanceCheck
{
    QString name{};    ///< "renders the same bytes for the same arguments".
    QString wrong{};   ///< What was found; empty when it is as it must be. No secrets.
    QString skipped{}; ///< Why it could not be tried; empty when it was.

    [[nodiscard]] bool passed() const { return wrong.isEmpty(); }
};

struct ConformanceSubject
{
    const delivery::NotifierType *type = nullptr;
    /// In its texts "{harness}" stands for http://127.0.0.1:PORT of a server of the kit, "{port}" for the port of one
    /// that says nothing, "{secret}" for a credential that must appear nowhere.
    QJsonObject config{};
    bool mustTake = true; ///< Without a server of the kit: every message must be delivered or accepted.
    Duration attemptTimeout = std::chrono::milliseconds(400); ///< What a stall costs.
};

/// A configuration made from the table of fields: what is required, and what has an example.
[[nodiscard]] QJsonObject exampleConfig(const delivery::NotifierType &type);

/// \a config with its placeholders filled in for servers on \a port.
[[nodiscard]] QJsonObject filledConfig(const QJsonObject &config, int port);

/// Makes all checks, on the calling thread, whose event loop turns meanwhile; \a told hears of each.
QList<ConformanceCheck> conform(const ConformanceSubject &subject,
                                const std::function<void(const ConformanceCheck &)> &told = {});

} // namespace escalite::harness
