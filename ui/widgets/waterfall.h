// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The service calls of a session as bars over its own time.

#pragma once

#include "ui/models/standing.h"

#include <QAbstractScrollArea>

namespace escalite::ui {

/// Calls stand in order of start. One without an end is dashed; one that ended before it began is a tick. While the
/// session is open its axis has room to the right, so that what is running grows and nothing else moves.
class Waterfall final : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit Waterfall(QWidget *parent = nullptr);

    /// \a lasted: how long the session has been open, or was until it was last heard of; without meaning for one that
    /// has ended. The same session shown again keeps the scroll position and the call that is chosen.
    void show(const Session &session, Standing standing, Duration lasted = {});
    using QWidget::show;
    void tick(Duration lasted); ///< Of a session that is running.
    [[nodiscard]] const QList<Call> &calls() const { return m_calls; }
    /// "Waiting for payment-gateway for 31 s" while that is running. Else "86 % of the time in payment-gateway": the
    /// largest share of the whole by union of intervals; empty below 30 %.
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
    void measure(Duration lasted);
    [[nodiscard]] QString share() const;
    [[nodiscard]] QString summaryNow() const;
    void paintBars(QPainter &painter, int first, int last) const;
    void paintTexts(QPainter &painter, int row) const;
    [[nodiscard]] QString elapsedText(const Call &call) const;

    QList<Call> m_calls;
    QUuid m_session;
    Standing m_standing = Standing::Ended;
    std::optional<TimePoint> m_began; ///< As the session says.
    TimePoint m_start{};              ///< Left end of the axis.
    TimePoint m_known{};              ///< The latest time that is told.
    TimePoint m_end{};                ///< By the sender's clock; now while the session runs.
    Duration m_span = std::chrono::milliseconds(1);
    QString m_summary;
    QString m_nothing; ///< Said where there are no calls.
    int m_current = -1;
};

/// The distance of ticks on an axis of \a span so that at most \a most stand on it: 1, 2 or 5 times a power of ten, and
/// from 20 s on what divides a minute, an hour or a day.
[[nodiscard]] Duration tickStep(Duration span, int most);
/// The length of an axis for something that has run for \a elapsed and goes on: a round one that is at least two thirds
/// full.
[[nodiscard]] Duration growingSpan(Duration elapsed);

} // namespace escalite::ui
