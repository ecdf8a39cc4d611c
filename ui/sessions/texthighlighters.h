// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Colours for a raw document and for error traces.

#pragma once

#include <QSyntaxHighlighter>

namespace escalite::ui {

class JsonHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString &text) override;
};

/// Frames of Python, Java, JavaScript, Go, C++, .NET and Rust: the place in accent, library frames in the background,
/// the error's own line in its colour.
class TraceHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString &text) override;
};

} // namespace escalite::ui
