// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/pausebanner.h"

#include "ui/theme/theme.h"
#include "ui/widgets/keycap.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace escalite::ui {

PauseBanner::PauseBanner(QWidget *parent)
    : QWidget(parent)
    , m_since(new TextLabel(this))
    , m_count(new TextLabel(this))
    , m_rest(new TextLabel(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(34, 0, 12 + keycapWidth(u"Space"_s) + 4, 0);
    layout->setSpacing(8);
    m_count->setSize(1, QFont::DemiBold);
    layout->addWidget(m_since);
    layout->addWidget(m_count);
    layout->addWidget(m_rest);
    layout->addStretch();
    auto *resume = new QPushButton(tr("Resume"), this);
    resume->setFlat(true);
    resume->setFocusPolicy(Qt::TabFocus);
    layout->addWidget(resume);
    connect(resume, &QPushButton::clicked, this, &PauseBanner::resumeRequested);
    setFixedHeight(std::max(28, fontMetrics().height() + 10));
    hide();
}

void PauseBanner::setPausedAt(TimePoint time)
{
    m_since->setText(tr("Paused at %1.").arg(timeOfDay(time)));
}

void PauseBanner::setWaiting(qsizetype sessions)
{
    m_count->setText(sessions == 0 ? QString()
                                   : tr("%1 newer sessions", nullptr, static_cast<int>(sessions))
                                         .arg(countText(static_cast<quint64>(sessions))));
    m_rest->setText(sessions == 0 ? tr("Nothing has arrived since.")
                                  : tr("are stored and waiting.", nullptr, static_cast<int>(sessions)));
}

void PauseBanner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    painter.fillRect(rect(), theme.tintAccent);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.border);
    paintIcon(painter, QRectF(12, (height() - 14) / 2.0, 14, 14), u"pause"_s, theme.accent);
    const QString key = u"Space"_s;
    paintKeycap(painter, QRect(width() - 12 - keycapWidth(key), 0, 60, height()), key, theme.text2, theme.border);
}

} // namespace escalite::ui
