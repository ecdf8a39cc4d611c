// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is to be expected of a delivery: where it goes, when it would be tried again, how often at most. Pure.

#pragma once

#include "delivery/retryschedule.h"
#include "runtime/configurationfile.h"

namespace escalite::runtime {

[[nodiscard]] delivery::RetryPolicy retryPolicy(const policy::Settings &settings);

struct Outlook
{
    QString fallback{}; ///< Members as DeliveryDetail has them.
    QString server{};
    QList<TimePoint> planned{};
    int mostTries = 0;

    bool operator==(const Outlook &) const = default;
};
[[nodiscard]] Outlook outlookOf(const Delivery &delivery, const Settled &settled, TimePoint now);

/// Where \a notifier hands its messages over: "hooks.slack.com, TLS", "smtp.acme.test:587, STARTTLS"; empty when it is
/// no server. No secrets.
[[nodiscard]] QString serverOf(const delivery::ConfiguredNotifier &notifier);

} // namespace escalite::runtime
