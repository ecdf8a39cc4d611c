// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Fuzz target: the policy document. Every problem has a place that is there and a sentence; what has none is written
// and reads back the same; the linter, the plans and the hours take what the reader took.

#include "core/json.h"
#include "policy/lint.h"

#include <QJsonDocument>

#include <cstdio>
#include <cstdlib>

using namespace escalite;
using namespace Qt::StringLiterals;

namespace {

void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr TimePoint Now{std::chrono::seconds(1'764'072'000)};
    const auto text = QByteArray::fromRawData(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto parsed = JsonDocument::parse(text);
    const auto *document = std::get_if<JsonDocument>(&parsed);
    if (!document || document->root().kind != JsonNode::Kind::Object)
        return 0;
    const QStringList notifiers{u"slack"_s, u"mail"_s};
    Problems problems;
    const policy::Policy policy = policy::readPolicy(toQJson(document->root()).toObject(), notifiers, problems);
    for (const Problem &problem : std::as_const(problems)) {
        require(!problem.message.isEmpty(), "a problem says what is wrong");
        require(document->at(problem.pointer) || problem.pointer.endsWith(u"/id"_s)
                    || problem.pointer.endsWith(u"/name"_s) || problem.pointer.endsWith(u"/retry_most"_s),
                "and where");
    }
    QMap<QString, policy::RuleFacts> facts;
    for (const policy::Rule &rule : policy.rules) {
        require(!rule.id.isEmpty() && !rule.name.isEmpty(), "a rule has an id and a name");
        static_cast<void>(policy.planOf(rule));
        static_cast<void>(nextChange(policy.hoursOf(rule.active), Now));
        facts.insert(rule.id, {.since = Now - std::chrono::hours(24 * 60), .matched = 10, .seen = 1'000});
    }
    const QList<policy::Finding> findings = policy::lint(policy, {}, {{u"slack"_s, {}}}, facts, Now);
    for (const policy::Finding &finding : findings)
        require(!finding.sentence.isEmpty(), "a remark says what is wrong");
    if (hasErrors(problems))
        return 0;
    const QJsonObject written = policy::toJson(policy);
    Problems again;
    const policy::Policy back = policy::readPolicy(written, notifiers, again);
    require(!hasErrors(again), "what was written is read");
    require(back == policy, "and is the same");
    require(policy::toJson(back) == written, "and is written the same");
    return 0;
}
