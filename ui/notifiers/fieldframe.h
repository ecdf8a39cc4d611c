// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The frame of a line edit around something larger: chips, or text of several lines.

#pragma once

#include <QWidget>

namespace escalite::ui {

/// Shows the focus of what stands in it, and the mark of markField().
class FieldFrame : public QWidget
{
    Q_OBJECT

public:
    explicit FieldFrame(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace escalite::ui
