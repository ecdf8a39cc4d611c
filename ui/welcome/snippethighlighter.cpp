// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/welcome/snippethighlighter.h"

#include "ui/theme/theme.h"

#include <QRegularExpression>

namespace escalite::ui {

void SnippetHighlighter::highlightBlock(const QString &text)
{
    const Theme &theme = Theme::current();
    const auto color = [&](const QRegularExpression &pattern, const QColor &with) {
        for (auto matches = pattern.globalMatch(text); matches.hasNext();) {
            const QRegularExpressionMatch match = matches.next();
            setFormat(static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()), with);
        }
    };
    static const QRegularExpression words(
        QStringLiteral("\\b(as|async|await|const|curl|defer|from|func|import|include|int|namespace|new|package|printf|"
                       "return|sleep|using|with)\\b"));
    // Of single quotes only those of one line that hold no others: a shell's text may go on.
    static const QRegularExpression strings(QStringLiteral("\"[^\"]*\"|'[^'\"$]*'"));
    static const QRegularExpression comments(QStringLiteral("(?:^|(?<=\\s))(?:#|//)\\s.*$"));
    color(words, theme.accent);
    color(strings, theme.okText);
    color(comments, theme.text3);
}

} // namespace escalite::ui
