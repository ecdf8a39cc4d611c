// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/testall.h"

#include "ui/notifiers/testrun.h"
#include "ui/notifiers/testruns.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QToolButton>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

/// A row with the icon of IconRole before its text.
class TestRowDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::current();
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const QRect cell = option.rect;
        painter->save();
        if (selected)
            painter->fillRect(cell, theme.selection);
        painter->fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.hairline);
        const auto own = index.data(Qt::ForegroundRole).value<QColor>();
        const QColor color = selected ? theme.selectionText : own.isValid() ? own : theme.text;
        QRect box = cell.adjusted(index.column() == 0 ? 16 : 8, 0, -8, -1);
        const QString icon = index.data(TestAllModel::IconRole).toString();
        if (!icon.isEmpty()) {
            paintIcon(*painter, QRectF(box.left(), cell.center().y() - 8, 16, 16), icon,
                      selected                                     ? theme.selectionText
                      : index.column() == TestAllModel::NameColumn ? theme.text2
                                                                   : color);
            box.setLeft(box.left() + 24);
        }
        const QFont font = index.column() < TestAllModel::TookColumn ? uiFont() : monoFont();
        painter->setFont(font);
        painter->setPen(color);
        painter->drawText(box, index.data(Qt::TextAlignmentRole).toInt() | Qt::TextSingleLine,
                          QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, box.width()));
        painter->restore();
    }
};

} // namespace

TestAllModel::TestAllModel(const TestRuns &runs, QObject *parent) : QAbstractTableModel(parent), m_runs(runs) {}

void TestAllModel::setNotifiers(const QList<runtime::NotifierStatus> &notifiers)
{
    beginResetModel();
    m_notifiers = notifiers;
    endResetModel();
}

void TestAllModel::touch(const QString &name)
{
    for (int row = 0; row < m_notifiers.size(); ++row) {
        if (m_notifiers.at(row).name == name)
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

TestAllModel::End TestAllModel::endOf(const QString &name) const
{
    const TestRuns::Run *run = m_runs.find(name);
    if (run && !run->refusal.isEmpty())
        return End::Failed;
    if (!run || !run->detail)
        return End::Open;
    switch (run->detail->delivery.state) {
    case DeliveryState::Delivered:
    case DeliveryState::Accepted:
        return End::Arrived;
    case DeliveryState::Failed:
    case DeliveryState::Cancelled:
    case DeliveryState::Suppressed:
        return End::Failed;
    case DeliveryState::Retrying:
    case DeliveryState::InDoubt:
    case DeliveryState::Held:
        return End::Waits;
    case DeliveryState::Queued:
    case DeliveryState::Claimed:
    case DeliveryState::Sending:
        break;
    }
    return End::Open;
}

TestAllModel::Count TestAllModel::count() const
{
    Count count;
    for (const runtime::NotifierStatus &notifier : m_notifiers) {
        switch (endOf(notifier.name)) {
        case End::Arrived:
            ++count.arrived;
            break;
        case End::Failed:
        case End::Waits:
            ++count.failed;
            break;
        case End::Open:
            ++count.open;
            break;
        }
    }
    return count;
}

int TestAllModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_notifiers.size());
}

int TestAllModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString TestAllModel::text(int row, int column) const
{
    const QString &name = m_notifiers.at(row).name;
    const TestRuns::Run *run = m_runs.find(name);
    const Attempt *last =
        run && run->detail && !run->detail->attempts.isEmpty() ? &run->detail->attempts.constLast() : nullptr;
    switch (column) {
    case NameColumn:
        return shownLine(name, 80);
    case ResultColumn:
        if (run && !run->refusal.isEmpty())
            return tr("Not sent");
        return run && run->detail ? stateLabel(run->detail->delivery.state) : tr("On its way");
    case TookColumn:
        return last ? toText(last->finishedAt - last->startedAt) : QString();
    case AnswerColumn:
        if (run && !run->refusal.isEmpty())
            return run->refusal;
        return last ? shownLine(last->outcome.detail, 240) : QString();
    default:
        return {};
    }
}

QVariant TestAllModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const End end = endOf(m_notifiers.at(index.row()).name);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(index.row(), index.column());
    case Qt::ToolTipRole:
        return index.column() == AnswerColumn ? shownToolTip(text(index.row(), index.column())) : QString();
    case Qt::TextAlignmentRole:
        return QVariant((index.column() == TookColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole:
        if (index.column() == NameColumn)
            return {};
        return index.column() == TookColumn ? Theme::current().text2
               : end == End::Arrived
                   ? (index.column() == ResultColumn ? Theme::current().okText : Theme::current().text2)
               : end == End::Failed ? Theme::current().errorText
               : end == End::Waits  ? Theme::current().warningText
                                    : Theme::current().text2;
    case IconRole:
        if (index.column() == NameColumn)
            return m_notifiers.at(index.row()).icon;
        if (index.column() != ResultColumn)
            return {};
        return end == End::Arrived  ? u"check"_s
               : end == End::Failed ? u"x"_s
               : end == End::Waits  ? u"clock"_s
                                    : u"loader"_s;
    default:
        return {};
    }
}

QVariant TestAllModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == TookColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const std::array names{tr("Notifier"), tr("Result"), tr("Took"), tr("Answer")};
    return names.at(static_cast<std::size_t>(section));
}

TestAllView::TestAllView(TestRuns &runs, QWidget *parent) : QWidget(parent), m_runs(runs)
{
    m_model = new TestAllModel(runs, this);
    m_head = new QWidget(this);
    auto *title = new TextLabel(tr("Test all"), Tone::Text, m_head);
    title->setSize(1.15, QFont::DemiBold);
    m_summary = new TextLabel(QString(), Tone::Secondary, m_head);
    m_summary->setElided(true);
    m_again = new QPushButton(icon(u"rotate"_s), tr("Once more"), m_head);
    m_again->setAutoDefault(false);
    m_again->setAccessibleName(tr("Test all once more"));
    auto *close = new QToolButton(m_head);
    close->setIcon(icon(u"x"_s));
    close->setAutoRaise(true);
    close->setToolTip(tr("Back to the notifier"));
    close->setAccessibleName(tr("Back to the notifier"));
    auto *head = new QHBoxLayout(m_head);
    head->setContentsMargins(18, 6, 12, 6);
    head->setSpacing(12);
    head->addWidget(title);
    head->addWidget(m_summary, 1);
    head->addWidget(m_again);
    head->addWidget(close);
    m_head->setFixedHeight(std::max(40, fontMetrics().height() + 22));

    m_table = new RowTable(this);
    m_table->setModel(m_model);
    m_table->setItemDelegate(new TestRowDelegate(m_table));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAccessibleName(tr("Tests"));
    m_table->verticalHeader()->setDefaultSectionSize(std::max(32, fontMetrics().height() + 14));
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionsClickable(false);
    header->resizeSection(TestAllModel::NameColumn, 170);
    header->resizeSection(TestAllModel::ResultColumn, 120);
    header->resizeSection(TestAllModel::TookColumn, 76);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_table, 1);

    connect(&runs, &TestRuns::changed, this, [this](const QString &name) {
        m_model->touch(name);
        count();
    });
    connect(m_again, &QPushButton::clicked, this, [this] { start(m_notifiers); });
    connect(close, &QToolButton::clicked, this, &TestAllView::closed);
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex &index) { Q_EMIT chosen(m_model->nameOf(index.row())); });
    connect(m_table, &QTableView::clicked, this,
            [this](const QModelIndex &index) { Q_EMIT chosen(m_model->nameOf(index.row())); });
}

void TestAllView::start(const QList<runtime::NotifierStatus> &notifiers)
{
    m_notifiers = notifiers;
    m_model->setNotifiers(notifiers);
    for (const runtime::NotifierStatus &notifier : notifiers) {
        if (!m_runs.isUnderWay(notifier.name))
            m_runs.start(notifier.name);
    }
    count();
}

void TestAllView::count()
{
    const TestAllModel::Count count = m_model->count();
    const int all = m_model->rowCount();
    m_again->setEnabled(count.open == 0 && all > 0);
    if (all == 0)
        m_summary->setText(tr("No notifier is switched on."));
    else if (count.open > 0)
        m_summary->setText(tr("%1 of %2 answered").arg(QString::number(all - count.open), QString::number(all)));
    else if (count.failed == 0)
        m_summary->setText(counted(all, tr("It arrived."), tr("All %1 arrived.")));
    else
        m_summary->setText(tr("%1 of %2 arrived").arg(QString::number(count.arrived), QString::number(all)));
    m_summary->setTone(count.open > 0 || all == 0 ? Tone::Secondary : count.failed > 0 ? Tone::Warning : Tone::Ok);
}

void TestAllView::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.base);
    painter.fillRect(m_head->geometry(), theme.window);
}

} // namespace escalite::ui
