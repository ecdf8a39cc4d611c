// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One session under the list: its head, and tabs for calls, entries, traces, the document and what became of it.

#pragma once

#include "runtime/console.h"
#include "ui/models/standing.h"

#include <QBasicTimer>
#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QSyntaxHighlighter;
class QTabBar;

namespace escalite::ui {

class CodeView;
class EntryModel;
class EntryOutline;
class EscalationPane;
class NoticeBar;
class RowTable;
class SessionModel;
class TextLabel;
class Waterfall;

class SessionDetailView final : public QWidget
{
    Q_OBJECT
public:
    enum Tab { WaterfallTab, EntriesTab, TraceTab, JsonTab, EscalationTab };

    /// \a model knows what the console holds of a session without an end: that it is stuck or given up.
    SessionDetailView(runtime::Console &console, const SessionModel &model, QWidget *parent = nullptr);

    void load(const QUuid &id);
    void tick();                                ///< Once a second: the clocks of an open session go on.
    [[nodiscard]] QString standingText() const; ///< "Open for 12 s"; empty before a session is shown.
    [[nodiscard]] QString notes() const;        ///< What is odd about the session, a sentence each.
    [[nodiscard]] SessionPtr session() const { return m_detail ? m_detail->session : nullptr; }
    [[nodiscard]] int currentTab() const;
    void setCurrentTab(int tab);
    [[nodiscard]] QTabBar &tabs() const { return *m_tabs; }
    [[nodiscard]] Waterfall &waterfall() const { return *m_waterfall; }
    [[nodiscard]] CodeView &json() const { return *m_json; }
    [[nodiscard]] CodeView &trace() const { return *m_trace; }
    [[nodiscard]] EscalationPane &escalation() const { return *m_escalation; }

Q_SIGNALS:
    void loaded();
    void closeRequested();
    void escalateRequested(const QUuid &id);

protected:
    void paintEvent(QPaintEvent *event) override;
    void timerEvent(QTimerEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    [[nodiscard]] QSize sizeHint() const override { return {800, 290}; }

private:
    QWidget *buildHead();
    void show(const runtime::SessionDetail &detail);
    void refuse(const Error &error);
    void fillTab(); ///< Those that cost are filled when they are looked at.
    void fillEntries();
    void readStanding();
    void showStanding();
    void reloadSoon();

    runtime::Console &m_console;
    const SessionModel &m_model;
    QUuid m_wanted;
    std::optional<runtime::SessionDetail> m_detail;
    Standing m_standing = Standing::Ended;
    Course m_course; ///< Of one without an end.
    QWidget *m_glyph = nullptr;
    TextLabel *m_title = nullptr;
    TextLabel *m_id = nullptr;
    TextLabel *m_code = nullptr;
    TextLabel *m_elapsed = nullptr;
    TextLabel *m_facts = nullptr;
    TextLabel *m_notes = nullptr;
    QTabBar *m_tabs = nullptr;
    QStackedWidget *m_stack = nullptr;
    NoticeBar *m_notice = nullptr;
    Waterfall *m_waterfall = nullptr;
    EntryOutline *m_outline = nullptr;
    EntryModel *m_entries = nullptr;
    RowTable *m_table = nullptr;
    CodeView *m_trace = nullptr;
    CodeView *m_json = nullptr;
    TextLabel *m_jsonNote = nullptr;
    EscalationPane *m_escalation = nullptr;
    std::array<QSyntaxHighlighter *, 2> m_colours{};
    bool m_jsonFilled = false;
    QBasicTimer m_reload;
};

} // namespace escalite::ui
