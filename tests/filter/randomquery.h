// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Random query trees, and random sessions that they sometimes match. The same seed gives the same.

#pragma once

#include "core/sessionrow.h"
#include "filter/expression.h"

#include <QRandomGenerator>

namespace escalite::filter {

class RandomQuery
{
public:
    explicit RandomQuery(quint32 seed) : m_random(seed) {}

    /// A tree as parse() makes them: no And in an And, no Or in an Or.
    ExpressionPtr tree(int depth)
    {
        const int kind = depth == 0 ? 0 : number(4);
        if (kind == 0)
            return condition();
        Expression result;
        if (kind == 1) {
            result.kind = Expression::Kind::Not;
            result.parts = {tree(depth - 1)};
        } else {
            result.kind = kind == 2 ? Expression::Kind::And : Expression::Kind::Or;
            while (result.parts.size() < 2 + number(2)) {
                if (ExpressionPtr part = tree(depth - 1); part->kind != result.kind)
                    result.parts.append(part);
            }
        }
        return std::make_shared<const Expression>(std::move(result));
    }

    int number(int below) { return m_random.bounded(below); }
    template<typename T>
    const T &one(const QList<T> &of)
    {
        return of.at(m_random.bounded(of.size()));
    }

    [[nodiscard]] static const QList<QString> &texts()
    {
        static const QList<QString> words{
            QStringLiteral("checkout-api"), QStringLiteral("search"), QStringLiteral("timed out"),
            QStringLiteral("/orders/17"),   QStringLiteral("GET"),    QStringLiteral("or"),
            QStringLiteral("-x"),           QStringLiteral("a,b"),    QStringLiteral("say \"no\" \\ yes"),
            QStringLiteral("größe"),        QStringLiteral("a*b"),    QStringLiteral("level:error"),
            QStringLiteral("(x)"),          QStringLiteral("/x/"),    QStringLiteral("5xx"),
            QStringLiteral("dead-beef"),    QStringLiteral("~"),      QStringLiteral("a..b")};
        return words;
    }

private:
    ExpressionPtr condition()
    {
        Expression result{.kind = Expression::Kind::Condition};
        result.field = static_cast<Field>(number(11));
        switch (result.field) {
        case Field::Level:
        case Field::Declared:
        case Field::Code:
        case Field::Elapsed:
            result.op = static_cast<Op>(number(6));
            break;
        case Field::Is:
            result.op = static_cast<Op>(number(2));
            break;
        default:
            result.op = one(QList<Op>{Op::Is, Op::IsNot, Op::Matches});
        }
        const bool several = result.op == Op::Is || result.op == Op::IsNot || result.op == Op::Matches;
        const int count = several ? 1 + number(3) : 1;
        // Values are read from text, so that what they carry besides it is what a parser puts there.
        while (result.values.size() < count)
            result.values.append(value(result.field, result.op));
        return std::make_shared<const Expression>(std::move(result));
    }

    Value value(Field field, Op op)
    {
        const bool ranges = op == Op::Is || op == Op::IsNot;
        QString text;
        switch (field) {
        case Field::Level:
        case Field::Declared:
            text = one(QList<QString>{QStringLiteral("debug"), QStringLiteral("Warning"), QStringLiteral("error")});
            if (ranges && number(4) == 0)
                text = QStringLiteral("info..error");
            break;
        case Field::Code:
            text = QString::number(number(5) * 100 + number(3));
            if (ranges && number(2) == 0)
                text = one(QList<QString>{QStringLiteral("5xx"), QStringLiteral("2XX"), QStringLiteral("200..404")});
            break;
        case Field::Elapsed:
            text = one(QList<QString>{QStringLiteral("2s"), QStringLiteral("1.5 s"), QStringLiteral("250ms"),
                                      QStringLiteral("3 min 29 s")});
            if (ranges && number(2) == 0)
                text = QStringLiteral("1ms..5s");
            break;
        case Field::Id:
            text = one(QList<QString>{QStringLiteral("4c61f35f"), QStringLiteral("AB"), QStringLiteral("0-"),
                                      QStringLiteral("c")});
            break;
        case Field::Is:
            text = one(QList<QString>{QStringLiteral("open"), QStringLiteral("ended"), QStringLiteral("Stuck"),
                                      QStringLiteral("abandoned"), QStringLiteral("live"), QStringLiteral("gap"),
                                      QStringLiteral("forced"), QStringLiteral("incomplete"), QStringLiteral("late")});
            break;
        default:
            text = one(texts());
        }
        const int form = number(3);
        if (op == Op::Matches && form == 0)
            return parsed(field, op,
                          one(QList<QString>{QStringLiteral("/^\\/v\\d/"), QStringLiteral("/a|b/i"),
                                             QStringLiteral("/\\\\\\/[)]/"), QStringLiteral("/E T/")}));
        if (form == 1 && op != Op::Matches)
            return parsed(field, op, fallbackText(field, text));
        return parsed(field, op, quoted(text));
    }

    static QString fallbackText(Field field, const QString &text)
    {
        const bool isText = field == Field::Any || field == Field::Source || field == Field::Method
                            || field == Field::Path || field == Field::Message;
        if (field == Field::Id)
            return QStringLiteral("*a*0*");
        return isText ? QStringLiteral("*rd*r") : quoted(text);
    }

    static QString quoted(QString text)
    {
        text.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""));
        return QLatin1Char('"') + text + QLatin1Char('"');
    }

    static Value parsed(Field field, Op op, const QString &text)
    {
        static const QStringList fields{QStringLiteral("any"),    QStringLiteral("level"),   QStringLiteral("declared"),
                                        QStringLiteral("source"), QStringLiteral("method"),  QStringLiteral("path"),
                                        QStringLiteral("code"),   QStringLiteral("elapsed"), QStringLiteral("message"),
                                        QStringLiteral("id"),     QStringLiteral("is")};
        static const QStringList ops{QStringLiteral(":"),  QStringLiteral("!="), QStringLiteral("<"),
                                     QStringLiteral("<="), QStringLiteral(">"),  QStringLiteral(">="),
                                     QStringLiteral("~")};
        const QString query = fields.at(static_cast<int>(field)) + ops.at(static_cast<int>(op)) + text;
        const auto result = parse(query);
        if (const auto *error = std::get_if<SyntaxError>(&result))
            qFatal("%s: %s", qPrintable(query), qPrintable(error->message));
        return std::get<ExpressionPtr>(result)->values.first();
    }

    QRandomGenerator m_random;
};

} // namespace escalite::filter
