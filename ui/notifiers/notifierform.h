// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A notifier's settings as a form, built from its type's table of fields (ui.md 4.7).

#pragma once

#include "runtime/console.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace escalite::ui {

class FieldGrid;
class OptionRows;
class TextLabel;

class NotifierForm final : public QWidget
{
    Q_OBJECT

public:
    explicit NotifierForm(QWidget *parent = nullptr);

    /// Builds the form anew when \a type is another, and fills it.
    void show(const delivery::NotifierType &type, const runtime::NotifierSetup &setup, const QStringList &others);
    using QWidget::show;
    /// Puts what stands in the form into \a edited; see FieldGrid::take().
    void take(const runtime::NotifierSetup &saved, runtime::NotifierSetup &edited) const;
    [[nodiscard]] Problems ownProblems() const;
    /// Those of \a problems that are about a field here; unfolds when one is under "More".
    void showProblems(const Problems &problems);
    [[nodiscard]] bool has(const QString &pointer) const;
    [[nodiscard]] QStringList pointers() const;
    bool focusProblem();
    void focusName();
    void setNextDrill(const QString &words);
    [[nodiscard]] QString labelOfKey(const QString &key) const;

Q_SIGNALS:
    void edited(const QString &pointer);
    void left(const QString &pointer);

private:
    void build(const delivery::NotifierType &type);
    void connectGrid(FieldGrid &grid);
    void unfold(bool open);

    const delivery::NotifierType *m_type = nullptr;
    QWidget *m_content = nullptr;
    FieldGrid *m_first = nullptr;
    FieldGrid *m_further = nullptr;
    OptionRows *m_options = nullptr;
    QLineEdit *m_name = nullptr;
    QCheckBox *m_enabled = nullptr;
    QPushButton *m_more = nullptr;
    TextLabel *m_help = nullptr;
    bool m_unfolded = false;
    bool m_filling = false;
};

} // namespace escalite::ui
