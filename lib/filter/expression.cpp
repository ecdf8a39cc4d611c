// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A query tree back to text, and questions about it.

#include "filter/expression.h"

#include "filter/fields.h"
#include "filter/lexer.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::filter {

namespace {

using Kind = Expression::Kind;

QString quoted(const QString &text)
{
    QString result = u"\""_s;
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\')
            result += u'\\';
        result += c;
    }
    return result + u'"';
}

QString regexText(const Value &value)
{
    QString result = u"/"_s;
    for (qsizetype i = 0; i < value.text.size(); ++i) {
        const QChar c = value.text.at(i);
        if (c == u'/')
            result += u'\\';
        result += c;
        if (c == u'\\' && i + 1 < value.text.size())
            result += value.text.at(++i);
    }
    result += u'/';
    if (value.pattern->patternOptions().testFlag(QRegularExpression::CaseInsensitiveOption))
        result += u'i';
    return result;
}

QString valueText(const Value &value, Op op)
{
    if (value.pattern)
        return op == Op::Matches ? regexText(value) : value.text;
    const bool isLikeRegex = op == Op::Matches && value.text.startsWith(u'/');
    return isLikeRegex || needsQuotes(value.text) ? quoted(value.text) : value.text;
}

QString conditionText(const Expression &condition)
{
    QStringList values;
    for (const Value &value : condition.values)
        values.append(valueText(value, condition.op));
    const QString text = values.join(u',');
    const bool isFreeText = condition.field == Field::Any && condition.op == Op::Is && condition.values.size() == 1;
    // A glob that begins like something else (-x*, a:b*) must name its field.
    const bool isPlain = !condition.values.first().pattern || !needsQuotes(QString(text).remove(u'*'));
    if (isFreeText && isPlain)
        return text;
    return fieldName(condition.field) + operatorText(condition.op) + text;
}

QString joined(const Expression &expression, QLatin1StringView separator, bool bracketsAroundOr)
{
    QStringList texts;
    for (const ExpressionPtr &part : expression.parts) {
        const QString text = toText(*part);
        texts.append(bracketsAroundOr && part->kind == Kind::Or ? u'(' + text + u')' : text);
    }
    return texts.join(separator);
}

} // namespace

QString toText(const Expression &expression)
{
    switch (expression.kind) {
    case Kind::All:
        return {};
    case Kind::And:
        return joined(expression, " "_L1, true);
    case Kind::Or:
        return joined(expression, " or "_L1, false);
    case Kind::Not: {
        const Expression &part = *expression.parts.first();
        return part.kind == Kind::Condition ? u'-' + toText(part) : u"-("_s + toText(part) + u')';
    }
    case Kind::Condition:
        return conditionText(expression);
    }
    return {};
}

bool isSame(const Expression &left, const Expression &right)
{
    return left.kind == right.kind && left.field == right.field && left.op == right.op && left.values == right.values
           && std::equal(left.parts.begin(), left.parts.end(), right.parts.begin(), right.parts.end(),
                         [](const ExpressionPtr &a, const ExpressionPtr &b) { return isSame(*a, *b); });
}

std::optional<Level> minimumLevel(const Expression &expression)
{
    if (expression.kind == Kind::And)
        return minimumLevel(*expression.parts.first());
    if (expression.kind == Kind::Condition && expression.field == Field::Level && expression.op == Op::GreaterEqual)
        return expression.values.first().level;
    return std::nullopt;
}

bool needsText(const Expression &expression)
{
    if (expression.kind == Kind::Condition)
        return expression.field == Field::Any;
    return std::any_of(expression.parts.begin(), expression.parts.end(),
                       [](const ExpressionPtr &part) { return needsText(*part); });
}

bool mentions(const Expression &expression, State state)
{
    const auto isIt = [state](const Value &value) {
        return value.state == state;
    };
    return std::any_of(expression.values.begin(), expression.values.end(), isIt)
           || std::any_of(expression.parts.begin(), expression.parts.end(),
                          [state](const ExpressionPtr &part) { return mentions(*part, state); });
}

} // namespace escalite::filter
