// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// First light: where to send, what to send, and who is told (ui.md 4.12). Shown while nothing has arrived.

#pragma once

#include "runtime/console.h"

#include <QBasicTimer>
#include <QWidget>

class QPushButton;
class QTabBar;

namespace escalite::ui {

class CodeView;
class IconLabel;
class NoticeBar;
class SnippetHighlighter;
class StepMark;
class TextLabel;

class WelcomePage final : public QWidget
{
    Q_OBJECT

public:
    explicit WelcomePage(runtime::Console &console, QWidget *parent = nullptr);

    /// The snippet of the current tab as the copy button copies it: with the real address and token.
    [[nodiscard]] QString copiedSnippet() const;

Q_SIGNALS:
    /// The operator wants to add or see notifiers.
    void notifiersRequested();
    /// The operator wants to see whom the rules tell.
    void rulesRequested();

protected:
    void timerEvent(QTimerEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QWidget *buildHead();
    QWidget *buildEndpoint();
    QWidget *buildAddress();
    QWidget *buildToken();
    QWidget *buildSnippets();
    QWidget *buildPeople();
    void showStatus(const runtime::Status &status);
    void showWaiting();
    void showSnippet();
    void showSave();
    void saveClient();
    void showToken(bool revealed);
    void showPeople();

    runtime::Console &m_console;
    runtime::Status m_status;
    QWidget *m_column = nullptr;
    StepMark *m_endpointMark = nullptr;
    TextLabel *m_endpointTitle = nullptr;
    NoticeBar *m_trouble = nullptr;
    QWidget *m_addressRow = nullptr;
    TextLabel *m_address = nullptr;
    TextLabel *m_token = nullptr;
    QTabBar *m_tabs = nullptr;
    QPushButton *m_save = nullptr;
    NoticeBar *m_saveTrouble = nullptr;
    CodeView *m_code = nullptr;
    SnippetHighlighter *m_colours = nullptr;
    StepMark *m_sendMark = nullptr;
    IconLabel *m_waitIcon = nullptr;
    TextLabel *m_waiting = nullptr;
    TextLabel *m_refused = nullptr;
    StepMark *m_peopleMark = nullptr;
    TextLabel *m_people = nullptr;
    QPushButton *m_notifiers = nullptr;
    QBasicTimer m_ticking;
};

} // namespace escalite::ui
