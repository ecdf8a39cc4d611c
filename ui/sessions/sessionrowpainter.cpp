// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/sessionrowpainter.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"

#include <QHeaderView>
#include <QPainter>

#include <cmath>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int Pad = 8;

/// Where \a elapsed stands on the bar: 10 ms to 10 s, logarithmic.
double share(Duration elapsed)
{
    const double ms = std::max(1.0, static_cast<double>(elapsed.count()) / 1000);
    return std::clamp((std::log10(ms) - 1) / 3, 0.04, 1.0);
}

QColor codeColor(int code, const Theme &theme)
{
    return code >= 500 ? theme.errorText : code >= 400 ? theme.warningText : theme.text2;
}

} // namespace

SessionRowPainter::SessionRowPainter() : m_uiMetrics(QFont()), m_monoMetrics(QFont())
{
    refreshFonts();
}

void SessionRowPainter::refreshFonts()
{
    m_ui = uiFont();
    m_mono = monoFont();
    m_uiMetrics = QFontMetrics(m_ui);
    m_monoMetrics = QFontMetrics(m_mono);
}

void SessionRowPainter::paint(QPainter &painter, const QRect &rect, const SessionModel &model, Serial serial,
                              const QHeaderView &header, bool selected, bool current, bool focused) const
{
    const Theme &theme = Theme::current();
    const SessionRow &row = model.store().row(serial);
    const Level level = row.effective();
    if (selected)
        painter.fillRect(rect, focused ? theme.selection : theme.toggled);
    else if (level == Level::Critical)
        painter.fillRect(rect, theme.tintCritical);
    painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.hairline);
    if (level >= Level::Error)
        painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.levelFill(level));

    const bool plain = selected && focused;
    const auto cell = [&](SessionModel::Column column) {
        return QRect(rect.left() + header.sectionViewportPosition(column), rect.top(), header.sectionSize(column),
                     rect.height() - 1);
    };
    const auto write = [&](const QRect &box, const QString &text, const QColor &color, bool mono = false,
                           int align = Qt::AlignLeft) {
        if (box.width() <= 0 || text.isEmpty())
            return;
        painter.setFont(mono ? m_mono : m_ui);
        painter.setPen(plain ? theme.selectionText : color);
        const QFontMetrics &metrics = mono ? m_monoMetrics : m_uiMetrics;
        painter.drawText(box, align | Qt::AlignVCenter | Qt::TextSingleLine,
                         metrics.elidedText(text, Qt::ElideRight, box.width()));
    };

    const QRect glyph = cell(SessionModel::LevelColumn);
    QRectF box(0, 0, 13, 13);
    box.moveCenter(QRectF(glyph).center() + QPointF(1, .5));
    paintLevelGlyph(painter, box, level, theme.levelFill(level), theme.criticalMark);

    write(cell(SessionModel::TimeColumn).adjusted(Pad, 0, -2, 0), timeOfDayMs(row.received()), theme.text2, true);
    write(cell(SessionModel::SourceColumn).adjusted(Pad, 0, -4, 0), model.shownName(row.source), theme.text);

    QRect request = cell(SessionModel::RequestColumn).adjusted(Pad, 0, -4, 0);
    if (row.method != 0) {
        const QString method = model.shownName(row.method);
        write(request, method, theme.text2, true);
        // Paths stand on one axis behind the common methods; a longer word pushes its own.
        const int column = m_monoMetrics.horizontalAdvance("POST "_L1);
        request.setLeft(request.left() + std::max(column, m_monoMetrics.horizontalAdvance(method + ' '_L1)));
    }
    write(request, model.shownName(row.path), theme.text);
    if (row.code >= 0)
        write(cell(SessionModel::CodeColumn).adjusted(2, 0, -Pad, 0), QString::number(row.code),
              codeColor(row.code, theme), true, Qt::AlignRight);
    if (!header.isSectionHidden(SessionModel::ElapsedColumn))
        paintElapsed(painter, cell(SessionModel::ElapsedColumn), row, plain);
    if (!header.isSectionHidden(SessionModel::CallsColumn))
        paintCalls(painter, cell(SessionModel::CallsColumn), row);
    write(cell(SessionModel::MessageColumn).adjusted(Pad, 0, -Pad, 0), model.shownName(row.message),
          level >= Level::Warning ? theme.text : theme.text2);

    if (!header.isSectionHidden(SessionModel::EscalationColumn)) {
        const SessionModel::Told told = model.told(serial);
        if (!told.icon.isEmpty()) {
            const QRect place = cell(SessionModel::EscalationColumn).adjusted(Pad, 0, -4, 0);
            const QColor color = plain ? theme.selectionText : told.quiet ? theme.text2 : theme.text;
            paintIcon(painter, QRectF(place.left(), place.center().y() - 6, 13, 13), told.icon, color);
            write(place.adjusted(19, 0, 0, 0), told.words, color);
        }
    }
    if (current && focused)
        strokeBox(painter, rect.adjusted(0, -1, 0, 0), theme.focusRing, 0);
}

void SessionRowPainter::paintElapsed(QPainter &painter, const QRect &cell, const SessionRow &row, bool plain) const
{
    const Theme &theme = Theme::current();
    const bool known = row.elapsed >= 0;
    const Duration elapsed(row.elapsed);
    const bool late = known && elapsed > slow;
    const bool veryLate = known && elapsed * 2 > slow * 5;
    painter.setFont(m_mono);
    painter.setPen(plain      ? theme.selectionText
                   : veryLate ? theme.errorText
                   : late     ? theme.warningText
                   : known    ? theme.text
                              : theme.text3);
    const QRect number(cell.left() + 4, cell.top(), 64, cell.height());
    painter.drawText(number, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                     known ? toText(elapsed) : SessionModel::tr("open"));
    if (!known)
        return;
    const QRectF track(cell.left() + 76, cell.center().y() - 1, 54, 4);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(plain ? mixed(theme.selection, theme.window, .5) : theme.hairline);
    painter.drawRoundedRect(track, 1.5, 1.5);
    painter.setBrush(veryLate ? theme.errorFill : late ? theme.warningFill : theme.infoFill);
    painter.drawRoundedRect(QRectF(track.left(), track.top(), track.width() * share(elapsed), 4), 1.5, 1.5);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const int tick = static_cast<int>(track.left() + track.width() * share(slow));
    painter.fillRect(QRect(tick, cell.center().y() - 3, 1, 8), theme.control);
}

void SessionRowPainter::paintCalls(QPainter &painter, const QRect &cell, const SessionRow &row) const
{
    const Theme &theme = Theme::current();
    const double left = cell.left() + 14;
    const double width = cell.width() - 26;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    int lane = 0;
    for (const CallBar &bar : row.calls) {
        if (bar.level == 0)
            continue;
        const auto level = static_cast<Level>(bar.level);
        painter.setBrush(level >= Level::Warning ? theme.levelFill(level) : theme.infoFill);
        const double from = left + width * bar.from / 255;
        const double to = std::max(from + 2, left + width * bar.to / 255);
        painter.drawRoundedRect(QRectF(from, cell.center().y() + (lane == 0 ? -5 : 2), to - from, 4), 1.5, 1.5);
        lane = 1 - lane;
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace escalite::ui
