// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/incidents/incidentactions.h"

#include "engine/engine.h"
#include "ui/incidents/incidenttext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/operatorname.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/wording.h"

#include <QAction>
#include <QMenu>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::ui {

namespace {

using State = Incident::State;

bool isOpen(const Incident &incident)
{
    return incident.isOpen();
}

bool canAcknowledge(const Incident &incident)
{
    return incident.state == State::Triggered || incident.state == State::Snoozed;
}

bool hasNextStep(const Incident &incident)
{
    return incident.state == State::Triggered && !engine::Engine::comingSteps(incident, 1).isEmpty();
}

} // namespace

IncidentActions::IncidentActions(runtime::Console &console, Toast &toast, QWidget *page)
    : QObject(page)
    , m_console(console)
    , m_toast(toast)
{
    build(page);
    setSubjects({});
}

void IncidentActions::build(QWidget *page)
{
    const auto make = [page](const QString &iconName, const QString &text, const QKeySequence &keys) {
        auto *action = new QAction(icon(iconName), text, page);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        page->addAction(action);
        return action;
    };
    acknowledge = make(u"check"_s, tr("Acknowledge"), Qt::Key_A);
    nextStep = make(u"siren"_s, tr("Escalate now"), QKeyCombination(Qt::SHIFT, Qt::Key_E));
    sendElse = make(u"megaphone"_s, tr("Send to…"), Qt::Key_E);
    snooze = make(u"alarm-clock"_s, tr("Snooze"), Qt::Key_S);
    silence = make(u"bell-off"_s, tr("Silence similar…"), QKeyCombination(Qt::SHIFT, Qt::Key_S));
    assign = make(u"user"_s, tr("Assign to me"), Qt::Key_I);
    note = make(u"message"_s, tr("Note"), Qt::Key_N);
    merge = make(u"layers"_s, tr("Merge"), Qt::Key_M);
    close = make(u"circle-check"_s, tr("Close"), Qt::Key_Delete);
    reopen = make(u"rotate"_s, tr("Open again"), QKeyCombination(Qt::SHIFT, Qt::Key_Delete));
    openSession = make(u"external-link"_s, tr("Open the worst session"), {}); // The list's own Enter.
    nextStep->setToolTip(tr("Take the next step of the policy now (Shift+E)"));
    sendElse->setToolTip(tr("Send to someone else (E)"));

    snoozeMenu = new QMenu(page);
    snooze->setMenu(snoozeMenu);
    snoozeMenu->addAction(tr("&15 min"), this, [this] { snoozeUntil(now() + 15min, false); });
    snoozeMenu->addAction(tr("1 &h"), this, [this] { snoozeUntil(now() + 1h, false); });
    snoozeMenu->addAction(tr("Until &08:00"), this, [this] { snoozeUntil(nextMorning(now()), false); });
    snoozeMenu->addAction(tr("Until it gets &worse"), this, [this] { snoozeUntil(std::nullopt, true); });

    connect(acknowledge, &QAction::triggered, this, [this] {
        const QList<QUuid> ids = those(canAcknowledge);
        post(engine::Acknowledge{ids}, told(ids, tr("“%1” acknowledged."), tr("%1 acknowledged.")),
             [this, ids](const QUuid &) { postUndo(engine::Reopen{ids}); });
    });
    connect(close, &QAction::triggered, this, [this] {
        const QList<QUuid> ids = those(isOpen);
        post(engine::Close{ids}, told(ids, tr("“%1” closed."), tr("%1 closed.")),
             [this, ids](const QUuid &) { postUndo(engine::Reopen{ids}); });
    });
    connect(reopen, &QAction::triggered, this, [this] {
        const QList<QUuid> ids = those([](const Incident &incident) { return !incident.isOpen(); });
        post(engine::Reopen{ids}, told(ids, tr("“%1” is open again."), tr("%1 are open again.")),
             [this, ids](const QUuid &) { postUndo(engine::Close{ids}); });
    });
    connect(nextStep, &QAction::triggered, this, [this] {
        const QList<QUuid> ids = those(hasNextStep);
        post(engine::NextStep{ids},
             told(ids, tr("The next step of “%1” is taken now."), tr("The next steps of %1 are taken now.")), {});
    });
    connect(assign, &QAction::triggered, this, [this] {
        const QString me = operatorName();
        const bool mine = !m_subjects.isEmpty() && m_subjects.first().assignee == me;
        const QList<QUuid> ids = those(isOpen);
        post(engine::Assign{.incidents = ids, .to = mine ? QString() : me},
             mine ? told(ids, tr("“%1” is nobody's now."), tr("%1 are nobody's now."))
                  : told(ids, tr("“%1” is yours now."), tr("%1 are yours now.")),
             [this](const QUuid &request) { postUndo(engine::Undo{request}); });
    });
    connect(merge, &QAction::triggered, this, [this] {
        QList<QUuid> ids = those(isOpen);
        if (ids.size() < 2)
            return;
        const QUuid into = ids.takeFirst();
        const auto target = std::find_if(m_subjects.cbegin(), m_subjects.cend(),
                                         [&](const Incident &incident) { return incident.id == into; });
        const QString title = shownLine(target->title, 80);
        post(engine::Merge{.into = into, .incidents = ids},
             ids.size() == 1 ? tr("1 merged into “%1”.").arg(title)
                             : tr("%1 merged into “%2”.").arg(countText(static_cast<quint64>(ids.size())), title),
             [this](const QUuid &request) { postUndo(engine::Undo{request}); });
    });
    connect(sendElse, &QAction::triggered, this, [this] {
        if (m_subjects.size() == 1)
            Q_EMIT escalateRequested(m_subjects.first().id);
    });
    connect(silence, &QAction::triggered, this, [this] {
        if (!m_subjects.isEmpty())
            Q_EMIT silenceRequested(similarQuery(m_subjects.first()));
    });
    connect(note, &QAction::triggered, this, &IncidentActions::noteRequested);
    connect(openSession, &QAction::triggered, this, [this] {
        if (m_subjects.size() == 1)
            Q_EMIT sessionRequested(m_subjects.first().worstSession);
    });
}

QList<QAction *> IncidentActions::all() const
{
    return {acknowledge, nextStep, sendElse, snooze, silence, assign, note, merge, close, reopen, openSession};
}

QList<QUuid> IncidentActions::those(const std::function<bool(const Incident &)> &is) const
{
    QList<QUuid> ids;
    for (const Incident &incident : m_subjects) {
        if (is(incident))
            ids.append(incident.id);
    }
    return ids;
}

QString IncidentActions::told(const QList<QUuid> &incidents, const QString &one, const QString &many) const
{
    if (incidents.size() != 1)
        return many.arg(countText(static_cast<quint64>(incidents.size())));
    const auto found = std::find_if(m_subjects.cbegin(), m_subjects.cend(),
                                    [&](const Incident &incident) { return incident.id == incidents.first(); });
    return one.arg(found == m_subjects.cend() ? QString() : shownLine(found->title, 80));
}

void IncidentActions::setSubjects(const QList<Incident> &incidents)
{
    m_subjects = incidents;
    const auto any = [&](auto &&is) {
        return std::any_of(incidents.cbegin(), incidents.cend(), is);
    };
    const bool open = any(isOpen);
    const bool single = incidents.size() == 1;
    acknowledge->setEnabled(any(canAcknowledge));
    nextStep->setEnabled(any(hasNextStep));
    sendElse->setEnabled(single);
    snooze->setEnabled(open);
    silence->setEnabled(!incidents.isEmpty());
    assign->setEnabled(open);
    assign->setText(!incidents.isEmpty() && incidents.first().assignee == operatorName() ? tr("Not mine any more")
                                                                                         : tr("Assign to me"));
    note->setEnabled(single);
    merge->setEnabled(those(isOpen).size() > 1);
    close->setEnabled(open);
    reopen->setEnabled(any([](const Incident &incident) { return !incident.isOpen(); }));
    openSession->setEnabled(single);
}

void IncidentActions::snoozeUntil(std::optional<TimePoint> until, bool untilWorse)
{
    const QList<QUuid> ids = those(isOpen);
    const QString done =
        until ? told(ids, tr("“%1” is snoozed until %2."), tr("%1 are snoozed until %2."))
                    .replace(u"%2"_s, momentText(*until, now()))
              : told(ids, tr("“%1” is snoozed until it gets worse."), tr("%1 are snoozed until they get worse."));
    post(engine::Snooze{.incidents = ids, .until = until, .untilWorse = untilWorse}, done,
         [this](const QUuid &request) { postUndo(engine::Undo{request}); });
}

void IncidentActions::addNote(const QUuid &subject, const QString &text)
{
    const engine::Command command{.request = QUuid::createUuid(),
                                  .by = operatorName(),
                                  .what = engine::Annotate{.subject = subject, .text = text}};
    m_console.post(command, this, [this](const std::optional<Error> &error) {
        if (error)
            m_toast.failed(tr("The note was not kept."), error->message);
        Q_EMIT noted(!error);
    });
}

void IncidentActions::post(const decltype(engine::Command::what) &what, const QString &done,
                           std::function<void(QUuid)> undo)
{
    const engine::Command command{.request = QUuid::createUuid(), .by = operatorName(), .what = what};
    Q_EMIT acted();
    m_console.post(command, this,
                   [this, done, undo = std::move(undo), request = command.request](const std::optional<Error> &error) {
                       if (error)
                           m_toast.failed(tr("Nothing was changed."), error->message);
                       else if (undo)
                           m_toast.did(done, [undo, request] { undo(request); });
                       else
                           m_toast.did(done);
                   });
}

void IncidentActions::postUndo(const decltype(engine::Command::what) &what)
{
    const engine::Command command{.request = QUuid::createUuid(), .by = operatorName(), .what = what};
    Q_EMIT acted();
    m_console.post(command, this, [this](const std::optional<Error> &error) {
        if (error)
            m_toast.failed(tr("It could not be taken back."), error->message);
    });
}

} // namespace escalite::ui
