// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// An own icon as a widget, in a tone of the theme.

#pragma once

#include "ui/widgets/textlabel.h"

#include <QWidget>

namespace escalite::ui {

class IconLabel final : public QWidget
{
    Q_OBJECT

public:
    IconLabel(const QString &name, Tone tone, int size, QWidget *parent = nullptr);
    void setIcon(const QString &name, Tone tone);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_name;
    Tone m_tone;
};

} // namespace escalite::ui
