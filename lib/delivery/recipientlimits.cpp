// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// At most so many messages to one recipient in any minute, whichever notifier they go through.

#include "delivery/recipientlimits.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::delivery {

namespace {

constexpr Duration Minute = std::chrono::minutes(1);
/// From so many recipients on those that got nothing for a minute are forgotten at each message.
constexpr qsizetype ManyRecipients = 1'000;

} // namespace

QStringList RecipientLimits::recipientsOf(const Delivery &delivery, const char *type)
{
    const QString kind = QLatin1StringView(type) + u'\n';
    QStringList recipients;
    for (const QByteArray &recipient : delivery.rendered.recipients)
        recipients.append(kind + QString::fromUtf8(recipient).toLower());
    if (recipients.isEmpty())
        recipients.append(kind + (delivery.rendered.to.isEmpty() ? delivery.notifier : delivery.rendered.to));
    return recipients;
}

Duration RecipientLimits::wait(const QStringList &recipients, int perMinute, Duration now) const
{
    const auto most = static_cast<std::size_t>(std::max(perMinute, 1));
    Duration longest{};
    for (const QString &recipient : recipients) {
        const auto taken = m_taken.constFind(recipient);
        if (taken != m_taken.cend() && taken->size() >= most)
            longest = std::max(longest, (*taken)[taken->size() - most] + Minute - now);
    }
    return longest;
}

void RecipientLimits::take(const QStringList &recipients, int messages, Duration now)
{
    if (m_taken.size() >= ManyRecipients)
        forget(now);
    for (const QString &recipient : recipients) {
        std::deque<Duration> &taken = m_taken[recipient];
        while (!taken.empty() && taken.front() + Minute <= now)
            taken.pop_front();
        taken.insert(taken.end(), static_cast<std::size_t>(messages), now);
    }
}

void RecipientLimits::forget(Duration now)
{
    m_taken.removeIf([now](const QHash<QString, std::deque<Duration>>::iterator &entry) {
        return entry.value().back() + Minute <= now;
    });
}

} // namespace escalite::delivery
