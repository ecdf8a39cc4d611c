// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The grammar of ui.md 5, one function for each production.

#include "filter/fields.h"
#include "filter/lexer.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::filter {

namespace {

using Kind = Lexeme::Kind;

/// Brackets and negations within each other; beyond this a query is no longer written by a person.
constexpr int MostNested = 64;
/// What a regular expression may try on one text before it counts as not matching (pcre2pattern, "Setting match
/// resource limits").
constexpr auto MatchLimit = "(*LIMIT_MATCH=100000)"_L1;
constexpr int GreatestCode = 32'767; // a column of 16 bits

QString named(const QString &text)
{
    return u'“' + text + u'”';
}

QString didYouMean(const QString &word)
{
    return word.isEmpty() ? QString() : u" Did you mean %1?"_s.arg(word);
}

/// \a glob as a regular expression: each * stands for any text.
QRegularExpression fromGlob(const QString &glob, Field field)
{
    QStringList parts = glob.split(u'*');
    for (QString &part : parts)
        part = QRegularExpression::escape(part);
    QString pattern = MatchLimit + parts.join(".*"_L1);
    // Free text and messages are searched within; there a * stays within one string, which is one line.
    const bool within = field == Field::Any || field == Field::Message;
    if (!within)
        pattern = MatchLimit + "\\A"_L1 + parts.join(".*"_L1) + "\\z"_L1;
    return QRegularExpression(pattern, within ? QRegularExpression::CaseInsensitiveOption
                                              : QRegularExpression::CaseInsensitiveOption
                                                    | QRegularExpression::DotMatchesEverythingOption);
}

class Parser
{
public:
    explicit Parser(const QString &text) : m_lexemes(lexemes(text)), m_size(static_cast<int>(text.size())) {}

    std::variant<ExpressionPtr, SyntaxError> query()
    {
        if (m_lexemes.isEmpty())
            return std::make_shared<const Expression>();
        ExpressionPtr result = orExpression();
        if (result && !atEnd())
            result = fail(here(), u"This closing bracket has no opening one."_s);
        if (!result)
            return m_error;
        return result;
    }

private:
    [[nodiscard]] bool atEnd() const { return m_at >= m_lexemes.size(); }
    [[nodiscard]] const Lexeme &here() const { return m_lexemes.at(m_at); }
    [[nodiscard]] bool at(Kind kind) const { return !atEnd() && here().kind == kind; }
    bool take(Kind kind)
    {
        if (!at(kind))
            return false;
        ++m_at;
        return true;
    }

    ExpressionPtr fail(int start, int length, const QString &message, bool incomplete)
    {
        m_error = {.column = start + 1, .length = length, .message = message, .incomplete = incomplete};
        return nullptr;
    }
    ExpressionPtr fail(const Lexeme &lexeme, const QString &message, bool incomplete = false)
    {
        return fail(lexeme.start, lexeme.length, message, incomplete);
    }
    /// True when nothing stands behind \a lexeme: by typing on it may become another.
    [[nodiscard]] bool mayGrow(const Lexeme &lexeme) const { return lexeme.end() == m_size; }

    ExpressionPtr orExpression()
    {
        QList<ExpressionPtr> parts;
        do {
            ExpressionPtr part = andExpression();
            if (!part)
                return nullptr;
            append(parts, part, Expression::Kind::Or);
        } while (take(Kind::Or));
        return join(Expression::Kind::Or, parts);
    }

    ExpressionPtr andExpression()
    {
        QList<ExpressionPtr> parts;
        do {
            ExpressionPtr part = term();
            if (!part)
                return nullptr;
            append(parts, part, Expression::Kind::And);
        } while (take(Kind::And) || (!atEnd() && !at(Kind::Or) && !at(Kind::Close)));
        return join(Expression::Kind::And, parts);
    }

    static void append(QList<ExpressionPtr> &parts, const ExpressionPtr &part, Expression::Kind kind)
    {
        if (part->kind == kind)
            parts.append(part->parts);
        else
            parts.append(part);
    }

    static ExpressionPtr join(Expression::Kind kind, const QList<ExpressionPtr> &parts)
    {
        if (parts.size() == 1)
            return parts.first();
        Expression result{.kind = kind, .parts = parts, .column = parts.first()->column};
        result.length = parts.last()->column + parts.last()->length - result.column;
        return std::make_shared<const Expression>(std::move(result));
    }

    ExpressionPtr term()
    {
        if (atEnd())
            return missingTerm();
        const Lexeme &first = here();
        switch (first.kind) {
        case Kind::Not:
            return negation();
        case Kind::Open:
            return group();
        case Kind::Field:
            return pair();
        case Kind::Word:
        case Kind::Quoted:
            return freeText();
        case Kind::Close:
            if (m_at > 0 && m_lexemes.at(m_at - 1).kind == Kind::Open)
                return fail(m_lexemes.at(m_at - 1).start, first.end() - m_lexemes.at(m_at - 1).start,
                            u"Nothing stands between these brackets."_s, false);
            return m_at > 0 ? missingTerm() : fail(first, u"This closing bracket has no opening one."_s);
        case Kind::And:
        case Kind::Or:
            if (m_at > 0 && m_lexemes.at(m_at - 1).kind != Kind::Open)
                return missingTerm();
            return fail(first,
                        u"A condition is missing before %1. To search for the word, put it in quotation marks."_s.arg(
                            named(first.text)));
        case Kind::Operator:
        case Kind::Bare:
        case Kind::Regex:
        case Kind::Comma:
            break; // these follow a field and are taken with it
        }
        return fail(first, u"A condition cannot begin with %1."_s.arg(named(first.text)));
    }

    ExpressionPtr missingTerm()
    {
        const Lexeme &last = m_lexemes.at(m_at - 1);
        return fail(last, u"A condition is missing after %1."_s.arg(named(last.text)), atEnd());
    }

    ExpressionPtr negation()
    {
        const Lexeme sign = here();
        ++m_at;
        if (++m_depth > MostNested)
            return fail(sign, u"Brackets and negations are nested more than %1 deep."_s.arg(MostNested));
        const ExpressionPtr part = term();
        --m_depth;
        if (!part)
            return nullptr;
        return std::make_shared<const Expression>(Expression{.kind = Expression::Kind::Not,
                                                             .parts = {part},
                                                             .column = sign.start + 1,
                                                             .length = part->column + part->length - 1 - sign.start});
    }

    ExpressionPtr group()
    {
        const Lexeme open = here();
        ++m_at;
        if (++m_depth > MostNested)
            return fail(open, u"Brackets and negations are nested more than %1 deep."_s.arg(MostNested));
        const ExpressionPtr content = orExpression();
        --m_depth;
        if (!content)
            return nullptr;
        if (!take(Kind::Close))
            return fail(open, u"This bracket is not closed."_s, true);
        return content;
    }

    ExpressionPtr freeText()
    {
        const Lexeme &word = here();
        ++m_at;
        auto value = textValue(word, Field::Any);
        if (!value)
            return nullptr;
        return condition(Field::Any, Op::Is, {*value}, word.start, word.end());
    }

    static ExpressionPtr condition(Field field, Op op, const QList<Value> &values, int start, int end)
    {
        return std::make_shared<const Expression>(Expression{.kind = Expression::Kind::Condition,
                                                             .field = field,
                                                             .op = op,
                                                             .values = values,
                                                             .column = start + 1,
                                                             .length = end - start});
    }

    ExpressionPtr pair()
    {
        const Lexeme &name = here();
        const Lexeme &sign = m_lexemes.at(m_at + 1);
        m_at += 2;
        const auto field = fieldFromName(name.text);
        if (!field)
            return unknownField(name);
        if (!fits(*field, sign.op))
            return fail(sign, operatorAdvice(*field, sign.text));

        QList<Value> values;
        do {
            if (atEnd() || !here().isValue())
                return fail(name.start, m_lexemes.at(m_at - 1).end() - name.start,
                            u"A value is missing after %1."_s.arg(named(m_lexemes.at(m_at - 1).text)), atEnd());
            const Lexeme &lexeme = here();
            ++m_at;
            auto value = read(lexeme, *field, sign.op);
            if (!value)
                return nullptr;
            if (!values.isEmpty() && sign.op != Op::Is && sign.op != Op::IsNot && sign.op != Op::Matches)
                return fail(lexeme, u"Only one value can stand after %1."_s.arg(named(sign.text)));
            values.append(*std::move(value));
        } while (take(Kind::Comma));
        return condition(*field, sign.op, values, name.start, m_lexemes.at(m_at - 1).end());
    }

    ExpressionPtr unknownField(const Lexeme &name)
    {
        static const QStringList later{u"since"_s, u"from"_s, u"to"_s,     u"rule"_s,  u"policy"_s, u"notifier"_s,
                                       u"tag"_s,   u"size"_s, u"errors"_s, u"calls"_s, u"has"_s};
        if (later.contains(name.text) || name.text.contains(u'.'))
            return fail(name, u"%1 cannot be asked for in this version. Fields are %2."_s.arg(
                                  named(name.text), fieldNames().join(", "_L1)));
        const QString meant = closest(name.text, fieldNames());
        if (!meant.isEmpty())
            return fail(name, named(name.text) + u" is not a field."_s + didYouMean(meant));
        return fail(name, named(name.text) + u" is not a field. To search for the text, put it in quotation marks."_s);
    }

    static bool fits(Field field, Op op)
    {
        if (op == Op::Is || op == Op::IsNot)
            return true;
        return field != Field::Is && isOrdered(field) == (op != Op::Matches);
    }

    static QString operatorAdvice(Field field, const QString &sign)
    {
        if (field == Field::Is)
            return u"is names a state and is compared with : or !=, not with %1."_s.arg(sign);
        return isOrdered(field)
                   ? u"%1 has an order and is compared with :, !=, <, <=, > or >=, not with %2."_s.arg(fieldName(field),
                                                                                                       sign)
                   : u"%1 is text and is compared with :, != or ~, not with %2."_s.arg(fieldName(field), sign);
    }

    /// \a lexeme as a value of \a field; nothing, with the error set, when it is none.
    std::optional<Value> read(const Lexeme &lexeme, Field field, Op op)
    {
        switch (field) {
        case Field::Level:
        case Field::Declared:
            return levelValue(lexeme, op);
        case Field::Code:
            return codeValue(lexeme, op);
        case Field::Elapsed:
            return elapsedValue(lexeme, op);
        case Field::Is:
            return stateValue(lexeme);
        case Field::Any:
        case Field::Source:
        case Field::Method:
        case Field::Path:
        case Field::Message:
        case Field::Id:
            return op == Op::Matches ? patternValue(lexeme, field) : textValue(lexeme, field);
        }
        return std::nullopt;
    }

    bool isClosed(const Lexeme &lexeme)
    {
        if (!lexeme.closed)
            fail(lexeme,
                 lexeme.kind == Kind::Regex ? u"The closing slash is missing."_s
                                            : u"The closing quotation mark is missing."_s,
                 true);
        return lexeme.closed;
    }

    std::optional<Value> textValue(const Lexeme &lexeme, Field field)
    {
        if (!isClosed(lexeme))
            return std::nullopt;
        if (lexeme.text.isEmpty()) {
            fail(lexeme, u"Nothing stands between these quotation marks."_s, mayGrow(lexeme));
            return std::nullopt;
        }
        Value value{.text = lexeme.text};
        const bool isGlob = lexeme.kind != Kind::Quoted && lexeme.text.contains(u'*');
        if (isGlob)
            value.pattern = fromGlob(lexeme.text, field);
        const auto isPartOfId = [isGlob](QChar c) {
            return (c >= u'0' && c <= u'9') || (c.toLower() >= u'a' && c.toLower() <= u'f') || c == u'-'
                   || (isGlob && c == u'*');
        };
        if (field == Field::Id && !std::all_of(value.text.begin(), value.text.end(), isPartOfId)) {
            fail(lexeme, u"%1 is not the beginning of an id. An id has the digits 0 to 9 and a to f."_s.arg(
                             named(lexeme.text)));
            return std::nullopt;
        }
        return value;
    }

    std::optional<Value> patternValue(const Lexeme &lexeme, Field field)
    {
        if (lexeme.kind != Kind::Regex) {
            auto value = textValue(lexeme, field);
            if (value)
                value->pattern.reset(); // after ~ a * is a star: the text is looked for as it stands
            return value;
        }
        if (!isClosed(lexeme))
            return std::nullopt;
        if (lexeme.text.isEmpty()) {
            fail(lexeme, u"Nothing stands between these slashes."_s, mayGrow(lexeme));
            return std::nullopt;
        }
        QRegularExpression::PatternOptions options = QRegularExpression::NoPatternOption;
        options.setFlag(QRegularExpression::CaseInsensitiveOption, lexeme.caseless);
        options.setFlag(QRegularExpression::MultilineOption, field == Field::Any);
        QRegularExpression pattern(MatchLimit + lexeme.text, options);
        if (!pattern.isValid()) {
            fail(lexeme, u"This pattern cannot be read: %1."_s.arg(pattern.errorString()));
            return std::nullopt;
        }
        return Value{.text = lexeme.text, .pattern = std::move(pattern)};
    }

    /// The two ends of "a..b", or \a text alone when it is no range.
    static QStringList ends(const QString &text)
    {
        const qsizetype dots = text.indexOf(".."_L1);
        return dots < 0 ? QStringList{text} : QStringList{text.first(dots), text.sliced(dots + 2)};
    }

    bool isRangeAllowed(const Lexeme &lexeme, Op op)
    {
        if (op == Op::Is || op == Op::IsNot)
            return true;
        fail(lexeme, u"%1 stands for several values and is compared with : or !=."_s.arg(named(lexeme.text)));
        return false;
    }

    template<typename T>
    bool isRising(const Lexeme &lexeme, const T &from, const T &to)
    {
        if (from <= to)
            return true;
        fail(lexeme, u"The range %1 ends before it begins."_s.arg(named(lexeme.text)), mayGrow(lexeme));
        return false;
    }

    std::optional<Value> levelValue(const Lexeme &lexeme, Op op)
    {
        if (!isClosed(lexeme))
            return std::nullopt;
        Value value{.text = lexeme.text};
        const QStringList names = ends(lexeme.text);
        if (names.size() > 1 && !isRangeAllowed(lexeme, op))
            return std::nullopt;
        for (const QString &name : names) {
            const auto level = levelFromName(name.toLower());
            if (!level) {
                notALevel(lexeme, name);
                return std::nullopt;
            }
            (value.level ? value.levelTo : value.level) = level;
        }
        if (value.levelTo && !isRising(lexeme, *value.level, *value.levelTo))
            return std::nullopt;
        return value;
    }

    void notALevel(const Lexeme &lexeme, const QString &name)
    {
        const QStringList known = levelNames();
        const QString start =
            name.endsWith(u'.') ? name.chopped(1).toLower() : name.toLower(); // warning. -> warning..error
        const bool begun =
            std::any_of(known.begin(), known.end(), [&](const QString &level) { return level.startsWith(start); });
        const QString meant = begun && mayGrow(lexeme) ? QString() : closest(name, known);
        fail(lexeme, u"%1 is not a level. Levels are %2."_s.arg(named(name), known.join(", "_L1)) + didYouMean(meant),
             begun && mayGrow(lexeme));
    }

    std::optional<Value> codeValue(const Lexeme &lexeme, Op op)
    {
        if (!isClosed(lexeme))
            return std::nullopt;
        Value value{.text = lexeme.text};
        const QString text = lexeme.text.toLower();
        if (text.size() == 3 && text.endsWith("xx"_L1) && text.front() >= u'1' && text.front() <= u'9') {
            if (!isRangeAllowed(lexeme, op))
                return std::nullopt;
            value.codeClass = text.front().digitValue();
            return value;
        }
        const QStringList numbers = ends(text);
        if (numbers.size() > 1 && !isRangeAllowed(lexeme, op))
            return std::nullopt;
        for (const QString &number : numbers) {
            const bool digits = !number.isEmpty() && std::all_of(number.begin(), number.end(), [](QChar c) {
                return c >= u'0' && c <= u'9';
            });
            bool ok = false;
            const int code = number.toInt(&ok);
            if (!digits || !ok || code > GreatestCode) {
                fail(
                    lexeme,
                    u"%1 is not a code. A code is a number such as 504, a class such as 5xx or a range such as 500..599."_s
                        .arg(named(lexeme.text)),
                    mayGrow(lexeme)
                        && (number.isEmpty() || text.endsWith(u'.') || (text.size() == 2 && text.endsWith(u'x'))));
                return std::nullopt;
            }
            (value.code ? value.codeTo : value.code) = code;
        }
        if (value.codeTo && !isRising(lexeme, *value.code, *value.codeTo))
            return std::nullopt;
        return value;
    }

    std::optional<Value> elapsedValue(const Lexeme &lexeme, Op op)
    {
        if (!isClosed(lexeme))
            return std::nullopt;
        Value value{.text = lexeme.text};
        const QStringList texts = ends(lexeme.text);
        if (texts.size() > 1 && !isRangeAllowed(lexeme, op))
            return std::nullopt;
        for (const QString &text : texts) {
            const auto duration = durationFromText(text);
            if (!duration) {
                notADuration(lexeme, text);
                return std::nullopt;
            }
            (value.duration ? value.durationTo : value.duration) = duration;
        }
        if (value.durationTo && !isRising(lexeme, *value.duration, *value.durationTo))
            return std::nullopt;
        return value;
    }

    void notADuration(const Lexeme &lexeme, const QString &text)
    {
        bool isNumber = false;
        text.toDouble(&isNumber);
        if (isNumber)
            fail(lexeme, u"%1 needs a unit, for example %1s or %1ms."_s.arg(text), mayGrow(lexeme));
        else
            fail(lexeme, u"%1 is not a duration. Durations have a unit: 500ms, 2s, 5min, 1h."_s.arg(named(lexeme.text)),
                 mayGrow(lexeme) && (text.isEmpty() || text.back().isDigit() || text.back() == u'.'));
    }

    std::optional<Value> stateValue(const Lexeme &lexeme)
    {
        if (!isClosed(lexeme))
            return std::nullopt;
        const auto state = stateFromName(lexeme.text.toLower());
        if (!state) {
            notAState(lexeme);
            return std::nullopt;
        }
        return Value{.text = lexeme.text, .state = state};
    }

    void notAState(const Lexeme &lexeme)
    {
        const QStringList known = stateNames();
        const bool begun = mayGrow(lexeme) && std::any_of(known.begin(), known.end(), [&](const QString &state) {
                               return state.startsWith(lexeme.text, Qt::CaseInsensitive);
                           });
        fail(lexeme,
             u"%1 is not a state. States are %2."_s.arg(named(lexeme.text), known.join(", "_L1))
                 + didYouMean(begun ? QString() : closest(lexeme.text, known)),
             begun);
    }

    QList<Lexeme> m_lexemes;
    int m_size;
    qsizetype m_at = 0;
    int m_depth = 0;
    SyntaxError m_error;
};

} // namespace

std::variant<ExpressionPtr, SyntaxError> parse(const QString &text)
{
    return Parser(text).query();
}

} // namespace escalite::filter
