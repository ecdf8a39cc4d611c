// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/sessionlist.h"

#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QToolTip>
#include <QWheelEvent>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

struct ColumnLook
{
    SessionModel::Column column;
    int width;
    int hiddenBelow; ///< Width of the list under which the column goes (ui.md 2); 0 = never.
};
constexpr std::array Looks{
    ColumnLook{SessionModel::LevelColumn, 34, 0},         ColumnLook{SessionModel::TimeColumn, 104, 0},
    ColumnLook{SessionModel::SourceColumn, 122, 760},     ColumnLook{SessionModel::RequestColumn, 236, 0},
    ColumnLook{SessionModel::CodeColumn, 48, 0},          ColumnLook{SessionModel::ElapsedColumn, 138, 0},
    ColumnLook{SessionModel::CallsColumn, 164, 960},      ColumnLook{SessionModel::MessageColumn, 160, 0},
    ColumnLook{SessionModel::EscalationColumn, 124, 680},
};
constexpr int WheelStep = 3; // Rows for one notch.

} // namespace

SessionList::SessionList(SessionModel &model, QWidget *parent) : QAbstractScrollArea(parent), m_model(model)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Sessions"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);

    m_header = new QHeaderView(Qt::Horizontal, this);
    auto *titles = new QStandardItemModel(0, SessionModel::ColumnCount, m_header);
    for (const ColumnLook &look : Looks) {
        titles->setHeaderData(look.column, Qt::Horizontal, SessionModel::title(look.column));
        titles->setHeaderData(look.column, Qt::Horizontal, int(Qt::AlignLeft | Qt::AlignVCenter),
                              Qt::TextAlignmentRole);
    }
    m_header->setModel(titles);
    m_header->setFont(uiFont(.92));
    m_header->setMinimumSectionSize(34);
    m_header->setHighlightSections(false);
    m_header->setFocusPolicy(Qt::NoFocus);
    for (const ColumnLook &look : Looks)
        m_header->resizeSection(look.column, look.width);
    m_header->setSectionResizeMode(QHeaderView::Interactive);
    m_header->setSectionResizeMode(SessionModel::LevelColumn, QHeaderView::Fixed);
    m_header->setSectionResizeMode(SessionModel::MessageColumn, QHeaderView::Stretch);
    setViewportMargins(0, 25, 0, 0);
    connect(m_header, &QHeaderView::sectionResized, this, [this] { viewport()->update(); });
    connect(m_header, &QHeaderView::sectionMoved, this, [this] { viewport()->update(); });

    connect(&m_model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { inserted(first, last); });
    connect(&m_model, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex &, int first, int last) { removed(first, last); });
    connect(&m_model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &from, const QModelIndex &to) { changedRows(from.row(), to.row()); });
    connect(&m_model, &QAbstractItemModel::modelAboutToBeReset, this, &SessionList::rememberAnchor);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &SessionList::restoreAnchor);
    connect(verticalScrollBar(), &QAbstractSlider::sliderPressed, this, &SessionList::leaveTail);
    verticalScrollBar()->setSingleStep(m_rowHeight);
    setRowHeight(std::max(24, QFontMetrics(uiFont()).height() + 6));
}

void SessionList::setRowHeight(int height)
{
    const int row = firstVisibleRow();
    m_rowHeight = height;
    verticalScrollBar()->setSingleStep(height);
    updateScrollBar();
    setTop(m_following ? lowestTop() : qint64(row) * height);
    viewport()->update();
}

qint64 SessionList::lowestTop() const
{
    return std::max<qint64>(0, contentHeight() - viewport()->height());
}

int SessionList::firstVisibleRow() const
{
    return static_cast<int>(m_top / m_rowHeight);
}

int SessionList::lastVisibleRow() const
{
    return std::min(m_model.shown() - 1, static_cast<int>((m_top + viewport()->height() - 1) / m_rowHeight));
}

int SessionList::newer() const
{
    return std::max(0, m_model.shown() - 1 - lastVisibleRow());
}

int SessionList::rowAt(const QPoint &position) const
{
    const qint64 row = (m_top + position.y()) / m_rowHeight;
    return position.y() >= 0 && row < m_model.shown() ? static_cast<int>(row) : -1;
}

QRect SessionList::rowRect(int row) const
{
    return {0, static_cast<int>(qint64(row) * m_rowHeight - m_top), viewport()->width(), m_rowHeight};
}

std::optional<SessionModel::Column> SessionList::columnAt(int x) const
{
    const int column = m_header->logicalIndexAt(x);
    return column < 0 ? std::nullopt : std::optional(static_cast<SessionModel::Column>(column));
}

void SessionList::setFollowing(bool following)
{
    if (following)
        setTop(lowestTop());
    if (m_following == following)
        return;
    m_following = following;
    Q_EMIT followingChanged(following);
    Q_EMIT newerChanged();
}

void SessionList::leaveTail()
{
    setFollowing(false);
}

void SessionList::setTop(qint64 top)
{
    top = std::clamp<qint64>(top, 0, lowestTop());
    if (top != m_top) {
        m_top = top;
        viewport()->update();
    }
    m_settingBar = true;
    verticalScrollBar()->setValue(static_cast<int>(m_top));
    m_settingBar = false;
}

void SessionList::updateScrollBar()
{
    m_settingBar = true;
    QScrollBar *bar = verticalScrollBar();
    bar->setPageStep(std::max(1, viewport()->height()));
    bar->setRange(0, static_cast<int>(lowestTop()));
    bar->setValue(static_cast<int>(m_top));
    m_settingBar = false;
}

void SessionList::scrollContentsBy(int, int)
{
    if (m_settingBar)
        return;
    m_top = std::clamp<qint64>(verticalScrollBar()->value(), 0, lowestTop());
    viewport()->update();
    Q_EMIT newerChanged();
}

void SessionList::inserted(int first, int last)
{
    const int count = last - first + 1;
    const int lastVisible = static_cast<int>((m_top + viewport()->height() - 1) / m_rowHeight);
    if (m_following) {
        updateScrollBar();
        m_top = lowestTop();
        updateScrollBar();
        viewport()->update();
    } else {
        if (first <= firstVisibleRow() && first + count < m_model.shown() && m_top > 0)
            m_top += qint64(count) * m_rowHeight;
        else if (first <= lastVisible)
            viewport()->update();
        updateScrollBar();
    }
    Q_EMIT newerChanged();
}

void SessionList::removed(int first, int last)
{
    const qint64 from = qint64(first) * m_rowHeight;
    const qint64 to = qint64(last + 1) * m_rowHeight;
    const bool above = to <= m_top;
    if (above)
        m_top -= to - from;
    else if (from < m_top)
        m_top = from;
    m_top = m_following ? lowestTop() : std::clamp<qint64>(m_top, 0, lowestTop());
    if (!above || m_following)
        viewport()->update();
    updateScrollBar();
    const Serial oldest = m_model.store().first();
    erase_if(m_selected, [oldest](Serial serial) { return serial < oldest; });
    if (m_current && *m_current < oldest)
        m_current.reset(); // The detail stays open; only the row is gone.
    Q_EMIT newerChanged();
}

void SessionList::changedRows(int first, int last)
{
    if (first <= lastVisibleRow() && last >= firstVisibleRow()) {
        const QRect from = rowRect(std::max(first, firstVisibleRow()));
        const QRect to = rowRect(std::min(last, lastVisibleRow()));
        viewport()->update(from.united(to));
    }
}

void SessionList::rememberAnchor()
{
    m_anchor.reset();
    m_anchorOffset = offsetInFirstRow();
    // A selected row that is seen is what the person looks at; else the first visible one (R10).
    if (m_current) {
        const int row = m_model.rowOf(*m_current);
        if (row >= firstVisibleRow() && row <= lastVisibleRow()) {
            m_anchor = m_current;
            m_anchorOffset = -rowRect(row).top();
            return;
        }
    }
    if (firstVisibleRow() < m_model.shown())
        m_anchor = m_model.serialAt(firstVisibleRow());
}

void SessionList::restoreAnchor()
{
    if (m_following || !m_anchor)
        m_top = lowestTop();
    else
        m_top =
            std::clamp<qint64>(qint64(m_model.rowAtOrAfter(*m_anchor)) * m_rowHeight + m_anchorOffset, 0, lowestTop());
    updateScrollBar();
    viewport()->update();
    Q_EMIT newerChanged();
}

void SessionList::clearSelection()
{
    m_selected.clear();
    m_current.reset();
    m_from.reset();
    viewport()->update();
    Q_EMIT currentChanged();
}

QList<QUuid> SessionList::selected() const
{
    QList<Serial> serials(m_selected.begin(), m_selected.end());
    std::sort(serials.begin(), serials.end());
    QList<QUuid> ids;
    for (const Serial serial : std::as_const(serials))
        ids.append(m_model.store().row(serial).uuid());
    return ids;
}

void SessionList::setCurrent(Serial serial, bool scroll)
{
    m_current = serial;
    m_from = serial;
    m_selected = {serial};
    const int row = m_model.rowOf(serial);
    if (scroll && row >= 0) {
        const QRect rect = rowRect(row);
        if (rect.top() < 0)
            setTop(qint64(row) * m_rowHeight);
        else if (rect.bottom() >= viewport()->height())
            setTop(qint64(row + 1) * m_rowHeight - viewport()->height());
    }
    viewport()->update();
    Q_EMIT currentChanged();
}

void SessionList::select(int row, bool extend, bool toggle)
{
    leaveTail();
    const Serial serial = m_model.serialAt(row);
    if (toggle) {
        if (!m_selected.remove(serial))
            m_selected.insert(serial);
        m_current = m_from = serial;
    } else if (extend && m_from) {
        m_selected.clear();
        const int from = std::min(m_model.rowAtOrAfter(*m_from), m_model.shown() - 1);
        for (int i = std::min(from, row); i <= std::max(from, row); ++i)
            m_selected.insert(m_model.serialAt(i));
        m_current = serial;
    } else {
        setCurrent(serial, false);
        return;
    }
    viewport()->update();
    Q_EMIT currentChanged();
}

void SessionList::moveCurrent(int rows, bool extend)
{
    if (m_model.shown() == 0)
        return;
    leaveTail();
    int row = m_current ? m_model.rowAtOrAfter(*m_current) + rows : rows > 0 ? firstVisibleRow() : lastVisibleRow();
    row = std::clamp(row, 0, m_model.shown() - 1);
    select(row, extend, false);
    const QRect rect = rowRect(row);
    if (rect.top() < 0)
        setTop(qint64(row) * m_rowHeight);
    else if (rect.bottom() >= viewport()->height())
        setTop(qint64(row + 1) * m_rowHeight - viewport()->height());
    QAccessibleEvent event(this, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&event);
    Q_EMIT newerChanged();
}

void SessionList::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    const Theme &theme = Theme::current();
    painter.fillRect(event->rect(), theme.base);
    const int first = static_cast<int>((m_top + event->rect().top()) / m_rowHeight);
    const int last = std::min(m_model.shown() - 1, static_cast<int>((m_top + event->rect().bottom()) / m_rowHeight));
    const TimePoint moment = now();
    for (int row = first; row <= last; ++row) {
        if (!event->region().intersects(rowRect(row)))
            continue;
        const Serial serial = m_model.serialAt(row);
        ++m_rowsPainted;
        m_painter.paint(painter, rowRect(row), m_model, serial, *m_header,
                        {.selected = m_selected.contains(serial),
                         .current = m_current == serial,
                         .focused = hasFocus(),
                         .now = moment});
    }
}

void SessionList::tick()
{
    if (!isVisible())
        return;
    const int last = lastVisibleRow();
    for (int row = firstVisibleRow(); row <= last; ++row) {
        if (isRunning(m_model.standing(m_model.serialAt(row))))
            viewport()->update(rowRect(row));
    }
}

void SessionList::layoutColumns()
{
    const int width = viewport()->width();
    for (const ColumnLook &look : Looks)
        m_header->setSectionHidden(look.column, width < look.hiddenBelow);
    const QRect view = viewport()->geometry();
    m_header->setGeometry(view.left(), view.top() - 25, view.width(), 25);
}

void SessionList::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    layoutColumns();
    setTop(m_following ? lowestTop() : m_top);
    updateScrollBar();
    Q_EMIT newerChanged();
}

void SessionList::wheelEvent(QWheelEvent *event)
{
    const QPoint pixels = event->pixelDelta();
    const QPoint angle = event->angleDelta();
    if (angle.y() == 0 && pixels.y() == 0) {
        event->ignore();
        return;
    }
    const int move = !pixels.isNull() ? pixels.y() : angle.y() * WheelStep * m_rowHeight / 120;
    if (move > 0)
        leaveTail(); // The first notch, not the sixth (R3).
    if (!m_following)
        setTop(m_top - move);
    event->accept();
    Q_EMIT newerChanged();
}

void SessionList::keyPressEvent(QKeyEvent *event)
{
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
    const Qt::KeyboardModifiers others = event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier);
    const int page = std::max(1, viewport()->height() / m_rowHeight - 1);
    if (others != Qt::NoModifier) {
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_K:
        moveCurrent(-1, extend);
        return;
    case Qt::Key_Down:
    case Qt::Key_J:
        moveCurrent(1, extend);
        return;
    case Qt::Key_PageUp:
        leaveTail();
        setTop(m_top - qint64(page) * m_rowHeight);
        Q_EMIT newerChanged();
        return;
    case Qt::Key_PageDown:
        setTop(m_top + qint64(page) * m_rowHeight);
        Q_EMIT newerChanged();
        return;
    case Qt::Key_Home:
        leaveTail();
        setTop(0);
        Q_EMIT newerChanged();
        return;
    case Qt::Key_End:
        setFollowing(true);
        return;
    case Qt::Key_X:
        if (m_current && m_model.rowOf(*m_current) >= 0)
            select(m_model.rowOf(*m_current), false, true);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current)
            Q_EMIT opened();
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void SessionList::mousePressEvent(QMouseEvent *event)
{
    const int row = rowAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton)
        Q_EMIT pressed(true);
    if (row >= 0 && (event->button() == Qt::LeftButton || !m_selected.contains(m_model.serialAt(row))))
        select(row, event->modifiers().testFlag(Qt::ShiftModifier), event->modifiers().testFlag(Qt::ControlModifier));
}

void SessionList::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        Q_EMIT pressed(false);
}

void SessionList::mouseMoveEvent(QMouseEvent *event)
{
    QAbstractScrollArea::mouseMoveEvent(event);
    Q_EMIT pointerMoved();
}

void SessionList::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rowAt(event->position().toPoint()) >= 0)
        Q_EMIT opened();
}

void SessionList::contextMenuEvent(QContextMenuEvent *event)
{
    leaveTail();
    QPoint at = event->pos();
    if (event->reason() == QContextMenuEvent::Keyboard) {
        if (!m_current || m_model.rowOf(*m_current) < 0)
            return;
        const QRect rect = rowRect(m_model.rowOf(*m_current));
        at = QPoint(m_header->sectionViewportPosition(SessionModel::RequestColumn) + 8, rect.bottom());
        Q_EMIT menuAsked(viewport()->mapToGlobal(at), SessionModel::RequestColumn);
        return;
    }
    at = viewport()->mapFromGlobal(event->globalPos());
    if (rowAt(at) >= 0)
        Q_EMIT menuAsked(event->globalPos(), columnAt(at.x()).value_or(SessionModel::RequestColumn));
}

void SessionList::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void SessionList::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void SessionList::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange) {
        m_painter.refreshFonts();
        viewport()->update();
    }
}

bool SessionList::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int row = rowAt(help->pos());
        const std::optional<SessionModel::Column> column = columnAt(help->pos().x());
        if (row >= 0 && column) {
            const QModelIndex cell = m_model.index(row, *column);
            // Tool tips guess rich text (reliability.md Q9): foreign text goes in escaped.
            const QString text = *column == SessionModel::TimeColumn ? dateAndTime(m_model.rowAt(row).received())
                                                                     : cell.data(Qt::AccessibleTextRole).toString();
            QToolTip::showText(help->globalPos(), u"<span>"_s + text.toHtmlEscaped() + u"</span>"_s, viewport());
            return true;
        }
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace escalite::ui
