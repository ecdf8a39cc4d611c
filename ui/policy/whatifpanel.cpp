// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/whatifpanel.h"

#include "ui/policy/whatifchart.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStandardItemModel>
#include <QTimerEvent>

#include <algorithm>
#include <array>

namespace escalite::ui {

namespace {

using namespace std::chrono_literals;
using Kind = policy::Threshold::Kind;

constexpr std::array<Duration, 3> Ranges{1h, 24h, 24h * 7};

std::optional<double> lineOf(const policy::Rule *rule)
{
    if (!rule)
        return std::nullopt;
    switch (rule->threshold.kind) {
    case Kind::Count:
        return rule->threshold.atLeast;
    case Kind::Share:
        return rule->threshold.percent;
    case Kind::Percentile:
        return std::chrono::duration<double>(rule->threshold.over).count();
    case Kind::Each:
    case Kind::Absence:
    case Kind::Stuck:
    case Kind::FirstSeen:
    case Kind::Regressed:
        return std::nullopt;
    }
    return std::nullopt;
}

QString unitOf(const policy::Rule &rule)
{
    return rule.threshold.kind == Kind::Share        ? QStringLiteral(" %")
           : rule.threshold.kind == Kind::Percentile ? QStringLiteral(" s")
                                                     : QString();
}

/// Whether both sides would come out the same: names and owners change nothing.
bool decidesAlike(const policy::Policy &a, const policy::Policy &b)
{
    if (a.rules.size() != b.rules.size() || !(a.policies == b.policies) || !(a.intervals == b.intervals))
        return false;
    return std::equal(a.rules.cbegin(), a.rules.cend(), b.rules.cbegin(),
                      [](policy::Rule left, const policy::Rule &right) {
                          left.name = right.name;
                          left.owner = right.owner;
                          return left == right;
                      });
}

QStandardItem *cell(const QString &text, bool isNumber, const QColor &color)
{
    auto *item = new QStandardItem(text);
    item->setEditable(false);
    item->setForeground(color);
    if (isNumber) {
        item->setFont(monoFont());
        item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    }
    return item;
}

} // namespace

WhatIfPanel::WhatIfPanel(runtime::Console &console, QWidget *parent) : QWidget(parent), m_console(console)
{
    auto *sentence = new Pane(Pane::Ground::Base, this);
    auto *line = new QHBoxLayout(sentence);
    line->setContentsMargins(16, 8, 16, 0);
    line->setSpacing(6);
    m_headline = new TextLabel(sentence);
    m_headline->setSize(1, QFont::DemiBold);
    m_headline->setAccessibleName(tr("What would come out"));
    m_rest = new TextLabel(QString(), Tone::Secondary, sentence);
    m_rest->setElided(true);
    line->addWidget(m_headline);
    line->addWidget(m_rest, 1);
    m_chart = new WhatIfChart(this);
    auto *foot = new Pane(Pane::Ground::Base, this);
    auto *footLine = new QHBoxLayout(foot);
    footLine->setContentsMargins(16, 0, 16, 6);
    m_limits = new TextLabel(QString(), Tone::Secondary, foot);
    m_limits->setSize(.92);
    m_limits->setElided(true);
    footLine->addWidget(m_limits, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildHead());
    layout->addWidget(sentence);
    layout->addWidget(m_chart, 1);
    layout->addWidget(foot);
    layout->addWidget(buildTables(), 1);
    connect(m_chart, &WhatIfChart::thresholdMoved, this, &WhatIfPanel::thresholdMoved);
    setRunning(false);
}

QWidget *WhatIfPanel::buildHead()
{
    auto *head = new Pane(Pane::Ground::Header, this);
    head->setLines(Qt::TopEdge | Qt::BottomEdge);
    auto *title = new TextLabel(tr("What if"), Tone::Text, head);
    title->setSize(.92, QFont::DemiBold);
    m_about = new TextLabel(QString(), Tone::Secondary, head);
    m_about->setSize(.92);
    m_about->setElided(true);
    m_progress = new QProgressBar(head);
    m_progress->setRange(0, 100);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(120, 6);
    m_progress->setAccessibleName(tr("Progress of the what-if"));
    m_cancel = new QPushButton(tr("Cancel"), head);
    m_cancel->setAutoDefault(false);
    m_cancel->setAccessibleName(tr("Cancel the what-if"));
    m_range = new QComboBox(head);
    m_range->addItems({tr("Last hour"), tr("Last 24 hours"), tr("Last 7 days")});
    m_range->setCurrentIndex(1);
    m_range->setAccessibleName(tr("Range of the what-if"));
    auto *layout = new QHBoxLayout(head);
    layout->setContentsMargins(16, 3, 6, 3);
    layout->setSpacing(8);
    layout->addWidget(title);
    layout->addWidget(m_about, 1);
    layout->addWidget(m_progress);
    layout->addWidget(m_cancel);
    layout->addWidget(m_range);
    connect(m_range, &QComboBox::activated, this, &WhatIfPanel::ask);
    connect(m_cancel, &QPushButton::clicked, this, &WhatIfPanel::cancel);
    return head;
}

QWidget *WhatIfPanel::buildTables()
{
    m_figures = new QStandardItemModel(0, 3, this);
    m_cases = new QStandardItemModel(0, 5, this);
    auto *figures = new RowTable(this);
    figures->setModel(m_figures);
    figures->setSelectionMode(QAbstractItemView::NoSelection);
    figures->setAccessibleName(tr("Figures with the rule in force and with the draft"));
    figures->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    figures->horizontalHeader()->setStretchLastSection(false);
    figures->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    figures->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Fixed);
    figures->horizontalHeader()->setSectionResizeMode(2, QHeaderView::Fixed);
    figures->horizontalHeader()->resizeSection(1, 84);
    figures->horizontalHeader()->resizeSection(2, 94);
    m_caseTable = new RowTable(this);
    m_caseTable->setModel(m_cases);
    m_caseTable->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_caseTable->horizontalHeader()->setMinimumSectionSize(24);
    m_caseTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_caseTable->setAccessibleName(tr("Incidents that would have been"));
    m_caseTable->setToolTip(tr("A press shows the sessions"));
    for (const auto &[column, width] : {std::pair{0, 30}, std::pair{1, 92}, std::pair{2, 84}, std::pair{3, 60}})
        m_caseTable->setColumnWidth(column, width);
    auto *tables = new QSplitter(Qt::Horizontal, this);
    tables->setChildrenCollapsible(false);
    tables->addWidget(figures);
    tables->addWidget(m_caseTable);
    tables->setSizes({338, 474});
    tables->setStretchFactor(1, 1);
    tables->setMinimumHeight(176);
    const auto choose = [this](const QModelIndex &index) {
        if (index.row() >= 0 && index.row() < m_summary.cases.size())
            Q_EMIT caseChosen(m_summary.cases.at(index.row()).worstSession);
    };
    connect(m_caseTable, &QTableView::clicked, this, choose);
    connect(m_caseTable, &QTableView::activated, this, choose);
    return tables;
}

Duration WhatIfPanel::range() const
{
    return Ranges.at(static_cast<std::size_t>(std::clamp(m_range->currentIndex(), 0, 2)));
}

void WhatIfPanel::setQuestion(const policy::Policy &draft, const policy::Policy &saved, const QString &watched)
{
    const bool isSame = watched == m_watched && decidesAlike(draft, m_draft) && decidesAlike(saved, m_saved);
    m_draft = draft;
    m_saved = saved;
    m_watched = watched;
    if (isSame)
        return;
    const policy::Rule *rule = m_draft.rule(m_watched);
    const policy::Rule *before = m_saved.rule(m_watched);
    const bool isSameKind = rule && before && rule->threshold.kind == before->threshold.kind;
    m_chart->setThresholds(isSameKind ? lineOf(before) : std::nullopt, lineOf(rule), rule ? unitOf(*rule) : QString());
    m_isDue = true;
    if (m_isWatching)
        m_askSoon.start(AskAfter, this);
}

void WhatIfPanel::setWatching(bool watching)
{
    m_isWatching = watching;
    if (watching && m_isDue)
        m_askSoon.start(AskAfter, this);
    else if (!watching) {
        m_askSoon.stop();
        if (m_asking)
            cancel();
    }
}

void WhatIfPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    // The cells hold their colours.
    if (event->type() == QEvent::PaletteChange && m_figures && m_figures->rowCount() > 0)
        showSummary();
}

void WhatIfPanel::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_askSoon.timerId())
        ask();
    else
        QWidget::timerEvent(event);
}

void WhatIfPanel::ask()
{
    m_askSoon.stop();
    m_isDue = false;
    if (m_watched.isEmpty())
        return;
    m_until = now();
    m_from = m_until - range();
    setRunning(true);
    m_progress->setValue(0);
    m_console.whatIf(
        {.draft = m_draft, .watched = m_watched, .from = m_from, .until = m_until}, this,
        [this](double done) { m_progress->setValue(static_cast<int>(done * 100)); },
        [this](const Result<runtime::WhatIfAnswer> &answer) { answered(answer); });
}

void WhatIfPanel::cancel()
{
    m_console.cancelWhatIf();
    setRunning(false);
    m_isDue = true;
    m_about->setText(tr("cancelled; the next change asks again"));
}

void WhatIfPanel::setRunning(bool running)
{
    m_asking = running;
    m_progress->setVisible(running);
    m_cancel->setVisible(running);
    if (running)
        m_about->setText(tr("testing the stored sessions…"));
}

void WhatIfPanel::answered(const Result<runtime::WhatIfAnswer> &answer)
{
    setRunning(false);
    if (!answer) {
        m_about->setText(QString());
        m_headline->setText(tr("It cannot be told what would have been."));
        m_rest->setText(shownLine(answer.error().message, 240));
        return;
    }
    const double seconds = std::chrono::duration<double>(answer->took).count();
    m_about->setText(tr("this rule had been in force for the %1 (%2 sessions, tested in %3 s)")
                         .arg(m_range->currentText().toLower(), countText(answer->draft.sessions),
                              QLocale().toString(seconds, 'f', 1)));
    m_summary = summaryOf(*answer, m_watched, m_until);
    m_chart->setRange(m_from, m_until);
    m_chart->setData(answer->draft.rolling, m_summary.cases);
    m_headline->setText(m_summary.headline);
    QStringList rest;
    if (!m_summary.rest.isEmpty())
        rest << m_summary.rest;
    if (m_chart->threshold())
        rest << tr("Drag the blue line to try another number.");
    m_rest->setText(rest.join(u' '));
    m_limits->setText(shownLine(answer->limits.join(u' '), 400));
    showSummary();
}

void WhatIfPanel::showSummary()
{
    const Theme &theme = Theme::current();
    m_figures->removeRows(0, m_figures->rowCount());
    m_figures->setHorizontalHeaderLabels({range() == 1h    ? tr("In 1 hour")
                                          : range() == 24h ? tr("In 24 hours")
                                                           : tr("In 7 days"),
                                          tr("Saved"), tr("Draft")});
    const auto number = [](auto value) {
        return countText(static_cast<quint64>(std::max<qint64>(0, static_cast<qint64>(value))));
    };
    const auto add = [&](const QString &label, const QString &saved, const QString &draft) {
        m_figures->appendRow({cell(label, false, theme.text), cell(saved, true, theme.text2),
                              cell(draft, true, saved == draft ? theme.text : theme.accent)});
    };
    const WhatIfFigures &was = m_summary.saved;
    const WhatIfFigures &is = m_summary.draft;
    const auto wait = [](const WhatIfFigures &side) {
        return side.incidents == 0 ? QStringLiteral("–") : toText(side.longestWait);
    };
    add(tr("Incidents"), number(was.incidents), number(is.incidents));
    add(tr("Messages sent"), number(was.messages), number(is.messages));
    add(tr("Between 22:00 and 07:00"), number(was.atNight), number(is.atNight));
    add(tr("Longest wait to notice"), wait(was), wait(is));
    add(tr("Sessions covered"), number(was.covered), number(is.covered));
    add(tr("Messages of all rules"), number(was.allMessages), number(is.allMessages));
    for (int column : {1, 2})
        m_figures->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);

    m_cases->removeRows(0, m_cases->rowCount());
    m_cases->setHorizontalHeaderLabels({QString(), tr("Start"), tr("Lasted"), tr("Peak"), tr("Slowest call")});
    for (int column : {2, 3})
        m_cases->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    for (const WhatIfCase &one : std::as_const(m_summary.cases)) {
        const QColor color = one.isKept ? theme.text : theme.text2;
        QStandardItem *mark = cell(one.isKept ? QStringLiteral("✓") : QStringLiteral("–"), false,
                                   one.isKept ? theme.okText : theme.text2);
        mark->setAccessibleText(one.isKept ? tr("With the draft") : tr("Goes away"));
        QStandardItem *start =
            cell(range() > 24h ? momentText(one.from, m_until) : timeOfDay(one.from).first(5), false, color);
        start->setFont(monoFont());
        m_cases->appendRow(
            {mark, start, cell(one.isOpen ? tr("still on") : ageText(one.until - one.from), true, color),
             cell(countText(one.peak), true, color),
             cell(one.slowestCall.isEmpty() ? QStringLiteral("–") : shownLine(one.slowestCall, 120), false, color)});
    }
}

} // namespace escalite::ui
