// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/notifierchips.h"

#include "ui/notifiers/chipsedit.h"
#include "ui/theme/style.h"
#include "ui/theme/theme.h"
#include "ui/widgets/flowlayout.h"
#include "ui/widgets/plaintext.h"

#include <QKeyEvent>
#include <QMenu>
#include <QPushButton>

#include <algorithm>

namespace escalite::ui {

NotifierChips::NotifierChips(QWidget *parent)
    : QWidget(parent)
    , m_add(new QPushButton(icon(QStringLiteral("plus")), tr("Notifier"), this))
    , m_flow(new FlowLayout(6, 6, this))
{
    m_add->setAutoDefault(false);
    m_add->setAccessibleName(tr("Add a notifier"));
    m_add->setMenu(new QMenu(m_add));
    m_flow->addWidget(m_add);
    setFocusProxy(m_add);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(m_add->menu(), &QMenu::aboutToShow, this, &NotifierChips::fillMenu);
}

int NotifierChips::heightForWidth(int width) const
{
    return m_flow->heightForWidth(width);
}

void NotifierChips::setNotifiers(const QList<runtime::NotifierStatus> &notifiers)
{
    m_notifiers = notifiers;
    rebuild();
}

void NotifierChips::setChosen(const QStringList &names)
{
    if (names == m_chosen)
        return;
    m_chosen = names;
    rebuild();
}

void NotifierChips::choose(const QStringList &names)
{
    m_chosen = names;
    rebuild();
    Q_EMIT chosenChanged();
}

const runtime::NotifierStatus *NotifierChips::notifier(const QString &name) const
{
    const auto found = std::find_if(m_notifiers.cbegin(), m_notifiers.cend(),
                                    [&name](const runtime::NotifierStatus &one) { return one.name == name; });
    return found == m_notifiers.cend() ? nullptr : &*found;
}

void NotifierChips::rebuild()
{
    using Light = runtime::NotifierStatus::Light;
    const bool focused =
        std::any_of(m_chips.cbegin(), m_chips.cend(), [](const Chip *chip) { return chip->hasFocus(); });
    for (Chip *chip : std::as_const(m_chips)) {
        m_flow->removeWidget(chip);
        chip->hide();
        chip->deleteLater();
    }
    m_chips.clear();
    m_flow->removeWidget(m_add);
    for (const QString &name : std::as_const(m_chosen)) {
        auto *chip = new Chip(name, this);
        chip->setFocusPolicy(Qt::StrongFocus);
        chip->setAccessibleDescription(tr("Delete takes it out"));
        chip->installEventFilter(this);
        const runtime::NotifierStatus *known = notifier(name);
        if (!known)
            chip->setMark(FieldMark::Wrong);
        else if (known->light != Light::Ready)
            chip->setMark(FieldMark::Odd);
        chip->setToolTip(shownToolTip(known ? tr("%1, %2. %3").arg(known->typeName, known->target, known->words)
                                            : tr("There is no notifier with this name.")));
        // The chip goes with its own signal: not before that has been told.
        connect(
            chip, &Chip::removeRequested, this,
            [this, name] {
                QStringList rest = m_chosen;
                rest.removeOne(name);
                choose(rest);
            },
            Qt::QueuedConnection);
        m_chips << chip;
        m_flow->addWidget(chip);
        chip->show();
    }
    m_flow->addWidget(m_add);
    if (focused)
        m_add->setFocus();
    m_flow->invalidate();
    updateGeometry();
}

void NotifierChips::fillMenu()
{
    QMenu *menu = m_add->menu();
    menu->clear();
    for (const runtime::NotifierStatus &one : std::as_const(m_notifiers)) {
        const QString name = one.name;
        QAction *action = menu->addAction(icon(one.icon), shownLine(name, 80).replace(u'&', QStringLiteral("&&")));
        action->setCheckable(true);
        action->setChecked(m_chosen.contains(name));
        connect(action, &QAction::toggled, this, [this, name](bool on) {
            QStringList names = m_chosen;
            names.removeAll(name);
            if (on)
                names << name;
            choose(names);
        });
    }
    if (m_notifiers.isEmpty())
        menu->addAction(tr("No notifier is configured yet"))->setEnabled(false);
}

bool NotifierChips::eventFilter(QObject *watched, QEvent *event)
{
    const qsizetype at = m_chips.indexOf(watched);
    if (event->type() == QEvent::KeyPress && at >= 0) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Delete || key == Qt::Key_Backspace) {
            QStringList rest = m_chosen;
            rest.removeAt(at);
            choose(rest);
            if (!m_chips.isEmpty())
                m_chips.at(std::min(at, m_chips.size() - 1))->setFocus();
            return true;
        }
        if (key == Qt::Key_Left || key == Qt::Key_Right) {
            const qsizetype next = at + (key == Qt::Key_Right ? 1 : -1);
            if (next >= 0 && next < m_chips.size())
                m_chips.at(next)->setFocus();
            else if (next > 0)
                m_add->setFocus();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace escalite::ui
