// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Which rules take a session. What can be known of a source and a level is worked out once; of the rules that are left,
// those that name a path, a code or a method are found by it, so that rules for something else cost nothing.

#include "engine/evaluator.h"

#include "filter/predicate.h"

#include <algorithm>
#include <functional>

using namespace Qt::StringLiterals;

namespace escalite::engine {

namespace {

using filter::Expression;
using filter::Field;
using policy::Threshold;

/// Sources that are remembered; a sender that invents sources must not fill the memory.
constexpr qsizetype MaxSources = 10'000;
/// How long an answer about hours holds that do not change within the time looked ahead.
constexpr Duration HoursHold = std::chrono::hours(24 * 7);

/// One of these values a session must have, or the condition cannot hold.
struct Necessity
{
    Field field = Field::Any; ///< Path, Code or Method; Any = nothing is known.
    QStringList texts{};      ///< Case folded.
    QList<int> codes{};
};

int rank(Field field)
{
    return field == Field::Path ? 3 : field == Field::Code ? 2 : field == Field::Method ? 1 : 0;
}

Necessity necessityOf(const Expression &expression)
{
    Necessity found;
    switch (expression.kind) {
    case Expression::Kind::Condition:
        if (expression.op != filter::Op::Is || rank(expression.field) == 0)
            break;
        for (const filter::Value &value : expression.values) {
            const bool isCode = expression.field == Field::Code;
            if (isCode ? !value.code || value.codeTo || value.codeClass : value.pattern.has_value())
                return {};
            if (isCode)
                found.codes.append(*value.code);
            else
                found.texts.append(value.text.toCaseFolded());
        }
        found.field = expression.field;
        break;
    case Expression::Kind::And:
        for (const filter::ExpressionPtr &part : expression.parts) {
            Necessity candidate = necessityOf(*part);
            if (rank(candidate.field) > rank(found.field))
                found = std::move(candidate);
        }
        break;
    case Expression::Kind::Or:
        for (const filter::ExpressionPtr &part : expression.parts) {
            const Necessity candidate = necessityOf(*part);
            if (candidate.field == Field::Any || (found.field != Field::Any && found.field != candidate.field))
                return {};
            found.field = candidate.field;
            found.texts += candidate.texts;
            found.codes += candidate.codes;
        }
        break;
    case Expression::Kind::All:
    case Expression::Kind::Not:
        break;
    }
    return found;
}

bool isFor(Threshold::Kind kind, const SessionDigest &digest)
{
    return kind != Threshold::Kind::Stuck || !digest.isEnded();
}

} // namespace

QString LazyText::operator()()
{
    if (!m_text)
        m_text = documentText(m_document);
    return *m_text;
}

/// The rules that cover a source and want no more than a level, in their order.
struct Evaluator::Candidates
{
    std::vector<quint32> open; ///< Nothing is known of their conditions.
    QHash<QString, std::vector<quint32>> byPath;
    QHash<QString, std::vector<quint32>> byMethod;
    QHash<int, std::vector<quint32>> byCode;
    std::optional<quint32> first; ///< Of all of them.
    std::vector<quint32> absences;
};

/// The rules that cover certain sources.
struct Evaluator::Coverage
{
    std::vector<quint32> rules; ///< In force, but those for absence.
    std::vector<quint32> absences;
    std::vector<quint32> shares;
    std::optional<quint32> lowest;                      ///< The first that wants the least level.
    std::array<std::unique_ptr<Candidates>, 6> byLevel; ///< In tens, as levels are numbered.
};

Evaluator::Evaluator(const policy::Policy &policy)
{
    m_rules.reserve(static_cast<std::size_t>(policy.rules.size()));
    for (const policy::Rule &rule : policy.rules) {
        Prepared prepared{.rule = &rule, .asksForGaps = rule.asksForGaps()};
        prepared.hours = policy.hoursOf(rule.active);
        prepared.isAlways = rule.active.isEmpty();
        m_rules.push_back(std::move(prepared));
    }
}

Evaluator::~Evaluator() = default;

Evaluator::Coverage &Evaluator::coverageOf(const QString &source)
{
    if (m_last && source == m_lastSource)
        return *m_last;
    const auto known = m_bySource.constFind(source);
    if (known == m_bySource.cend()) {
        if (m_bySource.size() >= MaxSources) {
            m_bySource.clear();
            m_coverages.clear();
        }
        QByteArray covering(static_cast<qsizetype>(m_rules.size() / 8 + 1), 0);
        for (std::size_t i = 0; i < m_rules.size(); ++i) {
            if (m_rules[i].rule->enabled && m_rules[i].rule->covers(source))
                covering[static_cast<qsizetype>(i / 8)] =
                    static_cast<char>(covering[static_cast<qsizetype>(i / 8)] | (1 << (i % 8)));
        }
        std::shared_ptr<Coverage> &coverage = m_coverages[covering];
        if (!coverage) {
            coverage = std::make_shared<Coverage>();
            for (quint32 i = 0; i < m_rules.size(); ++i) {
                if ((covering[static_cast<qsizetype>(i / 8)] >> (i % 8) & 1) == 0)
                    continue;
                const Threshold::Kind kind = rule(i).threshold.kind;
                if (kind == Threshold::Kind::Absence) {
                    coverage->absences.push_back(i);
                    continue;
                }
                coverage->rules.push_back(i);
                if (kind == Threshold::Kind::Share)
                    coverage->shares.push_back(i);
                if (!coverage->lowest || rule(i).minimum < rule(*coverage->lowest).minimum)
                    coverage->lowest = i;
            }
        }
        m_last = coverage;
        m_bySource.insert(source, coverage);
    } else {
        m_last = *known;
    }
    m_lastSource = source;
    return *m_last;
}

Evaluator::Candidates &Evaluator::candidatesFor(const SessionDigest &digest)
{
    Coverage &coverage = coverageOf(digest.source);
    std::unique_ptr<Candidates> &known = coverage.byLevel.at(static_cast<std::size_t>(digest.effective) / 10);
    if (known)
        return *known;
    known = std::make_unique<Candidates>();
    for (const quint32 index : coverage.rules) {
        if (rule(index).minimum > digest.effective)
            continue;
        if (!known->first)
            known->first = index;
        const Necessity necessity = rule(index).condition ? necessityOf(*rule(index).condition) : Necessity();
        const auto enter = [index](auto &lists, const auto &values) {
            for (const auto &value : values) {
                std::vector<quint32> &list = lists[value];
                if (list.empty() || list.back() != index)
                    list.push_back(index);
            }
        };
        if (necessity.field == Field::Path)
            enter(known->byPath, necessity.texts);
        else if (necessity.field == Field::Method)
            enter(known->byMethod, necessity.texts);
        else if (necessity.field == Field::Code)
            enter(known->byCode, necessity.codes);
        else
            known->open.push_back(index);
    }
    for (const quint32 index : coverage.absences) {
        if (rule(index).minimum <= digest.effective)
            known->absences.push_back(index);
    }
    return *known;
}

bool Evaluator::isWithinHours(Prepared &prepared, TimePoint at)
{
    if (prepared.isAlways)
        return true;
    if (at < prepared.from || at >= prepared.until) {
        prepared.isWithin = isWithin(prepared.hours, at);
        prepared.from = at;
        prepared.until = nextChange(prepared.hours, at).value_or(at + HoursHold);
    }
    return prepared.isWithin;
}

bool Evaluator::isWithinHours(quint32 rule, TimePoint at)
{
    return isWithinHours(m_rules[rule], at);
}

/// Source and level are right: what else is against it?
Verdict Evaluator::late(Prepared &prepared, const SessionDigest &digest, TimePoint at, LazyText &text)
{
    const policy::Rule &rule = *prepared.rule;
    if (!isWithinHours(prepared, at))
        return Verdict::Inactive;
    if (digest.flags.testFlag(SessionFlag::Gap) && !prepared.asksForGaps)
        return Verdict::NotMatching;
    if (!isFor(rule.threshold.kind, digest))
        return Verdict::NotMatching;
    if (rule.condition && !filter::matches(*rule.condition, digest, std::ref(text)))
        return Verdict::NotMatching;
    return Verdict::None;
}

Evaluator::Outcome Evaluator::test(const SessionDigest &digest, TimePoint at, LazyText &text)
{
    Outcome outcome;
    Candidates &candidates = candidatesFor(digest);
    if (!candidates.first) {
        outcome.nearest = coverageOf(digest.source).lowest;
        outcome.verdict = outcome.nearest ? Verdict::BelowLevel : Verdict::NoRule;
        return outcome;
    }

    // The lists that concern this session, gone through together in the order of the rules.
    struct Part
    {
        const quint32 *at = nullptr;
        const quint32 *end = nullptr;
    };
    QVarLengthArray<Part, 4> parts;
    const auto take = [&parts](const std::vector<quint32> &list) {
        if (!list.empty())
            parts.append({list.data(), list.data() + list.size()});
    };
    const auto takeFrom = [&take](const auto &lists, const auto &value) {
        const auto found = lists.constFind(value);
        if (found != lists.cend())
            take(*found);
    };
    take(candidates.open);
    if (!candidates.byPath.isEmpty())
        takeFrom(candidates.byPath, digest.path.toCaseFolded());
    if (!candidates.byMethod.isEmpty())
        takeFrom(candidates.byMethod, digest.method.toCaseFolded());
    if (!candidates.byCode.isEmpty() && digest.code)
        takeFrom(candidates.byCode, *digest.code);

    const bool matters = digest.effective >= Level::Warning;
    while (!parts.isEmpty()) {
        const auto next = std::min_element(parts.begin(), parts.end(),
                                           [](const Part &left, const Part &right) { return *left.at < *right.at; });
        const quint32 index = *next->at++;
        if (next->at == next->end)
            parts.erase(next);
        if (late(m_rules[index], digest, at, text) != Verdict::None) {
            if (matters && outcome.nearly.size() < MaxNearly)
                outcome.nearly.append(index);
            continue;
        }
        outcome.takers.append(index);
        if (!rule(index).goesOn)
            break;
    }
    if (outcome.takers.isEmpty()) {
        outcome.nearest = candidates.first;
        outcome.verdict = isWithinHours(m_rules[*candidates.first], at) ? Verdict::NotMatching : Verdict::Inactive;
    }
    return outcome;
}

Verdict Evaluator::refusal(quint32 index, const SessionDigest &digest, TimePoint at, LazyText &text)
{
    if (!rule(index).enabled)
        return Verdict::SwitchedOff;
    if (!rule(index).covers(digest.source))
        return Verdict::OtherSource;
    if (digest.effective < rule(index).minimum)
        return Verdict::BelowLevel;
    return late(m_rules[index], digest, at, text);
}

QList<ConditionOutcome> Evaluator::conditions(quint32 index, const SessionDigest &digest, LazyText &text) const
{
    const policy::Rule &rule = this->rule(index);
    QList<ConditionOutcome> outcomes{{.condition = u"level>="_s + levelName(rule.minimum),
                                      .seen = levelName(digest.effective),
                                      .holds = digest.effective >= rule.minimum}};
    if (rule.threshold.kind == Threshold::Kind::Stuck)
        outcomes.append(
            {.condition = u"is:open"_s, .seen = digest.isEnded() ? u"ended"_s : u"open"_s, .holds = !digest.isEnded()});
    if (rule.condition)
        outcomes.append(filter::explain(*rule.condition, digest, std::ref(text)));
    return outcomes;
}

QVarLengthArray<quint32, 4> Evaluator::heardBy(const SessionDigest &digest, LazyText &text)
{
    QVarLengthArray<quint32, 4> heard;
    for (const quint32 index : candidatesFor(digest).absences) {
        const Prepared &prepared = m_rules[index];
        const bool isLeftOut = digest.flags.testFlag(SessionFlag::Gap) && !prepared.asksForGaps;
        if (!isLeftOut
            && (!prepared.rule->condition || filter::matches(*prepared.rule->condition, digest, std::ref(text))))
            heard.append(index);
    }
    return heard;
}

QVarLengthArray<quint32, 4> Evaluator::countedBy(const SessionDigest &digest, TimePoint at)
{
    QVarLengthArray<quint32, 4> counted;
    for (const quint32 index : coverageOf(digest.source).shares) {
        Prepared &prepared = m_rules[index];
        const bool isLeftOut = digest.flags.testFlag(SessionFlag::Gap) && !prepared.asksForGaps;
        if (!isLeftOut && isWithinHours(prepared, at))
            counted.append(index);
    }
    return counted;
}

} // namespace escalite::engine
