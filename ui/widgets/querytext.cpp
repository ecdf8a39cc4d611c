// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/querytext.h"

#include "filter/fields.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

using filter::Expression;

namespace {

const Expression &insideOf(const Expression &part)
{
    return part.kind == Expression::Kind::Not && !part.parts.isEmpty() ? *part.parts.first() : part;
}

bool isState(const Expression &condition, filter::State state)
{
    return condition.kind == Expression::Kind::Condition && condition.field == filter::Field::Is
           && condition.values.size() == 1 && condition.values.first().state == state;
}

/// Where the minus sign or the word stands that negates what begins at \a from.
qsizetype negationBefore(const QString &query, qsizetype from)
{
    const qsizetype word = query.lastIndexOf(u"not"_s, from);
    const bool isWord = word >= 0 && query.sliced(word, from - word).trimmed() == "not"_L1;
    return std::max<qsizetype>(0, isWord ? word : from - 1);
}

} // namespace

QList<const Expression *> conjuncts(const Expression &expression)
{
    QList<const Expression *> parts;
    if (expression.kind == Expression::Kind::And) {
        for (const auto &part : expression.parts)
            parts.append(part.get());
    } else {
        parts.append(&expression);
    }
    return parts;
}

QString without(const QString &query, const Expression &expression, const IsMeant &isMeant)
{
    QString rest = query;
    // From the end, so that the columns before stay right.
    QList<const Expression *> parts = conjuncts(expression);
    std::reverse(parts.begin(), parts.end());
    for (const Expression *part : std::as_const(parts)) {
        const Expression &condition = insideOf(*part);
        if (!isMeant(condition))
            continue;
        const qsizetype at = condition.column - 1;
        const qsizetype from = &condition == part ? at : negationBefore(rest, at);
        const QString before = rest.first(from).trimmed();
        QString after = rest.sliced(at + condition.length).trimmed();
        if (before.endsWith(" and"_L1, Qt::CaseInsensitive) && after.startsWith("and "_L1, Qt::CaseInsensitive))
            after = after.sliced(4); // Of the two that joined it one joins its neighbours.
        rest = before + ' '_L1 + after;
    }
    rest = rest.simplified();
    // An "and" that joined what is gone joins nothing now.
    while (rest.startsWith("and "_L1, Qt::CaseInsensitive))
        rest = rest.sliced(4);
    if (rest.compare("and"_L1, Qt::CaseInsensitive) == 0)
        rest.clear();
    if (rest.endsWith(" and"_L1, Qt::CaseInsensitive))
        rest.chop(4);
    return rest;
}

QString withCondition(const QString &condition, const QString &rest, const Expression &expression)
{
    if (condition.isEmpty() || rest.isEmpty())
        return condition.isEmpty() ? rest : condition;
    const bool wrap = expression.kind == Expression::Kind::Or;
    return condition + ' '_L1 + (wrap ? '('_L1 + rest + ')'_L1 : rest);
}

bool asksFor(const Expression &expression, filter::State state)
{
    const QList<const Expression *> parts = conjuncts(expression);
    return std::any_of(parts.begin(), parts.end(),
                       [state](const Expression *part) { return isState(*part, state) && part->op == filter::Op::Is; });
}

QString withState(const QString &query, const Expression &expression, filter::State state, bool wanted)
{
    const QString rest =
        without(query, expression, [state](const Expression &condition) { return isState(condition, state); });
    if (!wanted)
        return rest;
    Expression condition;
    condition.kind = Expression::Kind::Condition;
    condition.field = filter::Field::Is;
    condition.values = {filter::Value{.text = filter::stateName(state), .state = state}};
    return withCondition(filter::toText(condition), rest, expression);
}

} // namespace escalite::ui
