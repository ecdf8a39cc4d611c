// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a person can do about the chosen incidents: each is an action with its key, is told in the toast, and can be
// taken back there.

#pragma once

#include "runtime/console.h"

#include <QObject>

class QAction;
class QMenu;

namespace escalite::ui {

class Toast;

class IncidentActions final : public QObject
{
    Q_OBJECT
public:
    /// The actions belong to \a page and work while the focus is in it.
    IncidentActions(runtime::Console &console, Toast &toast, QWidget *page);

    void setSubjects(const QList<Incident> &incidents);
    [[nodiscard]] const QList<Incident> &subjects() const { return m_subjects; }
    [[nodiscard]] QList<QAction *> all() const;

    QAction *acknowledge = nullptr;
    QAction *nextStep = nullptr;
    QAction *sendElse = nullptr;
    QAction *snooze = nullptr; ///< Opens snoozeMenu.
    QAction *silence = nullptr;
    QAction *assign = nullptr;
    QAction *note = nullptr;
    QAction *merge = nullptr;
    QAction *close = nullptr;
    QAction *reopen = nullptr;
    QAction *openSession = nullptr;
    QMenu *snoozeMenu = nullptr;

    void addNote(const QUuid &subject, const QString &text);

Q_SIGNALS:
    void acted(); ///< Something was asked of the console; what it changes may move rows at once.
    void noted(bool kept);
    void escalateRequested(const QUuid &incident);
    void silenceRequested(const QString &matcher);
    void noteRequested();
    void sessionRequested(const QUuid &session);

private:
    void build(QWidget *page);
    void post(const decltype(engine::Command::what) &what, const QString &done, std::function<void(QUuid)> undo);
    void postUndo(const decltype(engine::Command::what) &what);
    void snoozeUntil(std::optional<TimePoint> until, bool untilWorse);
    /// Those that \a is true of.
    [[nodiscard]] QList<QUuid> those(const std::function<bool(const Incident &)> &is) const;
    /// \a one with the title of a single one, else \a many with the number.
    [[nodiscard]] QString told(const QList<QUuid> &incidents, const QString &one, const QString &many) const;

    runtime::Console &m_console;
    Toast &m_toast;
    QList<Incident> m_subjects;
};

} // namespace escalite::ui
