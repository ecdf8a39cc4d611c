// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A test message on its way: the steps of the attempt as they come, the real answer, and one paragraph in plain words.

#pragma once

#include "runtime/console.h"
#include "ui/widgets/textlabel.h"

#include <QWidget>

class QGridLayout;
class QPushButton;

namespace escalite::ui {

/// What a test came to, for somebody who does not read protocols.
struct TestVerdict
{
    Tone tone = Tone::Accent;
    QString headline;
    QString text;
};
[[nodiscard]] TestVerdict testVerdict(const Delivery &delivery, const QList<Attempt> &attempts);
/// "Log in" for "authenticate"; names unknown to us as they are.
[[nodiscard]] QString stageWords(const QString &name);

class PlainVerdict;
class TestRuns;

class TestRun final : public QWidget
{
    Q_OBJECT

public:
    explicit TestRun(TestRuns &runs, QWidget *parent = nullptr);

    /// The notifier whose last test is shown; empty for one that is not saved yet. \a unsaved: its form says something
    /// else than what is in force.
    void setNotifier(const QString &name, bool unsaved = false);
    void start();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void showRun();
    void addStep(const QString &icon, Tone tone, const QString &name, const QString &took, const QString &detail,
                 bool failed);

    TestRuns &m_runs;
    QString m_notifier;
    bool m_unsaved = false;
    TextLabel *m_when;
    QPushButton *m_send;
    QWidget *m_head;
    QGridLayout *m_steps;
    QList<QWidget *> m_cells;
    PlainVerdict *m_verdict;
};

} // namespace escalite::ui
