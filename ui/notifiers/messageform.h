// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a notifier says: its templates, and live beside them what they make of the newest error (ui.md 4.7).

#pragma once

#include "runtime/console.h"

#include <QBasicTimer>
#include <QWidget>

namespace escalite::ui {

class CodeView;
class FieldGrid;
class TextLabel;

class MessageForm final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int PreviewAfter = 120; ///< Milliseconds without keys.

    explicit MessageForm(runtime::Console &console, QWidget *parent = nullptr);

    void show(const delivery::NotifierType &type, const runtime::NotifierSetup &setup);
    using QWidget::show;
    void take(const runtime::NotifierSetup &saved, runtime::NotifierSetup &edited) const;
    /// Renders \a setup once the keys rest, if this is visible.
    void preview(const runtime::NotifierSetup &setup);
    [[nodiscard]] Problems ownProblems() const;
    void showProblems(const Problems &problems);
    [[nodiscard]] bool has(const QString &pointer) const;
    [[nodiscard]] QStringList pointers() const;
    bool focusProblem();

Q_SIGNALS:
    void edited(const QString &pointer);
    void left(const QString &pointer);

protected:
    void timerEvent(QTimerEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void render();
    void showRendered(const Result<Rendered> &rendered);

    runtime::Console &m_console;
    const delivery::NotifierType *m_type = nullptr;
    runtime::NotifierSetup m_setup; ///< What is previewed next.
    QWidget *m_upper;
    FieldGrid *m_grid = nullptr;
    TextLabel *m_note;
    QWidget *m_head;
    TextLabel *m_length;
    TextLabel *m_hidden;
    CodeView *m_view;
    QBasicTimer m_rest;
    quint64 m_asked = 0; ///< Answers to older questions are dropped.
    bool m_filling = false;
};

/// "846 of 4,096 characters", "3 messages, 9,120 characters", "cut after 4,096 characters". \a limit 0: none.
[[nodiscard]] QString lengthWords(const Rendered &rendered, int limit);

} // namespace escalite::ui
