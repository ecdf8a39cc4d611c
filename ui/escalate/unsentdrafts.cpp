// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/escalate/unsentdrafts.h"

namespace escalite::ui {

void UnsentDrafts::keep(const EscalateSubject &subject, const EscalateChoice &choice)
{
    forget(subject);
    m_drafts.append({subject, choice, {}});
    if (m_drafts.size() > MaxKept)
        m_drafts.removeFirst();
}

void UnsentDrafts::forget(const EscalateSubject &subject)
{
    m_drafts.removeIf([&subject](const Kept &kept) { return kept.subject == subject; });
}

std::optional<EscalateChoice> UnsentDrafts::find(const EscalateSubject &subject) const
{
    for (const Kept &kept : m_drafts) {
        if (kept.subject == subject)
            return kept.choice;
    }
    return std::nullopt;
}

void UnsentDrafts::noteSent(const EscalateSubject &subject, const EscalateChoice &choice, TimePoint at)
{
    noteUndone(subject);
    m_sent.append({subject, choice, at});
    if (m_sent.size() > MaxKept)
        m_sent.removeFirst();
}

void UnsentDrafts::noteUndone(const EscalateSubject &subject)
{
    m_sent.removeIf([&subject](const Kept &kept) { return kept.subject == subject; });
}

std::optional<TimePoint> UnsentDrafts::sentBefore(const EscalateSubject &subject, const EscalateChoice &choice,
                                                  TimePoint now) const
{
    for (const Kept &kept : m_sent) {
        if (kept.subject == subject && kept.choice.message == choice.message
            && kept.choice.notifiers == choice.notifiers && now - kept.at < std::chrono::minutes(1))
            return kept.at;
    }
    return std::nullopt;
}

} // namespace escalite::ui
