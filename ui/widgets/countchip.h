// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A chip that can be checked: a glyph, what it counts, and how many there are.

#pragma once

#include <QToolButton>

namespace escalite::ui {

class CountChip : public QToolButton
{
    Q_OBJECT
public:
    CountChip(const QString &label, QWidget *parent);
    void setCount(quint64 count);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    /// Its colours at the moment.
    struct Look
    {
        QColor fill;
        QColor border;
        QColor words;
        QColor number;
    };
    [[nodiscard]] virtual Look look() const = 0;
    virtual void paintGlyph(QPainter &painter, const QRectF &box) const = 0;

    void paintEvent(QPaintEvent *event) override;

private:
    QString m_count;
};

} // namespace escalite::ui
