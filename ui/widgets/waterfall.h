// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The service calls of a session as bars over its own time.

#pragma once

#include "core/session.h"

#include <QAbstractScrollArea>

namespace escalite::ui {

/// Calls stand in order of start. One without an end is dashed to the right edge; one that ended before it began is a
/// tick.
class Waterfall final : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit Waterfall(QWidget *parent = nullptr);

    void show(const Session &session);
    using QWidget::show;
    [[nodiscard]] const QList<Call> &calls() const { return m_calls; }
    /// "86 % of the time in payment-gateway": the largest share of the whole by union of intervals; empty below 30 %.
    [[nodiscard]] QString summary() const { return m_summary; }
    [[nodiscard]] QRectF barRect(int row) const; ///< In the viewport.

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    struct Axis
    {
        double left = 0;
        double width = 1;
    };
    [[nodiscard]] Axis axis() const;
    [[nodiscard]] Duration ticks() const;
    [[nodiscard]] double x(TimePoint time) const;
    [[nodiscard]] int rowAt(int y) const;
    [[nodiscard]] QRect rowRect(int row) const;
    void paintHead(QPainter &painter) const;
    void updateScrollBar();
    [[nodiscard]] QString words(const Call &call) const;

    QList<Call> m_calls;
    TimePoint m_start{};
    Duration m_span = std::chrono::milliseconds(1);
    QString m_summary;
    int m_current = -1;
};

/// The distance of ticks on an axis of \a span so that at most \a most stand on it: 1, 2 or 5 times a power of ten.
[[nodiscard]] Duration tickStep(Duration span, int most);

} // namespace escalite::ui
