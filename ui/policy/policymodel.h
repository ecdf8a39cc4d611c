// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The escalation policies as they are being edited beside those in force, with undo.

#pragma once

#include "policy/lint.h"
#include "policy/policy.h"

#include <QAbstractListModel>
#include <QList>
#include <QUndoStack>

namespace escalite::ui {

class PolicyModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    explicit PolicyModel(QObject *parent = nullptr);

    /// A draft that was not touched follows what is in force; a touched one stays.
    void setInForce(const policy::Policy &policy);
    void setNotifiers(const QStringList &names);
    void setFindings(const QList<policy::Finding> &findings);

    [[nodiscard]] const EscalationPolicy &plan(int row) const { return m_plans.at(row); }
    [[nodiscard]] const policy::Policy &inForce() const { return m_inForce; }
    [[nodiscard]] const QStringList &notifiers() const { return m_notifiers; }
    /// What would be saved: these policies, and the rest as it is in force.
    [[nodiscard]] policy::Policy draft() const;
    [[nodiscard]] int changed() const;
    [[nodiscard]] bool isChanged(int row) const;
    [[nodiscard]] int usedBy(int row) const; ///< Rules.
    /// What blocks saving, in sentences; by the reader of the file.
    [[nodiscard]] QStringList problems(int row) const { return m_problems.value(row); }
    [[nodiscard]] int blockingProblems() const;
    /// What the linter says of the plan (\a step -1) or one of its steps.
    [[nodiscard]] QStringList remarks(int row, int step) const;
    [[nodiscard]] const QList<policy::Finding> &findings() const { return m_findings; }
    [[nodiscard]] QUndoStack *undoStack() { return &m_undo; }

    /// One step of undo per field.
    void edit(int row, const EscalationPolicy &plan, const QString &field);
    void insert(int row, EscalationPolicy plan, const QString &what);
    void remove(int row);
    void discard();

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void draftChanged();
    void remarksChanged();
    void rowTouched(int row); ///< Undo and redo lead here.

private:
    class Change;

    void push(QList<EscalationPolicy> plans, int row, const QString &text, const QString &mergeKey = {});
    void apply(const QList<EscalationPolicy> &plans, int row);
    void check();

    policy::Policy m_inForce;
    QList<EscalationPolicy> m_plans;
    QStringList m_notifiers;
    QList<policy::Finding> m_findings;
    QList<QStringList> m_problems; ///< By row.
    QUndoStack m_undo;
};

} // namespace escalite::ui
