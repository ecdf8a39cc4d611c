// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/ruleform.h"

#include "ui/escalate/sendtodelegate.h"
#include "ui/escalate/sendtomodel.h"
#include "ui/policy/levelscale.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pane.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/queryedit.h"
#include "ui/widgets/textlabel.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>

namespace escalite::ui {

namespace {

constexpr int MaxName = 120;

} // namespace

RuleForm::RuleForm(RuleModel &model, QWidget *parent) : QWidget(parent), m_model(model)
{
    buildFields();
    connect(&model, &RuleModel::draftChanged, this, [this] {
        if (m_row >= 0 && m_row < m_model.rowCount())
            fill();
    });
}

QWidget *RuleForm::field(QWidget *control, TextLabel *&message)
{
    auto *box = new QWidget(this);
    message = new TextLabel(QString(), Tone::Error, box);
    message->setWordWrap(true);
    message->hide();
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3);
    layout->addWidget(control);
    layout->addWidget(message);
    return box;
}

void RuleForm::buildFields()
{
    m_name = new QLineEdit(this);
    m_name->setMaxLength(MaxName);
    m_name->setAccessibleName(tr("Name"));
    m_enabled = new QCheckBox(tr("In force"), this);
    m_enabled->setAccessibleName(tr("In force"));
    auto *nameRow = new QWidget(this);
    auto *nameLayout = new QHBoxLayout(nameRow);
    nameLayout->setContentsMargins(0, 0, 0, 0);
    nameLayout->setSpacing(20);
    nameLayout->addWidget(m_name, 1);
    nameLayout->addWidget(m_enabled);

    m_source = new QComboBox(this);
    m_source->setEditable(true);
    m_source->setInsertPolicy(QComboBox::NoInsert);
    m_source->lineEdit()->setPlaceholderText(tr("All sources"));
    m_source->lineEdit()->setMaxLength(MaxName);
    m_source->setAccessibleName(tr("Source"));
    m_source->setToolTip(tr("A name, or a pattern such as *-worker; empty for all sources"));
    m_source->setMinimumWidth(200);

    m_scale = new LevelScale(this);
    m_level = new QComboBox(this);
    for (int value = 0; value <= 4; ++value)
        m_level->addItem(tr("%1 or worse").arg(levelLabel(levelOfScale(value))));
    m_level->setItemText(4, levelLabel(Level::Critical));
    m_level->setItemText(0, tr("Every session"));
    m_level->setAccessibleName(tr("Level"));
    auto *levelRow = new QWidget(this);
    auto *levelLayout = new QHBoxLayout(levelRow);
    levelLayout->setContentsMargins(0, 0, 0, 0);
    levelLayout->setSpacing(20);
    levelLayout->addWidget(m_scale, 1);
    levelLayout->addWidget(m_level, 0, Qt::AlignTop);

    m_when = new QueryEdit(this);
    m_when->setPlaceholderText(tr("any session; for example path:/checkout elapsed>2s"));
    m_when->setAccessibleName(tr("Further condition"));
    auto *whenBox = new Pane(Pane::Ground::Field, this);
    whenBox->setLines(Qt::TopEdge | Qt::LeftEdge | Qt::RightEdge | Qt::BottomEdge);
    auto *whenLayout = new QHBoxLayout(whenBox);
    whenLayout->setContentsMargins(6, 5, 6, 5);
    whenLayout->addWidget(m_when);

    m_to = new SendToModel(this);
    m_toList = new QListView(this);
    m_toList->setModel(m_to);
    m_toList->setItemDelegate(new SendToDelegate(m_toList));
    m_toList->setUniformItemSizes(true);
    m_toList->setSelectionMode(QAbstractItemView::NoSelection);
    m_toList->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_toList->setMouseTracking(true);
    m_toList->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_toList->setTabKeyNavigation(false);
    m_toList->setAccessibleName(tr("Notifiers to tell"));
    m_toList->setMinimumHeight(3 * 42 + 2);
    m_toList->setMaximumHeight(6 * 42 + 2);
    m_takeOut = new QPushButton(tr("Take it out"), this);
    m_takeOut->setFlat(true);
    m_takeOut->setAutoDefault(false);

    auto *form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignRight);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(12);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    const auto addRow = [form, this](const QString &label, QWidget *content) {
        auto *text = new TextLabel(label, Tone::Secondary, this);
        text->setContentsMargins(0, 5, 0, 0);
        text->setAlignment(Qt::AlignRight | Qt::AlignTop);
        form->addRow(text, content);
    };
    addRow(tr("Name"), field(nameRow, m_nameMessage));
    addRow(tr("When a session of"), field(m_source, m_sourceMessage));
    addRow(tr("reaches"), levelRow);
    addRow(tr("and has"), field(whenBox, m_whenMessage));
    QWidget *to = field(m_toList, m_toMessage);
    to->layout()->addWidget(m_takeOut);
    to->layout()->setAlignment(m_takeOut, Qt::AlignLeft);
    addRow(tr("then tell"), to);

    m_sentence = new TextLabel(this);
    m_sentence->setSize(1, QFont::DemiBold);
    m_sentence->setWordWrap(true);
    m_sentence->setAccessibleName(tr("The rule as a sentence"));
    m_matching = new TextLabel(QString(), Tone::Secondary, this);
    m_matching->setWordWrap(true);
    auto *summary = new Pane(Pane::Ground::Base, this);
    summary->setLines(Qt::TopEdge | Qt::BottomEdge);
    auto *summaryLayout = new QVBoxLayout(summary);
    summaryLayout->setContentsMargins(18, 12, 18, 12);
    summaryLayout->setSpacing(4);
    summaryLayout->addWidget(m_sentence);
    summaryLayout->addWidget(m_matching);
    auto *upper = new QWidget(this);
    auto *upperLayout = new QVBoxLayout(upper);
    upperLayout->setContentsMargins(18, 16, 18, 16);
    upperLayout->addLayout(form);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(upper);
    layout->addWidget(summary);
    layout->addStretch(1);

    connect(m_name, &QLineEdit::textEdited, this, [this](const QString &text) {
        edit(QStringLiteral("name"), [&text](policy::Rule &rule) { rule.name = text; });
    });
    connect(m_enabled, &QCheckBox::toggled, this,
            [this](bool on) { edit(QStringLiteral("enabled"), [on](policy::Rule &rule) { rule.enabled = on; }); });
    connect(m_source, &QComboBox::currentTextChanged, this, [this](const QString &text) {
        // The first entry of the list stands for the empty text.
        const QString source = text == m_source->itemText(0) ? QString() : text.trimmed();
        edit(QStringLiteral("source"), [&source](policy::Rule &rule) { rule.source = source; });
    });
    connect(m_scale, &LevelScale::levelChosen, this, [this](Level level) {
        edit(QStringLiteral("level"), [level](policy::Rule &rule) { rule.minimum = level; });
    });
    connect(m_level, &QComboBox::activated, this, [this](int value) {
        edit(QStringLiteral("level"), [value](policy::Rule &rule) { rule.minimum = levelOfScale(value); });
    });
    connect(m_when, &QueryEdit::textChanged, this, [this] {
        const QString when = m_when->query();
        edit(QStringLiteral("when"), [&when](policy::Rule &rule) { rule.when = when.trimmed(); });
    });
    connect(m_to, &SendToModel::chosenChanged, this, [this] {
        edit(QStringLiteral("notifiers"), [this](policy::Rule &rule) {
            // Names that are not configured stay until they are taken out on purpose.
            QStringList names = m_to->chosen();
            for (const QString &name : std::as_const(rule.notifiers)) {
                if (!m_model.notifiers().contains(name))
                    names << name;
            }
            rule.notifiers = names;
        });
    });
    connect(m_takeOut, &QPushButton::clicked, this, [this] {
        edit(QStringLiteral("notifiers"), [this](policy::Rule &rule) {
            rule.notifiers.removeIf([this](const QString &name) { return !m_model.notifiers().contains(name); });
        });
    });
}

void RuleForm::setRow(int row)
{
    m_row = row;
    if (row >= 0 && row < m_model.rowCount())
        fill();
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
    m_to->setNotifiers(notifiers);
    m_filling = filling;
}

void RuleForm::setMatching(const QString &text)
{
    m_matching->setText(text);
}

void RuleForm::focusName()
{
    m_name->setFocus();
    m_name->selectAll();
}

void RuleForm::focusProblem()
{
    for (const RuleProblem &problem : m_model.problems(m_row)) {
        if (!problem.blocks)
            continue;
        switch (problem.field) {
        case RuleProblem::Field::Name:
            m_name->setFocus();
            break;
        case RuleProblem::Field::Source:
            m_source->setFocus();
            break;
        case RuleProblem::Field::Condition:
            m_when->setFocus();
            break;
        case RuleProblem::Field::Notifiers:
            m_toList->setFocus();
            break;
        }
        return;
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

void RuleForm::fill()
{
    const policy::Rule &rule = m_model.rule(m_row);
    const bool filling = std::exchange(m_filling, true);
    // What the person is typing into stays as typed; it differs from the rule by blanks at most.
    if (m_name->text() != rule.name)
        m_name->setText(rule.name);
    m_enabled->setChecked(rule.enabled);
    const QString source = rule.source.isEmpty() ? QString() : rule.source;
    if (m_source->currentText().trimmed() != source
        && !(source.isEmpty() && m_source->currentText() == m_source->itemText(0)))
        m_source->setEditText(source.isEmpty() ? m_source->itemText(0) : source);
    else if (source.isEmpty() && !m_source->lineEdit()->hasFocus())
        m_source->setEditText(m_source->itemText(0));
    m_scale->setLevel(rule.minimum);
    m_level->setCurrentIndex(m_scale->value());
    if (m_when->query().trimmed() != rule.when)
        m_when->setQuery(rule.when);
    m_to->setChosen(rule.notifiers);
    m_sentence->setText(rule.enabled ? ruleSentence(rule) : tr("Switched off: %1").arg(ruleSentence(rule)));
    m_sentence->setTone(rule.enabled ? Tone::Text : Tone::Secondary);
    showProblems();
    m_filling = filling;
}

void RuleForm::showProblems()
{
    for (TextLabel *label : {m_nameMessage, m_sourceMessage, m_whenMessage, m_toMessage})
        label->clear();
    bool unknown = false;
    for (const RuleProblem &problem : m_model.problems(m_row)) {
        TextLabel *label = problem.field == RuleProblem::Field::Name        ? m_nameMessage
                           : problem.field == RuleProblem::Field::Source    ? m_sourceMessage
                           : problem.field == RuleProblem::Field::Condition ? m_whenMessage
                                                                            : m_toMessage;
        unknown = unknown || (problem.field == RuleProblem::Field::Notifiers && problem.blocks);
        const QString text = problem.column > 0
                                 ? tr("Column %1: %2").arg(QString::number(problem.column), problem.message)
                                 : problem.message;
        label->setText(label->text().isEmpty() ? text : label->text() + u'\n' + text);
        label->setTone(problem.blocks ? Tone::Error : Tone::Warning);
    }
    for (TextLabel *label : {m_nameMessage, m_sourceMessage, m_whenMessage, m_toMessage})
        label->setVisible(!label->text().isEmpty());
    m_takeOut->setVisible(unknown);
}

} // namespace escalite::ui
