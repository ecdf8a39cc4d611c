// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The query language (ui.md 5): text to a tree, errors with the column. First part: level, source, method, path, code,
// elapsed, message, id, state and free text, with and / or / not. One language for the list, the threshold and every
// rule.

#pragma once

#include "core/level.h"
#include "core/session.h"
#include "core/timepoint.h"

#include <QList>
#include <QRegularExpression>
#include <QString>

#include <memory>
#include <optional>
#include <variant>

namespace escalite::filter {

enum class Field : quint8 { Any, Level, Declared, Source, Method, Path, Code, Elapsed, Message, Id, Is };
/// Is (":" or "=") asks for the whole text of source, method and path, for the beginning of an id, and for a part of a
/// message and of free text; never minding case. Matches ("~") looks for a /regex/, or for text, within.
enum class Op : quint8 { Is, IsNot, Less, LessEqual, Greater, GreaterEqual, Matches };

/// What "is:" asks for. Of open, ended and abandoned a session is one; the others come on top.
enum class State : quint8 { Open, Ended, Abandoned, Stuck, Live, Gap, Forced, Incomplete, Late };

/// One alternative a condition compares with. A range a..b has both its ends; both belong to it.
struct Value
{
    QString text{};                              ///< As written, unquoted; of /regex/ what stands between the slashes.
    std::optional<Level> level{};                ///< Set for Level and Declared.
    std::optional<Level> levelTo{};              ///< Set for the range warning..error.
    std::optional<int> code{};                   ///< Set for Code: 504.
    std::optional<int> codeTo{};                 ///< Set for the range 500..599.
    std::optional<int> codeClass{};              ///< Set for Code written "5xx": 5.
    std::optional<Duration> duration{};          ///< Set for Elapsed.
    std::optional<Duration> durationTo{};        ///< Set for the range 1s..5s.
    std::optional<State> state{};                ///< Set for Is.
    std::optional<QRegularExpression> pattern{}; ///< Set for globs and /regex/; with a match limit.

    bool operator==(const Value &) const = default;
};

/// A node of the tree. Immutable and shared.
struct Expression
{
    enum class Kind : quint8 { All, And, Or, Not, Condition };

    Kind kind = Kind::All;                            ///< All matches everything: the empty query.
    QList<std::shared_ptr<const Expression>> parts{}; ///< Of And, Or; one of Not. And has no And in it, Or no Or.
    Field field = Field::Any;
    Op op = Op::Is;
    QList<Value> values{}; ///< a,b = a or b.
    int column = 1;        ///< Where the condition starts, from 1.
    int length = 0;        ///< UTF-16 units.
};

using ExpressionPtr = std::shared_ptr<const Expression>;

struct SyntaxError
{
    int column = 1;          ///< From 1, UTF-16 units.
    int length = 0;          ///< Of the token meant.
    QString message{};       ///< "“elapsd” is not a field. Did you mean elapsed?"
    bool incomplete = false; ///< The text may become right by typing on: "level>=".
};

/// Reads \a text. The empty text matches everything.
[[nodiscard]] std::variant<ExpressionPtr, SyntaxError> parse(const QString &text);

/// \a expression as text that parse() reads back as the same tree.
[[nodiscard]] QString toText(const Expression &expression);

/// True when both are the same tree; where its conditions stood in their texts does not count.
[[nodiscard]] bool isSame(const Expression &left, const Expression &right);

/// The least level that \a expression lets through when it is (or begins with) "level>=…" joined by and; for the chips.
[[nodiscard]] std::optional<Level> minimumLevel(const Expression &expression);

/// True when some condition needs the document's text and not only the columns.
[[nodiscard]] bool needsText(const Expression &expression);

/// True when some condition names \a state, be it to ask for it or to leave it out.
[[nodiscard]] bool mentions(const Expression &expression, State state);

/// What a piece of a query is, for colouring: UTF-16 positions from 0.
struct Token
{
    enum class Kind : quint8 { Field, Operator, Value, Keyword, Negation, Bracket, Text };
    Kind kind = Kind::Text;
    int start = 0;
    int length = 0;
};
[[nodiscard]] QList<Token> tokens(const QString &text); ///< Never fails.

} // namespace escalite::filter
