// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/triesline.h"

#include "ui/theme/theme.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QPainter>

namespace escalite::ui {

namespace {

constexpr int LeastBetweenLabels = 12; // Pixels.

bool wentWell(Outcome::Kind kind)
{
    return kind == Outcome::Kind::Delivered || kind == Outcome::Kind::Accepted;
}

} // namespace

TriesLine::TriesLine(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void TriesLine::setTries(const Delivery &delivery, const QList<Attempt> &attempts, const QList<TimePoint> &planned)
{
    m_delivery = delivery;
    m_attempts = attempts;
    m_planned = planned;
    describe();
    update();
}

void TriesLine::setNow(TimePoint now)
{
    m_now = now;
    update();
}

int TriesLine::room() const
{
    const int label = QFontMetrics(monoFont(0.85)).horizontalAdvance(QStringLiteral("00:00:00"));
    return std::max(4, (width() + LeastBetweenLabels) / (label + LeastBetweenLabels));
}

QList<TriesLine::Stop> TriesLine::stops() const
{
    // What comes is worth more than what was: old tries make room first.
    QList<Stop> coming;
    if (!isFinal(m_delivery.state)) {
        const Stop nowStop{.kind = Stop::Kind::Now, .at = m_now};
        const Stop next{.kind = Stop::Kind::Next, .at = m_delivery.dueAt};
        if (m_delivery.state == DeliveryState::Held || m_delivery.state == DeliveryState::Sending)
            coming << nowStop;
        else if (m_delivery.dueAt < m_now)
            coming << next << nowStop;
        else
            coming << nowStop << next;
        for (const TimePoint at : m_planned) {
            if (at > m_delivery.dueAt && coming.size() + 2 < room())
                coming << Stop{.kind = Stop::Kind::Planned, .at = at};
        }
        const bool plans = coming.constLast().kind == Stop::Kind::Planned;
        if (!plans && m_delivery.giveUpAt > m_now)
            coming << Stop{.kind = Stop::Kind::GiveUp, .at = m_delivery.giveUpAt};
    }
    QList<Stop> stops;
    const qsizetype places = std::max<qsizetype>(1, room() - coming.size());
    const bool all = m_attempts.size() <= places;
    const qsizetype first = all ? 0 : std::min(m_attempts.size() - 1, m_attempts.size() - places + 1);
    if (first > 0)
        stops << Stop{.kind = Stop::Kind::Earlier, .at = m_attempts.constFirst().startedAt, .earlier = first};
    for (qsizetype i = first; i < m_attempts.size(); ++i)
        stops << Stop{
            .kind = Stop::Kind::Tried, .at = m_attempts.at(i).startedAt, .outcome = m_attempts.at(i).outcome.kind};
    return stops + coming;
}

void TriesLine::describe()
{
    QStringList words;
    for (const Attempt &attempt : std::as_const(m_attempts)) {
        const QString at = timeOfDay(attempt.startedAt);
        words << (wentWell(attempt.outcome.kind) ? tr("Try %1 at %2 went well").arg(QString::number(attempt.number), at)
                                                 : tr("Try %1 at %2 failed").arg(QString::number(attempt.number), at));
    }
    if (!isFinal(m_delivery.state))
        words << tr("next try at %1").arg(timeOfDay(m_delivery.dueAt));
    for (const TimePoint at : std::as_const(m_planned)) {
        if (at > m_delivery.dueAt && !isFinal(m_delivery.state))
            words << tr("then at %1").arg(timeOfDay(at));
    }
    if (!isFinal(m_delivery.state))
        words << tr("given up at %1").arg(momentText(m_delivery.giveUpAt, m_now));
    setAccessibleName(tr("Tries"));
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    setToolTip(words.join(u'\n').toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")));
}

void TriesLine::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    const QList<Stop> shown = stops();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(monoFont(0.85));
    const QFontMetrics metrics(painter.font());
    const qreal y = 13.5;
    painter.fillRect(QRectF(0, y - 1, width(), 2), theme.border);
    if (shown.isEmpty())
        return;
    const qreal half = metrics.horizontalAdvance(QStringLiteral("00:00:00")) / 2.0;
    const qreal room = width() - 2 * half;
    for (int i = 0; i < shown.size(); ++i) {
        const Stop &stop = shown.at(i);
        const qreal x = half + (shown.size() == 1 ? 0 : room * i / static_cast<qreal>(shown.size() - 1));
        QColor color = theme.text2;
        QString label = timeOfDay(stop.at);
        switch (stop.kind) {
        case Stop::Kind::Earlier:
            label = tr("+%1", "earlier tries").arg(stop.earlier);
            painter.setPen(QPen(theme.control, 1.5, Qt::DotLine));
            painter.drawLine(QPointF(x - 6, y), QPointF(x + 6, y));
            break;
        case Stop::Kind::Tried:
            painter.setPen(Qt::NoPen);
            painter.setBrush(wentWell(stop.outcome) ? theme.okFill : theme.errorFill);
            painter.drawRoundedRect(QRectF(x - 2.5, y - 6, 5, 12), 1, 1);
            break;
        case Stop::Kind::Now:
            color = theme.accent;
            label = tr("now");
            painter.setPen(QPen(theme.accent, 1.5));
            painter.drawLine(QPointF(x, y - 10), QPointF(x, y + 10));
            break;
        case Stop::Kind::Next:
            color = theme.warningText;
            painter.setPen(QPen(theme.warningText, 1.5));
            painter.setBrush(theme.base);
            painter.drawRoundedRect(QRectF(x - 5, y - 5, 10, 10), 2, 2);
            break;
        case Stop::Kind::Planned:
            painter.setPen(QPen(theme.control, 1.5, Qt::DotLine));
            painter.setBrush(theme.base);
            painter.drawRoundedRect(QRectF(x - 5, y - 5, 10, 10), 2, 2);
            break;
        case Stop::Kind::GiveUp:
            label = tr("end %1", "the moment it is given up").arg(until(stop.at, m_now));
            painter.setPen(QPen(theme.control, 1.5, Qt::DotLine));
            painter.setBrush(theme.base);
            painter.drawRoundedRect(QRectF(x - 5, y - 5, 10, 10), 2, 2);
            break;
        }
        painter.setPen(color);
        painter.drawText(QRectF(x - half - 10, y + 11, 2 * half + 20, metrics.height() + 2),
                         Qt::AlignHCenter | Qt::AlignTop, label);
    }
}

} // namespace escalite::ui
