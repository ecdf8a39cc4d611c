// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A text that is too long for one message as some that are not, split where a reader would: between lines, else between
// words, never within a character or a tag.

#pragma once

#include "core/export.h"

#include <QString>
#include <QStringList>

namespace escalite::message {

/// What a service takes.
struct Budget
{
    qsizetype units = 0; ///< UTF-16 units of one part.
    qsizetype bytes = 0; ///< Bytes of UTF-8 of one part as it is sent; 0 = no limit.
    int parts = 1;       ///< At most.
};

struct Parts
{
    QStringList texts{}; ///< As they are sent; at least one. With more than one each ends with its mark, "(2/3)".
    bool cut = false;    ///< Something is left out; the last part says how many lines.
};

/// Splits plain text. What is sent and measured is \a escape of it, which must work character by character; null = the
/// text itself.
[[nodiscard]] ESCALITE_EXPORT Parts splitText(const QString &text, const Budget &budget,
                                              QString (*escape)(const QString &) = nullptr);

/// Splits HTML as Telegram reads it: Budget::units counts what the reader sees, tags that are open where a part ends
/// are closed there and opened again in the next. \a html must have no htmlProblem().
[[nodiscard]] ESCALITE_EXPORT Parts splitHtml(const QString &html, const Budget &budget);

/// Why Telegram would not take \a html, one sentence; empty when it would (Bot API, "HTML style").
[[nodiscard]] ESCALITE_EXPORT QString htmlProblem(const QString &html);
/// What the reader of \a html sees.
[[nodiscard]] ESCALITE_EXPORT QString htmlText(const QString &html);
/// Text within such HTML: & < > and ".
[[nodiscard]] ESCALITE_EXPORT QString escapeTelegram(const QString &text);

} // namespace escalite::message
