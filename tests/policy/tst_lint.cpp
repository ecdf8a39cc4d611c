// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The linter: each mistake seeded into a clean configuration gives its own remark and no other.

#include "policy/lint.h"
#include "policy/matchable.h"

#include <QJsonDocument>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using policy::Finding;
using Kind = policy::Finding::Kind;

namespace {

constexpr TimePoint Now{std::chrono::seconds(1'764'072'000)}; // Tue 25 Nov 2025, 12:00 UTC

QJsonObject object(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError)
        qFatal("%s: %s", qPrintable(error.errorString()), json.constData());
    return document.object();
}

/// All that the linter is given.
struct Setup
{
    policy::Policy policy{};
    QList<Silence> silences{};
    QMap<QString, policy::NotifierFacts> notifiers{};
    QMap<QString, policy::RuleFacts> rules{};

    [[nodiscard]] policy::Rule &rule(const QString &id)
    {
        for (policy::Rule &candidate : policy.rules) {
            if (candidate.id == id)
                return candidate;
        }
        qFatal("no such rule");
    }
    void setWhen(const QString &id, const QString &when)
    {
        rule(id).when = when;
        rule(id).condition = std::get<filter::ExpressionPtr>(filter::parse(when));
    }
};

const auto Clean = R"({
    "rules": [
        {"id": "cards", "name": "Cards", "source": "shop-*", "when": "path:/pay*", "policy": "night",
         "active": ["office"], "muted": ["maintenance"]},
        {"id": "crawlers", "name": "Crawlers", "source": "crawler", "level": "debug", "ignore": true},
        {"id": "slow", "name": "Slow", "level": "info", "continue": true, "notify": ["mail"],
         "threshold": {"kind": "percentile", "percentile": 95, "over": "3 s", "within": "10 min"}},
        {"id": "all", "name": "All", "notify": ["slack"]}],
    "policies": [
        {"id": "night", "name": "Night shift", "steps": [{"notify": ["slack"]}, {"wait": "5 min", "notify": ["mail"]}],
         "repeat": {"every": "15 min", "at_most": 4}, "quiet": ["night"]}],
    "intervals": [
        {"name": "office", "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:00", "zone": "Europe/Berlin"}]},
        {"name": "night", "hours": [{"from": "22:00", "to": "07:00"}]},
        {"name": "always", "hours": [{}]},
        {"name": "maintenance", "hours": [{"days": ["wed"], "from": "10:00", "to": "11:00"}]}],
    "inhibitions": [{"id": "db", "while": "source:database level>=critical", "mute": "source:shop-*"}]
})";

Silence silence(const QString &matcher, Duration length)
{
    return {.id = QUuid(u"5f3c9a1e-6d0e-4b8e-9a55-2f4c8f1d7a01"_s),
            .matcher = matcher,
            .createdAt = Now - 1h,
            .startsAt = Now - 1h,
            .endsAt = Now - 1h + length};
}

Setup clean()
{
    Setup setup;
    Problems problems;
    setup.policy = policy::readPolicy(object(Clean), {u"slack"_s, u"mail"_s}, problems);
    if (!problems.isEmpty())
        qFatal("%s", qPrintable(problems.first().message));
    const policy::NotifierFacts proven{.lastProven = Now - 3h, .provenFor = 7 * 24h};
    setup.notifiers = {{u"slack"_s, proven}, {u"mail"_s, proven}};
    for (const policy::Rule &rule : std::as_const(setup.policy.rules))
        setup.rules.insert(rule.id, {.since = Now - 90 * 24h, .lastFired = Now - 24h, .matched = 500, .seen = 1'000});
    setup.silences = {silence(u"source:billing"_s, 2h)};
    return setup;
}

QList<Finding> lint(const Setup &setup)
{
    return policy::lint(setup.policy, setup.silences, setup.notifiers, setup.rules, Now);
}

using Mistake = std::function<void(Setup &)>;

} // namespace

Q_DECLARE_METATYPE(Mistake)
Q_DECLARE_METATYPE(policy::Finding::Kind)
Q_DECLARE_METATYPE(policy::Finding::Place)

class tst_Lint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysNothingOfACleanConfiguration();
    void findsEachMistake_data();
    void findsEachMistake();
    void leavesInPeace_data();
    void leavesInPeace();
    void tellsRulesFirst();
    void knowsWhatCanMatch_data();
    void knowsWhatCanMatch();
    void knowsWiderSources_data();
    void knowsWiderSources();
};

void tst_Lint::saysNothingOfACleanConfiguration()
{
    const QList<Finding> findings = lint(clean());
    QVERIFY2(findings.isEmpty(), qPrintable(findings.value(0).sentence));
    QVERIFY(policy::lint({}, {}, {}, {}, Now).isEmpty());
}

void tst_Lint::findsEachMistake_data()
{
    QTest::addColumn<Mistake>("mistake");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<Finding::Place>("place");
    QTest::addColumn<QString>("subject");
    QTest::addColumn<int>("step");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("sentence");
    using Place = Finding::Place;
    const auto row = [](const char *name, const Mistake &mistake, Kind kind, Place place, const QString &subject,
                        const QString &field, const QString &sentence, int step = -1) {
        QTest::newRow(name) << mistake << kind << place << subject << step << field << sentence;
    };
    row(
        "rule behind one for all",
        [](Setup &setup) {
            setup.policy.rules.move(3, 0);
            setup.rule(u"slow"_s).minimum = Level::Error;
            setup.policy.rules.removeAt(2);
            setup.policy.rules.removeAt(1);
            setup.policy.policies.clear();
        },
        Kind::UnreachableRule, Place::Rule, u"slow"_s, {},
        u"“Slow” never decides: “All” before it takes everything it would match. Move it up, or let “All” continue."_s);
    row(
        "rule behind its own double",
        [](Setup &setup) {
            policy::Rule twin = setup.rule(u"cards"_s);
            setup.rule(u"cards"_s).active.clear();
            twin.id = u"twin"_s;
            twin.name = u"Twin"_s;
            twin.source = u"shop-api"_s;
            setup.policy.rules.insert(1, twin);
        },
        Kind::UnreachableRule, Place::Rule, u"twin"_s, {},
        u"“Twin” never decides: “Cards” before it takes everything it would match. Move it up, or let “Cards” continue."_s);
    row(
        "rule behind an ignoring one",
        [](Setup &setup) {
            setup.rule(u"crawlers"_s).source = u"s*"_s;
            setup.policy.rules.move(0, 1);
        },
        Kind::UnreachableRule, Place::Rule, u"cards"_s, {},
        u"“Cards” never decides: “Crawlers” before it takes everything it would match. Move it up, or let “Crawlers” continue."_s);
    row(
        "quiet hours without an end", [](Setup &setup) { setup.policy.policies[0].quietIn = {u"always"_s}; },
        Kind::UnreachableStep, Place::Policy, u"night"_s, u"quiet"_s,
        u"Below critical the first step of “Night shift” is never taken: its quiet hours “always” never end."_s, 0);
    row(
        "step after the closing", [](Setup &setup) { setup.rule(u"cards"_s).closeAfter = 5min; }, Kind::UnreachableStep,
        Place::Policy, u"night"_s, u"wait"_s,
        u"Step 2 of “Night shift” comes 5 min after the first, but incidents are closed after 5 min of silence: only trouble that goes on gets there. Wait less, or close later."_s,
        1);
    row(
        "step without notifiers", [](Setup &setup) { setup.policy.policies[0].steps[1].notifiers.clear(); },
        Kind::SilentStep, Place::Policy, u"night"_s, u"notify"_s,
        u"Nobody would hear step 2 of “Night shift”: it names no notifier."_s, 1);
    row(
        "notifier of a step is off",
        [](Setup &setup) {
            setup.notifiers[u"mail"_s].enabled = false;
            setup.rule(u"slow"_s).notifiers = {u"slack"_s};
        },
        Kind::SilentStep, Place::Policy, u"night"_s, u"notify"_s,
        u"Nobody would hear step 2 of “Night shift”: “mail” is off."_s, 1);
    row(
        "notifier of a rule is failing",
        [](Setup &setup) {
            setup.notifiers[u"pager"_s] = {.fit = false, .lastProven = Now - 1h};
            setup.rule(u"all"_s).notifiers = {u"pager"_s, u"gone"_s};
        },
        Kind::SilentStep, Place::Rule, u"all"_s, u"notify"_s,
        u"Nobody would hear of “All”: “pager” is held or failing, there is no notifier “gone”."_s);
    row(
        "notifier never proven", [](Setup &setup) { setup.notifiers[u"slack"_s].lastProven.reset(); },
        Kind::UnprovenNotifier, Place::Notifier, u"slack"_s, {},
        u"Nothing has ever arrived through “slack”. Send a drill to be sure."_s);
    row(
        "notifier proven long ago", [](Setup &setup) { setup.notifiers[u"slack"_s].lastProven = Now - 8 * 24h; },
        Kind::UnprovenNotifier, Place::Notifier, u"slack"_s, {},
        u"Nothing has arrived through “slack” for 8 d; a proof counts for 7 d. Send a drill to be sure."_s);
    row(
        "rule without notifiers", [](Setup &setup) { setup.rule(u"all"_s).notifiers.clear(); }, Kind::NobodyTold,
        Place::Rule, u"all"_s, u"notify"_s,
        u"“All” tells nobody. Choose notifiers or a policy, or let it ignore what it matches."_s);
    row(
        "rule with a policy that is gone",
        [](Setup &setup) {
            setup.rule(u"all"_s).notifiers.clear();
            setup.rule(u"all"_s).policy = u"day"_s;
        },
        Kind::NobodyTold, Place::Rule, u"all"_s, u"policy"_s,
        u"“All” tells nobody: there is no policy “day”. Choose one that exists."_s);
    row(
        "rule that never fired", [](Setup &setup) { setup.rules[u"cards"_s].lastFired.reset(); }, Kind::QuietRule,
        Place::Rule, u"cards"_s, {},
        u"“Cards” has never opened an incident in more than 30 days. See whether its condition is right."_s);
    row(
        "rule that fired long ago", [](Setup &setup) { setup.rules[u"cards"_s].lastFired = Now - 31 * 24h; },
        Kind::QuietRule, Place::Rule, u"cards"_s, {},
        u"“Cards” has opened no incident for more than 30 days. See whether its condition is still right."_s);
    row(
        "rule for nearly all", [](Setup &setup) { setup.rules[u"all"_s].matched = 901; }, Kind::MatchesMost,
        Place::Rule, u"all"_s, u"when"_s,
        u"“All” matches 901 of the 1000 sessions of the last day. Raise its level or narrow its condition."_s);
    row(
        "silence of all", [](Setup &setup) { setup.silences = {silence(u"level>=debug"_s, 2h)}; }, Kind::SilenceOfAll,
        Place::Silence, u"5f3c9a1e-6d0e-4b8e-9a55-2f4c8f1d7a01"_s, u"matcher"_s,
        u"This silence covers every source at every level: nobody is told of anything. Name a source or a level."_s);
    row(
        "silence of every source", [](Setup &setup) { setup.silences = {silence(u"source:* or level:error"_s, 2h)}; },
        Kind::SilenceOfAll, Place::Silence, u"5f3c9a1e-6d0e-4b8e-9a55-2f4c8f1d7a01"_s, u"matcher"_s,
        u"This silence covers every source at every level: nobody is told of anything. Name a source or a level."_s);
    row(
        "silence for very long", [](Setup &setup) { setup.silences = {silence(u"source:billing"_s, 40 * 24h)}; },
        Kind::LongSilence, Place::Silence, u"5f3c9a1e-6d0e-4b8e-9a55-2f4c8f1d7a01"_s, u"ends_at"_s,
        u"This silence ends in 39 days. Let it end sooner, or change the rule instead."_s);
    row(
        "silence that catches nothing",
        [](Setup &setup) { setup.silences = {silence(u"level<error level>=critical"_s, 2h)}; },
        Kind::ContradictoryCondition, Place::Silence, u"5f3c9a1e-6d0e-4b8e-9a55-2f4c8f1d7a01"_s, u"matcher"_s,
        u"This silence catches nothing: no session can fulfil “level<error level>=critical”."_s);
    row(
        "failures told through what fails",
        [](Setup &setup) { setup.setWhen(u"all"_s, u"message:\"slack failed\""_s); }, Kind::FailureLoop, Place::Rule,
        u"all"_s, u"notify"_s,
        u"“All” tells of failures of “slack” through “slack” alone, which fails then. Let another notifier tell it."_s);
    row(
        "policy that nobody uses",
        [](Setup &setup) {
            setup.rule(u"cards"_s).policy.clear();
            setup.rule(u"cards"_s).notifiers = {u"mail"_s};
        },
        Kind::UnusedPolicy, Place::Policy, u"night"_s, {},
        u"No rule uses the policy “Night shift”. Choose it in a rule, or remove it."_s);
    row(
        "interval that is gone", [](Setup &setup) { setup.policy.intervals.removeAt(3); }, Kind::UnknownInterval,
        Place::Rule, u"cards"_s, u"muted"_s,
        u"There is no interval “maintenance”. Choose one that exists, or define it."_s);
    row(
        "interval of a policy without hours", [](Setup &setup) { setup.policy.intervals[1].hours.clear(); },
        Kind::UnknownInterval, Place::Policy, u"night"_s, u"quiet"_s,
        u"The interval “night” has no hours, so that it changes nothing here. Give it some, or take it out."_s);
    row(
        "hours that never come",
        [](Setup &setup) {
            setup.policy.intervals[0].hours[0].days = 0;
            setup.rule(u"cards"_s).muted.clear();
        },
        Kind::NeverActive, Place::Rule, u"cards"_s, u"active"_s,
        u"“Cards” is never active: the hours of “office” never come."_s);
    row(
        "muted whenever it is active",
        [](Setup &setup) {
            setup.rule(u"cards"_s).muted = {u"maintenance"_s, u"office"_s};
        },
        Kind::NeverActive, Place::Rule, u"cards"_s, u"muted"_s,
        u"“Cards” never tells anybody: it is muted by “maintenance”, “office” whenever it is active."_s);
    row(
        "muted for good", [](Setup &setup) { setup.rule(u"all"_s).muted = {u"always"_s}; }, Kind::NeverActive,
        Place::Rule, u"all"_s, u"muted"_s,
        u"“All” never tells anybody: it is muted by “always” whenever it is active."_s);
    row(
        "condition below the rule's level",
        [](Setup &setup) { setup.setWhen(u"cards"_s, u"level<error path:/pay*"_s); }, Kind::ContradictoryCondition,
        Place::Rule, u"cards"_s, u"when"_s,
        u"“Cards” never matches: no session of its sources, error or worse, can fulfil “level<error path:/pay*”. Change the condition, the level or the sources."_s);
    row(
        "inhibition that mutes nothing",
        [](Setup &setup) {
            policy::Inhibition &inhibition = setup.policy.inhibitions.first();
            inhibition.mute = u"code:404 code>=500"_s;
            inhibition.muteCondition = std::get<filter::ExpressionPtr>(filter::parse(inhibition.mute));
        },
        Kind::ContradictoryCondition, Place::Inhibition, u"db"_s, u"mute"_s,
        u"“db” never mutes anything: no session can fulfil “code:404 code>=500”."_s);
}

void tst_Lint::findsEachMistake()
{
    QFETCH(Mistake, mistake);
    QFETCH(Kind, kind);
    QFETCH(Finding::Place, place);
    QFETCH(QString, subject);
    QFETCH(int, step);
    QFETCH(QString, field);
    QFETCH(QString, sentence);
    Setup setup = clean();
    mistake(setup);
    const QList<Finding> findings = lint(setup);
    QStringList sentences;
    for (const Finding &finding : findings)
        sentences.append(finding.sentence);
    QCOMPARE(sentences, QStringList{sentence});
    const Finding expected{
        .kind = kind, .place = place, .subject = subject, .step = step, .field = field, .sentence = sentence};
    QVERIFY(findings.first() == expected);
}

void tst_Lint::leavesInPeace_data()
{
    QTest::addColumn<Mistake>("change");
    const auto row = [](const char *name, const Mistake &change) {
        QTest::newRow(name) << change;
    };
    const auto behind = [](const std::function<void(policy::Rule &, policy::Rule &)> &change) {
        return [change](Setup &setup) {
            policy::Rule before = setup.rule(u"all"_s);
            before.id = u"before"_s;
            before.name = u"Before"_s;
            policy::Rule later = before;
            later.id = u"later"_s;
            later.name = u"Later"_s;
            change(before, later);
            setup.policy.rules.removeLast();
            setup.policy.rules += {before, later};
        };
    };
    const auto parse = [](policy::Rule &rule, const QString &when) {
        rule.when = when;
        rule.condition = std::get<filter::ExpressionPtr>(filter::parse(when));
    };
    row("a rule after one that goes on", behind([](auto &before, auto &) { before.goesOn = true; }));
    row("a rule after one that is off", behind([](auto &before, auto &) { before.enabled = false; }));
    row("a rule after one with hours", behind([](auto &before, auto &) { before.active = {u"office"_s}; }));
    row("a rule after one for worse", behind([](auto &before, auto &) { before.minimum = Level::Critical; }));
    row("a rule after one for fewer sources", behind([](auto &before, auto &) { before.source = u"shop-*"_s; }));
    row("a rule after one with a condition", behind([&](auto &before, auto &) { parse(before, u"code>=500"_s); }));
    row("a rule after one with another condition", behind([&](auto &before, auto &later) {
            parse(before, u"code>=500"_s);
            parse(later, u"code>=501"_s);
        }));
    row("a rule after one that listens", behind([](auto &before, auto &) {
            before.threshold = {.kind = policy::Threshold::Kind::Absence, .within = 5min};
        }));
    row("a rule after one for what hangs", behind([](auto &before, auto &) {
            before.threshold = {.kind = policy::Threshold::Kind::Stuck, .within = 5min};
        }));
    row("a listening rule after one for all", behind([](auto &, auto &later) {
            later.threshold = {.kind = policy::Threshold::Kind::Absence, .within = 5min};
        }));
    row("a rule for gaps", behind([&](auto &, auto &later) { parse(later, u"is:gap"_s); }));
    row("a rule that is off", [](Setup &setup) {
        setup.rule(u"all"_s).enabled = false;
        setup.rule(u"all"_s).notifiers.clear();
    });
    row("a rule that is new", [](Setup &setup) { setup.rules[u"cards"_s] = {.since = Now - 29 * 24h}; });
    row("nine of ten", [](Setup &setup) { setup.rules[u"all"_s].matched = 900; });
    row("all of a few", [](Setup &setup) { setup.rules[u"all"_s] = {.since = Now - 1h, .matched = 99, .seen = 99}; });
    row("a percentile of all", [](Setup &setup) { setup.rules[u"slow"_s].matched = 1'000; });
    row("an ignoring rule for nearly all", [](Setup &setup) { setup.rules[u"crawlers"_s].matched = 1'000; });
    row("a proof for good", [](Setup &setup) { setup.notifiers[u"slack"_s] = {.lastProven = Now - 900 * 24h}; });
    row("an unproven notifier that nobody uses", [](Setup &setup) { setup.notifiers[u"pager"_s] = {}; });
    row("a silence that is over", [](Setup &setup) {
        setup.silences = {silence(u"level>=debug"_s, 90 * 24h)};
        setup.silences.first().endedAt = Now - 1min;
    });
    row("a step with one fit notifier of two", [](Setup &setup) {
        setup.policy.policies[0].steps[0].notifiers = {u"slack"_s, u"gone"_s};
    });
    row("failures told by two", [](Setup &setup) {
        setup.setWhen(u"all"_s, u"message:\"slack failed\""_s);
        setup.rule(u"all"_s).notifiers = {u"slack"_s, u"mail"_s};
    });
    row("a source named like its notifier", [](Setup &setup) { setup.setWhen(u"all"_s, u"source:slack"_s); });
    row("a closing after the last step", [](Setup &setup) { setup.rule(u"cards"_s).closeAfter = 6min; });
    row("a count that recovers", [](Setup &setup) {
        setup.rule(u"cards"_s).closeAfter = 1min;
        setup.rule(u"cards"_s).threshold = {.kind = policy::Threshold::Kind::Count, .atLeast = 2, .within = 1min};
    });
}

void tst_Lint::leavesInPeace()
{
    QFETCH(Mistake, change);
    Setup setup = clean();
    change(setup);
    const QList<Finding> findings = lint(setup);
    QVERIFY2(findings.isEmpty(), qPrintable(findings.value(0).sentence));
}

void tst_Lint::tellsRulesFirst()
{
    Setup setup = clean();
    setup.silences = {silence(u"level>=debug"_s, 2h)};
    setup.notifiers[u"slack"_s].lastProven.reset();
    setup.policy.policies[0].quietIn = {u"always"_s};
    setup.rule(u"all"_s).notifiers.clear();
    setup.setWhen(u"cards"_s, u"level<error"_s);
    QList<Finding::Kind> kinds;
    const QList<Finding> findings = lint(setup);
    for (const Finding &finding : findings)
        kinds.append(finding.kind);
    QCOMPARE(kinds, (QList{Kind::ContradictoryCondition, Kind::NobodyTold, Kind::UnreachableStep,
                           Kind::UnprovenNotifier, Kind::SilenceOfAll}));
}

void tst_Lint::knowsWhatCanMatch_data()
{
    QTest::addColumn<QString>("condition");
    QTest::addColumn<QString>("source");
    QTest::addColumn<bool>("can");
    const auto row = [](const QString &condition, bool can, const QString &source = {}) {
        QTest::newRow(qPrintable(condition + u" of "_s + source)) << condition << source << can;
    };
    // In a rule for errors and worse.
    row(u"level:error"_s, true);
    row(u"level:warning"_s, false);
    row(u"level:info..warning"_s, false);
    row(u"level:info..error"_s, true);
    row(u"not level>=error"_s, false);
    row(u"not level>error"_s, true);
    row(u"level<error or code:500"_s, true);
    row(u"level!=error,critical"_s, false);
    row(u"declared:info"_s, true);
    row(u"declared<info declared>debug"_s, false);
    row(u"code:404 code:500"_s, false);
    row(u"code:4xx code>450"_s, true);
    row(u"code:4xx code>=500"_s, false);
    row(u"code<500 not code<400"_s, true);
    row(u"elapsed>3s elapsed<2s"_s, false);
    row(u"elapsed>3s elapsed<3001ms"_s, true);
    row(u"is:open is:ended"_s, false);
    row(u"is:open is:stuck"_s, true);
    row(u"is:ended is:stuck"_s, false);
    row(u"source:shop source:billing"_s, false);
    row(u"source:shop,billing source:billing"_s, true);
    row(u"source:shop* source:billing"_s, true); // patterns are taken to match
    row(u"source:billing"_s, false, u"shop"_s);
    row(u"source:sh*"_s, true, u"shop"_s);
    row(u"source:b*"_s, false, u"shop"_s);
    row(u"source:billing"_s, false, u"shop-*"_s);
    row(u"source:shop-api"_s, true, u"shop-*"_s);
    row(u"source!=shop-api"_s, true, u"shop-*"_s);
    row(u"method:GET method:POST"_s, false);
    row(u"path:/a not path:/a"_s, false);
    row(u"path:/a* not path:/a*"_s, true);
    row(u"timeout not timeout"_s, true); // free text is taken to be anything
    row(u"message:a message:b"_s, true);
}

void tst_Lint::knowsWhatCanMatch()
{
    QFETCH(QString, condition);
    QFETCH(QString, source);
    QFETCH(bool, can);
    policy::Rule rule;
    rule.source = source;
    const auto parsed = filter::parse(condition);
    QVERIFY(std::holds_alternative<filter::ExpressionPtr>(parsed));
    QCOMPARE(policy::canMatch(*std::get<filter::ExpressionPtr>(parsed), rule), can);
}

void tst_Lint::knowsWiderSources_data()
{
    QTest::addColumn<QString>("wide");
    QTest::addColumn<QString>("narrow");
    QTest::addColumn<bool>("covers");
    const auto row = [](const QString &wide, const QString &narrow, bool covers) {
        QTest::newRow(qPrintable(u"“%1” and “%2”"_s.arg(wide, narrow))) << wide << narrow << covers;
    };
    row({}, u"shop"_s, true);
    row({}, {}, true);
    row(u"*"_s, {}, true);
    row(u"shop"_s, {}, false);
    row(u"shop*"_s, {}, false);
    row(u"shop"_s, u"SHOP"_s, true);
    row(u"shop"_s, u"shop*"_s, false);
    row(u"shop*"_s, u"shop-*"_s, true);
    row(u"shop-*"_s, u"shop*"_s, false);
    row(u"shop?"_s, u"shop*"_s, false);
    row(u"shop?"_s, u"shop?"_s, true);
    row(u"shop*"_s, u"shop?"_s, true);
    row(u"s*p"_s, u"sh*op"_s, true);
    row(u"s*p"_s, u"sh*"_s, false);
    row(u"*-api"_s, u"shop-api"_s, true);
}

void tst_Lint::knowsWiderSources()
{
    QFETCH(QString, wide);
    QFETCH(QString, narrow);
    QFETCH(bool, covers);
    QCOMPARE(policy::coversSources(wide, narrow), covers);
}

QTEST_APPLESS_MAIN(tst_Lint)
#include "tst_lint.moc"
