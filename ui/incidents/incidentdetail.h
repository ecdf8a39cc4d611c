// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One incident beside the list: what it is, what can be done, its worst session, what happened and what comes next.

#pragma once

#include "runtime/console.h"

#include <QWidget>

class QGridLayout;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QToolButton;

namespace escalite::ui {

class IncidentActions;
class TextLabel;
class Timeline;

class IncidentDetail final : public QWidget
{
    Q_OBJECT
public:
    IncidentDetail(runtime::Console &console, IncidentActions &actions, QWidget *parent = nullptr);

    /// One: everything about it. Several: what they have in common and what can be done with all.
    void show(const QList<Incident> &incidents);
    using QWidget::show;
    void setNow(TimePoint now);
    void reload(); ///< Asks the console again for the one that is shown.
    void writeNote();
    [[nodiscard]] const runtime::IncidentDetail &detail() const { return m_detail; }
    [[nodiscard]] Timeline &timeline() const { return *m_timeline; }
    [[nodiscard]] QLineEdit &note() const { return *m_note; }

Q_SIGNALS:
    void closed();
    void loaded(const escalite::runtime::IncidentDetail &detail);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QWidget *buildHead();
    QWidget *buildActions();
    QWidget *buildWorst();
    QWidget *buildFoot();
    void showHead();
    void showWorst();
    void showTimeline();
    void keepNote();

    runtime::Console &m_console;
    IncidentActions &m_actions;
    QList<Incident> m_incidents;
    runtime::IncidentDetail m_detail;
    TimePoint m_now{};
    quint64 m_asked = 0;
    QWidget *m_head = nullptr;
    TextLabel *m_title = nullptr;
    TextLabel *m_sentence = nullptr;
    TextLabel *m_facts = nullptr;
    QWidget *m_worst = nullptr;
    TextLabel *m_worstTitle = nullptr;
    TextLabel *m_worstText = nullptr;
    QScrollArea *m_scroll = nullptr;
    TextLabel *m_timelineLabel = nullptr;
    Timeline *m_timeline = nullptr;
    QWidget *m_foot = nullptr;
    QLineEdit *m_note = nullptr;
    QPushButton *m_addNote = nullptr;
};

} // namespace escalite::ui
