// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/testrun.h"

#include "ui/notifiers/testruns.h"
#include "ui/theme/theme.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/keycap.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QPainter>
#include <QPushButton>

#include <array>

namespace escalite::ui {

/// The paragraph in a tinted box with a stripe.
class PlainVerdict final : public QWidget
{
public:
    explicit PlainVerdict(QWidget *parent) : QWidget(parent)
    {
        m_headline = new TextLabel(this);
        m_headline->setSize(1, QFont::DemiBold);
        m_headline->setWordWrap(true);
        m_text = new TextLabel(QString(), Tone::Secondary, this);
        m_text->setWordWrap(true);
        auto *layout = new QVBoxLayout(this);
        layout->setContentsMargins(14, 8, 14, 8);
        layout->setSpacing(2);
        layout->addWidget(m_headline);
        layout->addWidget(m_text);
    }

    void say(const TestVerdict &verdict)
    {
        m_tone = verdict.tone;
        m_headline->setText(verdict.headline);
        m_text->setText(verdict.text);
        setAccessibleName(verdict.headline);
        setAccessibleDescription(verdict.text);
        setVisible(!verdict.headline.isEmpty());
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), toneTint(m_tone));
        painter.fillRect(QRect(0, 0, 3, height()), toneFill(m_tone));
    }

private:
    Tone m_tone = Tone::Accent;
    TextLabel *m_headline;
    TextLabel *m_text;
};

QString stageWords(const QString &name)
{
    static const std::array<std::pair<const char *, const char *>, 12> words{{
        {"resolve", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "Find the server")},
        {"connect", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "Connect")},
        {"greeting", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "Wait for the greeting")},
        {"starttls", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "STARTTLS")},
        {"tls", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "Encrypt (TLS)")},
        {"authenticate", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "Log in")},
        {"sender", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "Name the sender")},
        {"recipients", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "Name the recipients")},
        {"request", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "Send the request")},
        {"hand over", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "Hand over the message")},
        {"answer", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "Wait for the answer")},
        {"status", QT_TRANSLATE_NOOP("escalite::ui::TestRun", "Read the status")},
    }};
    for (const auto &[stage, text] : words) {
        if (name.compare(QLatin1String(stage), Qt::CaseInsensitive) == 0)
            return TestRun::tr(text);
    }
    QString shown = shownLine(name, 60);
    if (!shown.isEmpty())
        shown[0] = shown.at(0).toUpper();
    return shown;
}

TestVerdict testVerdict(const Delivery &delivery, const QList<Attempt> &attempts)
{
    if (delivery.state == DeliveryState::Held)
        return {Tone::Warning, TestRun::tr("The test waits."),
                TestRun::tr("The notifier or all sending is held. Release it, and the test goes out.")};
    if (attempts.isEmpty())
        return isFinal(delivery.state)
                   ? TestVerdict{Tone::Warning, TestRun::tr("The test was not sent."), shownLine(delivery.reason, 240)}
                   : TestVerdict{};
    const QString to = shownLine(delivery.rendered.to, 120);
    const Attempt &last = attempts.constLast();
    const bool retries = !isFinal(delivery.state);
    switch (last.outcome.kind) {
    case Outcome::Kind::Delivered:
        return {Tone::Ok, TestRun::tr("The message arrived."),
                TestRun::tr("The service confirmed it after %1. Look at %2: the message is marked as a test.")
                    .arg(toText(last.finishedAt - last.startedAt), to)};
    case Outcome::Kind::Accepted:
        return {Tone::Ok, TestRun::tr("The server took the message."),
                TestRun::tr(
                    "It confirms nothing beyond that. Look into the mailbox of %1: the subject is marked as a test.")
                    .arg(to)};
    case Outcome::Kind::Transient:
        return {Tone::Warning, TestRun::tr("The service is busy or cannot be reached."),
                retries ? TestRun::tr("The settings may be right. Escalite tries again on its own, the next time at "
                                      "%1. If this goes on, look at "
                                      "the step that failed and ask those who run the service.")
                              .arg(timeOfDay(delivery.dueAt))
                        : TestRun::tr(
                            "Escalite has stopped trying. Look at the step that failed and send the test once more.")};
    case Outcome::Kind::Permanent:
        return {Tone::Error, TestRun::tr("The service refused the message."),
                TestRun::tr("The same message would be refused again, so it is not repeated. The answer above says "
                            "what is wrong.")};
    case Outcome::Kind::Poison:
        return {Tone::Error, TestRun::tr("The service refused the content."),
                TestRun::tr("It is sent once more as short plain text. If that is refused too, it has failed.")};
    case Outcome::Kind::Misconfigured:
        return {Tone::Error, TestRun::tr("The service refused the settings."),
                TestRun::tr("The notifier is held, and what is due waits. Correct its address or its secret in the "
                            "configuration, then release it.")};
    case Outcome::Kind::Moved:
        return {Tone::Warning, TestRun::tr("The service named another address."),
                TestRun::tr("It is sent once more there. Take the new address over into the settings.")};
    case Outcome::Kind::Ambiguous:
        return {Tone::Warning, TestRun::tr("The message was handed over, but no answer came."),
                TestRun::tr("It may have arrived. Escalite sends the same message again, and the service can tell that "
                            "it is the same.")};
    }
    return {};
}

TestRun::TestRun(TestRuns &runs, QWidget *parent) : QWidget(parent), m_runs(runs)
{
    m_head = new QWidget(this);
    auto *title = new TextLabel(tr("Test"), Tone::Text, m_head);
    title->setSize(1, QFont::DemiBold);
    m_when = new TextLabel(QString(), Tone::Secondary, m_head);
    m_when->setElided(true);
    m_send = new QPushButton(icon(QStringLiteral("send")), tr("Send test"), m_head);
    m_send->setAutoDefault(false);
    m_send->setAccessibleName(tr("Send a test message"));
    setShownKeys(*m_send, QKeyCombination(Qt::CTRL, Qt::Key_T));
    auto *head = new QHBoxLayout(m_head);
    head->setContentsMargins(16, 5, 12, 5);
    head->setSpacing(10);
    head->addWidget(title);
    head->addWidget(m_when, 1);
    head->addWidget(m_send);

    auto *body = new QWidget(this);
    m_steps = new QGridLayout;
    m_steps->setContentsMargins(0, 0, 0, 0);
    m_steps->setHorizontalSpacing(10);
    m_steps->setVerticalSpacing(6);
    m_steps->setColumnStretch(3, 1);
    m_steps->setColumnMinimumWidth(1, 150);
    m_steps->setColumnMinimumWidth(2, 60);
    m_verdict = new PlainVerdict(body);
    auto *inner = new QVBoxLayout(body);
    inner->setContentsMargins(16, 12, 16, 12);
    inner->setSpacing(12);
    inner->addLayout(m_steps);
    inner->addWidget(m_verdict);
    inner->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(body, 1);

    connect(m_send, &QPushButton::clicked, this, &TestRun::start);
    connect(&m_runs, &TestRuns::changed, this, [this](const QString &notifier) {
        if (notifier == m_notifier)
            showRun();
    });
    showRun();
}

void TestRun::setNotifier(const QString &name, bool unsaved)
{
    m_notifier = name;
    m_unsaved = unsaved;
    showRun();
}

void TestRun::start()
{
    if (!m_notifier.isEmpty() && m_send->isEnabled())
        m_runs.start(m_notifier);
}

void TestRun::addStep(const QString &icon, Tone tone, const QString &name, const QString &took, const QString &detail,
                      bool failed)
{
    const int row = m_steps->rowCount();
    auto *glyph = new IconLabel(icon, tone, 16, this);
    auto *step = new TextLabel(name, Tone::Text, this);
    auto *time = new TextLabel(took, Tone::Secondary, this);
    time->setMono();
    time->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto *answer = new TextLabel(detail, failed ? Tone::Error : Tone::Secondary, this);
    answer->setMono();
    answer->setWordWrap(true);
    m_steps->addWidget(glyph, row, 0, Qt::AlignTop);
    m_steps->addWidget(step, row, 1, Qt::AlignTop);
    m_steps->addWidget(time, row, 2, Qt::AlignTop);
    m_steps->addWidget(answer, row, 3);
    for (QWidget *cell : std::initializer_list<QWidget *>{glyph, step, time, answer}) {
        cell->show();
        m_cells << cell;
    }
}

void TestRun::showRun()
{
    qDeleteAll(m_cells);
    m_cells.clear();
    const TestRuns::Run *found = m_runs.find(m_notifier);
    m_send->setEnabled(!m_notifier.isEmpty());
    if (!found) {
        m_when->setText(m_notifier.isEmpty() ? tr("save it first; then a test can go through it")
                        : m_unsaved          ? tr("goes through the settings as they were saved")
                                             : tr("sends one message marked “[Test]”; the Outbox keeps it"));
        m_verdict->say({});
        return;
    }
    const TestRuns::Run &run = *found;
    m_when->setText(tr("sent at %1, marked “[Test]”; the Outbox keeps it").arg(timeOfDay(run.startedAt)));
    if (!run.refusal.isEmpty()) {
        m_verdict->say({Tone::Error, tr("No test was sent."), run.refusal});
        return;
    }
    if (!run.detail || run.detail->attempts.isEmpty()) {
        const bool waits = run.detail && run.detail->delivery.state == DeliveryState::Held;
        addStep(QStringLiteral("loader"), Tone::Secondary, waits ? tr("Held") : tr("On its way"), QString(), QString(),
                false);
        m_verdict->say(run.detail ? testVerdict(run.detail->delivery, {}) : TestVerdict{});
        // A second test would only queue behind the first.
        m_send->setEnabled(!m_runs.isUnderWay(m_notifier));
        return;
    }
    const Attempt &last = run.detail->attempts.constLast();
    for (const Outcome::Stage &stage : last.outcome.stages)
        addStep(stage.ok ? QStringLiteral("check") : QStringLiteral("x"), stage.ok ? Tone::Ok : Tone::Error,
                stageWords(stage.name), toText(stage.took), shownLine(stage.detail, 400), !stage.ok);
    const bool well = last.outcome.kind == Outcome::Kind::Delivered || last.outcome.kind == Outcome::Kind::Accepted;
    addStep(well ? QStringLiteral("check") : QStringLiteral("x"), well ? Tone::Ok : Tone::Error,
            last.outcome.kind == Outcome::Kind::Accepted ? tr("Accepted")
            : well                                       ? tr("Delivered")
                                                         : tr("Not delivered"),
            toText(last.finishedAt - last.startedAt), shownLine(last.outcome.detail, 400), !well);
    m_verdict->say(testVerdict(run.detail->delivery, run.detail->attempts));
}

void TestRun::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.base);
    const QRect head = m_head->geometry();
    painter.fillRect(head, theme.header);
    painter.fillRect(QRect(0, head.top(), width(), 1), theme.border);
    painter.fillRect(QRect(0, head.bottom(), width(), 1), theme.border);
}

} // namespace escalite::ui
