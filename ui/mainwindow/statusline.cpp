// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/mainwindow/statusline.h"

#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QLocale>
#include <QPainter>
#include <QTimerEvent>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {
constexpr int Gap = 10; // On both sides of a separator.
}

StatusLine::StatusLine(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Status"));
    m_clock.start(1000, this);
}

QSize StatusLine::sizeHint() const
{
    return {600, std::max(24, QFontMetrics(uiFont(.92)).height() + 8)};
}

void StatusLine::setStatus(const runtime::Status &status)
{
    m_status = status;
    setAccessibleDescription(words());
    update();
}

void StatusLine::setNotifiers(const QList<runtime::NotifierStatus> &notifiers)
{
    m_notifiers = notifiers;
    setAccessibleDescription(words());
    update();
}

void StatusLine::setSilences(int active)
{
    m_silences = active;
    setAccessibleDescription(words());
    update();
}

QList<StatusLine::Piece> StatusLine::leftPieces() const
{
    QList<Piece> pieces;
    const runtime::EndpointStatus &endpoint = m_status.endpoint;
    if (endpoint.listening)
        pieces.append({.text = tr("Listening on"),
                       .mono = endpoint.addresses.value(0),
                       .sign = endpoint.problem.isEmpty() ? Sign::Ok : Sign::Warning});
    else
        pieces.append({.text = endpoint.problem.isEmpty() ? tr("Not listening") : shownLine(endpoint.problem, 160),
                       .mono = {},
                       .sign = Sign::Error,
                       .loud = true});
    if (!m_status.trouble.isEmpty())
        pieces.append({.text = shownLine(m_status.trouble, 160), .mono = {}, .sign = Sign::Error, .loud = true});
    if (m_status.sendingOnHold)
        pieces.append({.text = tr("All sending is on hold"), .mono = {}, .sign = Sign::Warning, .loud = true});
    pieces.append(
        {.text = tr("sessions/s"),
         .mono = QLocale().toString(m_status.sessionsPerSecond, 'f', m_status.sessionsPerSecond < 100 ? 1 : 0),
         .monoFirst = true,
         .rank = 2});
    pieces.append(
        {.text = tr("Queue"), .mono = countText(static_cast<quint64>(std::max(0, m_status.queue))), .rank = 4});
    if (m_notifiers.isEmpty()) {
        pieces.append({.text = tr("No notifiers yet"), .mono = {}, .sign = Sign::Off, .rank = 3});
    } else {
        using Light = runtime::NotifierStatus::Light;
        const auto ready = std::count_if(m_notifiers.begin(), m_notifiers.end(),
                                         [](const auto &one) { return one.light == Light::Ready; });
        const bool failing = std::any_of(m_notifiers.begin(), m_notifiers.end(), [](const auto &one) {
            return one.light == Light::Failing || one.light == Light::Held;
        });
        const bool trouble = std::any_of(m_notifiers.begin(), m_notifiers.end(),
                                         [](const auto &one) { return one.light == Light::Trouble; });
        pieces.append({.text = tr("Notifiers %1 of %2 ready").arg(ready).arg(m_notifiers.size()),
                       .mono = {},
                       .sign = failing   ? Sign::Error
                               : trouble ? Sign::Warning
                                         : Sign::Ok,
                       .rank = 1});
    }
    if (m_silences > 0)
        pieces.append({.text = counted(m_silences, tr("1 silence"), tr("%1 silences")),
                       .mono = {},
                       .rank = 2,
                       .icon = u"bell-off"_s});
    return pieces;
}

QList<StatusLine::Piece> StatusLine::rightPieces() const
{
    QList<Piece> pieces;
    if (m_status.journalLimit > 0)
        pieces.append(
            {.text = tr("Store %1 of %2").arg(sizeText(m_status.journalBytes), sizeText(m_status.journalLimit)),
             .mono = {},
             .rank = 5});
    else
        pieces.append({.text = tr("Store %1").arg(sizeText(m_status.journalBytes)), .mono = {}, .rank = 5});
    if (m_status.keptDays > 0)
        pieces.append({.text = tr("Kept %n days", nullptr, m_status.keptDays), .mono = {}, .rank = 6});
    pieces.append({.text = zoneName(now()), .mono = timeOfDay(now()), .monoFirst = true});
    return pieces;
}

QString StatusLine::words() const
{
    QStringList all;
    for (const Piece &piece : leftPieces() + rightPieces())
        all.append((piece.monoFirst ? piece.mono + ' '_L1 + piece.text : piece.text + ' '_L1 + piece.mono).trimmed());
    return all.join(u", "_s);
}

int StatusLine::widthOf(const Piece &piece) const
{
    const int words = QFontMetrics(uiFont(.92)).horizontalAdvance(piece.text);
    const int figures = piece.mono.isEmpty() ? 0 : QFontMetrics(monoFont(.88)).horizontalAdvance(piece.mono) + 6;
    return (piece.sign != Sign::None ? 14 : piece.icon.isEmpty() ? 0 : 19) + words + figures;
}

void StatusLine::paintPiece(QPainter &painter, int x, const Piece &piece) const
{
    const Theme &theme = Theme::current();
    if (piece.sign != Sign::None) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        const QPointF centre(x + 4, height() / 2.0 + .5);
        switch (piece.sign) {
        case Sign::Ok:
            painter.setBrush(theme.okFill);
            painter.drawEllipse(centre, 4, 4);
            break;
        case Sign::Warning:
            painter.setBrush(theme.warningFill);
            painter.drawPolygon(QPolygonF(
                {centre + QPointF(0, -5), centre + QPointF(5, 0), centre + QPointF(0, 5), centre + QPointF(-5, 0)}));
            break;
        case Sign::Error:
            painter.setBrush(theme.errorFill);
            painter.drawRect(QRectF(centre - QPointF(4, 4), QSizeF(8, 8)));
            break;
        case Sign::Off:
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme.control, 1.2));
            painter.drawEllipse(centre, 3.5, 3.5);
            break;
        case Sign::None:
            break;
        }
        painter.setRenderHint(QPainter::Antialiasing, false);
        x += 14;
    }
    if (!piece.icon.isEmpty()) {
        paintIcon(painter, QRectF(x, height() / 2.0 - 6.5, 14, 14), piece.icon, theme.text2);
        x += 19;
    }
    const QFont ui = uiFont(.92);
    const QFont mono = monoFont(.88);
    const QColor color = piece.loud ? theme.warningText : theme.text2;
    painter.setPen(color);
    const auto write = [&](const QString &text, const QFont &font) {
        painter.setFont(font);
        const int wide = painter.fontMetrics().horizontalAdvance(text);
        painter.drawText(QRect(x, 1, wide + 2, height() - 1), Qt::AlignVCenter, text);
        x += wide + 6;
    };
    if (piece.monoFirst && !piece.mono.isEmpty())
        write(piece.mono, mono);
    write(piece.text, ui);
    if (!piece.monoFirst && !piece.mono.isEmpty())
        write(piece.mono, mono);
}

void StatusLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    painter.fillRect(rect(), theme.window);
    painter.fillRect(QRect(0, 0, width(), 1), theme.border);
    QList<Piece> left = leftPieces();
    QList<Piece> right = rightPieces();
    const auto total = [&] {
        int sum = 2 * Gap;
        for (const Piece &piece : left + right)
            sum += widthOf(piece) + 2 * Gap + 1;
        return sum;
    };
    while (total() > width()) {
        QList<Piece> *list = nullptr;
        qsizetype at = -1;
        int rank = 0;
        for (QList<Piece> *candidate : {&left, &right}) {
            for (qsizetype i = 0; i < candidate->size(); ++i) {
                if (candidate->at(i).rank > rank) {
                    rank = candidate->at(i).rank;
                    list = candidate;
                    at = i;
                }
            }
        }
        if (!list)
            break;
        list->removeAt(at);
    }
    const auto separator = [&](int x) {
        painter.fillRect(QRect(x, 5, 1, height() - 9), theme.border);
    };
    int x = 14;
    for (const Piece &piece : std::as_const(left)) {
        if (x > 14) {
            separator(x);
            x += 1 + Gap;
        }
        paintPiece(painter, x, piece);
        x += widthOf(piece) + Gap;
    }
    x = width() - 14;
    for (auto it = right.crbegin(); it != right.crend(); ++it) {
        x -= widthOf(*it);
        paintPiece(painter, x, *it);
        if (std::next(it) != right.crend()) {
            x -= Gap + 1;
            separator(x);
            x -= Gap;
        }
    }
}

void StatusLine::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_clock.timerId())
        update(QRect(width() - 160, 0, 160, height()));
}

} // namespace escalite::ui
