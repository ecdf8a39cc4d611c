// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/outboxpage.h"

#include "ui/deliveries/deliveryactions.h"
#include "ui/deliveries/deliverydelegate.h"
#include "ui/deliveries/deliverydetail.h"
#include "ui/deliveries/deliveryproxy.h"
#include "ui/deliveries/periodbox.h"
#include "ui/deliveries/statechips.h"
#include "ui/theme/theme.h"
#include "ui/widgets/emptynote.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/pagebar.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QAction>
#include <QBoxLayout>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QResizeEvent>
#include <QShortcut>
#include <QSplitter>
#include <QTimerEvent>
#include <QToolButton>

#include <algorithm>
#include <numeric>

namespace escalite::ui {

namespace {

constexpr int TickMilliseconds = 1000;
constexpr int NoticeMilliseconds = 8000;
constexpr int NarrowBar = 1040; // Pixels.

} // namespace

OutboxPage::OutboxPage(runtime::Console &console, QWidget *parent) : QWidget(parent), m_console(console)
{
    m_model = new DeliveryModel(this);
    m_proxy = new DeliveryProxy(*m_model, this);
    m_actions = new DeliveryActions(console, this);
    m_ways = new QMenu(this);
    buildNotice();
    m_splitter = new QSplitter(Qt::Vertical, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(buildList());
    m_detail = new DeliveryDetailPane(console, m_ways, m_splitter);
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
    setFocusProxy(m_table);
    connectActions();

    connect(&console, &runtime::Console::deliveriesChanged, this, [this](const QList<Delivery> &deliveries) {
        if (!m_loaded)
            return;
        m_model->setNow(now());
        m_model->upsert(deliveries);
        if (!m_wanted.isNull())
            showDelivery(m_wanted);
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
    applyPeriod();
    load();
}

void OutboxPage::buildNotice()
{
    m_notice = new NoticeBar(this);
    m_sendAfterAll = new QPushButton(icon(QStringLiteral("undo")), tr("Send it after all"), m_notice);
    m_sendAfterAll->hide();
    auto *dismiss = new QToolButton(m_notice);
    dismiss->setIcon(icon(QStringLiteral("x")));
    dismiss->setAutoRaise(true);
    dismiss->setToolTip(tr("Dismiss"));
    dismiss->setAccessibleName(tr("Dismiss"));
    m_notice->addAction(m_sendAfterAll);
    m_notice->addAction(dismiss);
    connect(dismiss, &QToolButton::clicked, m_notice, &NoticeBar::clear);
    connect(m_sendAfterAll, &QPushButton::clicked, this, [this] {
        m_notice->clear();
        m_actions->replay(m_givenUp);
    });
}

void OutboxPage::connectActions()
{
    connect(m_detail, &DeliveryDetailPane::tryNowRequested, m_tryNow, &QAction::trigger);
    connect(m_detail, &DeliveryDetailPane::giveUpRequested, m_giveUp, &QAction::trigger);
    connect(m_detail, &DeliveryDetailPane::deliveryRequested, this, &OutboxPage::showDelivery);
    connect(m_detail, &DeliveryDetailPane::closed, this, &OutboxPage::closeDetail);
    connect(m_actions, &DeliveryActions::editRequested, this, &OutboxPage::editRequested);
    connect(m_ways, &QMenu::aboutToShow, this, [this] {
        if (const Delivery *delivery = current())
            m_actions->fill(*m_ways, *delivery);
    });
    const auto say = [this](Tone tone, const QString &headline, const QString &text) {
        m_sendAfterAll->hide();
        m_notice->say(tone, headline, text);
        if (tone == Tone::Ok)
            m_noticeEnds.start(NoticeMilliseconds, this);
        else
            m_noticeEnds.stop();
    };
    connect(m_actions, &DeliveryActions::sent, this, [this, say](const QUuid &delivery, const QString &what) {
        say(Tone::Ok, what, {});
        showDelivery(delivery);
    });
    connect(m_actions, &DeliveryActions::refused, this,
            [say](const QString &what, const QString &why) { say(Tone::Error, what, why); });
    connect(m_actions, &DeliveryActions::givenUp, this, [this, say](const Delivery &delivery) {
        m_givenUp = delivery;
        say(Tone::Ok, tr("Gave up telling %1.").arg(shownLine(delivery.notifier, 80)), shownLine(delivery.title, 120));
        m_sendAfterAll->show();
    });
}

QWidget *OutboxPage::buildBar()
{
    auto *bar = new PageBar(this);
    m_tryNow = bar->addAction(icon(QStringLiteral("rotate")), tr("Try now"));
    m_tryNow->setShortcut(Qt::Key_R);
    m_anotherWay = bar->addAction(icon(QStringLiteral("split")), tr("Send another way"));
    m_anotherWay->setMenu(m_ways);
    m_anotherWay->setShortcut(QKeyCombination(Qt::SHIFT, Qt::Key_R));
    if (auto *button = qobject_cast<QToolButton *>(bar->widgetForAction(m_anotherWay)))
        button->setPopupMode(QToolButton::InstantPopup);
    m_giveUp = bar->addAction(icon(QStringLiteral("x")), tr("Give up"));
    m_giveUp->setShortcut(Qt::Key_Delete);
    bar->addSeparator();
    m_hold = bar->addAction(icon(QStringLiteral("pause")), tr("Hold all sending"));
    m_hold->setCheckable(true);
    bar->addSeparator();
    m_export = bar->addAction(icon(QStringLiteral("download")), tr("Export…"));
    m_export->setShortcut(QKeyCombination(Qt::CTRL, Qt::Key_E));
    m_exportButton = qobject_cast<QToolButton *>(bar->widgetForAction(m_export));
    bar->installEventFilter(this);
    bar->addStretch();
    buildFilters(bar);
    m_copy = new QAction(icon(QStringLiteral("copy")), tr("&Copy message"), this);
    m_copy->setShortcut(QKeySequence::Copy);
    for (QAction *action : {m_tryNow, m_anotherWay, m_giveUp, m_export}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }
    m_copy->setShortcutContext(Qt::WidgetShortcut); // Elsewhere it copies what is selected there.
    m_table->addAction(m_copy);

    connect(m_tryNow, &QAction::triggered, this, [this] {
        if (const Delivery *delivery = current())
            m_actions->tryNow(Delivery(*delivery));
    });
    connect(m_anotherWay, &QAction::triggered, this, [this] {
        if (current())
            m_ways->popup(m_table->viewport()->mapToGlobal(m_table->visualRect(m_table->currentIndex()).bottomLeft()));
    });
    connect(m_giveUp, &QAction::triggered, this, [this] {
        if (const Delivery *delivery = current())
            m_actions->giveUp(Delivery(*delivery));
    });
    connect(m_hold, &QAction::triggered, this, [this](bool checked) { m_console.setSendingOnHold(checked); });
    connect(m_export, &QAction::triggered, this, &OutboxPage::exportShown);
    connect(m_copy, &QAction::triggered, this, [this] {
        if (const Delivery *delivery = current())
            QGuiApplication::clipboard()->setText(delivery->rendered.text);
    });
    return bar;
}

void OutboxPage::buildFilters(QWidget *bar)
{
    m_search = new QLineEdit(bar);
    m_search->setPlaceholderText(tr("Filter deliveries"));
    m_search->setAccessibleName(tr("Filter deliveries"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_search->setMinimumWidth(100);
    m_search->setMaximumWidth(240);
    m_period = new PeriodBox(bar);
    auto *tools = static_cast<PageBar *>(bar);
    tools->addWidget(m_search);
    tools->addSeparator();
    tools->addWidget(m_period);
    auto *find = new QAction(this);
    find->setShortcuts({QKeySequence(Qt::Key_Slash), QKeySequence(QKeySequence::Find)});
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(find);
    connect(find, &QAction::triggered, m_search, [this] { m_search->setFocus(Qt::ShortcutFocusReason); });
    connect(m_search, &QLineEdit::textChanged, this, &OutboxPage::search);
    auto *leave = new QShortcut(Qt::Key_Escape, m_search, nullptr, nullptr, Qt::WidgetShortcut);
    connect(leave, &QShortcut::activated, this, [this] {
        if (m_search->text().isEmpty())
            m_table->setFocus(Qt::ShortcutFocusReason);
        m_search->clear();
    });
    connect(m_period, &QComboBox::currentIndexChanged, this, [this] {
        applyPeriod();
        refresh();
    });
}

void OutboxPage::applyPeriod()
{
    m_proxy->setSince(m_period->since(now()));
}

QWidget *OutboxPage::buildChips()
{
    auto *row = new QWidget(this);
    m_chips = new StateChips(row);
    m_took = new TextLabel(QString(), Tone::Secondary, row);
    m_took->setElided(true);
    m_took->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(12);
    layout->addWidget(m_chips);
    layout->addWidget(m_took, 1);
    connect(m_chips, &StateChips::groupChosen, this, &OutboxPage::filter);
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
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::sectionResized, this, [this](int column) {
        // The last one stretches by itself.
        m_columnsChosen = m_columnsChosen || (!m_fitting && column != DeliveryModel::AnswerColumn);
    });
    m_table->viewport()->installEventFilter(this);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(DeliveryModel::CreatedColumn, Qt::DescendingOrder);

    m_empty = new EmptyNote(m_table->viewport());
    connect(m_empty, &EmptyNote::actionRequested, this, [this] {
        m_search->clear();
        m_period->chooseAll();
        filter(std::nullopt);
    });
    connect(m_table, &QWidget::customContextMenuRequested, this, &OutboxPage::openMenu);
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
            showDelivery(m_wanted);
        refresh();
    });
}

void OutboxPage::showDelivery(const QUuid &id)
{
    const std::optional<int> row = m_loaded ? m_model->rowOf(id) : std::nullopt;
    m_wanted = row ? QUuid() : id;
    if (!row)
        return;
    QModelIndex index = m_proxy->mapFromSource(m_model->index(*row, 0));
    if (!index.isValid()) { // It would be left out of what is shown.
        m_search->clear();
        if (m_proxy->since() && m_model->delivery(*row).createdAt < *m_proxy->since())
            m_period->chooseAll();
        filter(std::nullopt);
        index = m_proxy->mapFromSource(m_model->index(*row, 0));
    }
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index);
}

void OutboxPage::filter(std::optional<DeliveryGroup> group)
{
    keepCurrent([this, group] { m_proxy->setGroup(group); });
    m_chips->setGroup(group);
    refresh();
}

void OutboxPage::search(const QString &text)
{
    keepCurrent([this, &text] { m_proxy->setSearch(text); });
    refresh();
}

/// Another filter keeps the selected row while it still matches (ui.md R10).
void OutboxPage::keepCurrent(const std::function<void()> &change)
{
    const Delivery *delivery = current();
    const QUuid id = delivery ? delivery->id : QUuid();
    change();
    const std::optional<int> row = id.isNull() ? std::nullopt : m_model->rowOf(id);
    if (!row)
        return;
    const QModelIndex index = m_proxy->mapFromSource(m_model->index(*row, 0));
    if (index.isValid())
        m_table->setCurrentIndex(index);
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
    m_tryNow->setEnabled(delivery && canTryNow(*delivery));
    m_tryNow->setText(delivery && canTryNow(*delivery) ? tryWord(*delivery) : tr("Try now"));
    m_anotherWay->setEnabled(delivery != nullptr);
    m_giveUp->setEnabled(delivery && canGiveUp(*delivery));
    m_copy->setEnabled(delivery != nullptr);
}

void OutboxPage::refresh()
{
    m_chips->setCounts(m_proxy->counts());
    m_took->setText(tookSummary());
    sayEmpty();
    selectionChanged();
}

void OutboxPage::sayEmpty()
{
    const QString words = m_search->text().trimmed();
    const QString period = m_period->words();
    if (!m_loaded || m_proxy->rowCount() > 0) {
        m_empty->hide();
        return;
    }
    if (m_model->rowCount() == 0)
        m_empty->say(tr("Nothing has been sent yet."),
                     tr("What is told by a rule or by hand appears here, with every try and every answer."));
    else if (!words.isEmpty())
        m_empty->say(tr("No delivery matches “%1”.").arg(shownLine(words, 60)), QString(), tr("Show all"));
    else if (m_proxy->group())
        m_empty->say(nothingOf(*m_proxy->group(), period), QString(), tr("Show all"));
    else
        m_empty->say(tr("Nothing was sent %1.").arg(period),
                     tr("The last delivery was made %1.").arg(ago(m_model->delivery(0).createdAt, now())),
                     tr("Show all"));
    m_empty->show();
}

QString OutboxPage::tookSummary() const
{
    std::vector<Duration> times;
    for (int row = 0; row < m_proxy->rowCount(); ++row) {
        const Delivery &delivery = m_model->delivery(m_proxy->mapToSource(m_proxy->index(row, 0)).row());
        if (groupOf(delivery) != DeliveryGroup::Delivered)
            continue;
        if (const std::optional<Duration> taken = timeTaken(delivery))
            times.push_back(*taken);
    }
    if (times.size() < 2)
        return {};
    const auto placed = [&times](std::size_t place) {
        const auto at = times.begin() + static_cast<std::ptrdiff_t>(place);
        std::nth_element(times.begin(), at, times.end());
        return toText(*at);
    };
    const QString median = placed(times.size() / 2);
    return tr("Median %1, slowest tenth over %2").arg(median, placed(times.size() * 9 / 10));
}

void OutboxPage::showHold(const runtime::Status &status)
{
    m_hold->setChecked(status.sendingOnHold);
    m_hold->setText(status.sendingOnHold ? tr("Go on sending") : tr("Hold all sending"));
    m_hold->setIcon(icon(status.sendingOnHold ? QStringLiteral("play") : QStringLiteral("pause")));
}

void OutboxPage::fitColumns()
{
    if (m_columnsChosen)
        return;
    // Where room is short, whom and about what give way first; the last column takes what is left.
    constexpr std::array Widths{108, 112, 112, 184, 232, 48, 92, 84};
    constexpr std::array Least{108, 112, 112, 112, 132, 48, 92, 84};
    constexpr int LeastAnswer = 200;
    const int lacking = std::accumulate(Widths.begin(), Widths.end(), LeastAnswer) - m_table->viewport()->width();
    m_fitting = true;
    for (std::size_t column = 0; column < Widths.size(); ++column) {
        const int spare = Widths.at(column) - Least.at(column);
        const int width = Widths.at(column) - std::clamp(lacking / 2, 0, spare);
        m_table->horizontalHeader()->resizeSection(static_cast<int>(column), width);
    }
    m_fitting = false;
}

bool OutboxPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize) {
        if (watched == m_table->viewport()) {
            fitColumns();
            if (m_table->currentIndex().isValid()) // The detail that opens must not cover its own row.
                QMetaObject::invokeMethod(
                    this, [this] { m_table->scrollTo(m_table->currentIndex()); }, Qt::QueuedConnection);
        } else if (m_exportButton) // The tool bar: words make room for the period.
            m_exportButton->setToolButtonStyle(static_cast<QResizeEvent *>(event)->size().width() < NarrowBar
                                                   ? Qt::ToolButtonIconOnly
                                                   : Qt::ToolButtonTextBesideIcon);
    }
    return QWidget::eventFilter(watched, event);
}

void OutboxPage::openMenu(const QPoint &at)
{
    const Delivery *delivery = current();
    if (!delivery)
        return;
    auto *menu = new QMenu(m_table);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(m_tryNow);
    menu->addAction(m_anotherWay);
    menu->addAction(m_giveUp);
    menu->addSeparator();
    menu->addAction(m_copy);
    // By key it opens at the current row, wherever the pointer is.
    const QModelIndex under = m_table->indexAt(at);
    menu->popup(m_table->viewport()->mapToGlobal(under.row() == m_table->currentIndex().row()
                                                     ? at
                                                     : m_table->visualRect(m_table->currentIndex()).bottomLeft()
                                                           + QPoint(24, 0)));
}

void OutboxPage::exportShown()
{
    auto *dialog = new QFileDialog(this, tr("Export deliveries"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("Table (*.csv)"), tr("Lines of JSON (*.ndjson)")});
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(QStringLiteral("deliveries.csv"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter.contains(QStringLiteral("ndjson")) ? QStringLiteral("ndjson")
                                                                           : QStringLiteral("csv"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &OutboxPage::writeExport);
    dialog->open();
}

void OutboxPage::writeExport(const QString &file)
{
    m_export->setEnabled(false);
    const TimePoint since = m_proxy->since().value_or(TimePoint{});
    m_console.exportDeliveries(file, since, this, [this, file](const Result<int> &written) {
        m_export->setEnabled(true);
        m_sendAfterAll->hide();
        const QString name = shownLine(QFileInfo(file).fileName(), 120);
        if (written) {
            m_notice->say(Tone::Ok, counted(*written, tr("Wrote 1 delivery."), tr("Wrote %1 deliveries.")),
                          tr("With their tries, secrets masked, to %1.").arg(name));
            m_noticeEnds.start(NoticeMilliseconds, this);
        } else {
            m_notice->say(Tone::Error, tr("The deliveries could not be written to %1.").arg(name),
                          shownLine(written.error().message, 400));
            m_noticeEnds.stop();
        }
    });
}

void OutboxPage::closeDetail()
{
    m_table->setFocus();
    m_table->clearSelection();
    m_table->setCurrentIndex({});
}

void OutboxPage::tick()
{
    const TimePoint moment = now();
    m_model->setNow(moment);
    const std::optional<TimePoint> since = m_proxy->since();
    applyPeriod();
    if (m_proxy->since() != since)
        refresh();
    // Only what counts down and is in sight is painted again.
    const int last = m_table->rowAt(m_table->viewport()->height() - 1);
    for (int row = std::max(0, m_table->rowAt(0)); row < m_proxy->rowCount() && (last < 0 || row <= last); ++row) {
        const QModelIndex index = m_proxy->index(row, DeliveryModel::NextTryColumn);
        if (!isFinal(m_model->delivery(m_proxy->mapToSource(index).row()).state)) {
            m_table->update(index);
            m_table->update(index.siblingAtColumn(DeliveryModel::AnswerColumn));
        }
    }
    if (m_detail->isVisible())
        m_detail->setNow(moment);
}

void OutboxPage::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_ticking.timerId()) {
        tick();
    } else if (event->timerId() == m_noticeEnds.timerId()) {
        // Whoever reads it keeps it.
        if (!m_notice->underMouse()) {
            m_noticeEnds.stop();
            m_notice->clear();
        }
    } else {
        QWidget::timerEvent(event);
    }
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
        closeDetail();
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace escalite::ui
