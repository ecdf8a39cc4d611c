// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What follows from a policy's values: which sources a rule covers, whom it tells, when.

#include "policy/policy.h"

#include "filter/predicate.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::policy {

namespace {

/// * stands for any text, ? for one character.
bool matchesGlob(QStringView pattern, QStringView text)
{
    qsizetype p = 0;
    qsizetype t = 0;
    qsizetype star = -1;
    qsizetype resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == u'*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == u'?' || pattern[p].toCaseFolded() == text[t].toCaseFolded())) {
            ++p;
            ++t;
        } else if (star >= 0) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == u'*')
        ++p;
    return p == pattern.size();
}

bool isGlob(const QString &source)
{
    return source.contains(u'*') || source.contains(u'?');
}

} // namespace

bool Rule::asksForGaps() const
{
    return condition && filter::mentions(*condition, filter::State::Gap);
}

bool Rule::covers(QStringView sessionSource) const
{
    if (source.isEmpty())
        return true;
    return isGlob(source) ? matchesGlob(source, sessionSource)
                          : sessionSource.compare(source, Qt::CaseInsensitive) == 0;
}

bool Rule::operator==(const Rule &other) const
{
    // The condition is what "when" says.
    return id == other.id && name == other.name && source == other.source && minimum == other.minimum
           && when == other.when && threshold == other.threshold && policy == other.policy
           && notifiers == other.notifiers && ignore == other.ignore && goesOn == other.goesOn && hold == other.hold
           && atMostEvery == other.atMostEvery && closeAfter == other.closeAfter && active == other.active
           && muted == other.muted && owner == other.owner && enabled == other.enabled;
}

bool Inhibition::operator==(const Inhibition &other) const
{
    return id == other.id && name == other.name && whileOpen == other.whileOpen && mute == other.mute
           && equal == other.equal && enabled == other.enabled;
}

EscalationPolicy Policy::planOf(const Rule &rule) const
{
    const auto named = std::find_if(policies.begin(), policies.end(),
                                    [&](const EscalationPolicy &candidate) { return candidate.id == rule.policy; });
    if (!rule.policy.isEmpty() && named != policies.end()) {
        EscalationPolicy plan = *named;
        plan.quiet = hoursOf(plan.quietIn);
        return plan;
    }
    EscalationPolicy plan{.acknowledgeFor = settings.acknowledgeFor};
    if (!rule.notifiers.isEmpty())
        plan.steps.append({.notifiers = rule.notifiers});
    return plan;
}

QList<WeeklyHours> Policy::hoursOf(const QStringList &names) const
{
    QList<WeeklyHours> hours;
    for (const Interval &interval : intervals) {
        if (names.contains(interval.name))
            hours += interval.hours;
    }
    return hours;
}

const Rule *Policy::takerOf(const SessionDigest &digest, const std::function<QString()> &text) const
{
    const auto takes = [&](const Rule &candidate) {
        return candidate.enabled && !candidate.ignore && candidate.threshold.kind != Threshold::Kind::Absence
               && candidate.covers(digest.source) && digest.effective >= candidate.minimum
               && (!digest.flags.testFlag(SessionFlag::Gap) || candidate.asksForGaps())
               && (!candidate.condition || filter::matches(*candidate.condition, digest, text));
    };
    const auto found = std::find_if(rules.begin(), rules.end(), takes);
    return found == rules.end() ? nullptr : &*found;
}

const Rule *Policy::rule(const QString &id) const
{
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const Rule &candidate) { return candidate.id == id; });
    return found == rules.end() ? nullptr : &*found;
}

QString idFromName(const QString &name, const QString &otherwise)
{
    QString id;
    const QString lower = name.toLower();
    for (const QChar c : lower) {
        if (c.isLetterOrNumber())
            id += c;
        else if (!id.isEmpty() && !id.endsWith(u'-'))
            id += u'-';
    }
    while (id.endsWith(u'-'))
        id.chop(1);
    constexpr qsizetype Longest = 100; // leaves room for a number behind it
    return id.isEmpty() ? otherwise : id.left(Longest);
}

} // namespace escalite::policy
