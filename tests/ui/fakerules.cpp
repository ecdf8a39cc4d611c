// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the console of the window's tests knows of rules and policies: nine rules, three policies, and a day in which
// the checkout was slow ten times.

#include "ui/fakeconsole.h"

#include <QPointer>
#include <QTimer>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::test {

namespace {

using policy::GroupKey;
using Kind = policy::Threshold::Kind;

template<typename Value>
void later(QObject *context, std::function<void(Value)> done, Value value)
{
    QTimer::singleShot(0, context, [done = std::move(done), value = std::move(value)] { done(value); });
}

/// A time in which the checkout was slow.
struct Slowness
{
    Duration before; ///< The end of the day.
    double peak;     ///< Sessions in five minutes.
    Duration width;  ///< Of the bell.
    const char16_t *call;
};

constexpr std::array Day{Slowness{0min, 51, 7min, u"payment-gateway /v1/charges"},
                         Slowness{230min, 13, 10min, u"inventory-service /reserve"},
                         Slowness{365min, 12, 10min, u"pricing-service /quote"},
                         Slowness{605min, 27, 17min, u"payment-gateway /v1/charges"},
                         Slowness{720min, 13, 8min, u"pricing-service /quote"},
                         Slowness{835min, 13, 12min, u"cart-service /cart"},
                         Slowness{935min, 15, 12min, u"inventory-service /reserve"},
                         Slowness{1055min, 36, 20min, u"payment-gateway /v1/charges"},
                         Slowness{1175min, 16, 12min, u"pricing-service /quote"},
                         Slowness{1290min, 15, 14min, u"payment-gateway /v1/refunds"}};

QList<engine::RollingCount> rollingCounts(TimePoint from, TimePoint until)
{
    QList<engine::RollingCount> points;
    quint32 noise = 7;
    for (TimePoint at = from; at <= until; at += 5min) {
        noise = noise * 1664525U + 1013904223U;
        double value = 4.0 + static_cast<double>(noise >> 28) / 4.0;
        for (const Slowness &slow : Day) {
            const double distance = std::abs(static_cast<double>((until - slow.before - at).count()));
            const double width = static_cast<double>(Duration(slow.width).count());
            value = std::max(value, slow.peak * std::exp(-distance * distance / (2 * width * width)));
        }
        points.append({.at = at, .value = std::round(value)});
    }
    return points;
}

const Slowness &nearestTo(TimePoint at, TimePoint until)
{
    return *std::min_element(Day.begin(), Day.end(), [&](const Slowness &a, const Slowness &b) {
        const auto far = [&](const Slowness &slow) {
            return std::abs((until - slow.before - at).count());
        };
        return far(a) < far(b);
    });
}

engine::RehearsalResult rehearse(const policy::Policy &policy, const runtime::WhatIf &question)
{
    engine::RehearsalResult result;
    result.sessions = 612'408;
    result.rolling = rollingCounts(question.from, question.until);
    const policy::Rule *rule = policy.rule(question.watched);
    if (!rule || !rule->enabled || rule->ignore) {
        return result;
    }
    const double threshold = rule->threshold.kind == Kind::Each ? 1 : rule->threshold.atLeast;
    const EscalationPolicy plan = policy.planOf(*rule);
    quint32 number = 0;
    for (qsizetype i = 0; i < result.rolling.size(); ++i) {
        if (result.rolling.at(i).value < threshold)
            continue;
        const qsizetype first = i;
        double peak = 0;
        for (; i < result.rolling.size() && result.rolling.at(i).value >= threshold; ++i)
            peak = std::max(peak, result.rolling.at(i).value);
        const bool isOpen = i >= result.rolling.size();
        const TimePoint opened = result.rolling.at(first).at;
        engine::RehearsedIncident one;
        one.incident.id = QUuid(number + 1, 0x77, 0x4b0e, 0x9c, 0x77, 0, 0, 0, 0, 0, 1);
        one.incident.rule = rule->id;
        one.incident.level = rule->minimum;
        one.incident.openedAt = opened;
        one.incident.lastSeenAt = isOpen ? question.until : result.rolling.at(i).at;
        one.incident.count = static_cast<quint64>(peak * static_cast<double>(i - first + 1) / 2);
        if (!isOpen) {
            one.incident.state = Incident::State::Closed;
            one.incident.closedAt = result.rolling.at(i).at;
        }
        one.peak = static_cast<quint64>(peak);
        one.slowestCall = QString::fromUtf16(nearestTo(opened, question.until).call);
        Duration after = 10s;
        for (int step = 0; step < plan.steps.size(); ++step) {
            after += plan.steps.at(step).wait;
            for (const QString &notifier : plan.steps.at(step).notifiers) {
                result.messages.append({.at = opened + after,
                                        .incident = one.incident.id,
                                        .reason = step == 0 ? Reason::First : Reason::Step,
                                        .step = step,
                                        .notifier = notifier,
                                        .sessions = one.incident.count});
                ++one.messages;
            }
        }
        result.covered += one.incident.count;
        result.longestWait = std::max(result.longestWait, Duration(static_cast<qint64>(threshold * 5.6e6)));
        result.incidents.append(one);
        ++number;
    }
    return result;
}

} // namespace

void FakeConsole::addRules()
{
    policy::Policy &policy = theConfiguration.policy;
    policy.intervals = {
        {.name = u"Night"_s, .hours = {{.from = 22 * 60, .to = 7 * 60, .zone = "Europe/Berlin"}}},
        {.name = u"Office hours"_s, .hours = {{.days = 0x1f, .from = 9 * 60, .to = 17 * 60, .zone = "Europe/Berlin"}}}};
    policy.policies = {{.id = u"night"_s,
                        .name = u"Night on-call"_s,
                        .steps = {{.wait = 0s, .notifiers = {u"Slack"_s, u"Slack 2"_s}},
                                  {.wait = 5min, .notifiers = {u"Email"_s}},
                                  {.wait = 4min, .notifiers = {u"Email 2"_s}}},
                        .repeatFrom = 2,
                        .repeatEvery = 15min,
                        .repeatAtMost = 4,
                        .acknowledgeFor = 4h},
                       {.id = u"checkout"_s,
                        .name = u"Checkout team"_s,
                        .steps = {{.wait = 0s, .notifiers = {u"Slack"_s}}, {.wait = 10min, .notifiers = {u"Email"_s}}},
                        .deskFirst = 1min},
                       {.id = u"office"_s,
                        .name = u"Office"_s,
                        .steps = {{.wait = 0s, .notifiers = {u"Email 2"_s}}},
                        .quietIn = {u"Night"_s}}};
    policy.rules = {
        {.id = u"payment-failures"_s,
         .name = u"Payment failures"_s,
         .source = u"checkout-api"_s,
         .minimum = Level::Critical,
         .when = u"code:5xx path:/checkout"_s,
         .threshold = {.kind = Kind::Count, .atLeast = 5, .within = 5min},
         .policy = u"night"_s},
        {.id = u"any-critical"_s, .name = u"Any critical"_s, .minimum = Level::Critical, .policy = u"night"_s},
        {.id = u"slow-checkout"_s,
         .name = u"Slow checkout"_s,
         .minimum = Level::Warning,
         .when = u"path:/checkout elapsed>2s"_s,
         .threshold = {.kind = Kind::Count, .atLeast = 11, .within = 5min, .per = {GroupKey::Source}},
         .policy = u"checkout"_s,
         .atMostEvery = 15min,
         .closeAfter = 10min},
        {.id = u"error-burst"_s,
         .name = u"Error burst"_s,
         .minimum = Level::Error,
         .when = u"-path:/search*"_s,
         .threshold = {.kind = Kind::Count, .atLeast = 50, .within = 5min, .per = {GroupKey::Path}},
         .notifiers = {u"Slack"_s, u"Email"_s}},
        {.id = u"login-attack"_s,
         .name = u"Login attack"_s,
         .source = u"auth-api"_s,
         .minimum = Level::Info,
         .when = u"code:401"_s,
         .threshold = {.kind = Kind::Count, .atLeast = 100, .within = 1min, .per = {}},
         .notifiers = {u"Slack"_s}},
        {.id = u"worker-job-failed"_s,
         .name = u"Worker job failed"_s,
         .source = u"*-worker"_s,
         .minimum = Level::Error,
         .policy = u"office"_s,
         .active = {u"Office hours"_s}},
        {.id = u"upstream-rate-limit"_s,
         .name = u"Upstream rate limit"_s,
         .minimum = Level::Warning,
         .when = u"code:429"_s,
         .threshold = {.kind = Kind::Count, .atLeast = 30, .within = 10min, .per = {}},
         .notifiers = {u"Slack"_s}},
        {.id = u"slow-search"_s,
         .name = u"Slow search"_s,
         .source = u"search-api"_s,
         .minimum = Level::Info,
         .threshold = {.kind = Kind::Percentile, .atLeast = 50, .percent = 95, .over = 3s, .within = 10min},
         .notifiers = {u"Slack"_s},
         .enabled = false},
        {.id = u"everything-else"_s, .name = u"Everything else"_s, .minimum = Level::Error, .policy = u"office"_s},
    };
}

void FakeConsole::setPolicy(const policy::Policy &policy, QObject *context, std::function<void(Problems)> done)
{
    policiesSet.append(policy);
    if (!hasErrors(answerToPolicy)) {
        theConfiguration.policy = policy;
        QTimer::singleShot(0, this, [this] { Q_EMIT configurationChanged(theConfiguration); });
    }
    later(context, std::move(done), answerToPolicy);
}

void FakeConsole::lint(const policy::Policy &policy, QObject *context, std::function<void(QList<policy::Finding>)> done)
{
    using Light = runtime::NotifierStatus::Light;
    QMap<QString, policy::NotifierFacts> notifiers;
    for (const runtime::NotifierStatus &one : std::as_const(theNotifiers))
        notifiers.insert(one.name, {.enabled = one.light != Light::Off,
                                    .fit = one.light != Light::Failing && one.light != Light::Held,
                                    .lastProven = demoNow() - 2h});
    QMap<QString, policy::RuleFacts> rules;
    for (const policy::Rule &rule : policy.rules)
        rules.insert(rule.id,
                     {.since = demoNow() - 24h * 60, .lastFired = demoNow() - 1h, .matched = 40, .seen = 48'212});
    later(context, std::move(done), policy::lint(policy, {}, notifiers, rules, demoNow()));
}

void FakeConsole::loadRuleHistory(QObject *context, std::function<void(Result<QList<runtime::RuleHistory>>)> done)
{
    static constexpr std::array<quint64, 9> Hits{3, 26, 418, 2, 0, 41, 6, 0, 190};
    QList<runtime::RuleHistory> history;
    for (qsizetype i = 0; i < theConfiguration.policy.rules.size(); ++i) {
        runtime::RuleHistory one;
        one.rule = theConfiguration.policy.rules.at(i).id;
        one.hits = Hits.at(static_cast<std::size_t>(i) % Hits.size());
        one.fired = one.hits / 12;
        quint32 noise = static_cast<quint32>(i) * 977U + 5U;
        for (int hour = 0; hour < 24; ++hour) {
            noise = noise * 1664525U + 1013904223U;
            one.spark.append(one.hits == 0 ? 0 : (noise >> 24) < 40 ? 12 + (noise >> 20) % 9 : (noise >> 26) % 5);
        }
        history.append(one);
    }
    later<Result<QList<runtime::RuleHistory>>>(context, std::move(done), history);
}

void FakeConsole::whatIf(const runtime::WhatIf &question, QObject *context, std::function<void(double)> progress,
                         std::function<void(Result<runtime::WhatIfAnswer>)> done)
{
    rehearsed.append(question);
    later(context, std::move(progress), .5);
    if (rehearsalWaits)
        return;
    runtime::WhatIfAnswer answer;
    answer.saved = rehearse(theConfiguration.policy, question);
    answer.draft = rehearse(question.draft, question);
    answer.took = 900ms;
    answer.limits = {u"Silences are left out of account."_s};
    if (question.until - question.from > 24h * 6)
        answer.limits.prepend(u"Sessions before 16 Nov were purged."_s);
    later<Result<runtime::WhatIfAnswer>>(context, std::move(done), answer);
}

void FakeConsole::cancelWhatIf()
{
    ++rehearsalsCancelled;
}

} // namespace escalite::test
