// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Moments from top to bottom on a line: glyph, what happened, how it went, when.

#pragma once

#include "core/delivery.h"
#include "core/timepoint.h"

#include <QColor>
#include <QWidget>

namespace escalite::ui {

class Timeline final : public QWidget
{
    Q_OBJECT
public:
    struct Moment
    {
        TimePoint at{};
        QString icon; ///< Of resources/icons; may be empty.
        QColor fill;  ///< Behind the icon.
        QString title;
        QString text;
        bool ahead = false; ///< Has not happened yet: a dashed ring.
    };

    explicit Timeline(QWidget *parent = nullptr);
    void setMoments(const QList<Moment> &moments);
    [[nodiscard]] const QList<Moment> &moments() const { return m_moments; }
    void setEmptyText(const QString &text) { m_emptyText = text; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] int textHeight(const Moment &moment) const;
    void fit();

    QList<Moment> m_moments;
    QString m_emptyText;
};

/// A delivery as a moment of its creation: to whom, how it went.
[[nodiscard]] Timeline::Moment deliveryMoment(const Delivery &delivery);

} // namespace escalite::ui
