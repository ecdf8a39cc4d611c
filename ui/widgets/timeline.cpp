// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/timeline.h"

#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QPainter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int Left = 44;
constexpr int Right = 12;
constexpr int TitleHeight = 20;
constexpr int Gap = 8;
constexpr int MostLines = 4; // Of a text; the tool tip of its owner tells the rest.

QString deliveryText(const Delivery &delivery)
{
    const QString answer = shownLine(delivery.answer, 200);
    switch (delivery.state) {
    case DeliveryState::Delivered:
    case DeliveryState::Accepted: {
        const QString took = delivery.finishedAt ? toText(*delivery.finishedAt - delivery.createdAt) : QString();
        const QString words = took.isEmpty() ? stateLabel(delivery.state)
                                             : Timeline::tr("%1 in %2").arg(stateLabel(delivery.state), took);
        return answer.isEmpty() ? words : words + u", "_s + answer;
    }
    case DeliveryState::Retrying:
        return Timeline::tr("%1. Try %2 at %3")
            .arg(answer.isEmpty() ? stateLabel(delivery.state) : answer, QString::number(delivery.attempts + 1),
                 timeOfDay(delivery.dueAt));
    case DeliveryState::Failed:
    case DeliveryState::Cancelled:
    case DeliveryState::Suppressed: {
        const QString reason = shownLine(delivery.reason, 80);
        return answer.isEmpty()
                   ? reason.isEmpty() ? stateLabel(delivery.state) : stateLabel(delivery.state) + u", "_s + reason
                   : answer;
    }
    case DeliveryState::Held:
    case DeliveryState::Queued:
    case DeliveryState::Claimed:
    case DeliveryState::Sending:
    case DeliveryState::InDoubt:
        break;
    }
    return answer.isEmpty() ? stateLabel(delivery.state) : stateLabel(delivery.state) + u", "_s + answer;
}

std::pair<QString, QColor> deliveryMark(DeliveryState state, const Theme &theme)
{
    switch (state) {
    case DeliveryState::Delivered:
    case DeliveryState::Accepted:
        return {u"check"_s, theme.okFill};
    case DeliveryState::Retrying:
    case DeliveryState::InDoubt:
        return {u"rotate"_s, theme.warningFill};
    case DeliveryState::Failed:
        return {u"x"_s, theme.errorFill};
    case DeliveryState::Cancelled:
    case DeliveryState::Suppressed:
        return {u"minus"_s, theme.neutralFill};
    case DeliveryState::Held:
        return {u"pause"_s, theme.warningFill};
    case DeliveryState::Queued:
    case DeliveryState::Claimed:
    case DeliveryState::Sending:
        break;
    }
    return {u"clock"_s, theme.neutralFill};
}

} // namespace

Timeline::Moment deliveryMoment(const Delivery &delivery)
{
    const auto [mark, fill] = deliveryMark(delivery.state, Theme::current());
    const QString to = shownLine(delivery.rendered.to, 80);
    const QString notifier = shownLine(delivery.notifier, 60);
    return {.at = delivery.createdAt,
            .icon = mark,
            .fill = fill,
            .title = to.isEmpty() ? notifier : Timeline::tr("%1, %2").arg(notifier, to),
            .text = deliveryText(delivery)};
}

Timeline::Timeline(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("What happened"));
}

void Timeline::setMoments(const QList<Moment> &moments)
{
    m_moments = moments;
    QStringList words;
    for (const Moment &moment : moments)
        words.append(timeOfDay(moment.at) + ' '_L1 + moment.title
                     + (moment.text.isEmpty() ? QString() : u", "_s + moment.text));
    setAccessibleDescription(words.join(u". "_s));
    fit();
    update();
}

int Timeline::textHeight(const Moment &moment) const
{
    if (moment.text.isEmpty())
        return 0;
    const QFontMetrics metrics(uiFont(.92));
    const QRect box(0, 0, std::max(60, width() - Left - Right), 4000);
    const int whole = metrics.boundingRect(box, Qt::TextWordWrap, moment.text).height();
    return std::min(whole, MostLines * metrics.lineSpacing()) + 2;
}

void Timeline::fit()
{
    int height = 16;
    for (const Moment &moment : std::as_const(m_moments))
        height += TitleHeight + textHeight(moment) + Gap;
    setMinimumHeight(height);
}

void Timeline::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
}

void Timeline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    if (m_moments.isEmpty()) {
        painter.setPen(theme.text2);
        painter.drawText(rect().adjusted(16, 14, -16, 0), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap, m_emptyText);
        return;
    }
    int y = 8;
    for (qsizetype i = 0; i < m_moments.size(); ++i) {
        const Moment &moment = m_moments[i];
        const int tall = textHeight(moment);
        const int next = y + TitleHeight + tall + Gap;
        if (i + 1 < m_moments.size()) {
            if (m_moments[i + 1].ahead) {
                painter.setPen(QPen(theme.control, 1, Qt::DotLine));
                painter.drawLine(23, y + 22, 23, next + 2);
            } else {
                painter.fillRect(QRect(23, y + 20, 1, next - y - 14), theme.border);
            }
        }
        const QRectF disc(15.5, y + 2.5, 16, 16);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(moment.ahead ? theme.base : moment.fill);
        painter.setPen(moment.ahead ? QPen(theme.control, 1.2, Qt::DashLine) : QPen(moment.fill));
        painter.drawEllipse(disc);
        if (!moment.icon.isEmpty())
            paintIcon(painter, disc.adjusted(3, 3, -3, -3), moment.icon, moment.ahead ? theme.text2 : theme.base);
        painter.setRenderHint(QPainter::Antialiasing, false);
        const QString time = momentText(moment.at, now());
        painter.setFont(monoFont());
        painter.setPen(theme.text2);
        const int wide = painter.fontMetrics().horizontalAdvance(time);
        painter.drawText(QRect(width() - wide - Right, y, wide, TitleHeight), Qt::AlignVCenter, time);
        painter.setFont(uiFont(1, QFont::Medium));
        painter.setPen(moment.ahead ? theme.text2 : theme.text);
        const int room = width() - Left - wide - Right - 10;
        painter.drawText(QRect(Left, y, room, TitleHeight), Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(moment.title, Qt::ElideRight, room));
        if (tall > 0) {
            painter.setFont(uiFont(.92));
            painter.setPen(theme.text2);
            painter.drawText(QRect(Left, y + TitleHeight, width() - Left - Right, tall),
                             Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, moment.text);
        }
        y = next;
    }
}

} // namespace escalite::ui
