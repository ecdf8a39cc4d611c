// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/outboxpage.h"

#include "ui/deliveries/deliverydelegate.h"
#include "ui/deliveries/deliverydetail.h"
#include "ui/deliveries/deliveryproxy.h"
#include "ui/deliveries/statechip.h"
#include "ui/theme/theme.h"
#include "ui/widgets/emptynote.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/pagebar.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"

#include <QAction>
#include <QBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSplitter>
#include <QTimerEvent>

#include <algorithm>

namespace escalite::ui {

namespace {

constexpr int TickMilliseconds = 1000;

QString nothingOf(DeliveryGroup group)
{
    switch (group) {
    case DeliveryGroup::Waiting:
        return OutboxPage::tr("No delivery is waiting.");
    case DeliveryGroup::Sending:
        return OutboxPage::tr("Nothing is being sent at the moment.");
    case DeliveryGroup::Retrying:
        return OutboxPage::tr("No delivery has to be tried again.");
    case DeliveryGroup::Delivered:
        return OutboxPage::tr("Nothing was delivered yet.");
    case DeliveryGroup::Failed:
        return OutboxPage::tr("No failed deliveries.");
    case DeliveryGroup::Held:
        return OutboxPage::tr("No delivery is held.");
    case DeliveryGroup::Silenced:
        return OutboxPage::tr("No delivery was cancelled or held back by a rule.");
    }
    return {};
}

DeliveryState glyphOf(DeliveryGroup group)
{
    switch (group) {
    case DeliveryGroup::Waiting:
        return DeliveryState::Queued;
    case DeliveryGroup::Sending:
        return DeliveryState::Sending;
    case DeliveryGroup::Retrying:
        return DeliveryState::Retrying;
    case DeliveryGroup::Delivered:
        return DeliveryState::Delivered;
    case DeliveryGroup::Failed:
        return DeliveryState::Failed;
    case DeliveryGroup::Held:
        return DeliveryState::Held;
    case DeliveryGroup::Silenced:
        return DeliveryState::Suppressed;
    }
    return DeliveryState::Queued;
}

} // namespace

OutboxPage::OutboxPage(runtime::Console &console, QWidget *parent) : QWidget(parent), m_console(console)
{
    m_model = new DeliveryModel(this);
    m_proxy = new DeliveryProxy(*m_model, this);
    m_notice = new NoticeBar(this);
    m_splitter = new QSplitter(Qt::Vertical, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(buildList());
    m_detail = new DeliveryDetailPane(console, m_splitter);
    m_detail->hide();
    m_splitter->addWidget(m_detail);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setSizes({400, 262});

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildBar());
    layout->addWidget(m_notice);
    layout->addWidget(buildChips());
    layout->addWidget(m_splitter, 1);

    connect(m_detail, &DeliveryDetailPane::tryNowRequested, m_tryNow, &QAction::trigger);
    connect(m_detail, &DeliveryDetailPane::giveUpRequested, m_giveUp, &QAction::trigger);
    connect(m_detail, &DeliveryDetailPane::closed, this, [this] {
        m_table->setFocus();
        m_table->clearSelection();
        m_table->setCurrentIndex({});
    });
    connect(&console, &runtime::Console::deliveriesChanged, this, [this](const QList<Delivery> &deliveries) {
        if (!m_loaded)
            return;
        m_model->upsert(deliveries);
        refresh();
    });
    connect(&console, &runtime::Console::statusChanged, this, &OutboxPage::showHold);
    const auto learnIcons = [this](const QList<runtime::NotifierStatus> &notifiers) {
        for (const runtime::NotifierStatus &notifier : notifiers)
            m_icons.insert(notifier.name, notifier.icon);
        m_table->viewport()->update();
    };
    connect(&console, &runtime::Console::notifiersChanged, this, learnIcons);
    learnIcons(console.notifiers());
    showHold(console.status());
    load();
}

QWidget *OutboxPage::buildBar()
{
    auto *bar = new PageBar(this);
    m_tryNow = bar->addAction(icon(QStringLiteral("rotate")), tr("Try now"));
    m_tryNow->setShortcut(Qt::Key_R);
    m_giveUp = bar->addAction(icon(QStringLiteral("x")), tr("Give up"));
    bar->addSeparator();
    m_hold = bar->addAction(icon(QStringLiteral("pause")), tr("Hold all sending"));
    m_hold->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_H);
    m_hold->setCheckable(true);
    bar->addStretch();
    m_search = new QLineEdit(bar);
    m_search->setPlaceholderText(tr("Filter deliveries"));
    m_search->setAccessibleName(tr("Filter deliveries"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_search->setFixedWidth(240);
    bar->addWidget(m_search);
    for (QAction *action : {m_tryNow, m_giveUp, m_hold}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }

    connect(m_tryNow, &QAction::triggered, this, [this] {
        if (const Delivery *delivery = current(); delivery && canTryNow(delivery->state))
            m_console.tryNow(delivery->id);
    });
    connect(m_giveUp, &QAction::triggered, this, [this] {
        if (const Delivery *delivery = current(); delivery && canGiveUp(delivery->state))
            m_console.giveUp(delivery->id);
    });
    connect(m_hold, &QAction::triggered, this, [this](bool checked) { m_console.setSendingOnHold(checked); });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_proxy->setSearch(text);
        refresh();
    });
    return bar;
}

QWidget *OutboxPage::buildChips()
{
    auto *row = new QWidget(this);
    m_all = new StateChip(tr("All"), std::nullopt, row);
    m_all->setChecked(true);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(6);
    layout->addWidget(m_all);
    connect(m_all, &QAbstractButton::clicked, this, [this] { filter(std::nullopt); });
    for (const DeliveryGroup group :
         {DeliveryGroup::Waiting, DeliveryGroup::Sending, DeliveryGroup::Retrying, DeliveryGroup::Held,
          DeliveryGroup::Delivered, DeliveryGroup::Failed, DeliveryGroup::Silenced}) {
        auto *chip = new StateChip(groupLabel(group), glyphOf(group), row);
        connect(chip, &QAbstractButton::clicked, this,
                [this, group](bool checked) { filter(checked ? std::optional(group) : std::nullopt); });
        m_chips.append({group, chip});
        layout->addWidget(chip);
    }
    layout->addStretch(1);
    m_took = new TextLabel(QString(), Tone::Secondary, row);
    m_took->setElided(true);
    m_took->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    layout->addWidget(m_took, 1);
    return row;
}

QWidget *OutboxPage::buildList()
{
    m_table = new RowTable(m_splitter);
    m_table->setModel(m_proxy);
    m_table->setItemDelegate(new DeliveryDelegate(
        *m_model, [this](const QModelIndex &index) { return m_proxy->mapToSource(index).row(); },
        [this](const QString &notifier) { return m_icons.value(notifier, QStringLiteral("send")); }, m_table));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAccessibleName(tr("Deliveries"));
    QHeaderView *header = m_table->horizontalHeader();
    header->setSortIndicatorShown(true);
    header->setSectionsClickable(true);
    const std::array widths{116, 112, 118, 190, 220, 52, 92, 84};
    for (std::size_t column = 0; column < widths.size(); ++column)
        header->resizeSection(static_cast<int>(column), widths.at(column));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(DeliveryModel::CreatedColumn, Qt::DescendingOrder);

    m_empty = new EmptyNote(m_table->viewport());
    connect(m_empty, &EmptyNote::actionRequested, this, [this] {
        m_search->clear();
        filter(std::nullopt);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &OutboxPage::selectionChanged);
    return m_table;
}

void OutboxPage::load()
{
    m_console.loadDeliveries(this, [this](const Result<QList<Delivery>> &deliveries) {
        if (!deliveries) {
            m_notice->say(Tone::Error, tr("The deliveries could not be read."),
                          shownLine(deliveries.error().message, 400));
            return;
        }
        m_loaded = true;
        m_model->setNow(now());
        m_model->setDeliveries(*deliveries);
        if (!m_wanted.isNull())
            showDelivery(std::exchange(m_wanted, {}));
        refresh();
    });
}

void OutboxPage::showDelivery(const QUuid &id)
{
    if (!m_loaded) {
        m_wanted = id;
        return;
    }
    const std::optional<int> row = m_model->rowOf(id);
    if (!row)
        return;
    m_search->clear();
    filter(std::nullopt);
    const QModelIndex index = m_proxy->mapFromSource(m_model->index(*row, 0));
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index);
}

void OutboxPage::filter(std::optional<DeliveryGroup> group)
{
    m_proxy->setGroup(group);
    m_all->setChecked(!group);
    for (const auto &[chipGroup, chip] : std::as_const(m_chips))
        chip->setChecked(group == chipGroup);
    refresh();
}

const Delivery *OutboxPage::current() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? &m_model->delivery(m_proxy->mapToSource(index).row()) : nullptr;
}

void OutboxPage::selectionChanged()
{
    const Delivery *delivery = current();
    m_detail->setVisible(delivery != nullptr);
    if (delivery) {
        m_detail->setNow(now());
        m_detail->show(*delivery);
        m_table->scrollTo(m_table->currentIndex());
    }
    m_tryNow->setEnabled(delivery && canTryNow(delivery->state));
    m_giveUp->setEnabled(delivery && canGiveUp(delivery->state));
}

void OutboxPage::refresh()
{
    m_all->setCount(m_model->rowCount());
    for (const auto &[group, chip] : std::as_const(m_chips)) {
        const int count = m_model->count(group);
        chip->setCount(count);
        // Rare groups stay out of sight until there is something in them.
        const bool rare = group == DeliveryGroup::Sending || group == DeliveryGroup::Held;
        chip->setVisible(!rare || count > 0 || m_proxy->group() == group);
    }
    m_took->setText(tookSummary());
    if (!m_loaded) {
        m_empty->hide();
    } else if (m_model->rowCount() == 0) {
        m_empty->say(tr("Nothing was sent yet."),
                     tr("What is told by a rule or by hand appears here, with every try and every answer."));
        m_empty->show();
    } else if (m_proxy->rowCount() == 0) {
        const bool searching = !m_search->text().trimmed().isEmpty();
        m_empty->say(m_proxy->group() && !searching
                         ? nothingOf(*m_proxy->group())
                         : tr("No delivery matches “%1”.").arg(shownLine(m_search->text().trimmed(), 60)),
                     QString(), tr("Show all"));
        m_empty->show();
    } else {
        m_empty->hide();
    }
    selectionChanged();
}

QString OutboxPage::tookSummary() const
{
    std::vector<Duration> times;
    for (int row = 0; row < m_proxy->rowCount(); ++row) {
        const Delivery &delivery = m_model->delivery(m_proxy->mapToSource(m_proxy->index(row, 0)).row());
        if (groupOf(delivery.state) != DeliveryGroup::Delivered)
            continue;
        if (const std::optional<Duration> taken = timeTaken(delivery))
            times.push_back(*taken);
    }
    if (times.size() < 2)
        return {};
    std::sort(times.begin(), times.end());
    return tr("Median %1, slowest tenth over %2")
        .arg(toText(times.at(times.size() / 2)), toText(times.at(times.size() * 9 / 10)));
}

void OutboxPage::showHold(const runtime::Status &status)
{
    m_hold->setChecked(status.sendingOnHold);
    m_hold->setText(status.sendingOnHold ? tr("Release sending") : tr("Hold all sending"));
    m_hold->setIcon(icon(status.sendingOnHold ? QStringLiteral("play") : QStringLiteral("pause")));
    if (status.sendingOnHold)
        m_notice->say(Tone::Warning, tr("All sending is held."),
                      tr("Nothing leaves this machine until you release it; what is due waits here."));
    else
        m_notice->clear();
}

void OutboxPage::tick()
{
    const TimePoint moment = now();
    m_model->setNow(moment);
    if (m_detail->isVisible())
        m_detail->setNow(moment);
}

void OutboxPage::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_ticking.timerId())
        tick();
    else
        QWidget::timerEvent(event);
}

void OutboxPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    tick();
    m_ticking.start(TickMilliseconds, this);
}

void OutboxPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_ticking.stop();
}

void OutboxPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && m_detail->isVisible()) {
        m_table->setFocus();
        m_table->setCurrentIndex({});
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace escalite::ui
