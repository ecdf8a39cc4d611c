// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Tells somebody by hand: whom, with which words and how much of the session, with the very bytes beside it (ui.md 6).

#pragma once

#include "runtime/console.h"
#include "ui/escalate/unsentdrafts.h"

#include <QBasicTimer>
#include <QDialog>
#include <QPointer>

class QButtonGroup;
class QCheckBox;
class QListView;
class QPlainTextEdit;
class QPushButton;

namespace escalite::ui {

class NoticeBar;
class PreviewPane;
class SendBar;
class SendToModel;
class TextLabel;

class EscalateDialog final : public QDialog
{
    Q_OBJECT

public:
    /// Opens at once over \a window and fills when the draft is there. After sending, \a bar shows what becomes of it.
    static EscalateDialog *open(runtime::Console &console, const QList<QUuid> &sessions, QWidget *window, SendBar *bar);
    static EscalateDialog *open(runtime::Console &console, const EscalateSubject &subject, QWidget *window,
                                SendBar *bar);

    EscalateDialog(runtime::Console &console, EscalateSubject subject, SendBar *bar, QWidget *parent);

    /// Sets everything as it was before an undo.
    void restore(const EscalateChoice &choice);
    [[nodiscard]] EscalateChoice choice() const;

    void done(int result) override;

protected:
    void timerEvent(QTimerEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void build();
    QWidget *buildLeft();
    QWidget *buildFoot();
    void takeNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    void draft();
    void take(const runtime::Draft &draft);
    void takeOriginal(const Delivery &original);
    void apply(const EscalateChoice &choice);
    void changed(bool atOnce);
    void askPreview();
    void showPreview(const QList<engine::Prepared> &prepared, quint64 number);
    void updateSend();
    void send();
    void post();
    void finish(const EscalateChoice &sent);
    [[nodiscard]] QString reasonNotToSend() const;
    [[nodiscard]] bool previewIsCurrent() const { return m_shown == m_asked && !m_typing.isActive(); }

    runtime::Console &m_console;
    EscalateSubject m_subject;
    QPointer<SendBar> m_bar;
    std::optional<runtime::Draft> m_draft;
    std::optional<EscalateChoice> m_restore;

    TextLabel *m_headline = nullptr;
    TextLabel *m_subline = nullptr;
    TextLabel *m_again = nullptr; ///< What it says again, and to whom.
    QWidget *m_level = nullptr;
    SendToModel *m_to = nullptr;
    QListView *m_list = nullptr;
    QPlainTextEdit *m_message = nullptr;
    TextLabel *m_counter = nullptr;
    QButtonGroup *m_include = nullptr;
    QCheckBox *m_acknowledge = nullptr;
    PreviewPane *m_preview = nullptr;
    NoticeBar *m_notice = nullptr;
    TextLabel *m_status = nullptr;
    QPushButton *m_cancel = nullptr;
    QPushButton *m_send = nullptr;

    QBasicTimer m_typing; ///< Rest after the last key before the preview is made anew.
    quint64 m_asked = 0;  ///< Number of the preview last asked for, and last shown.
    quint64 m_shown = 0;
    bool m_sendWhenShown = false;
    bool m_posted = false;
    bool m_repeatIsMeant = false; ///< The person was told that the same was sent a moment ago.
};

} // namespace escalite::ui
