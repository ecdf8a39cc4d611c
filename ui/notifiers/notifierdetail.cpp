// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/notifierdetail.h"

#include "ui/notifiers/fieldgrid.h"
#include "ui/notifiers/light.h"
#include "ui/notifiers/messageform.h"
#include "ui/notifiers/notifierform.h"
#include "ui/notifiers/problemline.h"
#include "ui/notifiers/testrun.h"
#include "ui/theme/theme.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

NotifierDetail::NotifierDetail(runtime::Console &console, TestRuns &runs, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
{
    m_headPane = buildHead();
    m_tabs = new QTabBar(this);
    m_tabs->setDocumentMode(true);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->addTab(tr("Settings"));
    m_tabs->addTab(tr("Message"));
    m_tabs->setAccessibleName(tr("Parts of the notifier"));

    m_form = new NotifierForm;
    auto *formPane = new QWidget;
    auto *formLayout = new QVBoxLayout(formPane);
    formLayout->setContentsMargins(18, 14, 18, 12);
    formLayout->addWidget(m_form);
    m_run = new TestRun(runs);
    auto *content = new QWidget;
    auto *contentLayout = new QVBoxLayout(content);
    contentLayout->setContentsMargins(0, 0, 0, 0);
    contentLayout->setSpacing(0);
    contentLayout->addWidget(formPane);
    contentLayout->addWidget(m_run, 1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    scroll->setAccessibleName(tr("Settings and test"));
    m_message = new MessageForm(console);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(scroll);
    m_stack->addWidget(m_message);

    auto *tabRow = new QHBoxLayout;
    tabRow->setContentsMargins(10, 0, 10, 0);
    tabRow->addWidget(m_tabs);
    tabRow->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_headPane);
    layout->addLayout(tabRow);
    layout->addSpacing(1);
    layout->addWidget(m_stack, 1);
    layout->addWidget(buildFoot());

    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        // Both show the subject: what one says the other must know.
        if (m_draft && m_type) {
            fill();
            showProblems();
        }
        m_stack->setCurrentIndex(tab);
    });
    connect(m_form, &NotifierForm::edited, this, &NotifierDetail::edited);
    connect(m_form, &NotifierForm::left, this, &NotifierDetail::left);
    connect(m_message, &MessageForm::edited, this, &NotifierDetail::edited);
    connect(m_message, &MessageForm::left, this, &NotifierDetail::left);
}

QWidget *NotifierDetail::buildHead()
{
    auto *pane = new QWidget(this);
    m_icon = new IconLabel(u"send"_s, Tone::Secondary, 18, pane);
    m_name = new TextLabel(pane);
    m_name->setSize(1.15, QFont::DemiBold);
    m_name->setElided(true);
    m_light = new LightGlyph(pane);
    m_words = new TextLabel(pane);
    m_words->setElided(true);
    m_proven = new TextLabel(QString(), Tone::Hint, pane);
    m_proven->setSize(0.92);
    m_release = new QPushButton(icon(u"play"_s), tr("Release"), pane);
    m_release->setAutoDefault(false);
    m_release->setToolTip(tr("Send what waits, with the settings as they are now"));
    m_release->setAccessibleName(tr("Release this notifier"));
    auto *layout = new QHBoxLayout(pane);
    layout->setContentsMargins(18, 6, 18, 6);
    layout->setSpacing(8);
    layout->addWidget(m_icon);
    layout->addWidget(m_name);
    layout->addSpacing(8);
    layout->addWidget(m_light);
    layout->addWidget(m_words, 1);
    layout->addWidget(m_proven);
    layout->addWidget(m_release);
    pane->setFixedHeight(std::max(40, fontMetrics().height() + 22));
    connect(m_release, &QPushButton::clicked, this, [this] { m_console.releaseNotifier(m_statusName); });
    return pane;
}

QWidget *NotifierDetail::buildFoot()
{
    auto *foot = new Pane(Pane::Ground::Header, this);
    foot->setLines(Qt::TopEdge);
    m_general = new ProblemLine(foot);
    m_attention = new QPushButton(foot);
    m_attention->setFlat(true);
    m_attention->setAutoDefault(false);
    m_state = new TextLabel(QString(), Tone::Secondary, foot);
    m_state->setElided(true);
    m_revert = new QPushButton(tr("Revert"), foot);
    m_revert->setAutoDefault(false);
    m_save = new QPushButton(tr("Save"), foot);
    m_save->setDefault(true);
    m_save->setToolTip(QKeySequence(QKeySequence::Save).toString(QKeySequence::NativeText));
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_attention);
    row->addWidget(m_state, 1);
    row->addWidget(m_revert);
    row->addWidget(m_save);
    auto *layout = new QVBoxLayout(foot);
    layout->setContentsMargins(14, 8, 14, 8);
    layout->setSpacing(6);
    layout->addWidget(m_general);
    layout->addLayout(row);
    connect(m_attention, &QPushButton::clicked, this, &NotifierDetail::focusProblem);
    connect(m_revert, &QPushButton::clicked, this, &NotifierDetail::revert);
    connect(m_save, &QPushButton::clicked, this, &NotifierDetail::save);
    return foot;
}

void NotifierDetail::setDraft(NotifierDraft *draft)
{
    const bool same = m_draft && draft && m_draft->id == draft->id;
    m_draft = draft;
    m_type = nullptr;
    if (!draft)
        return;
    for (const delivery::NotifierType *type : m_console.notifierTypes()) {
        if (draft->edited.type == QLatin1StringView(type->id))
            m_type = type;
    }
    if (!same)
        m_state->setText(QString());
    if (m_type) {
        fill();
        // What is wrong with a saved one is told at once; a new form does not begin by scolding.
        if (!draft->isChanged()) {
            for (const Problem &problem : problems())
                draft->told.insert(fieldPointer(problem.pointer));
        }
    }
    showProblems();
}

void NotifierDetail::fill()
{
    QStringList others;
    for (const runtime::NotifierStatus &one : m_console.notifiers()) {
        if (one.name != m_draft->name)
            others << one.name;
    }
    m_form->show(*m_type, m_draft->edited, others);
    m_message->show(*m_type, m_draft->edited);
}

void NotifierDetail::setStatus(const runtime::NotifierStatus &status)
{
    m_statusName = status.name;
    m_icon->setIcon(status.icon, Tone::Secondary);
    m_name->setText(shownLine(status.name, 80));
    m_light->setLight(status.light);
    m_words->setText(shownLine(status.words, 240));
    m_words->setTone(lightTone(status.light));
    m_release->setVisible(status.light == NotifierLight::Held);
    const bool fresh = m_draft && m_draft->isNew();
    m_proven->setText(fresh                ? QString()
                      : status.lastSuccess ? tr("last proven %1").arg(ago(*status.lastSuccess, now()))
                                           : tr("not proven yet"));
    m_proven->setToolTip(
        status.lastSuccess ? tr("Its service took a message on %1").arg(dateAndTime(*status.lastSuccess)) : QString());
    const bool off = status.light == NotifierLight::Off;
    m_proven->setTone(status.provenLongAgo && !off ? Tone::Warning : Tone::Hint);
    m_form->setNextDrill(status.nextDrill ? tr("next %1").arg(momentText(*status.nextDrill, now())) : QString());
    m_run->setNotifier(fresh ? QString() : status.name, m_draft && m_draft->isChanged());
}

void NotifierDetail::take()
{
    if (m_stack->currentIndex() == 0)
        m_form->take(m_draft->saved, m_draft->edited);
    else
        m_message->take(m_draft->saved, m_draft->edited);
}

void NotifierDetail::edited(const QString &pointer)
{
    if (!m_draft || !m_type)
        return;
    take();
    m_draft->refused.clear();
    m_message->preview(m_draft->edited);
    // While the person types an error may go, but none comes.
    const Problems all = problems();
    const bool wrong = std::any_of(all.cbegin(), all.cend(), [&pointer](const Problem &problem) {
        return fieldPointer(problem.pointer) == pointer;
    });
    if (!wrong)
        m_draft->told.remove(pointer);
    m_state->setText(QString());
    showProblems();
    m_run->setNotifier(m_draft->isNew() ? QString() : m_draft->name, m_draft->isChanged());
    Q_EMIT draftChanged(m_draft->id);
}

void NotifierDetail::left(const QString &pointer)
{
    if (!m_draft || !m_type)
        return;
    m_draft->told.insert(pointer);
    showProblems();
}

Problems NotifierDetail::problems() const
{
    // What the editors know is said better there than by the check, which cannot see a stored secret's field.
    Problems own = m_stack->currentIndex() == 0 ? m_form->ownProblems() : m_message->ownProblems();
    Problems all = m_console.checkNotifier(m_draft->edited, m_draft->name) + m_draft->refused;
    const bool missing = !own.isEmpty();
    Problems result = own;
    for (const Problem &problem : std::as_const(all)) {
        const QString pointer = fieldPointer(problem.pointer);
        const bool said =
            std::any_of(own.cbegin(), own.cend(), [&pointer](const Problem &one) { return one.pointer == pointer; });
        if (!said && !(missing && pointer == "/config"_L1))
            result.append(problem);
    }
    return result;
}

void NotifierDetail::showProblems()
{
    if (!m_draft || !m_type)
        return;
    Problems told;
    Problems general;
    QSet<QString> wrong, odd;
    bool hidden = false;
    for (const Problem &problem : problems()) {
        const QString pointer = fieldPointer(problem.pointer);
        const bool onForm = m_form->has(pointer) || m_message->has(pointer);
        const bool error = problem.severity == Problem::Severity::Error;
        if (onForm && !m_draft->told.contains(pointer)) {
            hidden = hidden || error;
            continue;
        }
        if (onForm)
            (error ? wrong : odd).insert(pointer);
        (onForm ? told : general).append(problem);
    }
    m_form->showProblems(told);
    m_message->showProblems(told);
    if (general.isEmpty() || (m_draft->isNew() && m_draft->refused.isEmpty() && hidden)) {
        m_general->clear();
        general.clear();
    } else {
        m_general->say(general.first().severity,
                       problemText(general.first(), [this](const QString &key) { return m_form->labelOfKey(key); }));
    }
    odd -= wrong;
    m_attention->setVisible(!wrong.isEmpty() || !odd.isEmpty());
    m_attention->setText(wrong.isEmpty()
                             ? counted(odd.size(), tr("1 field looks odd"), tr("%1 fields look odd"))
                             : counted(wrong.size(), tr("1 field needs attention"), tr("%1 fields need attention")));
    m_attention->setAccessibleName(m_attention->text());
    m_attention->setAccessibleDescription(tr("Goes to it"));
    markField(*m_attention, wrong.isEmpty() ? FieldMark::Odd : FieldMark::Wrong);
    const bool changed = m_draft->isChanged();
    m_save->setEnabled(changed && wrong.isEmpty() && !hasErrors(general) && !m_saving);
    m_revert->setEnabled(changed && !m_saving);
    m_revert->setText(m_draft->isNew() ? tr("Discard") : tr("Revert"));
    m_revert->setAccessibleName(m_draft->isNew() ? tr("Discard the new notifier") : tr("Revert to what is saved"));
    m_save->setAccessibleName(tr("Save the notifier"));
    if (m_state->text().isEmpty() && changed)
        m_state->setText(m_draft->isNew() ? tr("Not saved yet") : tr("Changed, not in force yet"));
}

void NotifierDetail::tellAll()
{
    for (const QString &pointer : m_form->pointers() + m_message->pointers())
        m_draft->told.insert(pointer);
    showProblems();
}

void NotifierDetail::focusProblem()
{
    if (m_stack->currentIndex() == 0 ? m_form->focusProblem() : m_message->focusProblem())
        return;
    const int other = 1 - m_stack->currentIndex();
    m_tabs->setCurrentIndex(other);
    if (other == 0)
        m_form->focusProblem();
    else
        m_message->focusProblem();
}

void NotifierDetail::save()
{
    if (!m_draft || !m_type || m_saving || !m_draft->isChanged())
        return;
    take(); // What is still being typed into a list.
    tellAll();
    if (!m_save->isEnabled()) {
        focusProblem();
        return;
    }
    m_saving = true;
    m_state->setText(tr("Saving…"));
    showProblems();
    const int id = m_draft->id;
    const QString name = m_draft->edited.name;
    m_console.saveNotifier(m_draft->edited, m_draft->name, this,
                           [this, id, name](const Problems &problems) { finishSaving(id, name, problems); });
}

void NotifierDetail::finishSaving(int id, const QString &name, const Problems &problems)
{
    m_saving = false;
    const bool shown = m_draft && m_draft->id == id;
    if (hasErrors(problems)) {
        if (!shown)
            return; // It is still marked as changed; the problems come again with the next try.
        m_draft->refused = problems;
        m_state->setText(tr("Nothing was saved"));
        tellAll();
        focusProblem();
        return;
    }
    Q_EMIT saved(id, name);
    if (shown)
        m_state->setText(tr("Saved at %1, in force").arg(timeOfDay(now())));
}

void NotifierDetail::revert()
{
    if (!m_draft || m_saving)
        return;
    const int id = m_draft->id;
    if (m_draft->isNew()) {
        Q_EMIT discarded(id);
        return;
    }
    m_draft->edited = m_draft->saved;
    m_draft->told.clear();
    m_draft->refused.clear();
    m_state->setText(QString());
    if (m_type)
        fill();
    showProblems();
    m_run->setNotifier(m_draft->name, false);
    Q_EMIT draftChanged(id);
}

void NotifierDetail::sendTest()
{
    m_run->start();
}

void NotifierDetail::focusName()
{
    m_tabs->setCurrentIndex(0);
    m_form->focusName();
}

void NotifierDetail::showTab(int tab)
{
    m_tabs->setCurrentIndex(tab);
}

void NotifierDetail::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    const int line = m_stack->y() - 1;
    painter.fillRect(QRect(0, m_headPane->height(), width(), line - m_headPane->height()), theme.header);
    painter.fillRect(QRect(0, line, width(), 1), theme.border);
}

} // namespace escalite::ui
