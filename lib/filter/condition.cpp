// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Comparisons of the query language.

#include "filter/condition.h"

#include "filter/fields.h"

#include <algorithm>

namespace escalite::filter {

namespace {

template<typename Seen>
bool compare(Op op, const Seen &seen, const Seen &wanted)
{
    switch (op) {
    case Op::Less:
        return seen < wanted;
    case Op::LessEqual:
        return seen <= wanted;
    case Op::Greater:
        return seen > wanted;
    case Op::GreaterEqual:
        return seen >= wanted;
    case Op::Is:
    case Op::IsNot:
    case Op::Matches:
        break;
    }
    return seen == wanted;
}

/// One value, or a range when \a to is there, against what was seen.
template<typename Seen>
bool holdsForOne(Op op, const Seen &seen, const std::optional<Seen> &wanted, const std::optional<Seen> &to)
{
    if (!wanted)
        return false;
    return to ? *wanted <= seen && seen <= *to : compare(op, seen, *wanted);
}

/// True when \a holds for one of the alternatives, or for none of them when the condition says "not".
template<typename Test>
bool holdsForAny(const Expression &condition, Test holds)
{
    const bool one = std::any_of(condition.values.begin(), condition.values.end(), holds);
    return one != (condition.op == Op::IsNot);
}

bool isWithin(const QString &text, const Value &value)
{
    return value.pattern ? value.pattern->match(text).hasMatch() : text.contains(value.text, Qt::CaseInsensitive);
}

} // namespace

bool holdsForLevel(const Expression &condition, Level seen)
{
    return holdsForAny(condition,
                       [&](const Value &value) { return holdsForOne(condition.op, seen, value.level, value.levelTo); });
}

bool holdsForCode(const Expression &condition, std::optional<int> seen)
{
    return holdsForAny(condition, [&](const Value &value) {
        if (!seen)
            return false;
        return value.codeClass ? *seen / 100 == *value.codeClass
                               : holdsForOne(condition.op, *seen, value.code, value.codeTo);
    });
}

bool holdsForElapsed(const Expression &condition, std::optional<Duration> seen)
{
    return holdsForAny(condition, [&](const Value &value) {
        return seen && holdsForOne(condition.op, *seen, value.duration, value.durationTo);
    });
}

bool holdsForText(const Expression &condition, const QString &seen)
{
    const bool isPart = condition.op == Op::Matches || condition.field == Field::Message;
    return holdsForAny(condition, [&](const Value &value) {
        return isPart || value.pattern ? isWithin(seen, value) : seen.compare(value.text, Qt::CaseInsensitive) == 0;
    });
}

bool holdsForId(const Expression &condition, const QUuid &seen)
{
    const QString text = idText(seen);
    return holdsForAny(condition, [&](const Value &value) {
        return condition.op == Op::Matches || value.pattern ? isWithin(text, value)
                                                            : text.startsWith(value.text, Qt::CaseInsensitive);
    });
}

bool holdsForState(const Expression &condition, SessionFlags seen)
{
    return holdsForAny(condition, [&](const Value &value) { return value.state && flagsOf(*value.state).fit(seen); });
}

bool isFound(const Expression &condition, const QString &seen)
{
    return std::any_of(condition.values.begin(), condition.values.end(),
                       [&](const Value &value) { return isWithin(seen, value); });
}

bool mayStandInId(const Expression &condition)
{
    constexpr qsizetype IdLength = 36;
    return std::any_of(condition.values.begin(), condition.values.end(), [](const Value &value) {
        if (value.pattern)
            return true;
        return value.text.size() <= IdLength && std::all_of(value.text.begin(), value.text.end(), [](QChar c) {
                   const QChar lower = c.toLower();
                   return (c >= u'0' && c <= u'9') || (lower >= u'a' && lower <= u'f') || c == u'-';
               });
    });
}

QString idText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

} // namespace escalite::filter
