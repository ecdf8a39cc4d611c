// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The threshold as a scale of the five levels: drag the handle, click a level, or use the arrow keys.

#pragma once

#include "core/level.h"

#include <QSlider>

namespace escalite::ui {

/// A slider to screen readers; its value is a place on the scale, 0 = debug to 4 = critical.
class LevelScale final : public QSlider
{
    Q_OBJECT

public:
    explicit LevelScale(QWidget *parent = nullptr);

    [[nodiscard]] Level level() const;
    void setLevel(Level level);

    [[nodiscard]] QSize sizeHint() const override { return {380, 46}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {270, 46}; }

Q_SIGNALS:
    /// By a person: dragged, clicked or with keys.
    void levelChosen(escalite::Level level);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    [[nodiscard]] qreal xOf(int value) const;
    [[nodiscard]] int valueAt(qreal x) const;
};

[[nodiscard]] Level levelOfScale(int value);

} // namespace escalite::ui
