// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/notifierspage.h"

#include "ui/notifiers/firstnotifier.h"
#include "ui/notifiers/importview.h"
#include "ui/notifiers/light.h"
#include "ui/notifiers/notifierdelegate.h"
#include "ui/notifiers/notifierdetail.h"
#include "ui/notifiers/notifiermodel.h"
#include "ui/notifiers/proofview.h"
#include "ui/notifiers/testall.h"
#include "ui/notifiers/testruns.h"
#include "ui/theme/theme.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/problemlist.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QAction>
#include <QBoxLayout>
#include <QFileInfo>
#include <QHeaderView>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

/// Width of the list below which its bars give way to names and states.
constexpr int DayNeeds = 440;

} // namespace

NotifiersPage::NotifiersPage(runtime::Console &console, MakeProofRun prove, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
{
    m_runs = new TestRuns(console, this);
    m_model = new NotifierModel(this);
    buildNotices();
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(buildList());
    m_splitter->addWidget(buildRight());
    m_splitter->setSizes({536, 654});
    m_splitter->setStretchFactor(1, 1);
    m_empty = new FirstNotifier(console.notifierTypes(), this);
    m_import = new ImportView(console, this);
    if (prove)
        m_proof = new ProofView(console, std::move(prove), this);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildBar());
    layout->addWidget(m_notice);
    layout->addWidget(m_importProblems);
    layout->addWidget(m_fileNotice);
    layout->addWidget(m_fileProblems);
    layout->addWidget(m_question);
    layout->addWidget(m_splitter, 1);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_import, 1);
    if (m_proof) {
        layout->addWidget(m_proof, 1);
        connect(m_proof, &ProofView::closed, this, [this] { showSheet(nullptr); });
        connect(m_proof, &ProofView::drillRequested, this, &NotifiersPage::testThese);
    }
    addActions();

    connect(m_empty, &FirstNotifier::typeChosen, this, &NotifiersPage::addNotifier);
    connect(m_empty, &FirstNotifier::importRequested, this, &NotifiersPage::beginImport);
    connect(m_import, &ImportView::closed, this, [this] { showSheet(nullptr); });
    connect(m_import, &ImportView::imported, this, [this](const QString &name, const Problems &problems) {
        if (!hasErrors(problems))
            showSheet(nullptr);
        showImported(name, problems);
    });
    connect(&console, &runtime::Console::notifiersChanged, this, &NotifiersPage::setNotifiers);
    connect(&console, &runtime::Console::configurationChanged, this,
            [this](const runtime::Configuration &configuration) {
                showConfiguration(configuration);
                reloadUnchanged();
            });
    setNotifiers(console.notifiers());
    showConfiguration(console.configuration());
}

NotifiersPage::~NotifiersPage()
{
    // A field that loses the focus as it goes must not look for a draft that has gone before it.
    m_detail->setDraft(nullptr);
}

void NotifiersPage::buildNotices()
{
    m_notice = new NoticeBar(this);
    m_importProblems = new ProblemList(this);
    m_importProblems->hide();
    m_fileNotice = new NoticeBar(this);
    m_fileProblems = new ProblemList(this);
    m_fileProblems->hide();
    m_question = new NoticeBar(this);
    const auto button = [](const QString &text, NoticeBar *bar) {
        auto *made = new QPushButton(text, bar);
        made->setAutoDefault(false);
        bar->addAction(made);
        return made;
    };
    auto *which = button(tr("Show them"), m_fileNotice);
    auto *dismiss = button(tr("Dismiss"), m_notice);
    m_confirm = button(tr("Remove it"), m_question);
    m_keep = button(tr("Keep it"), m_question);

    connect(which, &QPushButton::clicked, m_fileProblems,
            [this] { m_fileProblems->setVisible(!m_fileProblems->isVisible()); });
    connect(m_fileProblems, &ProblemList::dismissed, m_fileProblems, &QWidget::hide);
    connect(dismiss, &QPushButton::clicked, this, [this] {
        m_notice->clear();
        m_importProblems->hide();
    });
    connect(m_importProblems, &ProblemList::dismissed, dismiss, &QPushButton::click);
    connect(m_confirm, &QPushButton::clicked, this, [this] { remove(m_doomed); });
    connect(m_keep, &QPushButton::clicked, this, [this] {
        m_question->clear();
        m_table->setFocus();
    });
}

QWidget *NotifiersPage::buildList()
{
    auto *left = new QWidget(m_splitter);
    m_table = new RowTable(left);
    m_table->setModel(m_model);
    m_table->setItemDelegate(new NotifierDelegate(*m_model, m_table));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAccessibleName(tr("Notifiers"));
    m_table->verticalHeader()->setDefaultSectionSize(52);
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionsClickable(false);
    header->setSectionResizeMode(NotifierModel::NameColumn, QHeaderView::Stretch);
    header->setSectionResizeMode(NotifierModel::DayColumn, QHeaderView::Fixed);
    header->resizeSection(NotifierModel::DayColumn, 160);
    header->setSectionResizeMode(NotifierModel::StateColumn, QHeaderView::Stretch);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        if (!m_filling)
            showCurrent();
    });
    connect(m_table, &QTableView::clicked, this, [this] { m_right->setCurrentWidget(m_detail); });

    auto *note = new Pane(Pane::Ground::Header, left);
    note->setLines(Qt::TopEdge);
    auto *info = new IconLabel(u"info"_s, Tone::Secondary, 16, note);
    auto *text = new TextLabel(tr("Green bars are delivered messages in half an hour, red ones are failed tries. A "
                                  "light turns yellow after one "
                                  "failed try and red after three in a row."),
                               Tone::Secondary, note);
    text->setWordWrap(true);
    text->setSize(0.92);
    auto *noteLayout = new QHBoxLayout(note);
    noteLayout->setContentsMargins(14, 10, 14, 10);
    noteLayout->setSpacing(8);
    noteLayout->addWidget(info, 0, Qt::AlignTop);
    noteLayout->addWidget(text, 1);
    auto *layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_table, 1);
    layout->addWidget(note);
    left->setMinimumWidth(280);
    left->installEventFilter(this);
    return left;
}

QWidget *NotifiersPage::buildRight()
{
    m_right = new QStackedWidget(m_splitter);
    m_detail = new NotifierDetail(m_console, *m_runs);
    m_testAllView = new TestAllView(*m_runs);
    m_right->addWidget(m_detail);
    m_right->addWidget(m_testAllView);
    m_right->setMinimumWidth(620);
    connect(m_detail, &NotifierDetail::draftChanged, this, &NotifiersPage::markChanged);
    connect(m_detail, &NotifierDetail::saved, this, &NotifiersPage::finishSaving);
    connect(m_detail, &NotifierDetail::discarded, this, &NotifiersPage::discardDraft);
    connect(m_testAllView, &TestAllView::closed, this, [this] { m_right->setCurrentWidget(m_detail); });
    connect(m_testAllView, &TestAllView::chosen, this, [this](const QString &name) {
        showNotifier(name);
        m_detail->showTab(0);
        m_right->setCurrentWidget(m_detail);
    });
    return m_right;
}

void NotifiersPage::setNotifiers(const QList<runtime::NotifierStatus> &notifiers)
{
    m_notifiers = notifiers;
    // Whose notifier is gone from the file has nothing to be saved over: it becomes a new one, if it was changed.
    for (auto draft = m_drafts.begin(); draft != m_drafts.end();) {
        const QString &name = draft->second.name;
        const bool there = std::any_of(notifiers.cbegin(), notifiers.cend(),
                                       [&name](const runtime::NotifierStatus &one) { return one.name == name; });
        if (draft->second.isNew() || there || draft->second.isChanged()) {
            if (!there && !draft->second.isNew())
                draft->second.name.clear();
            ++draft;
            continue;
        }
        if (m_detail->draft() == &draft->second)
            m_detail->setDraft(nullptr);
        draft = m_drafts.erase(draft);
    }
    fillList();
}

void NotifiersPage::fillList()
{
    const NotifierDraft *before = currentDraft();
    const int draft = before && before->isNew() ? before->id : 0;
    const runtime::NotifierStatus *status = current();
    const QString name = !m_wanted.isEmpty() ? m_wanted : status ? status->name : QString();

    QList<NotifierModel::Fresh> fresh;
    for (const auto &[id, one] : m_drafts) {
        if (!one.isNew())
            continue;
        NotifierModel::Fresh row{.draft = id, .status = {}};
        row.status.name = one.edited.name.isEmpty() ? tr("New notifier") : one.edited.name;
        row.status.type = one.edited.type;
        for (const delivery::NotifierType *type : m_console.notifierTypes()) {
            if (one.edited.type == QLatin1StringView(type->id)) {
                row.status.icon = QString::fromLatin1(type->icon);
                row.status.typeName = QString::fromUtf8(type->name);
                row.status.target = row.status.typeName;
            }
        }
        row.status.light = NotifierLight::Off;
        row.status.words = tr("Not saved yet");
        fresh << row;
    }
    m_filling = true;
    m_model->setNotifiers(m_notifiers, fresh);
    const bool any = m_model->rowCount() > 0;
    arrange();
    std::optional<int> row = draft > 0 && m_wanted.isEmpty() ? m_model->rowOfDraft(draft) : m_model->rowOf(name);
    if (row && !m_wanted.isEmpty())
        m_wanted.clear();
    if (any)
        m_table->setCurrentIndex(m_model->index(row.value_or(0), 0));
    m_filling = false;
    markChanged();
    showCurrent();
}

const runtime::NotifierStatus *NotifiersPage::current() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() && index.row() < m_model->rowCount() ? &m_model->notifier(index.row()) : nullptr;
}

NotifierDraft *NotifiersPage::draftOf(const QString &name)
{
    for (auto &[id, draft] : m_drafts) {
        if (!draft.isNew() && draft.name == name)
            return &draft;
    }
    return nullptr;
}

NotifierDraft *NotifiersPage::currentDraft()
{
    const runtime::NotifierStatus *status = current();
    if (!status)
        return nullptr;
    const int id = m_model->draftOf(m_table->currentIndex().row());
    if (id == 0)
        return draftOf(status->name);
    const auto found = m_drafts.find(id);
    return found == m_drafts.end() ? nullptr : &found->second;
}

void NotifiersPage::foldDay()
{
    m_table->setColumnHidden(NotifierModel::DayColumn, m_table->parentWidget()->width() < DayNeeds);
}

bool NotifiersPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        foldDay();
    return QWidget::eventFilter(watched, event);
}

void NotifiersPage::showNotifier(const QString &name)
{
    if (const std::optional<int> row = m_model->rowOf(name))
        m_table->setCurrentIndex(m_model->index(*row, 0));
}

void NotifiersPage::showCurrent()
{
    const runtime::NotifierStatus *status = current();
    NotifierDraft *draft = currentDraft();
    m_duplicate->setEnabled(draft != nullptr);
    m_remove->setEnabled(status != nullptr);
    m_testAll->setEnabled(!m_notifiers.isEmpty());
    m_prove->setEnabled(!m_notifiers.isEmpty());
    if (!m_doomed.isEmpty() && (!status || status->name != m_doomed)) {
        m_doomed.clear();
        m_question->clear();
    }
    if (!status) {
        m_detail->setDraft(nullptr);
        return;
    }
    if (draft) {
        if (m_detail->draft() != draft)
            m_detail->setDraft(draft);
        m_detail->setStatus(*status);
        m_detail->setEnabled(true);
        return;
    }
    // What was shown stays until the answer is here, so that the form does not flicker; but it takes no keys.
    m_detail->setEnabled(false);
    m_console.loadNotifier(
        status->name, this, [this, name = status->name](const Result<runtime::NotifierSetup> &setup) {
            if (!setup) {
                m_question->say(Tone::Error, tr("“%1” cannot be edited.").arg(shownLine(name, 80)),
                                shownLine(setup.error().message, 240));
                m_confirm->hide();
                m_keep->setText(tr("Dismiss"));
                return;
            }
            if (!draftOf(name)) {
                const int id = ++m_lastDraft;
                m_drafts[id] = {.id = id, .name = name, .saved = *setup, .edited = *setup, .told = {}, .refused = {}};
            }
            if (const runtime::NotifierStatus *now = current(); now && now->name == name)
                showCurrent();
        });
}

void NotifiersPage::reloadUnchanged()
{
    for (auto draft = m_drafts.begin(); draft != m_drafts.end();) {
        if (draft->second.isChanged() || m_detail->draft() == &draft->second)
            ++draft;
        else
            draft = m_drafts.erase(draft);
    }
    NotifierDraft *shown = currentDraft();
    if (!shown || shown->isChanged())
        return;
    m_console.loadNotifier(shown->name, this, [this, id = shown->id](const Result<runtime::NotifierSetup> &setup) {
        const auto found = m_drafts.find(id);
        if (!setup || found == m_drafts.end() || found->second.isChanged() || found->second.saved == *setup)
            return;
        found->second.saved = found->second.edited = *setup;
        if (m_detail->draft() == &found->second)
            m_detail->setDraft(&found->second);
    });
}

void NotifiersPage::markChanged()
{
    QSet<QString> changed;
    for (const auto &[id, draft] : m_drafts) {
        if (!draft.isNew() && draft.isChanged())
            changed.insert(draft.name);
    }
    m_model->setChanged(changed);
}

void NotifiersPage::beginDraft(runtime::NotifierSetup setup)
{
    const int id = ++m_lastDraft;
    m_drafts[id] = {.id = id, .name = {}, .saved = setup, .edited = setup, .told = {}, .refused = {}};
    m_sheet = nullptr;
    fillList();
    showDraft(id);
    m_right->setCurrentWidget(m_detail);
    m_detail->focusName();
}

void NotifiersPage::showDraft(int id)
{
    if (const std::optional<int> row = m_model->rowOfDraft(id))
        m_table->setCurrentIndex(m_model->index(*row, 0));
}

void NotifiersPage::discardDraft(int id)
{
    if (m_detail->draft() && m_detail->draft()->id == id)
        m_detail->setDraft(nullptr);
    m_drafts.erase(id);
    fillList();
    m_table->setFocus();
}

void NotifiersPage::finishSaving(int id, const QString &name)
{
    const auto found = m_drafts.find(id);
    if (found == m_drafts.end())
        return;
    const bool shown = m_detail->draft() == &found->second;
    found->second.name = name;
    found->second.saved = found->second.edited;
    found->second.told.clear();
    if (shown)
        m_wanted = name;
    m_console.loadNotifier(name, this, [this, id](const Result<runtime::NotifierSetup> &setup) {
        // With its secrets stored, no longer in the form.
        const auto draft = m_drafts.find(id);
        if (!setup || draft == m_drafts.end())
            return;
        const bool untouched = draft->second.edited == draft->second.saved;
        draft->second.saved = *setup;
        if (untouched)
            draft->second.edited = *setup;
        if (m_detail->draft() == &draft->second)
            m_detail->setDraft(&draft->second);
        markChanged();
    });
    // The list follows when it has the name; until then nothing moves.
    if (std::any_of(m_notifiers.cbegin(), m_notifiers.cend(),
                    [&name](const runtime::NotifierStatus &one) { return one.name == name; }))
        fillList();
    else
        markChanged();
}

void NotifiersPage::showConfiguration(const runtime::Configuration &configuration)
{
    const QString file = QFileInfo(configuration.file).fileName();
    m_empty->setFile(configuration.file);
    const int count = static_cast<int>(configuration.problems.size());
    if (count == 0) {
        m_fileNotice->clear();
        m_fileProblems->hide();
        return;
    }
    m_fileNotice->say(hasErrors(configuration.problems) ? Tone::Error : Tone::Warning,
                      tr("%1: %2.").arg(shownLine(file, 120), counted(count, tr("1 problem"), tr("%1 problems"))),
                      tr("What is right in the file is in force."));
    m_fileProblems->setProblems(tr("Problems in %1").arg(shownLine(file, 120)), file, configuration.problems);
}

void NotifiersPage::showSheet(QWidget *sheet)
{
    m_sheet = sheet;
    arrange();
}

/// Either a sheet, or list and form, or what to begin with.
void NotifiersPage::arrange()
{
    const bool any = m_model->rowCount() > 0;
    m_import->setVisible(m_sheet == m_import);
    if (m_proof)
        m_proof->setVisible(m_sheet == m_proof);
    m_splitter->setVisible(!m_sheet && any);
    m_empty->setVisible(!m_sheet && !any);
}

} // namespace escalite::ui
