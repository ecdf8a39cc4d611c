// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A score for the engine: the virtual clock, and the store and journal it plays with.

#include "support/score.h"

#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::test {

namespace {
const QUuid Namespace = QUuid::fromString("7d1c0a52-7a50-4b0e-9a0e-3f6a5f2b9c11"_L1);
} // namespace

policy::Policy Score::usualPolicy()
{
    policy::Policy policy;
    policy.rules = {rule(u"Errors"_s, Level::Error, {u"slack"_s})};
    return policy;
}

policy::Policy Score::nightPolicy()
{
    policy::Policy policy = usualPolicy();
    policy.policies = {{.id = u"night"_s,
                        .name = u"Night"_s,
                        .steps = {{.wait = 0s, .notifiers = {u"slack"_s}},
                                  {.wait = 5min, .notifiers = {u"telegram"_s}},
                                  {.wait = 4min, .notifiers = {u"mail"_s}}},
                        .repeatFrom = 2,
                        .repeatEvery = 15min,
                        .repeatAtMost = 2,
                        .acknowledgeFor = 4h}};
    policy.rules.first().policy = u"night"_s;
    return policy;
}

policy::Rule Score::rule(const QString &name, Level minimum, const QStringList &notifiers, const QString &source)
{
    policy::Rule rule;
    rule.id = name.toLower();
    rule.name = name;
    rule.minimum = minimum;
    rule.notifiers = notifiers;
    rule.source = source;
    return rule;
}

Score::Score(policy::Policy policy) : m_policy(std::move(policy)), m_now(start())
{
    startEngine();
}

Score::~Score() = default;

TimePoint Score::start()
{
    return std::chrono::sys_days(std::chrono::year(2026) / 3 / 9);
}

QUuid Score::idOf(const QString &session)
{
    return QUuid::createUuidV5(Namespace, session);
}

Score &Score::at(Duration since)
{
    const TimePoint target = start() + since;
    for (auto due = m_engine->nextDeadline(); due && *due <= target; due = m_engine->nextDeadline()) {
        m_now = std::max(m_now, *due);
        commit(m_engine->advance(m_now));
    }
    m_now = std::max(m_now, target);
    return *this;
}

Score::Arriving::Arriving(Score &score, const QString &name) : m_score(score)
{
    m_digest.id = idOf(name);
    m_digest.source = u"shop"_s;
    m_digest.method = u"POST"_s;
    m_digest.path = u'/' + name;
    m_digest.flags = SessionFlag::Ended;
}

Score::Arriving &Score::Arriving::source(const QString &source)
{
    m_digest.source = source;
    return *this;
}

Score::Arriving &Score::Arriving::path(const QString &path)
{
    m_digest.path = path;
    return *this;
}

Score::Arriving &Score::Arriving::code(int code)
{
    m_digest.code = code;
    return *this;
}

Score::Arriving &Score::Arriving::open()
{
    m_digest.flags.setFlag(SessionFlag::Ended, false);
    return *this;
}

Score::Arriving &Score::Arriving::live()
{
    m_digest.flags |= SessionFlag::Live;
    return *this;
}

Score::Arriving &Score::Arriving::gap()
{
    m_digest.flags |= SessionFlag::Gap;
    return *this;
}

Score::Arriving &Score::Arriving::took(Duration elapsed)
{
    m_digest.elapsed = elapsed;
    return *this;
}

Score::Arriving &Score::Arriving::since(Duration start)
{
    m_digest.startedAt = Score::start() + start;
    return *this;
}

Score::Arriving &Score::Arriving::calling(const QString &service, Duration since)
{
    m_digest.openCall = service;
    m_digest.openCallSince = Score::start() + since;
    return *this;
}

Score::Arriving &Score::Arriving::containing(const QByteArray &document)
{
    m_document = document;
    return *this;
}

engine::Observation Score::Arriving::observation(Level level, const QString &message) const
{
    engine::Observation observation{
        .position = m_score.m_nextPosition, .receivedAt = m_score.m_now, .digest = m_digest, .document = m_document};
    observation.digest.declared = level;
    observation.digest.effective = level;
    observation.digest.message = message;
    return observation;
}

void Score::Arriving::of(Level level, const QString &message)
{
    m_score.arrive({observation(level, message)});
}

void Score::Arriving::info(const QString &message)
{
    of(Level::Info, message);
}

void Score::Arriving::warning(const QString &message)
{
    of(Level::Warning, message);
}

void Score::Arriving::error(const QString &message)
{
    of(Level::Error, message);
}

void Score::Arriving::critical(const QString &message)
{
    of(Level::Critical, message);
}

Score::Arriving Score::session(const QString &name)
{
    return {*this, name};
}

void Score::storm(const QString &problem, int count, Level level)
{
    std::vector<engine::Observation> observations;
    observations.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        const QString name = u"%1 %2"_s.arg(problem).arg(m_nextPosition + static_cast<quint64>(i));
        observations.push_back(session(name).path(u'/' + problem).observation(level, u"out of stock"_s));
        observations.back().position += static_cast<quint64>(i);
    }
    arrive(std::move(observations));
}

void Score::arrive(std::vector<engine::Observation> observations)
{
    m_nextPosition = observations.back().position + 1;
    m_journal.insert(m_journal.end(), observations.begin(), observations.end());
    commit(m_engine->accept(observations, m_now));
}

void Score::reconsider(const QString &session, SessionFlags marks)
{
    const auto newest = std::find_if(m_journal.rbegin(), m_journal.rend(), [&](const engine::Observation &observation) {
        return observation.digest.id == idOf(session);
    });
    engine::Observation observation = *newest;
    observation.receivedAt = m_now;
    observation.digest.flags |= marks;
    commit(m_engine->reconsider({&observation, 1}));
}

void Score::keepUnseen(const engine::Observation &observation)
{
    m_nextPosition = observation.position + 1;
    m_journal.push_back(observation);
}

std::optional<Error> Score::post(engine::Command command)
{
    Result<Batch> result = m_engine->accept(command, m_now);
    if (!result)
        return result.error();
    commit(*result);
    if (!m_losing && !m_requests.contains(command.request))
        m_requests.append(command.request);
    return std::nullopt;
}

QUuid Score::newRequest()
{
    static quint64 last = 0;
    return QUuid::createUuidV5(Namespace, u"request %1"_s.arg(++last));
}

std::optional<Error> Score::acknowledge(const QString &fingerprintOfSession, const QString &by)
{
    return post(
        {.request = newRequest(), .by = by, .what = engine::Acknowledge{{incidentOf(fingerprintOfSession).id}}});
}

std::optional<Error> Score::close(const QString &fingerprintOfSession, const QString &by)
{
    return post({.request = newRequest(), .by = by, .what = engine::Close{{incidentOf(fingerprintOfSession).id}}});
}

std::optional<Error> Score::reopen(const QUuid &incident)
{
    return post({.request = newRequest(), .by = u"operator"_s, .what = engine::Reopen{{incident}}});
}

void Score::setPolicy(const policy::Policy &policy)
{
    m_policy = policy;
    m_engine->setPolicy(policy);
}

void Score::commit(const Batch &batch)
{
    m_lastBatch = batch;
    if (m_losing)
        return;
    const auto violated = [this](const QString &what) {
        m_violations.append(u"%1: %2"_s.arg(toText(m_now - start()), what));
    };

    if (batch.position != 0 && batch.position < m_position)
        violated(u"the position goes back"_s);
    m_position = std::max(m_position, batch.position);
    for (const Incident &incident : batch.incidents) {
        if (!m_incidents.contains(incident.id))
            m_opened.append(incident.id);
        m_incidents.insert(incident.id, incident);
    }
    QSet<QString> open;
    for (const Incident &incident : std::as_const(m_incidents)) {
        if (incident.isOpen() && open.contains(incident.fingerprint))
            violated(u"two incidents of one fingerprint are open"_s);
        if (incident.isOpen())
            open.insert(incident.fingerprint);
    }
    for (const Escalation &escalation : batch.escalations) {
        for (const Escalation &other : std::as_const(m_escalations)) {
            const bool sameRound = other.incident && other.incident == escalation.incident
                                   && other.round == escalation.round && other.step == escalation.step;
            if (other.id == escalation.id || sameRound || (other.request && other.request == escalation.request))
                violated(u"an escalation is there already"_s);
        }
        m_escalations.append(escalation);
    }
    for (const Escalation &escalation : batch.escalations) {
        const bool byRule = escalation.incident && escalation.by == m_incidents.value(*escalation.incident).rule
                            && (escalation.reason == Reason::First || escalation.reason == Reason::NewInGroup
                                || escalation.reason == Reason::Step || escalation.reason == Reason::Repeat);
        if (byRule && m_incidents.value(*escalation.incident).state == Incident::State::Acknowledged)
            violated(u"told by rule after an acknowledge"_s);
    }
    keep(batch);
    for (const Incident &incident : batch.incidents) {
        if (!balances(incident))
            violated(u"the ledger of %1 does not balance"_s.arg(nameOf(incident.id)));
    }
    auto withdrawal = batch.withdrawals.cbegin();
    for (qsizetype inserted = 0; inserted <= batch.deliveries.size(); ++inserted) {
        while (withdrawal != batch.withdrawals.cend() && withdrawal->after <= inserted)
            withdraw(*withdrawal++);
        if (inserted == batch.deliveries.size())
            break;
        const Delivery &delivery = batch.deliveries.at(inserted);
        const Escalation *made = escalation(delivery.escalation);
        const bool isFollowUp = made->reason == Reason::Acknowledged || made->reason == Reason::Closed;
        const bool wasTold = std::any_of(m_deliveries.cbegin(), m_deliveries.cend(), [&](const Delivery &other) {
            return other.notifier == delivery.notifier && other.state != DeliveryState::Cancelled
                   && escalation(other.escalation)->incident == made->incident;
        });
        if (isFollowUp && !wasTold)
            continue; // As the store does.
        for (const Delivery &other : std::as_const(m_deliveries)) {
            if (other.id == delivery.id
                || (other.escalation == delivery.escalation && other.notifier == delivery.notifier))
                violated(u"a delivery is there already"_s);
        }
        m_deliveries.append(delivery);
    }
    m_verdicts.append(batch.verdicts);
    m_fingerprints.append(batch.fingerprints);
    m_ruleCounts.append(batch.ruleCounts);
    m_audit.append(batch.audit);
}

void Score::keep(const Batch &batch)
{
    for (const Silence &silence : batch.silences)
        m_silences.insert(silence.id, silence);
    for (const Suppression &suppression : batch.suppressions)
        m_suppressions[suppression.incident].insert(suppression.id, suppression);
    for (const Escalation &escalation : batch.escalations) {
        const bool counts = escalation.reason == Reason::First || escalation.reason == Reason::NewInGroup
                            || escalation.reason == Reason::Step || escalation.reason == Reason::Repeat;
        if (escalation.incident && counts)
            m_sessionsTold[*escalation.incident] += escalation.count;
    }
    m_notes.append(batch.notes);
    if (batch.storm)
        m_storm = batch.storm;
}

bool Score::balances(const Incident &incident) const
{
    quint64 sessions = m_sessionsTold.value(incident.id);
    const QMap<QUuid, Suppression> suppressions = m_suppressions.value(incident.id);
    quint64 times = 0;
    for (const Suppression &suppression : suppressions) {
        sessions += suppression.until ? 0 : suppression.sessions;
        times += suppression.times;
    }
    const quint64 accounted = incident.countTold + incident.countHeld;
    return accounted <= incident.count && sessions + incident.count - accounted == incident.count
           && times == incident.suppressed;
}

const Escalation *Score::escalation(const QUuid &id) const
{
    const auto found = std::find_if(m_escalations.cbegin(), m_escalations.cend(),
                                    [&id](const Escalation &candidate) { return candidate.id == id; });
    return found == m_escalations.cend() ? nullptr : &*found;
}

void Score::withdraw(const Withdrawal &withdrawal)
{
    for (Delivery &delivery : m_deliveries) {
        const Escalation *made = escalation(delivery.escalation);
        if (made->incident != withdrawal.incident || !withdrawal.reasons.contains(made->reason))
            continue;
        if (withdrawal.restores && delivery.reason == withdrawal.because) {
            delivery.state = DeliveryState::Queued;
            delivery.reason.clear();
            delivery.dueAt = withdrawal.at;
        } else if (!withdrawal.restores && delivery.dueAt > withdrawal.at) { // What is due is sent at once here.
            delivery.state = DeliveryState::Cancelled;
            delivery.reason = withdrawal.because;
        }
    }
}

engine::State Score::stored() const
{
    engine::State state;
    state.position = m_position;
    for (const Incident &incident : m_incidents) {
        const bool counts = incident.mergedInto && m_incidents.value(*incident.mergedInto).isOpen();
        if (incident.isOpen() || counts || *incident.closedAt >= m_now - 24h)
            state.incidents.append(incident);
    }
    for (const Silence &silence : m_silences) {
        if (!silence.endedAt)
            state.silences.append(silence);
    }
    QSet<QUuid> known;
    for (const Incident &incident : std::as_const(state.incidents))
        known.insert(incident.id);
    for (const auto &suppressions : m_suppressions) {
        for (const Suppression &suppression : suppressions) {
            const bool lasts = suppression.because == HeldBackBy::Silence
                               && !m_silences.value(QUuid::fromString(suppression.by)).endedAt;
            if (known.contains(suppression.incident) || lasts)
                state.suppressions.append(suppression);
        }
    }
    state.storm = m_storm;
    state.requests = m_requests;
    state.fingerprints = m_fingerprints;
    QSet<QUuid> ended;
    for (const engine::Observation &observation : m_journal) {
        if (observation.position <= m_position && observation.digest.isEnded()
            && !observation.digest.flags.testFlag(SessionFlag::Live))
            ended.insert(observation.digest.id);
    }
    QHash<QUuid, QUuid> counted;
    for (const SessionVerdict &verdict : m_verdicts) {
        if (verdict.incident)
            counted.insert(verdict.session, *verdict.incident);
    }
    for (auto it = counted.cbegin(); it != counted.cend(); ++it) {
        if (!ended.contains(it.key()))
            state.sessions.append({.session = it.key(), .incident = it.value()});
    }
    return state;
}

void Score::startEngine()
{
    m_engine = std::make_unique<engine::Engine>(
        m_policy, stored(), [this] { return QUuid::createUuidV5(Namespace, u"id %1"_s.arg(++m_lastId)); });
    std::vector<engine::Observation> recalled;
    for (const engine::Observation &observation : m_journal) {
        if (observation.position <= m_position)
            recalled.push_back(observation);
    }
    m_engine->recall(recalled);
}

void Score::restart()
{
    m_losing = false;
    startEngine();
    for (const engine::Observation &observation : m_journal)
        commit(m_engine->accept({&observation, 1}, observation.receivedAt)); // old positions too: they must be ignored
    commit(m_engine->advance(m_now));
}

void Score::restartAfter(Duration downtime)
{
    m_now += downtime;
    restart();
}

QStringList Score::heldBack() const
{
    QList<Suppression> all;
    for (const auto &suppressions : m_suppressions)
        all += suppressions.values();
    std::stable_sort(all.begin(), all.end(), [](const Suppression &a, const Suppression &b) {
        return a.at != b.at ? a.at < b.at : a.lastAt < b.lastAt;
    });
    QStringList lines;
    for (const Suppression &one : std::as_const(all)) {
        QString line = u"%1: %2 of %3 by %4, %5, %6"_s.arg(
            toText(one.at - start()), reasonName(one.reason), m_incidents.value(one.incident).title,
            heldBackName(one.because), QString::number(one.times), QString::number(one.sessions));
        if (one.until)
            line += u", until "_s + toText(*one.until - start());
        lines.append(line);
    }
    return lines;
}

QStringList Score::told() const
{
    QStringList lines;
    for (const Delivery &delivery : m_deliveries) {
        if (delivery.state == DeliveryState::Cancelled)
            continue;
        const Escalation *made = escalation(delivery.escalation);
        lines.append(u"%1: %2 to %3, %4: %5"_s.arg(toText(delivery.dueAt - start()), reasonName(made->reason),
                                                   delivery.notifier, QString::number(delivery.count), made->message));
    }
    return lines;
}

bool Score::hasEnded(const QString &session) const
{
    return std::any_of(m_journal.begin(), m_journal.end(), [id = idOf(session)](const engine::Observation &o) {
        return o.digest.id == id && o.digest.isEnded();
    });
}

QList<Incident> Score::incidents() const
{
    QList<Incident> incidents;
    for (const QUuid &id : m_opened)
        incidents.append(m_incidents.value(id));
    return incidents;
}

Incident Score::incidentOf(const QString &session) const
{
    for (auto verdict = m_verdicts.crbegin(); verdict != m_verdicts.crend(); ++verdict) {
        if (verdict->session == idOf(session) && verdict->incident)
            return m_incidents.value(*verdict->incident);
    }
    return {};
}

Verdict Score::verdictOf(const QString &session) const
{
    for (auto verdict = m_verdicts.crbegin(); verdict != m_verdicts.crend(); ++verdict) {
        if (verdict->session == idOf(session))
            return verdict->verdict;
    }
    return Verdict::None;
}

QStringList Score::rulesOf(const QString &session) const
{
    QStringList lines;
    for (auto verdict = m_verdicts.crbegin(); verdict != m_verdicts.crend() && lines.isEmpty(); ++verdict) {
        if (verdict->session != idOf(session))
            continue;
        for (const RuleVerdict &rule : verdict->rules) {
            QString line = u"%1: %2"_s.arg(rule.rule, verdictName(rule.verdict));
            if (!rule.seen.isEmpty())
                line += u", "_s + rule.seen;
            for (const ConditionOutcome &condition : rule.conditions)
                line += u", wants %1, seen %2"_s.arg(condition.condition, condition.seen);
            lines.append(line);
        }
        break;
    }
    return lines;
}

quint64 Score::timesOf(const QString &rule, Verdict verdict) const
{
    quint64 times = 0;
    for (const RuleCount &count : m_ruleCounts)
        times += count.rule == rule && count.verdict == verdict ? count.sessions : 0;
    return times;
}

QString Score::nameOf(const QUuid &incident) const
{
    const Incident &found = m_incidents[incident];
    return u"%1 since %2"_s.arg(found.fingerprint, toText(found.openedAt - start()));
}

QStringList Score::summary() const
{
    const auto moment = [](std::optional<TimePoint> time) {
        return time ? toText(*time - start()) : u"never"_s;
    };
    QStringList lines;
    for (const Incident &i : m_incidents) {
        lines.append(u"incident %1: %2, %3, %4 (told %5, round %6), notify %7, told %8, ack %9"_s.arg(
                         nameOf(i.id), stateName(i.state), levelName(i.level), QString::number(i.count),
                         QString::number(i.countTold), QString::number(i.round), moment(i.notifyAt),
                         moment(i.lastToldAt), moment(i.acknowledgedAt))
                     + u", closed %1 by %2, seen %3, regressed %4, positions %5 to %6, to %7"_s.arg(
                         moment(i.closedAt), i.closedBy, moment(i.lastSeenAt), QString::number(i.regressed),
                         QString::number(i.firstPosition), QString::number(i.lastPosition), i.told.join(u' '))
                     + u", step %1 at %2, laps %3, unanswered %4, acknowledged until %5, snoozed until %6 by %7"_s.arg(
                         QString::number(i.nextStep), moment(i.stepAt), QString::number(i.laps),
                         moment(i.unansweredSince), moment(i.acknowledgedUntil), moment(i.snoozedUntil), i.snoozedBy)
                     + u", for %1, held %2, suppressed %3, merged %4, reopened %5, worst %6"_s.arg(
                         i.assignee, QString::number(i.countHeld), QString::number(i.suppressed),
                         i.mergedInto ? nameOf(*i.mergedInto) : u"no"_s, QString::number(i.reopened),
                         i.worstSession.toString()));
    }
    for (const Escalation &e : m_escalations) {
        lines.append(u"escalation of %1 at %2: round %3, %4, %5, \"%6\", worst %7"_s.arg(
            e.incident ? nameOf(*e.incident) : u"none"_s, moment(e.createdAt), QString::number(e.round),
            reasonName(e.reason), QString::number(e.count), e.message, e.sessions.value(0).toString()));
    }
    for (const Delivery &delivery : m_deliveries)
        lines.append(u"delivery to %1 due %2, %3, %4, %5"_s.arg(delivery.notifier, moment(delivery.dueAt),
                                                                QString::number(delivery.count), delivery.title,
                                                                stateName(delivery.state)));
    for (const Silence &silence : m_silences)
        lines.append(u"silence %1: %2 caught, %3 held back, ends %4, ended %5 by %6"_s.arg(
            silence.matcher, QString::number(silence.caught), QString::number(silence.heldBack), moment(silence.endsAt),
            moment(silence.endedAt), silence.endedBy));
    for (const QString &line : heldBack())
        lines.append(u"held back: "_s + line);
    if (m_storm)
        lines.append(u"storm from %1: %2 incidents, %3 held back, %4 summaries, ended %5"_s.arg(
            moment(m_storm->beganAt), QString::number(m_storm->incidents), QString::number(m_storm->heldBack),
            QString::number(m_storm->summaries), moment(m_storm->endedAt)));
    QMap<quint64, QString> verdicts;
    for (const SessionVerdict &verdict : m_verdicts)
        verdicts.insert(verdict.position,
                        u"verdict at %1: %2 %3"_s.arg(QString::number(verdict.position), verdictName(verdict.verdict),
                                                      verdict.incident ? nameOf(*verdict.incident) : QString()));
    lines += verdicts.values();
    lines.sort();
    return lines;
}

} // namespace escalite::test
