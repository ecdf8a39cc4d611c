// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// When how many sessions arrived: stacked bars by level, what the query hides in the ground's colour, flags where
// incidents opened.

#pragma once

#include "core/incident.h"
#include "ui/models/tally.h"

#include <QWidget>

namespace escalite::ui {

class Histogram final : public QWidget
{
    Q_OBJECT
public:
    static constexpr int Bars = 90;

    explicit Histogram(QWidget *parent = nullptr);

    /// Draws the bars of \a tally that end with the one of \a end.
    void show(const Tally &tally, TimePoint end, const QList<Incident> &incidents);
    using QWidget::show;
    [[nodiscard]] Duration step() const { return m_step; }
    [[nodiscard]] const QList<Tally::Bin> &bins() const { return m_bins; }
    [[nodiscard]] int barAt(int x) const;
    [[nodiscard]] QString words(int bar) const; ///< "03:10:20 to 03:10:30: 2 critical, 198 sessions".

    [[nodiscard]] QSize sizeHint() const override { return {600, 66}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 66}; }

Q_SIGNALS:
    void zoomed(bool in);
    void barChosen(escalite::TimePoint from);

protected:
    void paintEvent(QPaintEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] QRectF barRect(int bar) const;

    QList<Tally::Bin> m_bins;
    qint64 m_first = 0; ///< Number of the first bin.
    Duration m_step = std::chrono::seconds(10);
    QList<std::pair<TimePoint, Level>> m_flags;
    int m_wheel = 0;
};

} // namespace escalite::ui
