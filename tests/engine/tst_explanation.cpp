// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// "Why?" says for every rule exactly one thing, and the same that happens.

#include "filter/expression.h"
#include "support/score.h"

#include <QTest>

#include <array>
#include <random>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using policy::GroupKey;
using policy::Threshold;

namespace {

policy::Rule withCondition(policy::Rule rule, const QString &when)
{
    rule.when = when;
    rule.condition = std::get<filter::ExpressionPtr>(filter::parse(when));
    return rule;
}

/// Decides by numbers, so that a seed always gives the same.
class Dice
{
public:
    explicit Dice(unsigned seed) : m_random(seed) {}
    int below(int end) { return static_cast<int>(m_random() % static_cast<unsigned>(end)); }
    template<typename T, std::size_t N>
    T oneOf(const std::array<T, N> &values)
    {
        return values.at(static_cast<std::size_t>(below(static_cast<int>(N))));
    }

private:
    std::mt19937 m_random;
};

constexpr std::array Levels{Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Error, Level::Critical};

Threshold thresholdOf(Dice &dice)
{
    constexpr std::array Kinds{Threshold::Kind::Each,       Threshold::Kind::Each,      Threshold::Kind::Count,
                               Threshold::Kind::Share,      Threshold::Kind::Absence,   Threshold::Kind::Stuck,
                               Threshold::Kind::Percentile, Threshold::Kind::FirstSeen, Threshold::Kind::Regressed};
    constexpr std::array Windows{20s, 60s, 300s};
    Threshold threshold{.kind = dice.oneOf(Kinds),
                        .atLeast = 1 + dice.below(4),
                        .percent = static_cast<double>(dice.below(90)),
                        .over = std::chrono::milliseconds(dice.below(3000)),
                        .within = dice.oneOf(Windows),
                        .per = {}};
    constexpr std::array Keys{GroupKey::Source, GroupKey::Path, GroupKey::Code, GroupKey::Fingerprint};
    if (dice.below(2) == 0)
        threshold.per = {dice.oneOf(Keys)};
    return threshold;
}

policy::Policy policyOf(Dice &dice)
{
    const std::array Sources{u""_s, u"shop"_s, u"s*"_s, u"bill?ng"_s};
    const std::array Conditions{u"path:/a"_s, u"code>=500"_s,    u"path:/a,/b code:500"_s, u"-is:gap"_s,
                                u"is:gap"_s,  u"elapsed>1s"_s,   u"method:POST"_s,         u"(path:/a or path:/c)"_s,
                                u"/b"_s,      u"message~broke"_s};
    policy::Policy policy;
    policy.intervals = {{.name = u"now and then"_s, .hours = {{.from = 2, .to = 20, .zone = {}}}}};
    const int rules = 1 + dice.below(6);
    for (int i = 0; i < rules; ++i) {
        policy::Rule rule = Score::rule(u"rule %1"_s.arg(i), dice.oneOf(Levels), {u"slack"_s}, dice.oneOf(Sources));
        if (dice.below(2) == 0)
            rule = withCondition(rule, dice.oneOf(Conditions));
        rule.threshold = thresholdOf(dice);
        rule.goesOn = dice.below(2) == 0;
        rule.ignore = dice.below(8) == 0;
        rule.enabled = dice.below(8) != 0;
        if (dice.below(5) == 0)
            rule.active = QStringList{u"now and then"_s};
        if (dice.below(5) == 0)
            rule.notifiers.clear();
        policy.rules.append(rule);
    }
    if (dice.below(3) == 0)
        policy.settings.closeAfter = 60s;
    return policy;
}

} // namespace

class tst_Explanation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatHappens_data();
    void saysWhatHappens();
    void namesEveryRuleWithItsReason();
};

void tst_Explanation::saysWhatHappens_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 300; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void tst_Explanation::saysWhatHappens()
{
    QFETCH(unsigned, seed);
    Dice dice(seed);
    const policy::Policy policy = policyOf(dice);
    Score score(policy);
    Duration time{};
    const std::array Sources{u"shop"_s, u"shop"_s, u"billing"_s, u"crm"_s};
    const std::array Paths{u"/a"_s, u"/b"_s, u"/c"_s};
    for (int i = 0; i < 80; ++i) {
        time += std::chrono::milliseconds(dice.below(dice.below(10) == 0 ? 400'000 : 5'000));
        score.at(time);
        const bool isOpen = dice.below(3) == 0;
        const QString name = dice.below(3) == 0 ? u"open %1"_s.arg(i / 10 * 3 + dice.below(3)) : u"session %1"_s.arg(i);
        if (score.hasEnded(name))
            continue;
        auto session = score.session(name);
        session.source(dice.oneOf(Sources)).path(dice.oneOf(Paths)).code(dice.below(2) == 0 ? 500 : 404);
        if (isOpen)
            session.open().since(time - std::chrono::seconds(dice.below(40)));
        else
            session.took(std::chrono::milliseconds(dice.below(4000)));
        if (dice.below(12) == 0)
            session.gap();
        const Level level = dice.oneOf(Levels);
        const engine::Observation observation = session.observation(level, u"it broke"_s);
        const Explanation foreseen = score.engine().explain(observation);
        QCOMPARE(foreseen.rules.size(), policy.rules.size());
        for (qsizetype rule = 0; rule < policy.rules.size(); ++rule) {
            QCOMPARE(foreseen.rules.at(rule).rule, policy.rules.at(rule).id);
            QVERIFY(foreseen.rules.at(rule).verdict != Verdict::None);
        }

        session.of(level, u"it broke"_s);
        const SessionVerdict happened = score.lastBatch().verdicts.last();
        const auto line = [&](const QString &what) {
            QString text = u"step %1, %2: "_s.arg(QString::number(i), what);
            for (const RuleVerdict &rule : foreseen.rules)
                text += u"[%1 %2 %3]"_s.arg(rule.rule, verdictName(rule.verdict), rule.seen);
            text += u" but "_s + verdictName(happened.verdict);
            return text;
        };
        QVERIFY2(foreseen.verdict == happened.verdict, qPrintable(line(verdictName(foreseen.verdict))));
        QVERIFY(!foreseen.sentence.isEmpty());
        for (const RuleVerdict &rule : happened.rules) {
            const auto same = std::find_if(foreseen.rules.begin(), foreseen.rules.end(),
                                           [&](const RuleVerdict &candidate) { return candidate.rule == rule.rule; });
            QVERIFY2(same->verdict == rule.verdict, qPrintable(line(rule.rule + u' ' + verdictName(rule.verdict))));
        }
    }
    QCOMPARE(score.violations(), QStringList());
}

void tst_Explanation::namesEveryRuleWithItsReason()
{
    policy::Policy policy;
    policy.intervals = {{.name = u"office"_s, .hours = {{.from = 9 * 60, .to = 17 * 60, .zone = {}}}}};
    policy::Rule off = Score::rule(u"Off"_s, Level::Debug, {u"slack"_s});
    off.enabled = false;
    policy::Rule office = Score::rule(u"Office"_s, Level::Error, {u"slack"_s});
    office.active = QStringList{u"office"_s};
    policy::Rule counts = Score::rule(u"Counts"_s, Level::Error, {u"slack"_s});
    counts.threshold = {.kind = Threshold::Kind::Count, .atLeast = 20, .within = 5min, .per = {GroupKey::Source}};
    counts.goesOn = true;
    policy.rules = {off,
                    Score::rule(u"Other"_s, Level::Debug, {u"slack"_s}, u"billing"_s),
                    office,
                    Score::rule(u"Worst"_s, Level::Critical, {u"slack"_s}),
                    withCondition(Score::rule(u"Server"_s, Level::Error, {u"slack"_s}), u"code>=500"_s),
                    counts,
                    Score::rule(u"Errors"_s, Level::Error, {u"slack"_s}),
                    Score::rule(u"Late"_s, Level::Error, {u"slack"_s})};
    Score score(policy);
    const Explanation why = score.engine().explain(score.session(u"pay"_s).code(404).observation(Level::Error, {}));
    QList<Verdict> verdicts;
    for (const RuleVerdict &rule : why.rules)
        verdicts.append(rule.verdict);
    QCOMPARE(verdicts,
             (QList<Verdict>{Verdict::SwitchedOff, Verdict::OtherSource, Verdict::Inactive, Verdict::BelowLevel,
                             Verdict::NotMatching, Verdict::UnderThreshold, Verdict::Opened, Verdict::NotReached}));
    QCOMPARE(why.rules.at(4).conditions.last().condition, u"code>=500"_s);
    QCOMPARE(why.rules.at(4).conditions.last().seen, u"404"_s);
    QCOMPARE(why.rules.at(5).seen, u"1 of 20 in 5 min for source=shop"_s);
    QCOMPARE(why.rule, u"Errors"_s);
    QCOMPARE(why.verdict, Verdict::Opened);
    QVERIFY(score.engine().openIncidents().isEmpty());
}

QTEST_APPLESS_MAIN(tst_Explanation)
#include "tst_explanation.moc"
