// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/welcome/welcomepage.h"

#include "ui/theme/appicon.h"
#include "ui/theme/theme.h"
#include "ui/welcome/snippethighlighter.h"
#include "ui/welcome/snippets.h"
#include "ui/welcome/stepmark.h"
#include "ui/widgets/codeview.h"
#include "ui/widgets/copybutton.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QStandardPaths>
#include <QTabBar>
#include <QTimerEvent>
#include <QToolButton>

namespace escalite::ui {

namespace {

constexpr int ColumnWidth = 836;
constexpr qsizetype MostLines = 16; ///< Of a snippet that are seen at once.
constexpr int Indent = 38;          ///< Of what belongs to a step, under its title.
constexpr Qt::Edges AllEdges = Qt::TopEdge | Qt::LeftEdge | Qt::RightEdge | Qt::BottomEdge;

class Bolt final : public QWidget
{
public:
    explicit Bolt(QWidget *parent) : QWidget(parent) { setFixedSize(32, 32); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        paintBolt(painter, QRectF(rect()));
    }
};

QWidget *step(StepMark *mark, TextLabel *title, QWidget *content, QWidget *parent)
{
    auto *widget = new QWidget(parent);
    title->setSize(1, QFont::DemiBold);
    auto *head = new QHBoxLayout;
    head->setSpacing(Indent - 24);
    head->addWidget(mark);
    head->addWidget(title, 1);
    auto *body = new QHBoxLayout;
    body->setContentsMargins(Indent, 0, 0, 0);
    body->addWidget(content);
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(head);
    layout->addLayout(body);
    return widget;
}

} // namespace

WelcomePage::WelcomePage(runtime::Console &console, QWidget *parent) : QWidget(parent), m_console(console)
{
    auto *ground = new Pane(Pane::Ground::Base);
    m_column = new QWidget(ground);
    m_column->setMaximumWidth(ColumnWidth);
    auto *column = new QVBoxLayout(m_column);
    column->setContentsMargins(0, 40, 0, 24);
    column->setSpacing(22);
    column->addWidget(buildHead());
    column->addWidget(buildEndpoint());
    column->addWidget(buildSnippets());
    column->addWidget(buildPeople());
    column->addStretch(1);

    auto *centre = new QHBoxLayout(ground);
    centre->setContentsMargins(24, 0, 24, 0);
    centre->addStretch(1);
    centre->addWidget(m_column, 100);
    centre->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(ground);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);

    connect(&console, &runtime::Console::statusChanged, this, &WelcomePage::showStatus);
    connect(&console, &runtime::Console::notifiersChanged, this, &WelcomePage::showPeople);
    showToken(false);
    showSave();
    showStatus(console.status());
    showPeople();
}

QWidget *WelcomePage::buildHead()
{
    auto *head = new QWidget(m_column);
    auto *title = new TextLabel(tr("Nothing has arrived yet"), Tone::Text, head);
    title->setSize(1.5, QFont::DemiBold);
    auto *text =
        new TextLabel(tr("Three steps, about two minutes. Everything stays on this machine until you add a notifier."),
                      Tone::Secondary, head);
    text->setWordWrap(true);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(6);
    texts->addWidget(title);
    texts->addWidget(text);
    auto *layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(16);
    layout->addWidget(new Bolt(head), 0, Qt::AlignTop);
    layout->addLayout(texts, 1);
    return head;
}

QWidget *WelcomePage::buildEndpoint()
{
    auto *content = new QWidget(m_column);
    m_trouble = new NoticeBar(content);
    m_addressRow = new QWidget(content);
    auto *row = new QHBoxLayout(m_addressRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(buildAddress(), 3);
    row->addWidget(buildToken(), 2);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_trouble);
    layout->addWidget(m_addressRow);
    m_endpointMark = new StepMark(1, m_column);
    m_endpointTitle = new TextLabel(m_column);
    return step(m_endpointMark, m_endpointTitle, content, m_column);
}

QWidget *WelcomePage::buildAddress()
{
    auto *box = new Pane(Pane::Ground::Field, m_addressRow);
    box->setLines(AllEdges);
    m_address = new TextLabel(box);
    m_address->setMono();
    m_address->setElided(true);
    m_address->setAccessibleName(tr("Address"));
    auto *copy = new CopyButton(
        tr("the address"), [this] { return m_status.endpoint.url; }, box);
    auto *layout = new QHBoxLayout(box);
    layout->setContentsMargins(9, 1, 2, 1);
    layout->addWidget(m_address, 1);
    layout->addWidget(copy);
    return box;
}

QWidget *WelcomePage::buildToken()
{
    auto *box = new Pane(Pane::Ground::Field, m_addressRow);
    box->setLines(AllEdges);
    auto *label = new TextLabel(tr("Token"), Tone::Secondary, box);
    m_token = new TextLabel(box);
    m_token->setMono();
    m_token->setElided(true);
    auto *eye = new QToolButton(box);
    eye->setIcon(icon(QStringLiteral("eye")));
    eye->setIconSize({16, 16});
    eye->setAutoRaise(true);
    eye->setToolTip(tr("Show the token while this is held down"));
    eye->setAccessibleName(tr("Show the token while held down"));
    eye->setFocusPolicy(Qt::StrongFocus);
    connect(eye, &QToolButton::pressed, this, [this] { showToken(true); });
    connect(eye, &QToolButton::released, this, [this] { showToken(false); });
    auto *copy = new CopyButton(
        tr("the token"), [this] { return m_console.ingestToken(); }, box);
    auto *layout = new QHBoxLayout(box);
    layout->setContentsMargins(9, 1, 2, 1);
    layout->setSpacing(6);
    layout->addWidget(label);
    layout->addWidget(m_token, 1);
    layout->addWidget(eye);
    layout->addWidget(copy);
    return box;
}

QWidget *WelcomePage::buildSnippets()
{
    auto *frame = new Pane(Pane::Ground::Header, m_column);
    frame->setLines(AllEdges);
    m_tabs = new QTabBar(frame);
    m_tabs->setDocumentMode(true);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setAccessibleName(tr("Snippets"));
    for (const QString &name : snippetNames())
        m_tabs->setTabData(m_tabs->addTab(snippetTitle(name)), name);
    auto *copy = new QPushButton(icon(QStringLiteral("copy")), tr("Copy"), frame);
    copy->setAutoDefault(false);
    copy->setAccessibleName(tr("Copy the snippet with address and token"));
    copy->setToolTip(tr("With the real address and token"));
    connect(copy, &QPushButton::clicked, this, [this, copy] {
        QGuiApplication::clipboard()->setText(copiedSnippet() + u'\n');
        copy->setText(tr("Copied"));
        copy->setIcon(icon(QStringLiteral("check")));
    });
    m_save = new QPushButton(frame);
    m_save->setAutoDefault(false);
    connect(m_save, &QPushButton::clicked, this, &WelcomePage::saveClient);
    m_saveTrouble = new NoticeBar(frame);
    connect(m_tabs, &QTabBar::currentChanged, this, [this, copy] {
        copy->setText(tr("Copy"));
        copy->setIcon(icon(QStringLiteral("copy")));
        showSnippet();
        showSave();
    });
    m_code = new CodeView(frame);
    m_code->setAccessibleName(tr("Snippet, the token hidden"));
    m_code->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_code->setTabStopDistance(4 * QFontMetricsF(m_code->font()).horizontalAdvance(u' '));
    m_colours = new SnippetHighlighter(m_code->document());

    auto *waiting = new Pane(Pane::Ground::Header, frame);
    waiting->setLines(Qt::TopEdge);
    m_waitIcon = new IconLabel(QStringLiteral("loader"), Tone::Accent, 16, waiting);
    m_waiting = new TextLabel(waiting);
    m_refused = new TextLabel(QString(), Tone::Warning, waiting);
    m_refused->setWordWrap(true);
    auto *line = new QHBoxLayout(waiting);
    line->setContentsMargins(12, 8, 12, 8);
    line->setSpacing(8);
    line->addWidget(m_waitIcon, 0, Qt::AlignTop);
    line->addWidget(m_waiting, 0, Qt::AlignTop);
    line->addWidget(m_refused, 1);

    auto *head = new QHBoxLayout;
    head->setContentsMargins(8, 4, 8, 0);
    head->setSpacing(6);
    head->addWidget(m_tabs, 1, Qt::AlignBottom);
    head->addWidget(m_save);
    head->addWidget(copy);
    auto *layout = new QVBoxLayout(frame);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_saveTrouble);
    layout->addWidget(m_code, 1);
    layout->addWidget(waiting);
    m_sendMark = new StepMark(2, m_column);
    return step(m_sendMark, new TextLabel(tr("Send the first session from your application"), Tone::Text, m_column),
                frame, m_column);
}

QWidget *WelcomePage::buildPeople()
{
    auto *content = new QWidget(m_column);
    m_people = new TextLabel(QString(), Tone::Secondary, content);
    m_people->setWordWrap(true);
    m_notifiers = new QPushButton(icon(QStringLiteral("megaphone")), QString(), content);
    m_notifiers->setAutoDefault(false);
    auto *rules = new QPushButton(icon(QStringLiteral("gauge")), tr("Rules and thresholds"), content);
    rules->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_notifiers);
    buttons->addWidget(rules);
    buttons->addStretch(1);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_people);
    layout->addLayout(buttons);
    connect(m_notifiers, &QPushButton::clicked, this, &WelcomePage::notifiersRequested);
    connect(rules, &QPushButton::clicked, this, &WelcomePage::rulesRequested);
    m_peopleMark = new StepMark(3, m_column);
    return step(m_peopleMark, new TextLabel(tr("Decide who is told"), Tone::Text, m_column), content, m_column);
}

void WelcomePage::showStatus(const runtime::Status &status)
{
    m_status = status;
    const runtime::EndpointStatus &endpoint = status.endpoint;
    m_endpointMark->setState(endpoint.listening ? StepMark::State::Done : StepMark::State::Trouble);
    m_endpointTitle->setText(endpoint.listening ? tr("The endpoint is listening")
                                                : tr("The endpoint is not listening"));
    if (endpoint.problem.isEmpty())
        m_trouble->clear();
    else
        m_trouble->say(endpoint.listening ? Tone::Warning : Tone::Error, QString(), shownLine(endpoint.problem, 400));
    m_addressRow->setVisible(endpoint.listening);
    m_address->setText(endpoint.url);
    m_sendMark->setState(endpoint.listening ? StepMark::State::Now : StepMark::State::Later);
    showSnippet();
    showWaiting();
}

void WelcomePage::showWaiting()
{
    const bool listening = m_status.endpoint.listening;
    m_waitIcon->setIcon(listening ? QStringLiteral("loader") : QStringLiteral("circle-slash"),
                        listening ? Tone::Accent : Tone::Secondary);
    m_waiting->setText(listening ? tr("Waiting for a session.")
                                 : tr("Nothing can arrive before the endpoint is listening."));
    if (m_status.refused)
        m_refused->setText(tr("A request was refused %1 with status %2: %3")
                               .arg(ago(m_status.refused->at, now()), QString::number(m_status.refused->status),
                                    shownLine(m_status.refused->reason, 400)));
    else
        m_refused->clear();
}

QString WelcomePage::copiedSnippet() const
{
    return snippet(m_tabs->tabData(m_tabs->currentIndex()).toString(), m_status.endpoint.url, m_console.ingestToken());
}

void WelcomePage::showSnippet()
{
    const QString name = m_tabs->tabData(m_tabs->currentIndex()).toString();
    m_code->showText(snippet(name, m_status.endpoint.url, maskedToken(m_console.ingestToken())));
    // Every tab is as high as the longest, so that nothing below moves; what is longer than a page has room for
    // scrolls.
    qsizetype lines = 0;
    for (const QString &each : snippetNames())
        lines = std::max(lines, snippet(each, {}, {}).count(u'\n') + 1);
    m_code->setFixedHeight(static_cast<int>(std::min(lines, MostLines)) * QFontMetrics(m_code->font()).lineSpacing()
                           + 40);
}

void WelcomePage::showSave()
{
    const QString file = clientFile(m_tabs->tabData(m_tabs->currentIndex()).toString());
    m_saveTrouble->clear();
    m_save->setVisible(!file.isEmpty());
    m_save->setText(tr("Save %1…").arg(file));
    m_save->setIcon(icon(QStringLiteral("save")));
    m_save->setAccessibleName(m_save->text());
    m_save->setToolTip(tr("One file without dependencies, to go beside your code"));
}

void WelcomePage::saveClient()
{
    const QString file = clientFile(m_tabs->tabData(m_tabs->currentIndex()).toString());
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save %1").arg(file),
        QDir(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)).filePath(file));
    if (path.isEmpty())
        return;
    if (const std::optional<Error> error = writeClient(file, path)) {
        m_saveTrouble->say(Tone::Error, tr("The file was not saved."), shownLine(error->message, 400));
        return;
    }
    m_saveTrouble->clear();
    m_save->setText(tr("Saved"));
    m_save->setIcon(icon(QStringLiteral("check")));
    m_save->setToolTip(shownToolTip(path));
}

void WelcomePage::showToken(bool revealed)
{
    const QString token = m_console.ingestToken();
    m_token->setText(revealed ? token : maskedToken(token));
    // Screen readers never read it out; it can be copied.
    m_token->setAccessibleName(tr("Token, hidden"));
}

void WelcomePage::showPeople()
{
    const QList<runtime::NotifierStatus> notifiers = m_console.notifiers();
    QStringList names;
    for (const runtime::NotifierStatus &notifier : notifiers)
        names << shownLine(notifier.name, 60);
    m_peopleMark->setState(names.isEmpty() ? StepMark::State::Later : StepMark::State::Done);
    m_people->setText(names.isEmpty() ? tr("There is no notifier yet: incidents open, but only this window shows them.")
                                      : tr("Ready to tell: %1.").arg(joined(names)));
    m_notifiers->setText(names.isEmpty() ? tr("Add a notifier…") : tr("Notifiers"));
    m_notifiers->setAccessibleName(m_notifiers->text());
}

void WelcomePage::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_ticking.timerId())
        showWaiting();
    else
        QWidget::timerEvent(event);
}

void WelcomePage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    showToken(false);
    showWaiting();
    m_ticking.start(1000, this);
}

void WelcomePage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_ticking.stop();
}

void WelcomePage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_colours)
        m_colours->rehighlight();
}

} // namespace escalite::ui
