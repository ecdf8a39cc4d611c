// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/queryhighlighter.h"

#include "ui/theme/theme.h"

namespace escalite::ui {

void QueryHighlighter::setError(const std::optional<filter::SyntaxError> &error)
{
    m_error = error;
    rehighlight();
}

void QueryHighlighter::highlightBlock(const QString &text)
{
    const Theme &theme = Theme::current();
    using Kind = filter::Token::Kind;
    for (const filter::Token &token : filter::tokens(text)) {
        QTextCharFormat format;
        switch (token.kind) {
        case Kind::Field:
            format.setForeground(theme.accent);
            break;
        case Kind::Operator:
        case Kind::Negation:
        case Kind::Keyword:
        case Kind::Bracket:
            format.setForeground(theme.text2);
            break;
        case Kind::Value:
        case Kind::Text:
            format.setForeground(theme.text);
            break;
        }
        setFormat(token.start, token.length, format);
    }
    if (m_error) {
        const int start = std::min<int>(m_error->column - 1, static_cast<int>(text.size()));
        const int length = std::max(1, m_error->length);
        for (int i = start; i < std::min<int>(start + length, static_cast<int>(text.size())); ++i) {
            QTextCharFormat marked = format(i);
            marked.setUnderlineStyle(m_error->incomplete ? QTextCharFormat::DotLine : QTextCharFormat::WaveUnderline);
            marked.setUnderlineColor(m_error->incomplete ? theme.text2 : theme.errorText);
            setFormat(i, 1, marked);
        }
    }
}

} // namespace escalite::ui
