// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Cuts a query into pieces. A name followed by an operator makes a pair; everything else is free text.

#include "filter/lexer.h"

#include "filter/fields.h"

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::filter {

namespace {

using Kind = Lexeme::Kind;

// Longer spellings first, so that ">=" is not read as ">".
constexpr std::array Operators{
    std::pair{"!="_L1, Op::IsNot},     std::pair{">="_L1, Op::GreaterEqual},
    std::pair{"<="_L1, Op::LessEqual}, std::pair{":"_L1, Op::Is},
    std::pair{"="_L1, Op::Is},         std::pair{">"_L1, Op::Greater},
    std::pair{"<"_L1, Op::Less},       std::pair{"~"_L1, Op::Matches},
};

bool endsWord(QChar c)
{
    return c.isSpace() || c == u'(' || c == u')' || c == u'"';
}

bool isNameStart(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_';
}

bool isNamePart(QChar c)
{
    return isNameStart(c) || (c >= u'0' && c <= u'9') || c == u'.' || c == u'-';
}

std::optional<Kind> keyword(QStringView word)
{
    if (word == u"and" || word == u"AND")
        return Kind::And;
    if (word == u"or" || word == u"OR")
        return Kind::Or;
    if (word == u"not" || word == u"NOT")
        return Kind::Not;
    return std::nullopt;
}

class Lexer
{
public:
    explicit Lexer(const QString &text) : m_text(text) {}

    QList<Lexeme> run()
    {
        for (skipBlanks(); !atEnd(); skipBlanks())
            term();
        return std::move(m_lexemes);
    }

private:
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] QChar here() const { return m_text[m_at]; }

    void skipBlanks()
    {
        while (!atEnd() && here().isSpace())
            ++m_at;
    }

    Lexeme &add(Kind kind, qsizetype end)
    {
        m_lexemes.append({.kind = kind,
                          .start = static_cast<int>(m_at),
                          .length = static_cast<int>(end - m_at),
                          .text = m_text.sliced(m_at, end - m_at).toString()});
        m_at = end;
        return m_lexemes.last();
    }

    void term()
    {
        if (here() == u'(')
            add(Kind::Open, m_at + 1);
        else if (here() == u')')
            add(Kind::Close, m_at + 1);
        else if (here() == u'-')
            add(Kind::Not, m_at + 1);
        else if (here() == u'"')
            quoted();
        else if (!pair())
            word();
    }

    void word()
    {
        const auto end = std::find_if(m_text.begin() + m_at, m_text.end(), endsWord) - m_text.begin();
        add(keyword(m_text.sliced(m_at, end - m_at)).value_or(Kind::Word), end);
    }

    /// A name, an operator and values; blanks may stand before the operator when the name is that of a field.
    bool pair()
    {
        if (!isNameStart(here()))
            return false;
        const auto nameEnd = std::find_if_not(m_text.begin() + m_at, m_text.end(), isNamePart) - m_text.begin();
        const QStringView name = m_text.sliced(m_at, nameEnd - m_at);
        if (name.endsWith(u'-') || name.endsWith(u'.')) // a->b
            return false;
        const auto opAt = std::find_if_not(m_text.begin() + nameEnd, m_text.end(), [](QChar c) { return c.isSpace(); })
                          - m_text.begin();
        if (opAt != nameEnd && !fieldFromName(name))
            return false;
        const QStringView rest = m_text.sliced(opAt);
        if (rest.startsWith("://"_L1) || rest.startsWith("::"_L1) || rest.startsWith(":\\"_L1)) // an address or a path
            return false;
        const auto *const op = std::find_if(Operators.begin(), Operators.end(),
                                            [rest](const auto &candidate) { return rest.startsWith(candidate.first); });
        if (op == Operators.end())
            return false;
        add(Kind::Field, nameEnd);
        m_at = opAt;
        add(Kind::Operator, opAt + op->first.size()).op = op->second;
        values(op->second);
        return true;
    }

    void values(Op op)
    {
        for (;;) {
            skipBlanks();
            if (atEnd())
                return;
            if (here() == u'"')
                quoted();
            else if (here() == u'/' && op == Op::Matches)
                regex();
            else
                bare();
            if (atEnd() || here() != u',')
                return;
            add(Kind::Comma, m_at + 1);
        }
    }

    void bare()
    {
        const auto end =
            std::find_if(m_text.begin() + m_at, m_text.end(), [](QChar c) { return endsWord(c) || c == u','; })
            - m_text.begin();
        if (end > m_at)
            add(Kind::Bare, end);
    }

    void quoted()
    {
        QString content;
        qsizetype end = m_at + 1;
        while (end < m_text.size() && m_text[end] != u'"') {
            if (m_text[end] == u'\\' && end + 1 < m_text.size()
                && (m_text[end + 1] == u'"' || m_text[end + 1] == u'\\'))
                ++end;
            content += m_text[end++];
        }
        delimited(Kind::Quoted, end, content);
    }

    void regex()
    {
        QString content;
        qsizetype end = m_at + 1;
        while (end < m_text.size() && m_text[end] != u'/') {
            if (m_text[end] == u'\\' && end + 1 < m_text.size()) {
                if (m_text[end + 1] != u'/')
                    content += m_text[end];
                ++end;
            }
            content += m_text[end++];
        }
        const bool caseless = end + 1 < m_text.size() && m_text[end + 1] == u'i'
                              && (end + 2 == m_text.size() || endsWord(m_text[end + 2]) || m_text[end + 2] == u',');
        delimited(Kind::Regex, caseless ? end + 1 : end, content);
        m_lexemes.last().caseless = caseless;
    }

    void delimited(Kind kind, qsizetype last, const QString &content)
    {
        const bool closed = last < m_text.size();
        Lexeme &lexeme = add(kind, closed ? last + 1 : last);
        lexeme.closed = closed;
        lexeme.text = content;
    }

    QStringView m_text;
    qsizetype m_at = 0;
    QList<Lexeme> m_lexemes;
};

} // namespace

QList<Lexeme> lexemes(const QString &text)
{
    return Lexer(text).run();
}

bool needsQuotes(const QString &text)
{
    const auto isPlain = [](QChar c) {
        return c.isLetterOrNumber() || u"_-./@+#%"_s.contains(c);
    };
    return text.isEmpty() || text.front() == u'-' || keyword(text) || !std::all_of(text.begin(), text.end(), isPlain);
}

QList<Token> tokens(const QString &text)
{
    QList<Token> result;
    bool inPair = false;
    for (const Lexeme &lexeme : lexemes(text)) {
        Token token{.start = lexeme.start, .length = lexeme.length};
        switch (lexeme.kind) {
        case Kind::Open:
        case Kind::Close:
            token.kind = Token::Kind::Bracket;
            break;
        case Kind::And:
        case Kind::Or:
            token.kind = Token::Kind::Keyword;
            break;
        case Kind::Not:
            token.kind = Token::Kind::Negation;
            break;
        case Kind::Word:
            token.kind = Token::Kind::Text;
            break;
        case Kind::Quoted:
            token.kind = inPair ? Token::Kind::Value : Token::Kind::Text;
            break;
        case Kind::Field:
            token.kind = Token::Kind::Field;
            break;
        case Kind::Operator:
        case Kind::Comma:
            token.kind = Token::Kind::Operator;
            break;
        case Kind::Bare:
        case Kind::Regex:
            token.kind = Token::Kind::Value;
            break;
        }
        inPair = lexeme.kind == Kind::Operator || lexeme.kind == Kind::Comma;
        result.append(token);
    }
    return result;
}

} // namespace escalite::filter
