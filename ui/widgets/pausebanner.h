// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// "Paused at 03:12:44. 128 newer sessions are stored and waiting. Resume [Space]".

#pragma once

#include "core/timepoint.h"

#include <QWidget>

namespace escalite::ui {

class TextLabel;

class PauseBanner final : public QWidget
{
    Q_OBJECT
public:
    explicit PauseBanner(QWidget *parent = nullptr);
    void setPausedAt(TimePoint time);
    void setWaiting(qsizetype sessions);

Q_SIGNALS:
    void resumeRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    TextLabel *m_since;
    TextLabel *m_count;
    TextLabel *m_rest;
};

} // namespace escalite::ui
