// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The live list: a virtual list over SessionModel that paints only what is seen and repaints only when that changes
// (performance.md 4.2: a stock table repaints for every insertion, even off screen).

#pragma once

#include "ui/models/sessionmodel.h"
#include "ui/sessions/sessionrowpainter.h"

#include <QAbstractScrollArea>
#include <QSet>

class QHeaderView;

namespace escalite::ui {

/// Rows of one height, scrolled by pixels. In Following the newest row stands at the bottom; else the first visible row
/// and its offset stay where they are, whatever arrives, leaves or is filtered (ui.md 3, R3, R4, R8).
class SessionList final : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit SessionList(SessionModel &model, QWidget *parent = nullptr);

    [[nodiscard]] SessionModel &model() const { return m_model; }
    void setSlow(Duration slow) { m_painter.slow = slow; }
    void setRowHeight(int height);
    [[nodiscard]] int rowHeight() const { return m_rowHeight; }

    [[nodiscard]] bool isFollowing() const { return m_following; }
    void setFollowing(bool following);

    [[nodiscard]] std::optional<Serial> current() const { return m_current; }
    void setCurrent(Serial serial, bool scroll = true);
    void clearSelection();
    [[nodiscard]] QList<QUuid> selected() const; ///< Ids, in order of arrival; the current one when nothing else is.
    [[nodiscard]] bool isSelected(Serial serial) const { return m_selected.contains(serial); }

    /// Shown rows below the last visible one.
    [[nodiscard]] int newer() const;
    [[nodiscard]] int firstVisibleRow() const;
    [[nodiscard]] int offsetInFirstRow() const { return static_cast<int>(m_top % m_rowHeight); }
    [[nodiscard]] int rowAt(const QPoint &position) const; ///< In the viewport; -1 below the last.
    [[nodiscard]] QRect rowRect(int row) const;
    [[nodiscard]] std::optional<SessionModel::Column> columnAt(int x) const;
    [[nodiscard]] quint64 rowsPainted() const { return m_rowsPainted; } ///< So far.
    [[nodiscard]] QHeaderView *header() const { return m_header; }
    void moveCurrent(int rows, bool extend = false);
    /// Once a second: the clocks of the open sessions that are seen go on.
    void tick();

Q_SIGNALS:
    void followingChanged(bool following);
    void currentChanged();
    void newerChanged();
    void opened();           ///< Enter or double click on the current row.
    void pressed(bool down); ///< The left button, for holding back arrivals.
    void pointerMoved();
    void menuAsked(const QPoint &global, SessionModel::Column column);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void inserted(int first, int last);
    void removed(int first, int last);
    void changedRows(int first, int last);
    void rememberAnchor();
    void restoreAnchor();
    void layoutColumns();
    void updateScrollBar();
    void setTop(qint64 top);
    void select(int row, bool extend, bool toggle);
    void leaveTail();
    [[nodiscard]] qint64 contentHeight() const { return qint64(m_model.shown()) * m_rowHeight; }
    [[nodiscard]] qint64 lowestTop() const;
    [[nodiscard]] int lastVisibleRow() const;

    SessionModel &m_model;
    SessionRowPainter m_painter;
    QHeaderView *m_header = nullptr;
    int m_rowHeight = 24;
    qint64 m_top = 0; ///< First visible pixel of all rows.
    bool m_following = true;
    bool m_settingBar = false;
    std::optional<Serial> m_current;
    std::optional<Serial> m_from; ///< Where a selection by Shift began.
    QSet<Serial> m_selected;
    std::optional<Serial> m_anchor; ///< First visible row while the model resets.
    int m_anchorOffset = 0;
    quint64 m_rowsPainted = 0;
};

} // namespace escalite::ui
