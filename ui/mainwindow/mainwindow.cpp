// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/mainwindow/mainwindow.h"

#include "ui/deliveries/outboxpage.h"
#include "ui/escalate/escalatedialog.h"
#include "ui/escalate/sendbar.h"
#include "ui/incidents/incidentspage.h"
#include "ui/mainwindow/attentionbar.h"
#include "ui/mainwindow/navigation.h"
#include "ui/mainwindow/statusline.h"
#include "ui/notifiers/notifierspage.h"
#include "ui/policy/policiespage.h"
#include "ui/policy/rulespage.h"
#include "ui/sessions/querybar.h"
#include "ui/sessions/sessionlist.h"
#include "ui/sessions/sessionspage.h"
#include "ui/silences/silencespage.h"
#include "ui/theme/appicon.h"
#include "ui/welcome/welcomepage.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/operatorname.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QApplication>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QToolBar>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr qint64 NotePresenceEvery = 5000; // Milliseconds.
constexpr int FoldBelow = 1180;            // Width of the window, ui.md 2.

struct PageLook
{
    const char16_t *name;
    const char16_t *icon;
    const char *title;
    const char *section; ///< Set on the first page of a section.
};
constexpr std::array Pages{
    PageLook{u"live", u"activity", QT_TRANSLATE_NOOP("MainWindow", "Live sessions"),
             QT_TRANSLATE_NOOP("MainWindow", "Monitor")},
    PageLook{u"incidents", u"siren", QT_TRANSLATE_NOOP("MainWindow", "Incidents"), nullptr},
    PageLook{u"outbox", u"inbox", QT_TRANSLATE_NOOP("MainWindow", "Outbox"),
             QT_TRANSLATE_NOOP("MainWindow", "Delivery")},
    PageLook{u"notifiers", u"megaphone", QT_TRANSLATE_NOOP("MainWindow", "Notifiers"), nullptr},
    PageLook{u"rules", u"gauge", QT_TRANSLATE_NOOP("MainWindow", "Rules & thresholds"),
             QT_TRANSLATE_NOOP("MainWindow", "Setup")},
    PageLook{u"policies", u"list-ordered", QT_TRANSLATE_NOOP("MainWindow", "Policies"), nullptr},
    PageLook{u"silences", u"bell-off", QT_TRANSLATE_NOOP("MainWindow", "Silences"), nullptr},
};

QString nameOf(const PageLook &look)
{
    return QString::fromUtf16(look.name);
}

QString titleOf(const PageLook &look)
{
    return QCoreApplication::translate("MainWindow", look.title);
}

const PageLook *lookOf(const QString &name)
{
    const auto found =
        std::find_if(Pages.begin(), Pages.end(), [&](const PageLook &look) { return name == nameOf(look); });
    return found == Pages.end() ? nullptr : &*found;
}

/// Holds the tool bar of the page that is shown, and draws the line under it even where the page has none.
class ToolBarPlace final : public QStackedWidget
{
public:
    using QStackedWidget::QStackedWidget;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), Theme::current().window);
        painter.fillRect(QRect(0, height() - 1, width(), 1), Theme::current().border);
    }
};

} // namespace

MainWindow::MainWindow(runtime::Console &console, QWidget *parent)
    : QMainWindow(parent)
    , m_console(console)
    , m_navigation(new Navigation(this))
    , m_attention(new AttentionBar(this))
    , m_holdBar(new NoticeBar(this))
    , m_sendBar(new SendBar(console, this))
    , m_toolBars(new ToolBarPlace(this))
    , m_pages(new QStackedWidget(this))
    , m_status(new StatusLine(this))
    , m_sessions(new SessionsPage(console))
{
    setWindowIcon(appIcon());
    setMinimumSize(960, 600);
    resize(1440, 900);
    setContextMenuPolicy(Qt::NoContextMenu);

    for (const PageLook &look : Pages) {
        if (look.section)
            m_navigation->addSection(QCoreApplication::translate("MainWindow", look.section));
        m_navigation->addPage(nameOf(look), QString::fromUtf16(look.icon), titleOf(look));
    }
    auto *central = new QWidget(this);
    auto *column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_toolBars->setFixedHeight(std::max(40, fontMetrics().height() + 22));
    column->addWidget(m_toolBars);
    auto *row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_navigation);
    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_attention);
    right->addWidget(m_holdBar);
    right->addWidget(m_sendBar);
    right->addWidget(m_pages, 1);
    row->addLayout(right, 1);
    column->addLayout(row, 1);
    column->addWidget(m_status);
    setCentralWidget(central);

    adopt(u"live"_s, m_sessions);
    buildMenus();

    connect(m_navigation, &Navigation::pageChosen, this, &MainWindow::showPage);
    connect(m_sessions, &SessionsPage::pausedChanged, this, &MainWindow::updateTitle);
    connect(m_sessions, &SessionsPage::storeChanged, this, &MainWindow::updateWelcome);
    connect(m_sessions, &SessionsPage::escalateRequested, this, &MainWindow::escalate);
    connect(m_attention, &AttentionBar::acknowledgeRequested, this, [this](const QUuid &incident) {
        m_console.post({.request = QUuid::createUuid(), .by = operatorName(), .what = engine::Acknowledge{{incident}}});
    });
    connect(m_attention, &AttentionBar::openRequested, this,
            [this](const Incident &incident) { showIncident(incident.id); });
    auto *goOn = new QPushButton(icon(u"play"_s), tr("Go on"), m_holdBar);
    goOn->setAccessibleName(tr("Go on sending"));
    m_holdBar->addAction(goOn);
    connect(goOn, &QPushButton::clicked, this, [this] { m_console.setSendingOnHold(false); });
    connect(m_sendBar, &SendBar::editRequested, this, &MainWindow::escalateAgain);
    connect(&console, &runtime::Console::incidentsChanged, this, &MainWindow::takeIncidents);
    connect(&console, &runtime::Console::statusChanged, this, [this](const runtime::Status &status) {
        m_status->setStatus(status);
        updateHold();
        updateCounts();
    });
    connect(&console, &runtime::Console::notifiersChanged, this,
            [this](const QList<runtime::NotifierStatus> &notifiers) {
                m_status->setNotifiers(notifiers);
                updateCounts();
            });
    connect(&console, &runtime::Console::configurationChanged, this, &MainWindow::updateCounts);
    connect(&console, &runtime::Console::silencesChanged, this, &MainWindow::updateCounts);
    m_status->setStatus(console.status());
    m_status->setNotifiers(console.notifiers());
    qApp->installEventFilter(this);
    takeIncidents(console.openIncidents());
    updateCounts();
    updateHold();
    showPage(u"live"_s);
}

QStringList MainWindow::pageNames()
{
    QStringList names;
    for (const PageLook &look : Pages)
        names.append(nameOf(look));
    return names;
}

void MainWindow::buildMenus()
{
    const SessionsPage::Actions &session = m_sessions->actions();
    const auto add = [this](QMenu *menu, const QString &text, const QKeySequence &keys, auto &&slot) {
        QAction *action = menu->addAction(text, this, std::forward<decltype(slot)>(slot));
        action->setShortcut(keys);
        return action;
    };
    QMenu *file = menuBar()->addMenu(tr("&File"));
    add(file, tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });

    QMenu *edit = menuBar()->addMenu(tr("&Edit"));
    add(edit, tr("&Query"), QKeySequence(Qt::CTRL | Qt::Key_L), [this] {
        showPage(u"live"_s);
        m_sessions->actions().query->trigger();
    });
    edit->addAction(session.clearQuery);
    edit->addSeparator();
    edit->addActions({session.copyRow, session.copyJson, session.copyCurl});

    QMenu *view = menuBar()->addMenu(tr("&View"));
    int number = 0;
    for (const PageLook &look : Pages) {
        QAction *action = add(view, titleOf(look).replace('&'_L1, "&&"_L1),
                              QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + number++)),
                              [this, name = nameOf(look)] { showPage(name); });
        action->setIcon(icon(QString::fromUtf16(look.icon)));
    }
    view->addSeparator();
    view->addAction(session.detail);
    m_fold = add(view, tr("&Fold navigation"), QKeySequence(Qt::CTRL | Qt::Key_B), [this] {
        m_foldWanted = m_fold->isChecked();
        m_navigation->setFolded(m_foldWanted);
    });
    m_fold->setCheckable(true);
    view->addSeparator();
    add(view, tr("Switch &light and dark"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L),
        [this] { setThemeChoice(Theme::current().dark ? ThemeChoice::Light : ThemeChoice::Dark); });
    add(view, tr("Light or dark as the &system"), {}, [this] { setThemeChoice(ThemeChoice::System); });

    QMenu *sessions = menuBar()->addMenu(tr("&Session"));
    sessions->addActions({session.follow, session.pause});
    sessions->addSeparator();
    sessions->addActions({session.open, session.nextError, session.previousError});
    sessions->addSeparator();
    sessions->addActions({session.showOnly, session.hideThis});

    QMenu *escalation = menuBar()->addMenu(tr("Es&calate"));
    escalation->addActions({session.escalate, session.acknowledge});
    escalation->addSeparator();
    m_hold = add(escalation, tr("&Hold all sending"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_H),
                 [this] { m_console.setSendingOnHold(m_hold->isChecked()); });
    m_hold->setCheckable(true);

    QMenu *help = menuBar()->addMenu(tr("&Help"));
    add(help, tr("&About Escalite Console"), {}, [this] {
        QMessageBox box(QMessageBox::NoIcon, tr("About"),
                        tr("Escalite Console %1").arg(QStringLiteral(ESCALITE_VERSION)), QMessageBox::Close, this);
        box.setTextFormat(Qt::PlainText);
        box.setInformativeText(tr("Watches what services did, decides what is an incident, and tells people.\nMIT "
                                  "License, the Escalite authors."));
        box.setIconPixmap(appIcon().pixmap(48));
        box.exec();
    });

    for (const auto &[key, direction] :
         {std::pair{QKeySequence(Qt::Key_F6), 1}, std::pair{QKeySequence(Qt::SHIFT | Qt::Key_F6), -1}}) {
        auto *region = new QAction(this);
        region->setShortcut(key);
        connect(region, &QAction::triggered, this, [this, way = direction] { nextRegion(way); });
        addAction(region);
    }
}

void MainWindow::nextRegion(int direction)
{
    QList<QWidget *> regions{m_navigation};
    if (m_attention->isVisible())
        regions.append(m_attention->acknowledgeButton());
    for (QWidget *bar : std::initializer_list<QWidget *>{m_holdBar, m_sendBar}) {
        if (bar->isVisible())
            regions.append(bar->nextInFocusChain());
    }
    QWidget *shown = m_made.value(m_current);
    if (shown == m_sessions)
        regions.append({&m_sessions->queryBar().edit(), &m_sessions->list()});
    else if (shown)
        regions.append(shown->focusProxy() ? shown->focusProxy() : shown->nextInFocusChain());
    qsizetype at = -1;
    for (qsizetype i = 0; i < regions.size(); ++i) {
        if (regions[i] == focusWidget() || regions[i]->isAncestorOf(focusWidget()))
            at = i;
    }
    at = (at + direction + regions.size()) % regions.size();
    regions[at]->setFocus(Qt::TabFocusReason);
}

void MainWindow::adopt(const QString &name, QWidget *page)
{
    m_made.insert(name, page);
    m_pages->addWidget(page);
    // A page's tool bar stands over navigation and page alike.
    QWidget *bar = page->findChild<QToolBar *>();
    if (!bar)
        bar = new QWidget;
    m_toolBars->addWidget(bar);
    m_bars.insert(name, bar);
}

QWidget *MainWindow::page(const QString &name)
{
    if (QWidget *made = m_made.value(name))
        return made;
    QWidget *made = nullptr;
    if (name == "outbox"_L1) {
        auto *outbox = new OutboxPage(m_console);
        connect(outbox, &OutboxPage::editRequested, this, &MainWindow::escalateAgain);
        made = outbox;
    } else if (name == "incidents"_L1) {
        auto *incidents = new IncidentsPage(m_console);
        connect(incidents, &IncidentsPage::escalateRequested, this, &MainWindow::escalateIncident);
        connect(incidents, &IncidentsPage::sessionRequested, this, [this](const QUuid &session) {
            showPage(u"live"_s);
            m_sessions->openSession(session);
        });
        made = incidents;
    } else if (name == "silences"_L1)
        made = new SilencesPage(m_console);
    else if (name == "notifiers"_L1)
        made = new NotifiersPage(m_console, harnessRun);
    else if (name == "rules"_L1)
        made = makeRules();
    else if (name == "policies"_L1)
        made = new PoliciesPage(m_console);
    if (made)
        adopt(name, made);
    return made;
}

QWidget *MainWindow::makeRules()
{
    auto *rules = new RulesPage(m_console);
    connect(rules, &RulesPage::sessionsRequested, this, [this](const QUuid &session, const QString &query) {
        showPage(u"live"_s);
        m_sessions->setQuery(query);
        if (!session.isNull())
            m_sessions->openSession(session);
    });
    connect(rules, &RulesPage::policiesRequested, this, [this] { showPage(u"policies"_s); });
    connect(rules, &RulesPage::placeRequested, this, [this](const policy::Finding &finding) {
        if (finding.place == policy::Finding::Place::Policy) {
            showPage(u"policies"_s);
            static_cast<PoliciesPage *>(page(u"policies"_s))->showPolicy(finding.subject, finding.step);
        } else if (finding.place == policy::Finding::Place::Notifier) {
            showPage(u"notifiers"_s);
        }
    });
    return rules;
}

void MainWindow::showPage(const QString &name)
{
    QWidget *shown = lookOf(name) ? page(name) : nullptr;
    if (!shown)
        return;
    m_current = name;
    m_navigation->setCurrentPage(name);
    updateWelcome();
    if (!m_navigation->hasFocus() && shown->focusProxy())
        shown->focusProxy()->setFocus();
}

void MainWindow::updateWelcome()
{
    // Until the first session comes, the live page tells how to send one.
    const bool welcome = m_current == "live"_L1 && m_console.status().sessions == 0 && m_sessions->model().held() == 0;
    if (welcome && !m_welcome) {
        m_welcome = new WelcomePage(m_console);
        m_pages->addWidget(m_welcome);
        connect(m_welcome, &WelcomePage::notifiersRequested, this, [this] { showPage(u"notifiers"_s); });
        connect(m_welcome, &WelcomePage::rulesRequested, this, [this] { showPage(u"rules"_s); });
    }
    m_pages->setCurrentWidget(welcome ? m_welcome : m_made.value(m_current));
    m_toolBars->setCurrentWidget(m_bars.value(m_current));
    m_toolBars->setVisible(!welcome);
    m_welcoming = welcome;
    updateTitle();
}

void MainWindow::takeIncidents(const QList<Incident> &changed)
{
    for (const Incident &incident : changed) {
        if (incident.isOpen())
            m_incidents.insert(incident.id, incident);
        else
            m_incidents.remove(incident.id);
    }
    m_attention->setIncidents(m_incidents.values());
    updateTitle();
    updateCounts();
}

void MainWindow::updateHold()
{
    const runtime::Status status = m_console.status();
    m_hold->setChecked(status.sendingOnHold);
    if (!status.sendingOnHold) {
        m_holdBar->clear();
        return;
    }
    m_holdBar->say(Tone::Warning, tr("All sending is on hold."),
                   status.queue > 0 ? counted(status.queue, tr("1 delivery waits. Nobody is told until you go on."),
                                              tr("%1 deliveries wait. Nobody is told until you go on."))
                                    : tr("Nobody is told until you go on."));
}

void MainWindow::updateTitle()
{
    const PageLook *look = lookOf(m_current);
    if (!look)
        return;
    QString title = m_welcoming ? tr("Welcome") : titleOf(*look);
    if (m_current == "live"_L1 && m_sessions->isPaused())
        title = tr("%1 (paused)").arg(title);
    if (m_attention->unanswered() > 0)
        title = tr("%1 (%n unanswered)", nullptr, m_attention->unanswered()).arg(title);
    setWindowTitle(tr("%1 — Escalite Console").arg(title));
}

void MainWindow::updateCounts()
{
    using Light = runtime::NotifierStatus::Light;
    const QList<runtime::NotifierStatus> notifiers = m_console.notifiers();
    const auto ready =
        std::count_if(notifiers.begin(), notifiers.end(), [](const auto &one) { return one.light == Light::Ready; });
    int waiting = 0;
    for (const runtime::NotifierStatus &one : notifiers)
        waiting += one.waiting;
    const int queue = m_console.status().queue;
    const int unanswered = m_attention->unanswered();
    if (unanswered > 0)
        m_navigation->setCount(u"incidents"_s, countText(static_cast<quint64>(unanswered)), Navigation::Badge::Filled);
    else
        m_navigation->setCount(u"incidents"_s, countText(static_cast<quint64>(m_incidents.size())));
    m_navigation->setCount(u"outbox"_s, countText(static_cast<quint64>(std::max(0, queue))),
                           queue > 0 && waiting > 0 ? Navigation::Badge::Outlined : Navigation::Badge::None);
    m_navigation->setCount(u"notifiers"_s, notifiers.isEmpty() ? u"0"_s : u"%1/%2"_s.arg(ready).arg(notifiers.size()));
    const QList<Silence> silences = m_console.silences();
    const auto active = std::count_if(silences.begin(), silences.end(),
                                      [at = now()](const Silence &silence) { return silence.isActive(at); });
    m_navigation->setCount(u"silences"_s, countText(static_cast<quint64>(silences.size())));
    m_status->setSilences(static_cast<int>(active));
    m_navigation->setCount(u"rules"_s, countText(static_cast<quint64>(m_console.configuration().policy.rules.size())));
    m_navigation->setCount(u"policies"_s,
                           countText(static_cast<quint64>(m_console.configuration().policy.policies.size())));
}

void MainWindow::escalate(const QList<QUuid> &sessions)
{
    if (!sessions.isEmpty())
        EscalateDialog::open(m_console, sessions, this, m_sendBar);
}

void MainWindow::escalateIncident(const QUuid &incident)
{
    EscalateDialog::open(m_console, EscalateSubject{.incident = incident}, this, m_sendBar);
}

void MainWindow::showIncident(const QUuid &incident)
{
    showPage(u"incidents"_s);
    static_cast<IncidentsPage *>(m_made.value(u"incidents"_s))->showIncident(incident);
}

bool MainWindow::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::MouseMove:
    case QEvent::MouseButtonPress:
    case QEvent::Wheel:
    case QEvent::KeyPress:
        // What a person does comes from outside; tests and code that send events themselves say nothing of presence.
        if (event->spontaneous() && watched->isWidgetType()
            && (!m_presenceNoted.isValid() || m_presenceNoted.hasExpired(NotePresenceEvery))) {
            m_presenceNoted.start();
            m_console.notePresence();
        }
        break;
    default:
        break;
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::escalateAgain(const QUuid &delivery)
{
    EscalateDialog::open(m_console, EscalateSubject{.again = delivery}, this, m_sendBar);
}

void MainWindow::setThemeChoice(ThemeChoice choice)
{
    m_themeChoice = choice;
    applyTheme(*qApp, choice);
}

void MainWindow::foldNavigation()
{
    const bool narrow = width() < FoldBelow;
    m_navigation->setFolded(m_foldWanted || narrow);
    m_fold->setChecked(m_navigation->isFolded());
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    if ((event->size().width() < FoldBelow) != (event->oldSize().width() < FoldBelow) || event->oldSize().isEmpty())
        foldNavigation();
}

void MainWindow::setStateFile(const QString &file)
{
    m_stateFile = file;
    QSettings settings(file, QSettings::IniFormat);
    restoreGeometry(settings.value(u"window/geometry"_s).toByteArray());
    m_foldWanted = settings.value(u"window/folded"_s, false).toBool();
    foldNavigation();
    const QString theme = settings.value(u"window/theme"_s).toString();
    if (theme == "dark"_L1 || theme == "light"_L1)
        setThemeChoice(theme == "dark"_L1 ? ThemeChoice::Dark : ThemeChoice::Light);
    m_sessions->restoreState(settings);
    showPage(settings.value(u"window/page"_s, u"live"_s).toString());
}

void MainWindow::saveState() const
{
    if (m_stateFile.isEmpty())
        return;
    QSettings settings(m_stateFile, QSettings::IniFormat);
    settings.setValue(u"window/geometry"_s, saveGeometry());
    settings.setValue(u"window/folded"_s, m_foldWanted);
    settings.setValue(u"window/theme"_s, m_themeChoice == ThemeChoice::Dark    ? u"dark"_s
                                         : m_themeChoice == ThemeChoice::Light ? u"light"_s
                                                                               : u"system"_s);
    settings.setValue(u"window/page"_s, m_current);
    m_sessions->saveState(settings);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveState();
    QMainWindow::closeEvent(event);
}

} // namespace escalite::ui
