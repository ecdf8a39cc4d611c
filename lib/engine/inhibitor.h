// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Which open incidents keep people from being told of others, as Alertmanager's inhibition does: while one that the
// first condition matches is open, those that the second matches and that have the same values are muted. One that both
// match is not muted by another such one, so that no two mute each other.

#pragma once

#include "core/incident.h"
#include "policy/policy.h"

#include <QHash>
#include <QSet>

#include <optional>
#include <vector>

namespace escalite::engine {

class Inhibitor
{
public:
    void setInhibitions(const QList<policy::Inhibition> &inhibitions);
    [[nodiscard]] bool isEmpty() const { return m_watches.empty(); }
    /// \a incident as it is now. True when it mutes others no longer.
    bool note(const Incident &incident);
    /// Id of the inhibition that mutes \a incident.
    [[nodiscard]] std::optional<QString> muting(const Incident &incident) const;

private:
    struct Source
    {
        QString values{};   ///< Of what must be equal.
        bool muted = false; ///< Matches the second condition, too.
    };
    struct Watch
    {
        policy::Inhibition inhibition{};
        QHash<QUuid, Source> sources{};          ///< Open incidents that mute.
        QHash<QString, QSet<QUuid>> purely{};    ///< Those that only mute, by their values;
        QHash<QString, QSet<QUuid>> notPurely{}; ///< and those that both conditions match.
    };
    static bool forget(Watch &watch, const QUuid &incident);

    std::vector<Watch> m_watches;
};

} // namespace escalite::engine
