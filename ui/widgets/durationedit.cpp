// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/durationedit.h"

#include "policy/policy.h"
#include "ui/theme/style.h"
#include "ui/theme/theme.h"

#include <QFocusEvent>
#include <QLineEdit>

#include <algorithm>
#include <array>

namespace escalite::ui {

namespace {

using namespace std::chrono_literals;

constexpr std::array<Duration, 32> Steps{0s,   1s,   2s,   3s,   5s,    10s,   15s,   20s,   30s,   45s, 1min,
                                         2min, 3min, 4min, 5min, 10min, 15min, 20min, 30min, 45min, 1h,  2h,
                                         3h,   4h,   6h,   8h,   12h,   24h,   48h,   72h,   96h,   168h};

} // namespace

DurationEdit::DurationEdit(QWidget *parent) : QAbstractSpinBox(parent), m_most(std::chrono::hours(24 * 7))
{
    lineEdit()->setMaxLength(24);
    lineEdit()->setFont(monoFont());
    connect(lineEdit(), &QLineEdit::textEdited, this, &DurationEdit::typed);
}

void DurationEdit::setRange(Duration least, Duration most)
{
    m_least = least;
    m_most = most;
}

void DurationEdit::setUsual(Duration usual, const QString &words)
{
    m_usual = usual;
    lineEdit()->setPlaceholderText(words);
    updateGeometry();
}

void DurationEdit::setDuration(std::optional<Duration> duration)
{
    // What stands in the field may be another way to write the same: it stays under the hand that types.
    if (duration == m_duration
        && (hasFocus() || lineEdit()->text() == (duration ? policy::settingText(*duration) : QString())))
        return;
    m_duration = duration;
    show();
}

void DurationEdit::show()
{
    lineEdit()->setText(m_duration ? policy::settingText(*m_duration) : QString());
    markField(*this, FieldMark::None);
    setToolTip({});
}

QSize DurationEdit::sizeHint() const
{
    const QFontMetrics metrics(monoFont());
    // Words in an empty field stand a little apart from its edges.
    const int width = std::max(metrics.horizontalAdvance(QStringLiteral("120 min")) + 36,
                               metrics.horizontalAdvance(lineEdit()->placeholderText()) + 44);
    return {width, std::max(28, fontMetrics().height() + 10)};
}

std::optional<Duration> DurationEdit::read(const QString &text) const
{
    QString trimmed = text.trimmed();
    // A bare number keeps the unit there was.
    bool bare = false;
    trimmed.toDouble(&bare);
    if (bare) {
        const QString before = policy::settingText(m_duration.value_or(m_usual.value_or(std::chrono::minutes(1))));
        trimmed += before.mid(before.indexOf(u' '));
    }
    const auto read = durationFromText(trimmed);
    return read && *read >= m_least && *read <= m_most ? read : std::nullopt;
}

void DurationEdit::typed(const QString &text)
{
    const auto duration = read(text);
    const bool leftOut = text.trimmed().isEmpty() && m_usual;
    const bool isRight = duration || leftOut;
    markField(*this, isRight ? FieldMark::None : FieldMark::Wrong);
    setToolTip(isRight ? QString()
                       : tr("Write a time such as 30 s, 5 min or 2 h, from %1 to %2.")
                             .arg(policy::settingText(m_least), policy::settingText(m_most)));
    if (!isRight || duration == m_duration)
        return;
    m_duration = duration;
    Q_EMIT edited();
}

void DurationEdit::stepBy(int steps)
{
    Duration at = m_duration.value_or(m_usual.value_or(m_least));
    for (; steps > 0; --steps) {
        const auto *next = std::upper_bound(Steps.begin(), Steps.end(), at);
        at = next == Steps.end() ? m_most : *next;
    }
    for (; steps < 0; ++steps) {
        const auto *next = std::lower_bound(Steps.begin(), Steps.end(), at);
        at = next == Steps.begin() ? m_least : *std::prev(next);
    }
    at = std::clamp(at, m_least, m_most);
    if (at == m_duration)
        return;
    m_duration = at;
    show();
    lineEdit()->selectAll();
    Q_EMIT edited();
}

QAbstractSpinBox::StepEnabled DurationEdit::stepEnabled() const
{
    const Duration at = m_duration.value_or(m_usual.value_or(m_least));
    StepEnabled enabled;
    enabled.setFlag(StepUpEnabled, at < m_most);
    enabled.setFlag(StepDownEnabled, at > m_least);
    return enabled;
}

QValidator::State DurationEdit::validate(QString &, int &) const
{
    return QValidator::Acceptable;
}

void DurationEdit::focusOutEvent(QFocusEvent *event)
{
    QAbstractSpinBox::focusOutEvent(event);
    if (event->reason() != Qt::ActiveWindowFocusReason && event->reason() != Qt::PopupFocusReason)
        show();
}

} // namespace escalite::ui
