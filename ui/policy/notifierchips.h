// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Whom to tell: the chosen notifiers as chips, and a menu of the others.

#pragma once

#include "runtime/console.h"

#include <QStringList>
#include <QWidget>

class QPushButton;

namespace escalite::ui {

class Chip;
class FlowLayout;

class NotifierChips final : public QWidget
{
    Q_OBJECT

public:
    explicit NotifierChips(QWidget *parent = nullptr);

    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    void setChosen(const QStringList &names);
    [[nodiscard]] const QStringList &chosen() const { return m_chosen; }

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

Q_SIGNALS:
    void chosenChanged(); ///< By a person.

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void rebuild();
    void fillMenu();
    void choose(const QStringList &names);
    [[nodiscard]] const runtime::NotifierStatus *notifier(const QString &name) const;

    QList<runtime::NotifierStatus> m_notifiers;
    QStringList m_chosen;
    QList<Chip *> m_chips;
    QPushButton *m_add;
    FlowLayout *m_flow;
};

} // namespace escalite::ui
