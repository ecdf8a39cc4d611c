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

    /// How a row is shown at the moment.
    struct Look
    {
        bool selected = false;
        bool current = false;
        bool focused = false; ///< The list has the keyboard.
        TimePoint now{};      ///< For the clocks of open sessions.
    };
    /// Paints the row with \a serial into \a rect; columns stand where \a header has them.
    void paint(QPainter &painter, const QRect &rect, const SessionModel &model, Serial serial,
               const QHeaderView &header, const Look &look) const;

    Duration slow = std::chrono::seconds(2); ///< The tick in the elapsed bar; beyond 2.5 times it is an error.

private:
    /// What the cells of one row share.
    struct Row
    {
        const SessionRow &row;
        Standing standing{};
        Course course{}; ///< Of one without an end.
        const Look &look;
        bool plain = false; ///< All text in the colour of selected text.
    };
    static void paintGlyph(QPainter &painter, const QRect &cell, const Row &of);
    void paintElapsed(QPainter &painter, const QRect &cell, const Row &of) const;
    void paintBar(QPainter &painter, const QRect &cell, Duration elapsed, const QColor &color, const Row &of) const;
    static void paintCalls(QPainter &painter, const QRect &cell, const Row &of);
    void write(QPainter &painter, const QRect &box, const QString &text, const QColor &color, bool mono = false,
               int align = Qt::AlignLeft) const;

    QFont m_ui, m_mono;
    QFontMetrics m_uiMetrics, m_monoMetrics;
};

} // namespace escalite::ui
