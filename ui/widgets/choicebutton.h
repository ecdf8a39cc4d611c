// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Some of several things, chosen in a menu; the button says which.

#pragma once

#include <QPushButton>
#include <QStringList>

namespace escalite::ui {

class ChoiceButton final : public QPushButton
{
    Q_OBJECT

public:
    /// \a none: what the button says while nothing is chosen.
    explicit ChoiceButton(QString none, QWidget *parent = nullptr);

    /// Names and their labels, in the order of the menu. Chosen ones that are not among them stay until taken out.
    void setOffered(const QStringList &names, const QStringList &labels);
    void setChosen(const QStringList &names);
    [[nodiscard]] const QStringList &chosen() const { return m_chosen; }

Q_SIGNALS:
    void chosenChanged(); ///< By a person.

private:
    void fillMenu();
    void say();
    [[nodiscard]] QString label(const QString &name) const;

    QString m_none;
    QStringList m_names;
    QStringList m_labels;
    QStringList m_chosen;
};

} // namespace escalite::ui
