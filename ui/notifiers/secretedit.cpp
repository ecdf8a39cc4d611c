// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/secretedit.h"

#include "ui/theme/theme.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"

#include <QBoxLayout>
#include <QDateTime>
#include <QLineEdit>
#include <QLocale>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int LongestSecret = 8192; // UTF-16 units; tokens of OAuth are long.
constexpr int EyeWidth = 26;

/// "12 Nov", with the year when it is another one.
QString dayText(TimePoint time)
{
    const auto local = [](TimePoint moment) {
        return QDateTime::fromMSecsSinceEpoch(
            std::chrono::floor<std::chrono::milliseconds>(moment).time_since_epoch().count());
    };
    const QDate day = local(time).date();
    return QLocale().toString(day, day.year() == local(now()).date().year() ? u"d MMM"_s : u"d MMM yyyy"_s);
}

} // namespace

SecretEdit::SecretEdit(const delivery::Field &field, QWidget *parent) : FieldEditor(field, parent)
{
    m_line = new QLineEdit(this);
    m_line->setEchoMode(QLineEdit::Password);
    m_line->setMaxLength(LongestSecret);
    m_line->setFont(monoFont(0.96));
    m_line->setTextMargins(0, 0, 2 * EyeWidth, 0);
    m_line->setMinimumWidth(160);
    m_eye = new QToolButton(m_line);
    m_eye->setIcon(icon(u"eye"_s));
    m_eye->setAutoRaise(true);
    m_eye->setCursor(Qt::ArrowCursor);
    m_eye->setAccessibleName(tr("Show %1 while held").arg(fieldLabel(field)));
    m_forget = new QToolButton(m_line);
    m_forget->setIcon(icon(u"trash"_s));
    m_forget->setAutoRaise(true);
    m_forget->setCursor(Qt::ArrowCursor);
    m_forget->setToolTip(tr("Forget what is stored"));
    m_forget->setAccessibleName(tr("Forget the stored %1").arg(fieldLabel(field)));
    auto *inside = new QHBoxLayout(m_line);
    inside->setContentsMargins(0, 2, 2, 2);
    inside->setSpacing(0);
    inside->addStretch(1);
    inside->addWidget(m_forget);
    inside->addWidget(m_eye);
    m_note = new TextLabel(QString(), Tone::Hint, this);
    m_note->setSize(0.92);
    m_note->setElided(true);
    m_note->setMinimumHeight(28);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_line, 5);
    layout->addWidget(m_note, 6);
    setControl(m_line);

    connect(m_line, &QLineEdit::textEdited, this, [this] {
        showState();
        Q_EMIT edited();
    });
    connect(m_eye, &QToolButton::pressed, this, [this] { m_line->setEchoMode(QLineEdit::Normal); });
    connect(m_eye, &QToolButton::released, this, [this] { m_line->setEchoMode(QLineEdit::Password); });
    connect(m_forget, &QToolButton::clicked, this, [this] {
        m_stored.reset();
        showState();
        m_line->setFocus();
        Q_EMIT edited();
        Q_EMIT left();
    });
    showState();
}

void SecretEdit::setStored(std::optional<TimePoint> at)
{
    m_stored = at;
    showState();
}

void SecretEdit::setValue(const QJsonValue &value)
{
    if (value.toString() != m_line->text())
        m_line->setText(value.toString());
    showState();
}

QJsonValue SecretEdit::value() const
{
    const QString text = m_line->text().trimmed();
    return text.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(text);
}

void SecretEdit::showState()
{
    const bool typed = !m_line->text().isEmpty();
    const bool stored = m_stored.has_value() && !typed;
    m_line->setPlaceholderText(stored ? QString(12, u'•') : QString());
    m_eye->setEnabled(typed);
    m_eye->setToolTip(typed    ? tr("Show it while held")
                      : stored ? tr("What is stored is never shown; type to replace it")
                               : QString());
    m_note->setText(stored              ? tr("Stored %1, never shown in logs or exports").arg(dayText(*m_stored))
                    : typed && m_stored ? tr("Replaces what is stored")
                    : typed             ? tr("Stored when you save, never shown in logs or exports")
                                        : QString());
    m_forget->setVisible(stored && !field().required);
}

} // namespace escalite::ui
