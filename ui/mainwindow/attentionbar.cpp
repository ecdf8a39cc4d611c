// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/mainwindow/attentionbar.h"

#include "engine/engine.h"
#include "ui/incidents/incidenttext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QTimerEvent>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr qsizetype MostInMenu = 12;

QString shownNames(const QStringList &names)
{
    QStringList shown;
    for (const QString &name : names)
        shown.append(shownLine(name, 40));
    return joined(shown);
}

/// Who knows and what comes next.
QString knownText(const Incident &incident, TimePoint now)
{
    const QList<engine::ComingStep> coming = engine::Engine::comingSteps(incident, 1);
    const bool wasTold = !incident.told.isEmpty() || incident.lastToldAt;
    const QString told = shownNames(incident.told.isEmpty() ? incident.notifiers : incident.told);
    if (!wasTold) {
        const std::optional<TimePoint> at = coming.isEmpty() ? incident.notifyAt : std::optional(coming.first().at);
        const QString first = coming.isEmpty() ? told : shownNames(coming.first().notifiers);
        if (first.isEmpty())
            return AttentionBar::tr("Nobody is told, since the rule names no notifier.");
        return at && *at > now ? AttentionBar::tr("%1 will be told in %2.").arg(first, countdownText(*at - now))
                               : AttentionBar::tr("%1 will be told now.").arg(first);
    }
    if (!coming.isEmpty() && coming.first().at > now) {
        const QString next = shownNames(coming.first().notifiers);
        const QString in = countdownText(coming.first().at - now);
        return coming.first().notifiers.size() == 1
                   ? AttentionBar::tr("%1 told, no answer. %2 is told in %3.").arg(told, next, in)
                   : AttentionBar::tr("%1 told, no answer. %2 are told in %3.").arg(told, next, in);
    }
    if (incident.notifyAt && *incident.notifyAt > now)
        return AttentionBar::tr("%1 told, no answer. The next update goes out in %2.")
            .arg(told, countdownText(*incident.notifyAt - now));
    return AttentionBar::tr("%1 told, no answer.").arg(told);
}

} // namespace

QString attentionText(const Incident &incident, TimePoint now)
{
    const int count = static_cast<int>(std::min<quint64>(incident.count, 1'000'000'000));
    QString text = AttentionBar::tr("%1 sessions in %2, the last %3 ago.", nullptr, count)
                       .arg(countText(incident.count), ageText(incident.lastSeenAt - incident.openedAt),
                            ageText(now - incident.lastSeenAt))
                   + ' '_L1 + knownText(incident, now);
    if (incident.suppressed > 0)
        text += ' '_L1
                + counted(static_cast<qint64>(incident.suppressed), AttentionBar::tr("1 notification was held back."),
                          AttentionBar::tr("%1 notifications were held back."));
    return text;
}

AttentionBar::AttentionBar(QWidget *parent)
    : QWidget(parent)
    , m_headline(new TextLabel(this))
    , m_text(new TextLabel(QString(), Tone::Secondary, this))
    , m_acknowledge(new QPushButton(tr("Acknowledge"), this))
    , m_open(new QPushButton(tr("Open"), this))
    , m_more(new QToolButton(this))
    , m_menu(new QMenu(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(38, 0, 12, 0);
    row->setSpacing(10);
    m_headline->setSize(1, QFont::DemiBold);
    row->addWidget(m_headline);
    m_text->setElided(true);
    row->addWidget(m_text, 1);
    m_acknowledge->setIcon(icon(u"check"_s));
    m_acknowledge->setDefault(true);
    m_acknowledge->setFixedHeight(24);
    m_open->setFixedHeight(24);
    row->addWidget(m_acknowledge);
    row->addWidget(m_open);
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setMenu(m_menu);
    m_more->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_more->setFixedHeight(24);
    row->addWidget(m_more);
    setFixedHeight(std::max(36, fontMetrics().height() + 18));
    setAccessibleName(tr("Unanswered incidents"));
    connect(m_acknowledge, &QPushButton::clicked, this, [this] {
        if (!m_waiting.isEmpty())
            Q_EMIT acknowledgeRequested(m_waiting.first().id);
    });
    connect(m_open, &QPushButton::clicked, this, [this] {
        if (!m_waiting.isEmpty())
            Q_EMIT openRequested(m_waiting.first());
    });
    connect(m_menu, &QMenu::aboutToShow, this, [this] {
        m_menu->clear();
        for (qsizetype i = 1; i < std::min(m_waiting.size(), MostInMenu); ++i) {
            const Incident incident = m_waiting[i];
            QString title = shownLine(incident.title, 60);
            m_menu->addAction(title.replace('&'_L1, "&&"_L1) + '\t'_L1 + countText(incident.count), this,
                              [this, incident] { Q_EMIT openRequested(incident); });
        }
    });
    hide();
}

void AttentionBar::setIncidents(const QList<Incident> &open)
{
    const int before = unanswered();
    m_waiting.clear();
    for (const Incident &incident : open) {
        if (incident.state == Incident::State::Triggered)
            m_waiting.append(incident);
    }
    std::stable_sort(m_waiting.begin(), m_waiting.end(),
                     [](const Incident &a, const Incident &b) { return a.openedAt < b.openedAt; });
    setVisible(!m_waiting.isEmpty());
    if (m_waiting.isEmpty())
        m_clock.stop();
    else if (!m_clock.isActive())
        m_clock.start(1000, this);
    refresh();
    if (unanswered() > before) {
        QAccessibleEvent event(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

void AttentionBar::refresh()
{
    if (m_waiting.isEmpty())
        return;
    const Incident &oldest = m_waiting.first();
    m_headline->setText(tr("%1 is failing").arg(shownLine(oldest.title, 60)));
    m_text->setText(attentionText(oldest, now()));
    m_more->setVisible(m_waiting.size() > 1);
    m_more->setText(tr("%n more", nullptr, static_cast<int>(m_waiting.size()) - 1));
    setAccessibleDescription(headline() + u". "_s + text());
    update();
}

QString AttentionBar::headline() const
{
    return m_headline->text();
}

QString AttentionBar::text() const
{
    return m_text->text();
}

void AttentionBar::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_clock.timerId())
        refresh();
}

void AttentionBar::paintEvent(QPaintEvent *)
{
    if (m_waiting.isEmpty())
        return;
    QPainter painter(this);
    const Theme &theme = Theme::current();
    const Level level = m_waiting.first().level;
    painter.fillRect(rect(), level == Level::Critical ? theme.tintCritical
                             : level == Level::Error  ? theme.tintError
                                                      : theme.tintWarning);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.border);
    painter.fillRect(QRect(0, 0, 3, height()), theme.levelFill(level));
    paintLevelGlyph(painter, QRectF(13, (height() - 16) / 2.0, 16, 16), level, theme.levelFill(level),
                    theme.criticalMark);
}

} // namespace escalite::ui
