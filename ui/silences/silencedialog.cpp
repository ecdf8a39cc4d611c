// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/silences/silencedialog.h"

#include "ui/incidents/incidenttext.h"
#include "ui/notifiers/fieldframe.h"
#include "ui/theme/style.h"
#include "ui/theme/theme.h"
#include "ui/widgets/operatorname.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/textlabel.h"
#include "ui/widgets/timetext.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/wording.h"

#include <QAction>
#include <QButtonGroup>
#include <QCheckBox>
#include <QDateTimeEdit>
#include <QGridLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTimerEvent>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::ui {

namespace {

constexpr int FieldWidth = 520;
constexpr int RestMilliseconds = 250;
constexpr auto Long = std::chrono::hours(24 * 7);
constexpr qsizetype MostTitles = 4;

QDateTime toDateTime(TimePoint time)
{
    return QDateTime::fromMSecsSinceEpoch(
        std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count());
}

TimePoint toTimePoint(const QDateTime &time)
{
    return TimePoint(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

QDateTimeEdit *momentEdit(const QString &name, QWidget *parent)
{
    auto *edit = new QDateTimeEdit(parent);
    edit->setDisplayFormat(u"ddd d MMM yyyy  HH:mm"_s);
    edit->setAccessibleName(name);
    edit->setMinimumWidth(edit->fontMetrics().horizontalAdvance(u"Wed 30 Nov 2026  00:00"_s) + 52);
    return edit;
}

} // namespace

SilenceDialog *SilenceDialog::open(runtime::Console &console, const Silence &silence, Toast &toast, QWidget *parent)
{
    auto *dialog = new SilenceDialog(console, silence, toast, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    return dialog;
}

SilenceDialog::SilenceDialog(runtime::Console &console, const Silence &silence, Toast &toast, QWidget *parent)
    : QDialog(parent)
    , m_console(console)
    , m_toast(toast)
    , m_begun(silence)
    , m_isNew(silence.id.isNull())
{
    setWindowModality(Qt::WindowModal);
    setWindowTitle(m_isNew ? tr("New silence") : tr("Change silence"));
    build();
    take(silence);
    check();
    askPreview();
}

void SilenceDialog::addRow(QGridLayout &grid, const QString &label, QWidget *field)
{
    const int row = grid.rowCount();
    auto *words = new TextLabel(label, Tone::Secondary, this);
    words->setFixedHeight(28);
    words->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    grid.addWidget(words, row, 0, Qt::AlignTop);
    grid.addWidget(field, row, 1);
}

void SilenceDialog::build()
{
    auto *grid = new QGridLayout;
    grid->setContentsMargins(16, 16, 16, 12);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(10);
    grid->setColumnStretch(1, 1);
    grid->setColumnMinimumWidth(1, FieldWidth);
    addRow(*grid, tr("Hold back"), buildMatcher());
    addRow(*grid, tr("For"), buildLength());
    m_reason = new QLineEdit(this);
    m_reason->setPlaceholderText(tr("Why, for those who come after you"));
    m_reason->setAccessibleName(tr("Reason"));
    m_reason->setMaxLength(400);
    addRow(*grid, tr("Reason"), m_reason);
    m_digest = new QPushButton(this);
    m_digest->setAutoDefault(false);
    m_digestMenu = new QMenu(m_digest);
    m_digest->setMenu(m_digestMenu);
    auto *digestRow = new QWidget(this);
    auto *digestLayout = new QHBoxLayout(digestRow);
    digestLayout->setContentsMargins(0, 0, 0, 0);
    digestLayout->addWidget(m_digest);
    digestLayout->addStretch();
    addRow(*grid, tr("At its end tell"), digestRow);

    auto *foot = new Pane(Pane::Ground::Header, this);
    foot->setLines(Qt::TopEdge);
    m_problem = new TextLabel(QString(), Tone::Warning, foot);
    m_problem->setWordWrap(true);
    auto *cancel = new QPushButton(tr("Cancel"), foot);
    cancel->setAutoDefault(false);
    m_keep = new QPushButton(m_isNew ? tr("Silence") : tr("Keep changes"), foot);
    m_keep->setDefault(true);
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(16, 11, 16, 11);
    row->setSpacing(8);
    row->addWidget(m_problem, 1);
    row->addWidget(cancel);
    row->addWidget(m_keep);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_keep, &QPushButton::clicked, this, &SilenceDialog::keep);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(grid, 1);
    layout->addWidget(foot);
    layout->setSizeConstraint(QLayout::SetMinimumSize);
}

QWidget *SilenceDialog::buildMatcher()
{
    auto *box = new QWidget(this);
    auto *frame = new FieldFrame(box);
    m_matcher = new QueryEdit(frame);
    m_matcher->setAccessibleName(tr("Sessions that match"));
    m_matcher->setPlaceholderText(tr("for example source:checkout-api path:/checkout"));
    auto *inside = new QHBoxLayout(frame);
    inside->setContentsMargins(8, 0, 8, 0);
    inside->addWidget(m_matcher, 1, Qt::AlignVCenter);
    frame->setFixedHeight(std::max(28, m_matcher->sizeHint().height() + 8));
    m_error = new TextLabel(QString(), Tone::Error, box);
    m_error->setSize(.92);
    m_error->setWordWrap(true);
    m_sentence = new TextLabel(box);
    m_sentence->setWordWrap(true);
    m_incidents = new TextLabel(QString(), Tone::Secondary, box);
    m_incidents->setWordWrap(true);
    m_warnings = new TextLabel(QString(), Tone::Warning, box);
    m_warnings->setWordWrap(true);
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(frame);
    for (TextLabel *label : {m_error, m_sentence, m_incidents, m_warnings}) {
        column->addWidget(label);
        label->hide();
    }
    connect(m_matcher, &QPlainTextEdit::textChanged, this, [this] {
        m_resting.start(RestMilliseconds, this);
        check();
    });
    connect(m_matcher, &QueryEdit::errorTold, this, [this, frame](const QString &error) {
        m_error->setText(error);
        markField(*frame, error.isEmpty() ? FieldMark::None : FieldMark::Wrong);
        m_error->setVisible(!error.isEmpty());
        check();
    });
    connect(m_matcher, &QueryEdit::left, this, &QDialog::reject);
    return box;
}

QWidget *SilenceDialog::buildLength()
{
    auto *box = new QWidget(this);
    m_lengths = new QButtonGroup(this);
    auto *chips = new QHBoxLayout;
    chips->setSpacing(6);
    const QStringList words{tr("15 min"), tr("1 h"), tr("4 h"), tr("Until 08:00"), tr("Custom")};
    for (int i = 0; i < words.size(); ++i) {
        auto *chip = new QPushButton(words[i], box);
        chip->setCheckable(true);
        chip->setAutoDefault(false);
        m_lengths->addButton(chip, i);
        chips->addWidget(chip);
    }
    chips->addStretch();
    m_end = momentEdit(tr("End"), box);
    auto *until = new QHBoxLayout;
    until->setSpacing(8);
    until->addWidget(new TextLabel(tr("until"), Tone::Secondary, box));
    until->addWidget(m_end);
    until->addStretch();
    m_later = new QCheckBox(tr("Begin later, at"), box);
    m_start = momentEdit(tr("Start"), box);
    auto *later = new QHBoxLayout;
    later->setSpacing(8);
    later->addWidget(m_later);
    later->addWidget(m_start);
    later->addStretch();
    m_moves = new QCheckBox(tr("Keep on while it still comes, at most until"), box);
    m_latest = momentEdit(tr("Latest end"), box);
    auto *moves = new QHBoxLayout;
    moves->setSpacing(8);
    moves->addWidget(m_moves);
    moves->addWidget(m_latest);
    moves->addStretch();
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(chips);
    column->addLayout(until);
    column->addLayout(later);
    column->addLayout(moves);
    connect(m_lengths, &QButtonGroup::idClicked, this, [this](int length) {
        if (length == Custom)
            m_end->setFocus();
        check();
    });
    for (QDateTimeEdit *edit : {m_end, m_start, m_latest})
        connect(edit, &QDateTimeEdit::dateTimeChanged, this, &SilenceDialog::check);
    for (QCheckBox *choice : {m_later, m_moves})
        connect(choice, &QCheckBox::toggled, this, &SilenceDialog::check);
    return box;
}

void SilenceDialog::take(const Silence &silence)
{
    const TimePoint moment = std::chrono::floor<std::chrono::minutes>(now());
    const bool planned = silence.startsAt > now();
    m_matcher->setQuery(silence.matcher);
    m_later->setChecked(planned);
    m_start->setDateTime(toDateTime(planned ? silence.startsAt : moment + 1h));
    m_lengths->button(m_isNew ? Hour : Custom)->setChecked(true);
    m_end->setDateTime(toDateTime(m_isNew ? moment + 2h : silence.endsAt));
    m_moves->setChecked(silence.untilQuiet);
    m_latest->setDateTime(toDateTime(silence.untilQuiet ? silence.latestEnd : moment + 12h));
    m_reason->setText(silence.reason);
    QStringList names = m_console.configuration().notifiers;
    for (const QString &name : silence.digestTo) {
        if (!names.contains(name))
            names.append(name);
    }
    for (const QString &name : std::as_const(names)) {
        QAction *action = m_digestMenu->addAction(shownLine(name, 60).replace('&'_L1, "&&"_L1));
        action->setData(name);
        action->setCheckable(true);
        action->setChecked(silence.digestTo.contains(name));
        connect(action, &QAction::toggled, this, &SilenceDialog::check);
    }
    m_digest->setEnabled(!names.isEmpty());
}

TimePoint SilenceDialog::startsAt() const
{
    if (m_later->isChecked())
        return toTimePoint(m_start->dateTime());
    return m_isNew || m_begun.startsAt > now() ? now() : m_begun.startsAt;
}

TimePoint SilenceDialog::endsAt() const
{
    const TimePoint from = std::max(startsAt(), now());
    switch (m_lengths->checkedId()) {
    case QuarterHour:
        return from + 15min;
    case Hour:
        return from + 1h;
    case FourHours:
        return from + 4h;
    case Morning:
        return nextMorning(from);
    default:
        return toTimePoint(m_end->dateTime());
    }
}

Silence SilenceDialog::silence() const
{
    Silence result = m_begun;
    if (m_isNew) {
        result.by = operatorName();
        result.createdAt = now();
    }
    result.matcher = m_matcher->query().simplified();
    result.reason = m_reason->text().trimmed();
    result.startsAt = startsAt();
    result.endsAt = endsAt();
    result.untilQuiet = m_moves->isChecked();
    result.latestEnd = result.untilQuiet ? toTimePoint(m_latest->dateTime()) : TimePoint{};
    result.digestTo.clear();
    for (const QAction *action : m_digestMenu->actions()) {
        if (action->isChecked())
            result.digestTo.append(action->data().toString());
    }
    return result;
}

QString SilenceDialog::problem() const
{
    if (m_matcher->query().trimmed().isEmpty())
        return tr("A silence needs at least one condition, or it would silence everything.");
    if (!m_matcher->isValid())
        return tr("The query cannot be read yet.");
    if (endsAt() <= startsAt())
        return tr("The end is before the start.");
    if (endsAt() <= now())
        return tr("The end has passed.");
    if (m_moves->isChecked() && toTimePoint(m_latest->dateTime()) < endsAt())
        return tr("The latest end is before the end.");
    return {};
}

QString SilenceDialog::sentence() const
{
    return m_sentence->text();
}

void SilenceDialog::check()
{
    const QString wrong = problem();
    m_problem->setText(wrong);
    m_keep->setEnabled(wrong.isEmpty());
    m_keep->setToolTip(wrong);
    m_end->setEnabled(m_lengths->checkedId() == Custom);
    m_start->setEnabled(m_later->isChecked());
    m_latest->setEnabled(m_moves->isChecked());
    if (m_lengths->checkedId() != Custom) {
        const QSignalBlocker quiet(m_end);
        m_end->setDateTime(toDateTime(endsAt()));
    }
    const QStringList names = silence().digestTo;
    QStringList shown;
    for (const QString &name : names)
        shown.append(shownLine(name, 40));
    m_digest->setText((shown.isEmpty() ? tr("nobody") : joined(shown)).replace('&'_L1, "&&"_L1));
    m_digest->setAccessibleName(tr("Told at its end what was held back: %1").arg(m_digest->text()));
    QStringList warnings = m_previewWarnings;
    const Duration length = endsAt() - startsAt();
    if (length > Long)
        warnings.append(tr("Lasts %1.").arg(ageText(length)));
    m_warnings->setText(warnings.join('\n'_L1));
    m_warnings->setVisible(!warnings.isEmpty());
}

void SilenceDialog::askPreview()
{
    const QString matcher = m_matcher->query().simplified();
    const quint64 number = ++m_asked;
    if (matcher.isEmpty() || !m_matcher->isValid()) {
        m_previewWarnings.clear();
        m_sentence->setVisible(false);
        m_incidents->setVisible(false);
        check();
        return;
    }
    m_console.previewSilence(matcher, this, [this, number](const Result<runtime::SilencePreview> &preview) {
        if (number == m_asked)
            showPreview(preview);
    });
}

void SilenceDialog::showPreview(const Result<runtime::SilencePreview> &preview)
{
    m_previewWarnings.clear();
    QStringList titles;
    if (!preview) {
        m_sentence->setTone(Tone::Error);
        m_sentence->setText(shownLine(preview.error().message, 300));
    } else {
        m_sentence->setTone(Tone::Text);
        const QString sessions = counted(static_cast<qint64>(preview->sessions), tr("1 session"), tr("%1 sessions"));
        if (preview->sessions == 0 && preview->incidents.isEmpty())
            m_sentence->setText(tr("Catches nothing of the last 24 hours."));
        else if (preview->incidents.isEmpty())
            m_sentence->setText(tr("Catches %1 of the last 24 hours and no open incident.").arg(sessions));
        else
            m_sentence->setText(
                tr("Catches %1 of the last 24 hours and %2.")
                    .arg(sessions, counted(preview->incidents.size(), tr("1 open incident"), tr("%1 open incidents"))));
        for (const Incident &incident : preview->incidents) {
            if (titles.size() < MostTitles)
                titles.append(shownLine(incident.title, 80));
        }
        if (preview->incidents.size() > MostTitles)
            titles.append(
                tr("and %1 more").arg(countText(static_cast<quint64>(preview->incidents.size() - MostTitles))));
        for (const QString &warning : preview->warnings)
            m_previewWarnings.append(shownLine(warning, 200));
    }
    m_sentence->setVisible(true);
    m_incidents->setText(titles.join(u", "_s));
    m_incidents->setVisible(!titles.isEmpty());
    check();
}

void SilenceDialog::keep()
{
    if (!problem().isEmpty())
        return;
    Silence kept = silence();
    if (m_isNew)
        kept.id = QUuid::createUuid();
    const engine::Command command{
        .request = QUuid::createUuid(), .by = operatorName(), .what = engine::SetSilence{kept}};
    m_keep->setEnabled(false); // Until it is answered: twice Enter is one silence.
    runtime::Console &console = m_console;
    Toast &toast = m_toast;
    m_console.post(
        command, this, [this, &console, &toast, kept, request = command.request](const std::optional<Error> &error) {
            if (error) {
                m_keep->setEnabled(true);
                m_problem->setText(shownLine(error->message, 300));
                return;
            }
            const QString done = m_isNew ? tr("Silenced until %1.") : tr("The silence ends at %1 now.");
            toast.did(done.arg(momentText(kept.endsAt, now())), [&console, request] {
                console.post({.request = QUuid::createUuid(), .by = operatorName(), .what = engine::Undo{request}});
            });
            accept();
        });
}

void SilenceDialog::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_resting.timerId()) {
        QDialog::timerEvent(event);
        return;
    }
    m_resting.stop();
    askPreview();
}

void SilenceDialog::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::current().window);
}

} // namespace escalite::ui
