// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Incidents: what is open, who answered, what happens next and when, and what can be done about it (ui.md 4.3).

#pragma once

#include "runtime/console.h"

#include <QBasicTimer>
#include <QSet>
#include <QWidget>

class QSplitter;

namespace escalite::ui {

class EmptyNote;
class IncidentActions;
class IncidentDetail;
class IncidentList;
class IncidentModel;
class NoticeBar;
class Toast;

class IncidentsPage final : public QWidget
{
    Q_OBJECT
public:
    explicit IncidentsPage(runtime::Console &console, QWidget *parent = nullptr);

    /// Chooses an incident, now or as soon as it is known; used by what links here.
    void showIncident(QUuid id);
    [[nodiscard]] IncidentModel &model() const { return *m_model; }
    [[nodiscard]] IncidentList &list() const { return *m_list; }
    [[nodiscard]] IncidentDetail &detail() const { return *m_detail; }
    [[nodiscard]] IncidentActions &actions() const { return *m_actions; }
    [[nodiscard]] Toast &toast() const { return *m_toast; }

Q_SIGNALS:
    void escalateRequested(const QUuid &incident);
    void sessionRequested(const QUuid &session);

protected:
    void timerEvent(QTimerEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *buildBar();
    void load();
    void take(const QList<Incident> &changed);
    void letIn();
    void refresh();
    void sayEmpty();
    void showMenu(const QPoint &global);
    void askSpark();
    void tick();

    runtime::Console &m_console;
    IncidentModel *m_model;
    IncidentList *m_list = nullptr;
    IncidentDetail *m_detail = nullptr;
    IncidentActions *m_actions = nullptr;
    Toast *m_toast = nullptr;
    NoticeBar *m_notice = nullptr;
    EmptyNote *m_empty = nullptr;
    QSplitter *m_splitter = nullptr;
    QHash<QUuid, Incident> m_waiting; ///< Would move rows under the pointer.
    QUuid m_wanted;
    QUuid m_sparkAsked; ///< Whose spark is on its way.
    bool m_loaded = false;
    bool m_actedNow = false; ///< What comes next was asked for here: rows may move at once.
    QBasicTimer m_ticking;
    QBasicTimer m_holding;
    QBasicTimer m_reloading;
};

} // namespace escalite::ui
