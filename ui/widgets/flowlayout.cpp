// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/flowlayout.h"

#include <QWidget>

#include <algorithm>

namespace escalite::ui {

FlowLayout::FlowLayout(int across, int down, QWidget *parent) : QLayout(parent), m_across(across), m_down(down)
{
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

QLayoutItem *FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

QSize FlowLayout::sizeHint() const
{
    int width = 0;
    int height = 0;
    for (const QLayoutItem *item : m_items) {
        if (item->isEmpty())
            continue;
        const QSize size = item->sizeHint();
        width += size.width() + (width > 0 ? m_across : 0);
        height = std::max(height, size.height());
    }
    return {width, height};
}

QSize FlowLayout::minimumSize() const
{
    QSize most;
    for (const QLayoutItem *item : m_items) {
        if (!item->isEmpty())
            most = most.expandedTo(item->minimumSize());
    }
    return most;
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    place(rect, true);
}

int FlowLayout::place(const QRect &rect, bool move) const
{
    int top = rect.top();
    for (qsizetype next = 0; next < m_items.size();) {
        QList<std::pair<QLayoutItem *, int>> line;
        int left = rect.left();
        int height = 0;
        for (; next < m_items.size(); ++next) {
            QLayoutItem *item = m_items.at(next);
            if (item->isEmpty())
                continue;
            const QSize size = item->sizeHint();
            if (!line.isEmpty() && left + size.width() > rect.left() + rect.width())
                break;
            line.append({item, left});
            left += size.width() + m_across;
            height = std::max(height, size.height());
        }
        if (line.isEmpty())
            break;
        if (move) {
            for (const auto &[item, x] : std::as_const(line)) {
                QSize size = item->sizeHint();
                size.setWidth(std::min(size.width(), rect.left() + rect.width() - x));
                item->setGeometry({QPoint(x, top + (height - size.height()) / 2), size});
            }
        }
        top += height + m_down;
    }
    return std::max(0, top - m_down - rect.top());
}

} // namespace escalite::ui
