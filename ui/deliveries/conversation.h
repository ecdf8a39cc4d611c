// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What was said during the tries of a delivery: when, by whom, and where it went wrong.

#pragma once

#include "core/delivery.h"

#include <QSyntaxHighlighter>

namespace escalite::ui {

/// The newest try first: its stages with the seconds since it began, then its transcript.
[[nodiscard]] QString conversationText(const QList<Attempt> &attempts);
/// "delivered", "failed for now", "no answer, may have arrived".
[[nodiscard]] QString outcomeWords(Outcome::Kind kind);

/// Times in the background, refusals of the far side in their colour.
class ConversationHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

    /// Other texts that the same view shows stay plain.
    void setActive(bool active);

protected:
    void highlightBlock(const QString &text) override;

private:
    bool m_active = false;
};

} // namespace escalite::ui
