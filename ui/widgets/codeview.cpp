// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/codeview.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>

namespace escalite::ui {

CodeView::CodeView(QWidget *parent) : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setFrameShape(QFrame::NoFrame);
    // Every character stands for itself: no ligatures for "->" or ">=".
    QFont font = monoFont();
    font.setStyleStrategy(QFont::PreferNoShaping);
    setFont(font);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setTabChangesFocus(true);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    document()->setDocumentMargin(12);
}

void CodeView::showText(const QString &text, const QStringList &marked)
{
    replace(text);
    m_chips.clear();
    for (const QString &mark : marked) {
        if (mark.isEmpty())
            continue;
        for (qsizetype at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.size())) {
            const bool known =
                std::any_of(m_chips.cbegin(), m_chips.cend(), [at](const Chip &chip) { return chip.start == at; });
            if (!known)
                m_chips << Chip{static_cast<int>(at), static_cast<int>(mark.size())};
        }
    }
    colour();
}

void CodeView::replace(const QString &text)
{
    const QString before = toPlainText();
    const auto size = std::min(before.size(), text.size());
    qsizetype first = 0; // That differs.
    while (first < size && before[first] == text[first])
        ++first;
    if (first == size && before.size() == text.size())
        return;
    qsizetype same = 0; // At the end.
    while (same < size - first && before[before.size() - 1 - same] == text[text.size() - 1 - same])
        ++same;
    if (first + same < size / 2) { // Another text.
        const int scroll = verticalScrollBar()->value();
        setPlainText(text);
        verticalScrollBar()->setValue(scroll);
        return;
    }
    // The line at the top stays there, whatever comes before it; what is selected stays selected.
    const QTextCursor top = cursorForPosition({0, 0});
    const int offset = verticalScrollBar()->value() - top.block().firstLineNumber();
    QTextCursor change(document());
    change.setPosition(static_cast<int>(first));
    change.setPosition(static_cast<int>(before.size() - same), QTextCursor::KeepAnchor);
    change.insertText(text.sliced(first, text.size() - first - same));
    verticalScrollBar()->setValue(top.block().firstLineNumber() + offset);
}

void CodeView::colour()
{
    QList<QTextEdit::ExtraSelection> selections;
    for (const Chip &chip : std::as_const(m_chips)) {
        QTextEdit::ExtraSelection selection;
        selection.cursor = QTextCursor(document());
        selection.cursor.setPosition(chip.start);
        selection.cursor.setPosition(chip.start + chip.length, QTextCursor::KeepAnchor);
        selection.format.setForeground(Theme::current().warningText);
        selections << selection;
    }
    setExtraSelections(selections);
}

void CodeView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme &theme = Theme::current();
    painter.setPen(theme.warningText);
    painter.setBrush(theme.tintWarning);
    for (const Chip &chip : std::as_const(m_chips)) {
        const QTextBlock block = document()->findBlock(chip.start);
        const QRectF blockBox = blockBoundingGeometry(block).translated(contentOffset());
        if (!block.layout() || blockBox.bottom() < event->rect().top() || blockBox.top() > event->rect().bottom())
            continue;
        // A wrapped chip is drawn as one box per line.
        const int from = chip.start - block.position();
        for (int number = 0; number < block.layout()->lineCount(); ++number) {
            const QTextLine line = block.layout()->lineAt(number);
            const int start = std::max(from, line.textStart());
            const int end = std::min(from + chip.length, line.textStart() + line.textLength());
            if (start >= end)
                continue;
            const qreal left = line.cursorToX(start);
            const qreal right = line.cursorToX(end);
            const QRectF box(blockBox.left() + left - 2, blockBox.top() + line.y(), right - left + 4, line.height());
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
        }
    }
    painter.end();
    QPlainTextEdit::paintEvent(event);
}

void CodeView::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
}

} // namespace escalite::ui
