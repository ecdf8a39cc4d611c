// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Text for people, from a session: headline, outline, table, and cuts that never split a character.

#pragma once

#include "core/delivery.h"
#include "core/export.h"
#include "core/session.h"

#include <QString>

namespace escalite::message {

using escalite::Scope;

/// Key and value lines in reading order: id, level, request, code, elapsed, errors, failing calls, then the rest by \a
/// scope.
struct Line
{
    QString key{};
    QString value{}; ///< One line; long values cut.
};
[[nodiscard]] ESCALITE_EXPORT QList<Line> outline(const Session &session, Scope scope);

/// The errors among them: what each says, and the last line of its trace.
[[nodiscard]] ESCALITE_EXPORT QList<Line> errorLines(const Session &session);
/// JSON text of a document for people: a string without its quotation marks, all else as it was received.
[[nodiscard]] ESCALITE_EXPORT QString valueText(const QByteArray &json);

/// The seed's "Key | Value" table (DictTableFormatter; E-20: flat data as the seed has it, trailing blanks removed).
[[nodiscard]] ESCALITE_EXPORT QString table(const QList<Line> &lines);

/// Cuts \a text to at most \a limit UTF-16 units with "…" inside the limit, never within a grapheme.
[[nodiscard]] ESCALITE_EXPORT QString fit(const QString &text, qsizetype limit);
/// Likewise to at most \a bytes of UTF-8.
[[nodiscard]] ESCALITE_EXPORT QString fitBytes(const QString &text, qsizetype bytes);
/// Where the characters of \a text end as people see them (graphemes), in order; the last is its size.
[[nodiscard]] ESCALITE_EXPORT QList<qsizetype> characterEnds(const QString &text);
/// Control and bidirectional characters as visible marks, line breaks kept when \a multiline (reliability.md B.7).
[[nodiscard]] ESCALITE_EXPORT QString visible(const QString &text, bool multiline = false);

[[nodiscard]] ESCALITE_EXPORT QString escapeSlack(const QString &text); ///< & < > only; ampersand first.
[[nodiscard]] ESCALITE_EXPORT QString escapeHtml(const QString &text);

/// Foreign text as nothing but text in the Markdown that a chat service reads.
[[nodiscard]] ESCALITE_EXPORT QString escapeDiscord(const QString &text);
[[nodiscard]] ESCALITE_EXPORT QString
escapeMattermost(const QString &text); ///< U+200B breaks its mentions, which have no escape.
[[nodiscard]] ESCALITE_EXPORT QString escapeTeams(const QString &text); ///< Of an Adaptive Card.
/// For between two fences of Markdown, where there is no escape: no two backticks stand side by side.
[[nodiscard]] ESCALITE_EXPORT QString escapeFenced(const QString &text);

} // namespace escalite::message
