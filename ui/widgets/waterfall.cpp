// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/waterfall.h"

#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <map>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int HeadHeight = 22;
constexpr int RowHeight = 22;
constexpr int NameWidth = 178;
constexpr int CodeWidth = 50;
constexpr int ElapsedWidth = 92;

TimePoint startOf(const Call &call, TimePoint otherwise)
{
    return call.startedAt.value_or(call.endedAt.value_or(otherwise));
}

QString codeText(const Call &call)
{
    return shownLine(QString::fromUtf8(call.code.left(64)), 8).remove('"'_L1);
}

} // namespace

Duration tickStep(Duration span, int most)
{
    using namespace std::chrono_literals;
    constexpr std::array<Duration, 14> Round{20s, 30s, 1min, 2min, 5min, 10min, 15min, 30min, 1h, 2h, 3h, 6h, 12h, 24h};
    for (qint64 power = 1; power <= 10'000'000; power *= 10) {
        for (const qint64 factor : {1, 2, 5}) {
            const Duration step(power * factor);
            if (step < Round.front() && span / step < most)
                return step;
        }
    }
    for (const Duration step : Round) {
        if (span / step < most)
            return step;
    }
    return Round.back() * (span / Round.back() / most + 1);
}

Duration growingSpan(Duration elapsed)
{
    constexpr std::array<qint64, 8> Tenths{10, 15, 20, 30, 40, 50, 60, 80};
    for (qint64 power = 10'000;; power *= 10) { // From 100 ms.
        for (const qint64 tenths : Tenths) {
            if (const Duration span(power * tenths); span >= elapsed)
                return span;
        }
    }
}

Waterfall::Waterfall(QWidget *parent) : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Service calls"));
    verticalScrollBar()->setSingleStep(RowHeight);
}

void Waterfall::show(const Session &session, Standing standing, Duration lasted)
{
    const bool again = m_session == session.id;
    const std::optional<Call> chosen = again && m_current >= 0 ? std::optional(m_calls.at(m_current)) : std::nullopt;
    m_session = session.id;
    m_calls = callsOf(session);
    m_current = -1;
    for (qsizetype i = 0; chosen && i < m_calls.size(); ++i) {
        if (m_calls[i].key == chosen->key && m_calls[i].startedAt == chosen->startedAt)
            m_current = static_cast<int>(i);
    }
    m_standing = standing;
    m_nothing = standing == Standing::Gap ? tr("This is no request: it stands for events that are missing.")
                : isRunning(m_standing)   ? tr("No service call has begun so far.")
                                          : tr("This session recorded no service calls.");
    m_began = session.startedAt;
    std::optional<TimePoint> first = session.startedAt;
    std::optional<TimePoint> last = session.endedAt;
    for (const Call &call : std::as_const(m_calls)) {
        for (const std::optional<TimePoint> &time : {call.startedAt, call.endedAt}) {
            if (time) {
                first = std::min(first.value_or(*time), *time);
                last = std::max(last.value_or(*time), *time);
            }
        }
    }
    m_start = first.value_or(TimePoint());
    m_known = last.value_or(m_start);
    measure(lasted);
    setAccessibleDescription(tr("%n service calls", nullptr, static_cast<int>(m_calls.size()))
                             + (m_summary.isEmpty() ? QString() : u". "_s + m_summary));
    updateScrollBar();
    if (!again)
        verticalScrollBar()->setValue(0);
    viewport()->update();
}

void Waterfall::tick(Duration lasted)
{
    const bool hadSummary = !m_summary.isEmpty();
    measure(lasted);
    if (hadSummary == m_summary.isEmpty())
        updateScrollBar();
    viewport()->update();
}

void Waterfall::measure(Duration lasted)
{
    const bool isOpen = m_standing != Standing::Ended && m_standing != Standing::Gap;
    m_end = isOpen ? std::max(m_known, m_began.value_or(m_start) + lasted) : m_known;
    const Duration whole = std::max<Duration>(std::chrono::milliseconds(1), m_end - m_start);
    m_span = isRunning(m_standing) ? growingSpan(whole) : whole;
    m_summary = summaryNow();
}

QString Waterfall::summaryNow() const
{
    const Call *newest = nullptr; // They stand in order of start.
    for (const Call &call : m_calls) {
        if (call.startedAt && !call.endedAt)
            newest = &call;
    }
    if (newest && isRunning(m_standing))
        return tr("Waiting for %1 for %2").arg(shownLine(newest->service, 60), ageText(m_end - *newest->startedAt));
    if (newest && m_standing == Standing::Abandoned)
        return tr("%1 was still running").arg(shownLine(newest->service, 60));
    return share();
}

QString Waterfall::share() const
{
    // Union of each service's intervals; retries of one service are one service.
    std::map<QString, QList<std::pair<TimePoint, TimePoint>>> intervals;
    for (const Call &call : m_calls) {
        if (call.startedAt && call.endedAt && *call.endedAt > *call.startedAt)
            intervals[call.service].append({*call.startedAt, *call.endedAt});
    }
    Duration longest{};
    QString service;
    for (auto &[name, spans] : intervals) {
        std::sort(spans.begin(), spans.end());
        Duration sum{};
        TimePoint covered = m_start;
        for (const auto &[from, to] : std::as_const(spans)) {
            if (to > covered) {
                sum += to - std::max(from, covered);
                covered = to;
            }
        }
        if (sum > longest) {
            longest = sum;
            service = name;
        }
    }
    const Duration whole = std::max<Duration>(std::chrono::milliseconds(1), m_end - m_start);
    const auto percent = 100 * longest.count() / whole.count();
    return percent < 30 ? QString()
                        : tr("%1 % of the time in %2").arg(QString::number(percent), shownLine(service, 60));
}

void Waterfall::updateScrollBar()
{
    const int content = HeadHeight + static_cast<int>(m_calls.size() + (m_summary.isEmpty() ? 0 : 1)) * RowHeight;
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setRange(0, std::max(0, content - viewport()->height()));
}

Waterfall::Axis Waterfall::axis() const
{
    const double left = NameWidth + CodeWidth + 12;
    return {left, std::max(40.0, viewport()->width() - left - ElapsedWidth)};
}

Duration Waterfall::ticks() const
{
    return tickStep(m_span, std::max(2, static_cast<int>(axis().width / 80)));
}

double Waterfall::x(TimePoint time) const
{
    const Axis a = axis();
    const double share = static_cast<double>((time - m_start).count()) / static_cast<double>(m_span.count());
    return a.left + a.width * std::clamp(share, 0.0, 1.0);
}

QRect Waterfall::rowRect(int row) const
{
    return {0, HeadHeight + row * RowHeight - verticalScrollBar()->value(), viewport()->width(), RowHeight};
}

int Waterfall::rowAt(int y) const
{
    if (y < HeadHeight)
        return -1;
    const int row = (y - HeadHeight + verticalScrollBar()->value()) / RowHeight;
    return row < m_calls.size() ? row : -1;
}

QRectF Waterfall::barRect(int row) const
{
    const Call &call = m_calls.at(row);
    const TimePoint from = startOf(call, m_start);
    const TimePoint to = call.endedAt ? std::max(*call.endedAt, from) : call.startedAt ? m_end : from;
    const double left = x(from);
    return {left, rowRect(row).center().y() - 4.0, std::max(2.0, x(to) - left), 9};
}

void Waterfall::paintHead(QPainter &painter) const
{
    const Theme &theme = Theme::current();
    painter.fillRect(QRect(0, 0, viewport()->width(), HeadHeight), theme.header);
    painter.fillRect(QRect(0, HeadHeight - 1, viewport()->width(), 1), theme.border);
    painter.setFont(uiFont(.92));
    painter.setPen(theme.text2);
    painter.drawText(QRect(10, 0, NameWidth, HeadHeight - 1), Qt::AlignVCenter, tr("Service"));
    painter.drawText(QRect(NameWidth, 0, CodeWidth, HeadHeight - 1), Qt::AlignVCenter | Qt::AlignRight, tr("Code"));
    painter.drawText(QRect(viewport()->width() - ElapsedWidth, 0, ElapsedWidth - 10, HeadHeight - 1),
                     Qt::AlignVCenter | Qt::AlignRight, tr("Elapsed"));
    painter.setFont(monoFont(.85));
    const Duration step = ticks();
    for (Duration at{}; at <= m_span; at += step) {
        const int left = static_cast<int>(x(m_start + at));
        const QString text = at == Duration::zero() ? u"0"_s : toText(at).replace(".000 s"_L1, " s"_L1);
        const int wide = painter.fontMetrics().horizontalAdvance(text);
        if (left + 4 + wide < viewport()->width() - ElapsedWidth + 30)
            painter.drawText(QRect(left + 4, 0, wide + 4, HeadHeight - 1), Qt::AlignVCenter, text);
    }
}

void Waterfall::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    const Theme &theme = Theme::current();
    painter.fillRect(viewport()->rect(), theme.base);
    if (m_calls.isEmpty()) {
        painter.setFont(uiFont());
        painter.setPen(theme.text2);
        painter.drawText(viewport()->rect().adjusted(16, 16, -16, -16), Qt::AlignTop | Qt::AlignLeft, m_nothing);
        return;
    }
    const int first = verticalScrollBar()->value() / RowHeight;
    const int last = std::min(static_cast<int>(m_calls.size()) - 1, first + viewport()->height() / RowHeight + 1);
    for (int row = first; row <= last; ++row) {
        const Call &call = m_calls[row];
        if (call.level == Level::Critical)
            painter.fillRect(rowRect(row), theme.tintCritical);
        if (row == m_current)
            painter.fillRect(rowRect(row), hasFocus() ? theme.selection : theme.toggled);
        painter.fillRect(QRect(0, rowRect(row).bottom(), viewport()->width(), 1), theme.hairline);
    }
    const int height = static_cast<int>(m_calls.size()) * RowHeight - verticalScrollBar()->value();
    const Duration step = ticks();
    for (Duration at{}; at <= m_span; at += step)
        painter.fillRect(QRect(static_cast<int>(x(m_start + at)), HeadHeight, 1, height), theme.hairline);
    painter.save();
    painter.setClipRect(0, HeadHeight, viewport()->width(), viewport()->height());
    if (isRunning(m_standing))
        painter.fillRect(QRect(static_cast<int>(x(m_end)), HeadHeight, 1, height), theme.accent);
    for (int row = first; row <= last; ++row)
        paintTexts(painter, row);
    paintBars(painter, first, last);
    if (!m_summary.isEmpty()) {
        painter.setFont(uiFont(.92));
        painter.setPen(m_standing == Standing::Stuck ? theme.errorText : theme.text2);
        painter.drawText(rowRect(static_cast<int>(m_calls.size())).adjusted(30, 0, -10, 0), Qt::AlignVCenter,
                         m_summary);
    }
    painter.restore();
    paintHead(painter);
}

QString Waterfall::elapsedText(const Call &call) const
{
    if (call.elapsed)
        return toText(*call.elapsed);
    if (!call.startedAt || call.endedAt)
        return {};
    return isRunning(m_standing) ? ageText(m_end - *call.startedAt) : tr("no end");
}

void Waterfall::paintTexts(QPainter &painter, int row) const
{
    const Theme &theme = Theme::current();
    const Call &call = m_calls[row];
    const QRect line = rowRect(row);
    const bool plain = row == m_current && hasFocus();
    const bool bad = call.level >= Level::Warning;
    paintLevelGlyph(painter, QRectF(9, line.center().y() - 5.5, 12, 12), call.level, theme.levelFill(call.level),
                    theme.criticalMark);
    painter.setFont(uiFont());
    painter.setPen(plain ? theme.selectionText : theme.text);
    const QString tryText = call.attempt > 0 ? tr("try %1").arg(call.attempt) : QString();
    const int tryWidth = tryText.isEmpty() ? 0 : QFontMetrics(uiFont(.92)).horizontalAdvance(tryText) + 6;
    const QString name =
        painter.fontMetrics().elidedText(shownLine(call.service, 120), Qt::ElideRight, NameWidth - 30 - tryWidth);
    painter.drawText(QRect(30, line.top(), NameWidth - 30, line.height()), Qt::AlignVCenter, name);
    const int after = 30 + painter.fontMetrics().horizontalAdvance(name) + 6;
    painter.setFont(uiFont(.92));
    painter.setPen(plain ? theme.selectionText : theme.text2);
    painter.drawText(QRect(after, line.top(), 60, line.height()), Qt::AlignVCenter, tryText);
    painter.setFont(monoFont());
    const QColor figures = plain ? theme.selectionText
                           : bad ? theme.levelText(std::min(call.level, Level::Error))
                                 : theme.text2;
    painter.setPen(figures);
    painter.drawText(QRect(NameWidth, line.top(), CodeWidth, line.height()), Qt::AlignVCenter | Qt::AlignRight,
                     codeText(call));
    const bool hangs = m_standing == Standing::Stuck && call.startedAt && !call.endedAt;
    painter.setPen(hangs && !plain ? theme.errorText : figures);
    painter.drawText(QRect(viewport()->width() - ElapsedWidth, line.top(), ElapsedWidth - 10, line.height()),
                     Qt::AlignVCenter | Qt::AlignRight, elapsedText(call));
}

void Waterfall::paintBars(QPainter &painter, int first, int last) const
{
    const Theme &theme = Theme::current();
    painter.setRenderHint(QPainter::Antialiasing);
    for (int row = first; row <= last; ++row) {
        const Call &call = m_calls[row];
        const bool isOpen = call.startedAt && !call.endedAt;
        const QColor color = call.level >= Level::Warning              ? theme.levelFill(call.level)
                             : isOpen && m_standing == Standing::Stuck ? theme.errorFill
                                                                       : theme.neutralFill;
        const QRectF bar = barRect(row);
        if (isOpen) {
            painter.setBrush(mixed(theme.base, color, .25));
            painter.setPen(QPen(color, 1.2, Qt::DashLine));
        } else {
            painter.setBrush(color);
            painter.setPen(Qt::NoPen);
        }
        painter.drawRoundedRect(bar, 1.5, 1.5);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void Waterfall::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBar();
}

void Waterfall::keyPressEvent(QKeyEvent *event)
{
    if (m_calls.isEmpty() || (event->key() != Qt::Key_Up && event->key() != Qt::Key_Down)) {
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    m_current = std::clamp(m_current + (event->key() == Qt::Key_Up ? -1 : 1), 0, static_cast<int>(m_calls.size()) - 1);
    const QRect line = rowRect(m_current);
    if (line.top() < HeadHeight)
        verticalScrollBar()->setValue(m_current * RowHeight);
    else if (line.bottom() > viewport()->height())
        verticalScrollBar()->setValue(HeadHeight + (m_current + 1) * RowHeight - viewport()->height());
    setAccessibleDescription(words(m_calls[m_current]));
    viewport()->update();
}

void Waterfall::mousePressEvent(QMouseEvent *event)
{
    m_current = rowAt(event->position().toPoint().y());
    viewport()->update();
}

QString Waterfall::words(const Call &call) const
{
    QStringList parts{shownLine(call.key, 120)};
    if (!call.code.isEmpty())
        parts.append(codeText(call));
    if (!call.message.isEmpty())
        parts.append(shownLine(call.message, 400));
    if (!call.url.isEmpty())
        parts.append(shownLine(call.url, 400));
    if (call.startedAt)
        parts.append(tr("started at +%1").arg(toText(std::max(Duration::zero(), *call.startedAt - m_start))));
    if (call.startedAt && !call.endedAt)
        parts.append(isRunning(m_standing) ? tr("running for %1").arg(ageText(m_end - *call.startedAt)) : tr("no end"));
    return parts.join('\n'_L1);
}

bool Waterfall::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int row = rowAt(help->pos().y());
        if (row >= 0)
            QToolTip::showText(help->globalPos(), shownToolTip(words(m_calls[row])), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace escalite::ui
