// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The colours, fonts and glyphs of the window (ui.md 9). No other file names a colour.

#pragma once

#include "core/delivery.h"
#include "core/level.h"

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QRectF>

class QApplication;
class QPainter;

namespace escalite::ui {

/// Every token of ui.md 9, by its name there.
struct Theme
{
    bool dark = true;
    QColor window, base, panel, header, raised, field, hairline, border, fieldBorder, buttonBorder, button, control;
    QColor text, text2, text3, accent, accentFill, accentFillText, focusRing, selection, selectionText, toggled;
    QColor warningText, errorText, criticalText, okText;
    QColor infoFill, neutralFill, warningFill, errorFill, criticalFill, criticalMark, okFill;
    QColor tintCritical, tintError, tintWarning, tintOk, tintAccent;

    [[nodiscard]] static const Theme &darkTheme();
    [[nodiscard]] static const Theme &lightTheme();
    /// The one in use. Changes at run time: never keep a copy, paint from it each time. Widgets get
    /// QEvent::PaletteChange.
    [[nodiscard]] static const Theme &current();

    [[nodiscard]] QPalette palette() const;
    [[nodiscard]] QColor levelText(Level level) const; ///< text for info and below.
    [[nodiscard]] QColor levelFill(Level level) const; ///< glyphs and bars.
};

enum class ThemeChoice { System, Dark, Light };
/// Installs style, palette and fonts, and follows the system's scheme with ThemeChoice::System. Call once, then again
/// to switch.
void applyTheme(QApplication &application, ThemeChoice choice);

[[nodiscard]] QFont uiFont(); ///< The application's font, 13 px at 1.0.
[[nodiscard]] QFont uiFont(qreal ratio, int weight = QFont::Normal);
[[nodiscard]] QFont monoFont(qreal ratio = 0.92);

/// An own icon of resources/icons in the palette's colour at any size, ratio and mode. Unknown names assert.
[[nodiscard]] QIcon icon(const QString &name);
/// The same painted once, in \a color.
void paintIcon(QPainter &painter, const QRectF &box, const QString &name, const QColor &color);

/// Severity glyphs: ring, dot, triangle, diamond, octagon with "!". \a color is normally levelFill().
void paintLevelGlyph(QPainter &painter, const QRectF &box, Level level, const QColor &color, const QColor &mark);
/// State glyphs: check, arrow circle, cross, clock, slashed circle, ring — and their colours.
void paintStateGlyph(QPainter &painter, const QRectF &box, DeliveryState state);
[[nodiscard]] QString levelLabel(Level level);         ///< tr("Critical") …
[[nodiscard]] QString stateLabel(DeliveryState state); ///< tr("Retrying") …; claimed reads as queued ("Waiting").

} // namespace escalite::ui
