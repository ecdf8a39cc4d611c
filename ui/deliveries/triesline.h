// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The tries of one delivery along a line: those made, now, the next one, those planned after it, or when it is given
// up.

#pragma once

#include "core/delivery.h"

#include <QWidget>

namespace escalite::ui {

class TriesLine final : public QWidget
{
    Q_OBJECT

public:
    explicit TriesLine(QWidget *parent = nullptr);

    /// \a planned: when it would be tried if every try failed, the next one first.
    void setTries(const Delivery &delivery, const QList<Attempt> &attempts, const QList<TimePoint> &planned);
    void setNow(TimePoint now);

    [[nodiscard]] QSize sizeHint() const override { return {240, 46}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 46}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Stop
    {
        enum class Kind : quint8 { Earlier, Tried, Now, Next, Planned, GiveUp };
        Kind kind = Kind::Tried;
        TimePoint at{};
        Outcome::Kind outcome = Outcome::Kind::Transient;
        qsizetype earlier = 0; ///< Of Earlier: how many.
    };
    /// Evenly spaced in order of time: 24 hours and 200 ms do not fit one scale.
    [[nodiscard]] QList<Stop> stops() const;
    [[nodiscard]] int room() const; ///< How many stops fit with their labels.
    void describe();

    Delivery m_delivery;
    QList<Attempt> m_attempts;
    QList<TimePoint> m_planned;
    TimePoint m_now{};
};

} // namespace escalite::ui
