// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/policiespage.h"

#include "ui/policy/policyform.h"
#include "ui/policy/policymodel.h"
#include "ui/policy/remarklist.h"
#include "ui/policy/rulewords.h"
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
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QTimerEvent>

#include <algorithm>

namespace escalite::ui {

namespace {

constexpr int LintAfterMilliseconds = 400;
constexpr int TextLeft = 38;
constexpr int UsedWidth = 74;

/// Name with "changed", how many rules use it, and below it whom it tells.
class PolicyDelegate final : public QStyledItemDelegate
{
public:
    PolicyDelegate(const PolicyModel &model, QObject *parent) : QStyledItemDelegate(parent), m_model(model) {}

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {option.rect.width(), 42};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::current();
        const EscalationPolicy &plan = m_model.plan(index.row());
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const QRect row = option.rect;
        painter->save();
        if (selected)
            painter->fillRect(row, theme.selection);
        painter->fillRect(QRect(row.left(), row.bottom(), row.width(), 1), theme.hairline);
        const QColor strong = selected ? theme.selectionText : theme.text;
        const QColor weak = selected ? theme.selectionText : theme.text2;
        const bool isWrong = !m_model.problems(index.row()).isEmpty();
        const auto remarks = std::count_if(
            m_model.findings().cbegin(), m_model.findings().cend(), [&plan](const policy::Finding &finding) {
                return finding.place == policy::Finding::Place::Policy && finding.subject == plan.id;
            });
        paintIcon(*painter, QRectF(row.left() + 12, row.top() + 6, 15, 15),
                  isWrong       ? QStringLiteral("circle-alert")
                  : remarks > 0 ? QStringLiteral("triangle-alert")
                                : QStringLiteral("list-ordered"),
                  isWrong       ? theme.errorText
                  : remarks > 0 ? theme.warningText
                                : weak);
        const int width = row.width() - TextLeft - UsedWidth;
        const QString changed = m_model.isChanged(index.row()) ? PoliciesPage::tr(" — changed") : QString();
        const QFont nameFont = uiFont(1, selected ? QFont::DemiBold : QFont::Medium);
        const QFontMetrics metrics(nameFont);
        const QString name =
            metrics.elidedText(plan.name.trimmed().isEmpty() ? PoliciesPage::tr("(no name)") : index.data().toString(),
                               Qt::ElideRight, width - QFontMetrics(uiFont()).horizontalAdvance(changed));
        const QRect line(row.left() + TextLeft, row.top() + 4, width, 18);
        painter->setFont(nameFont);
        painter->setPen(strong);
        painter->drawText(line, Qt::AlignVCenter | Qt::AlignLeft, name);
        painter->setFont(uiFont());
        painter->setPen(weak);
        painter->drawText(line.adjusted(metrics.horizontalAdvance(name), 0, 20, 0), Qt::AlignVCenter | Qt::AlignLeft,
                          changed);
        painter->setFont(uiFont(.92));
        painter->drawText(
            QRect(row.right() - UsedWidth, row.top() + 4, UsedWidth - 8, 18), Qt::AlignVCenter | Qt::AlignRight,
            counted(m_model.usedBy(index.row()), PoliciesPage::tr("1 rule"), PoliciesPage::tr("%1 rules")));
        const QRect below(row.left() + TextLeft, row.top() + 21, row.width() - TextLeft - 8, 17);
        painter->drawText(below, Qt::AlignVCenter | Qt::AlignLeft,
                          painter->fontMetrics().elidedText(planOutline(plan), Qt::ElideRight, below.width()));
        painter->restore();
    }

private:
    const PolicyModel &m_model;
};

} // namespace

PoliciesPage::PoliciesPage(runtime::Console &console, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
    , m_model(new PolicyModel(this))
{
    m_notice = new NoticeBar(this);
    m_problems = new ProblemList(this);
    m_problems->hide();
    m_form = new PolicyForm(*m_model);
    m_formArea = new QScrollArea(this);
    m_formArea->setFrameShape(QFrame::NoFrame);
    m_formArea->setWidgetResizable(true);
    m_formArea->setFocusPolicy(Qt::NoFocus);
    m_formArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_formArea->setWidget(m_form);
    m_formArea->setMinimumWidth(600);
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

    connect(m_problems, &ProblemList::dismissed, this, [this] {
        m_problems->hide();
        m_notice->clear();
    });
    connect(m_model, &PolicyModel::draftChanged, this, &PoliciesPage::draftChanged);
    connect(m_model, &PolicyModel::rowTouched, this, &PoliciesPage::select);
    connect(m_model, &PolicyModel::remarksChanged, this, [this] {
        QList<policy::Finding> own;
        for (const policy::Finding &finding : m_model->findings()) {
            if (finding.place == policy::Finding::Place::Policy)
                own << finding;
        }
        m_remarks->setFindings(own);
        m_list->viewport()->update();
    });
    const auto take = [this](const runtime::Configuration &configuration) {
        m_model->setNotifiers(configuration.notifiers);
        m_model->setInForce(configuration.policy);
    };
    connect(&m_console, &runtime::Console::configurationChanged, this, take);
    connect(&m_console, &runtime::Console::notifiersChanged, m_form, &PolicyForm::setNotifiers);
    m_form->setNotifiers(m_console.notifiers());
    take(m_console.configuration());
    draftChanged();
    if (m_model->rowCount() > 0)
        select(0);
    selectionChanged();
}

QWidget *PoliciesPage::buildBar()
{
    auto *bar = new PageBar(this);
    QAction *add = bar->addAction(icon(QStringLiteral("plus")), tr("New policy"));
    add->setShortcut(QKeySequence::New);
    m_duplicate = bar->addAction(icon(QStringLiteral("copy")), tr("Duplicate"));
    m_remove = bar->addAction(icon(QStringLiteral("trash")), tr("Delete"));
    bar->addSeparator();
    m_undo = bar->addAction(icon(QStringLiteral("undo")), tr("Undo"));
    m_redo = bar->addAction(icon(QStringLiteral("redo")), tr("Redo"));
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
    for (QAction *action : {add, saveKey}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }
    connect(add, &QAction::triggered, this, &PoliciesPage::add);
    connect(m_duplicate, &QAction::triggered, this, [this] {
        if (currentRow() < 0)
            return;
        EscalationPolicy copy = m_model->plan(currentRow());
        copy.name = tr("%1, copy").arg(copy.name);
        m_model->insert(currentRow() + 1, copy, tr("Duplicate"));
        m_form->focusName();
    });
    connect(m_remove, &QAction::triggered, this, &PoliciesPage::remove);
    connect(m_undo, &QAction::triggered, m_model->undoStack(), &QUndoStack::undo);
    connect(m_redo, &QAction::triggered, m_model->undoStack(), &QUndoStack::redo);
    connect(m_model->undoStack(), &QUndoStack::canUndoChanged, m_undo, &QAction::setEnabled);
    connect(m_model->undoStack(), &QUndoStack::canRedoChanged, m_redo, &QAction::setEnabled);
    m_undo->setEnabled(false);
    m_redo->setEnabled(false);
    connect(m_discard, &QPushButton::clicked, m_model, &PolicyModel::discard);
    connect(m_save, &QPushButton::clicked, this, &PoliciesPage::save);
    connect(saveKey, &QAction::triggered, this, &PoliciesPage::save);
    return bar;
}

QWidget *PoliciesPage::buildList()
{
    auto *left = new QWidget(this);
    m_list = new QListView(left);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new PolicyDelegate(*m_model, m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setAccessibleName(tr("Policies"));
    m_empty = new EmptyNote(m_list->viewport());
    m_empty->say(tr("No policy yet."), tr("A policy tells one after the other until somebody answers."), tr("Add one"));
    m_remarks = new RemarkList(left);
    auto *layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_remarks);
    left->setMinimumWidth(260);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &PoliciesPage::selectionChanged);
    connect(m_empty, &EmptyNote::actionRequested, this, &PoliciesPage::add);
    connect(m_remarks, &RemarkList::chosen, this,
            [this](const policy::Finding &finding) { showPolicy(finding.subject, finding.step); });
    return left;
}

int PoliciesPage::currentRow() const
{
    const int row = m_list->currentIndex().row();
    return row < m_model->rowCount() ? row : -1;
}

bool PoliciesPage::hasChanges() const
{
    return m_model->changed() > 0;
}

void PoliciesPage::showPolicy(const QString &id, int step)
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->plan(row).id == id) {
            select(row);
            m_form->focusStep(step);
        }
    }
}

void PoliciesPage::add()
{
    const EscalationPolicy plan{
        .id = {}, .name = tr("New policy"), .steps = {{.wait = {}, .notifiers = m_model->notifiers().mid(0, 1)}}};
    m_model->insert(currentRow() + 1, plan, tr("New policy"));
    m_form->focusName();
}

void PoliciesPage::remove()
{
    const int row = currentRow();
    if (row < 0)
        return;
    if (const int used = m_model->usedBy(row); used > 0) {
        m_notice->say(Tone::Warning, tr("“%1” is in use.").arg(shownLine(m_model->plan(row).name, 80)),
                      counted(used, tr("1 rule follows it. Let that rule follow another one first."),
                              tr("%1 rules follow it. Let them follow another one first.")));
        return;
    }
    m_model->remove(row);
}

void PoliciesPage::save()
{
    if (m_saving || !hasChanges())
        return;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (!m_model->problems(row).isEmpty()) {
            select(row);
            return;
        }
    }
    m_saving = true;
    draftChanged();
    m_console.setPolicy(m_model->draft(), this, [this](const Problems &problems) { saved(problems); });
}

void PoliciesPage::saved(const Problems &problems)
{
    m_saving = false;
    const QString file = QFileInfo(m_console.configuration().file).fileName();
    if (hasErrors(problems))
        m_notice->say(Tone::Error, tr("The policies were not saved."),
                      tr("Those in force have not changed. Your changes are still here."));
    else
        m_notice->clear();
    m_problems->setProblems(tr("What the policies say"), file, problems);
    m_problems->setVisible(!problems.isEmpty());
    draftChanged();
    if (!hasErrors(problems))
        m_state->setText(tr("Saved at %1, in force").arg(timeOfDay(now())));
}

void PoliciesPage::select(int row)
{
    m_list->setCurrentIndex(m_model->index(row));
    selectionChanged();
}

void PoliciesPage::selectionChanged()
{
    const int row = currentRow();
    m_form->setVisible(row >= 0);
    m_form->setRow(row);
    m_duplicate->setEnabled(row >= 0);
    m_remove->setEnabled(row >= 0);
}

void PoliciesPage::draftChanged()
{
    const int changed = m_model->changed();
    const int wrong = m_model->blockingProblems();
    m_empty->setVisible(m_model->rowCount() == 0);
    if (m_saving)
        m_state->setText(tr("Saving…"));
    else if (wrong > 0)
        m_state->setText(counted(wrong, tr("1 thing needs attention"), tr("%1 things need attention")));
    else
        m_state->setText(changed > 0 ? counted(changed, tr("1 policy changed, not in force yet"),
                                               tr("%1 policies changed, not in force yet"))
                                     : QString());
    m_state->setTone(wrong > 0 && !m_saving ? Tone::Error : Tone::Secondary);
    m_discard->setEnabled(changed > 0 && !m_saving);
    m_save->setEnabled(changed > 0 && wrong == 0 && !m_saving);
    m_lintSoon.start(LintAfterMilliseconds, this);
}

void PoliciesPage::lint()
{
    m_lintSoon.stop();
    if (isVisible())
        m_console.lint(m_model->draft(), this,
                       [this](const QList<policy::Finding> &findings) { m_model->setFindings(findings); });
}

void PoliciesPage::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_lintSoon.timerId())
        lint();
    else
        QWidget::timerEvent(event);
}

void PoliciesPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    lint();
    m_form->setRow(currentRow()); // The preview's times are from now on.
}

void PoliciesPage::keyPressEvent(QKeyEvent *event)
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
