// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/escalate/escalatedialog.h"

#include "ui/escalate/previewpane.h"
#include "ui/escalate/sendbar.h"
#include "ui/escalate/sendtodelegate.h"
#include "ui/escalate/sendtomodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/keycap.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/operatorname.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/wording.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QCheckBox>
#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QShortcut>
#include <QTimerEvent>

#include <algorithm>

namespace escalite::ui {

namespace {

constexpr int TypingRestMilliseconds = 120;
constexpr int LeftWidth = 404;
/// What a person types; renderers cut further for each service.
constexpr int MaxMessage = 4000;

class LevelGlyph final : public QWidget
{
public:
    explicit LevelGlyph(QWidget *parent) : QWidget(parent) { setFixedSize(16, 16); }

    void setLevel(Level level)
    {
        m_level = level;
        setToolTip(levelLabel(level));
        setAccessibleName(levelLabel(level));
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Theme &theme = Theme::current();
        paintLevelGlyph(painter, QRectF(1, 1, 14, 14), m_level, theme.levelFill(m_level), theme.criticalMark);
    }

private:
    Level m_level = Level::Error;
};

QString settingsKey()
{
    return QStringLiteral("escalateDialog/size");
}

} // namespace

EscalateDialog *EscalateDialog::open(runtime::Console &console, const QList<QUuid> &sessions, QWidget *window,
                                     SendBar *bar)
{
    return open(console, EscalateSubject{.sessions = sessions}, window, bar);
}

EscalateDialog *EscalateDialog::open(runtime::Console &console, const EscalateSubject &subject, QWidget *window,
                                     SendBar *bar)
{
    auto *dialog = new EscalateDialog(console, subject, bar, window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->QDialog::open();
    return dialog;
}

EscalateDialog::EscalateDialog(runtime::Console &console, EscalateSubject subject, SendBar *bar, QWidget *parent)
    : QDialog(parent)
    , m_console(console)
    , m_subject(std::move(subject))
    , m_bar(bar)
{
    setWindowModality(Qt::WindowModal);
    setWindowTitle(tr("Escalate"));
    setMinimumSize(900, 560);
    resize(QSettings().value(settingsKey(), QSize(1060, 622)).toSize().expandedTo(minimumSize()));
    build();

    connect(&console, &runtime::Console::notifiersChanged, this,
            [this](const QList<runtime::NotifierStatus> &notifiers) {
                takeNotifiers(notifiers);
                updateSend();
            });
    takeNotifiers(console.notifiers());
    updateSend();
    draft();
}

void EscalateDialog::draft()
{
    const auto done = [this](const Result<runtime::Draft> &draft) {
        if (draft)
            take(*draft);
        else
            m_notice->say(Tone::Error, tr("This cannot be escalated."), shownLine(draft.error().message, 400));
    };
    if (!m_subject.again) {
        m_console.draftEscalation(m_subject.sessions, m_subject.incident, this, done);
        return;
    }
    m_console.draftAgain(*m_subject.again, this, done);
    m_console.loadDelivery(*m_subject.again, this, [this](const Result<runtime::DeliveryDetail> &detail) {
        if (detail)
            takeOriginal(detail->delivery);
    });
}

void EscalateDialog::takeOriginal(const Delivery &original)
{
    const QString at = momentText(original.createdAt, now());
    m_again->setText(tr("Says again what %1 was told at %2.").arg(shownLine(original.notifier, 60), at));
    m_again->show();
    m_preview->setOriginal(original.rendered, tr("Told at %1").arg(at));
}

void EscalateDialog::build()
{
    m_notice = new NoticeBar(this);
    m_preview = new PreviewPane(this);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(0);
    columns->addWidget(buildLeft());
    columns->addWidget(m_preview, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 1, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_notice);
    layout->addLayout(columns, 1);
    layout->addWidget(buildFoot());

    setTabOrder(m_list, m_message);
    for (const QKeySequence &keys : {QKeySequence(QKeyCombination(Qt::CTRL, Qt::Key_Return)),
                                     QKeySequence(QKeyCombination(Qt::CTRL, Qt::Key_Enter))}) {
        auto *shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, &EscalateDialog::send);
    }
    m_message->setFocus();
}

QWidget *EscalateDialog::buildLeft()
{
    auto *left = new QWidget(this);
    left->setFixedWidth(LeftWidth);
    auto *glyph = new LevelGlyph(left);
    m_level = glyph;
    m_headline = new TextLabel(tr("Preparing…"), Tone::Text, left);
    m_headline->setSize(1, QFont::DemiBold);
    m_headline->setElided(true);
    m_subline = new TextLabel(QString(), Tone::Secondary, left);
    m_subline->setWordWrap(true);
    m_again = new TextLabel(QString(), Tone::Accent, left);
    m_again->setWordWrap(true);
    m_again->hide();

    auto *toLabel = new TextLabel(tr("Send to"), Tone::Secondary, left);
    m_to = new SendToModel(this);
    m_list = new QListView(left);
    m_list->setModel(m_to);
    m_list->setItemDelegate(new SendToDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setSelectionMode(QAbstractItemView::NoSelection);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setAccessibleName(tr("Send to"));
    m_list->setMinimumHeight(88);
    m_list->setTabKeyNavigation(false);

    auto *messageLabel = new TextLabel(tr("&Message"), Tone::Secondary, left);
    m_counter = new TextLabel(QString(), Tone::Secondary, left);
    m_counter->setMono();
    m_message = new QPlainTextEdit(left);
    m_message->setTabChangesFocus(true);
    m_message->setAccessibleName(tr("Message"));
    m_message->setMinimumHeight(70);
    messageLabel->setBuddy(m_message);

    auto *includeLabel = new TextLabel(tr("Include"), Tone::Secondary, left);
    m_include = new QButtonGroup(this);
    auto *includes = new QHBoxLayout;
    includes->setSpacing(16);
    for (const auto &[text, include] : {std::pair{tr("Summar&y"), runtime::Include::Summary},
                                        std::pair{tr("&Failing calls"), runtime::Include::FailingCalls},
                                        std::pair{tr("&Whole log"), runtime::Include::WholeLog}}) {
        auto *button = new QRadioButton(text, left);
        button->setAccessibleName(QString(text).remove(u'&'));
        m_include->addButton(button, static_cast<int>(include));
        includes->addWidget(button);
    }
    includes->addStretch(1);
    m_include->button(static_cast<int>(runtime::Include::FailingCalls))->setChecked(true);
    m_acknowledge = new QCheckBox(tr("&Acknowledge in my name, so it counts as answered"), left);
    m_acknowledge->setAccessibleName(tr("Acknowledge the incident in my name"));
    m_acknowledge->hide();

    auto *titles = new QVBoxLayout;
    titles->setSpacing(1);
    titles->addWidget(m_headline);
    titles->addWidget(m_subline);
    titles->addWidget(m_again);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_level, 0, Qt::AlignTop);
    head->addLayout(titles, 1);
    auto *messageHead = new QHBoxLayout;
    messageHead->addWidget(messageLabel);
    messageHead->addStretch(1);
    messageHead->addWidget(m_counter);
    auto *layout = new QVBoxLayout(left);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(6);
    layout->addLayout(head);
    layout->addSpacing(6);
    layout->addWidget(toLabel);
    layout->addWidget(m_list, 4);
    layout->addSpacing(6);
    layout->addLayout(messageHead);
    layout->addWidget(m_message, 1);
    layout->addSpacing(6);
    layout->addWidget(includeLabel);
    layout->addLayout(includes);
    layout->addSpacing(4);
    layout->addWidget(m_acknowledge);

    connect(m_to, &SendToModel::chosenChanged, this, [this] { changed(true); });
    connect(m_message, &QPlainTextEdit::textChanged, this, [this] { changed(false); });
    connect(m_include, &QButtonGroup::idToggled, this, [this](int, bool checked) {
        if (checked)
            changed(true);
    });
    return left;
}

QWidget *EscalateDialog::buildFoot()
{
    auto *foot = new QWidget(this);
    m_status = new TextLabel(QString(), Tone::Secondary, foot);
    m_status->setElided(true);
    m_cancel = new QPushButton(tr("Cancel"), foot);
    m_cancel->setAutoDefault(false);
    m_cancel->setMinimumWidth(88);
    m_send = new QPushButton(foot);
    m_send->setIcon(icon(QStringLiteral("megaphone")));
    m_send->setAutoDefault(false);
    m_send->setDefault(true);
    setShownKeys(*m_send, QKeyCombination(Qt::CTRL, Qt::Key_Return));
    auto *layout = new QHBoxLayout(foot);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setSpacing(8);
    layout->addWidget(m_status, 1);
    layout->addWidget(m_cancel);
    layout->addWidget(m_send);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_send, &QPushButton::clicked, this, &EscalateDialog::send);
    return foot;
}

void EscalateDialog::takeNotifiers(const QList<runtime::NotifierStatus> &notifiers)
{
    m_to->setNotifiers(notifiers);
    // The list is as high as its rows; what is left belongs to the message.
    m_list->setMaximumHeight(std::max(2, static_cast<int>(notifiers.size())) * m_list->sizeHintForRow(0)
                             + 2 * m_list->frameWidth());
}

void EscalateDialog::take(const runtime::Draft &draft)
{
    m_draft = draft;
    setWindowTitle(tr("Escalate %1").arg(shownLine(draft.title, 120)));
    static_cast<LevelGlyph *>(m_level)->setLevel(draft.level);
    m_headline->setText(shownLine(draft.headline, 240));
    m_subline->setText(shownLine(draft.subline, 240));

    const QList<Incident> incidents = m_console.openIncidents();
    const bool unanswered =
        draft.incident && std::any_of(incidents.cbegin(), incidents.cend(), [&draft](const Incident &incident) {
            return incident.id == *draft.incident && incident.state == Incident::State::Triggered;
        });
    m_acknowledge->setVisible(unanswered);

    EscalateChoice first{.message = draft.message,
                         .notifiers = draft.preselected,
                         .include = runtime::Include::FailingCalls,
                         .acknowledge = false};
    if (m_restore)
        first = *m_restore;
    else if (m_bar)
        first = m_bar->drafts().find(m_subject).value_or(first);
    apply(first);
    m_message->setFocus();
}

void EscalateDialog::restore(const EscalateChoice &choice)
{
    m_restore = choice;
    if (m_draft)
        apply(choice);
}

void EscalateDialog::apply(const EscalateChoice &choice)
{
    m_message->setPlainText(choice.message);
    m_message->moveCursor(QTextCursor::End);
    m_include->button(static_cast<int>(choice.include))->setChecked(true);
    m_acknowledge->setChecked(choice.acknowledge && m_acknowledge->isVisibleTo(this));
    m_to->setChosen(choice.notifiers);
    if (!m_list->currentIndex().isValid() && m_to->rowCount() > 0)
        m_list->setCurrentIndex(m_to->index(0));
    changed(true);
}

EscalateChoice EscalateDialog::choice() const
{
    return {.message = m_message->toPlainText(),
            .notifiers = m_to->chosen(),
            .include = static_cast<runtime::Include>(m_include->checkedId()),
            .acknowledge = m_acknowledge->isVisibleTo(this) && m_acknowledge->isChecked()};
}

void EscalateDialog::changed(bool atOnce)
{
    const int length = static_cast<int>(m_message->toPlainText().size());
    m_counter->setText(length > MaxMessage
                           ? tr("%1 of %2").arg(countText(static_cast<quint64>(length)), countText(MaxMessage))
                           : countText(static_cast<quint64>(length)));
    m_counter->setTone(length > MaxMessage ? Tone::Error : Tone::Secondary);
    if (m_repeatIsMeant) {
        m_repeatIsMeant = false;
        m_notice->clear();
    }
    if (!m_draft)
        return;
    if (atOnce)
        askPreview();
    else
        m_typing.start(TypingRestMilliseconds, this);
    updateSend();
}

void EscalateDialog::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_typing.timerId())
        askPreview();
    else
        QDialog::timerEvent(event);
}

void EscalateDialog::askPreview()
{
    m_typing.stop();
    const quint64 number = ++m_asked;
    const EscalateChoice now = choice();
    if (now.notifiers.isEmpty()) {
        showPreview({}, number);
        return;
    }
    m_console.preview(*m_draft, now.message, now.include, now.notifiers, this,
                      [this, number](const QList<engine::Prepared> &prepared) { showPreview(prepared, number); });
}

void EscalateDialog::showPreview(const QList<engine::Prepared> &prepared, quint64 number)
{
    // An answer that was overtaken shows bytes that nobody will send.
    if (number != m_asked)
        return;
    m_shown = number;
    if (prepared.isEmpty())
        m_preview->setEmpty(m_to->chosen().isEmpty() ? tr("Choose a notifier to see what it will be sent.")
                                                     : tr("There is no preview, so nothing can be sent."));
    else
        m_preview->setPrepared(prepared, m_console.notifiers(), m_to->chosen());
    updateSend();
    if (m_sendWhenShown) {
        m_sendWhenShown = false;
        send();
    }
}

QString EscalateDialog::reasonNotToSend() const
{
    if (!m_draft)
        return tr("The draft is being prepared.");
    if (m_to->rowCount() == 0)
        return tr("No notifier is configured yet. Import one on the Notifiers page.");
    const QStringList chosen = m_to->chosen();
    if (chosen.isEmpty())
        return tr("Choose at least one notifier.");
    if (m_message->toPlainText().size() > MaxMessage)
        return tr("The message is longer than %1 characters.").arg(countText(MaxMessage));
    if (!previewIsCurrent())
        return {};
    for (const QString &name : chosen) {
        const auto made = std::find_if(m_preview->prepared().cbegin(), m_preview->prepared().cend(),
                                       [&name](const engine::Prepared &prepared) { return prepared.notifier == name; });
        if (made == m_preview->prepared().cend())
            return tr("%1 cannot make this message. Leave it out, or look at its settings.").arg(shownLine(name, 60));
    }
    return {};
}

void EscalateDialog::updateSend()
{
    const QString reason = reasonNotToSend();
    const int count = static_cast<int>(m_to->chosen().size());
    const QString keys = QKeySequence(QKeyCombination(Qt::CTRL, Qt::Key_Return)).toString(QKeySequence::NativeText);
    m_send->setText(m_repeatIsMeant ? tr("Send again to %1").arg(count)
                    : count > 0     ? tr("Send to %1").arg(count)
                                    : tr("Send"));
    m_send->setAccessibleName(m_send->text());
    m_send->setEnabled(reason.isEmpty() && !m_posted);
    m_send->setToolTip(reason.isEmpty() ? keys : reason.toHtmlEscaped());
    const auto seconds =
        std::chrono::ceil<std::chrono::seconds>(m_console.configuration().policy.settings.undo).count();
    if (!reason.isEmpty())
        m_status->setText(reason);
    else if (seconds > 0)
        m_status->setText(tr("Goes out %1 s after Send. You can undo until then.").arg(seconds));
    else
        m_status->setText(tr("Goes out at once."));
    m_status->setTone(!reason.isEmpty() && m_draft ? Tone::Warning : Tone::Secondary);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_list, m_message, m_acknowledge})
        widget->setEnabled(m_draft.has_value() && !m_posted);
    for (QAbstractButton *button : m_include->buttons())
        button->setEnabled(m_draft.has_value() && !m_posted);
}

void EscalateDialog::send()
{
    if (m_posted || !reasonNotToSend().isEmpty())
        return;
    // What leaves must be what stands in the preview: bring it up to date first.
    if (!previewIsCurrent()) {
        m_sendWhenShown = true;
        if (m_typing.isActive())
            askPreview();
        return;
    }
    if (m_bar && !m_repeatIsMeant) {
        if (const std::optional<TimePoint> before = m_bar->drafts().sentBefore(m_subject, choice(), now())) {
            m_repeatIsMeant = true;
            m_notice->say(Tone::Warning, tr("The same was sent %1.").arg(ago(*before, now())),
                          tr("Change the message, or send it once more."));
            updateSend();
            return;
        }
    }
    post();
}

void EscalateDialog::post()
{
    m_posted = true;
    updateSend();
    const EscalateChoice sent = choice();
    engine::EscalateNow escalate{.sessions = m_draft->sessions,
                                 .incident = m_draft->incident,
                                 .message = sent.message,
                                 .title = m_draft->title,
                                 .level = static_cast<quint8>(m_draft->level),
                                 .to = m_preview->prepared(),
                                 .reason = Reason::Manual,
                                 .acknowledge = sent.acknowledge,
                                 .again = m_draft->again};
    m_console.post({.request = m_draft->request, .by = operatorName(), .what = std::move(escalate)}, this,
                   [this, sent](const std::optional<Error> &error) {
                       if (!error) {
                           finish(sent);
                           return;
                       }
                       m_posted = false;
                       m_notice->say(Tone::Error, tr("Nothing was sent."), shownLine(error->message, 400));
                       updateSend();
                   });
}

void EscalateDialog::finish(const EscalateChoice &sent)
{
    if (m_bar) {
        SentEscalation entry{.request = m_draft->request,
                             .title = m_draft->title,
                             .message = sent.message,
                             .to = {},
                             .subject = m_subject,
                             .incident = m_draft->incident,
                             .acknowledged = sent.acknowledge,
                             .at = now(),
                             .goesOutAt = now() + m_console.configuration().policy.settings.undo};
        for (const engine::Prepared &prepared : m_preview->prepared())
            entry.to.append({prepared.notifier, prepared.delivery});
        m_bar->drafts().forget(m_subject);
        m_bar->drafts().noteSent(m_subject, sent, now());
        m_bar->begin(entry, [console = &m_console, subject = m_subject, sent,
                             window = QPointer<QWidget>(parentWidget()), bar = m_bar] {
            if (window)
                open(*console, subject, window, bar)->restore(sent);
        });
    }
    accept();
}

void EscalateDialog::done(int result)
{
    if (result == Rejected && m_draft && m_bar) {
        const EscalateChoice typed = choice();
        const EscalateChoice untouched{.message = m_draft->message,
                                       .notifiers = typed.notifiers,
                                       .include = typed.include,
                                       .acknowledge = typed.acknowledge};
        if (!(typed == untouched))
            m_bar->drafts().keep(m_subject, typed);
        else
            m_bar->drafts().forget(m_subject);
    }
    QSettings().setValue(settingsKey(), size());
    QDialog::done(result);
}

void EscalateDialog::keyPressEvent(QKeyEvent *event)
{
    // Enter presses the button that has the focus. It never sends from a list or a check box: that takes Ctrl+Enter.
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!enter) {
        QDialog::keyPressEvent(event);
        return;
    }
    if (auto *button = qobject_cast<QPushButton *>(focusWidget()))
        button->click();
}

void EscalateDialog::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    painter.fillRect(QRect(0, 0, width(), 1), theme.border);
    painter.fillRect(QRect(0, m_status->parentWidget()->y(), width(), 1), theme.border);
}

} // namespace escalite::ui
