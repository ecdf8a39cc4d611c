// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/welcome/snippethighlighter.h"

#include "ui/theme/theme.h"

#include <QRegularExpression>

namespace escalite::ui {

void SnippetHighlighter::highlightBlock(const QString &text)
{
    const Theme &theme = Theme::current();
    if (text.startsWith(u'#')) {
        setFormat(0, static_cast<int>(text.size()), theme.text3);
        return;
    }
    const auto color = [&](const QRegularExpression &pattern, const QColor &with) {
        for (auto matches = pattern.globalMatch(text); matches.hasNext();) {
            const QRegularExpressionMatch match = matches.next();
            setFormat(static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()), with);
        }
    };
    static const QRegularExpression words(QStringLiteral("\\b(import|from|curl|printf)\\b"));
    static const QRegularExpression strings(QStringLiteral("\"[^\"]*\""));
    color(words, theme.accent);
    color(strings, theme.okText);
}

} // namespace escalite::ui
