// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Whole sessions against a query, one at a time: for rules and for "Why?".

#include "filter/predicate.h"

#include "filter/condition.h"
#include "filter/fields.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::filter {

namespace {

using Kind = Expression::Kind;

/// A digest whose document is fetched at most once, and only when it must be.
class Subject
{
public:
    Subject(const SessionDigest &digest, const std::function<QString()> &text) : m_digest(digest), m_fetch(text) {}

    [[nodiscard]] const SessionDigest &digest() const { return m_digest; }
    const QString &text()
    {
        if (!m_text)
            m_text = m_fetch ? m_fetch() : QString();
        return *m_text;
    }

private:
    const SessionDigest &m_digest;
    const std::function<QString()> &m_fetch;
    std::optional<QString> m_text;
};

/// Where free text was found, in words; nothing when it was not.
QString foundIn(const Expression &condition, Subject &subject)
{
    const SessionDigest &digest = subject.digest();
    if (isFound(condition, digest.message))
        return u"in the message"_s;
    if (isFound(condition, digest.path))
        return u"in the path"_s;
    if (isFound(condition, digest.source))
        return u"in the source"_s;
    if (isFound(condition, digest.method))
        return u"in the method"_s;
    if (mayStandInId(condition) && isFound(condition, idText(digest.id)))
        return u"in the id"_s;
    return isFound(condition, subject.text()) ? u"in the document"_s : QString();
}

bool conditionHolds(const Expression &condition, Subject &subject)
{
    const SessionDigest &digest = subject.digest();
    switch (condition.field) {
    case Field::Any:
        return foundIn(condition, subject).isEmpty() == (condition.op == Op::IsNot);
    case Field::Level:
        return holdsForLevel(condition, digest.effective);
    case Field::Declared:
        return holdsForLevel(condition, digest.declared);
    case Field::Source:
        return holdsForText(condition, digest.source);
    case Field::Method:
        return holdsForText(condition, digest.method);
    case Field::Path:
        return holdsForText(condition, digest.path);
    case Field::Code:
        return holdsForCode(condition, digest.code);
    case Field::Elapsed:
        return holdsForElapsed(condition, digest.elapsed);
    case Field::Message:
        return holdsForText(condition, digest.message);
    case Field::Id:
        return holdsForId(condition, digest.id);
    case Field::Is:
        return holdsForState(condition, digest.flags);
    }
    return false;
}

bool holds(const Expression &expression, Subject &subject);

/// True when some part of \a parts comes out as \a wanted; parts that need the document come last, since it is dear.
bool someIs(bool wanted, const QList<ExpressionPtr> &parts, Subject &subject)
{
    const auto is = [&](const ExpressionPtr &part, bool withText) {
        return needsText(*part) == withText && holds(*part, subject) == wanted;
    };
    return std::any_of(parts.begin(), parts.end(), [&](const ExpressionPtr &part) { return is(part, false); })
           || std::any_of(parts.begin(), parts.end(), [&](const ExpressionPtr &part) { return is(part, true); });
}

bool holds(const Expression &expression, Subject &subject)
{
    switch (expression.kind) {
    case Kind::All:
        return true;
    case Kind::And:
        return !someIs(false, expression.parts, subject);
    case Kind::Or:
        return someIs(true, expression.parts, subject);
    case Kind::Not:
        return !holds(*expression.parts.first(), subject);
    case Kind::Condition:
        return conditionHolds(expression, subject);
    }
    return false;
}

QString textSeen(const QString &text)
{
    return text.isEmpty() ? u"none"_s : text;
}

QString seen(const Expression &condition, Subject &subject)
{
    const SessionDigest &digest = subject.digest();
    switch (condition.field) {
    case Field::Any: {
        const QString where = foundIn(condition, subject);
        return where.isEmpty() ? u"nowhere"_s : where;
    }
    case Field::Level:
        return levelName(digest.effective);
    case Field::Declared:
        return levelName(digest.declared);
    case Field::Source:
        return textSeen(digest.source);
    case Field::Method:
        return textSeen(digest.method);
    case Field::Path:
        return textSeen(digest.path);
    case Field::Code:
        return digest.code ? QString::number(*digest.code) : u"none"_s;
    case Field::Elapsed:
        return digest.elapsed ? escalite::toText(*digest.elapsed) : u"not known"_s;
    case Field::Message:
        return textSeen(digest.message);
    case Field::Id:
        return idText(digest.id);
    case Field::Is:
        return stateNames(digest.flags).join(", "_L1);
    }
    return {};
}

void explainInto(QList<ConditionOutcome> &outcomes, const Expression &expression, Subject &subject)
{
    const bool isNotOne = expression.kind == Kind::Not && expression.parts.first()->kind == Kind::Condition;
    if (expression.kind == Kind::Condition || isNotOne) {
        const Expression &condition = isNotOne ? *expression.parts.first() : expression;
        outcomes.append(
            {.condition = toText(expression), .seen = seen(condition, subject), .holds = holds(expression, subject)});
        return;
    }
    for (const ExpressionPtr &part : expression.parts)
        explainInto(outcomes, *part, subject);
}

} // namespace

bool matches(const Expression &expression, const SessionDigest &digest, const std::function<QString()> &text)
{
    Subject subject(digest, text);
    return holds(expression, subject);
}

QList<ConditionOutcome> explain(const Expression &expression, const SessionDigest &digest,
                                const std::function<QString()> &text)
{
    Subject subject(digest, text);
    QList<ConditionOutcome> outcomes;
    explainInto(outcomes, expression, subject);
    return outcomes;
}

} // namespace escalite::filter
