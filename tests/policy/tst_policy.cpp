// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Rules and settings as a person writes them: what is read, and everything that is wrong told at once.

#include "policy/policy.h"

#include <QJsonDocument>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const auto Notifiers = [] {
    return QStringList{u"slack"_s, u"email"_s};
};

QJsonObject object(const char *json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError)
        qFatal("%s: %s", qPrintable(error.errorString()), json);
    return document.object();
}

QString line(const Problem &problem)
{
    return u"%1 %2: %3"_s.arg(problem.severity == Problem::Severity::Error ? u"error"_s : u"warning"_s, problem.pointer,
                              problem.message);
}

QStringList lines(const Problems &problems)
{
    QStringList list;
    for (const Problem &problem : problems)
        list.append(line(problem));
    return list;
}

} // namespace

class tst_Policy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasOneRuleWhenNoneIsWritten();
    void readsARule();
    void tellsAllWhenNotifyIsMissing();
    void makesIdsFromNames();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void tellsAllProblemsAtOnce();
    void readsSettings();
    void writesWhatItReads();
    void writesOnlyOtherSettings();
    void choosesTheRule_data();
    void choosesTheRule();
};

void tst_Policy::hasOneRuleWhenNoneIsWritten()
{
    Problems problems;
    const policy::Policy policy = policy::readPolicy({}, Notifiers(), problems);
    QCOMPARE(lines(problems), QStringList());
    QCOMPARE(policy.rules.size(), 1);
    QCOMPARE(policy.rules.first().minimum, Level::Error);
    QCOMPARE(policy.rules.first().source, QString());
    QCOMPARE(policy.rules.first().notifiers, Notifiers());
    QVERIFY(policy.rules.first().enabled);
    QCOMPARE(policy.settings, policy::Settings());
    QVERIFY(policy::readPolicy(object(R"({"rules":[]})"), Notifiers(), problems)
                .rules.isEmpty()); // none at all is possible
}

void tst_Policy::readsARule()
{
    Problems problems;
    const auto root =
        object(R"({"rules":[{"id":"r1","name":"Checkout","source":"shop-*","level":"critical","when":"code>=500",
                                           "notify":["email","slack"],"enabled":false}]})");
    const policy::Policy policy = policy::readPolicy(root, Notifiers(), problems);
    QCOMPARE(lines(problems), QStringList());
    const policy::Rule &rule = policy.rules.first();
    QCOMPARE(rule.id, u"r1"_s);
    QCOMPARE(rule.name, u"Checkout"_s);
    QCOMPARE(rule.source, u"shop-*"_s);
    QCOMPARE(rule.minimum, Level::Critical);
    QCOMPARE(rule.when, u"code>=500"_s);
    QVERIFY(rule.condition);
    QCOMPARE(rule.notifiers, (QStringList{u"email"_s, u"slack"_s}));
    QVERIFY(!rule.enabled);
    QCOMPARE(policy.rule(u"r1"_s), &rule);
    QVERIFY(!policy.rule(u"r2"_s));
}

void tst_Policy::tellsAllWhenNotifyIsMissing()
{
    Problems problems;
    const policy::Policy policy = policy::readPolicy(
        object(R"({"rules":[{"name":"a"},{"name":"b","source":"x","notify":[]}]})"), Notifiers(), problems);
    QCOMPARE(lines(problems), QStringList());
    QCOMPARE(policy.rules.at(0).notifiers, Notifiers());
    QCOMPARE(policy.rules.at(1).notifiers, QStringList());
}

void tst_Policy::makesIdsFromNames()
{
    Problems problems;
    const auto root =
        object(R"j({"rules":[{"name":"Card errors (EU)","source":"a"},{"name":"card errors EU","source":"b"},
                                           {"source":"c"},{"name":"!","source":"d"}]})j");
    const policy::Policy policy = policy::readPolicy(root, {}, problems);
    QStringList ids;
    for (const policy::Rule &rule : policy.rules)
        ids.append(rule.id);
    QCOMPARE(ids, (QStringList{u"card-errors-eu"_s, u"card-errors-eu-2"_s, u"rule-3"_s, u"rule"_s}));
    const QString longest(120, u'a');
    QVERIFY(policy::idFromName(longest, u"rule"_s).size() < longest.size()); // so that "-2" behind it is no problem
}

void tst_Policy::saysWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *json, const QString &expected) {
        QTest::newRow(name) << QByteArray(json) << expected;
    };
    row("rules", R"({"rules":{}})", u"error /rules: “rules” must be a list, not an object."_s);
    row("rule", R"({"rules":["error"]})",
        u"error /rules/0: A rule must be an object such as {\"level\": \"error\"}, not a text."_s);
    row("level", R"({"rules":[{"level":"eror"}]})",
        u"error /rules/0/level: “eror” is not a level; levels are debug, info, warning, error or critical. Did you mean “error”?"_s);
    row("level as number", R"({"rules":[{"level":40}]})",
        u"error /rules/0/level: “level” must be debug, info, warning, error or critical, not a number."_s);
    row("unknown notifier", R"({"rules":[{"notify":["slak"]}]})",
        u"error /rules/0/notify/0: No notifier is named “slak”. Did you mean “slack”?"_s);
    row("far notifier", R"({"rules":[{"notify":["telegram"]}]})",
        u"error /rules/0/notify/0: No notifier is named “telegram”. There are: slack, email."_s);
    row("notifier twice", R"({"rules":[{"notify":["slack","slack"]}]})",
        u"warning /rules/0/notify/1: “slack” stands twice in this list and counts once."_s);
    row("notify", R"({"rules":[{"notify":"slack"}]})",
        u"error /rules/0/notify: “notify” must be a list of notifier names, not a text."_s);
    row("notify number", R"({"rules":[{"notify":[1]}]})",
        u"error /rules/0/notify/0: A notifier is named by a text, not a number."_s);
    row("enabled", R"({"rules":[{"enabled":"yes"}]})",
        u"error /rules/0/enabled: “enabled” must be true or false, not a text."_s);
    row("name", R"({"rules":[{"name":null}]})", u"error /rules/0/name: “name” must be a text, not null."_s);
    row("unknown key", R"({"rules":[{"levle":"error"}]})",
        u"warning /rules/0/levle: A rule has no “levle”. Did you mean “level”?"_s);
    row("key with slash", R"({"rules":[{"a/b":1}]})", u"warning /rules/0/a~1b: A rule has no “a/b”."_s);
    row("same id", R"({"rules":[{"id":"x","source":"a"},{"id":"x","source":"b"}]})",
        u"error /rules/1/id: The id “x” stands twice; each rule needs its own."_s);
    row("settings", R"({"settings":[]})", u"error /settings: “settings” must be an object, not a list."_s);
    row("no unit", R"({"settings":{"hold":10}})",
        u"error /settings/hold: “hold” must be a time with its unit, such as \"10 s\", not a number."_s);
    row("no unit in text", R"({"settings":{"hold":"10"}})",
        u"error /settings/hold: “hold” must be a time with its unit, such as \"10 s\", not “10”."_s);
    row("range", R"({"settings":{"give_up":"400 d"}})",
        u"error /settings/give_up: “give_up” must be between 1 s and 30 d."_s);
    row("retries", R"({"settings":{"retry_first":"10 min"}})",
        u"error /settings/retry_most: “retry_most” must not be less than “retry_first” (10 min)."_s);
    row("messages", R"({"settings":{"messages_per_minute":0}})",
        u"error /settings/messages_per_minute: “messages_per_minute” must be a whole number between 1 and 6000."_s);
    row("messages broken", R"({"settings":{"messages_per_minute":1.5}})",
        u"error /settings/messages_per_minute: “messages_per_minute” must be a whole number between 1 and 6000."_s);
    row("follow-ups", R"({"settings":{"follow_ups":"some"}})",
        u"error /settings/follow_ups: “follow_ups” must be \"all\", \"closed\" or \"none\"."_s);
    row("in doubt", R"({"settings":{"in_doubt":"drop"}})",
        u"error /settings/in_doubt: “in_doubt” must be \"resend\" or \"ask\"."_s);
    row("without token", R"({"settings":{"ingest_without_token":1}})",
        u"error /settings/ingest_without_token: “ingest_without_token” must be true or false, not a number."_s);
    row("unknown setting", R"({"settings":{"holds":"1 s"}})",
        u"warning /settings/holds: There is no setting “holds”. Did you mean “hold”?"_s);
}

void tst_Policy::saysWhatIsWrong()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, expected);
    Problems problems;
    static_cast<void>(policy::readPolicy(object(json.constData()), Notifiers(), problems));
    QCOMPARE(lines(problems), QStringList{expected});
}

void tst_Policy::tellsAllProblemsAtOnce()
{
    Problems problems;
    static_cast<void>(policy::readPolicy(
        object(
            R"({"rules":[{"level":"bad","notify":["x"],"when":"level>="},{"enabled":0}],"settings":{"hold":"2 h","slow":""}})"),
        Notifiers(), problems));
    QStringList pointers;
    for (const Problem &problem : problems)
        pointers.append(problem.pointer);
    const QStringList expected{u"/rules/0/level"_s,   u"/rules/0/when"_s,  u"/rules/0/notify/0"_s,
                               u"/rules/1/enabled"_s, u"/settings/hold"_s, u"/settings/slow"_s};
    QCOMPARE(pointers, expected);
    QVERIFY2(problems.at(1).message.startsWith(u"The condition is wrong at column "),
             qPrintable(problems.at(1).message));
}

void tst_Policy::readsSettings()
{
    Problems problems;
    const auto root = object(
        R"({"settings":{"hold":"0 s","hold_critical":"500 ms","group_interval":"2 min","close_after":"7 d","undo":"0 s",
        "give_up":"1 h","retry_first":"100 ms","retry_most":"30 s","attempt_timeout":"5 s","messages_per_minute":10,"in_doubt":"ask","follow_ups":"closed",
        "ingest_without_token":true,"slow":"1 s"}})");
    policy::Settings expected;
    expected.hold = 0s;
    expected.holdCritical = 500ms;
    expected.group = 2min;
    expected.closeAfter = 24h * 7;
    expected.undo = 0s;
    expected.giveUp = 1h;
    expected.retryFirst = 100ms;
    expected.retryMost = 30s;
    expected.attemptTimeout = 5s;
    expected.messagesPerMinute = 10;
    expected.inDoubt = u"ask"_s;
    expected.followUps = u"closed"_s;
    expected.ingestWithoutToken = true;
    expected.slow = 1s;
    QCOMPARE(policy::readPolicy(root, {}, problems).settings, expected);
    QCOMPARE(lines(problems), QStringList());
}

void tst_Policy::writesWhatItReads()
{
    const auto root = object(
        R"({"rules":[{"id":"r1","name":"A","source":"shop-*","level":"critical","when":"code>=500","notify":["email"],"enabled":false},
                                          {"id":"r2","name":"B","level":"warning","notify":[]}],
                                 "settings":{"hold":"90 s","hold_critical":"1500 ms","slow":"1500 us","messages_per_minute":5,"in_doubt":"ask","follow_ups":"none","ingest_without_token":true}})");
    Problems problems;
    const policy::Policy policy = policy::readPolicy(root, Notifiers(), problems);
    QCOMPARE(lines(problems), QStringList());
    const QJsonObject written{{u"rules"_s, policy::toJson(policy.rules)},
                              {u"settings"_s, policy::toJson(policy.settings)}};
    QCOMPARE(written, root);
    QCOMPARE(policy::readPolicy(written, Notifiers(), problems), policy);
}

void tst_Policy::writesOnlyOtherSettings()
{
    QVERIFY(policy::toJson(policy::Settings()).isEmpty());
    policy::Settings settings;
    settings.hold = 0s;
    settings.undo = 2min;
    QCOMPARE(policy::toJson(settings), object(R"({"hold":"0 s","undo":"2 min"})"));
}

void tst_Policy::choosesTheRule_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("rule");
    QTest::newRow("by name") << u"shop-api"_s << u"name"_s;
    QTest::newRow("what stands behind it is not reached") << u"shop-api-web"_s << u"glob"_s;
    QTest::newRow("the first glob") << u"shop-web"_s << u"glob"_s;
    QTest::newRow("one character") << u"api7"_s << u"one"_s;
    QTest::newRow("not two characters") << u"api77"_s << u"all"_s;
    QTest::newRow("in other case") << u"Shop-Web"_s << u"glob"_s;
    QTest::newRow("star in the middle") << u"eu-pay-live"_s << u"middle"_s;
    QTest::newRow("star stands for nothing too") << u"eu--live"_s << u"middle"_s;
    QTest::newRow("else for all") << u"billing"_s << u"all"_s;
    QTest::newRow("off") << u"crm"_s << u"all"_s;
    QTest::newRow("no source") << QString() << u"all"_s;
}

void tst_Policy::choosesTheRule()
{
    QFETCH(QString, source);
    QFETCH(QString, rule);
    policy::Policy policy;
    const auto add = [&](const QString &id, const QString &covers, bool enabled = true) {
        policy::Rule added;
        added.id = id;
        added.source = covers;
        added.enabled = enabled;
        policy.rules.append(added);
    };
    add(u"name"_s, u"shop-api"_s);
    add(u"glob"_s, u"shop-*"_s);
    add(u"later glob"_s, u"*-web"_s);
    add(u"one"_s, u"api?"_s);
    add(u"middle"_s, u"eu-*-live"_s);
    add(u"off"_s, u"crm"_s, false);
    add(u"all"_s, {});
    SessionDigest digest;
    digest.source = source;
    digest.effective = Level::Error;
    QCOMPARE(policy.takerOf(digest, {})->id, rule);
    digest.effective = Level::Info;
    QVERIFY(!policy.takerOf(digest, {}));
    QVERIFY(!policy::Policy().takerOf(digest, {}));
}

QTEST_APPLESS_MAIN(tst_Policy)
#include "tst_policy.moc"
