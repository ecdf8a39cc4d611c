// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/sessionspage.h"

#include "engine/command.h"
#include "filter/fields.h"
#include "ui/sessions/arrivals.h"
#include "ui/sessions/documentsearch.h"
#include "ui/sessions/querybar.h"
#include "ui/sessions/queryvalues.h"
#include "ui/sessions/sessiondetailview.h"
#include "ui/sessions/sessionlist.h"
#include "ui/sessions/standingchips.h"
#include "ui/theme/theme.h"
#include "ui/widgets/emptynote.h"
#include "ui/widgets/histogram.h"
#include "ui/widgets/levelchips.h"
#include "ui/widgets/operatorname.h"
#include "ui/widgets/pausebanner.h"
#include "ui/widgets/pill.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/querytext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QSplitter>
#include <QTimerEvent>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int DetailRest = 80; // Milliseconds: holding an arrow key loads nothing on the way.
constexpr std::array Steps{std::chrono::seconds(1), std::chrono::seconds(10), std::chrono::seconds(60),
                           std::chrono::seconds(600), std::chrono::seconds(3600)};

} // namespace

SessionsPage::SessionsPage(runtime::Console &console, QWidget *parent)
    : QWidget(parent)
    , m_console(console)
    , m_model(new SessionModel(this))
    , m_arrivals(new Arrivals(this))
    , m_search(new DocumentSearch(console, *m_model, this))
{
    m_list = new SessionList(*m_model, this);
    m_list->setSlow(console.configuration().policy.settings.slow);
    m_detail = new SessionDetailView(console, *m_model, this);
    buildActions();

    auto *upper = new QWidget(this);
    auto *column = new QVBoxLayout(upper);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildTop());
    m_banner = new PauseBanner(upper);
    column->addWidget(m_banner);
    column->addWidget(m_list, 1);
    m_pill = new Pill(m_list);
    m_empty = new EmptyNote(m_list->viewport());

    m_splitter = new QSplitter(Qt::Vertical, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(upper);
    m_splitter->addWidget(m_detail);
    m_splitter->setStretchFactor(0, 1);
    m_detail->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildToolBar());
    layout->addWidget(m_splitter, 1);
    setFocusProxy(m_list);

    connect(&console, &runtime::Console::sessionsChanged, m_arrivals, &Arrivals::push);
    connect(m_arrivals, &Arrivals::ready, this, &SessionsPage::take);
    connect(m_arrivals, &Arrivals::waitingChanged, this, [this] { m_banner->setWaiting(m_arrivals->waiting()); });
    connect(&console, &runtime::Console::sessionsJoined, m_model, &SessionModel::join);
    const auto takeIncidents = [this](const QList<Incident> &incidents) {
        for (const Incident &incident : incidents) {
            if (incident.isOpen())
                m_incidents.insert(incident.id, incident);
            else
                m_incidents.remove(incident.id);
        }
        m_model->setIncidents(incidents);
        updateSelection();
        drawHistogram();
    };
    connect(&console, &runtime::Console::incidentsChanged, this, takeIncidents);
    connect(&console, &runtime::Console::configurationChanged, this,
            [this](const runtime::Configuration &configuration) {
                m_list->setSlow(configuration.policy.settings.slow);
                m_list->viewport()->update();
            });
    connect(m_model, &SessionModel::counted, this, &SessionsPage::updateCounts);
    connect(m_search, &DocumentSearch::searchingChanged, this, &SessionsPage::updateCounts);
    connect(m_list, &SessionList::followingChanged, this, &SessionsPage::updateModes);
    connect(m_list, &SessionList::newerChanged, this,
            [this] { m_pill->setNewer(m_list->isFollowing() ? 0 : m_list->newer()); });
    connect(m_list, &SessionList::pressed, m_arrivals, &Arrivals::setHandDown);
    connect(m_list, &SessionList::pointerMoved, this, [this] {
        if (m_list->isFollowing())
            m_arrivals->pointerMoved();
    });
    connect(m_list, &SessionList::currentChanged, this, [this] {
        updateSelection();
        m_rest.start(DetailRest, this);
    });
    connect(m_list, &SessionList::opened, m_actions.open, &QAction::trigger);
    connect(m_list, &SessionList::menuAsked, this, &SessionsPage::showMenu);
    connect(m_pill, &Pill::clicked, this, [this] { m_list->setFollowing(true); });
    connect(m_banner, &PauseBanner::resumeRequested, this, [this] { setPaused(false); });
    connect(m_empty, &EmptyNote::actionRequested, this, [this] { setQuery({}); });
    connect(m_detail, &SessionDetailView::closeRequested, this, [this] { setDetailShown(false); });
    connect(m_detail, &SessionDetailView::escalateRequested, this,
            [this](const QUuid &id) { Q_EMIT escalateRequested({id}); });

    takeIncidents(console.openIncidents());
    console.loadSessions(this, [this](const SessionRows &rows) { take(rows); });
    m_clock.start(1000, Qt::PreciseTimer, this); // A coarse one makes clocks leave out a second now and then.
    updateModes();
    updateCounts();
    updateSelection();
}

void SessionsPage::buildActions()
{
    const auto make = [this](const QString &iconName, const QString &text, const QList<QKeySequence> &keys,
                             auto &&slot) {
        auto *action = new QAction(text, this);
        if (!iconName.isEmpty())
            action->setIcon(icon(iconName));
        action->setShortcuts(keys);
        // Single letters belong to the list alone, so that typing a query does not pause it.
        action->setShortcutContext(Qt::WidgetShortcut);
        m_list->addAction(action);
        connect(action, &QAction::triggered, this, std::forward<decltype(slot)>(slot));
        return action;
    };
    m_actions.follow = make(u"arrow-down-to-line"_s, tr("&Follow"), {Qt::Key_F}, [this] {
        setPaused(false);
        m_list->setFollowing(true);
    });
    m_actions.follow->setCheckable(true);
    m_actions.pause = make(u"pause"_s, tr("&Pause"), {Qt::Key_Space}, [this] { setPaused(!isPaused()); });
    m_actions.pause->setCheckable(true);
    m_actions.open = make(u"panel-bottom"_s, tr("&Open detail"), {}, [this] {
        setDetailShown(true);
        m_detail->setFocus();
    });
    m_actions.acknowledge = make(u"check"_s, tr("&Acknowledge"), {Qt::Key_A}, [this] { acknowledge(); });
    m_actions.escalate = make(u"megaphone"_s, tr("&Escalate…"), {Qt::Key_E}, [this] {
        if (!m_list->selected().isEmpty())
            Q_EMIT escalateRequested(m_list->selected());
    });
    m_actions.showOnly = make(u"list-filter"_s, tr("Show only this"), {Qt::Key_Plus}, [this] { restrict(true); });
    m_actions.hideThis = make(u"filter-x"_s, tr("Hide this"), {Qt::Key_Minus}, [this] { restrict(false); });
    m_actions.copyRow = make(u"copy"_s, tr("&Copy row"), {Qt::Key_C, QKeySequence::Copy}, [this] {
        QStringList rows;
        for (const QUuid &id : m_list->selected()) {
            const std::optional<Serial> serial = m_model->find(id);
            if (serial && m_model->rowOf(*serial) >= 0)
                rows.append(m_model->summary(m_model->rowOf(*serial)));
        }
        QGuiApplication::clipboard()->setText(rows.join('\n'_L1));
    });
    m_actions.copyJson = make(u"braces"_s, tr("Copy &JSON"), {}, [this] { copyDocument(false); });
    m_actions.copyCurl = make(u"terminal"_s, tr("Copy as c&url"), {}, [this] { copyDocument(true); });
    m_actions.query = make(u"search"_s, tr("&Query"), {Qt::Key_Slash}, [this] {
        m_query->edit().setFocus(Qt::ShortcutFocusReason);
        m_query->edit().selectAll();
    });
    m_actions.clearQuery = make(u"x"_s, tr("C&lear query"), {}, [this] { setQuery({}); });
    m_actions.detail =
        make(u"panel-bottom"_s, tr("&Detail"), {Qt::Key_D}, [this] { setDetailShown(!m_detail->isVisibleTo(this)); });
    m_actions.detail->setCheckable(true);
    m_actions.nextError = make(u"arrow-down"_s, tr("&Next error"), {Qt::Key_BracketRight}, [this] { goToError(1); });
    m_actions.previousError =
        make(u"arrow-up"_s, tr("P&revious error"), {Qt::Key_BracketLeft}, [this] { goToError(-1); });
}

QToolBar *SessionsPage::buildToolBar()
{
    auto *bar = new QToolBar(tr("Live sessions"), this);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setMovable(false);
    bar->addAction(m_actions.follow);
    bar->addAction(m_actions.pause);
    bar->addSeparator();
    bar->addAction(m_actions.acknowledge);
    bar->addAction(m_actions.escalate);
    auto *space = new QWidget(bar);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    bar->addAction(m_actions.detail);
    if (auto *button = qobject_cast<QToolButton *>(bar->widgetForAction(m_actions.detail)))
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    for (QAction *action : bar->actions()) {
        if (!action->shortcut().isEmpty())
            action->setToolTip(tr("%1 (%2)").arg(QString(action->text()).remove('&'_L1),
                                                 action->shortcut().toString(QKeySequence::NativeText)));
    }
    return bar;
}

QWidget *SessionsPage::buildTop()
{
    auto *top = new QWidget(this);
    auto *column = new QVBoxLayout(top);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_query = new QueryBar(top);
    column->addWidget(m_query);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(10, 1, 10, 5);
    row->setSpacing(4);
    m_chips = new LevelChips(top);
    row->addWidget(m_chips);
    row->addSpacing(10);
    m_standings = new StandingChips(top);
    row->addWidget(m_standings);
    row->addStretch();
    m_barLabel = new TextLabel(QString(), Tone::Secondary, top);
    m_barLabel->setSize(.92);
    row->addWidget(m_barLabel);
    for (const bool in : {false, true}) {
        auto *button = new QToolButton(top);
        button->setIcon(icon(in ? u"zoom-in"_s : u"zoom-out"_s));
        button->setAutoRaise(true);
        button->setFixedSize(28, 24);
        button->setToolTip(in ? tr("Shorter bars") : tr("Longer bars"));
        button->setAccessibleName(button->toolTip());
        connect(button, &QToolButton::clicked, this, [this, in] { zoom(in); });
        row->addWidget(button);
    }
    column->addLayout(row);
    m_histogram = new Histogram(top);
    auto *margin = new QHBoxLayout;
    margin->setContentsMargins(10, 0, 10, 2);
    margin->addWidget(m_histogram);
    column->addLayout(margin);

    QueryEdit &edit = m_query->edit();
    connect(&edit, &QueryEdit::queryApplied, this, &SessionsPage::applyQuery);
    connect(&edit, &QueryEdit::left, this, [this] { m_list->setFocus(); });
    edit.setValues([this](const QString &field) { return queryValues(*m_model, field); });
    connect(m_chips, &LevelChips::levelsChosen, this, &SessionsPage::chooseLevels);
    connect(m_standings, &StandingChips::toggled, this, [this](filter::State state, bool wanted) {
        QueryEdit &query = m_query->edit();
        if (query.isValid())
            setQuery(withState(query.query(), *query.applied(), state, wanted));
    });
    connect(m_histogram, &Histogram::zoomed, this, &SessionsPage::zoom);
    connect(m_histogram, &Histogram::barChosen, this, [this](TimePoint from) {
        // The first session of the bar that the query shows, or the next after it.
        for (int i = 0; i < m_model->shown(); ++i) {
            const int at = m_model->shown() - 1 - i;
            if (m_model->rowAt(at).received() < from || at == 0) {
                m_list->setFollowing(false);
                m_list->setCurrent(m_model->serialAt(std::min(at + (at == 0 ? 0 : 1), m_model->shown() - 1)));
                return;
            }
        }
    });
    return top;
}

void SessionsPage::take(const SessionRows &rows)
{
    const bool wasEmpty = m_model->held() == 0;
    m_model->apply(rows);
    if (wasEmpty != (m_model->held() == 0))
        Q_EMIT storeChanged(m_model->held());
}

bool SessionsPage::isPaused() const
{
    return m_arrivals->isPaused();
}

void SessionsPage::setPaused(bool paused)
{
    if (paused == isPaused()) {
        updateModes();
        return;
    }
    if (paused) {
        m_banner->setPausedAt(now());
        m_banner->setWaiting(0);
    }
    m_arrivals->setPaused(paused);
    updateModes();
    Q_EMIT pausedChanged(paused);
}

void SessionsPage::updateModes()
{
    const bool paused = isPaused();
    m_banner->setVisible(paused);
    m_actions.pause->setText(paused ? tr("Resume") : tr("&Pause"));
    m_actions.pause->setIcon(icon(paused ? u"play"_s : u"pause"_s));
    m_actions.pause->setChecked(paused);
    m_actions.follow->setChecked(m_list->isFollowing() && !paused);
    m_pill->setNewer(m_list->isFollowing() ? 0 : m_list->newer());
}

void SessionsPage::setQuery(const QString &query)
{
    m_query->edit().setQuery(query);
}

void SessionsPage::applyQuery()
{
    m_model->setFilter(m_query->edit().applied());
    m_chips->setLevels(levelsOf(*m_query->edit().applied()));
    m_standings->setQuery(*m_query->edit().applied());
    updateCounts();
}

void SessionsPage::chooseLevels(const std::array<bool, 5> &levels)
{
    QueryEdit &edit = m_query->edit();
    if (edit.isValid()) // The chips speak of the query that is in force; a wrong text is the person's to mend.
        setQuery(withLevels(edit.query(), *edit.applied(), levels));
}

void SessionsPage::updateCounts()
{
    m_query->setCounts(static_cast<quint64>(m_model->shown()), m_model->held(),
                       !m_model->isFiltering() && !m_search->isSearching());
    std::array<quint64, 5> counts{};
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts.at(i) = m_model->count(static_cast<Level>((i + 1) * 10));
    m_chips->setCounts(counts);
    m_standings->setCounts(m_model->openCount(), m_model->stuckCount());
    updateEmpty();
    drawHistogram();
}

void SessionsPage::updateEmpty()
{
    const bool nothing = m_model->shown() == 0 && m_model->held() > 0 && !m_model->isFiltering();
    m_empty->setVisible(nothing);
    if (nothing) {
        if (m_search->isSearching())
            m_empty->say(tr("No session matches so far."), tr("The stored documents are being searched."));
        else
            m_empty->say(tr("No session matches."),
                         tr("%1 are hidden by this query.", nullptr, static_cast<int>(m_model->held()))
                             .arg(countText(m_model->held())),
                         tr("Clear query"));
    }
}

void SessionsPage::drawHistogram()
{
    const Duration step = m_model->tally().step();
    m_barLabel->setText(tr("Each bar is %1").arg(ageText(step)));
    m_histogram->show(m_model->tally(), now(), m_incidents.values());
}

void SessionsPage::zoom(bool in)
{
    const Duration step = m_model->tally().step();
    const auto at = std::find_if(Steps.begin(), Steps.end(), [step](Duration one) { return one >= step; });
    if (in && at != Steps.begin())
        m_model->setTallyStep(*std::prev(at));
    else if (!in && at != Steps.end() && std::next(at) != Steps.end())
        m_model->setTallyStep(*std::next(at));
}

void SessionsPage::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_clock.timerId()) {
        drawHistogram();
        m_list->tick();
        m_detail->tick();
        return;
    }
    if (event->timerId() == m_rest.timerId()) {
        m_rest.stop();
        if (const std::optional<Serial> current = m_list->current()) {
            if (m_detailWanted)
                setDetailShown(true);
            m_detail->load(m_model->store().row(*current).uuid());
        }
    }
}

QList<QUuid> SessionsPage::incidentsOfSelection() const
{
    QList<QUuid> incidents;
    for (const QUuid &id : m_list->selected()) {
        const std::optional<Serial> serial = m_model->find(id);
        const std::optional<QUuid> incident = serial ? m_model->incidentOf(*serial) : std::nullopt;
        if (incident && !incidents.contains(*incident)
            && m_incidents.value(*incident).state == Incident::State::Triggered && m_incidents.contains(*incident))
            incidents.append(*incident);
    }
    return incidents;
}

void SessionsPage::updateSelection()
{
    const bool any = !m_list->selected().isEmpty();
    for (QAction *action : {m_actions.open, m_actions.escalate, m_actions.copyRow, m_actions.copyJson,
                            m_actions.copyCurl, m_actions.showOnly, m_actions.hideThis})
        action->setEnabled(any);
    m_actions.acknowledge->setEnabled(!incidentsOfSelection().isEmpty());
}

void SessionsPage::acknowledge()
{
    const QList<QUuid> incidents = incidentsOfSelection();
    if (!incidents.isEmpty())
        m_console.post({.request = QUuid::createUuid(), .by = operatorName(), .what = engine::Acknowledge{incidents}});
}

void SessionsPage::setDetailShown(bool shown)
{
    m_detailWanted = shown;
    m_actions.detail->setChecked(shown);
    if (shown == m_detail->isVisibleTo(this))
        return;
    m_detail->setVisible(shown);
    if (shown && m_splitter->sizes().value(1) < 120)
        m_splitter->setSizes({m_splitter->height() - std::min(290, m_splitter->height() * 2 / 5),
                              std::min(290, m_splitter->height() * 2 / 5)});
    if (shown && m_list->current()) {
        if (!m_detail->session())
            m_detail->load(m_model->store().row(*m_list->current()).uuid());
        // The row that was opened stays in sight above the detail.
        QMetaObject::invokeMethod(
            m_list,
            [this] {
                if (m_list->current() && m_list->selected().size() == 1)
                    m_list->setCurrent(*m_list->current());
            },
            Qt::QueuedConnection);
    }
    if (!shown)
        m_list->setFocus();
}

void SessionsPage::openSession(const QUuid &id)
{
    m_list->setFollowing(false);
    if (const std::optional<Serial> serial = m_model->find(id))
        m_list->setCurrent(*serial);
    setDetailShown(true);
    m_detail->load(id);
}

std::optional<filter::Expression> SessionsPage::conditionFor(SessionModel::Column column) const
{
    if (!m_list->current())
        return std::nullopt;
    const SessionRow &row = m_model->store().row(*m_list->current());
    filter::Expression condition;
    condition.kind = filter::Expression::Kind::Condition;
    filter::Value value;
    switch (column) {
    case SessionModel::LevelColumn:
        condition.field = filter::Field::Level;
        value.text = levelName(row.effective());
        value.level = row.effective();
        break;
    case SessionModel::SourceColumn:
        condition.field = filter::Field::Source;
        value.text = m_model->name(row.source);
        break;
    case SessionModel::RequestColumn:
        condition.field = filter::Field::Path;
        value.text = m_model->name(row.path);
        break;
    case SessionModel::CodeColumn:
        if (row.code < 0)
            return std::nullopt;
        condition.field = filter::Field::Code;
        value.text = QString::number(row.code);
        value.code = row.code;
        break;
    case SessionModel::ElapsedColumn: {
        const SessionFlags flags = SessionFlags::fromInt(row.flags);
        for (const filter::State state : {filter::State::Stuck, filter::State::Abandoned, filter::State::Open}) {
            if (!value.state && filter::flagsOf(state).fit(flags))
                value.state = state;
        }
        if (!value.state)
            return std::nullopt;
        condition.field = filter::Field::Is;
        value.text = filter::stateName(*value.state);
        break;
    }
    case SessionModel::MessageColumn:
        condition.field = filter::Field::Message;
        value.text = m_model->name(row.message);
        break;
    default:
        return std::nullopt;
    }
    if (value.text.isEmpty())
        return std::nullopt;
    condition.values = {value};
    return condition;
}

void SessionsPage::restrict(bool only)
{
    std::optional<filter::Expression> condition = conditionFor(m_menuColumn);
    if (!condition || !m_query->edit().isValid())
        return;
    condition->op = only ? filter::Op::Is : filter::Op::IsNot;
    const QString query = m_query->edit().query().simplified();
    const bool wrap = m_query->edit().applied()->kind == filter::Expression::Kind::Or;
    const QString before = query.isEmpty() ? QString() : (wrap ? '('_L1 + query + ')'_L1 : query) + ' '_L1;
    setQuery(before + filter::toText(*condition));
}

void SessionsPage::showMenu(const QPoint &global, SessionModel::Column column)
{
    m_menuColumn = column;
    const std::optional<filter::Expression> condition = conditionFor(column);
    if (condition) {
        // An ampersand of foreign text is no mnemonic.
        const QString value = shownLine(condition->values.first().text, 40).replace('&'_L1, "&&"_L1);
        m_actions.showOnly->setText(tr("Show only “%1”").arg(value));
        m_actions.hideThis->setText(tr("Hide “%1”").arg(value));
    }
    m_actions.showOnly->setEnabled(condition.has_value());
    m_actions.hideThis->setEnabled(condition.has_value());
    m_arrivals->setHandDown(true);
    QMenu menu(this);
    menu.addAction(m_actions.open);
    menu.addSeparator();
    menu.addAction(m_actions.acknowledge);
    menu.addAction(m_actions.escalate);
    menu.addSeparator();
    menu.addAction(m_actions.showOnly);
    menu.addAction(m_actions.hideThis);
    menu.addSeparator();
    menu.addAction(m_actions.copyRow);
    menu.addAction(m_actions.copyJson);
    menu.addAction(m_actions.copyCurl);
    menu.exec(global);
    m_arrivals->setHandDown(false);
    m_actions.showOnly->setText(tr("Show only this"));
    m_actions.hideThis->setText(tr("Hide this"));
    m_menuColumn = SessionModel::RequestColumn;
    updateSelection();
}

void SessionsPage::copyDocument(bool asCurl)
{
    if (!m_list->current())
        return;
    const QString url = m_console.status().endpoint.url;
    m_console.loadSession(
        m_model->store().row(*m_list->current()).uuid(), this,
        [asCurl, url](const Result<runtime::SessionDetail> &detail) {
            if (!detail)
                return;
            QString text = QString::fromUtf8(detail->document);
            if (asCurl) {
                // The token stays out of the clipboard; the shell fills it in.
                text =
                    u"curl -sS '%1' -H \"Authorization: Bearer $ESCALITE_TOKEN\" -H 'Content-Type: application/json' --data-binary '%2'"_s
                        .arg(url, text.replace('\''_L1, "'\\''"_L1));
            }
            QGuiApplication::clipboard()->setText(text);
        });
}

void SessionsPage::goToError(int direction)
{
    int row = m_list->current() ? m_model->rowAtOrAfter(*m_list->current()) + direction
              : direction > 0   ? m_list->firstVisibleRow()
                                : m_model->shown() - 1;
    for (; row >= 0 && row < m_model->shown(); row += direction) {
        if (m_model->rowAt(row).effective() >= Level::Error) {
            m_list->setFollowing(false);
            m_list->setCurrent(m_model->serialAt(row));
            return;
        }
    }
}

void SessionsPage::saveState(QSettings &settings) const
{
    settings.setValue(u"sessions/splitter"_s, m_splitter->saveState());
    settings.setValue(u"sessions/columns"_s, m_list->header()->saveState());
    settings.setValue(u"sessions/query"_s, m_query->edit().isValid() ? m_query->edit().query() : QString());
    settings.setValue(u"sessions/detail"_s, m_detailWanted);
    settings.setValue(u"sessions/bar"_s, static_cast<qint64>(m_model->tally().step().count()));
    settings.setValue(u"sessions/tab"_s, m_detail->currentTab());
}

void SessionsPage::restoreState(QSettings &settings)
{
    m_splitter->restoreState(settings.value(u"sessions/splitter"_s).toByteArray());
    if (const QByteArray columns = settings.value(u"sessions/columns"_s).toByteArray(); !columns.isEmpty())
        m_list->header()->restoreState(columns);
    setQuery(settings.value(u"sessions/query"_s).toString().left(4096));
    m_detailWanted = settings.value(u"sessions/detail"_s, true).toBool();
    m_actions.detail->setChecked(m_detailWanted);
    const Duration step(settings.value(u"sessions/bar"_s, qint64(10'000'000)).toLongLong());
    if (std::find(Steps.begin(), Steps.end(), step) != Steps.end() && step != m_model->tally().step())
        m_model->setTallyStep(step);
    m_detail->setCurrentTab(settings.value(u"sessions/tab"_s, 0).toInt());
}

} // namespace escalite::ui
