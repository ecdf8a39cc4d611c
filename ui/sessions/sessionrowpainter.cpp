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

void SessionRowPainter::write(QPainter &painter, const QRect &box, const QString &text, const QColor &color, bool mono,
                              int align) const
{
    if (box.width() <= 0 || text.isEmpty())
        return;
    painter.setFont(mono ? m_mono : m_ui);
    painter.setPen(color);
    const QFontMetrics &metrics = mono ? m_monoMetrics : m_uiMetrics;
    painter.drawText(box, align | Qt::AlignVCenter | Qt::TextSingleLine,
                     metrics.elidedText(text, Qt::ElideRight, box.width()));
}

void SessionRowPainter::paint(QPainter &painter, const QRect &rect, const SessionModel &model, Serial serial,
                              const QHeaderView &header, const Look &look) const
{
    const Theme &theme = Theme::current();
    const SessionRow &row = model.store().row(serial);
    const Level level = row.effective();
    const Standing standing = standingOf(SessionFlags::fromInt(row.flags));
    const Row of{.row = row,
                 .standing = standing,
                 .course = standing == Standing::Ended ? Course() : model.course(serial),
                 .look = look,
                 .plain = look.selected && look.focused};
    const bool isGap = standing == Standing::Gap;
    const bool isQuiet = isGap || standing == Standing::Abandoned;
    if (look.selected)
        painter.fillRect(rect, look.focused ? theme.selection : theme.toggled);
    else if (level == Level::Critical)
        painter.fillRect(rect, theme.tintCritical);
    painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.hairline);
    if (level >= Level::Error)
        painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.levelFill(level));

    const auto cell = [&](SessionModel::Column column) {
        return QRect(rect.left() + header.sectionViewportPosition(column), rect.top(), header.sectionSize(column),
                     rect.height() - 1);
    };
    const auto tinted = [&](const QColor &color) {
        return of.plain ? theme.selectionText : color;
    };
    const QColor main = tinted(isQuiet ? theme.text2 : theme.text);

    paintGlyph(painter, cell(SessionModel::LevelColumn), of);
    write(painter, cell(SessionModel::TimeColumn).adjusted(Pad, 0, -2, 0), timeOfDayMs(row.received()),
          tinted(theme.text2), true);
    write(painter, cell(SessionModel::SourceColumn).adjusted(Pad, 0, -4, 0), model.shownName(row.source), main);
    if (isGap) {
        // It is no request: one sentence stands where a request has its figures.
        QRect sentence = cell(SessionModel::RequestColumn);
        for (int place = header.visualIndex(SessionModel::RequestColumn) + 1; place < header.count(); ++place) {
            const int column = header.logicalIndex(place);
            if (column < SessionModel::RequestColumn || column > SessionModel::MessageColumn)
                break;
            sentence.setRight(sentence.right() + header.sectionSize(column));
        }
        write(painter, sentence.adjusted(Pad, 0, -Pad, 0), model.shownName(row.message), main);
    } else {
        QRect request = cell(SessionModel::RequestColumn).adjusted(Pad, 0, -4, 0);
        if (row.method != 0) {
            const QString method = model.shownName(row.method);
            write(painter, request, method, tinted(theme.text2), true);
            // Paths stand on one axis behind the common methods; a longer word pushes its own.
            const int column = m_monoMetrics.horizontalAdvance("POST "_L1);
            request.setLeft(request.left() + std::max(column, m_monoMetrics.horizontalAdvance(method + ' '_L1)));
        }
        write(painter, request, model.shownName(row.path), main);
        if (row.code >= 0)
            write(painter, cell(SessionModel::CodeColumn).adjusted(2, 0, -Pad, 0), QString::number(row.code),
                  tinted(codeColor(row.code, theme)), true, Qt::AlignRight);
        if (!header.isSectionHidden(SessionModel::ElapsedColumn))
            paintElapsed(painter, cell(SessionModel::ElapsedColumn), of);
        if (!header.isSectionHidden(SessionModel::CallsColumn))
            paintCalls(painter, cell(SessionModel::CallsColumn), of);
        write(painter, cell(SessionModel::MessageColumn).adjusted(Pad, 0, -Pad, 0), model.shownName(row.message),
              level >= Level::Warning ? main : tinted(theme.text2));
    }

    if (!header.isSectionHidden(SessionModel::EscalationColumn)) {
        const SessionModel::Told told = model.told(serial);
        if (!told.icon.isEmpty()) {
            const QRect place = cell(SessionModel::EscalationColumn).adjusted(Pad, 0, -4, 0);
            const QColor color = tinted(told.quiet ? theme.text2 : theme.text);
            paintIcon(painter, QRectF(place.left(), place.center().y() - 6, 13, 13), told.icon, color);
            write(painter, place.adjusted(19, 0, 0, 0), told.words, color);
        }
    }
    if (look.current && look.focused)
        strokeBox(painter, rect.adjusted(0, -1, 0, 0), theme.focusRing, 0);
}

void SessionRowPainter::paintGlyph(QPainter &painter, const QRect &cell, const Row &of)
{
    const Theme &theme = Theme::current();
    QRectF box(0, 0, 13, 13);
    box.moveCenter(QRectF(cell).center() + QPointF(1, .5));
    const Level level = of.row.effective();
    if (of.standing == Standing::Gap)
        paintIcon(painter, box, standingIcon(Standing::Gap),
                  of.plain                  ? theme.selectionText
                  : level >= Level::Warning ? theme.levelText(level)
                                            : theme.text2);
    else
        paintLevelGlyph(painter, box, level, theme.levelFill(level), theme.criticalMark);
}

void SessionRowPainter::paintElapsed(QPainter &painter, const QRect &cell, const Row &of) const
{
    const Theme &theme = Theme::current();
    const auto tinted = [&](const QColor &color) {
        return of.plain ? theme.selectionText : color;
    };
    if (of.standing != Standing::Ended) {
        const QColor color = of.standing == Standing::Stuck  ? theme.errorText
                             : of.standing == Standing::Open ? theme.accent
                                                             : theme.text2;
        paintIcon(painter, QRectF(cell.left() + 5, cell.center().y() - 5.5, 12, 12), standingIcon(of.standing),
                  tinted(color));
    }
    if (of.standing == Standing::Abandoned) {
        write(painter, cell.adjusted(24, 0, -4, 0), SessionModel::tr("Abandoned"), tinted(theme.text2));
        return;
    }
    const bool running = isRunning(of.standing);
    if (!running && of.row.elapsed < 0)
        return;
    const Duration elapsed = running ? of.course.openFor(of.look.now) : Duration(of.row.elapsed);
    const bool late = elapsed > slow;
    const bool bad = of.standing == Standing::Stuck || elapsed * 2 > slow * 5;
    painter.setFont(m_mono);
    painter.setPen(tinted(bad ? theme.errorText : late ? theme.warningText : theme.text));
    painter.drawText(QRect(cell.left() + 4, cell.top(), 64, cell.height()),
                     Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                     running ? clockText(elapsed) : toText(elapsed));
    paintBar(painter, cell, elapsed, bad ? theme.errorFill : late ? theme.warningFill : theme.infoFill, of);
}

void SessionRowPainter::paintBar(QPainter &painter, const QRect &cell, Duration elapsed, const QColor &color,
                                 const Row &of) const
{
    const Theme &theme = Theme::current();
    const QRectF track(cell.left() + 76, cell.center().y() - 1, 54, 4);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(of.plain ? mixed(theme.selection, theme.window, .5) : theme.hairline);
    painter.drawRoundedRect(track, 1.5, 1.5);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(track.left(), track.top(), track.width() * share(elapsed), 4), 1.5, 1.5);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const int tick = static_cast<int>(track.left() + track.width() * share(slow));
    painter.fillRect(QRect(tick, cell.center().y() - 3, 1, 8), theme.control);
}

void SessionRowPainter::paintCalls(QPainter &painter, const QRect &cell, const Row &of)
{
    const Theme &theme = Theme::current();
    const double left = cell.left() + 14;
    const double width = cell.width() - 26;
    // The bars of an open session are in the time until its newest word; what it has been open since then is added.
    double known = 1;
    if (isRunning(of.standing)) {
        const auto heard = static_cast<double>((of.course.heard - of.course.since).count());
        const auto open = static_cast<double>(of.course.openFor(of.look.now).count());
        known = open > 0 ? std::clamp(heard / open, 0.0, 1.0) : 1;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    int lane = 0;
    for (const CallBar &bar : of.row.calls) {
        if (bar.level == 0)
            continue;
        const auto level = static_cast<Level>(bar.level);
        const bool running = of.standing != Standing::Ended && bar.to == CallBar::Running;
        painter.setBrush(running && of.standing == Standing::Stuck ? theme.errorFill
                         : level >= Level::Warning                 ? theme.levelFill(level)
                                                                   : theme.infoFill);
        const double top = cell.center().y() + (lane == 0 ? -5 : 2);
        const double from = std::min(left + width * known * bar.from / 255, left + width - 2);
        lane = 1 - lane;
        if (!running) {
            const double to = std::max(from + 2, left + width * known * bar.to / 255);
            painter.drawRoundedRect(QRectF(from, top, to - from, 4), 1.5, 1.5);
            continue;
        }
        // An open end: the bar runs out in two dashes.
        constexpr double Dash = 3;
        constexpr double Space = 2;
        const double end = left + width;
        const double solid = end - 2 * (Dash + Space);
        if (solid > from + 1)
            painter.drawRoundedRect(QRectF(from, top, solid - from, 4), 1.5, 1.5);
        for (const double dash : {solid + Space, end - Dash})
            painter.drawRect(QRectF(dash, top, Dash, 4));
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace escalite::ui
