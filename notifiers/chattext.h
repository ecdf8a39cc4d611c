// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the notifiers of chat services share: parts of a message that keep within a room, and how much was left out.

#pragma once

#include "notifiers/wording.h"

namespace escalite::notifiers {

struct Part
{
    QString text{};
    bool cut = false; ///< Something was left out.
};

/// Whether \a wording says less than \a notification.
[[nodiscard]] bool saysLess(const delivery::Notification &notification, const Wording &wording);

/// \a lines between fences of Markdown, each escaped by \a escape (which must leave no fence), within \a room
/// characters; a last line tells how many are left out.
[[nodiscard]] Part fencedLines(const QList<message::Line> &lines, qsizetype room, QString (*escape)(const QString &));

/// All of \a wording but its subject as plain text within \a bytes of UTF-8: lines of the session give way first, with
/// a line that tells how many; the link stands in it only where nothing else can lead back.
[[nodiscard]] Part plainWithin(const Wording &wording, qsizetype bytes);

/// Markdown of an operator's template within \a room characters: never within a grapheme, no half escape, no open
/// fence.
[[nodiscard]] Part fitMarkdown(const QString &markdown, qsizetype room);

/// \a link as a strict reader of URLs wants it.
[[nodiscard]] QString encodedLink(const QString &link);
/// Likewise for between the parentheses of a Markdown link.
[[nodiscard]] QString markdownLink(const QString &link);

} // namespace escalite::notifiers
