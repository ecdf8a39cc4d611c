// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/importview.h"

#include "core/nearest.h"
#include "delivery/configvalue.h"
#include "ui/notifiers/configtext.h"
#include "ui/notifiers/fieldeditor.h"
#include "ui/notifiers/fieldgrid.h"
#include "ui/notifiers/problemline.h"
#include "ui/theme/theme.h"
#include "ui/welcome/snippets.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/keyvaluetable.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTemporaryFile>
#include <QTimerEvent>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int ReadAfter = 250;              // Milliseconds without keys.
constexpr qint64 LongestFile = 1024 * 1024; // Bytes; a configuration is a few thousand.
constexpr int MostCards = 100;

QString valueText(const QJsonValue &value)
{
    if (value.isArray()) {
        QStringList items;
        const QJsonArray array = value.toArray();
        for (const auto &item : array)
            items << item.toString();
        return items.join(u", "_s);
    }
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    if (value.isBool())
        return value.toBool() ? ImportView::tr("yes") : ImportView::tr("no");
    return value.toVariant().toString();
}

} // namespace

QString maskedSecret(const QString &text)
{
    return u"••••"_s + (text.size() >= 16 ? text.last(4) : QString());
}

ImportView::ImportView(runtime::Console &console, QWidget *parent) : QWidget(parent), m_console(console)
{
    m_head = new QWidget(this);
    auto *back = new QPushButton(icon(u"arrow-left"_s), tr("Notifiers"), m_head);
    back->setAutoDefault(false);
    back->setAccessibleName(tr("Back to the notifiers"));
    auto *title = new TextLabel(tr("Import Escalite config"), Tone::Text, m_head);
    title->setSize(1.15, QFont::DemiBold);
    m_verdict = new TextLabel(QString(), Tone::Secondary, m_head);
    m_verdict->setElided(true);
    m_take = new QPushButton(m_head);
    m_take->setDefault(true);
    auto *head = new QHBoxLayout(m_head);
    head->setContentsMargins(12, 6, 12, 6);
    head->setSpacing(12);
    head->addWidget(back);
    head->addWidget(title);
    head->addWidget(m_verdict, 1);
    head->addWidget(m_take);
    m_head->setFixedHeight(std::max(40, fontMetrics().height() + 22));

    m_cards = new QWidget;
    m_cardLayout = new QVBoxLayout(m_cards);
    m_cardLayout->setContentsMargins(0, 0, 0, 0);
    m_cardLayout->setSpacing(0);
    m_cardLayout->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_cards);
    scroll->setAccessibleName(tr("What was understood"));
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(buildSource());
    splitter->addWidget(scroll);
    splitter->setSizes({536, 654});
    splitter->setStretchFactor(1, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addSpacing(1);
    layout->addWidget(splitter, 1);
    connect(back, &QPushButton::clicked, this, &ImportView::closed);
    connect(m_take, &QPushButton::clicked, this, &ImportView::takeOver);
}

QWidget *ImportView::buildSource()
{
    auto *left = new Pane(Pane::Ground::Base, this);
    left->setLines(Qt::RightEdge);
    auto *bar = new QHBoxLayout;
    auto *hint = new TextLabel(tr("Paste JSON or the Python dict here, or open a file."), Tone::Secondary, left);
    hint->setWordWrap(true);
    auto *open = new QPushButton(icon(u"folder-open"_s), tr("Open a file…"), left);
    open->setAutoDefault(false);
    bar->setContentsMargins(14, 8, 12, 8);
    bar->setSpacing(12);
    bar->addWidget(hint, 1);
    bar->addWidget(open);
    m_text = new QPlainTextEdit(left);
    m_text->setFrameShape(QFrame::NoFrame);
    QFont font = monoFont();
    font.setStyleStrategy(QFont::PreferNoShaping);
    m_text->setFont(font);
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->document()->setDocumentMargin(12);
    m_text->setAccessibleName(tr("Configuration"));
    m_text->setPlaceholderText(notifiersExample());
    auto *layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 1, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_text, 1);
    connect(open, &QPushButton::clicked, this, &ImportView::chooseFile);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        if (m_filling)
            return;
        m_file.clear();
        m_rest.start(ReadAfter, this);
    });
    return left;
}

void ImportView::begin()
{
    m_filling = true;
    m_text->clear();
    m_filling = false;
    m_file.clear();
    readText();
    m_text->setFocus();
}

void ImportView::chooseFile()
{
    if (m_dialog) {
        m_dialog->raise();
        return;
    }
    m_dialog = new QFileDialog(this, tr("Import Escalite config"), QString(),
                               tr("Configurations (*.json *.py);;All files (*)"));
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    m_dialog->setFileMode(QFileDialog::ExistingFile);
    connect(m_dialog, &QFileDialog::fileSelected, this, &ImportView::readFile);
    m_dialog->open();
}

void ImportView::readFile(const QString &name)
{
    QFile file(name);
    QString text;
    QString problem;
    if (!QFileInfo(name).isFile() || !file.open(QIODevice::ReadOnly))
        problem = tr("%1 cannot be read: %2").arg(shownLine(QFileInfo(name).fileName(), 120), file.errorString());
    else if (file.size() > LongestFile)
        problem = tr("%1 is too large for a configuration.").arg(shownLine(QFileInfo(name).fileName(), 120));
    else
        text = QString::fromUtf8(file.readAll());
    m_filling = true;
    m_text->setPlainText(text);
    m_filling = false;
    m_file = name;
    readText();
    if (!problem.isEmpty()) {
        m_verdict->setText(problem);
        m_verdict->setTone(Tone::Error);
    }
}

void ImportView::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_rest.timerId())
        readText();
    else
        QWidget::timerEvent(event);
}

void ImportView::clearCards()
{
    while (m_cardLayout->count() > 1)
        delete m_cardLayout->takeAt(0)->widget();
}

void ImportView::readText()
{
    m_rest.stop();
    clearCards();
    m_json.clear();
    m_take->setEnabled(false);
    m_take->setText(tr("Take over"));
    const QString text = m_text->toPlainText();
    if (text.trimmed().isEmpty()) {
        m_verdict->setText(QString());
        return;
    }
    const Result<QJsonObject> read = readConfigText(text);
    if (!read) {
        m_verdict->setText(shownLine(read.error().message, 240));
        m_verdict->setTone(Tone::Error);
        return;
    }
    const QJsonArray notifiers = read->value("notifiers"_L1).toArray();
    int right = 0;
    for (int number = 0; number < std::min<int>(static_cast<int>(notifiers.size()), MostCards); ++number)
        right += addCard(notifiers.at(number).toObject(), number) ? 1 : 0;
    const auto all = notifiers.size();
    m_json = QJsonDocument(QJsonObject{{u"notifiers"_s, notifiers}}).toJson();
    m_verdict->setText(
        right == all
            ? counted(all, tr("1 notifier understood"), tr("%1 notifiers understood"))
            : tr("%1 of %2 understood; correct the rest first").arg(QString::number(right), QString::number(all)));
    m_verdict->setTone(right == all ? Tone::Ok : Tone::Error);
    m_take->setText(counted(all, tr("Take over 1 notifier"), tr("Take over %1 notifiers")));
    m_take->setEnabled(right == all && all > 0);
}

bool ImportView::addCard(const QJsonObject &notifier, int number)
{
    runtime::NotifierSetup setup;
    setup.type = notifier.value("type"_L1).toString();
    setup.enabled = notifier.value("enabled"_L1).toBool(true);
    setup.config = notifier.value("config"_L1).toObject();
    setup.name = notifier.value("name"_L1).toString(setup.type);
    const delivery::NotifierType *type = nullptr;
    QStringList ids;
    for (const delivery::NotifierType *one : m_console.notifierTypes()) {
        ids << QString::fromLatin1(one->id);
        if (setup.type == QLatin1StringView(one->id))
            type = one;
    }
    auto *card = new Pane(Pane::Ground::Window, m_cards);
    card->setLines(Qt::BottomEdge);
    auto *layout = new QVBoxLayout(card);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(8);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(new IconLabel(type ? QString::fromLatin1(type->icon) : u"circle-alert"_s,
                                 type ? Tone::Secondary : Tone::Error, 18, card));
    auto *name = new TextLabel(shownLine(setup.name.isEmpty() ? tr("Notifier %1").arg(number + 1) : setup.name, 80),
                               Tone::Text, card);
    name->setSize(1, QFont::DemiBold);
    row->addWidget(name);
    row->addWidget(new TextLabel(type ? QString::fromUtf8(type->name) : QString(), Tone::Secondary, card), 1);
    layout->addLayout(row);

    Problems problems;
    if (type) {
        QList<std::pair<QString, QString>> rows;
        for (const delivery::Field &field : type->fields) {
            const QJsonValue value = setup.config.value(QLatin1StringView(field.key));
            if (!value.isUndefined())
                rows.append(
                    {fieldLabel(field), delivery::isSecret(field) ? maskedSecret(value.toString()) : valueText(value)});
        }
        auto *table = new KeyValueTable(KeyValueTable::Labels::Right, card);
        table->setRows(rows);
        layout->addWidget(table);
        // Whether the name is free is for taking it over to decide: it may replace one.
        for (const Problem &problem : m_console.checkNotifier(setup, setup.name)) {
            if (problem.pointer != "/name"_L1)
                problems << problem;
        }
    } else {
        const QString near = escalite::nearest(setup.type, ids);
        problems << Problem{
            .pointer = u"/type"_s,
            .message =
                near.isEmpty()
                    ? tr("“%1” is no kind of notifier here; known are %2.")
                          .arg(shownLine(setup.type, 64), ids.join(u", "_s))
                    : tr("“%1” is no kind of notifier here. Did you mean %2?").arg(shownLine(setup.type, 64), near)};
    }
    for (const Problem &problem : std::as_const(problems)) {
        auto *line = new ProblemLine(card);
        line->say(problem.severity, problemText(problem, [](const QString &) { return QString(); }));
        layout->addWidget(line);
    }
    m_cardLayout->insertWidget(m_cardLayout->count() - 1, card);
    return type && !hasErrors(problems);
}

void ImportView::takeOver()
{
    m_take->setEnabled(false);
    QString file = m_file;
    const QString shown = m_file.isEmpty() ? tr("the pasted text") : QFileInfo(m_file).fileName();
    std::shared_ptr<QTemporaryFile> made;
    if (m_file.isEmpty() || m_file.endsWith(".py"_L1)) {
        made = std::make_shared<QTemporaryFile>(); // Readable by its owner alone; gone with the answer.
        if (!made->open() || made->write(m_json) != m_json.size() || !made->flush()) {
            m_verdict->setText(tr("The text cannot be handed over: %1").arg(made->errorString()));
            m_verdict->setTone(Tone::Error);
            return;
        }
        file = made->fileName();
    }
    m_console.importNotifiers(file, this, [this, made, shown](const Problems &problems) {
        Q_EMIT imported(shown, problems);
        if (hasErrors(problems))
            m_take->setEnabled(true);
    });
}

void ImportView::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    painter.fillRect(QRect(0, m_head->height(), width(), 1), theme.border);
}

} // namespace escalite::ui
