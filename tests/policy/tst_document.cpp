// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The policy document beside its simple rules: thresholds, policies, hours, inhibitions, and that what is written reads
// back the same.

#include "policy/policy.h"

#include <QJsonDocument>
#include <QTest>

#include <random>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using policy::GroupKey;
using policy::Threshold;

namespace {

QStringList notifierNames()
{
    return {u"slack"_s, u"mail"_s, u"telegram"_s};
}

QJsonObject object(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError)
        qFatal("%s: %s", qPrintable(error.errorString()), json.constData());
    return document.object();
}

QStringList lines(const Problems &problems)
{
    QStringList list;
    for (const Problem &problem : problems)
        list.append(u"%1 %2: %3"_s.arg(problem.severity == Problem::Severity::Error ? u"error"_s : u"warning"_s,
                                       problem.pointer, problem.message));
    return list;
}

policy::Policy read(const QByteArray &json)
{
    Problems problems;
    policy::Policy policy = policy::readPolicy(object(json), notifierNames(), problems);
    if (!problems.isEmpty())
        qFatal("%s", qPrintable(lines(problems).join(u'\n')));
    return policy;
}

const auto Whole = R"({
    "rules": [
        {"id": "cards", "name": "Cards", "source": "shop-*", "level": "warning", "when": "path:/pay*",
         "threshold": {"kind": "count", "at_least": 20, "within": "5 min", "per": ["source", "code"]}, "policy": "night",
         "continue": true, "hold": "0 s", "at_most_every": "15 min", "close_after": "30 min", "active": ["office"],
         "muted": ["maintenance"], "owner": "Payments", "enabled": false},
        {"id": "noise", "name": "Noise", "source": "crawler", "level": "debug", "ignore": true},
        {"id": "all", "name": "All", "level": "error", "notify": ["slack"]}],
    "policies": [
        {"id": "night", "name": "Night shift",
         "steps": [{"notify": ["slack", "telegram"]}, {"wait": "5 min", "notify": ["mail"]}],
         "repeat": {"from_step": 2, "every": "15 min", "at_most": 4}, "acknowledge_for": "4 h", "desk_first": "1 min",
         "quiet": ["night"]}],
    "intervals": [
        {"name": "office", "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:30", "zone": "Europe/Berlin"}]},
        {"name": "night", "hours": [{"from": "22:00", "to": "07:00"}]},
        {"name": "maintenance", "hours": [{"days": ["sun"]}, {"days": ["sat"], "from": "23:00"}]}],
    "inhibitions": [
        {"id": "db", "name": "Database", "while": "source:database level>=critical", "mute": "source:shop-*",
         "equal": ["method"], "enabled": false}],
    "fingerprint": ["source", "code"],
    "settings": {"storm_incidents": 5, "storm_within": "1 min", "storm_told": 0, "idle_after": "90 s", "acknowledge_for": "8 h"}
})";

} // namespace

class tst_Document : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheWhole();
    void writesWhatItReads();
    void readsThresholds_data();
    void readsThresholds();
    void readsHours_data();
    void readsHours();
    void tellsAllOfTheListWhenARuleSaysNothing();
    void resolvesPlans();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void tellsAllAtOnce();
    void readsBackWhatItWrites();
    void coversSources_data();
    void coversSources();
};

void tst_Document::readsTheWhole()
{
    const policy::Policy policy = read(Whole);
    QCOMPARE(policy.rules.size(), 3);
    const policy::Rule &cards = policy.rules.first();
    QCOMPARE(
        cards.threshold,
        (Threshold{
            .kind = Threshold::Kind::Count, .atLeast = 20, .within = 5min, .per = {GroupKey::Source, GroupKey::Code}}));
    QCOMPARE(cards.policy, u"night"_s);
    QCOMPARE(cards.notifiers, QStringList());
    QVERIFY(cards.goesOn && !cards.ignore && !cards.enabled);
    QVERIFY(cards.hold == Duration::zero() && cards.atMostEvery == 15min && cards.closeAfter == 30min);
    QCOMPARE(cards.active, QStringList{u"office"_s});
    QCOMPARE(cards.muted, QStringList{u"maintenance"_s});
    QCOMPARE(cards.owner, u"Payments"_s);
    QVERIFY(policy.rules.at(1).ignore);
    QCOMPARE(policy.rules.at(1).notifiers, QStringList());

    QCOMPARE(policy.policies.size(), 1);
    const EscalationPolicy expected{
        .id = u"night"_s,
        .name = u"Night shift"_s,
        .steps = {{.notifiers = {u"slack"_s, u"telegram"_s}}, {.wait = 5min, .notifiers = {u"mail"_s}}},
        .repeatFrom = 1,
        .repeatEvery = 15min,
        .repeatAtMost = 4,
        .acknowledgeFor = 4h,
        .deskFirst = 1min,
        .quietIn = {u"night"_s}};
    QVERIFY(policy.policies.first() == expected);
    QCOMPARE(policy.intervals.size(), 3);
    QVERIFY((policy.intervals.first().hours
             == QList<WeeklyHours>{{.days = 0x1f, .from = 540, .to = 1050, .zone = "Europe/Berlin"}}));
    QVERIFY((policy.intervals.last().hours == QList<WeeklyHours>{{.days = 0x40}, {.days = 0x20, .from = 23 * 60}}));
    const policy::Inhibition &inhibition = policy.inhibitions.first();
    QCOMPARE(inhibition.whileOpen, u"source:database level>=critical"_s);
    QVERIFY(inhibition.whileOpenCondition && inhibition.muteCondition);
    QCOMPARE(inhibition.equal, QList{GroupKey::Method});
    QVERIFY(!inhibition.enabled);
    QCOMPARE(policy.fingerprint, (QList{GroupKey::Source, GroupKey::Code}));
    QCOMPARE(policy.settings.stormIncidents, 5);
    QCOMPARE(policy.settings.stormTold, 0);
    QVERIFY(policy.settings.stormWithin == 1min && policy.settings.idleAfter == 90s);
    QVERIFY(policy.settings.acknowledgeFor == 8h);
}

void tst_Document::writesWhatItReads()
{
    QCOMPARE(policy::toJson(read(Whole)), object(Whole));
    QCOMPARE(policy::toJson(policy::Policy()), object(R"({"rules":[]})")); // nothing that is as usual
}

void tst_Document::readsThresholds_data()
{
    using Kind = Threshold::Kind;
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<Threshold>("expected");
    const auto row = [](const char *json, const Threshold &expected) {
        QTest::newRow(json) << QByteArray(json) << expected;
    };
    row(R"({"kind":"count","at_least":2,"within":"100 ms"})", {.kind = Kind::Count, .atLeast = 2, .within = 100ms});
    row(R"({"kind":"share","over_percent":10,"within":"10 min","at_least":20,"per":["path"]})",
        {.kind = Kind::Share, .atLeast = 20, .percent = 10, .within = 10min, .per = {GroupKey::Path}});
    row(R"({"kind":"share","over_percent":0.5,"within":"1 d"})", {.kind = Kind::Share, .percent = 0.5, .within = 24h});
    row(R"({"kind":"percentile","percentile":99.9,"over":"3 s","within":"10 min"})",
        {.kind = Kind::Percentile, .percent = 99.9, .over = 3s, .within = 10min});
    row(R"({"kind":"absence","within":"5 min","per":["source"]})",
        {.kind = Kind::Absence, .within = 5min, .per = {GroupKey::Source}});
    row(R"({"kind":"stuck","within":"30 s"})", {.kind = Kind::Stuck, .within = 30s});
    row(R"({"kind":"first_seen"})", {.kind = Kind::FirstSeen});
    row(R"({"kind":"regressed"})", {.kind = Kind::Regressed});
}

void tst_Document::readsThresholds()
{
    QFETCH(QByteArray, json);
    QFETCH(Threshold, expected);
    const policy::Policy policy = read(R"({"rules":[{"threshold":)" + json + "}]}");
    QVERIFY(policy.rules.first().threshold == expected);
    QCOMPARE(policy::toJson(policy.rules.first().threshold), object(json));
}

void tst_Document::readsHours_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::newRow("all day") << R"({})"_ba << 0 << 1440;
    QTest::newRow("to midnight") << R"({"from":"18:00","to":"24:00"})"_ba << 1080 << 1440;
    QTest::newRow("to midnight, in other words") << R"({"from":"18:00","to":"00:00"})"_ba << 1080 << 1440;
    QTest::newRow("over midnight") << R"({"from":"22:00","to":"07:00"})"_ba << 1320 << 420;
    QTest::newRow("without a nought") << R"({"from":"7:05","to":"9:00"})"_ba << 425 << 540;
}

void tst_Document::readsHours()
{
    QFETCH(QByteArray, json);
    QFETCH(int, from);
    QFETCH(int, to);
    const policy::Policy policy = read(R"({"intervals":[{"name":"i","hours":[)" + json + "]}]}");
    QCOMPARE(policy.intervals.first().hours.first().from, from);
    QCOMPARE(policy.intervals.first().hours.first().to, to);
}

void tst_Document::tellsAllOfTheListWhenARuleSaysNothing()
{
    const policy::Policy policy = read(
        R"({"rules":[{"name":"a"},{"name":"b","notify":[]},{"name":"c","policy":"p"},{"name":"d","ignore":true}],
            "policies":[{"id":"p","steps":[{"notify":["mail"]}]}]})");
    QCOMPARE(policy.rules.at(0).notifiers, notifierNames());
    for (const qsizetype rule : {1, 2, 3})
        QCOMPARE(policy.rules.at(rule).notifiers, QStringList());
    QCOMPARE(policy.policies.first().name, u"p"_s);
}

void tst_Document::resolvesPlans()
{
    const policy::Policy policy = read(Whole);
    const EscalationPolicy night = policy.planOf(policy.rules.at(0));
    QCOMPARE(night.id, u"night"_s);
    QVERIFY((night.quiet == QList<WeeklyHours>{{.from = 1320, .to = 420}}));
    const EscalationPolicy plain = policy.planOf(policy.rules.at(2));
    QCOMPARE(plain.id, QString());
    QCOMPARE(plain.steps.size(), 1);
    QCOMPARE(plain.steps.first().notifiers, QStringList{u"slack"_s});
    QVERIFY(plain.acknowledgeFor == 8h);
    QVERIFY(policy.planOf(policy.rules.at(1)).steps.isEmpty());
}

void tst_Document::saysWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *json, const QString &expected) {
        QTest::newRow(name) << QByteArray(json) << expected;
    };
    row("threshold", R"({"rules":[{"threshold":20}]})",
        u"error /rules/0/threshold: “threshold” must be an object such as {\"kind\": \"count\", \"at_least\": 20, \"within\": \"5 min\"}, not a number."_s);
    row("no kind", R"({"rules":[{"threshold":{}}]})",
        u"error /rules/0/threshold: The threshold has no “kind”: each, count, share, percentile, absence, stuck, first_seen or regressed."_s);
    row("kind", R"({"rules":[{"threshold":{"kind":"counts"}}]})",
        u"error /rules/0/threshold/kind: “counts” is no kind of threshold; kinds are each, count, share, percentile, absence, stuck, first_seen or regressed. Did you mean “count”?"_s);
    row("kind as number", R"({"rules":[{"threshold":{"kind":2}}]})",
        u"error /rules/0/threshold/kind: “kind” must be each, count, share, percentile, absence, stuck, first_seen or regressed, not a number."_s);
    row("needed", R"({"rules":[{"threshold":{"kind":"count","at_least":2}}]})",
        u"error /rules/0/threshold: A threshold of the kind “count” needs “within”."_s);
    row("not of its kind", R"({"rules":[{"threshold":{"kind":"stuck","within":"1 s","over":"1 s"}}]})",
        u"warning /rules/0/threshold/over: A threshold of the kind “stuck” has no “over”; it is left out."_s);
    row("unknown of threshold", R"({"rules":[{"threshold":{"kind":"each","atleast":1}}]})",
        u"warning /rules/0/threshold/atleast: A threshold has no “atleast”. Did you mean “at_least”?"_s);
    row("at least", R"({"rules":[{"threshold":{"kind":"count","at_least":0,"within":"1 s"}}]})",
        u"error /rules/0/threshold/at_least: “at_least” must be a whole number between 1 and 1000000."_s);
    row("percent", R"({"rules":[{"threshold":{"kind":"share","over_percent":100,"within":"1 s"}}]})",
        u"error /rules/0/threshold/over_percent: “over_percent” must be a number from 0 to less than 100."_s);
    row("percentile",
        R"({"rules":[{"threshold":{"kind":"percentile","percentile":"p95","over":"1 s","within":"1 s"}}]})",
        u"error /rules/0/threshold/percentile: “percentile” must be a number from 1 to 100."_s);
    row("window", R"({"rules":[{"threshold":{"kind":"absence","within":"8 d"}}]})",
        u"error /rules/0/threshold/within: “within” must be between 100 ms and 7 d."_s);
    row("window without unit", R"({"rules":[{"threshold":{"kind":"absence","within":"5"}}]})",
        u"error /rules/0/threshold/within: “within” must be a time with its unit, such as \"5 min\", not “5”."_s);
    row("group", R"({"rules":[{"threshold":{"kind":"absence","within":"1 s","per":["sourc"]}}]})",
        u"error /rules/0/threshold/per/0: “sourc” cannot stand here; what can is source, method, path, code, fingerprint or message. Did you mean “source”?"_s);
    row("groups", R"({"rules":[{"threshold":{"kind":"absence","within":"1 s","per":"source"}}]})",
        u"error /rules/0/threshold/per: “per” must be a list of source, method, path, code, fingerprint or message, not a text."_s);
    row("group twice", R"({"rules":[{"threshold":{"kind":"absence","within":"1 s","per":["code","code"]}}]})",
        u"warning /rules/0/threshold/per/1: “code” stands twice in this list and counts once."_s);
    row("no policies", R"({"rules":[{"policy":"night"}]})",
        u"error /rules/0/policy: No policy has the id “night”. No policy is defined."_s);
    row("policy", R"({"rules":[{"policy":"nigth"}],"policies":[{"id":"night","steps":[{"notify":["mail"]}]}]})",
        u"error /rules/0/policy: No policy has the id “nigth”. Did you mean “night”?"_s);
    row("policy by name",
        R"({"rules":[{"policy":"Night shift"}],"policies":[{"name":"Night shift","steps":[{"notify":["mail"]}]}]})",
        u"error /rules/0/policy: No policy has the id “Night shift”. The policy with that name has the id “night-shift”."_s);
    row("far policy", R"({"rules":[{"policy":"x"}],"policies":[{"id":"night","steps":[{"notify":["mail"]}]}]})",
        u"error /rules/0/policy: No policy has the id “x”. There are: night."_s);
    row("policy and notify",
        R"({"rules":[{"policy":"p","notify":["mail"]}],"policies":[{"id":"p","steps":[{"notify":["mail"]}]}]})",
        u"error /rules/0: The rule “Rule 1” has a “policy” and “notify”; leave one of them out."_s);
    row("ignores and tells", R"({"rules":[{"ignore":true,"notify":["mail"]}]})",
        u"warning /rules/0/ignore: The rule “Rule 1” ignores what it matches: it tells nobody, whatever “policy” or “notify” say."_s);
    row("no intervals", R"({"rules":[{"active":["office"]}]})",
        u"error /rules/0/active/0: No interval is named “office”. No interval is defined."_s);
    row("interval", R"({"rules":[{"muted":["offce"]}],"intervals":[{"name":"office","hours":[{}]}]})",
        u"error /rules/0/muted/0: No interval is named “offce”. Did you mean “office”?"_s);
    row("interval as number", R"({"rules":[{"muted":[1]}]})",
        u"error /rules/0/muted/0: An interval is named by a text, not a number."_s);
    row("intervals of a rule", R"({"rules":[{"active":"office"}]})",
        u"error /rules/0/active: “active” must be a list of interval names, not a text."_s);
    row("hold of a rule", R"({"rules":[{"hold":"2 h"}]})",
        u"error /rules/0/hold: “hold” must be between 0 s and 1 h."_s);
    row("two of a name", R"({"rules":[{"name":"a","id":"1"},{"name":"a","id":"2"}]})",
        u"warning /rules/1/name: Another rule is named “a” too; nobody can tell them apart."_s);

    row("policies", R"({"policies":{}})", u"error /policies: “policies” must be a list, not an object."_s);
    row("policy as text", R"({"policies":["night"]})",
        u"error /policies/0: A policy must be an object such as {\"name\": \"Night\", \"steps\": [{\"notify\": [\"mail\"]}]}, not a text."_s);
    row("no steps", R"({"policies":[{"name":"Night"}]})",
        u"error /policies/0: The policy “Night” has no “steps”, so that it tells nobody."_s);
    row("empty steps", R"({"policies":[{"id":"night","steps":[]}]})",
        u"error /policies/0: The policy “night” has no “steps”, so that it tells nobody."_s);
    row("silent step", R"({"policies":[{"steps":[{"wait":"1 s"}]}]})",
        u"error /policies/0/steps/0: The step has no “notify”, so that it tells nobody."_s);
    row("unknown of step", R"({"policies":[{"steps":[{"notfy":[],"notify":[]}]}]})",
        u"warning /policies/0/steps/0/notfy: A step has no “notfy”. Did you mean “notify”?"_s);
    row("notifier of a step", R"({"policies":[{"steps":[{"notify":["mial"]}]}]})",
        u"error /policies/0/steps/0/notify/0: No notifier is named “mial”. Did you mean “mail”?"_s);
    row("repeat from", R"({"policies":[{"steps":[{"notify":[]}],"repeat":{"from_step":2,"every":"1 s","at_most":1}}]})",
        u"error /policies/0/repeat/from_step: “from_step” must be a whole number between 1 and 1."_s);
    row("repeat needs", R"({"policies":[{"steps":[{"notify":[]}],"repeat":{"every":"1 s"}}]})",
        u"error /policies/0/repeat: “repeat” needs “at_most”."_s);
    row("repeat", R"({"policies":[{"steps":[{"notify":[]}],"repeat":true}]})",
        u"error /policies/0/repeat: “repeat” must be an object such as {\"from_step\": 1, \"every\": \"15 min\", \"at_most\": 4}, not true or false."_s);
    row("same policy",
        R"({"policies":[{"id":"a","steps":[{"notify":[]}]},{"id":"a","name":"b","steps":[{"notify":[]}]}]})",
        u"error /policies/1/id: The id “a” stands twice; each policy needs its own."_s);
    row("unknown of policy", R"({"policies":[{"steps":[{"notify":[]}],"desk":"1 s"}]})",
        u"warning /policies/0/desk: A policy has no “desk”."_s);

    row("no name", R"({"intervals":[{"hours":[{}]}]})",
        u"error /intervals/0: The interval has no “name”, so that no rule can use it."_s);
    row("no hours", R"({"intervals":[{"name":"office"}]})",
        u"error /intervals/0: The interval “office” has no “hours”."_s);
    row("same interval", R"({"intervals":[{"name":"a","hours":[{}]},{"name":"a","hours":[{}]}]})",
        u"error /intervals/1/name: Another interval is named “a” too; each needs its own."_s);
    row("day", R"({"intervals":[{"name":"a","hours":[{"days":["Monday"]}]}]})",
        u"error /intervals/0/hours/0/days/0: “Monday” is not a day; days are mon, tue, wed, thu, fri, sat or sun. Did you mean “mon”?"_s);
    row("no day", R"({"intervals":[{"name":"a","hours":[{"days":[]}]}]})",
        u"error /intervals/0/hours/0/days: “days” must be a list of days such as [\"mon\", \"tue\"], not an empty list."_s);
    row("from", R"({"intervals":[{"name":"a","hours":[{"from":"24:00"}]}]})",
        u"error /intervals/0/hours/0/from: “from” must be a time of day from \"00:00\" to \"23:59\", not “24:00”."_s);
    row("to", R"({"intervals":[{"name":"a","hours":[{"to":"7 pm"}]}]})",
        u"error /intervals/0/hours/0/to: “to” must be a time of day from \"00:00\" to \"24:00\", not “7 pm”."_s);
    row("sixty minutes", R"({"intervals":[{"name":"a","hours":[{"to":"07:60"}]}]})",
        u"error /intervals/0/hours/0/to: “to” must be a time of day from \"00:00\" to \"24:00\", not “07:60”."_s);
    row("zone", R"({"intervals":[{"name":"a","hours":[{"zone":"Europe/Berln"}]}]})",
        u"error /intervals/0/hours/0/zone: “Europe/Berln” is not a time zone this machine knows. Did you mean “Europe/Berlin”?"_s);
    row("far zone", R"({"intervals":[{"name":"a","hours":[{"zone":"the office's own clock"}]}]})",
        u"error /intervals/0/hours/0/zone: “the office's own clock” is not a time zone this machine knows. Names are such as “Europe/Berlin” or “UTC”."_s);

    row("while missing", R"({"inhibitions":[{"mute":"source:a"}]})",
        u"error /inhibitions/0: An inhibition needs a condition in “while”, such as \"source:database level>=critical\"."_s);
    row("mute empty", R"({"inhibitions":[{"while":"source:a","mute":" "}]})",
        u"error /inhibitions/0/mute: An inhibition needs a condition in “mute”, such as \"source:database level>=critical\"."_s);
    row("while no text", R"({"inhibitions":[{"while":1,"mute":"source:a"}]})",
        u"error /inhibitions/0/while: “while” must be a condition as text, such as \"source:database level>=critical\", not a number."_s);
    row("unknown of inhibition", R"({"inhibitions":[{"while":"source:b","mute":"source:a","equals":[]}]})",
        u"warning /inhibitions/0/equals: An inhibition has no “equals”. Did you mean “equal”?"_s);

    row("fingerprint", R"({"fingerprint":["fingerprint"]})",
        u"error /fingerprint/0: “fingerprint” cannot stand here; what can is source, method, path, code or message."_s);
    row("storm", R"({"settings":{"storm_incidents":-1}})",
        u"error /settings/storm_incidents: “storm_incidents” must be a whole number between 0 and 1000000."_s);
    row("idle", R"({"settings":{"idle_after":"0 s"}})",
        u"error /settings/idle_after: “idle_after” must be between 100 ms and 1 d."_s);
}

void tst_Document::saysWhatIsWrong()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, expected);
    Problems problems;
    static_cast<void>(policy::readPolicy(object(json), notifierNames(), problems));
    QCOMPARE(lines(problems), QStringList{expected});
}

void tst_Document::tellsAllAtOnce()
{
    Problems problems;
    const auto json = R"({
        "rules": [{"level": "bad", "policy": "x", "threshold": {"kind": "count", "within": 5}, "active": ["y"]}, 7],
        "policies": [{"id": "p", "steps": [{"wait": "5", "notify": ["z"]}], "quiet": ["y"]}],
        "intervals": [{"name": "i", "hours": [{"from": "x"}]}],
        "inhibitions": [{"while": "level>=", "mute": "x:("}],
        "fingerprint": "source", "settings": {"hold": 1}})";
    static_cast<void>(policy::readPolicy(object(json), notifierNames(), problems));
    QStringList pointers;
    for (const Problem &problem : problems)
        pointers.append(problem.pointer);
    pointers.sort();
    const QStringList expected{u"/fingerprint"_s,
                               u"/inhibitions/0/mute"_s,
                               u"/inhibitions/0/while"_s,
                               u"/intervals/0/hours/0/from"_s,
                               u"/policies/0/quiet/0"_s,
                               u"/policies/0/steps/0/notify/0"_s,
                               u"/policies/0/steps/0/wait"_s,
                               u"/rules/0/active/0"_s,
                               u"/rules/0/level"_s,
                               u"/rules/0/policy"_s,
                               u"/rules/0/threshold"_s,
                               u"/rules/0/threshold/within"_s,
                               u"/rules/1"_s,
                               u"/settings/hold"_s};
    QCOMPARE(pointers, expected);
}

namespace {

/// Policies of every shape, the same ones every time.
class Generator
{
public:
    explicit Generator(unsigned seed) : m_numbers(seed) {}

    policy::Policy policy()
    {
        policy::Policy policy;
        for (int i = 0; i < below(4); ++i) {
            policy::Interval interval{.name = u"interval %1"_s.arg(i)};
            for (int row = 0; row <= below(3); ++row)
                interval.hours.append(hours());
            policy.intervals.append(interval);
            m_intervals.append(interval.name);
        }
        for (int i = 0; i < below(4); ++i)
            policy.policies.append(escalationPolicy(i));
        for (int i = 0; i < below(6); ++i)
            policy.rules.append(rule(i, policy.policies));
        for (int i = 0; i < below(3); ++i) {
            policy::Inhibition inhibition{.id = u"i%1"_s.arg(i), .name = u"Inhibition “%1”"_s.arg(i)};
            inhibition.whileOpen = u"source:database"_s;
            inhibition.mute = u"level>=error and not path:/health"_s;
            inhibition.equal = groupKeys(false);
            inhibition.enabled = maybe();
            policy.inhibitions.append(inhibition);
        }
        if (maybe())
            policy.fingerprint = groupKeys(true);
        if (maybe()) {
            policy.settings.hold = 1ms * below(60'000);
            policy.settings.stormIncidents = below(100);
            policy.settings.stormWithin = 1s * (1 + below(3600));
            policy.settings.idleAfter = 1s * (1 + below(3600));
            policy.settings.acknowledgeFor = 1min * below(600);
            policy.settings.followUps = u"closed"_s;
        }
        return policy;
    }

private:
    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(m_numbers); }
    bool maybe() { return below(2) == 0; }

    template<typename Item>
    QList<Item> some(const QList<Item> &items)
    {
        QList<Item> chosen;
        for (const Item &item : items) {
            if (maybe())
                chosen.append(item);
        }
        return chosen;
    }

    QList<GroupKey> groupKeys(bool ofFingerprint)
    {
        QList<GroupKey> keys{GroupKey::Message, GroupKey::Source, GroupKey::Code, GroupKey::Method, GroupKey::Path};
        if (!ofFingerprint)
            keys.prepend(GroupKey::Fingerprint);
        return some(keys);
    }

    WeeklyHours hours()
    {
        const QList<QByteArray> zones{"", "UTC", "Europe/Berlin", "Asia/Kolkata"};
        return {.days = static_cast<quint8>(1 + below(0x7f)),
                .from = below(1440),
                .to = 1 + below(1440),
                .zone = zones.at(below(4))};
    }

    EscalationPolicy escalationPolicy(int number)
    {
        EscalationPolicy policy{.id = u"p%1"_s.arg(number), .name = u"Policy %1"_s.arg(number)};
        for (int i = 0; i <= below(4); ++i)
            policy.steps.append({.wait = 1s * below(1000), .notifiers = some(notifierNames())});
        if (maybe()) {
            policy.repeatFrom = below(static_cast<int>(policy.steps.size()));
            policy.repeatEvery = 1ms * (100 + below(1'000'000));
            policy.repeatAtMost = 1 + below(9);
        }
        policy.acknowledgeFor = 1min * below(3);
        policy.deskFirst = 1s * below(3);
        policy.quietIn = some(m_intervals);
        return policy;
    }

    Threshold threshold()
    {
        using Kind = Threshold::Kind;
        const auto kind = static_cast<Kind>(below(static_cast<int>(Kind::Regressed) + 1));
        Threshold threshold{.kind = kind};
        const bool counts = kind == Kind::Count || kind == Kind::Share || kind == Kind::Percentile;
        if (counts)
            threshold.atLeast = 1 + below(50);
        if (kind == Kind::Share)
            threshold.percent = below(1000) / 10.0;
        if (kind == Kind::Percentile) {
            threshold.percent = 1 + below(990) / 10.0;
            threshold.over = 1ms * below(10'000);
        }
        if (counts || kind == Kind::Absence || kind == Kind::Stuck) {
            threshold.within = 1s * (1 + below(10'000));
            threshold.per = groupKeys(false);
        }
        return threshold;
    }

    std::optional<Duration> length()
    {
        return maybe() ? std::optional<Duration>(1s * (1 + below(3600))) : std::nullopt;
    }

    policy::Rule rule(int number, const QList<EscalationPolicy> &policies)
    {
        policy::Rule rule;
        rule.id = u"r%1"_s.arg(number);
        rule.name = u"Rule \"%1\" ü"_s.arg(number);
        rule.source = maybe() ? QString() : u"shop-*"_s;
        rule.minimum = maybe() ? Level::Error : Level::Debug;
        rule.when = maybe() ? QString() : u"code>=500 or elapsed>3s"_s;
        rule.threshold = threshold();
        if (!policies.isEmpty() && maybe())
            rule.policy = policies.first().id;
        else
            rule.ignore = maybe();
        if (rule.policy.isEmpty() && !rule.ignore)
            rule.notifiers = some(notifierNames());
        rule.goesOn = maybe();
        rule.hold = length();
        rule.atMostEvery = length();
        rule.closeAfter = length();
        rule.active = some(m_intervals);
        rule.muted = some(m_intervals);
        rule.owner = maybe() ? QString() : u"Payments"_s;
        rule.enabled = maybe();
        return rule;
    }

    std::mt19937 m_numbers;
    QStringList m_intervals;
};

} // namespace

void tst_Document::readsBackWhatItWrites()
{
    for (unsigned seed = 0; seed < 500; ++seed) {
        const policy::Policy policy = Generator(seed).policy();
        const QJsonObject written = policy::toJson(policy);
        Problems problems;
        const policy::Policy back = policy::readPolicy(written, notifierNames(), problems);
        QVERIFY2(problems.isEmpty(), qPrintable(u"seed %1: "_s.arg(seed) + lines(problems).join(u'\n')));
        QVERIFY2(back == policy, QJsonDocument(written).toJson().constData());
        QCOMPARE(policy::toJson(back), written);
    }
}

void tst_Document::coversSources_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("source");
    QTest::addColumn<bool>("covered");
    const auto row = [](const char *name, const QString &pattern, const QString &source, bool covered) {
        QTest::newRow(name) << pattern << source << covered;
    };
    row("all", {}, u"billing"_s, true);
    row("by name in other case", u"shop-api"_s, u"Shop-API"_s, true);
    row("not a longer name", u"shop"_s, u"shop-api"_s, false);
    row("glob", u"shop-*"_s, u"shop-web"_s, true);
    row("one character", u"api?"_s, u"api7"_s, true);
    row("not two characters", u"api?"_s, u"api77"_s, false);
    row("star in the middle", u"eu-*-live"_s, u"eu-pay-live"_s, true);
    row("star stands for nothing too", u"eu-*-live"_s, u"eu--live"_s, true);
    row("no source", u"shop"_s, QString(), false);
}

void tst_Document::coversSources()
{
    QFETCH(QString, pattern);
    QFETCH(QString, source);
    QFETCH(bool, covered);
    policy::Rule rule;
    rule.source = pattern;
    QCOMPARE(rule.covers(source), covered);
}

QTEST_APPLESS_MAIN(tst_Document)
#include "tst_document.moc"
