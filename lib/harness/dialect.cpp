// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The list of services.

#include "harness/dialect.h"

#include <array>

namespace escalite::harness {

std::span<const Dialect *const> dialects()
{
    static const std::array all{&slackDialect(),   &telegramDialect(),    &whatsappDialect(),   &webhookDialect(),
                                &discordDialect(), &teamsDialect(),       &mattermostDialect(), &pagerdutyDialect(),
                                &ntfyDialect(),    &alertmanagerDialect()};
    return all;
}

const Dialect *dialectOf(QStringView id)
{
    for (const Dialect *dialect : dialects()) {
        if (id == QLatin1StringView(dialect->id))
            return dialect;
    }
    return nullptr;
}

} // namespace escalite::harness
