// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What was typed for an escalation that was not sent, and what was sent a moment ago: kept for the life of the window.

#pragma once

#include "runtime/console.h"

#include <QList>

#include <optional>

namespace escalite::ui {

/// What an escalation is about: the same subject finds the same unsent draft again.
struct EscalateSubject
{
    QList<QUuid> sessions{};
    std::optional<QUuid> incident{};
    std::optional<QUuid> again{}; ///< A delivery that is to be told again in other words; then the rest is empty.

    bool operator==(const EscalateSubject &) const = default;
};

/// What a person set in the dialog.
struct EscalateChoice
{
    QString message;
    QStringList notifiers;
    runtime::Include include = runtime::Include::FailingCalls;
    bool acknowledge = false;

    bool operator==(const EscalateChoice &) const = default;
};

class UnsentDrafts
{
public:
    void keep(const EscalateSubject &subject, const EscalateChoice &choice);
    void forget(const EscalateSubject &subject);
    [[nodiscard]] std::optional<EscalateChoice> find(const EscalateSubject &subject) const;

    void noteSent(const EscalateSubject &subject, const EscalateChoice &choice, TimePoint at);
    void noteUndone(const EscalateSubject &subject);
    /// When the very same was sent within the last minute: two equal messages are rarely meant (ui.md R16).
    [[nodiscard]] std::optional<TimePoint> sentBefore(const EscalateSubject &subject, const EscalateChoice &choice,
                                                      TimePoint now) const;

private:
    struct Kept
    {
        EscalateSubject subject;
        EscalateChoice choice;
        TimePoint at{};
    };
    /// Drafts beyond these push the oldest out.
    static constexpr int MaxKept = 50;

    QList<Kept> m_drafts;
    QList<Kept> m_sent;
};

} // namespace escalite::ui
