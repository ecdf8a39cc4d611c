// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/silences/silencespage.h"

#include "ui/silences/silencedialog.h"
#include "ui/silences/silencemodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/emptynote.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/operatorname.h"
#include "ui/widgets/pagebar.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/toast.h"

#include <QAction>
#include <QBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QTimerEvent>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {
constexpr int TickMilliseconds = 1000;
}

SilencesPage::SilencesPage(runtime::Console &console, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
    , m_model(new SilenceModel(this))
{
    m_notice = new NoticeBar(this);
    m_table = new RowTable(this);
    m_table->setModel(m_model);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAccessibleName(tr("Silences"));
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->viewport()->installEventFilter(this);
    m_empty = new EmptyNote(m_table->viewport());
    m_toast = new Toast(this);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildBar());
    layout->addWidget(m_notice);
    layout->addWidget(m_table, 1);
    setFocusProxy(m_table);

    connect(m_empty, &EmptyNote::actionRequested, m_new, &QAction::trigger);
    connect(m_table, &QAbstractItemView::activated, m_change, &QAction::trigger);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &SilencesPage::refresh);
    connect(m_table, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        if (!current())
            return;
        auto *menu = new QMenu(m_table);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->addActions({m_change, m_end});
        menu->addSeparator();
        menu->addAction(m_new);
        menu->popup(m_table->viewport()->mapToGlobal(at));
    });
    connect(&console, &runtime::Console::silencesChanged, this, &SilencesPage::load);
    refresh();
    load();
}

QWidget *SilencesPage::buildBar()
{
    auto *bar = new PageBar(this);
    m_new = bar->addAction(icon(u"plus"_s), tr("New silence…"));
    m_new->setShortcut(QKeySequence::New);
    bar->addSeparator();
    m_change = bar->addAction(icon(u"pencil"_s), tr("Change…"));
    m_end = bar->addAction(icon(u"bell"_s), tr("End now"));
    m_end->setShortcut(Qt::Key_Delete);
    for (QAction *action : {m_new, m_change, m_end}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }
    connect(m_new, &QAction::triggered, this, [this] { begin({}); });
    connect(m_change, &QAction::triggered, this, &SilencesPage::change);
    connect(m_end, &QAction::triggered, this, &SilencesPage::endNow);
    return bar;
}

void SilencesPage::begin(const QString &matcher)
{
    SilenceDialog::open(m_console, Silence{.matcher = matcher}, *m_toast, this);
}

void SilencesPage::change()
{
    const Silence *silence = current();
    if (!silence)
        return;
    if (m_model->standing(*silence) == SilenceModel::Standing::Ended) // The same once more.
        SilenceDialog::open(
            m_console, Silence{.matcher = silence->matcher, .reason = silence->reason, .digestTo = silence->digestTo},
            *m_toast, this);
    else
        SilenceDialog::open(m_console, *silence, *m_toast, this);
}

void SilencesPage::endNow()
{
    const Silence *silence = current();
    if (!silence || m_model->standing(*silence) == SilenceModel::Standing::Ended)
        return;
    const engine::Command command{
        .request = QUuid::createUuid(), .by = operatorName(), .what = engine::EndSilence{silence->id}};
    m_console.post(command, this, [this, request = command.request](const std::optional<Error> &error) {
        if (error) {
            m_toast->failed(tr("The silence was not ended."), error->message);
            return;
        }
        m_toast->did(tr("The silence has ended."), [this, request] {
            m_console.post({.request = QUuid::createUuid(), .by = operatorName(), .what = engine::Undo{request}});
        });
    });
}

const Silence *SilencesPage::current() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? &m_model->silence(index.row()) : nullptr;
}

void SilencesPage::load()
{
    m_console.loadSilences(this, [this](const Result<QList<Silence>> &silences) {
        if (!silences) {
            m_notice->say(Tone::Error, tr("The silences could not be read."), shownLine(silences.error().message, 400));
            return;
        }
        m_notice->clear();
        m_loaded = true;
        const Silence *before = current();
        const QUuid id = before ? before->id : QUuid();
        m_model->setNow(now());
        m_model->setSilences(*silences);
        if (const int row = m_model->rowOf(id); row >= 0)
            m_table->setCurrentIndex(m_model->index(row, 0));
        refresh();
    });
}

void SilencesPage::refresh()
{
    const Silence *silence = current();
    const bool ended = silence && m_model->standing(*silence) == SilenceModel::Standing::Ended;
    m_change->setEnabled(silence != nullptr);
    m_change->setText(ended ? tr("Again…") : tr("Change…"));
    m_end->setEnabled(silence && !ended);
    if (!m_loaded || m_model->rowCount() > 0) {
        m_empty->hide();
        return;
    }
    m_empty->say(tr("No silences."),
                 tr("A silence holds back notifications of what matches, for a time. Sessions are kept and counted all "
                    "the same."),
                 tr("New silence…"));
    m_empty->show();
}

void SilencesPage::fitColumns()
{
    constexpr std::array Widths{76, 0, 0, 80, 116, 140, 72, 80};
    int rest = m_table->viewport()->width();
    for (const int width : Widths)
        rest -= width;
    rest = std::max(rest, 240);
    for (std::size_t column = 0; column < Widths.size(); ++column)
        m_table->horizontalHeader()->resizeSection(static_cast<int>(column), Widths.at(column) > 0 ? Widths.at(column)
                                                                             : column == SilenceModel::MatcherColumn
                                                                                 ? rest * 3 / 5
                                                                                 : rest - rest * 3 / 5);
}

bool SilencesPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && watched == m_table->viewport())
        fitColumns();
    return QWidget::eventFilter(watched, event);
}

void SilencesPage::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_ticking.timerId()) {
        QWidget::timerEvent(event);
        return;
    }
    m_model->setNow(now());
    m_model->tick();
}

void SilencesPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_model->setNow(now());
    m_model->tick();
    m_ticking.start(TickMilliseconds, this);
}

void SilencesPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_ticking.stop();
}

} // namespace escalite::ui
