// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The pieces of a query. Cutting never fails: what is wrong with a piece is for the parser to say.

#pragma once

#include "filter/expression.h"

#include <QList>
#include <QString>

namespace escalite::filter {

struct Lexeme
{
    enum class Kind : quint8 {
        Open,
        Close,
        And,
        Or,
        Not,    ///< The word or the minus sign.
        Word,   ///< Free text without quotation marks.
        Quoted, ///< Free text or a value in quotation marks.
        Field,
        Operator,
        Bare,  ///< A value without quotation marks.
        Regex, ///< A value between slashes.
        Comma,
    };

    Kind kind = Kind::Word;
    int start = 0; ///< UTF-16 units from 0.
    int length = 0;
    QString text{};        ///< Unquoted; of a regular expression what stands between the slashes.
    Op op = Op::Is;        ///< Of an operator.
    bool closed = true;    ///< False when the closing quotation mark or slash is missing.
    bool caseless = false; ///< Of a regular expression: an i follows.

    [[nodiscard]] int end() const { return start + length; }
    [[nodiscard]] bool isValue() const { return kind == Kind::Quoted || kind == Kind::Bare || kind == Kind::Regex; }
};

[[nodiscard]] QList<Lexeme> lexemes(const QString &text);

/// True for text that lexemes() would take for something other than one word or one bare value.
[[nodiscard]] bool needsQuotes(const QString &text);

} // namespace escalite::filter
