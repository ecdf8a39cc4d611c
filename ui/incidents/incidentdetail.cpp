// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/incidents/incidentdetail.h"

#include "ui/incidents/incidentactions.h"
#include "ui/incidents/incidenttext.h"
#include "ui/incidents/incidenttimeline.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QAction>
#include <QEvent>
#include <QGridLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int Side = 14;
constexpr qsizetype MostTitles = 12; // Of several chosen ones.

TextLabel *sectionLabel(const QString &text, QWidget *parent)
{
    auto *label = new TextLabel(text, Tone::Secondary, parent);
    label->setSize(.92);
    return label;
}

/// A button that is \a action: same words, same state.
QPushButton *buttonOf(QAction *action, QWidget *parent)
{
    auto *button = new QPushButton(action->icon(), action->text(), parent);
    button->setAutoDefault(false);
    if (action->menu())
        button->setMenu(action->menu());
    else
        QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    const auto follow = [button, action] {
        button->setText(action->text());
        button->setEnabled(action->isEnabled());
        button->setToolTip(action->toolTip());
        button->setAccessibleName(action->text());
    };
    QObject::connect(action, &QAction::changed, button, follow);
    follow();
    return button;
}

} // namespace

IncidentDetail::IncidentDetail(runtime::Console &console, IncidentActions &actions, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
    , m_actions(actions)
{
    m_head = buildHead();
    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setAccessibleName(tr("The incident"));
    auto *body = new QWidget;
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(0, 10, 0, 8);
    column->setSpacing(6);
    m_sentence = new TextLabel(body);
    m_sentence->setWordWrap(true);
    m_facts = new TextLabel(QString(), Tone::Secondary, body);
    m_facts->setWordWrap(true);
    auto *padded = new QVBoxLayout;
    padded->setContentsMargins(Side, 0, Side, 0);
    padded->setSpacing(6);
    padded->addWidget(m_sentence);
    padded->addWidget(m_facts);
    padded->addSpacing(4);
    padded->addWidget(sectionLabel(tr("What you can do"), body));
    padded->addWidget(buildActions());
    padded->addSpacing(4);
    m_worst = buildWorst();
    padded->addWidget(m_worst);
    m_timelineLabel = sectionLabel(tr("What happened, and what comes next"), body);
    padded->addWidget(m_timelineLabel);
    column->addLayout(padded);
    m_timeline = new Timeline(body);
    column->addWidget(m_timeline);
    column->addStretch();
    m_scroll->setWidget(body);
    for (QWidget *ground : {m_scroll->viewport(), body})
        ground->setBackgroundRole(QPalette::Base);
    body->setAutoFillBackground(true);
    m_foot = buildFoot();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_scroll, 1);
    layout->addWidget(m_foot);
    connect(&m_actions, &IncidentActions::noted, this, [this](bool kept) {
        m_note->setEnabled(true);
        if (kept)
            m_note->clear();
        m_note->setFocus();
    });
}

QWidget *IncidentDetail::buildHead()
{
    auto *head = new QWidget(this);
    m_title = new TextLabel(head);
    m_title->setSize(1, QFont::DemiBold);
    m_title->setElided(true);
    auto *dismiss = new QToolButton(head);
    dismiss->setIcon(icon(u"x"_s));
    dismiss->setAutoRaise(true);
    dismiss->setToolTip(tr("Close the detail (Esc)"));
    dismiss->setAccessibleName(tr("Close the detail"));
    connect(dismiss, &QToolButton::clicked, this, &IncidentDetail::closed);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(Side + 24, 3, 6, 3);
    row->addWidget(m_title, 1);
    row->addWidget(dismiss);
    return head;
}

QWidget *IncidentDetail::buildActions()
{
    auto *box = new QWidget(this);
    auto *grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(6);
    QPushButton *acknowledge = buttonOf(m_actions.acknowledge, box);
    acknowledge->setDefault(true);
    const QList<QPushButton *> buttons{acknowledge,
                                       buttonOf(m_actions.nextStep, box),
                                       buttonOf(m_actions.sendElse, box),
                                       buttonOf(m_actions.snooze, box),
                                       buttonOf(m_actions.silence, box),
                                       buttonOf(m_actions.assign, box)};
    for (int i = 0; i < buttons.size(); ++i)
        grid->addWidget(buttons[i], i / 2, i % 2);
    // Of closing and opening again there is always one; merging takes several.
    QPushButton *close = buttonOf(m_actions.close, box);
    QPushButton *reopen = buttonOf(m_actions.reopen, box);
    QPushButton *merge = buttonOf(m_actions.merge, box);
    auto *last = new QHBoxLayout;
    last->setSpacing(6);
    for (QPushButton *button : {close, reopen, merge})
        last->addWidget(button, 1);
    grid->addLayout(last, 3, 0, 1, 2);
    const auto choose = [this, close, reopen, merge] {
        const bool open = m_actions.close->isEnabled() || !m_actions.reopen->isEnabled();
        close->setVisible(open);
        reopen->setVisible(!open);
        merge->setVisible(m_actions.merge->isEnabled());
    };
    for (const QAction *action : {m_actions.close, m_actions.reopen, m_actions.merge})
        connect(action, &QAction::changed, box, choose);
    choose();
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    return box;
}

QWidget *IncidentDetail::buildWorst()
{
    auto *box = new QWidget(this);
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 6);
    column->setSpacing(4);
    column->addWidget(sectionLabel(tr("Worst session"), box));
    m_worstTitle = new TextLabel(box);
    m_worstTitle->setElided(true);
    m_worstText = new TextLabel(QString(), Tone::Secondary, box);
    m_worstText->setWordWrap(true);
    auto *open = buttonOf(m_actions.openSession, box);
    auto *row = new QHBoxLayout;
    row->addWidget(open);
    row->addStretch();
    column->addWidget(m_worstTitle);
    column->addWidget(m_worstText);
    column->addLayout(row);
    return box;
}

QWidget *IncidentDetail::buildFoot()
{
    auto *foot = new QWidget(this);
    m_note = new QLineEdit(foot);
    m_note->setPlaceholderText(tr("Add a note"));
    m_note->setAccessibleName(tr("Note"));
    m_note->setMaxLength(4000);
    m_addNote = new QPushButton(tr("Add"), foot);
    m_addNote->setAutoDefault(false);
    m_addNote->setAccessibleName(tr("Add the note"));
    m_addNote->setEnabled(false);
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(Side, 8, Side, 8);
    row->setSpacing(8);
    row->addWidget(m_note, 1);
    row->addWidget(m_addNote);
    connect(m_note, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_addNote->setEnabled(!text.trimmed().isEmpty()); });
    connect(m_note, &QLineEdit::returnPressed, this, &IncidentDetail::keepNote);
    connect(m_addNote, &QPushButton::clicked, this, &IncidentDetail::keepNote);
    return foot;
}

void IncidentDetail::writeNote()
{
    m_note->setFocus(Qt::ShortcutFocusReason);
}

void IncidentDetail::keepNote()
{
    const QString text = m_note->text().trimmed();
    if (text.isEmpty() || m_incidents.size() != 1)
        return;
    m_note->setEnabled(false); // Until it is kept: twice Enter is one note.
    m_actions.addNote(m_incidents.first().id, text);
}

void IncidentDetail::show(const QList<Incident> &incidents)
{
    const bool same =
        incidents.size() == 1 && m_incidents.size() == 1 && incidents.first().id == m_incidents.first().id;
    const bool changed = incidents != m_incidents;
    m_incidents = incidents;
    if (incidents.isEmpty())
        return;
    if (!same) {
        m_detail = {};
        m_note->clear();
        m_scroll->ensureVisible(0, 0);
    }
    const bool single = incidents.size() == 1;
    if (single)
        m_detail.incident = incidents.first();
    m_worst->setVisible(single);
    m_timelineLabel->setVisible(single);
    m_timeline->setVisible(single);
    m_foot->setVisible(single);
    showHead();
    if (!single) {
        ++m_asked;
        return;
    }
    showWorst();
    if (!same)
        showTimeline();
    if (changed)
        reload();
}

void IncidentDetail::reload()
{
    if (m_incidents.size() != 1)
        return;
    const quint64 number = ++m_asked;
    m_console.loadIncident(m_incidents.first().id, this, [this, number](const Result<runtime::IncidentDetail> &detail) {
        if (number != m_asked)
            return;
        if (!detail) {
            m_timeline->setEmptyText(shownLine(detail.error().message, 400));
            m_timeline->setMoments({});
            return;
        }
        m_detail = *detail;
        showHead();
        showWorst();
        showTimeline();
        Q_EMIT loaded(m_detail);
    });
}

void IncidentDetail::setNow(TimePoint now)
{
    m_now = now;
    if (!m_incidents.isEmpty())
        showHead();
}

void IncidentDetail::showHead()
{
    update();
    if (m_incidents.size() > 1) {
        m_title->setText(tr("%1 incidents chosen").arg(countText(static_cast<quint64>(m_incidents.size()))));
        quint64 sessions = 0;
        qsizetype unanswered = 0;
        QStringList titles;
        for (const Incident &incident : std::as_const(m_incidents)) {
            sessions += incident.count;
            unanswered += incident.state == Incident::State::Triggered ? 1 : 0;
            if (titles.size() < MostTitles)
                titles.append(shownLine(incident.title, 80));
        }
        if (m_incidents.size() > MostTitles)
            titles.append(tr("and %1 more").arg(countText(static_cast<quint64>(m_incidents.size() - MostTitles))));
        m_sentence->setText(tr("%1 sessions in all. %2 unanswered.")
                                .arg(countText(sessions), countText(static_cast<quint64>(unanswered))));
        m_facts->setText(titles.join('\n'_L1));
        return;
    }
    const Incident &incident = m_detail.incident;
    m_title->setText(shownLine(incident.title, 160));
    m_sentence->setText(incidentSentence(incident, m_now));
    QStringList facts;
    if (!incident.source.isEmpty())
        facts.append(shownLine(incident.source, 80));
    if (!incident.group.isEmpty())
        facts.append(tr("counted for %1").arg(shownLine(incident.group, 120)));
    if (!m_detail.rule.isEmpty())
        facts.append(tr("rule “%1”").arg(shownLine(m_detail.rule, 80)));
    const QString steps = stepText(incident);
    facts.append(steps.isEmpty() ? planText(incident) : tr("%1, step %2").arg(planText(incident), steps));
    if (!incident.assignee.isEmpty())
        facts.append(tr("assigned to %1").arg(shownLine(incident.assignee, 60)));
    if (incident.suppressed > 0)
        facts.append(counted(static_cast<qint64>(incident.suppressed), tr("1 notification held back"),
                             tr("%1 notifications held back")));
    m_facts->setText(facts.join(u" · "_s));
}

void IncidentDetail::showWorst()
{
    const SessionDigest &worst = m_detail.incident.worst;
    QStringList parts;
    const QString request = (worst.method + ' '_L1 + worst.path).trimmed();
    parts.append(request.isEmpty() ? shownLine(m_detail.incident.title, 120) : shownLine(request, 160));
    if (worst.code)
        parts.append(QString::number(*worst.code));
    if (worst.elapsed)
        parts.append(toText(*worst.elapsed));
    m_worstTitle->setText(parts.join(u"  "_s));
    const QString message = worst.message.isEmpty() ? m_detail.incident.message : worst.message;
    m_worstText->setText(shownLine(message, 400));
    m_worstText->setVisible(!message.isEmpty());
}

void IncidentDetail::showTimeline()
{
    m_timeline->setEmptyText({});
    m_timeline->setMoments(incidentMoments(m_detail));
}

void IncidentDetail::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_timeline && m_incidents.size() == 1)
        showTimeline(); // Its moments carry colours.
}

void IncidentDetail::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.base);
    painter.fillRect(QRect(0, 0, width(), m_head->height()), theme.header);
    painter.fillRect(QRect(0, m_head->height() - 1, width(), 1), theme.border);
    painter.fillRect(QRect(0, 0, 1, height()), theme.border);
    if (m_foot->isVisible()) {
        painter.fillRect(QRect(1, m_foot->y(), width(), m_foot->height()), theme.header);
        painter.fillRect(QRect(1, m_foot->y(), width(), 1), theme.border);
    }
    if (m_incidents.isEmpty())
        return;
    const auto worst = std::max_element(m_incidents.cbegin(), m_incidents.cend(),
                                        [](const Incident &a, const Incident &b) { return a.level < b.level; });
    paintLevelGlyph(painter, QRectF(Side + 1, (m_head->height() - 16) / 2.0, 16, 16), worst->level,
                    theme.levelFill(worst->level), theme.criticalMark);
}

} // namespace escalite::ui
