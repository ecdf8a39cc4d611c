// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The subset of SVG that our icons are drawn in: strokes of paths and basic shapes in a 24 by 24 box.

#pragma once

#include <QByteArray>
#include <QPainterPath>

#include <optional>

namespace escalite::ui {

/// Reads path, circle, ellipse, rect, line, polyline and polygon of \a svg. Nothing when it holds anything else that
/// draws, or a path that does not follow the grammar of SVG 1.1 §8.3.
[[nodiscard]] std::optional<QPainterPath> readDrawing(const QByteArray &svg);

/// A path's "d" attribute: M L H V C S Q A Z and their relative forms.
[[nodiscard]] std::optional<QPainterPath> readPath(QStringView d);

} // namespace escalite::ui
