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
    /// One more line of the menu, below the others.
    void setFurther(const QString &text);

Q_SIGNALS:
    void chosenChanged(); ///< By a person.
    void furtherRequested();

private:
    void fillMenu();
    void say();
    [[nodiscard]] QString label(const QString &name) const;

    QString m_none;
    QString m_further;
    QStringList m_names;
    QStringList m_labels;
    QStringList m_chosen;
};

} // namespace escalite::ui
