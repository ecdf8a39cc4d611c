// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The rolling count of a rule over the range, the threshold in force and the draft's, which can be dragged.

#pragma once

#include "ui/policy/whatifsummary.h"

#include <QWidget>

#include <optional>

namespace escalite::ui {

class WhatIfChart final : public QWidget
{
    Q_OBJECT

public:
    explicit WhatIfChart(QWidget *parent = nullptr);

    void setRange(TimePoint from, TimePoint until);
    void setData(const QList<engine::RollingCount> &points, const QList<WhatIfCase> &cases);
    /// The line in force and the draft's; nothing where the kind of threshold has none. \a unit: "", " %", " s".
    void setThresholds(std::optional<double> saved, std::optional<double> draft, const QString &unit);
    [[nodiscard]] std::optional<double> threshold() const { return m_draft; }
    /// Where the draft's line is, for the pointer.
    [[nodiscard]] int lineY() const;
    [[nodiscard]] QRect handleRect() const;

    [[nodiscard]] QSize sizeHint() const override { return {600, 196}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 150}; }

Q_SIGNALS:
    void thresholdMoved(double value); ///< By a person.

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    [[nodiscard]] QRect plot() const;
    [[nodiscard]] double most() const;
    [[nodiscard]] double yOf(double value) const;
    [[nodiscard]] double xOf(TimePoint at) const;
    [[nodiscard]] bool isNearLine(const QPoint &at) const;
    void moveTo(double value);
    void paintAxes(QPainter &painter) const;
    void paintLines(QPainter &painter) const;

    TimePoint m_from{};
    TimePoint m_until{};
    QList<engine::RollingCount> m_points;
    QList<WhatIfCase> m_cases;
    std::optional<double> m_saved;
    std::optional<double> m_draft;
    QString m_unit;
    bool m_dragging = false;
    double m_heldMost = 0; ///< The scale stands still under a drag.
};

} // namespace escalite::ui
