// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/choicebutton.h"

#include "ui/widgets/plaintext.h"

#include <QMenu>

namespace escalite::ui {

namespace {

constexpr int MostUnits = 40;

} // namespace

ChoiceButton::ChoiceButton(QString none, QWidget *parent) : QPushButton(parent), m_none(std::move(none))
{
    setAutoDefault(false);
    setMenu(new QMenu(this));
    connect(menu(), &QMenu::aboutToShow, this, &ChoiceButton::fillMenu);
    say();
}

void ChoiceButton::setOffered(const QStringList &names, const QStringList &labels)
{
    m_names = names;
    m_labels = labels;
    say();
}

void ChoiceButton::setChosen(const QStringList &names)
{
    if (names == m_chosen)
        return;
    m_chosen = names;
    say();
}

QString ChoiceButton::label(const QString &name) const
{
    const qsizetype at = m_names.indexOf(name);
    return at < 0 ? shownLine(name, MostUnits) : shownLine(m_labels.at(at), MostUnits);
}

void ChoiceButton::say()
{
    QStringList labels;
    for (const QString &name : std::as_const(m_chosen))
        labels << label(name);
    const QString all = labels.isEmpty() ? m_none : labels.join(QStringLiteral(", "));
    setText(shownLine(all, MostUnits).replace(u'&', QStringLiteral("&&")));
    setToolTip(all.size() > MostUnits ? shownToolTip(all) : QString());
}

void ChoiceButton::fillMenu()
{
    menu()->clear();
    QStringList all = m_names;
    for (const QString &name : std::as_const(m_chosen)) {
        if (!all.contains(name))
            all << name;
    }
    for (const QString &name : std::as_const(all)) {
        QAction *action = menu()->addAction(label(name).replace(u'&', QStringLiteral("&&")));
        action->setCheckable(true);
        action->setChecked(m_chosen.contains(name));
        connect(action, &QAction::toggled, this, [this, name, all](bool on) {
            QStringList chosen;
            for (const QString &each : all) {
                if (each == name ? on : m_chosen.contains(each))
                    chosen << each;
            }
            m_chosen = chosen;
            say();
            Q_EMIT chosenChanged();
        });
    }
    if (all.isEmpty())
        menu()->addAction(tr("There is none yet"))->setEnabled(false);
}

} // namespace escalite::ui
