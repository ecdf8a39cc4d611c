// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// At most so many messages to one recipient in any minute, whichever notifier they go through. Pure: the time is an
// argument.

#pragma once

#include "core/delivery.h"

#include <QHash>
#include <QStringList>

#include <deque>

namespace escalite::delivery {

class RecipientLimits
{
public:
    /// What \a delivery is counted under: the notifier's type with each address, or with the target when the service
    /// knows no addresses.
    [[nodiscard]] static QStringList recipientsOf(const Delivery &delivery, const char *type);

    /// Zero when each of \a recipients may get a message now with at most \a perMinute in any minute, else how long
    /// they have to wait. \a now is steady: any origin, never backwards.
    [[nodiscard]] Duration wait(const QStringList &recipients, int perMinute, Duration now) const;
    /// \a messages go to each of \a recipients now.
    void take(const QStringList &recipients, int messages, Duration now);

private:
    void forget(Duration now);

    QHash<QString, std::deque<Duration>> m_taken; ///< Of the last minute, oldest first.
};

} // namespace escalite::delivery
