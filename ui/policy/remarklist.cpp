// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/remarklist.h"

#include "ui/theme/theme.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

#include <algorithm>

namespace escalite::ui {

namespace {

constexpr int MostHeight = 148;
constexpr int TextLeft = 34;

class RemarkDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto *view = qobject_cast<const QListView *>(option.widget);
        const int width = (view ? view->viewport()->width() : option.rect.width()) - TextLeft - 10;
        const QRect box =
            QFontMetrics(uiFont(.92))
                .boundingRect({0, 0, std::max(60, width), 1000}, Qt::TextWordWrap, index.data().toString());
        return {width, box.height() + 9};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::current();
        const QRect row = option.rect;
        const bool on = option.state.testFlag(QStyle::State_Selected) && option.state.testFlag(QStyle::State_HasFocus);
        if (on)
            painter->fillRect(row, theme.selection);
        else if (option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(row, theme.toggled);
        painter->fillRect(QRect(row.left(), row.bottom(), row.width(), 1), theme.hairline);
        paintIcon(*painter, QRectF(row.left() + 14, row.top() + 5, 13, 13), QStringLiteral("triangle-alert"),
                  theme.warningText);
        painter->setFont(uiFont(.92));
        painter->setPen(on ? theme.selectionText : theme.text);
        painter->drawText(row.adjusted(TextLeft, 4, -10, -4), Qt::TextWordWrap, index.data().toString());
    }
};

} // namespace

RemarkList::RemarkList(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(this))
    , m_model(new QStandardItemModel(this))
    , m_view(new QListView(this))
{
    auto *head = new Pane(Pane::Ground::Header, this);
    head->setLines(Qt::TopEdge | Qt::BottomEdge);
    head->setFixedHeight(26);
    m_title->setTone(Tone::Secondary);
    m_title->setSize(.92);
    auto *headLayout = new QHBoxLayout(head);
    headLayout->setContentsMargins(14, 0, 8, 0);
    headLayout->addWidget(m_title);
    m_view->setModel(m_model);
    m_view->setItemDelegate(new RemarkDelegate(m_view));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setMouseTracking(true);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setResizeMode(QListView::Adjust);
    m_view->setTabKeyNavigation(false);
    m_view->setAccessibleName(tr("Remarks"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(m_view);
    hide();
    const auto choose = [this](const QModelIndex &index) {
        if (index.row() >= 0 && index.row() < m_findings.size())
            Q_EMIT chosen(m_findings.at(index.row()));
    };
    connect(m_view, &QListView::clicked, this, choose);
    connect(m_view, &QListView::activated, this, choose);
}

void RemarkList::setFindings(const QList<policy::Finding> &findings)
{
    if (findings == m_findings)
        return;
    m_findings = findings;
    m_model->clear();
    for (const policy::Finding &finding : findings) {
        auto *item = new QStandardItem(shownLine(finding.sentence, 400));
        item->setToolTip(shownToolTip(finding.sentence));
        m_model->appendRow(item);
    }
    m_title->setText(counted(findings.size(), tr("1 remark"), tr("%1 remarks")));
    setVisible(!findings.isEmpty());
    fit();
}

void RemarkList::fit()
{
    int height = 0;
    for (int row = 0; row < m_model->rowCount() && height < MostHeight; ++row)
        height += m_view->sizeHintForRow(row);
    m_view->setFixedHeight(std::clamp(height, 1, MostHeight));
}

void RemarkList::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        fit();
}

} // namespace escalite::ui
