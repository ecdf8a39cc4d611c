// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/rulespage.h"

#include "ui/policy/matchcounter.h"
#include "ui/policy/remarklist.h"
#include "ui/policy/ruledelegate.h"
#include "ui/policy/ruleform.h"
#include "ui/policy/rulemodel.h"
#include "ui/policy/rulewords.h"
#include "ui/policy/whatifpanel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/emptynote.h"
#include "ui/widgets/keycap.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/pagebar.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/problemlist.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QAction>
#include <QBoxLayout>
#include <QFileInfo>
#include <QKeyEvent>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTimerEvent>

#include <algorithm>
#include <variant>

namespace escalite::ui {

namespace {

constexpr int CountAfterMilliseconds = 150;
constexpr int LintAfterMilliseconds = 400;
constexpr int HistoryAgainMilliseconds = 30'000;
constexpr int DeletedStaysMilliseconds = 8000;
/// Sources offered in the menu; more are typed.
constexpr int MostSourcesInMenu = 30;

} // namespace

RulesPage::RulesPage(runtime::Console &console, QWidget *parent) : QWidget(parent), m_console(console)
{
    m_model = new RuleModel(this);
    m_counter = new MatchCounter(this);
    m_notice = new NoticeBar(this);
    m_problems = new ProblemList(this);
    m_problems->hide();
    m_deleted = new NoticeBar(this);
    auto *undo = new QPushButton(icon(QStringLiteral("undo")), tr("Undo"), m_deleted);
    undo->setAutoDefault(false);
    undo->setAccessibleName(tr("Undo the deletion"));
    m_deleted->addAction(undo);

    m_form = new RuleForm(*m_model);
    m_formArea = new QScrollArea(this);
    m_formArea->setFrameShape(QFrame::NoFrame);
    m_formArea->setWidgetResizable(true);
    m_formArea->setFocusPolicy(Qt::NoFocus);
    m_formArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *right = new QWidget;
    auto *rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(0, 0, 0, 0);
    rightLayout->setSpacing(0);
    rightLayout->addWidget(m_form);
    m_whatIf = new WhatIfPanel(m_console, right);
    rightLayout->addWidget(m_whatIf, 1);
    m_formArea->setWidget(right);
    m_formArea->setMinimumWidth(648);
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(buildList());
    splitter->addWidget(m_formArea);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({378, 812});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildBar());
    layout->addWidget(m_notice);
    layout->addWidget(m_problems);
    layout->addWidget(splitter, 1);
    layout->addWidget(m_deleted);

    connect(undo, &QPushButton::clicked, this, [this] {
        m_model->undoStack()->undo();
        m_deleted->clear();
    });
    connect(m_problems, &ProblemList::dismissed, this, [this] {
        m_problems->hide();
        m_notice->clear();
    });
    connect(m_model, &RuleModel::draftChanged, this, &RulesPage::draftChanged);
    connect(m_model, &RuleModel::rowTouched, this, &RulesPage::select);
    connect(&m_console, &runtime::Console::sessionsChanged, this, [this](const SessionRows &rows) {
        if (isVisible())
            m_counter->append(rows);
    });
    connect(m_counter, &MatchCounter::counted, this, [this](qsizetype matching, qsizetype total) {
        const QString numbers =
            tr("%1 of %2 sessions of the last 24 hours match.")
                .arg(countText(static_cast<quint64>(matching)), countText(static_cast<quint64>(total)));
        const QString when = currentRow() < 0 ? QString() : m_model->rule(currentRow()).when;
        const auto parsed = filter::parse(when);
        const auto *expression = std::get_if<filter::ExpressionPtr>(&parsed);
        m_form->setMatching(tr("%1 in 24 h").arg(countText(static_cast<quint64>(matching))),
                            expression && *expression && filter::needsText(**expression)
                                ? tr("%1 Free text was looked for in request and message only.").arg(numbers)
                                : numbers,
                            true);
    });
    connect(m_remarks, &RemarkList::chosen, this, &RulesPage::showRemark);
    connect(m_model, &RuleModel::remarksChanged, this, [this] { m_remarks->setFindings(m_model->findings()); });
    connect(m_form, &RuleForm::policiesRequested, this, &RulesPage::policiesRequested);
    connect(m_whatIf, &WhatIfPanel::thresholdMoved, this, &RulesPage::moveThreshold);
    connect(m_whatIf, &WhatIfPanel::caseChosen, this, [this](const QUuid &session) {
        if (currentRow() >= 0)
            Q_EMIT sessionsRequested(session, ruleQuery(m_model->rule(currentRow())));
    });
    connectConsole();
}

void RulesPage::connectConsole()
{
    const auto take = [this](const runtime::Configuration &configuration) {
        m_model->setNotifiers(configuration.notifiers);
        m_model->setInForce(configuration.policy);
    };
    connect(&m_console, &runtime::Console::configurationChanged, this, take);
    connect(&m_console, &runtime::Console::notifiersChanged, m_form, &RuleForm::setNotifiers);
    connect(&m_console, &runtime::Console::notifiersChanged, this, [this] {
        if (isVisible() && !m_lintSoon.isActive())
            m_lintSoon.start(LintAfterMilliseconds, this); // one may have been proven, or fail
    });
    m_form->setNotifiers(m_console.notifiers());
    learnSources();
    take(m_console.configuration());
    draftChanged();
    if (m_model->rowCount() > 0)
        select(0);
}

QWidget *RulesPage::buildBar()
{
    auto *bar = new PageBar(this);
    QAction *add = bar->addAction(icon(QStringLiteral("plus")), tr("New rule"));
    add->setShortcut(QKeySequence::New);
    QAction *forSource = bar->addAction(icon(QStringLiteral("plug")), tr("For a source"));
    m_sourceMenu = new QMenu(bar);
    forSource->setMenu(m_sourceMenu);
    if (auto *button = qobject_cast<QToolButton *>(bar->widgetForAction(forSource)))
        button->setPopupMode(QToolButton::InstantPopup);
    m_duplicate = bar->addAction(icon(QStringLiteral("copy")), tr("Duplicate"));
    m_remove = bar->addAction(icon(QStringLiteral("trash")), tr("Delete"));
    bar->addSeparator();
    m_up = bar->addAction(icon(QStringLiteral("arrow-up")), QString());
    m_up->setShortcut(QKeyCombination(Qt::ALT, Qt::Key_Up));
    m_up->setToolTip(tr("Move up (%1)").arg(m_up->shortcut().toString(QKeySequence::NativeText)));
    m_down = bar->addAction(icon(QStringLiteral("arrow-down")), QString());
    m_down->setShortcut(QKeyCombination(Qt::ALT, Qt::Key_Down));
    m_down->setToolTip(tr("Move down (%1)").arg(m_down->shortcut().toString(QKeySequence::NativeText)));
    m_undo = bar->addAction(icon(QStringLiteral("undo")), QString());
    m_redo = bar->addAction(icon(QStringLiteral("redo")), QString());
    for (const auto &[action, name] : {std::pair{m_up, tr("Move up")}, std::pair{m_down, tr("Move down")},
                                       std::pair{m_undo, tr("Undo")}, std::pair{m_redo, tr("Redo")}})
        bar->widgetForAction(action)->setAccessibleName(name);
    bar->addStretch();
    m_state = new TextLabel(QString(), Tone::Secondary, bar);
    m_state->setElided(true);
    m_state->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    bar->addWidget(m_state);
    m_discard = new QPushButton(tr("Discard"), bar);
    m_discard->setAutoDefault(false);
    m_save = new QPushButton(tr("Save and apply"), bar);
    m_save->setDefault(true);
    const QKeySequence keys(QKeySequence::Save);
    setShownKeys(*m_save, keys);
    for (QWidget *button : std::initializer_list<QWidget *>{m_discard, m_save}) {
        auto *gap = new QWidget(bar);
        gap->setFixedWidth(8);
        bar->addWidget(gap);
        bar->addWidget(button);
    }
    auto *saveKey = new QAction(tr("Save and apply"), this);
    saveKey->setShortcut(keys);
    for (QAction *action : {add, m_up, m_down, saveKey}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }

    connect(add, &QAction::triggered, this, [this] { addRule({}); });
    connect(m_sourceMenu, &QMenu::aboutToShow, this, &RulesPage::fillSourceMenu);
    connect(m_duplicate, &QAction::triggered, this, [this] {
        if (currentRow() < 0)
            return;
        policy::Rule copy = m_model->rule(currentRow());
        copy.name = tr("%1, copy").arg(copy.name);
        m_model->insert(currentRow() + 1, copy, tr("Duplicate"));
        m_form->focusName();
    });
    connect(m_remove, &QAction::triggered, this, &RulesPage::remove);
    connect(m_up, &QAction::triggered, this, [this] { move(-1); });
    connect(m_down, &QAction::triggered, this, [this] { move(1); });
    connect(m_undo, &QAction::triggered, m_model->undoStack(), &QUndoStack::undo);
    connect(m_redo, &QAction::triggered, m_model->undoStack(), &QUndoStack::redo);
    connect(m_discard, &QPushButton::clicked, m_model, &RuleModel::discard);
    connect(m_save, &QPushButton::clicked, this, &RulesPage::save);
    connect(saveKey, &QAction::triggered, this, &RulesPage::save);
    return bar;
}

QWidget *RulesPage::buildList()
{
    auto *left = new QWidget(this);
    auto *head = new Pane(Pane::Ground::Header, left);
    head->setLines(Qt::BottomEdge);
    head->setFixedHeight(25);
    auto *headLayout = new QHBoxLayout(head);
    headLayout->setContentsMargins(66, 0, 8, 0);
    headLayout->setSpacing(0);
    headLayout->addWidget(new TextLabel(tr("Rule, first match wins"), Tone::Secondary, head), 1);
    m_pastHead = new QWidget(head);
    auto *past = new QHBoxLayout(m_pastHead);
    past->setContentsMargins(0, 0, 0, 0);
    past->setSpacing(0);
    auto *day = new TextLabel(tr("Last 24 h"), Tone::Secondary, m_pastHead);
    day->setFixedWidth(RuleDelegate::sparkWidth() - 6);
    auto *hits = new TextLabel(tr("Hits"), Tone::Secondary, m_pastHead);
    hits->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    hits->setFixedWidth(RuleDelegate::hitsWidth() - 8);
    past->addWidget(day);
    past->addWidget(hits);
    headLayout->addWidget(m_pastHead);
    for (auto *label : head->findChildren<TextLabel *>())
        label->setSize(.92);
    m_list = new QListView(left);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new RuleDelegate(*m_model, m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Rules"));
    m_list->setDragEnabled(true);
    m_list->setAcceptDrops(true);
    m_list->setDropIndicatorShown(true);
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setDragDropOverwriteMode(false);
    m_list->viewport()->installEventFilter(this);
    m_empty = new EmptyNote(m_list->viewport());
    m_empty->say(tr("No rule yet, so nobody is told."), tr("Start with “Any critical”."), tr("Add it"));

    auto *note = new Pane(Pane::Ground::Header, left);
    note->setLines(Qt::TopEdge);
    auto *text =
        new TextLabel(tr("A session is tested from top to bottom. Drag a rule, or press %1 and %2, to move it.")
                          .arg(QKeySequence(QKeyCombination(Qt::ALT, Qt::Key_Up)).toString(QKeySequence::NativeText),
                               QKeySequence(QKeyCombination(Qt::ALT, Qt::Key_Down)).toString(QKeySequence::NativeText)),
                      Tone::Secondary, note);
    text->setWordWrap(true);
    text->setSize(0.92);
    auto *noteLayout = new QHBoxLayout(note);
    noteLayout->setContentsMargins(14, 10, 14, 10);
    noteLayout->addWidget(text);
    auto *layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(m_list, 1);
    m_remarks = new RemarkList(left);
    layout->addWidget(m_remarks);
    layout->addWidget(note);
    left->setMinimumWidth(260);

    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &RulesPage::selectionChanged);
    connect(m_empty, &EmptyNote::actionRequested, this, [this] {
        m_model->insert(0,
                        {.id = {},
                         .name = tr("Any critical"),
                         .source = {},
                         .minimum = Level::Critical,
                         .when = {},
                         .condition = nullptr,
                         .notifiers = m_model->notifiers()},
                        tr("New rule"));
    });
    return left;
}

int RulesPage::currentRow() const
{
    const int row = m_list->currentIndex().row();
    return row < m_model->rowCount() ? row : -1;
}

bool RulesPage::hasChanges() const
{
    return m_model->changed() > 0;
}

void RulesPage::addRule(const QString &source)
{
    const policy::Rule rule{.id = {},
                            .name = source.isEmpty() ? tr("New rule") : source,
                            .source = source,
                            .minimum = Level::Error,
                            .when = {},
                            .condition = nullptr,
                            .notifiers = m_model->notifiers()};
    // A rule for one source reads best above those for all.
    int row = currentRow() + 1;
    if (!source.isEmpty()) {
        const auto forAll = std::find_if(m_model->rules().cbegin(), m_model->rules().cend(),
                                         [](const policy::Rule &other) { return other.source.isEmpty(); });
        row = static_cast<int>(forAll - m_model->rules().cbegin());
    }
    m_model->insert(row, rule, tr("New rule"));
    m_form->focusName();
}

void RulesPage::fillSourceMenu()
{
    m_sourceMenu->clear();
    int offered = 0;
    for (const QString &source : m_counter->sources()) {
        const auto named = [&source](const policy::Rule &rule) {
            return rule.source.compare(source, Qt::CaseInsensitive) == 0;
        };
        if (std::any_of(m_model->rules().cbegin(), m_model->rules().cend(), named) || ++offered > MostSourcesInMenu)
            continue;
        QAction *action = m_sourceMenu->addAction(shownLine(source, 80).replace(u'&', QStringLiteral("&&")));
        connect(action, &QAction::triggered, this, [this, source] { addRule(source); });
    }
    if (m_sourceMenu->isEmpty())
        m_sourceMenu->addAction(tr("Every source seen so far has its rule"))->setEnabled(false);
}

void RulesPage::remove()
{
    const int row = currentRow();
    if (row < 0)
        return;
    const QString name = m_model->rule(row).name;
    m_model->remove(row);
    m_deleted->say(Tone::Accent, QString(),
                   tr("“%1” deleted. It stays in force until you save.").arg(shownLine(name, 120)));
    m_deletedGoes.start(DeletedStaysMilliseconds, this);
}

void RulesPage::move(int by)
{
    if (currentRow() >= 0)
        m_model->move(currentRow(), currentRow() + by);
}

void RulesPage::save()
{
    if (m_saving || !hasChanges())
        return;
    if (m_model->blockingProblems() > 0) {
        for (int row = 0; row < m_model->rowCount(); ++row) {
            const QList<RuleProblem> problems = m_model->problems(row);
            if (std::any_of(problems.cbegin(), problems.cend(),
                            [](const RuleProblem &problem) { return problem.blocks; })) {
                select(row);
                m_form->focusProblem();
                return;
            }
        }
    }
    m_saving = true;
    draftChanged();
    m_console.setPolicy(m_model->draft(), this, [this](const Problems &problems) { saved(problems); });
}

void RulesPage::saved(const Problems &problems)
{
    m_saving = false;
    const QString file = QFileInfo(m_console.configuration().file).fileName();
    if (hasErrors(problems))
        m_notice->say(Tone::Error, tr("The rules were not saved."),
                      tr("The rules in force have not changed. Your changes are still here."));
    else if (!problems.isEmpty())
        m_notice->say(Tone::Warning, tr("The rules are in force."),
                      counted(problems.size(), tr("One thing looks odd."), tr("%1 things look odd.")));
    else
        m_notice->clear();
    m_problems->setProblems(tr("What the rules say"), file, problems);
    m_problems->setVisible(!problems.isEmpty());
    draftChanged();
    if (!hasErrors(problems))
        m_state->setText(tr("Saved at %1, in force").arg(timeOfDay(now())));
}

void RulesPage::select(int row)
{
    m_list->setCurrentIndex(m_model->index(row));
    m_list->scrollTo(m_model->index(row));
    selectionChanged();
}

void RulesPage::selectionChanged()
{
    const int row = currentRow();
    m_formArea->widget()->setVisible(row >= 0);
    m_form->setRow(row);
    m_duplicate->setEnabled(row >= 0);
    m_remove->setEnabled(row >= 0);
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row + 1 < m_model->rowCount());
    countMatching();
    askWhatIf();
}

void RulesPage::draftChanged()
{
    const int changed = m_model->changed();
    const int wrong = m_model->blockingProblems();
    m_empty->setVisible(m_model->rowCount() == 0);
    if (wrong > 0) {
        m_state->setText(counted(wrong, tr("1 field needs attention"), tr("%1 fields need attention")));
        m_state->setTone(Tone::Error);
    } else {
        m_state->setText(changed > 0 ? counted(changed, tr("1 rule changed, not in force yet"),
                                               tr("%1 rules changed, not in force yet"))
                                     : QString());
        m_state->setTone(Tone::Secondary);
    }
    m_discard->setEnabled(changed > 0 && !m_saving);
    m_save->setEnabled(changed > 0 && wrong == 0 && !m_saving);
    const QUndoStack *stack = m_model->undoStack();
    m_undo->setEnabled(stack->canUndo());
    m_undo->setToolTip(tr("Undo: %1").arg(shownToolTip(stack->undoText())));
    m_redo->setEnabled(stack->canRedo());
    m_redo->setToolTip(tr("Redo: %1").arg(shownToolTip(stack->redoText())));
    // The undo stack tells of a step only after it was made.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_undo->setEnabled(m_model->undoStack()->canUndo());
            m_redo->setEnabled(m_model->undoStack()->canRedo());
        },
        Qt::QueuedConnection);
    m_countSoon.start(CountAfterMilliseconds, this);
    m_lintSoon.start(LintAfterMilliseconds, this);
    askWhatIf();
}

void RulesPage::askWhatIf()
{
    const int row = currentRow();
    const QList<RuleProblem> problems = m_model->problems(row);
    // While a rule is not right, the last answer stands.
    if (row >= 0
        && std::none_of(problems.cbegin(), problems.cend(), [](const RuleProblem &problem) { return problem.blocks; }))
        m_whatIf->setQuestion(m_model->draft(), m_model->inForce(), m_model->rule(row).id);
}

void RulesPage::moveThreshold(double value)
{
    if (currentRow() < 0)
        return;
    using Kind = policy::Threshold::Kind;
    policy::Rule rule = m_model->rule(currentRow());
    if (rule.threshold.kind == Kind::Count)
        rule.threshold.atLeast = static_cast<int>(value);
    else if (rule.threshold.kind == Kind::Share)
        rule.threshold.percent = value;
    else if (rule.threshold.kind == Kind::Percentile)
        rule.threshold.over = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(value));
    m_model->edit(currentRow(), rule, QStringLiteral("threshold/line"));
}

void RulesPage::showRemark(const policy::Finding &finding)
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (finding.place == policy::Finding::Place::Rule && m_model->rule(row).id == finding.subject) {
            select(row);
            m_form->focusField(ruleField(finding.field));
            return;
        }
    }
    Q_EMIT placeRequested(finding);
}

void RulesPage::lint()
{
    m_lintSoon.stop();
    if (isVisible())
        m_console.lint(m_model->draft(), this,
                       [this](const QList<policy::Finding> &findings) { m_model->setFindings(findings); });
}

void RulesPage::loadHistory()
{
    m_console.loadRuleHistory(this, [this](const Result<QList<runtime::RuleHistory>> &history) {
        if (history)
            m_model->setHistory(*history);
    });
}

void RulesPage::countMatching()
{
    m_countSoon.stop();
    const int row = currentRow();
    if (row < 0 || !isVisible())
        return;
    const policy::Rule &rule = m_model->rule(row);
    if (std::holds_alternative<filter::SyntaxError>(filter::parse(rule.when)))
        m_form->setMatching(QString(), QString(), false);
    else
        m_counter->count(rule);
}

void RulesPage::learnSources()
{
    QStringList sources = m_counter->sources();
    for (const policy::Rule &rule : m_model->rules()) {
        if (!rule.source.isEmpty() && !sources.contains(rule.source))
            sources << rule.source;
    }
    m_form->setSources(sources);
}

void RulesPage::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_countSoon.timerId()) {
        countMatching();
    } else if (event->timerId() == m_lintSoon.timerId()) {
        lint();
    } else if (event->timerId() == m_historyAgain.timerId()) {
        loadHistory();
    } else if (event->timerId() == m_deletedGoes.timerId()) {
        m_deletedGoes.stop();
        m_deleted->clear();
    } else {
        QWidget::timerEvent(event);
    }
}

void RulesPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    loadHistory();
    m_historyAgain.start(HistoryAgainMilliseconds, this);
    m_whatIf->setWatching(true);
    lint();
    // The rows are held only while the page is seen.
    m_console.loadSessions(this, [this](const SessionRows &rows) {
        if (!isVisible())
            return;
        m_counter->setRows(rows);
        learnSources();
        countMatching();
    });
}

void RulesPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_counter->setRows({});
    m_historyAgain.stop();
    m_whatIf->setWatching(false);
}

bool RulesPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_list->viewport() && event->type() == QEvent::Resize)
        m_pastHead->setVisible(RuleDelegate::showsPast(m_list->viewport()->width()));
    return QWidget::eventFilter(watched, event);
}

void RulesPage::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Undo))
        m_model->undoStack()->undo();
    else if (event->matches(QKeySequence::Redo))
        m_model->undoStack()->redo();
    else if (event->key() == Qt::Key_Delete && m_list->hasFocus())
        remove();
    else
        QWidget::keyPressEvent(event);
}

} // namespace escalite::ui
