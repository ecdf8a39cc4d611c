// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Colours a snippet: comments, strings and a few words.

#pragma once

#include <QSyntaxHighlighter>

namespace escalite::ui {

class SnippetHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString &text) override;
};

} // namespace escalite::ui
