// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/notifierspage.h"

#include "ui/notifiers/light.h"
#include "ui/notifiers/notifierdelegate.h"
#include "ui/notifiers/notifiermodel.h"
#include "ui/notifiers/testrun.h"
#include "ui/theme/theme.h"
#include "ui/welcome/snippets.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/copybutton.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/keyvaluetable.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/pagebar.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/problemlist.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QAction>
#include <QBoxLayout>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>

namespace escalite::ui {

namespace {

/// Width of the list below which its bars give way to names and states.
constexpr int DayNeeds = 440;

} // namespace

NotifiersPage::NotifiersPage(runtime::Console &console, QWidget *parent) : QWidget(parent), m_console(console)
{
    m_model = new NotifierModel(this);
    m_notice = new NoticeBar(this);
    m_importProblems = new ProblemList(this);
    m_importProblems->hide();
    m_fileNotice = new NoticeBar(this);
    m_fileProblems = new ProblemList(this);
    m_fileProblems->hide();
    auto *which = new QPushButton(tr("Show them"), m_fileNotice);
    which->setAutoDefault(false);
    m_fileNotice->addAction(which);
    auto *dismiss = new QPushButton(tr("Dismiss"), m_notice);
    dismiss->setAutoDefault(false);
    m_notice->addAction(dismiss);

    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(buildList());
    m_splitter->addWidget(buildDetail());
    m_splitter->setSizes({536, 654});
    m_splitter->setStretchFactor(1, 1);
    connect(m_splitter, &QSplitter::splitterMoved, this, &NotifiersPage::foldDay);
    m_empty = buildEmpty();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildBar());
    layout->addWidget(m_notice);
    layout->addWidget(m_importProblems);
    layout->addWidget(m_fileNotice);
    layout->addWidget(m_fileProblems);
    layout->addWidget(m_splitter, 1);
    layout->addWidget(m_empty, 1);

    connect(which, &QPushButton::clicked, m_fileProblems,
            [this] { m_fileProblems->setVisible(!m_fileProblems->isVisible()); });
    connect(m_fileProblems, &ProblemList::dismissed, m_fileProblems, &QWidget::hide);
    connect(dismiss, &QPushButton::clicked, this, [this] {
        m_notice->clear();
        m_importProblems->hide();
    });
    connect(m_importProblems, &ProblemList::dismissed, dismiss, &QPushButton::click);
    connect(&console, &runtime::Console::notifiersChanged, this, &NotifiersPage::setNotifiers);
    connect(&console, &runtime::Console::configurationChanged, this, &NotifiersPage::showConfiguration);
    setNotifiers(console.notifiers());
    showConfiguration(console.configuration());
}

QWidget *NotifiersPage::buildBar()
{
    auto *bar = new PageBar(this);
    m_test = bar->addAction(icon(QStringLiteral("send")), tr("Send test"));
    m_test->setShortcut(QKeyCombination(Qt::CTRL, Qt::Key_T));
    QAction *import = bar->addAction(icon(QStringLiteral("upload")), tr("Import Escalite config…"));
    import->setShortcut(QKeyCombination(Qt::CTRL, Qt::Key_O));
    bar->addStretch();
    auto *secrets = new TextLabel(tr("Secrets are kept in files that only you can read"), Tone::Secondary, bar);
    secrets->setElided(true);
    bar->addWidget(secrets);
    auto *space = new QWidget(bar);
    space->setFixedWidth(12);
    bar->addWidget(space);
    for (QAction *action : {m_test, import}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }
    connect(m_test, &QAction::triggered, this, [this] { m_run->start(); });
    connect(import, &QAction::triggered, this, &NotifiersPage::chooseFile);
    return bar;
}

QWidget *NotifiersPage::buildList()
{
    auto *left = new QWidget(m_splitter);
    m_table = new RowTable(left);
    m_table->setModel(m_model);
    m_table->setItemDelegate(new NotifierDelegate(*m_model, m_table));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAccessibleName(tr("Notifiers"));
    m_table->verticalHeader()->setDefaultSectionSize(50);
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionsClickable(false);
    header->setSectionResizeMode(NotifierModel::NameColumn, QHeaderView::Stretch);
    header->setSectionResizeMode(NotifierModel::DayColumn, QHeaderView::Fixed);
    header->resizeSection(NotifierModel::DayColumn, 160);
    header->setSectionResizeMode(NotifierModel::StateColumn, QHeaderView::Stretch);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &NotifiersPage::showCurrent);

    auto *note = new Pane(Pane::Ground::Header, left);
    note->setLines(Qt::TopEdge);
    auto *info = new IconLabel(QStringLiteral("info"), Tone::Secondary, 16, note);
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
    return left;
}

QWidget *NotifiersPage::buildDetail()
{
    m_detail = new Pane(Pane::Ground::Window, m_splitter);
    m_icon = new IconLabel(QStringLiteral("send"), Tone::Secondary, 18, m_detail);
    m_name = new TextLabel(m_detail);
    m_name->setSize(1.15, QFont::DemiBold);
    m_name->setElided(true);
    m_light = new LightGlyph(m_detail);
    m_words = new TextLabel(m_detail);
    m_words->setElided(true);
    m_release = new QPushButton(icon(QStringLiteral("play")), tr("Release"), m_detail);
    m_release->setAutoDefault(false);
    m_release->setToolTip(tr("Send what waits, with the settings as they are now"));
    m_release->setAccessibleName(tr("Release this notifier"));
    m_settings = new KeyValueTable(KeyValueTable::Labels::Right, m_detail);
    m_run = new TestRun(m_console, m_detail);

    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_icon);
    head->addWidget(m_name);
    head->addSpacing(8);
    head->addWidget(m_light);
    head->addWidget(m_words, 1);
    head->addWidget(m_release);
    auto *upper = new QWidget(m_detail);
    auto *upperLayout = new QVBoxLayout(upper);
    upperLayout->setContentsMargins(18, 12, 18, 14);
    upperLayout->setSpacing(12);
    upperLayout->addLayout(head);
    upperLayout->addWidget(m_settings);
    auto *content = new QWidget;
    auto *contentLayout = new QVBoxLayout(content);
    contentLayout->setContentsMargins(0, 0, 0, 0);
    contentLayout->setSpacing(0);
    contentLayout->addWidget(upper);
    contentLayout->addWidget(m_run, 1);
    auto *scroll = new QScrollArea(m_detail);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    scroll->setAccessibleName(tr("Settings and test"));
    auto *layout = new QVBoxLayout(m_detail);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    m_detail->setMinimumWidth(410);
    connect(m_release, &QPushButton::clicked, this, [this] {
        if (const runtime::NotifierStatus *notifier = current())
            m_console.releaseNotifier(notifier->name);
    });
    return m_detail;
}

QWidget *NotifiersPage::buildEmpty()
{
    auto *empty = new Pane(Pane::Ground::Base, this);
    auto *column = new QWidget(empty);
    column->setMaximumWidth(720);
    auto *headline = new TextLabel(tr("No notifier yet"), Tone::Text, column);
    headline->setSize(1.4, QFont::DemiBold);
    auto *text = new TextLabel(tr("Nobody is told of anything until there is one. Write a file like this one, with "
                                  "your own addresses and secrets, "
                                  "and import it. The configuration file of the Python library is taken as it is."),
                               Tone::Secondary, column);
    text->setWordWrap(true);
    auto *frame = new Pane(Pane::Ground::Field, column);
    frame->setLines(Qt::TopEdge | Qt::LeftEdge | Qt::RightEdge | Qt::BottomEdge);
    auto *code = new CodeView(frame);
    code->setAccessibleName(tr("Example of a configuration"));
    code->setLineWrapMode(QPlainTextEdit::NoWrap);
    code->showText(notifiersExample());
    const int lines = static_cast<int>(notifiersExample().count(u'\n')) + 1;
    code->setFixedHeight(lines * QFontMetrics(code->font()).lineSpacing() + 44);
    auto *copy = new CopyButton(
        tr("the example"), [] { return notifiersExample(); }, frame);
    auto *frameLayout = new QHBoxLayout(frame);
    frameLayout->setContentsMargins(1, 1, 6, 1);
    frameLayout->addWidget(code, 1);
    frameLayout->addWidget(copy, 0, Qt::AlignTop);
    auto *import = new QPushButton(icon(QStringLiteral("upload")), tr("Import Escalite config…"), column);
    import->setDefault(true);
    m_emptyPlace = new TextLabel(QString(), Tone::Hint, column);
    m_emptyPlace->setWordWrap(true);
    auto *row = new QHBoxLayout;
    row->addWidget(import);
    row->addStretch(1);
    auto *inner = new QVBoxLayout(column);
    inner->setContentsMargins(24, 24, 24, 24);
    inner->setSpacing(10);
    inner->addStretch(1);
    inner->addWidget(headline);
    inner->addWidget(text);
    inner->addWidget(frame);
    inner->addLayout(row);
    inner->addWidget(m_emptyPlace);
    inner->addStretch(2);
    auto *layout = new QHBoxLayout(empty);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addStretch(1);
    layout->addWidget(column, 20);
    layout->addStretch(1);
    connect(import, &QPushButton::clicked, this, &NotifiersPage::chooseFile);
    return empty;
}

void NotifiersPage::setNotifiers(const QList<runtime::NotifierStatus> &notifiers)
{
    const runtime::NotifierStatus *before = current();
    const QString name = before ? before->name : QString();
    m_model->setNotifiers(notifiers);
    m_splitter->setVisible(!notifiers.isEmpty());
    m_empty->setVisible(notifiers.isEmpty());
    if (!notifiers.isEmpty())
        m_table->setCurrentIndex(m_model->index(m_model->rowOf(name).value_or(0), 0));
    showCurrent();
}

const runtime::NotifierStatus *NotifiersPage::current() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() && index.row() < m_model->rowCount() ? &m_model->notifier(index.row()) : nullptr;
}

void NotifiersPage::foldDay()
{
    m_table->setColumnHidden(NotifierModel::DayColumn, m_splitter->widget(0)->width() < DayNeeds);
}

void NotifiersPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    foldDay();
}

void NotifiersPage::showNotifier(const QString &name)
{
    if (const std::optional<int> row = m_model->rowOf(name))
        m_table->setCurrentIndex(m_model->index(*row, 0));
}

void NotifiersPage::showCurrent()
{
    const runtime::NotifierStatus *notifier = current();
    m_test->setEnabled(notifier != nullptr);
    if (!notifier)
        return;
    m_icon->setIcon(notifier->icon, Tone::Secondary);
    m_name->setText(shownLine(notifier->name, 80));
    m_light->setLight(notifier->light);
    m_words->setText(shownLine(notifier->words, 240));
    m_words->setTone(lightTone(notifier->light));
    m_release->setVisible(notifier->light == NotifierLight::Held);
    QList<std::pair<QString, QString>> rows{{tr("Kind"), notifier->typeName}, {tr("Goes to"), notifier->target}};
    rows += notifier->settings;
    rows << std::pair{tr("Last success"), notifier->lastSuccess ? tr("%1 (%2)").arg(ago(*notifier->lastSuccess, now()),
                                                                                    dateAndTime(*notifier->lastSuccess))
                                                                : tr("none so far")}
         << std::pair{tr("Waiting"), counted(notifier->waiting, tr("1 message"), tr("%1 messages"))}
         << std::pair{tr("Last 24 h"), daySummary(*notifier)};
    m_settings->setRows(rows);
    m_run->setNotifier(notifier->name);
}

void NotifiersPage::showConfiguration(const runtime::Configuration &configuration)
{
    const QString file = QFileInfo(configuration.file).fileName();
    m_emptyPlace->setText(
        configuration.file.isEmpty() ? QString() : tr("They are kept in %1.").arg(shownLine(configuration.file, 400)));
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

void NotifiersPage::chooseFile()
{
    if (m_dialog) {
        m_dialog->raise();
        return;
    }
    m_dialog =
        new QFileDialog(this, tr("Import Escalite config"), QString(), tr("Configurations (*.json);;All files (*)"));
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    m_dialog->setFileMode(QFileDialog::ExistingFile);
    connect(m_dialog, &QFileDialog::fileSelected, this, &NotifiersPage::importFile);
    m_dialog->open();
}

void NotifiersPage::importFile(const QString &file)
{
    m_notice->clear();
    m_importProblems->hide();
    m_console.importNotifiers(
        file, this, [this, file](const Problems &problems) { showImported(QFileInfo(file).fileName(), problems); });
}

void NotifiersPage::showImported(const QString &file, const Problems &problems)
{
    const QString name = shownLine(file, 120);
    const int count = static_cast<int>(problems.size());
    if (hasErrors(problems)) {
        m_notice->say(Tone::Error, tr("Nothing was imported."),
                      tr("%1: %2. Correct the file and import it again.")
                          .arg(name, counted(count, tr("1 problem"), tr("%1 problems"))));
    } else if (count > 0) {
        m_notice->say(Tone::Warning, tr("The notifiers of %1 are in force.").arg(name),
                      counted(count, tr("One thing in it looks odd."), tr("%1 things in it look odd.")));
    } else {
        m_notice->say(Tone::Ok, tr("The notifiers of %1 are in force.").arg(name), tr("Send each of them a test."));
    }
    m_importProblems->setProblems(tr("Problems in %1").arg(name), name, problems);
    m_importProblems->setVisible(count > 0);
}

} // namespace escalite::ui
