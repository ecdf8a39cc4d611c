// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/completionpopup.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"

#include <QMouseEvent>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {
constexpr int Width = 620;
}

CompletionPopup::CompletionPopup(QWidget *window) : QFrame(window)
{
    setFocusPolicy(Qt::NoFocus);
    setMouseTracking(true);
    setKeys({{u"Tab"_s, tr("insert")}, {u"Enter"_s, tr("search")}, {u"Esc"_s, tr("close")}});
    hide();
}

int CompletionPopup::rowHeight() const
{
    return std::max(24, fontMetrics().height() + 6);
}

int CompletionPopup::footHeight() const
{
    return rowHeight() + 2;
}

void CompletionPopup::offer(const QList<Suggestion> &suggestions, qsizetype typed, const QPoint &below)
{
    m_suggestions = suggestions;
    m_typed = typed;
    m_current = 0;
    const QWidget *window = parentWidget();
    const int width = std::min(Width, window->width() - 16);
    const int x = std::clamp(below.x(), 8, std::max(8, window->width() - width - 8));
    setGeometry(x, below.y(), width, static_cast<int>(suggestions.size()) * rowHeight() + footHeight() + 2);
    raise();
    show();
    update();
}

void CompletionPopup::move(int rows)
{
    const int count = static_cast<int>(m_suggestions.size());
    m_current = (m_current + rows + count) % count;
    update();
}

void CompletionPopup::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    fillBox(painter, rect(), theme.raised, theme.border, 0);
    const QFont mono = monoFont();
    QFont strong = mono;
    strong.setBold(true);
    int y = 1;
    for (int i = 0; i < m_suggestions.size(); ++i) {
        const Suggestion &one = m_suggestions[i];
        const QRect row(1, y, width() - 2, rowHeight());
        y += rowHeight();
        const bool on = i == m_current;
        if (on)
            painter.fillRect(row, theme.selection);
        const QColor color = on ? theme.selectionText : theme.text;
        painter.setPen(color);
        QRect text = row.adjusted(10, 0, -10, 0);
        text.setWidth(std::min(270, row.width() / 2));
        const QString shown = shownLine(one.text, 120);
        const QString typed = shown.first(std::min(m_typed, shown.size()));
        painter.setFont(strong);
        painter.drawText(text, Qt::AlignVCenter | Qt::TextSingleLine, typed);
        const int offset = QFontMetrics(strong).horizontalAdvance(typed);
        painter.setFont(mono);
        painter.drawText(
            text.adjusted(offset, 0, 0, 0), Qt::AlignVCenter | Qt::TextSingleLine,
            QFontMetrics(mono).elidedText(shown.sliced(typed.size()), Qt::ElideRight, text.width() - offset));
        const QRect rest(text.right() + 8, row.top(), row.right() - text.right() - 18, row.height());
        painter.setPen(on ? theme.selectionText : theme.text2);
        if (one.count > 0)
            painter.drawText(rest, Qt::AlignVCenter | Qt::AlignRight, countText(one.count));
        painter.setFont(uiFont(.92));
        painter.drawText(rest.adjusted(0, 0, -70, 0), Qt::AlignVCenter | Qt::AlignLeft,
                         QFontMetrics(uiFont(.92)).elidedText(one.hint, Qt::ElideRight, rest.width() - 70));
    }
    const QRect foot(1, y, width() - 2, footHeight());
    painter.fillRect(QRect(foot.left(), foot.top(), foot.width(), 1), theme.border);
    int x = foot.left() + 10;
    for (const auto &[key, what] : std::as_const(m_keys)) {
        painter.setFont(monoFont(.85));
        const int keyWidth = QFontMetrics(painter.font()).horizontalAdvance(key) + 8;
        const QRect cap(x, foot.center().y() - 8, keyWidth, 17);
        strokeBox(painter, cap, theme.border, 2);
        painter.setPen(theme.text2);
        painter.drawText(cap, Qt::AlignCenter, key);
        x += keyWidth + 6;
        painter.setFont(uiFont(.92));
        painter.drawText(QRect(x, foot.top(), 80, foot.height()), Qt::AlignVCenter, what);
        x += QFontMetrics(painter.font()).horizontalAdvance(what) + 16;
    }
}

void CompletionPopup::mouseMoveEvent(QMouseEvent *event)
{
    const int row = (event->position().toPoint().y() - 1) / rowHeight();
    if (row >= 0 && row < m_suggestions.size() && row != m_current) {
        m_current = row;
        update();
    }
}

void CompletionPopup::mousePressEvent(QMouseEvent *event)
{
    const int row = (event->position().toPoint().y() - 1) / rowHeight();
    if (row >= 0 && row < m_suggestions.size()) {
        m_current = row;
        Q_EMIT chosen();
    }
}

} // namespace escalite::ui
