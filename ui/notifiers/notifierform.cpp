// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/notifierform.h"

#include "ui/notifiers/fieldgrid.h"
#include "ui/notifiers/optionrows.h"
#include "ui/notifiers/templateedit.h"
#include "ui/theme/theme.h"
#include "ui/widgets/iconlabel.h"
#include "ui/widgets/textlabel.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QEvent>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr int MaxName = 120;

} // namespace

NotifierForm::NotifierForm(QWidget *parent) : QWidget(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
}

void NotifierForm::build(const delivery::NotifierType &type)
{
    m_type = &type;
    delete m_content;
    delete m_options;
    m_content = new QWidget(this);
    m_first = new FieldGrid(m_content);
    m_further = new FieldGrid(m_content);

    auto *nameRow = new QWidget(m_first);
    m_name = new QLineEdit(nameRow);
    m_name->setMaxLength(MaxName);
    m_name->setAccessibleName(tr("Name"));
    m_enabled = new QCheckBox(tr("Switched on"), nameRow);
    m_enabled->setAccessibleName(tr("Switched on"));
    auto *names = new QHBoxLayout(nameRow);
    names->setContentsMargins(0, 0, 0, 0);
    names->setSpacing(12);
    names->addWidget(m_name, 5);
    auto *on = new QHBoxLayout;
    on->addWidget(m_enabled);
    on->addStretch(1);
    names->addLayout(on, 6);
    m_first->addRow(tr("Name"), nameRow, m_name, u"/name"_s);

    QList<const delivery::Field *> first, further;
    for (const delivery::Field &field : type.fields) {
        if (field.kind == delivery::Field::Kind::Template && !isOneLine(field))
            continue; // Has the Message tab to itself.
        (field.advanced ? further : first).append(&field);
    }
    m_first->addFields(first);
    m_further->addFields(further);
    m_options = new OptionRows(*m_first, *m_further, this);

    m_more = new QPushButton(m_content);
    m_more->setFlat(true);
    m_more->setAutoDefault(false);
    auto *moreRow = new QHBoxLayout;
    moreRow->setContentsMargins(120, 0, 0, 0);
    moreRow->addWidget(m_more);
    moreRow->addStretch(1);

    auto *help = new QWidget(m_content);
    m_help = new TextLabel(QString(), Tone::Hint, help);
    m_help->setSize(0.92);
    m_help->setElided(true);
    auto *helpRow = new QHBoxLayout(help);
    helpRow->setContentsMargins(132, 0, 0, 0);
    helpRow->setSpacing(6);
    helpRow->addWidget(m_help, 1);

    auto *layout = new QVBoxLayout(m_content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_first);
    layout->addLayout(moreRow);
    layout->addWidget(m_further);
    layout->addWidget(help);
    this->layout()->addWidget(m_content);

    connect(m_name, &QLineEdit::textEdited, this, [this] { Q_EMIT edited(u"/name"_s); });
    connect(m_name, &QLineEdit::editingFinished, this, [this] { Q_EMIT left(u"/name"_s); });
    connect(m_enabled, &QCheckBox::clicked, this, [this] { Q_EMIT edited(u"/enabled"_s); });
    connect(m_options, &OptionRows::edited, this, [this](const QString &pointer) {
        Q_EMIT edited(pointer);
        Q_EMIT left(pointer);
    });
    connect(m_more, &QPushButton::clicked, this, [this] { unfold(!m_unfolded); });
    connectGrid(*m_first);
    connectGrid(*m_further);
    unfold(m_unfolded);
    m_content->show();
}

void NotifierForm::connectGrid(FieldGrid &grid)
{
    connect(&grid, &FieldGrid::edited, this, [this](const QString &pointer) {
        if (!m_filling)
            Q_EMIT edited(pointer);
    });
    connect(&grid, &FieldGrid::left, this, [this](const QString &pointer) {
        if (!m_filling)
            Q_EMIT left(pointer);
    });
    connect(&grid, &FieldGrid::helpChanged, this, [this](const QString &help) { m_help->setText(help); });
}

void NotifierForm::unfold(bool open)
{
    m_unfolded = open;
    m_further->setVisible(open);
    m_more->setIcon(icon(open ? u"chevron-down"_s : u"chevron-right"_s));
    m_more->setText(m_unfolded ? tr("Less") : tr("More"));
    m_more->setAccessibleName(m_unfolded ? tr("Fold the rarely needed settings")
                                         : tr("Unfold the rarely needed settings"));
}

void NotifierForm::show(const delivery::NotifierType &type, const runtime::NotifierSetup &setup,
                        const QStringList &others)
{
    m_filling = true;
    if (m_type != &type || !m_content)
        build(type);
    if (m_name->text() != setup.name)
        m_name->setText(setup.name);
    m_enabled->setChecked(setup.enabled);
    m_first->fill(setup);
    m_further->fill(setup);
    m_options->fill(setup.options, type, others);
    m_help->setText(type.help ? QString::fromUtf8(type.help) : QString());
    m_filling = false;
}

void NotifierForm::take(const runtime::NotifierSetup &saved, runtime::NotifierSetup &edited) const
{
    edited.name = m_name->text().trimmed();
    edited.enabled = m_enabled->isChecked();
    m_first->take(saved, edited);
    m_further->take(saved, edited);
    edited.options = m_options->options();
}

Problems NotifierForm::ownProblems() const
{
    return m_first->ownProblems() + m_further->ownProblems();
}

void NotifierForm::showProblems(const Problems &problems)
{
    m_first->showProblems(problems);
    m_further->showProblems(problems);
    if (!m_unfolded && std::any_of(problems.cbegin(), problems.cend(), [this](const Problem &problem) {
            return m_further->has(fieldPointer(problem.pointer));
        }))
        unfold(true);
}

bool NotifierForm::has(const QString &pointer) const
{
    return m_first->has(pointer) || m_further->has(pointer);
}

QStringList NotifierForm::pointers() const
{
    return m_first->pointers() + m_further->pointers();
}

bool NotifierForm::focusProblem()
{
    return m_first->focusProblem() || m_further->focusProblem();
}

void NotifierForm::focusName()
{
    m_name->setFocus(Qt::OtherFocusReason);
    m_name->selectAll();
}

void NotifierForm::setNextDrill(const QString &words)
{
    if (m_options)
        m_options->setNextDrill(words);
}

QString NotifierForm::labelOfKey(const QString &key) const
{
    const QString pointer = u"/config/"_s + key;
    return m_first->has(pointer) ? m_first->labelOf(pointer) : m_further->labelOf(pointer);
}

} // namespace escalite::ui
