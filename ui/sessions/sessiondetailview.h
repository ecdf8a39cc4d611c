// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One session under the list: its head, and tabs for calls, entries, traces, the document and what became of it.

#pragma once

#include "runtime/console.h"

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
class TextLabel;
class Waterfall;

class SessionDetailView final : public QWidget
{
    Q_OBJECT
public:
    enum Tab { WaterfallTab, EntriesTab, TraceTab, JsonTab, EscalationTab };

    explicit SessionDetailView(runtime::Console &console, QWidget *parent = nullptr);

    void load(const QUuid &id);
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
    void reloadSoon();

    runtime::Console &m_console;
    QUuid m_wanted;
    std::optional<runtime::SessionDetail> m_detail;
    QWidget *m_glyph = nullptr;
    TextLabel *m_title = nullptr;
    TextLabel *m_id = nullptr;
    TextLabel *m_code = nullptr;
    TextLabel *m_elapsed = nullptr;
    TextLabel *m_facts = nullptr;
    QTabBar *m_tabs = nullptr;
    QStackedWidget *m_stack = nullptr;
    NoticeBar *m_notice = nullptr;
    Waterfall *m_waterfall = nullptr;
    EntryOutline *m_outline = nullptr;
    EntryModel *m_entries = nullptr;
    CodeView *m_trace = nullptr;
    CodeView *m_json = nullptr;
    TextLabel *m_jsonNote = nullptr;
    EscalationPane *m_escalation = nullptr;
    std::array<QSyntaxHighlighter *, 2> m_colours{};
    bool m_jsonFilled = false;
    QBasicTimer m_reload;
};

} // namespace escalite::ui
