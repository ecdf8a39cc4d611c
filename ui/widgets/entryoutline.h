// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A session's entries by section, key beside value: the right half of the waterfall.

#pragma once

#include "core/session.h"

#include <QAbstractScrollArea>
#include <QSet>

namespace escalite::ui {

/// Sections fold. What went wrong stands first; the calls stand in the waterfall beside it and are left out. The same
/// session shown again keeps the scroll position.
class EntryOutline final : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit EntryOutline(QWidget *parent = nullptr);
    void show(const Session &session);
    using QWidget::show;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    struct Line
    {
        QString section; ///< Of a heading; its entries carry it too.
        QString key;     ///< Empty: a heading.
        QString value;
        Level level = Level::Info;
    };
    [[nodiscard]] QList<Line> visible() const;
    void updateScrollBar();
    [[nodiscard]] int rowHeight() const;

    QList<Line> m_lines;
    QUuid m_session;
    QSet<QString> m_folded;
};

/// What an entry says for itself: its value, else its message, else its code. Cut and made plain.
[[nodiscard]] QString entryText(const Entry &entry, qsizetype limit);

} // namespace escalite::ui
