// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Labels and editors of a notifier's settings on one axis, with what is wrong below the field that it is about.

#pragma once

#include "runtime/console.h"
#include "ui/notifiers/fieldeditor.h"

class QGridLayout;

namespace escalite::ui {

class ProblemLine;
class TextLabel;

/// Short fields share a row with what stands before them. Every field is known by its pointer within NotifierSetup.
class FieldGrid final : public QWidget
{
    Q_OBJECT

public:
    explicit FieldGrid(QWidget *parent = nullptr);

    void addFields(const QList<const delivery::Field *> &fields);
    /// A row of its own: \a content with \a control in it, told about at \a pointer. Further controls by addControl().
    void addRow(const QString &label, QWidget *content, QWidget *control, const QString &pointer);
    void addControl(QWidget *control, const QString &pointer);
    /// A row that takes the room that is left.
    void setStretchedRow(const QString &pointer);

    void fill(const runtime::NotifierSetup &setup);
    /// Puts what stands in the editors into \a edited; what equals a fallback is left out unless \a saved has it.
    void take(const runtime::NotifierSetup &saved, runtime::NotifierSetup &edited) const;
    /// What only the editors know: needed and missing, text that is no value.
    [[nodiscard]] Problems ownProblems() const;
    void showProblems(const Problems &problems);
    /// Puts the focus into the first field with a mark; false when none has one.
    bool focusProblem();

    [[nodiscard]] FieldEditor *editor(const QString &key) const;
    [[nodiscard]] bool has(const QString &pointer) const;
    [[nodiscard]] QStringList pointers() const;
    [[nodiscard]] int count() const { return static_cast<int>(m_slots.size()); }
    [[nodiscard]] QString labelOf(const QString &pointer) const;

Q_SIGNALS:
    void edited(const QString &pointer);
    void left(const QString &pointer);
    void helpChanged(const QString &help); ///< Of the field that has the focus.

private:
    struct Slot
    {
        QString pointer;
        QString label;
        QWidget *control = nullptr;
        FieldEditor *editor = nullptr; ///< Null for rows of addRow().
        ProblemLine *line = nullptr;   ///< Shared by the fields of a row.
        FieldMark mark = FieldMark::None;
    };

    TextLabel *makeLabel(const QString &text, QWidget *buddy);
    void addSlot(FieldEditor *editor, ProblemLine *line);
    [[nodiscard]] QString changeFor(const Slot &field, int item) const;
    void mend(const Slot &field);

    QGridLayout *m_grid;
    QList<Slot> m_slots;
};

/// \a problem as the form says it: keys by their labels, a full sentence.
[[nodiscard]] QString problemText(const Problem &problem, const std::function<QString(const QString &)> &labelOfKey);
/// The pointer of the field that \a pointer points into: "/config/cc" for "/config/cc/2".
[[nodiscard]] QString fieldPointer(const QString &pointer);
/// The address that was probably meant by \a address, judging by \a others; empty when none comes to mind.
[[nodiscard]] QString likelyAddress(const QString &address, const QStringList &others);

} // namespace escalite::ui
