// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How one session looks as a row of the live list.

#pragma once

#include "ui/models/sessionmodel.h"

#include <QFont>
#include <QFontMetrics>

class QHeaderView;
class QPainter;

namespace escalite::ui {

struct SessionRowPainter
{
    SessionRowPainter();
    void refreshFonts();

    /// Paints the row with \a serial into \a rect; columns stand where \a header has them.
    void paint(QPainter &painter, const QRect &rect, const SessionModel &model, Serial serial,
               const QHeaderView &header, bool selected, bool current, bool focused) const;

    Duration slow = std::chrono::seconds(2); ///< The tick in the elapsed bar; beyond 2.5 times it is an error.

private:
    void paintElapsed(QPainter &painter, const QRect &cell, const SessionRow &row, bool selected) const;
    void paintCalls(QPainter &painter, const QRect &cell, const SessionRow &row) const;

    QFont m_ui, m_mono;
    QFontMetrics m_uiMetrics, m_monoMetrics;
};

} // namespace escalite::ui
