// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/problemlist.h"

#include "ui/theme/theme.h"
#include "ui/widgets/copybutton.h"
#include "ui/widgets/problemmodel.h"
#include "ui/widgets/textlabel.h"

#include <QBoxLayout>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>

namespace escalite::ui {

namespace {

constexpr int RowsAtOnce = 5; ///< More are scrolled.

/// The message over as many lines as it needs, the place below it.
class ProblemDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::current();
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        if (selected)
            painter->fillRect(option.rect, theme.selection);
        const bool error = index.data(ProblemModel::ErrorRole).toBool();
        paintIcon(*painter, QRectF(option.rect.left() + 12, option.rect.top() + 7, 16, 16),
                  error ? QStringLiteral("circle-alert") : QStringLiteral("triangle-alert"),
                  error ? theme.errorText : theme.warningText);
        const QRect box = textBox(option.rect);
        const QFont font = uiFont();
        painter->setFont(font);
        painter->setPen(selected ? theme.selectionText : theme.text);
        const QRect message = messageBox(index, box.width(), font).translated(box.topLeft());
        painter->drawText(message, static_cast<int>(Qt::TextWordWrap), index.data().toString());
        painter->setFont(monoFont());
        painter->setPen(selected ? theme.selectionText : theme.text2);
        const QRect place(box.left(), message.bottom() + 3, box.width(), QFontMetrics(monoFont()).height());
        painter->drawText(
            place, Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetrics(monoFont())
                .elidedText(index.data(ProblemModel::PlaceRole).toString(), Qt::ElideMiddle, place.width()));
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), theme.hairline);
        painter->restore();
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto *view = qobject_cast<const QListView *>(option.widget);
        const int width = view ? view->viewport()->width() : option.rect.width();
        const QRect box = textBox(QRect(0, 0, width, 0));
        const int height = messageBox(index, box.width(), uiFont()).height();
        return {width, 6 + height + 3 + QFontMetrics(monoFont()).height() + 7};
    }

private:
    static QRect textBox(const QRect &row) { return row.adjusted(38, 6, -12, 0); }

    static QRect messageBox(const QModelIndex &index, int width, const QFont &font)
    {
        return QFontMetrics(font).boundingRect(QRect(0, 0, std::max(width, 40), 10'000),
                                               static_cast<int>(Qt::TextWordWrap), index.data().toString());
    }
};

} // namespace

ProblemList::ProblemList(QWidget *parent) : QWidget(parent)
{
    m_title = new TextLabel(this);
    m_title->setSize(1, QFont::DemiBold);
    m_title->setWordWrap(true);
    auto *copy = new CopyButton(
        tr("all problems"), [this] { return asText(); }, this);
    auto *close = new QToolButton(this);
    close->setIcon(icon(QStringLiteral("x")));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close this list"));
    close->setAccessibleName(tr("Close this list"));
    connect(close, &QToolButton::clicked, this, &ProblemList::dismissed);

    m_model = new ProblemModel(this);
    m_view = new QListView(this);
    m_view->setModel(m_model);
    m_view->setItemDelegate(new ProblemDelegate(m_view));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setResizeMode(QListView::Adjust);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setAccessibleName(tr("Problems"));

    auto *head = new QHBoxLayout;
    head->setContentsMargins(12, 6, 8, 6);
    head->addWidget(m_title, 1);
    head->addWidget(copy);
    head->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 1);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_view);
}

void ProblemList::setProblems(const QString &title, const QString &file, const Problems &problems)
{
    m_title->setText(title);
    m_model->setProblems(file, problems);
    m_view->setVisible(!problems.isEmpty());
    fit();
}

void ProblemList::fit()
{
    int height = 0;
    for (int row = 0; row < std::min(m_model->rowCount(), RowsAtOnce); ++row)
        height += m_view->sizeHintForIndex(m_model->index(row)).height();
    m_view->setFixedHeight(height);
}

void ProblemList::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
}

int ProblemList::count() const
{
    return m_model->rowCount();
}

QString ProblemList::asText() const
{
    QStringList lines;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const QModelIndex index = m_model->index(row);
        lines << index.data(ProblemModel::PlaceRole).toString() + QStringLiteral(": ") + index.data().toString();
    }
    return lines.join(u'\n');
}

void ProblemList::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.base);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.border);
}

} // namespace escalite::ui
