// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/sessiondetailview.h"

#include "ui/models/entrymodel.h"
#include "ui/models/sessionmodel.h"
#include "ui/sessions/escalationpane.h"
#include "ui/sessions/prettyjson.h"
#include "ui/sessions/texthighlighters.h"
#include "ui/theme/theme.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/copybutton.h"
#include "ui/widgets/entryoutline.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/rowtable.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/waterfall.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimerEvent>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int ReloadAfter = 250; // Milliseconds: a burst of changes is one look.

class LevelGlyph final : public QWidget
{
public:
    explicit LevelGlyph(QWidget *parent) : QWidget(parent) { setFixedSize(16, 16); }
    Level level = Level::Info;
    bool isGap = false;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Theme &theme = Theme::current();
        if (isGap)
            paintIcon(painter, QRectF(1, 1, 14, 14), standingIcon(Standing::Gap), theme.levelText(level));
        else
            paintLevelGlyph(painter, QRectF(1, 1, 14, 14), level, theme.levelFill(level), theme.criticalMark);
    }
};

Tone toneOf(Level level)
{
    switch (level) {
    case Level::Warning:
        return Tone::Warning;
    case Level::Error:
        return Tone::Error;
    case Level::Critical:
        return Tone::Critical;
    case Level::Debug:
    case Level::Info:
        break;
    }
    return Tone::Text;
}

/// The traces of \a session, worst entries first, one under the other.
QString tracesOf(const Session &session)
{
    QStringList traces;
    const auto add = [&](const QString &section, const QList<Entry> &entries) {
        for (const Entry &entry : entries) {
            if (!entry.errorTrace.isEmpty())
                traces.append(traces.isEmpty() ? entry.errorTrace
                                               : '\n'_L1 + section + '.'_L1 + entry.key + '\n'_L1 + entry.errorTrace);
        }
    };
    for (const Section &section : session.sections)
        add(section.name, section.entries);
    add({}, session.untagged);
    return traces.join('\n'_L1);
}

/// What is odd about \a session, in sentences.
QStringList notesOf(const Session &session)
{
    struct Note
    {
        SessionFlag flag;
        const char *text;
    };
    static constexpr std::array Notes{
        Note{SessionFlag::Incomplete,
             QT_TRANSLATE_NOOP("SessionNotes", "The sender left something out of this session.")},
        Note{SessionFlag::Late, QT_TRANSLATE_NOOP("SessionNotes", "Something was written after the end.")},
        Note{SessionFlag::ClockBackwards, QT_TRANSLATE_NOOP("SessionNotes", "The sender's clock ran backwards.")},
    };
    QStringList notes;
    if (session.flags.testFlag(SessionFlag::Forced))
        notes.append(QCoreApplication::translate("SessionNotes", "The sender forced the level to %1.")
                         .arg(levelName(session.effective)));
    for (const Note &note : Notes) {
        if (session.flags.testFlag(note.flag))
            notes.append(QCoreApplication::translate("SessionNotes", note.text));
    }
    return notes;
}

int entryCount(const Session &session)
{
    qsizetype count = session.untagged.size();
    for (const Section &section : session.sections)
        count += section.entries.size();
    return static_cast<int>(count);
}

} // namespace

SessionDetailView::SessionDetailView(runtime::Console &console, const SessionModel &model, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
    , m_model(model)
    , m_tabs(new QTabBar(this))
    , m_stack(new QStackedWidget(this))
    , m_notice(new NoticeBar(this))
    , m_waterfall(new Waterfall)
    , m_outline(new EntryOutline)
    , m_entries(new EntryModel(this))
    , m_trace(new CodeView)
    , m_json(new CodeView)
{
    setMinimumHeight(140);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildHead());
    m_notes = new TextLabel(QString(), Tone::Secondary, this);
    m_notes->setSize(.92);
    m_notes->setWordWrap(true);
    m_notes->setContentsMargins(34, 0, 10, 5);
    m_notes->hide();
    layout->addWidget(m_notes);
    layout->addWidget(m_notice);
    m_notice->hide();
    auto *tabRow = new QHBoxLayout;
    tabRow->setContentsMargins(8, 0, 0, 0);
    tabRow->addWidget(m_tabs);
    tabRow->addStretch();
    layout->addLayout(tabRow);
    layout->addWidget(m_stack, 1);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(tr("Parts of the session"));

    auto *first = new QSplitter(Qt::Horizontal);
    first->setChildrenCollapsible(false);
    first->addWidget(m_waterfall);
    first->addWidget(m_outline);
    first->setStretchFactor(0, 2);
    first->setStretchFactor(1, 1);
    first->setSizes({830, 390});
    m_stack->addWidget(first);
    m_table = new RowTable;
    m_table->setModel(m_entries);
    m_table->setAccessibleName(tr("Entries"));
    const std::array<int, 5> widths{210, 260, 60, 80, 340};
    for (std::size_t i = 0; i < widths.size(); ++i)
        m_table->setColumnWidth(static_cast<int>(i), widths.at(i));
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(EntryModel::MessageColumn, QHeaderView::Stretch);
    m_stack->addWidget(m_table);
    m_trace->setAccessibleName(tr("Error trace"));
    m_colours = {new TraceHighlighter(m_trace->document()), nullptr};
    m_stack->addWidget(m_trace);
    auto *raw = new QWidget;
    auto *rawLayout = new QVBoxLayout(raw);
    rawLayout->setContentsMargins(0, 0, 0, 0);
    rawLayout->setSpacing(0);
    m_json->setAccessibleName(tr("Raw JSON"));
    m_colours[1] = new JsonHighlighter(m_json->document());
    rawLayout->addWidget(m_json, 1);
    auto *rawFoot = new QHBoxLayout;
    rawFoot->setContentsMargins(12, 3, 12, 3);
    m_jsonNote = new TextLabel(QString(), Tone::Secondary, raw);
    m_jsonNote->setSize(.92);
    rawFoot->addWidget(m_jsonNote, 1);
    auto *save = new QPushButton(tr("Save as…"), raw);
    save->setFlat(true);
    rawFoot->addWidget(save);
    rawFoot->addWidget(new CopyButton(
        tr("document"), [this] { return m_detail ? QString::fromUtf8(m_detail->document) : QString(); }, raw));
    rawLayout->addLayout(rawFoot);
    m_stack->addWidget(raw);
    m_escalation = new EscalationPane(console);
    m_stack->addWidget(m_escalation);

    for (const QString &title : {tr("Waterfall"), tr("Entries"), tr("Error trace"), tr("Raw JSON"), tr("Escalation")})
        m_tabs->addTab(title);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_stack->setCurrentIndex(tab);
        fillTab();
    });
    connect(save, &QPushButton::clicked, this, [this] {
        if (!m_detail)
            return;
        const QString file = QFileDialog::getSaveFileName(this, tr("Save the document"),
                                                          u"session-%1.json"_s.arg(shortId(m_detail->session->id)));
        if (file.isEmpty())
            return;
        QSaveFile out(file);
        if (!out.open(QIODevice::WriteOnly) || out.write(m_detail->document) != m_detail->document.size()
            || !out.commit())
            m_notice->say(Tone::Error, tr("The document was not saved."), shownLine(out.errorString(), 200));
    });
    connect(&console, &runtime::Console::incidentsChanged, this, [this](const QList<Incident> &incidents) {
        if (!m_detail || !m_detail->incident)
            return;
        for (const Incident &incident : incidents) {
            if (incident.id == m_detail->incident->id)
                reloadSoon();
        }
    });
    connect(&console, &runtime::Console::deliveriesChanged, this, [this](const QList<Delivery> &deliveries) {
        if (!m_detail)
            return;
        for (const Delivery &delivery : deliveries) {
            for (const Escalation &escalation : std::as_const(m_detail->escalations)) {
                if (delivery.escalation == escalation.id)
                    reloadSoon();
            }
        }
    });
    connect(&console, &runtime::Console::sessionsJoined, this, [this](const QList<SessionVerdict> &verdicts) {
        for (const SessionVerdict &verdict : verdicts) {
            if (verdict.session == m_wanted)
                reloadSoon();
        }
    });
    connect(&console, &runtime::Console::sessionsChanged, this, [this](const SessionRows &rows) {
        for (const SessionRow &row : rows.rows) {
            if (row.uuid() == m_wanted)
                reloadSoon();
        }
    });
}

QWidget *SessionDetailView::buildHead()
{
    auto *head = new QWidget(this);
    head->setFixedHeight(std::max(28, fontMetrics().height() + 10));
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(10, 0, 6, 0);
    row->setSpacing(8);
    m_glyph = new LevelGlyph(head);
    row->addWidget(m_glyph);
    m_title = new TextLabel(QString(), Tone::Text, head);
    m_title->setSize(1, QFont::DemiBold);
    row->addWidget(m_title);
    m_id = new TextLabel(QString(), Tone::Secondary, head);
    m_id->setMono();
    row->addWidget(m_id);
    m_code = new TextLabel(QString(), Tone::Text, head);
    m_code->setMono();
    row->addWidget(m_code);
    m_elapsed = new TextLabel(QString(), Tone::Text, head);
    m_elapsed->setMono();
    row->addWidget(m_elapsed);
    m_facts = new TextLabel(QString(), Tone::Secondary, head);
    m_facts->setSize(.92);
    m_facts->setElided(true);
    row->addWidget(m_facts, 1);
    row->addWidget(new CopyButton(
        tr("alert_id"), [this] { return m_detail ? m_detail->session->id.toString(QUuid::WithoutBraces) : QString(); },
        head));
    auto *close = new QToolButton(head);
    close->setIcon(icon(u"x"_s));
    close->setAutoRaise(true);
    close->setFixedSize(26, 24);
    close->setToolTip(tr("Hide the detail (D)"));
    close->setAccessibleName(tr("Hide the detail"));
    connect(close, &QToolButton::clicked, this, &SessionDetailView::closeRequested);
    row->addWidget(close);
    return head;
}

void SessionDetailView::load(const QUuid &id)
{
    m_wanted = id;
    m_console.loadSession(id, this, [this, id](const Result<runtime::SessionDetail> &result) {
        if (id != m_wanted) // A later choice came first.
            return;
        if (result)
            show(*result);
        else
            refuse(result.error());
    });
}

void SessionDetailView::reloadSoon()
{
    if (!m_reload.isActive())
        m_reload.start(ReloadAfter, this);
}

void SessionDetailView::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_reload.timerId()) {
        m_reload.stop();
        load(m_wanted);
    }
}

void SessionDetailView::refuse(const Error &error)
{
    m_notice->say(Tone::Warning, tr("This session cannot be shown."), shownLine(error.message, 300));
}

void SessionDetailView::show(const runtime::SessionDetail &detail)
{
    const bool same = m_detail && m_detail->session->id == detail.session->id && m_detail->document == detail.document;
    m_detail = detail;
    m_notice->clear();
    const Session &session = *detail.session;
    auto *glyph = static_cast<LevelGlyph *>(m_glyph);
    const bool isGap = session.flags.testFlag(SessionFlag::Gap);
    glyph->level = session.effective;
    glyph->isGap = isGap;
    glyph->setAccessibleName(isGap ? tr("%1, events are missing").arg(levelLabel(session.effective))
                                   : levelLabel(session.effective));
    glyph->update();
    m_title->setText(isGap ? tr("Missing events")
                           : shownLine(requestTitle(session.method, session.path, session.source, session.id), 80));
    m_id->setText(shortId(session.id));
    m_code->setText(session.code ? QString::number(*session.code) : QString());
    m_code->setVisible(session.code.has_value());
    m_code->setTone(session.code && *session.code >= 500   ? Tone::Error
                    : session.code && *session.code >= 400 ? Tone::Warning
                                                           : Tone::Secondary);
    readStanding();
    showStanding();
    const QStringList notes = notesOf(session);
    m_notes->setText(notes.join(' '_L1));
    m_notes->setVisible(!notes.isEmpty());

    QStringList facts{shownLine(session.source, 60), timeOfDayMs(detail.receivedAt)};
    const bool matched = detail.why.verdict == Verdict::Opened || detail.why.verdict == Verdict::Joined
                         || detail.why.verdict == Verdict::NoNotifier;
    if (matched && !detail.why.rule.isEmpty())
        facts.append(tr("matched rule “%1”").arg(shownLine(detail.why.rule, 60)));
    QHash<QString, bool> told;
    for (const Delivery &delivery : detail.deliveries) {
        const bool reached = delivery.state == DeliveryState::Delivered || delivery.state == DeliveryState::Accepted;
        told[delivery.notifier] = told.value(delivery.notifier) || reached;
    }
    if (!told.isEmpty())
        facts.append(tr("%1 of %n notifiers told", nullptr, static_cast<int>(told.size()))
                         .arg(std::count(told.cbegin(), told.cend(), true)));
    if (isGap)
        facts.append(shownLine(session.message, 200));
    if (session.flags.testFlag(SessionFlag::LevelsDiffer) && !session.flags.testFlag(SessionFlag::Forced))
        facts.append(tr("declared %1").arg(levelName(session.declared)));
    m_facts->setText(facts.join(u" · "_s));

    m_tabs->setTabText(EntriesTab, tr("Entries %1").arg(entryCount(session)));
    m_tabs->setTabText(EscalationTab, detail.deliveries.isEmpty() ? tr("Escalation")
                                                                  : tr("Escalation %1").arg(detail.deliveries.size()));
    m_tabs->update();
    m_waterfall->show(session, m_standing,
                      m_standing == Standing::Abandoned ? m_course.heard - m_course.since : m_course.openFor(now()));
    if (!same) {
        m_outline->show(session);
        fillEntries();
        const QString traces = tracesOf(session);
        m_trace->showText(traces.isEmpty() ? tr("No error trace was sent.") : shownLines(traces));
        m_jsonFilled = false;
        fillTab();
    }
    m_escalation->show(detail);
    Q_EMIT loaded();
}

void SessionDetailView::readStanding()
{
    const Session &session = *m_detail->session;
    SessionFlags flags = session.flags;
    SessionRow row;
    row.receivedAt = m_detail->receivedAt.time_since_epoch().count();
    row.startedAt = session.startedAt ? session.startedAt->time_since_epoch().count() : 0;
    m_course = Course::of(row);
    // The marks of a session without an end stand in its row alone; of its first word only the list knows.
    if (const std::optional<Serial> held = m_model.find(session.id)) {
        flags |= SessionFlags::fromInt(m_model.store().row(*held).flags)
                 & (SessionFlag::Stuck | SessionFlag::Abandoned | SessionFlag::Gap);
        const Course known = m_model.course(*held);
        m_course = Course::of(row, &known);
    }
    m_standing = standingOf(flags);
}

QString SessionDetailView::standingText() const
{
    if (!m_detail)
        return {};
    if (m_standing == Standing::Ended && m_detail->session->elapsed)
        return toText(*m_detail->session->elapsed);
    return m_standing == Standing::Gap ? QString() : standingWords(m_standing, m_course, now());
}

void SessionDetailView::showStanding()
{
    const Session &session = *m_detail->session;
    const QString text = standingText();
    m_elapsed->setText(text);
    m_elapsed->setVisible(!text.isEmpty());
    if (m_standing == Standing::Ended)
        m_elapsed->setMono();
    else
        m_elapsed->setSize(1, QFont::DemiBold);
    m_elapsed->setAccessibleName(m_standing == Standing::Ended && session.elapsed ? tr("Ended after %1").arg(text)
                                                                                  : text);
    switch (m_standing) {
    case Standing::Open:
        m_elapsed->setTone(Tone::Accent);
        break;
    case Standing::Stuck:
        m_elapsed->setTone(Tone::Error);
        break;
    case Standing::Abandoned:
    case Standing::Gap:
        m_elapsed->setTone(Tone::Secondary);
        break;
    case Standing::Ended:
        m_elapsed->setTone(toneOf(std::min(session.effective, Level::Error)));
        break;
    }
}

void SessionDetailView::tick()
{
    if (!m_detail || !isVisible() || m_standing == Standing::Ended || m_standing == Standing::Gap)
        return;
    showStanding();
    if (isRunning(m_standing))
        m_waterfall->tick(m_course.openFor(now()));
}

QString SessionDetailView::notes() const
{
    return m_notes->text();
}

void SessionDetailView::fillEntries()
{
    const QPersistentModelIndex top = m_entries->index(m_table->rowAt(0), 0);
    const int before = top.isValid() ? m_table->rowViewportPosition(top.row()) : 0;
    m_entries->setSession(m_detail->session);
    if (!top.isValid())
        return;
    // What is read stays where it is when something comes above it.
    m_table->doItemsLayout();
    QScrollBar *bar = m_table->verticalScrollBar();
    bar->setValue(bar->value() + m_table->rowViewportPosition(top.row()) - before);
}

void SessionDetailView::fillTab()
{
    if (!m_detail || m_jsonFilled || m_tabs->currentIndex() != JsonTab)
        return;
    const PrettyJson pretty = prettyJson(m_detail->document);
    m_json->showText(shownLines(pretty.text));
    const QString size = sizeText(m_detail->document.size());
    m_jsonNote->setText(pretty.cut ? tr("Large document, %1. The first 64 kB are shown.").arg(size)
                                   : tr("%1, as received").arg(size));
    m_jsonFilled = true;
}

int SessionDetailView::currentTab() const
{
    return m_tabs->currentIndex();
}

void SessionDetailView::setCurrentTab(int tab)
{
    if (tab >= 0 && tab < m_tabs->count())
        m_tabs->setCurrentIndex(tab);
}

void SessionDetailView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() >= Qt::Key_1 && event->key() <= Qt::Key_5 && event->modifiers() == Qt::NoModifier)
        setCurrentTab(event->key() - Qt::Key_1);
    else if (event->key() == Qt::Key_E && event->modifiers() == Qt::NoModifier && m_detail)
        Q_EMIT escalateRequested(m_detail->session->id);
    else if (event->key() == Qt::Key_Escape)
        Q_EMIT closeRequested();
    else
        QWidget::keyPressEvent(event);
}

void SessionDetailView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange || !m_escalation)
        return;
    for (QSyntaxHighlighter *colours : m_colours)
        colours->rehighlight();
    if (m_detail)
        m_escalation->show(*m_detail);
}

void SessionDetailView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    painter.fillRect(rect(), theme.window);
    const int tabs = m_stack->y() - 1;
    painter.fillRect(QRect(0, m_tabs->y() - 1, width(), 1), theme.border);
    painter.fillRect(QRect(0, tabs, width(), 1), theme.border);
}

} // namespace escalite::ui
