// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Each remark has a cause that can be proven from the configuration, or a fact that was counted.

#include "policy/lint.h"

#include "policy/matchable.h"

#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::policy {

namespace {

using Kind = Finding::Kind;
using Place = Finding::Place;

constexpr std::chrono::hours QuietFor(24 * 30);
constexpr std::chrono::hours LongestSilence(24 * 31);
constexpr quint64 FewestSeen = 100; ///< Of fewer sessions a share says nothing.

QString quoted(const QStringList &names)
{
    QStringList all;
    for (const QString &name : names)
        all.append(u'“' + name + u'”');
    return all.join(u", "_s);
}

bool isFollowedBySilence(const Rule &rule)
{
    return rule.threshold.kind == Threshold::Kind::Each || rule.threshold.kind == Threshold::Kind::FirstSeen
           || rule.threshold.kind == Threshold::Kind::Regressed;
}

/// A rule that lets every session through.
Rule everySession()
{
    Rule rule;
    rule.minimum = Level::Debug;
    return rule;
}

bool hasSameCondition(const Rule &left, const Rule &right)
{
    if (!left.condition || !right.condition)
        return left.when == right.when;
    return filter::isSame(*left.condition, *right.condition);
}

/// Whether nothing that \a later would match gets past \a before.
bool takesAllOf(const Rule &before, const Rule &later)
{
    const Threshold::Kind kind = before.threshold.kind;
    // One that waits for what hangs lets ended sessions pass.
    const bool takesEnded = kind != Threshold::Kind::Stuck || later.threshold.kind == Threshold::Kind::Stuck;
    const bool takes =
        before.enabled && !before.goesOn && before.active.isEmpty() && kind != Threshold::Kind::Absence && takesEnded;
    // Without a condition it takes everything but gaps, which only a rule that names them takes.
    const bool hasNoCondition = before.when.isEmpty() && !later.asksForGaps();
    return takes && before.minimum <= later.minimum && (hasNoCondition || hasSameCondition(before, later))
           && coversSources(before.source, later.source);
}

/// Texts that \a expression asks for in messages or anywhere; not those that it excludes.
QStringList wordsAskedFor(const filter::Expression &expression)
{
    QStringList words;
    if (expression.kind == filter::Expression::Kind::Not || expression.op == filter::Op::IsNot)
        return words;
    for (const auto &part : expression.parts)
        words += wordsAskedFor(*part);
    if (expression.kind == filter::Expression::Kind::Condition
        && (expression.field == filter::Field::Message || expression.field == filter::Field::Any)) {
        for (const filter::Value &value : expression.values)
            words.append(value.text);
    }
    return words;
}

class Linter
{
public:
    Linter(const Policy &policy, const QMap<QString, NotifierFacts> &notifiers, const QMap<QString, RuleFacts> &rules,
           TimePoint now)
        : m_policy(policy)
        , m_notifiers(notifiers)
        , m_rules(rules)
        , m_now(now)
    {
    }

    [[nodiscard]] QList<Finding> findings(const QList<Silence> &silences)
    {
        for (qsizetype i = 0; i < m_policy.rules.size(); ++i) {
            if (m_policy.rules.at(i).enabled)
                lookAtRule(i);
        }
        for (const EscalationPolicy &policy : m_policy.policies)
            lookAtPolicy(policy);
        lookAtNotifiers();
        for (const Silence &silence : silences)
            lookAtSilence(silence);
        for (const Inhibition &inhibition : m_policy.inhibitions) {
            if (inhibition.enabled)
                lookAtInhibition(inhibition);
        }
        return m_findings;
    }

private:
    void add(Kind kind, Place place, const QString &subject, const QString &field, const QString &sentence,
             int step = -1)
    {
        m_findings.append(
            {.kind = kind, .place = place, .subject = subject, .step = step, .field = field, .sentence = sentence});
    }

    void add(Kind kind, const Rule &rule, const QString &field, const QString &sentence)
    {
        add(kind, Place::Rule, rule.id, field, sentence);
    }

    void lookAtRule(qsizetype index)
    {
        const Rule &rule = m_policy.rules.at(index);
        const qsizetype before = m_findings.size();
        const bool activeKnown = lookAtIntervals(Place::Rule, rule.id, u"active"_s, rule.active);
        const bool mutedKnown = lookAtIntervals(Place::Rule, rule.id, u"muted"_s, rule.muted);
        if (activeKnown && mutedKnown)
            lookAtHours(rule);
        if (rule.condition && !canMatch(*rule.condition, rule))
            add(Kind::ContradictoryCondition, rule, u"when"_s,
                u"“%1” never matches: no session of its sources, %2 or worse, can fulfil “%3”. Change the condition, the level or the sources."_s
                    .arg(rule.name, levelName(rule.minimum), rule.when));
        else
            lookBefore(index);
        if (!rule.ignore)
            lookAtWhoIsTold(rule);
        // What can never fire has its reason already.
        if (m_findings.size() == before && !rule.ignore)
            lookAtPast(rule);
    }

    /// False when one of \a names is not known or empty.
    bool lookAtIntervals(Place place, const QString &subject, const QString &field, const QStringList &names)
    {
        bool allKnown = true;
        for (const QString &name : names) {
            const auto found = std::find_if(m_policy.intervals.begin(), m_policy.intervals.end(),
                                            [&](const Interval &interval) { return interval.name == name; });
            const bool exists = found != m_policy.intervals.end();
            if (exists && !found->hours.isEmpty())
                continue;
            allKnown = false;
            add(Kind::UnknownInterval, place, subject, field,
                exists
                    ? u"The interval “%1” has no hours, so that it changes nothing here. Give it some, or take it out."_s
                          .arg(name)
                    : u"There is no interval “%1”. Choose one that exists, or define it."_s.arg(name));
        }
        return allKnown;
    }

    void lookAtHours(const Rule &rule)
    {
        const QList<WeeklyHours> active = m_policy.hoursOf(rule.active);
        const QList<WeeklyHours> muted = m_policy.hoursOf(rule.muted);
        if (rule.active.isEmpty() && rule.muted.isEmpty())
            return;
        const auto counts = [&](TimePoint at) {
            return (rule.active.isEmpty() || isWithin(active, at)) && !isWithin(muted, at);
        };
        // A fortnight has every hour of the week, on both sides of a change of the clocks.
        constexpr std::chrono::hours Fortnight(24 * 14);
        for (TimePoint at = m_now; at < m_now + Fortnight;) {
            if (counts(at))
                return;
            const auto nextActive = nextChange(active, at);
            const auto nextMuted = nextChange(muted, at);
            if (!nextActive && !nextMuted)
                break;
            at = nextActive && nextMuted ? std::min(*nextActive, *nextMuted) : nextActive ? *nextActive : *nextMuted;
        }
        if (rule.muted.isEmpty())
            add(Kind::NeverActive, rule, u"active"_s,
                u"“%1” is never active: the hours of %2 never come."_s.arg(rule.name, quoted(rule.active)));
        else
            add(Kind::NeverActive, rule, u"muted"_s,
                u"“%1” never tells anybody: it is muted by %2 whenever it is active."_s.arg(rule.name,
                                                                                            quoted(rule.muted)));
    }

    void lookBefore(qsizetype index)
    {
        const Rule &rule = m_policy.rules.at(index);
        if (rule.threshold.kind == Threshold::Kind::Absence)
            return; // it only listens
        for (qsizetype i = 0; i < index; ++i) {
            const Rule &before = m_policy.rules.at(i);
            if (!takesAllOf(before, rule))
                continue;
            add(Kind::UnreachableRule, rule, QString(),
                u"“%1” never decides: “%2” before it takes everything it would match. Move it up, or let “%2” continue."_s
                    .arg(rule.name, before.name));
            return;
        }
    }

    void lookAtWhoIsTold(const Rule &rule)
    {
        const EscalationPolicy plan = m_policy.planOf(rule);
        if (plan.steps.isEmpty()) {
            const bool lost = !rule.policy.isEmpty() && plan.id.isEmpty();
            add(Kind::NobodyTold, rule, rule.policy.isEmpty() ? u"notify"_s : u"policy"_s,
                lost ? u"“%1” tells nobody: there is no policy “%2”. Choose one that exists."_s.arg(rule.name,
                                                                                                    rule.policy)
                     : u"“%1” tells nobody. Choose notifiers or a policy, or let it ignore what it matches."_s.arg(
                         rule.name));
            return;
        }
        if (plan.id.isEmpty() && !isHeard(plan.steps.first()))
            add(Kind::SilentStep, rule, u"notify"_s,
                u"Nobody would hear of “%1”: %2."_s.arg(rule.name, whyUnheard(plan.steps.first())));
        lookForLoop(rule, plan);
    }

    void lookForLoop(const Rule &rule, const EscalationPolicy &plan)
    {
        QStringList told;
        for (const EscalationStep &step : plan.steps)
            told += step.notifiers;
        told.removeDuplicates();
        if (told.size() != 1 || !rule.condition)
            return;
        const QString about = rule.name + u' ' + rule.source + u' ' + rule.when;
        const bool isAboutFailures = std::any_of(FailureWords.begin(), FailureWords.end(), [&](QLatin1StringView word) {
            return about.contains(word, Qt::CaseInsensitive);
        });
        const QStringList words = wordsAskedFor(*rule.condition);
        const bool namesIt = std::any_of(words.begin(), words.end(), [&](const QString &word) {
            return word.contains(told.first(), Qt::CaseInsensitive);
        });
        if (isAboutFailures && namesIt)
            add(Kind::FailureLoop, rule, rule.policy.isEmpty() ? u"notify"_s : u"policy"_s,
                u"“%1” tells of failures of “%2” through “%2” alone, which fails then. Let another notifier tell it."_s
                    .arg(rule.name, told.first()));
    }

    void lookAtPast(const Rule &rule)
    {
        const auto facts = m_rules.constFind(rule.id);
        if (facts == m_rules.constEnd())
            return;
        const bool isOld = facts->since && m_now - *facts->since >= QuietFor;
        const bool isQuiet = !facts->lastFired || m_now - *facts->lastFired >= QuietFor;
        if (isOld && isQuiet)
            add(Kind::QuietRule, rule, QString(),
                (facts->lastFired
                     ? u"“%1” has opened no incident for more than 30 days. See whether its condition is still right."_s
                     : u"“%1” has never opened an incident in more than 30 days. See whether its condition is right."_s)
                    .arg(rule.name));
        const bool isForEach =
            rule.threshold.kind == Threshold::Kind::Each || rule.threshold.kind == Threshold::Kind::Count;
        if (isForEach && facts->seen >= FewestSeen && facts->matched * 10 > facts->seen * 9)
            add(Kind::MatchesMost, rule, u"when"_s,
                u"“%1” matches %2 of the %3 sessions of the last day. Raise its level or narrow its condition."_s.arg(
                    rule.name, QString::number(facts->matched), QString::number(facts->seen)));
    }

    [[nodiscard]] bool isHeard(const EscalationStep &step) const
    {
        return std::any_of(step.notifiers.begin(), step.notifiers.end(), [&](const QString &name) {
            const auto facts = m_notifiers.constFind(name);
            return facts != m_notifiers.constEnd() && facts->enabled && facts->fit;
        });
    }

    [[nodiscard]] QString whyUnheard(const EscalationStep &step) const
    {
        if (step.notifiers.isEmpty())
            return u"it names no notifier"_s;
        QStringList reasons;
        for (const QString &name : step.notifiers) {
            const auto facts = m_notifiers.constFind(name);
            if (facts == m_notifiers.constEnd())
                reasons.append(u"there is no notifier “%1”"_s.arg(name));
            else
                reasons.append((facts->enabled ? u"“%1” is held or failing"_s : u"“%1” is off"_s).arg(name));
        }
        return reasons.join(u", "_s);
    }

    void lookAtPolicy(const EscalationPolicy &policy)
    {
        QList<const Rule *> users;
        for (const Rule &rule : m_policy.rules) {
            if (rule.policy == policy.id)
                users.append(&rule);
        }
        if (users.isEmpty())
            add(Kind::UnusedPolicy, Place::Policy, policy.id, QString(),
                u"No rule uses the policy “%1”. Choose it in a rule, or remove it."_s.arg(policy.name));
        for (qsizetype i = 0; i < policy.steps.size(); ++i) {
            if (!isHeard(policy.steps.at(i)))
                add(Kind::SilentStep, Place::Policy, policy.id, u"notify"_s,
                    u"Nobody would hear step %1 of “%2”: %3."_s.arg(QString::number(i + 1), policy.name,
                                                                    whyUnheard(policy.steps.at(i))),
                    static_cast<int>(i));
        }
        if (lookAtIntervals(Place::Policy, policy.id, u"quiet"_s, policy.quietIn))
            lookAtReach(policy, users);
    }

    void lookAtReach(const EscalationPolicy &policy, const QList<const Rule *> &users)
    {
        const QList<WeeklyHours> quiet = m_policy.hoursOf(policy.quietIn);
        if (!policy.steps.isEmpty() && isWithin(quiet, m_now) && !nextChange(quiet, m_now)) {
            add(Kind::UnreachableStep, Place::Policy, policy.id, u"quiet"_s,
                u"Below critical the first step of “%1” is never taken: its quiet hours %2 never end."_s.arg(
                    policy.name, quoted(policy.quietIn)),
                0);
            return;
        }
        Duration longest = Duration::zero(); // of silence that the incidents of all its rules outlive; 0 = for good
        for (const Rule *rule : users) {
            const Duration closes = rule->closeAfter.value_or(m_policy.settings.closeAfter);
            if (rule->ignore || !rule->enabled)
                continue;
            if (!isFollowedBySilence(*rule) || closes == Duration::zero())
                return;
            longest = std::max(longest, closes);
        }
        if (longest == Duration::zero())
            return;
        Duration after = Duration::zero();
        for (qsizetype i = 1; i < policy.steps.size(); ++i) {
            after += policy.steps.at(i).wait;
            if (after < longest)
                continue;
            add(Kind::UnreachableStep, Place::Policy, policy.id, u"wait"_s,
                u"Step %1 of “%2” comes %3 after the first, but incidents are closed after %4 of silence: only trouble that goes on gets there. Wait less, or close later."_s
                    .arg(QString::number(i + 1), policy.name, toText(after), toText(longest)),
                static_cast<int>(i));
            return;
        }
    }

    void lookAtNotifiers()
    {
        QSet<QString> used;
        const auto use = [&used](const EscalationPolicy &plan) {
            for (const EscalationStep &step : plan.steps)
                used.unite(QSet<QString>(step.notifiers.begin(), step.notifiers.end()));
        };
        for (const Rule &rule : m_policy.rules) {
            if (rule.enabled && !rule.ignore)
                use(m_policy.planOf(rule));
        }
        for (auto notifier = m_notifiers.begin(); notifier != m_notifiers.end(); ++notifier) {
            const NotifierFacts &facts = *notifier;
            if (!facts.enabled || !used.contains(notifier.key()))
                continue;
            if (!facts.lastProven)
                add(Kind::UnprovenNotifier, Place::Notifier, notifier.key(), QString(),
                    u"Nothing has ever arrived through “%1”. Send a drill to be sure."_s.arg(notifier.key()));
            else if (facts.provenFor > Duration::zero() && m_now - *facts.lastProven > facts.provenFor)
                add(Kind::UnprovenNotifier, Place::Notifier, notifier.key(), QString(),
                    u"Nothing has arrived through “%1” for %2; a proof counts for %3. Send a drill to be sure."_s.arg(
                        notifier.key(), toText(m_now - *facts.lastProven), toText(facts.provenFor)));
        }
    }

    void lookAtSilence(const Silence &silence)
    {
        const TimePoint end = silence.untilQuiet ? std::max(silence.endsAt, silence.latestEnd) : silence.endsAt;
        if (silence.endedAt || end <= m_now)
            return;
        const auto parsed = filter::parse(silence.matcher);
        const auto *matcher = std::get_if<filter::ExpressionPtr>(&parsed);
        const QString subject = silence.id.toString(QUuid::WithoutBraces);
        if (matcher && matchesAll(**matcher))
            add(Kind::SilenceOfAll, Place::Silence, subject, u"matcher"_s,
                u"This silence covers every source at every level: nobody is told of anything. Name a source or a level."_s);
        else if (matcher && !canMatch(**matcher, everySession()))
            add(Kind::ContradictoryCondition, Place::Silence, subject, u"matcher"_s,
                u"This silence catches nothing: no session can fulfil “%1”."_s.arg(silence.matcher));
        if (end - m_now > LongestSilence)
            add(Kind::LongSilence, Place::Silence, subject, u"ends_at"_s,
                u"This silence ends in %1 days. Let it end sooner, or change the rule instead."_s.arg(
                    QString::number(std::chrono::floor<std::chrono::days>(end - m_now).count())));
    }

    void lookAtInhibition(const Inhibition &inhibition)
    {
        const auto look = [&](const filter::ExpressionPtr &condition, const QString &text, const QString &field) {
            if (condition && !canMatch(*condition, everySession()))
                add(Kind::ContradictoryCondition, Place::Inhibition, inhibition.id, field,
                    u"“%1” never mutes anything: no session can fulfil “%2”."_s.arg(inhibition.name, text));
        };
        look(inhibition.whileOpenCondition, inhibition.whileOpen, u"while"_s);
        look(inhibition.muteCondition, inhibition.mute, u"mute"_s);
    }

    static constexpr std::array FailureWords{"fail"_L1, "notif"_L1, "deliver"_L1, "escalite"_L1};

    const Policy &m_policy;
    const QMap<QString, NotifierFacts> &m_notifiers;
    const QMap<QString, RuleFacts> &m_rules;
    TimePoint m_now;
    QList<Finding> m_findings;
};

} // namespace

QList<Finding> lint(const Policy &policy, const QList<Silence> &silences, const QMap<QString, NotifierFacts> &notifiers,
                    const QMap<QString, RuleFacts> &rules, TimePoint now)
{
    return Linter(policy, notifiers, rules, now).findings(silences);
}

} // namespace escalite::policy
