// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The engine's words. English; for machines and messages, so not translated.

#include "engine/sentence.h"

#include "engine/plan.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

namespace {

constexpr qsizetype MaxHeadline = 200; ///< UTF-16 units of foreign text in a first line.

QString oneLine(const QString &foreign)
{
    QString text = foreign.simplified();
    if (text.size() <= MaxHeadline)
        return text;
    text.truncate(text[MaxHeadline - 2].isHighSurrogate() ? MaxHeadline - 2 : MaxHeadline - 1);
    return text + u'…';
}

QString withHeadline(const QString &sentence, const Incident &incident)
{
    const QString text = oneLine(incident.message);
    return text.isEmpty() ? sentence : sentence + u": "_s + text;
}

QString sessions(quint64 count)
{
    return count == 1 ? u"1 session"_s : QString::number(count) + u" sessions"_s;
}

QString failing(const Incident &incident)
{
    return incident.title
           + (incident.level >= Level::Error ? u" is failing"_s : u" reports "_s + levelName(incident.level));
}

QString withCount(const QString &sentence, quint64 count)
{
    return count > 1 ? sentence + u" ("_s + sessions(count) + u')' : sentence;
}

QString stillFailing(const Incident &incident)
{
    return incident.title
           + (incident.level >= Level::Error ? u" is still failing"_s
                                             : u" still reports "_s + levelName(incident.level));
}

QString counted(quint64 count, const QString &noun)
{
    return QString::number(count) + u' ' + noun + (count == 1 ? QString() : u"s"_s);
}

/// "error or worse"; nothing is worse than critical.
QString orWorse(Level level)
{
    return level == Level::Critical ? levelName(level) : levelName(level) + u" or worse"_s;
}

QString reached(const SessionDigest &digest, const policy::Rule &rule)
{
    return u"effective level is %1, the rule \"%2\" wants %3"_s.arg(levelName(digest.effective), rule.name,
                                                                    orWorse(rule.minimum))
           + (rule.when.isEmpty() ? u"."_s : u" and its condition holds."_s);
}

} // namespace

QString firstTold(const Incident &incident, quint64 sessions)
{
    QString sentence;
    if (!incident.snoozedBy.isEmpty())
        sentence = u"%1: the snooze by %2 is over"_s.arg(incident.title, oneLine(incident.snoozedBy));
    else if (incident.acknowledgedUntil && !incident.acknowledgedAt)
        sentence = u"%1 is not closed, %2 after %3 acknowledged it"_s.arg(
            incident.title, toText(incident.plan.acknowledgeFor), oneLine(incident.acknowledgedBy));
    else
        sentence = failing(incident) + (incident.regressed || incident.reopened ? u" again"_s : QString());
    return withCount(withHeadline(sentence, incident), sessions);
}

QString toldStep(const Incident &incident, const Escalation &escalation, quint64 sessions)
{
    QString sentence = u"%1, step %2 of %3"_s.arg(failing(incident), QString::number(escalation.step + 1),
                                                  QString::number(incident.plan.steps.size()));
    if (escalation.reason == Reason::Repeat)
        sentence +=
            u" again (%1 of %2)"_s.arg(QString::number(incident.laps), QString::number(incident.plan.repeatAtMost));
    if (escalation.by != incident.rule)
        sentence += u", taken by "_s + oneLine(escalation.by);
    else if (incident.unansweredSince)
        sentence += u": nobody has answered for "_s + toText(escalation.createdAt - *incident.unansweredSince);
    return withCount(withHeadline(sentence, incident), sessions);
}

QString toldAgain(const Incident &incident, quint64 more, quint64 sessions, TimePoint now)
{
    const Duration since = now - incident.lastToldAt.value_or(incident.openedAt);
    const QString sentence = u"%1: %2 in %3, %4 in all"_s.arg(stillFailing(incident), counted(more, u"more session"_s),
                                                              toText(since), QString::number(sessions));
    return withHeadline(sentence, incident);
}

QString toldAfterSilence(const Incident &incident, quint64 sessions)
{
    return withCount(withHeadline(stillFailing(incident) + u", the silence is over"_s, incident), sessions);
}

QString summaryOf(const Silence &silence)
{
    return u"Caught %1, held back %2."_s.arg(counted(silence.caught, u"session"_s),
                                             counted(silence.heldBack, u"notification"_s));
}

QString toldDigest(const Silence &silence, const std::vector<DigestLine> &lines)
{
    constexpr std::size_t MostLines = 50;
    quint64 sum = 0;
    for (const DigestLine &line : lines)
        sum += line.sessions;
    QStringList text{u"The silence of %1 is over: it held back %2 of %3 (%4)"_s.arg(
        oneLine(silence.matcher), counted(silence.heldBack, u"notification"_s), counted(lines.size(), u"incident"_s),
        sessions(sum))};
    for (std::size_t i = 0; i < std::min(lines.size(), MostLines); ++i) {
        const DigestLine &line = lines[i];
        text.append(u"%1: %2, %3%4"_s.arg(oneLine(line.title), counted(line.times, u"notification"_s),
                                          sessions(line.sessions), line.isOpen ? u", still open"_s : QString()));
    }
    if (lines.size() > MostLines)
        text.append(u"and %1"_s.arg(counted(lines.size() - MostLines, u"more incident"_s)));
    return text.join(u'\n');
}

QString toldStorm(const Storm &storm, const StormPicture &picture, TimePoint now)
{
    constexpr qsizetype MostSources = 5;
    QString sentence = u"%1: %2 in %3, %4"_s.arg(
        storm.endedAt ? u"The storm is over"_s : u"Storm"_s, counted(storm.incidents, u"incident"_s),
        toText(storm.endedAt ? storm.lastOpenedAt - storm.beganAt : now - storm.beganAt), sessions(picture.sessions));
    if (storm.heldBack > 0)
        sentence += u"; %1 of them told of here alone"_s.arg(storm.heldBack);
    if (storm.endedAt)
        sentence += u"; %1 still open"_s.arg(picture.open);
    QStringList sources;
    for (const auto &[source, incidents] : picture.sources.first(std::min(MostSources, picture.sources.size())))
        sources.append(u"%1 (%2)"_s.arg(oneLine(source), QString::number(incidents)));
    if (!sources.isEmpty())
        sentence += u". Most: "_s + sources.join(u", "_s);
    return sentence;
}

QString toldAcknowledged(const Incident &incident, const QString &by)
{
    return u"%1: acknowledged by %2 (%3)"_s.arg(incident.title, oneLine(by), sessions(incident.count));
}

QString toldClosed(const Incident &incident, const QString &by)
{
    return u"%1: closed by %2 (%3)"_s.arg(incident.title, oneLine(by), sessions(incident.count));
}

QString toldQuiet(const Incident &incident, Duration quiet)
{
    return u"%1: closed, quiet for %2 (%3)"_s.arg(incident.title, toText(quiet), sessions(incident.count));
}

QString toldRecovered(const Incident &incident)
{
    return u"%1: closed, it is over (%2)"_s.arg(incident.title, sessions(incident.count));
}

QString nextStepText(const Incident &incident, const policy::Settings &settings)
{
    const bool closes = incident.closeAfter > Duration::zero();
    const QString quiet =
        closes ? u"Closed when nothing more comes for %1."_s.arg(toText(incident.closeAfter)) : QString();
    switch (incident.state) {
    case Incident::State::Closed:
        return u"When it happens again, a new incident is opened."_s;
    case Incident::State::Snoozed:
        return incident.snoozedUntil
                   ? u"Nobody is told until the snooze is over, %1."_s.arg(toRfc3339(*incident.snoozedUntil))
                   : u"Nobody is told until it is worse."_s;
    case Incident::State::Acknowledged:
        if (incident.acknowledgedUntil)
            return u"If it is not closed within %1, all are told anew."_s.arg(toText(incident.plan.acknowledgeFor));
        return closes ? quiet : u"Nobody is told again while it stays acknowledged."_s;
    case Incident::State::Triggered:
        break;
    }
    if (incident.notifiers.isEmpty())
        return quiet;
    if (incident.unansweredSince && incident.stepAt && hasStepToCome(incident)) {
        const int step = stepToCome(incident);
        const EscalationStep &coming = incident.plan.steps.at(step);
        const bool isRepeat = incident.nextStep >= incident.plan.steps.size();
        return u"If nobody answers within %1, %2 is told (step %3 of %4)."_s.arg(
            toText(isRepeat ? incident.plan.repeatEvery : coming.wait), coming.notifiers.join(u", "_s),
            QString::number(step + 1), QString::number(incident.plan.steps.size()));
    }
    return u"If it goes on, told again in %1 at the earliest, until somebody acknowledges."_s.arg(
        toText(incident.atMostEvery > Duration::zero() ? incident.atMostEvery : settings.group));
}

QString reasoning(const Explanation &explanation, const SessionDigest &digest, const policy::Rule *rule,
                  const Incident *incident)
{
    Q_ASSERT(rule || explanation.verdict == Verdict::NoRule || explanation.verdict == Verdict::Counted
             || explanation.verdict == Verdict::None);
    const QString name = rule ? rule->name : QString();
    const QString id = incident ? shortId(incident->id) : QString();
    switch (explanation.verdict) {
    case Verdict::NoRule:
        return u"No rule in force covers the source \"%1\"."_s.arg(digest.source);
    case Verdict::BelowLevel:
        return u"Below the threshold: effective level is %1, the rule \"%2\" wants %3."_s.arg(
            levelName(digest.effective), name, orWorse(rule->minimum));
    case Verdict::NotMatching:
        if (digest.flags.testFlag(SessionFlag::Gap) && !rule->asksForGaps())
            return u"A gap in what a client sent and no request: the condition of the rule \"%1\" does not name is:gap."_s
                .arg(name);
        for (const ConditionOutcome &condition : explanation.conditions) {
            if (!condition.holds)
                return u"The rule \"%1\" wants %2, seen was \"%3\"."_s.arg(name, condition.condition, condition.seen);
        }
        return u"The condition of the rule \"%1\", %2, does not hold."_s.arg(name, rule->when);
    case Verdict::Counted:
        return u"An update of a session that is counted in incident %1 already."_s.arg(id);
    case Verdict::Joined:
        return u"Joins incident %1: %2"_s.arg(id, reached(digest, *rule));
    case Verdict::Opened:
        return incident ? u"Opened incident %1: %2"_s.arg(id, reached(digest, *rule))
                        : u"Opens an incident: "_s + reached(digest, *rule);
    case Verdict::NoNotifier:
        return u"Opens an incident that nobody is told of, since the rule \"%1\" names no notifier."_s.arg(name);
    case Verdict::Silenced:
        return u"Belongs to incident %1, which a silence keeps from being told: %2"_s.arg(id, reached(digest, *rule));
    case Verdict::UnderThreshold:
        return u"The rule \"%1\" counts it; there are not enough yet."_s.arg(name);
    case Verdict::Inactive:
        return u"The rule \"%1\" matches only within its hours."_s.arg(name);
    case Verdict::Ignored:
        return u"The rule \"%1\" says that nothing is to be done."_s.arg(name);
    case Verdict::NotReached:
        return u"A rule before \"%1\" took it."_s.arg(name);
    case Verdict::OtherSource:
        return u"The rule \"%1\" is for other sources than \"%2\"."_s.arg(name, digest.source);
    case Verdict::SwitchedOff:
        return u"The rule \"%1\" is not in force."_s.arg(name);
    case Verdict::None:
        break;
    }
    return {};
}

} // namespace escalite::engine
