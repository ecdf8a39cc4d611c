// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/incidents/incidentspage.h"

#include "ui/incidents/incidentactions.h"
#include "ui/incidents/incidentdetail.h"
#include "ui/incidents/incidentlist.h"
#include "ui/incidents/incidentmodel.h"
#include "ui/silences/silencedialog.h"
#include "ui/theme/theme.h"
#include "ui/widgets/emptynote.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/pagebar.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/wording.h"

#include <QAction>
#include <QBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QSplitter>
#include <QTimerEvent>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int TickMilliseconds = 1000;
constexpr int HoldMilliseconds = 5000;  // Rows under the pointer keep their places no longer (ui.md R6).
constexpr int ReloadMilliseconds = 150; // Several signals of one change are one question.
constexpr int DetailWidth = 384;

} // namespace

IncidentsPage::IncidentsPage(runtime::Console &console, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
    , m_model(new IncidentModel(this))
{
    m_toast = new Toast(this);
    m_actions = new IncidentActions(console, *m_toast, this);
    m_notice = new NoticeBar(this);
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_model->setNow(now());
    m_list = new IncidentList(*m_model, m_splitter);
    m_empty = new EmptyNote(m_list->viewport());
    m_detail = new IncidentDetail(console, *m_actions, m_splitter);
    m_detail->setMinimumWidth(320);
    m_detail->hide();
    m_splitter->addWidget(m_list);
    m_splitter->addWidget(m_detail);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setSizes({800, DetailWidth});

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildBar());
    layout->addWidget(m_notice);
    layout->addWidget(m_splitter, 1);
    setFocusProxy(m_list);
    m_list->viewport()->installEventFilter(this);

    connect(m_list, &IncidentList::chosenChanged, this, &IncidentsPage::refresh);
    connect(m_list, &IncidentList::menuRequested, this, &IncidentsPage::showMenu);
    connect(m_list, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        if (!IncidentModel::isSection(index))
            m_actions->openSession->trigger();
    });
    connect(m_list, &QTreeView::expanded, this, &IncidentsPage::sayEmpty);
    connect(m_list, &QTreeView::collapsed, this, &IncidentsPage::sayEmpty);
    connect(m_empty, &EmptyNote::actionRequested, this, [this] {
        m_list->setExpanded(m_model->index(IncidentModel::ClosedToday, 0), true);
        m_list->setFocus();
    });
    connect(m_detail, &IncidentDetail::closed, this, [this] {
        m_list->setFocus();
        m_list->clearSelection();
    });
    connect(m_detail, &IncidentDetail::loaded, this, [this](const runtime::IncidentDetail &detail) {
        m_model->setSpark(detail.incident.id, detail.spark, detail.incident.count);
    });
    connect(m_actions, &IncidentActions::acted, this, [this] { m_actedNow = true; });
    connect(m_actions, &IncidentActions::noteRequested, m_detail, &IncidentDetail::writeNote);
    connect(m_actions, &IncidentActions::escalateRequested, this, &IncidentsPage::escalateRequested);
    connect(m_actions, &IncidentActions::silenceRequested, this, [this](const QString &matcher) {
        SilenceDialog::open(m_console, Silence{.matcher = matcher}, *m_toast, this);
    });
    connect(m_actions, &IncidentActions::sessionRequested, this, &IncidentsPage::sessionRequested);
    connect(m_actions->snooze, &QAction::triggered, this, [this] {
        m_actions->snoozeMenu->popup(
            m_list->viewport()->mapToGlobal(m_list->visualRect(m_list->currentIndex()).bottomLeft()));
    });

    connect(&console, &runtime::Console::incidentsChanged, this, &IncidentsPage::take);
    const auto reloadSoon = [this] {
        if (m_detail->isVisibleTo(this))
            m_reloading.start(ReloadMilliseconds, this);
    };
    connect(
        &console, &runtime::Console::deliveriesChanged, this, [this, reloadSoon](const QList<Delivery> &deliveries) {
            const QList<Escalation> &escalations = m_detail->detail().escalations;
            const bool ours = std::any_of(deliveries.cbegin(), deliveries.cend(), [&](const Delivery &delivery) {
                return std::any_of(escalations.cbegin(), escalations.cend(),
                                   [&](const Escalation &escalation) { return escalation.id == delivery.escalation; });
            });
            if (ours)
                reloadSoon();
        });
    connect(&console, &runtime::Console::suppressed, this, [this, reloadSoon](const QList<Suppression> &suppressions) {
        if (std::any_of(suppressions.cbegin(), suppressions.cend(),
                        [this](const Suppression &held) { return held.incident == m_detail->detail().incident.id; }))
            reloadSoon();
    });
    connect(&console, &runtime::Console::noted, this, [this, reloadSoon](const QList<Note> &notes) {
        if (std::any_of(notes.cbegin(), notes.cend(),
                        [this](const Note &note) { return note.subject == m_detail->detail().incident.id; }))
            reloadSoon();
    });
    refresh();
    load();
}

QWidget *IncidentsPage::buildBar()
{
    auto *bar = new PageBar(this);
    bar->addAction(m_actions->acknowledge);
    bar->addAction(m_actions->nextStep);
    bar->addAction(m_actions->sendElse);
    bar->addSeparator();
    bar->addAction(m_actions->snooze);
    if (auto *button = qobject_cast<QToolButton *>(bar->widgetForAction(m_actions->snooze)))
        button->setPopupMode(QToolButton::InstantPopup);
    bar->addAction(m_actions->silence);
    bar->addSeparator();
    bar->addAction(m_actions->note);
    bar->addAction(m_actions->merge);
    bar->addAction(m_actions->close);
    return bar;
}

void IncidentsPage::load()
{
    m_console.loadIncidents(this, [this](const Result<QList<Incident>> &incidents) {
        if (!incidents) {
            m_notice->say(Tone::Error, tr("The incidents could not be read."),
                          shownLine(incidents.error().message, 400));
            return;
        }
        m_notice->clear();
        m_loaded = true;
        QHash<QUuid, Incident> known;
        for (const Incident &incident : *incidents)
            known.insert(incident.id, incident);
        for (const Incident &incident : m_console.openIncidents()) // What is open counts, however old it is.
            known.insert(incident.id, incident);
        m_waiting.clear();
        m_model->setNow(now());
        m_model->setIncidents(known.values());
        if (!m_wanted.isNull())
            showIncident(m_wanted);
        else
            m_list->chooseFirst();
        refresh();
        askSpark();
    });
}

void IncidentsPage::showIncident(QUuid id)
{
    letIn();
    const bool known = m_loaded && m_model->indexOf(id).isValid();
    m_wanted = known ? QUuid() : id;
    if (known)
        m_list->choose(id);
}

void IncidentsPage::take(const QList<Incident> &changed)
{
    if (!m_loaded)
        return;
    m_model->setNow(now());
    QList<Incident> atOnce;
    const bool pointed = m_list->viewport()->underMouse() && !m_actedNow;
    m_actedNow = false;
    for (const Incident &incident : changed) {
        if (pointed && m_model->wouldMove({incident}))
            m_waiting.insert(incident.id, incident);
        else {
            m_waiting.remove(incident.id);
            atOnce.append(incident);
        }
    }
    if (!m_waiting.isEmpty() && !m_holding.isActive())
        m_holding.start(HoldMilliseconds, this);
    m_model->update(atOnce);
    if (!m_wanted.isNull())
        showIncident(m_wanted);
    refresh();
}

void IncidentsPage::letIn()
{
    m_holding.stop();
    if (m_waiting.isEmpty())
        return;
    m_model->update(m_waiting.values());
    m_waiting.clear();
    refresh();
}

void IncidentsPage::refresh()
{
    QList<Incident> chosen;
    for (const QUuid &id : m_list->chosen()) {
        if (const Incident *incident = m_model->incident(m_model->indexOf(id)))
            chosen.append(*incident);
    }
    m_actions->setSubjects(chosen);
    m_detail->setVisible(!chosen.isEmpty());
    m_detail->setNow(now());
    m_detail->show(chosen);
    m_detail->setNow(now());
    sayEmpty();
}

void IncidentsPage::sayEmpty()
{
    const int closed = m_model->countOf(IncidentModel::ClosedToday);
    const bool unfolded = closed > 0 && m_list->isExpanded(m_model->index(IncidentModel::ClosedToday, 0));
    if (!m_loaded || m_model->open() > 0 || unfolded) {
        m_empty->hide();
        return;
    }
    const std::optional<TimePoint> last = m_model->lastClosed();
    m_empty->say(
        tr("No open incidents."),
        last ? tr("Nothing to answer. The last one was closed at %1.").arg(momentText(*last, now()))
             : tr("When a rule finds that something is wrong, it appears here with who was told and what comes next."),
        closed > 0 ? counted(closed, tr("Show the one closed today"), tr("Show the %1 closed today")) : QString());
    m_empty->show();
}

void IncidentsPage::showMenu(const QPoint &global)
{
    auto *menu = new QMenu(m_list);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(m_actions->openSession);
    menu->addSeparator();
    menu->addActions(
        {m_actions->acknowledge, m_actions->nextStep, m_actions->sendElse, m_actions->snooze, m_actions->silence});
    menu->addSeparator();
    menu->addActions({m_actions->assign, m_actions->note, m_actions->merge});
    menu->addSeparator();
    menu->addActions({m_actions->close, m_actions->reopen});
    menu->popup(global);
}

/// One after the other, for rows in sight: the spark of an incident is part of its detail.
void IncidentsPage::askSpark()
{
    if (!m_sparkAsked.isNull() || !isVisible())
        return;
    const QRect shown = m_list->viewport()->rect();
    for (QModelIndex index = m_list->indexAt({4, 4}); index.isValid(); index = m_list->indexBelow(index)) {
        if (m_list->visualRect(index).top() > shown.bottom())
            return;
        const Incident *incident = m_model->incident(index);
        if (!incident || !m_model->sparkIsOld(*incident))
            continue;
        m_sparkAsked = incident->id;
        const quint64 count = incident->count;
        m_console.loadIncident(m_sparkAsked, this, [this, count](const Result<runtime::IncidentDetail> &detail) {
            m_model->setSpark(m_sparkAsked, detail ? detail->spark : QList<quint32>(), count);
            m_sparkAsked = {};
            askSpark();
        });
        return;
    }
}

void IncidentsPage::tick()
{
    const TimePoint moment = now();
    m_model->setNow(moment);
    m_list->viewport()->update();
    if (m_detail->isVisible())
        m_detail->setNow(moment);
    askSpark();
}

void IncidentsPage::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_ticking.timerId()) {
        tick();
    } else if (event->timerId() == m_holding.timerId()) {
        letIn();
    } else if (event->timerId() == m_reloading.timerId()) {
        m_reloading.stop();
        m_detail->reload();
    } else {
        QWidget::timerEvent(event);
    }
}

void IncidentsPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_model->resort();
    tick();
    m_ticking.start(TickMilliseconds, this);
}

void IncidentsPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_ticking.stop();
    letIn();
}

void IncidentsPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && m_detail->note().hasFocus()) {
        m_list->setFocus();
        return;
    }
    if (event->key() == Qt::Key_Escape && m_detail->isVisible()) {
        m_list->setFocus();
        m_list->clearSelection();
        return;
    }
    QWidget::keyPressEvent(event);
}

bool IncidentsPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Leave && watched == m_list->viewport())
        letIn();
    return QWidget::eventFilter(watched, event);
}

} // namespace escalite::ui
