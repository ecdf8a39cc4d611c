// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A notifier's light: round when ready, diamond in trouble, square when failing, slashed when held, ring when off
// (ui.md 4.7).

#pragma once

#include "runtime/console.h"
#include "ui/widgets/textlabel.h"

#include <QRectF>
#include <QWidget>

namespace escalite::ui {

using NotifierLight = runtime::NotifierStatus::Light;

void paintLight(QPainter &painter, const QRectF &box, NotifierLight light);
[[nodiscard]] Tone lightTone(NotifierLight light);
/// True when a message handed over now would not leave at once.
[[nodiscard]] bool wouldQueue(NotifierLight light);

/// The light as a widget, beside a label that says the same in words.
class LightGlyph final : public QWidget
{
    Q_OBJECT

public:
    explicit LightGlyph(QWidget *parent = nullptr);
    void setLight(NotifierLight light);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    NotifierLight m_light = NotifierLight::Ready;
};

} // namespace escalite::ui
