// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The round mark before a step of the Welcome page: done, the one to take now, still to come, or in trouble.

#pragma once

#include <QWidget>

namespace escalite::ui {

class StepMark final : public QWidget
{
    Q_OBJECT

public:
    enum class State : quint8 { Done, Now, Later, Trouble };

    explicit StepMark(int number, QWidget *parent = nullptr);
    void setState(State state);
    [[nodiscard]] State state() const { return m_state; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_number;
    State m_state = State::Later;
};

} // namespace escalite::ui
