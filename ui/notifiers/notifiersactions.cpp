// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The tool bar of the Notifiers page, and what its actions do.

#include "ui/notifiers/importview.h"
#include "ui/notifiers/light.h"
#include "ui/notifiers/notifierdetail.h"
#include "ui/notifiers/notifiermodel.h"
#include "ui/notifiers/notifierspage.h"
#include "ui/notifiers/proofview.h"
#include "ui/notifiers/testall.h"
#include "ui/theme/theme.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/pagebar.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/problemlist.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/wording.h"

#include <QAction>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

QWidget *NotifiersPage::buildBar()
{
    auto *bar = new PageBar(this);
    QAction *add = bar->addAction(icon(u"plus"_s), tr("Add notifier"));
    m_addMenu = new QMenu(bar);
    m_addMenu->setToolTipsVisible(true);
    add->setMenu(m_addMenu);
    if (auto *button = qobject_cast<QToolButton *>(bar->widgetForAction(add)))
        button->setPopupMode(QToolButton::InstantPopup);
    m_duplicate = bar->addAction(icon(u"copy"_s), tr("Duplicate"));
    m_remove = bar->addAction(icon(u"trash"_s), tr("Remove"));
    bar->addSeparator();
    m_testAll = bar->addAction(icon(u"send"_s), tr("Test all"));
    m_prove = bar->addAction(icon(u"list-checks"_s), tr("Prove it"));
    m_proveMenu = new QMenu(bar);
    m_prove->setMenu(m_proveMenu);
    m_prove->setVisible(m_proof != nullptr);
    if (auto *button = qobject_cast<QToolButton *>(bar->widgetForAction(m_prove)))
        button->setPopupMode(QToolButton::InstantPopup);
    connect(m_proveMenu, &QMenu::aboutToShow, this, &NotifiersPage::fillProveMenu);
    QAction *import = bar->addAction(icon(u"upload"_s), tr("Import Escalite config…"));
    import->setShortcut(QKeyCombination(Qt::CTRL, Qt::Key_O));
    import->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(import);
    bar->addStretch();
    auto *secrets = new TextLabel(tr("Secrets are kept in their own file, readable only by you"), Tone::Secondary, bar);
    secrets->setElided(true);
    bar->addWidget(secrets);
    auto *space = new QWidget(bar);
    space->setFixedWidth(8);
    bar->addWidget(space);
    bar->addWidget(new IconLabel(u"key"_s, Tone::Secondary, 16, bar));
    auto *edge = new QWidget(bar);
    edge->setFixedWidth(10);
    bar->addWidget(edge);
    fillAddMenu();
    connect(m_duplicate, &QAction::triggered, this, &NotifiersPage::duplicate);
    connect(m_remove, &QAction::triggered, this, &NotifiersPage::askRemoval);
    connect(m_testAll, &QAction::triggered, this, &NotifiersPage::testAll);
    connect(import, &QAction::triggered, this, &NotifiersPage::beginImport);
    return bar;
}

void NotifiersPage::fillAddMenu()
{
    for (const delivery::NotifierType *type : m_console.notifierTypes()) {
        QAction *action = m_addMenu->addAction(icon(QString::fromLatin1(type->icon)),
                                               QString::fromUtf8(type->name).replace('&'_L1, "&&"_L1));
        if (type->help) {
            action->setToolTip(QString::fromUtf8(type->help).toHtmlEscaped());
            action->setWhatsThis(QString::fromUtf8(type->help));
        }
        connect(action, &QAction::triggered, this, [this, id = QString::fromLatin1(type->id)] { addNotifier(id); });
    }
}

void NotifiersPage::addActions()
{
    const auto shortcut = [this](const QString &name, const QKeySequence &keys, auto slot) {
        auto *action = new QAction(name, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        connect(action, &QAction::triggered, this, slot);
    };
    shortcut(tr("Save the notifier"), QKeySequence(QKeySequence::Save), [this] { m_detail->save(); });
    shortcut(tr("Send test"), QKeySequence(Qt::CTRL | Qt::Key_T), [this] {
        m_right->setCurrentWidget(m_detail);
        m_detail->showTab(0);
        m_detail->sendTest();
    });
    auto *removeKey = new QShortcut(QKeySequence(Qt::Key_Delete), m_table);
    removeKey->setContext(Qt::WidgetShortcut);
    connect(removeKey, &QShortcut::activated, this, &NotifiersPage::askRemoval);
}

void NotifiersPage::fillProveMenu()
{
    m_proveMenu->clear();
    QStringList all;
    for (const runtime::NotifierStatus &one : std::as_const(m_notifiers))
        all << one.name;
    connect(m_proveMenu->addAction(tr("All notifiers")), &QAction::triggered, this, [this, all] { prove(all); });
    const runtime::NotifierStatus *status = current();
    if (status && all.contains(status->name))
        connect(m_proveMenu->addAction(tr("Only “%1”").arg(shownLine(status->name, 60).replace(u'&', u"&&"_s))),
                &QAction::triggered, this, [this, name = status->name] { prove({name}); });
}

void NotifiersPage::addNotifier(const QString &typeId)
{
    for (const delivery::NotifierType *type : m_console.notifierTypes()) {
        if (typeId != QLatin1StringView(type->id))
            continue;
        runtime::NotifierSetup setup;
        setup.type = typeId;
        setup.name = freeName(QString::fromUtf8(type->name));
        beginDraft(std::move(setup));
    }
}

void NotifiersPage::duplicate()
{
    const NotifierDraft *draft = currentDraft();
    if (!draft)
        return;
    runtime::NotifierSetup copy = draft->edited;
    copy.name = freeName(copy.name);
    copy.secrets.clear(); // A stored secret is nobody's to read: it is typed once more.
    beginDraft(std::move(copy));
}

void NotifiersPage::askRemoval()
{
    const runtime::NotifierStatus *status = current();
    if (!status)
        return;
    if (const int id = m_model->draftOf(m_table->currentIndex().row()); id > 0) {
        discardDraft(id);
        return;
    }
    m_doomed = status->name;
    m_confirm->show();
    m_keep->setText(tr("Keep it"));
    m_question->say(Tone::Warning, tr("Remove “%1”?").arg(shownLine(status->name, 80)),
                    status->waiting > 0
                        ? tr("Its secrets are forgotten, and %1.")
                              .arg(counted(status->waiting, tr("the message that waits for it is given up"),
                                           tr("the %1 messages that wait for it are given up")))
                        : tr("Its secrets are forgotten. What it sent stays in the Outbox."));
    m_keep->setFocus();
}

void NotifiersPage::remove(const QString &name)
{
    m_console.removeNotifier(name, this, [this, name](const std::optional<Error> &error) {
        if (error) {
            m_question->say(Tone::Error, tr("“%1” was not removed.").arg(shownLine(name, 80)),
                            shownLine(error->message, 240));
            m_confirm->hide();
            m_keep->setText(tr("Dismiss"));
            return;
        }
        m_doomed.clear();
        m_question->clear();
        m_table->setFocus();
        if (NotifierDraft *draft = draftOf(name)) {
            draft->edited = draft->saved; // Nothing of it is left to be saved.
            markChanged();
        }
    });
}

void NotifiersPage::testAll()
{
    QStringList names;
    for (const runtime::NotifierStatus &one : std::as_const(m_notifiers)) {
        if (one.light != NotifierLight::Off)
            names << one.name;
    }
    testThese(names);
}

void NotifiersPage::testThese(const QStringList &names)
{
    QList<runtime::NotifierStatus> these;
    for (const runtime::NotifierStatus &one : std::as_const(m_notifiers)) {
        if (names.contains(one.name))
            these << one;
    }
    showSheet(nullptr);
    m_testAllView->start(these);
    m_right->setCurrentWidget(m_testAllView);
}

void NotifiersPage::prove(const QStringList &names)
{
    if (!m_proof)
        return;
    showSheet(m_proof);
    m_proof->prove(names);
}

void NotifiersPage::beginImport()
{
    m_notice->clear();
    m_importProblems->hide();
    showSheet(m_import);
    m_import->begin();
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

QString NotifiersPage::freeName(const QString &wanted) const
{
    const auto taken = [this](const QString &name) {
        return std::any_of(m_notifiers.cbegin(), m_notifiers.cend(),
                           [&name](const runtime::NotifierStatus &one) { return one.name == name; })
               || std::any_of(m_drafts.cbegin(), m_drafts.cend(),
                              [&name](const auto &draft) { return draft.second.edited.name == name; });
    };
    QString name = wanted;
    for (int number = 2; taken(name); ++number)
        name = u"%1 %2"_s.arg(wanted, QString::number(number));
    return name;
}

} // namespace escalite::ui
