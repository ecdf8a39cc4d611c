// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The program's own sign: a yellow bolt with a dark outline, painted from one path at every size.

#pragma once

#include <QColor>
#include <QIcon>
#include <QRectF>

class QPainter;

namespace escalite::ui {

inline constexpr QColor BoltFill{0xff, 0xdf, 0x5e};
inline constexpr QColor BoltOutline{0x3a, 0x31, 0x0c};

void paintBolt(QPainter &painter, const QRectF &box);
[[nodiscard]] QIcon appIcon(); ///< 16 to 512 px.

} // namespace escalite::ui
