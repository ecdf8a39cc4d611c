// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Fuzz target: sessions, people, time and restarts through the engine. After every commit the store's unique keys hold
// and the ledger of every incident balances (tests/support/score.h); every rule has exactly one verdict, the same
// before and after; nothing is told by a rule while an incident is acknowledged.

#include "filter/expression.h"
#include "support/score.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

using namespace escalite;
using namespace escalite::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using policy::Threshold;

namespace {

void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

/// The input, byte for byte; then zeroes.
class Bytes
{
public:
    Bytes(const std::uint8_t *data, std::size_t size) : m_at(data), m_end(data + size) {}
    [[nodiscard]] bool isOver() const { return m_at == m_end; }
    unsigned next() { return isOver() ? 0U : *m_at++; }
    unsigned below(unsigned end) { return next() % end; }

private:
    const std::uint8_t *m_at;
    const std::uint8_t *m_end;
};

constexpr std::array Levels{Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical};

policy::Policy policyOf(Bytes &bytes)
{
    policy::Policy policy;
    policy.policies = {{.id = u"night"_s,
                        .name = u"Night"_s,
                        .steps = {{.wait = 0s, .notifiers = {u"slack"_s}}, {.wait = 2min, .notifiers = {u"pager"_s}}},
                        .repeatEvery = 5min,
                        .repeatAtMost = 2,
                        .acknowledgeFor = 30min}};
    const unsigned rules = 1 + bytes.below(4);
    for (unsigned i = 0; i < rules; ++i) {
        policy::Rule rule = Score::rule(u"rule %1"_s.arg(i), Levels.at(bytes.below(5)), {u"slack"_s, u"email"_s});
        const unsigned marks = bytes.next();
        rule.goesOn = (marks & 1U) != 0;
        rule.ignore = (marks & 6U) == 6U;
        if ((marks & 8U) != 0)
            rule.policy = u"night"_s;
        if ((marks & 16U) != 0) {
            rule.when = u"path:/a"_s;
            rule.condition = std::get<filter::ExpressionPtr>(filter::parse(rule.when));
        }
        rule.threshold = {.kind = static_cast<Threshold::Kind>(bytes.below(8)),
                          .atLeast = 1 + static_cast<int>(bytes.below(4)),
                          .percent = static_cast<double>(bytes.below(100)),
                          .over = 1s,
                          .within = std::chrono::seconds(1 + bytes.next()),
                          .per = {}};
        if ((marks & 32U) != 0)
            rule.threshold.per = {policy::GroupKey::Path};
        policy.rules.append(rule);
    }
    if (bytes.below(2) == 0)
        policy.settings.closeAfter = 5min;
    return policy;
}

void arrive(Score &score, Bytes &bytes, int number)
{
    const unsigned marks = bytes.next();
    const QString name = (marks & 1U) != 0 ? u"open %1"_s.arg(bytes.below(4)) : u"session %1"_s.arg(number);
    if (score.hasEnded(name))
        return;
    auto session = score.session(name);
    session.path((marks & 2U) != 0 ? u"/a"_s : u"/b"_s).source((marks & 4U) != 0 ? u"shop"_s : u"billing"_s);
    if ((marks & 8U) != 0)
        session.open().since(score.now() - Score::start() - std::chrono::seconds(bytes.next()));
    else
        session.took(std::chrono::milliseconds(20 * bytes.next()));
    if ((marks & 0x70U) == 0x70U)
        session.gap();
    const Level level = Levels.at(bytes.below(5));
    const Explanation foreseen = score.engine().explain(session.observation(level, u"it broke"_s));
    session.of(level, u"it broke"_s);
    const SessionVerdict &happened = score.lastBatch().verdicts.last();
    if (foreseen.verdict != happened.verdict)
        std::fprintf(stderr, "explained: %s; but: %s\n", qPrintable(foreseen.sentence),
                     qPrintable(verdictName(happened.verdict)));
    require(foreseen.verdict == happened.verdict, "what happens is what was explained");
    for (const RuleVerdict &rule : foreseen.rules)
        require(rule.verdict != Verdict::None, "a verdict for each rule");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr std::size_t Enough = 400; // The score looks at everything after every commit.
    Bytes bytes(data, std::min(size, Enough));
    Score score(policyOf(bytes));
    Duration time{};
    for (int number = 0; !bytes.isOver(); ++number) {
        const unsigned kind = bytes.below(16);
        const QList<Incident> incidents = score.incidents();
        const auto chosen = [&] {
            return incidents.at(static_cast<qsizetype>(bytes.next()) % incidents.size()).id;
        };
        const engine::Command command{
            .request = Score::idOf(u"request %1"_s.arg(number)), .by = u"operator"_s, .what = {}};
        const auto post = [&](auto verb) {
            if (incidents.isEmpty())
                return;
            verb.incidents = {chosen()};
            engine::Command filled = command;
            filled.what = verb;
            static_cast<void>(score.post(filled));
        };
        switch (kind) {
        case 0:
            post(engine::Acknowledge{});
            break;
        case 1:
            post(engine::Close{});
            break;
        case 2:
            post(engine::Reopen{});
            break;
        case 3:
            score.restart();
            break;
        case 4:
            time += std::chrono::minutes(bytes.next());
            score.at(time);
            break;
        default:
            time += std::chrono::milliseconds(40 * bytes.next());
            score.at(time);
            arrive(score, bytes, number);
        }
        if (!score.violations().isEmpty()) {
            std::fprintf(stderr, "%s\n", qPrintable(score.violations().first()));
            require(false, "an invariant of the store");
        }
    }
    for (const Delivery &delivery : score.deliveries()) {
        require(std::any_of(score.escalations().begin(), score.escalations().end(),
                            [&](const Escalation &made) { return made.id == delivery.escalation; }),
                "no delivery without an escalation");
    }
    return 0;
}
