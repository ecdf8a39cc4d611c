// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/ruleform.h"

#include "ui/policy/notifierchips.h"
#include "ui/policy/rulewords.h"
#include "ui/policy/thresholdrow.h"
#include "ui/theme/theme.h"
#include "ui/widgets/choicebutton.h"
#include "ui/widgets/durationedit.h"
#include "ui/widgets/flowlayout.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/textlabel.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>

namespace escalite::ui {

using Field = RuleProblem::Field;

namespace {

using namespace std::chrono_literals;

constexpr int MaxName = 120;
constexpr std::array Levels{Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical};
/// The first two entries of "then"; the policies follow.
constexpr int TellThese = 0;
constexpr int DoNothing = 1;

QIcon levelIcon(Level level)
{
    const Theme &theme = Theme::current();
    QIcon result;
    for (const int scale : {1, 2}) {
        QPixmap pixmap(14 * scale, 14 * scale);
        pixmap.setDevicePixelRatio(scale);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paintLevelGlyph(painter, QRectF(0, 0, 14, 14), level, theme.levelFill(level), theme.criticalMark);
        painter.end();
        result.addPixmap(pixmap);
    }
    return result;
}

/// A line of words and fields.
FlowLayout *sentence(QWidget *line)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    line->setSizePolicy(policy);
    return new FlowLayout(8, 6, line);
}

} // namespace

RuleForm::RuleForm(RuleModel &model, QWidget *parent) : QWidget(parent), m_model(model)
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(14, 10, 16, 12);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(7);
    grid->setColumnStretch(1, 1);
    const auto label = [this](const QString &text) {
        auto *words = new TextLabel(text, Tone::Secondary, this);
        words->setAlignment(Qt::AlignRight | Qt::AlignTop);
        words->setContentsMargins(0, 5, 0, 0);
        return words;
    };
    addRow(*grid, label(tr("Name")), buildName(), Field::Name);
    addRow(*grid, label(tr("When a session of")), buildCondition(), Field::Condition);
    m_threshold = new ThresholdRow(this);
    addRow(*grid, label(tr("and")), m_threshold, Field::Threshold);
    addRow(*grid, label(tr("then")), buildThen(), Field::Then);
    m_quietLabel = label(tr("but quietly"));
    addRow(*grid, m_quietLabel, buildQuiet(), Field::Quiet);
    m_moreLabel = label(QString());
    addRow(*grid, m_moreLabel, buildMore(), Field::More);
    paintLevels();
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);

    connect(m_threshold, &ThresholdRow::edited, this, [this](const QString &field) {
        edit(QStringLiteral("threshold/") + field,
             [this](policy::Rule &rule) { rule.threshold = m_threshold->threshold(); });
    });
    connect(&model, &RuleModel::draftChanged, this, [this] {
        if (m_row >= 0 && m_row < m_model.rowCount())
            fill();
    });
    connect(&model, &RuleModel::remarksChanged, this, [this] {
        if (m_row >= 0 && m_row < m_model.rowCount())
            showProblems();
    });
}

void RuleForm::addRow(QGridLayout &grid, TextLabel *label, QWidget *content, Field field)
{
    auto *message = new TextLabel(QString(), Tone::Error, this);
    message->setWordWrap(true);
    message->hide();
    m_messages.at(static_cast<std::size_t>(field)) = message;
    auto *column = new QVBoxLayout;
    column->setSpacing(3);
    column->addWidget(content);
    column->addWidget(message);
    const int row = grid.count() / 2; // A label and a column for each.
    grid.addWidget(label, row, 0, Qt::AlignRight | Qt::AlignTop);
    grid.addLayout(column, row, 1);
}

QWidget *RuleForm::buildName()
{
    auto *line = new QWidget(this);
    m_name = new QLineEdit(line);
    m_name->setMaxLength(MaxName);
    m_name->setAccessibleName(tr("Name"));
    m_level = new QComboBox(line);
    for (const Level level : Levels)
        m_level->addItem(level == Level::Debug      ? tr("Every session")
                         : level == Level::Critical ? levelLabel(level)
                                                    : tr("%1 or worse").arg(levelLabel(level)));
    m_level->setAccessibleName(tr("Level"));
    m_enabled = new QCheckBox(tr("In force"), line);
    m_enabled->setAccessibleName(tr("In force"));
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_name, 1);
    layout->addSpacing(8);
    layout->addWidget(new TextLabel(tr("Level"), Tone::Secondary, line));
    layout->addWidget(m_level);
    layout->addSpacing(8);
    layout->addWidget(m_enabled);
    connect(m_name, &QLineEdit::textEdited, this, [this](const QString &text) {
        edit(QStringLiteral("name"), [&text](policy::Rule &rule) { rule.name = text; });
    });
    connect(m_level, &QComboBox::activated, this, [this](int index) {
        edit(QStringLiteral("level"),
             [index](policy::Rule &rule) { rule.minimum = Levels.at(static_cast<std::size_t>(index)); });
    });
    connect(m_enabled, &QCheckBox::toggled, this,
            [this](bool on) { edit(QStringLiteral("enabled"), [on](policy::Rule &rule) { rule.enabled = on; }); });
    return line;
}

QWidget *RuleForm::buildCondition()
{
    auto *line = new QWidget(this);
    m_source = new QComboBox(line);
    m_source->setEditable(true);
    m_source->setInsertPolicy(QComboBox::NoInsert);
    m_source->lineEdit()->setPlaceholderText(tr("All sources"));
    m_source->lineEdit()->setMaxLength(MaxName);
    m_source->setAccessibleName(tr("Source"));
    m_source->setToolTip(tr("A name, or a pattern such as *-worker; empty for all sources"));
    m_source->setFixedWidth(150);
    m_when = new QueryEdit(line);
    m_when->setPlaceholderText(tr("anything; for example path:/checkout elapsed>2s"));
    m_when->setAccessibleName(tr("Further condition"));
    m_matching = new TextLabel(QString(), Tone::Secondary, line);
    m_matching->setSize(.92);
    auto *box = new Pane(Pane::Ground::Field, line);
    box->setLines(Qt::TopEdge | Qt::LeftEdge | Qt::RightEdge | Qt::BottomEdge);
    box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    auto *inside = new QHBoxLayout(box);
    inside->setContentsMargins(6, 4, 8, 4);
    inside->setSpacing(8);
    inside->addWidget(m_when, 1);
    inside->addWidget(m_matching, 0, Qt::AlignVCenter);
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_source, 0, Qt::AlignTop);
    auto *has = new TextLabel(tr("has"), Tone::Secondary, line);
    has->setContentsMargins(0, 5, 0, 0);
    layout->addWidget(has, 0, Qt::AlignTop);
    layout->addWidget(box, 1, Qt::AlignTop);
    connect(m_source, &QComboBox::currentTextChanged, this, [this](const QString &text) {
        // The first entry of the list stands for the empty text.
        const QString source = text == m_source->itemText(0) ? QString() : text.trimmed();
        edit(QStringLiteral("source"), [&source](policy::Rule &rule) { rule.source = source; });
    });
    connect(m_when, &QueryEdit::textChanged, this, [this] {
        const QString when = m_when->query();
        edit(QStringLiteral("when"), [&when](policy::Rule &rule) { rule.when = when.trimmed(); });
    });
    return line;
}

QWidget *RuleForm::buildThen()
{
    auto *line = new QWidget(this);
    m_then = new QComboBox(line);
    m_then->setAccessibleName(tr("Then"));
    m_then->setMinimumWidth(150);
    m_then->setMaximumWidth(240);
    m_plan = new TextLabel(QString(), Tone::Secondary, line);
    m_plan->setElided(true);
    m_plan->setContentsMargins(0, 5, 0, 5);
    m_notifiers = new NotifierChips(line);
    m_takeOut = new QPushButton(tr("Take it out"), line);
    m_takeOut->setFlat(true);
    m_takeOut->setAutoDefault(false);
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_then, 0, Qt::AlignTop);
    layout->addWidget(m_plan, 1, Qt::AlignTop);
    layout->addWidget(m_notifiers, 1);
    layout->addWidget(m_takeOut, 0, Qt::AlignTop);
    connect(m_then, &QComboBox::activated, this, &RuleForm::thenChosen);
    connect(m_notifiers, &NotifierChips::chosenChanged, this, [this] {
        edit(QStringLiteral("notifiers"), [this](policy::Rule &rule) { rule.notifiers = m_notifiers->chosen(); });
    });
    connect(m_takeOut, &QPushButton::clicked, this, [this] {
        edit(QStringLiteral("notifiers"), [this](policy::Rule &rule) {
            rule.notifiers.removeIf([this](const QString &name) { return !m_model.notifiers().contains(name); });
        });
    });
    return line;
}

QWidget *RuleForm::buildQuiet()
{
    m_quiet = new QWidget(this);
    FlowLayout *flow = sentence(m_quiet);
    m_atMostEvery = new DurationEdit(m_quiet);
    m_atMostEvery->setRange(100ms, 24h * 7);
    m_atMostEvery->setAccessibleName(tr("At most one notification in"));
    m_closeAfter = new DurationEdit(m_quiet);
    m_closeAfter->setRange(0s, 24h * 365);
    m_closeAfter->setAccessibleName(tr("Close it after"));
    flow->addWidget(new TextLabel(tr("at most one notification in"), Tone::Text, m_quiet));
    flow->addWidget(m_atMostEvery);
    flow->addWidget(new TextLabel(tr("and close it after"), Tone::Text, m_quiet));
    flow->addWidget(m_closeAfter);
    flow->addWidget(new TextLabel(tr("without a match"), Tone::Text, m_quiet));
    m_moreButton = new QPushButton(m_quiet);
    m_moreButton->setFlat(true);
    m_moreButton->setAutoDefault(false);
    m_moreButton->setCheckable(true);
    m_moreButton->setText(tr("More"));
    m_moreButton->setIcon(icon(QStringLiteral("chevron-down")));
    m_moreButton->setAccessibleName(tr("More of this rule"));
    flow->addWidget(m_moreButton);
    connect(m_atMostEvery, &DurationEdit::edited, this, [this] {
        edit(QStringLiteral("at_most_every"),
             [this](policy::Rule &rule) { rule.atMostEvery = m_atMostEvery->duration(); });
    });
    connect(m_closeAfter, &DurationEdit::edited, this, [this] {
        edit(QStringLiteral("close_after"), [this](policy::Rule &rule) { rule.closeAfter = m_closeAfter->duration(); });
    });
    connect(m_moreButton, &QPushButton::toggled, this, [this](bool on) {
        m_moreButton->setIcon(icon(on ? QStringLiteral("chevron-up") : QStringLiteral("chevron-down")));
        m_more->setVisible(on);
        m_moreLabel->setVisible(on);
    });
    return m_quiet;
}

QWidget *RuleForm::buildMore()
{
    m_more = new QWidget(this);
    FlowLayout *flow = sentence(m_more);
    const auto group = [this, flow](const QString &words, QWidget *control) {
        auto *box = new QWidget(m_more);
        auto *layout = new QHBoxLayout(box);
        layout->setContentsMargins(0, 0, 12, 0);
        layout->setSpacing(8);
        layout->addWidget(new TextLabel(words, Tone::Text, box));
        layout->addWidget(control);
        flow->addWidget(box);
    };
    m_active = new ChoiceButton(tr("always"), m_more);
    m_active->setAccessibleName(tr("Active in"));
    m_muted = new ChoiceButton(tr("never"), m_more);
    m_muted->setAccessibleName(tr("Muted in"));
    m_muted->setToolTip(tr("Incidents open, but nobody is told until these hours end"));
    m_hold = new DurationEdit(m_more);
    m_hold->setRange(0s, 1h);
    m_hold->setAccessibleName(tr("Hold for"));
    m_owner = new QLineEdit(m_more);
    m_owner->setMaxLength(MaxName);
    m_owner->setFixedWidth(140);
    m_owner->setAccessibleName(tr("Owner"));
    m_goesOn = new QCheckBox(tr("and then test the rules below, too"), m_more);
    m_goesOn->setAccessibleName(m_goesOn->text());
    group(tr("in force"), m_active);
    group(tr("muted"), m_muted);
    group(tr("hold the first message for"), m_hold);
    group(tr("owner"), m_owner);
    flow->addWidget(m_goesOn);
    m_more->hide();
    connect(m_active, &ChoiceButton::chosenChanged, this, [this] {
        edit(QStringLiteral("active"), [this](policy::Rule &rule) { rule.active = m_active->chosen(); });
    });
    connect(m_muted, &ChoiceButton::chosenChanged, this,
            [this] { edit(QStringLiteral("muted"), [this](policy::Rule &rule) { rule.muted = m_muted->chosen(); }); });
    connect(m_hold, &DurationEdit::edited, this,
            [this] { edit(QStringLiteral("hold"), [this](policy::Rule &rule) { rule.hold = m_hold->duration(); }); });
    connect(m_owner, &QLineEdit::textEdited, this, [this](const QString &text) {
        edit(QStringLiteral("owner"), [&text](policy::Rule &rule) { rule.owner = text.trimmed(); });
    });
    connect(m_goesOn, &QCheckBox::toggled, this,
            [this](bool on) { edit(QStringLiteral("continue"), [on](policy::Rule &rule) { rule.goesOn = on; }); });
    return m_more;
}

void RuleForm::paintLevels()
{
    for (std::size_t i = 0; i < Levels.size(); ++i)
        m_level->setItemIcon(static_cast<int>(i), levelIcon(Levels.at(i)));
}

void RuleForm::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_level)
        paintLevels();
}

void RuleForm::setRow(int row)
{
    const bool isAnother = row != m_row;
    m_row = row;
    if (row < 0 || row >= m_model.rowCount())
        return;
    fill();
    const policy::Rule &rule = m_model.rule(row);
    if (isAnother)
        m_moreButton->setChecked(!rule.active.isEmpty() || !rule.muted.isEmpty() || rule.hold || rule.goesOn
                                 || !rule.owner.isEmpty());
}

void RuleForm::setSources(const QStringList &sources)
{
    const bool filling = std::exchange(m_filling, true);
    const QString text = m_source->currentText();
    m_source->clear();
    m_source->addItem(tr("All sources"));
    for (const QString &source : sources)
        m_source->addItem(shownLine(source, MaxName));
    m_source->setEditText(text);
    m_filling = filling;
}

void RuleForm::setNotifiers(const QList<runtime::NotifierStatus> &notifiers)
{
    const bool filling = std::exchange(m_filling, true);
    m_notifiers->setNotifiers(notifiers);
    m_filling = filling;
}

void RuleForm::setMatching(const QString &text, const QString &detail, bool isRight)
{
    m_matching->setText(isRight ? tr("✓ %1").arg(text) : text);
    m_matching->setToolTip(detail);
    m_matching->setTone(isRight ? Tone::Ok : Tone::Secondary);
}

void RuleForm::focusName()
{
    m_name->setFocus();
    m_name->selectAll();
}

void RuleForm::focusProblem()
{
    for (const RuleProblem &problem : m_model.problems(m_row)) {
        if (problem.blocks)
            return focusField(problem.field);
    }
}

void RuleForm::focusField(Field field)
{
    switch (field) {
    case Field::Name:
        m_name->setFocus();
        break;
    case Field::Condition:
        m_when->setFocus();
        break;
    case Field::Threshold:
        m_threshold->focusFirst();
        break;
    case Field::Then:
        m_then->setFocus();
        break;
    case Field::Quiet:
        m_atMostEvery->setFocus();
        break;
    case Field::More:
        m_moreButton->setChecked(true);
        m_active->setFocus();
        break;
    }
}

void RuleForm::edit(const QString &field, const std::function<void(policy::Rule &)> &change)
{
    if (m_filling || m_row < 0 || m_row >= m_model.rowCount())
        return;
    policy::Rule rule = m_model.rule(m_row);
    change(rule);
    m_model.edit(m_row, rule, field);
}

void RuleForm::thenChosen(int index)
{
    const QString id = m_then->itemData(index).toString();
    if (index > DoNothing && id.isEmpty()) {
        fill();
        Q_EMIT policiesRequested();
        return;
    }
    edit(QStringLiteral("then"), [this, index, &id](policy::Rule &rule) {
        rule.ignore = index == DoNothing;
        rule.policy = id;
        if (index == TellThese && rule.notifiers.isEmpty())
            rule.notifiers = m_model.notifiers();
        else if (index != TellThese)
            rule.notifiers.clear();
    });
}

void RuleForm::fillThen(const policy::Rule &rule)
{
    m_then->clear();
    m_then->addItem(icon(QStringLiteral("megaphone")), tr("tell"));
    m_then->addItem(icon(QStringLiteral("ban")), tr("do nothing"));
    int current = rule.ignore ? DoNothing : TellThese;
    const EscalationPolicy *plan = nullptr;
    for (const EscalationPolicy &each : m_model.inForce().policies) {
        m_then->addItem(icon(QStringLiteral("list-ordered")), shownLine(each.name, 40), each.id);
        if (each.id == rule.policy && !rule.ignore) {
            current = m_then->count() - 1;
            plan = &each;
        }
    }
    const bool isGone = !rule.policy.isEmpty() && !rule.ignore && !plan;
    if (isGone) {
        m_then->addItem(icon(QStringLiteral("circle-alert")), shownLine(rule.policy, 40), rule.policy);
        current = m_then->count() - 1;
    }
    m_then->addItem(icon(QStringLiteral("pencil")), tr("Policies…"), QString());
    m_then->setCurrentIndex(current);
    m_notifiers->setChosen(rule.notifiers);
    m_notifiers->setVisible(current == TellThese);
    m_plan->setVisible(current != TellThese);
    m_plan->setText(rule.ignore ? tr("These sessions open no incident; the rules below never see them.")
                    : plan      ? planOutline(*plan)
                                : QString());
}

void RuleForm::fill()
{
    const policy::Rule &rule = m_model.rule(m_row);
    const policy::Policy &policy = m_model.inForce();
    const bool filling = std::exchange(m_filling, true);
    // What the person is typing into stays as typed; it differs from the rule by blanks at most.
    if (m_name->text() != rule.name)
        m_name->setText(rule.name);
    m_enabled->setChecked(rule.enabled);
    const QString &source = rule.source;
    if (m_source->currentText().trimmed() != source
        && !(source.isEmpty() && m_source->currentText() == m_source->itemText(0)))
        m_source->setEditText(source.isEmpty() ? m_source->itemText(0) : source);
    else if (source.isEmpty() && !m_source->lineEdit()->hasFocus())
        m_source->setEditText(m_source->itemText(0));
    for (std::size_t i = 0; i < Levels.size(); ++i) {
        if (Levels.at(i) == rule.minimum)
            m_level->setCurrentIndex(static_cast<int>(i));
    }
    if (m_when->query().trimmed() != rule.when)
        m_when->setQuery(rule.when);
    m_threshold->setThreshold(rule.threshold);
    fillThen(rule);
    const auto usual = [](Duration duration) {
        return duration == Duration{} ? tr("never") : policy::settingText(duration);
    };
    const policy::Settings &settings = policy.settings;
    m_atMostEvery->setUsual(settings.group, policy::settingText(settings.group));
    m_atMostEvery->setDuration(rule.atMostEvery);
    m_closeAfter->setUsual(settings.closeAfter, usual(settings.closeAfter));
    m_closeAfter->setDuration(rule.closeAfter);
    m_hold->setUsual(settings.hold, policy::settingText(settings.hold));
    m_hold->setDuration(rule.hold);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_atMostEvery, m_closeAfter})
        widget->setEnabled(!rule.ignore);
    QStringList intervals;
    for (const policy::Interval &interval : policy.intervals)
        intervals << interval.name;
    m_active->setOffered(intervals, intervals);
    m_active->setChosen(rule.active);
    m_muted->setOffered(intervals, intervals);
    m_muted->setChosen(rule.muted);
    if (m_owner->text().trimmed() != rule.owner)
        m_owner->setText(rule.owner);
    m_goesOn->setChecked(rule.goesOn);
    m_moreLabel->setVisible(m_moreButton->isChecked());
    showProblems();
    m_filling = filling;
}

void RuleForm::showProblems()
{
    bool unknown = false;
    std::array<QStringList, RuleProblem::Fields> texts;
    std::array<bool, RuleProblem::Fields> blocks{};
    for (const RuleProblem &problem : m_model.problems(m_row)) {
        const auto at = static_cast<std::size_t>(problem.field);
        texts.at(at) << (problem.column > 0 ? tr("Column %1: %2").arg(QString::number(problem.column), problem.message)
                                            : problem.message);
        blocks.at(at) = blocks.at(at) || problem.blocks;
    }
    const policy::Rule &rule = m_model.rule(m_row);
    if (!rule.ignore && rule.policy.isEmpty()) {
        for (const QString &name : rule.notifiers)
            unknown = unknown || !m_model.notifiers().contains(name);
    }
    for (std::size_t i = 0; i < m_messages.size(); ++i) {
        m_messages.at(i)->setText(shownLines(texts.at(i).join(u'\n')));
        m_messages.at(i)->setTone(blocks.at(i) ? Tone::Error : Tone::Warning);
        m_messages.at(i)->setVisible(!texts.at(i).isEmpty());
    }
    m_takeOut->setVisible(unknown);
}

} // namespace escalite::ui
