// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Live sessions: the query, the counts, the histogram, the list and the detail under it (ui.md 4.1).

#pragma once

#include "runtime/console.h"
#include "ui/models/sessionmodel.h"

#include <QBasicTimer>
#include <QWidget>

class QAction;
class QSettings;
class QSplitter;
class QToolBar;

namespace escalite::ui {

class Arrivals;
class DocumentSearch;
class EmptyNote;
class Histogram;
class LevelChips;
class PauseBanner;
class Pill;
class QueryBar;
class SessionDetailView;
class SessionList;
class StandingChips;
class TextLabel;

class SessionsPage final : public QWidget
{
    Q_OBJECT
public:
    explicit SessionsPage(runtime::Console &console, QWidget *parent = nullptr);

    [[nodiscard]] bool isPaused() const;
    void setPaused(bool paused);
    void openSession(const QUuid &id); ///< Selects it in the list, if it is there, and shows its detail.
    void setQuery(const QString &query);
    [[nodiscard]] SessionModel &model() const { return *m_model; }
    [[nodiscard]] SessionList &list() const { return *m_list; }
    [[nodiscard]] SessionDetailView &detail() const { return *m_detail; }
    [[nodiscard]] QueryBar &queryBar() const { return *m_query; }
    [[nodiscard]] LevelChips &chips() const { return *m_chips; }
    [[nodiscard]] StandingChips &standings() const { return *m_standings; }
    void setDetailShown(bool shown);

    /// For the menus, in groups; the tool bar has the most used.
    struct Actions
    {
        QAction *follow, *pause, *open, *acknowledge, *escalate, *showOnly, *hideThis, *copyRow, *copyJson, *copyCurl,
            *query, *clearQuery, *detail, *nextError, *previousError;
    };
    [[nodiscard]] const Actions &actions() const { return m_actions; }

    void saveState(QSettings &settings) const;
    void restoreState(QSettings &settings);

Q_SIGNALS:
    void pausedChanged(bool paused);
    void escalateRequested(const QList<QUuid> &sessions);
    void storeChanged(quint32 held); ///< Sessions held, for Welcome.

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void buildActions();
    QToolBar *buildToolBar();
    QWidget *buildTop();
    void take(const SessionRows &rows);
    void applyQuery();
    void chooseLevels(const std::array<bool, 5> &levels);
    void updateCounts();
    void updateModes();
    void updateSelection();
    void updateEmpty();
    void showMenu(const QPoint &global, SessionModel::Column column);
    void restrict(bool only);
    [[nodiscard]] std::optional<filter::Expression> conditionFor(SessionModel::Column column) const;
    void acknowledge();
    [[nodiscard]] QList<QUuid> incidentsOfSelection() const;
    void copyDocument(bool asCurl);
    void zoom(bool in);
    void goToError(int direction);
    void drawHistogram();

    runtime::Console &m_console;
    SessionModel *m_model;
    Arrivals *m_arrivals;
    DocumentSearch *m_search;
    QueryBar *m_query = nullptr;
    LevelChips *m_chips = nullptr;
    StandingChips *m_standings = nullptr;
    Histogram *m_histogram = nullptr;
    TextLabel *m_barLabel = nullptr;
    PauseBanner *m_banner = nullptr;
    SessionList *m_list = nullptr;
    Pill *m_pill = nullptr;
    EmptyNote *m_empty = nullptr;
    QSplitter *m_splitter = nullptr;
    SessionDetailView *m_detail = nullptr;
    Actions m_actions{};
    SessionModel::Column m_menuColumn = SessionModel::RequestColumn;
    QHash<QUuid, Incident> m_incidents; ///< Open ones.
    QBasicTimer m_rest;                 ///< Before the detail follows the current row.
    QBasicTimer m_clock;                ///< Once a second: the histogram's right edge, clocks of open sessions.
    bool m_detailWanted = true;
    quint32 m_countedShown = 0;
};

} // namespace escalite::ui
