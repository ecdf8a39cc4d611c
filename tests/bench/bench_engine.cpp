// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the engine costs: decisions a second with 10, 100 and 1,000 rules, the memory of a million counted keys, and a
// rehearsal of a million sessions.
//
//     bench_engine [sessions]

#include "engine/engine.h"
#include "engine/rehearsal.h"
#include "filter/expression.h"
#include "policy/window.h"
#include "policy/windowtable.h"

#include <QFile>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <span>
#include <vector>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint Start = std::chrono::sys_days(std::chrono::year(2026) / 3 / 9);
constexpr int Sources = 20;
constexpr int Paths = 200;

/// Of the processor, so that others on the machine do not count.
double secondsSince(std::clock_t begin)
{
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

/// Resident memory in MiB.
double residentMiB()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toDouble() * 4096 / (1024 * 1024);
}

/// One in \a errorEvery is an error, the others are as they should be.
std::vector<engine::Observation> sessions(int count, int errorEvery, Duration apart)
{
    std::mt19937 random(1);
    const auto below = [&random](int end) {
        return static_cast<int>(random() % static_cast<unsigned>(end));
    };
    std::vector<QString> sources;
    std::vector<QString> paths;
    for (int i = 0; i < Sources; ++i)
        sources.push_back(u"service-%1"_s.arg(i));
    for (int i = 0; i < Paths; ++i)
        paths.push_back(u"/v1/resource-%1/items"_s.arg(i));
    const std::array<QString, 3> messages{u"payment provider timed out after 3000 ms"_s, u"card declined"_s,
                                          u"could not connect to 10.0.0.7:5432"_s};
    std::vector<engine::Observation> list(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < list.size(); ++i) {
        engine::Observation &observation = list[i];
        observation.position = i + 1;
        observation.receivedAt = Start + static_cast<qint64>(i) * apart;
        SessionDigest &digest = observation.digest;
        digest.id = QUuid(static_cast<uint>(i), 1, 2, 0x80, 0, 0, 0, 0, 0, 0, 1);
        digest.source = sources[static_cast<std::size_t>(below(Sources))];
        digest.method = u"POST"_s;
        digest.path = paths[static_cast<std::size_t>(below(Paths))];
        digest.flags = SessionFlag::Ended;
        digest.elapsed = std::chrono::milliseconds(5 + below(900));
        digest.code = 200;
        if (below(errorEvery) == 0) {
            digest.declared = digest.effective = Level::Error;
            digest.code = 500 + below(5);
            digest.message = messages.at(static_cast<std::size_t>(below(3)));
            digest.errorKey = u"payment"_s;
        }
    }
    return list;
}

policy::Rule rule(int number, const QString &source, const QString &when)
{
    policy::Rule made;
    made.id = u"rule-%1"_s.arg(number);
    made.name = u"Rule %1"_s.arg(number);
    made.source = source;
    made.notifiers = QStringList{u"slack"_s};
    made.when = when;
    made.condition = std::get<filter::ExpressionPtr>(filter::parse(when));
    return made;
}

/// Of ten rules: five for one path each, two for a code, one for a source, one that counts, one for a share; the last
/// of all takes what is left.
policy::Policy rules(int count)
{
    policy::Policy policy;
    for (int i = 0; i < count - 1; ++i) {
        switch (i % 10) {
        case 5:
        case 6:
            policy.rules.append(rule(i, {}, u"code:%1 elapsed>2s"_s.arg(600 + i)));
            break;
        case 7:
            policy.rules.append(rule(i, u"other-service-%1"_s.arg(i), u"code>=500"_s));
            break;
        case 8:
            policy.rules.append(rule(i, u"other-*-%1"_s.arg(i), {}));
            policy.rules.last().condition.reset();
            policy.rules.last().threshold = {.kind = policy::Threshold::Kind::Count,
                                             .atLeast = 20,
                                             .within = 5min,
                                             .per = {policy::GroupKey::Source}};
            break;
        default:
            policy.rules.append(rule(i, {}, u"path:/v2/resource-%1 method:POST"_s.arg(i)));
        }
    }
    policy.rules.append(rule(count - 1, {}, {}));
    policy.rules.last().condition.reset();
    policy.rules.last().threshold = {
        .kind = policy::Threshold::Kind::Count, .atLeast = 4, .within = 5min, .per = {policy::GroupKey::Source}};
    return policy;
}

quint64 lastId = 0;

QUuid nextId()
{
    return QUuid(static_cast<uint>(++lastId), 1, 2, 0x80, 0, 0, 0, 0, 0, 0, 2);
}

void decisions(const char *what, const std::vector<engine::Observation> &list, int ruleCount)
{
    engine::Engine engine(rules(ruleCount), {}, nextId);
    const auto begin = std::clock();
    constexpr std::size_t AtOnce = 200;
    for (std::size_t i = 0; i < list.size(); i += AtOnce) {
        const auto slice = std::span(list).subspan(i, std::min(AtOnce, list.size() - i));
        static_cast<void>(engine.accept(slice, slice.back().receivedAt));
        for (auto due = engine.nextDeadline(); due && *due <= slice.back().receivedAt; due = engine.nextDeadline())
            static_cast<void>(engine.advance(slice.back().receivedAt));
    }
    const double took = secondsSince(begin);
    std::printf("%s, %4d rules: %9.0f decisions/s (%.2f us each)\n", what, ruleCount,
                static_cast<double>(list.size()) / took, took * 1e6 / static_cast<double>(list.size()));
}

void keys()
{
    const double before = residentMiB();
    policy::WindowTable<policy::CountWindow> table({});
    const auto begin = std::clock();
    constexpr quint64 Keys = 1'000'000;
    for (quint64 i = 0; i < Keys; ++i)
        table.add(i * 0x9E3779B97F4A7C15U, Start + Duration(static_cast<qint64>(i)), 1h);
    const double once = residentMiB();
    std::printf("1,000,000 keys with one session each: %.0f MiB, %.2f us to count one\n", once - before,
                secondsSince(begin));
    for (quint64 i = 0; i < Keys; ++i) {
        for (int more = 0; more < 4; ++more)
            table.add(i * 0x9E3779B97F4A7C15U, Start + Duration(static_cast<qint64>(Keys + i)), 1h);
    }
    std::printf("            with five sessions each: %.0f MiB, %lld keys\n", residentMiB() - before,
                static_cast<long long>(table.size()));
}

void rehearsal(const std::vector<engine::Observation> &list)
{
    policy::Policy policy = rules(100);
    engine::Rehearsal rehearsal(policy, {.watched = policy.rules.last().id, .from = Start});
    const auto begin = std::clock();
    rehearsal.feed(list);
    const engine::RehearsalResult result = rehearsal.finish(list.back().receivedAt + 1h);
    std::printf("rehearsal of %zu sessions, 100 rules: %.2f s (%lld incidents, %lld messages)\n", list.size(),
                secondsSince(begin), static_cast<long long>(result.incidents.size()),
                static_cast<long long>(result.messages.size()));
}

} // namespace

int main(int argc, char **argv)
{
    const int count = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
    const std::vector<engine::Observation> usual = sessions(count, 50, 100ms);
    for (const int ruleCount : {10, 100, 1000})
        decisions("one error in 50", usual, ruleCount);
    const std::vector<engine::Observation> bad = sessions(count / 4, 1, 100ms);
    for (const int ruleCount : {10, 100, 1000})
        decisions("errors only    ", bad, ruleCount);
    keys();
    rehearsal(usual);
    return 0;
}
