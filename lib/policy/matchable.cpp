// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Conditions tried on the few values at which they can change: their own, those beside them, and one that they do not
// name.

#include "policy/matchable.h"

#include "filter/condition.h"
#include "filter/fields.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::policy {

namespace {

using filter::Expression;
using filter::Field;
using filter::Op;

constexpr std::array AllLevels{Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical};

/// A text that no condition names.
QString otherText()
{
    return QString(QChar(0xfffd));
}

/// A made-up session. What has no value here (a text whose conditions are patterns) may be anything.
struct Trial
{
    Level effective = Level::Debug;
    Level declared = Level::Debug;
    std::optional<int> code{};
    std::optional<Duration> elapsed{};
    SessionFlags flags{};
    std::optional<QString> source{};
    std::optional<QString> method{};
    std::optional<QString> path{};
};

struct Possible
{
    bool yes = true;
    bool no = true;
};

Possible certain(bool holds)
{
    return {.yes = holds, .no = !holds};
}

Possible outcome(const Expression &condition, const Trial &trial)
{
    const auto text = [&](const std::optional<QString> &seen) {
        return seen ? certain(filter::holdsForText(condition, *seen)) : Possible();
    };
    switch (condition.field) {
    case Field::Level:
        return certain(filter::holdsForLevel(condition, trial.effective));
    case Field::Declared:
        return certain(filter::holdsForLevel(condition, trial.declared));
    case Field::Code:
        return certain(filter::holdsForCode(condition, trial.code));
    case Field::Elapsed:
        return certain(filter::holdsForElapsed(condition, trial.elapsed));
    case Field::Is:
        return certain(filter::holdsForState(condition, trial.flags));
    case Field::Source:
        return text(trial.source);
    case Field::Method:
        return text(trial.method);
    case Field::Path:
        return text(trial.path);
    case Field::Any:
    case Field::Message:
    case Field::Id:
        break;
    }
    return {};
}

Possible possible(const Expression &expression, const Trial &trial)
{
    Possible all = certain(true);
    Possible any = certain(false);
    switch (expression.kind) {
    case Expression::Kind::All:
        return certain(true);
    case Expression::Kind::Condition:
        return outcome(expression, trial);
    case Expression::Kind::Not: {
        const Possible part = possible(*expression.parts.first(), trial);
        return {.yes = part.no, .no = part.yes};
    }
    case Expression::Kind::And:
        for (const auto &part : expression.parts) {
            const Possible one = possible(*part, trial);
            all = {.yes = all.yes && one.yes, .no = all.no || one.no};
        }
        return all;
    case Expression::Kind::Or:
        for (const auto &part : expression.parts) {
            const Possible one = possible(*part, trial);
            any = {.yes = any.yes || one.yes, .no = any.no && one.no};
        }
        return any;
    }
    return {};
}

/// Everything that a condition compares with, and what to try of it.
struct Values
{
    QList<Level> declared{Level::Debug};
    QList<std::optional<int>> codes{std::nullopt};
    QList<std::optional<Duration>> elapsed{std::nullopt};
    SessionFlags flags{};
    QStringList sources{otherText()};
    QStringList methods{otherText()};
    QStringList paths{otherText()};
    bool hasSourcePattern = false;
    bool hasMethodPattern = false;
    bool hasPathPattern = false;
};

void collectTexts(const Expression &condition, QStringList &texts, bool &hasPattern)
{
    hasPattern = hasPattern || condition.op == Op::Matches;
    for (const filter::Value &value : condition.values) {
        hasPattern = hasPattern || value.pattern.has_value();
        texts.append(value.text);
    }
}

void collect(const Expression &expression, Values &values)
{
    for (const auto &part : expression.parts)
        collect(*part, values);
    if (expression.kind != Expression::Kind::Condition)
        return;
    if (expression.field == Field::Source)
        collectTexts(expression, values.sources, values.hasSourcePattern);
    if (expression.field == Field::Method)
        collectTexts(expression, values.methods, values.hasMethodPattern);
    if (expression.field == Field::Path)
        collectTexts(expression, values.paths, values.hasPathPattern);
    if (expression.field == Field::Declared)
        values.declared = {AllLevels.begin(), AllLevels.end()};
    for (const filter::Value &value : expression.values) {
        for (const auto &code : {value.code, value.codeTo}) {
            if (code)
                values.codes += {*code - 1, *code, *code + 1};
        }
        if (value.codeClass)
            values.codes += {*value.codeClass * 100 - 1, *value.codeClass * 100, *value.codeClass * 100 + 100};
        for (const auto &length : {value.duration, value.durationTo}) {
            if (length)
                values.elapsed += {*length - Duration(1), *length, *length + Duration(1)};
        }
        if (value.state)
            values.flags |= filter::flagsOf(*value.state).asked;
    }
}

QList<SessionFlags> subsets(SessionFlags flags)
{
    QList<SessionFlags> all;
    const SessionFlags::Int mask = flags;
    for (SessionFlags::Int subset = mask;; subset = (subset - 1) & mask) {
        all.append(SessionFlags::fromInt(subset));
        if (subset == 0)
            return all;
    }
}

QList<std::optional<QString>> textsToTry(const QStringList &texts, bool hasPattern)
{
    if (hasPattern)
        return {std::nullopt};
    QList<std::optional<QString>> all;
    for (const QString &text : texts)
        all.append(text);
    return all;
}

bool isGlob(const QString &source)
{
    return source.contains(u'*') || source.contains(u'?');
}

QList<std::optional<QString>> sourcesToTry(const Values &values, const Rule &rule)
{
    if (!rule.source.isEmpty() && !isGlob(rule.source))
        return {rule.source};
    QList<std::optional<QString>> all;
    const QList<std::optional<QString>> named = textsToTry(values.sources, values.hasSourcePattern);
    for (const auto &source : named) {
        // The text that nobody names stands for any that the rule covers.
        if (!source || *source == otherText() || rule.covers(*source))
            all.append(source);
    }
    return all;
}

} // namespace

bool canMatch(const filter::Expression &condition, const Rule &rule)
{
    Values values;
    collect(condition, values);
    const QList<SessionFlags> flags = subsets(values.flags);
    const auto sources = sourcesToTry(values, rule);
    const auto methods = textsToTry(values.methods, values.hasMethodPattern);
    const auto paths = textsToTry(values.paths, values.hasPathPattern);
    constexpr double MostTrials = 200'000;
    double trials = static_cast<double>(AllLevels.size());
    for (const qsizetype count : {values.declared.size(), values.codes.size(), values.elapsed.size(), flags.size(),
                                  sources.size(), methods.size(), paths.size()})
        trials *= static_cast<double>(count);
    if (trials > MostTrials)
        return true; // not worth finding out
    // Written as a count in mixed base rather than as eight loops in one another.
    Trial trial;
    for (std::size_t number = 0; number < static_cast<std::size_t>(trials); ++number) {
        std::size_t rest = number;
        const auto next = [&rest](const auto &list) {
            const auto size = static_cast<std::size_t>(list.size());
            const auto place = rest % size;
            rest /= size;
            return list.begin() + static_cast<std::ptrdiff_t>(place);
        };
        trial.effective = *next(AllLevels);
        trial.declared = *next(values.declared);
        trial.code = *next(values.codes);
        trial.elapsed = *next(values.elapsed);
        trial.flags = *next(flags);
        trial.source = *next(sources);
        trial.method = *next(methods);
        trial.path = *next(paths);
        if (trial.effective >= rule.minimum && possible(condition, trial).yes)
            return true;
    }
    return false;
}

bool matchesAll(const filter::Expression &condition)
{
    switch (condition.kind) {
    case Expression::Kind::All:
        return true;
    case Expression::Kind::And:
        return std::all_of(condition.parts.begin(), condition.parts.end(),
                           [](const auto &part) { return matchesAll(*part); });
    case Expression::Kind::Or:
        return std::any_of(condition.parts.begin(), condition.parts.end(),
                           [](const auto &part) { return matchesAll(*part); });
    case Expression::Kind::Not:
        return false;
    case Expression::Kind::Condition:
        break;
    }
    if (condition.field == Field::Level || condition.field == Field::Declared)
        return std::all_of(AllLevels.begin(), AllLevels.end(),
                           [&](Level level) { return filter::holdsForLevel(condition, level); });
    const bool isText = condition.field == Field::Source || condition.field == Field::Method
                        || condition.field == Field::Path || condition.field == Field::Message;
    return isText && condition.op == Op::Is
           && std::any_of(condition.values.begin(), condition.values.end(),
                          [](const filter::Value &value) { return value.pattern && value.text == "*"_L1; });
}

bool coversSources(const QString &wide, const QString &narrow)
{
    if (wide.isEmpty() || wide == "*"_L1)
        return true;
    if (wide.compare(narrow, Qt::CaseInsensitive) == 0)
        return true;
    if (narrow.isEmpty() || !isGlob(wide))
        return false;
    // The pattern matched against the other pattern's text: a star there stands for anything, so only a star may take
    // it.
    qsizetype p = 0;
    qsizetype t = 0;
    qsizetype star = -1;
    qsizetype resume = 0;
    while (t < narrow.size()) {
        if (p < wide.size() && wide[p] == u'*') {
            star = p++;
            resume = t;
        } else if (p < wide.size() && narrow[t] != u'*'
                   && (wide[p] == u'?' || wide[p].toCaseFolded() == narrow[t].toCaseFolded())) {
            ++p;
            ++t;
        } else if (star >= 0) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < wide.size() && wide[p] == u'*')
        ++p;
    return p == wide.size();
}

} // namespace escalite::policy
