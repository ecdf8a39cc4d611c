// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/proofview.h"

#include "ui/notifiers/proofmatrix.h"
#include "ui/notifiers/proofmodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QTimerEvent>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int TickMilliseconds = 100;

} // namespace

ProofView::ProofView(runtime::Console &console, MakeProofRun make, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
    , m_make(std::move(make))
{
    m_model = new ProofModel(this);
    m_head = buildHead();
    m_result = new NoticeBar(this);
    m_next = new QPushButton(tr("Next that differs"), m_result);
    m_next->setAutoDefault(false);
    m_drill = new QPushButton(icon(u"send"_s), tr("Send a live [DRILL]"), m_result);
    m_drill->setAutoDefault(false);
    m_drill->setToolTip(tr("One marked message through each, to the real services"));
    m_result->addAction(m_next);
    m_result->addAction(m_drill);
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(3);
    m_progress->setAccessibleName(tr("Progress of the proof"));
    buildTable();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_progress);
    layout->addWidget(m_result);
    layout->addWidget(m_table, 1);
    layout->addWidget(buildDetail());

    connect(m_drill, &QPushButton::clicked, this, [this] { Q_EMIT drillRequested(m_notifiers); });
    connect(m_next, &QPushButton::clicked, this, [this] {
        if (const auto there = m_model->nextOtherwise(m_table->currentIndex())) {
            m_table->setCurrentIndex(*there);
            m_table->setFocus();
        }
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &ProofView::showCell);
}

ProofView::~ProofView() = default;

QWidget *ProofView::buildHead()
{
    auto *head = new QWidget(this);
    auto *back = new QPushButton(icon(u"arrow-left"_s), tr("Notifiers"), head);
    back->setAutoDefault(false);
    back->setAccessibleName(tr("Back to the notifiers"));
    auto *title = new TextLabel(tr("Prove it"), Tone::Text, head);
    title->setSize(1.15, QFont::DemiBold);
    m_progressText = new TextLabel(QString(), Tone::Secondary, head);
    m_progressText->setElided(true);
    m_stop = new QPushButton(head);
    m_stop->setAutoDefault(false);
    auto *layout = new QHBoxLayout(head);
    layout->setContentsMargins(12, 6, 12, 6);
    layout->setSpacing(12);
    layout->addWidget(back);
    layout->addWidget(title);
    layout->addWidget(m_progressText, 1);
    layout->addWidget(m_stop);
    head->setFixedHeight(std::max(40, fontMetrics().height() + 22));
    connect(back, &QPushButton::clicked, this, &ProofView::closed);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (!m_running) {
            again();
            return;
        }
        m_stopped = true;
        m_run->stop();
    });
    return head;
}

void ProofView::buildTable()
{
    m_table = new QTableView(this);
    m_table->setModel(m_model);
    m_table->setItemDelegate(new ProofDelegate(*m_model, m_table));
    m_faults = new FaultHeader(*m_model, m_table);
    m_table->setHorizontalHeader(m_faults);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setMouseTracking(true);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setAccessibleName(tr("Notifiers and faults"));
    m_table->setCornerButtonEnabled(false);
    QHeaderView *rows = m_table->verticalHeader();
    rows->setSectionResizeMode(QHeaderView::Fixed);
    rows->setDefaultSectionSize(std::max(28, fontMetrics().height() + 10));
    rows->setSectionsClickable(false);
    rows->setHighlightSections(false);
    rows->setFixedWidth(148);
    rows->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

QWidget *ProofView::buildDetail()
{
    auto *pane = new Pane(Pane::Ground::Header, this);
    pane->setLines(Qt::TopEdge);
    m_cellIcon = new IconLabel(u"info"_s, Tone::Secondary, 16, pane);
    m_cellTitle = new TextLabel(pane);
    m_cellTitle->setSize(1, QFont::DemiBold);
    m_cellTitle->setElided(true);
    m_cellExpected = new TextLabel(pane);
    m_cellExpected->setWordWrap(true);
    m_cellDetail = new TextLabel(QString(), Tone::Secondary, pane);
    m_cellDetail->setMono();
    m_cellDetail->setWordWrap(true);
    auto *words = new QVBoxLayout;
    words->setSpacing(4);
    words->addWidget(m_cellTitle);
    words->addWidget(m_cellExpected);
    words->addWidget(m_cellDetail);
    words->addStretch(1);
    auto *layout = new QHBoxLayout(pane);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setSpacing(8);
    layout->addWidget(m_cellIcon, 0, Qt::AlignTop);
    layout->addLayout(words, 1);
    pane->setMinimumHeight(92); // The matrix does not jump from cell to cell.
    return pane;
}

void ProofView::prove(const QStringList &notifiers)
{
    if (m_running)
        return;
    m_notifiers = notifiers;
    m_result->clear();
    m_run.reset();
    m_model->setCells({});
    m_progressText->setText(tr("Getting ready"));
    m_progressText->setTone(Tone::Secondary);
    m_progress->setRange(0, 1);
    m_progress->setValue(0);
    m_stop->setEnabled(false);
    m_stop->setText(tr("Stop"));
    showCell();

    // Each is proven as it is configured: with its own templates and options.
    struct Gathered
    {
        QMap<qsizetype, harness::ProofSubject> subjects;
        qsizetype open = 0;
    };
    auto gathered = std::make_shared<Gathered>();
    gathered->open = notifiers.size();
    const quint64 asked = ++m_asked;
    if (notifiers.isEmpty())
        begin({});
    for (qsizetype place = 0; place < notifiers.size(); ++place) {
        m_console.loadNotifier(
            notifiers.at(place), this, [this, gathered, place, asked](const Result<runtime::NotifierSetup> &setup) {
                for (const delivery::NotifierType *type : m_console.notifierTypes()) {
                    if (setup && setup->type == QLatin1StringView(type->id))
                        gathered->subjects.insert(place, {.name = setup->name, .type = type, .config = setup->config});
                }
                if (--gathered->open == 0 && asked == m_asked)
                    begin(gathered->subjects.values());
            });
    }
}

void ProofView::again()
{
    prove(m_notifiers);
}

void ProofView::begin(const QList<harness::ProofSubject> &subjects)
{
    m_run = m_make(subjects);
    connect(m_run.get(), &ProofRun::cellChanged, this, &ProofView::takeChange);
    connect(m_run.get(), &ProofRun::finished, this, &ProofView::finish);
    m_model->setCells(m_run->cells());
    m_faults->fit();
    m_progress->show();
    m_progress->setRange(0, std::max(1, static_cast<int>(m_run->cells().size())));
    if (m_model->rowCount() > 0)
        m_table->setCurrentIndex(m_model->index(0, 0));
    m_table->setFocus();
    m_running = true;
    m_stopped = false;
    m_stop->setEnabled(true);
    m_clock.start();
    m_tick.start(TickMilliseconds, this);
    showProgress();
    m_run->start();
}

void ProofView::takeChange(int index)
{
    m_model->update(index, m_run->cells().at(index));
    if (const harness::ProofCell *cell = m_model->cellAt(m_table->currentIndex());
        cell && cell == &m_model->cells().at(index))
        showCell();
}

void ProofView::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_tick.timerId())
        showProgress();
    else
        QWidget::timerEvent(event);
}

void ProofView::showProgress()
{
    const ProofModel::Count count = m_model->count();
    const QLocale locale;
    m_progress->setValue(count.done);
    QString text =
        tr("%1 of %2 cells, %3 s")
            .arg(locale.toString(count.done), locale.toString(count.all), locale.toString(m_clock.elapsed() / 1000));
    if (count.otherwise > 0)
        text += u", "_s + counted(count.otherwise, tr("1 differs"), tr("%1 differ"));
    m_progressText->setText(text);
    m_progressText->setTone(count.otherwise > 0 ? Tone::Error : Tone::Secondary);
}

void ProofView::finish(bool asSpecified)
{
    m_running = false;
    m_tick.stop();
    showProgress();
    m_progress->hide();
    m_stop->setText(tr("Once more"));
    m_stop->setAccessibleName(tr("Prove it once more"));
    const ProofModel::Count count = m_model->count();
    const QLocale locale;
    const QString took = locale.toString(std::max<qint64>(1, m_clock.elapsed() / 1000));
    const QString all = locale.toString(count.all);
    m_next->setVisible(count.otherwise > 0);
    m_drill->setVisible(!m_notifiers.isEmpty());
    if (asSpecified)
        m_result->say(Tone::Ok, tr("All %1 cells as specified in %2 s.").arg(all, took),
                      tr("A live drill shows that the real services take a message too."));
    else if (count.otherwise > 0)
        m_result->say(Tone::Error,
                      counted(count.otherwise, tr("1 cell differs from what is specified."),
                              tr("%1 cells differ from what is specified.")),
                      tr("%1 of %2 were run in %3 s.").arg(locale.toString(count.done), all, took));
    else
        m_result->say(Tone::Warning, m_stopped ? tr("Stopped.") : tr("Not all could be run."),
                      tr("%1 of %2 cells were run, all as specified.").arg(locale.toString(count.done), all));
    if (const auto first = m_model->nextOtherwise({}))
        m_table->setCurrentIndex(*first);
    showCell();
}

void ProofView::showCell()
{
    const QModelIndex index = m_table->currentIndex();
    const harness::ProofCell *cell = index.isValid() ? m_model->cellAt(index) : nullptr;
    m_cellIcon->setVisible(index.isValid());
    if (!cell) {
        m_cellIcon->setIcon(u"minus"_s, Tone::Secondary);
        m_cellTitle->setText(index.isValid() ? index.data(Qt::AccessibleTextRole).toString() : QString());
        m_cellExpected->setText(QString());
        m_cellDetail->setText(QString());
        return;
    }
    m_cellTitle->setText(
        tr("%1, %2: %3")
            .arg(shownLine(cell->notifier, 80), stageTitle(cell->stage), faultTitle(cell->fault, cell->matter)));
    using State = harness::ProofCell::State;
    const bool wrong = cell->state == State::Otherwise;
    m_cellIcon->setIcon(cell->state == State::AsSpecified ? u"check"_s
                        : wrong                           ? u"x"_s
                        : cell->state == State::Running   ? u"loader"_s
                                                          : u"clock"_s,
                        cell->state == State::AsSpecified ? Tone::Ok
                        : wrong                           ? Tone::Error
                                                          : Tone::Secondary);
    const QString expected = shownLine(cell->expected, 240);
    m_cellExpected->setText(cell->state == State::AsSpecified
                                ? tr("As specified: %1, in %2.").arg(shownLine(cell->got, 240), toText(cell->took))
                            : wrong ? tr("To be: %1. Was: %2.").arg(expected, shownLine(cell->got, 240))
                            : cell->state == State::Running ? tr("Under way. To be: %1.").arg(expected)
                                                            : tr("Not run yet. To be: %1.").arg(expected));
    m_cellExpected->setTone(wrong ? Tone::Error : Tone::Text);
    m_cellDetail->setText(shownLine(cell->detail, 400));
}

void ProofView::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.base);
    painter.fillRect(m_head->geometry(), theme.window);
}

} // namespace escalite::ui
