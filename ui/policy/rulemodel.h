// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The rules as they are being edited beside the rules in force, with undo.

#pragma once

#include "policy/lint.h"
#include "policy/policy.h"
#include "runtime/console.h"

#include <QAbstractListModel>
#include <QHash>
#include <QList>
#include <QUndoStack>

#include <optional>

namespace escalite::ui {

/// What is wrong with a rule of the draft, told at the field meant.
struct RuleProblem
{
    enum class Field : quint8 { Name, Condition, Threshold, Then, Quiet, More };
    static constexpr int Fields = 6;
    Field field = Field::Name;
    QString message;
    int column = 0; ///< Of a condition, from 1; 0 = none.
    int length = 0;
    bool blocks = true; ///< False: worth saying, may be saved all the same.
};

class RuleModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    explicit RuleModel(QObject *parent = nullptr);

    /// The rules in force. A draft that was not touched follows them; a touched one stays and is compared with the new
    /// ones.
    void setInForce(const policy::Policy &policy);
    /// Names that a rule may tell.
    void setNotifiers(const QStringList &names);
    void setHistory(const QList<runtime::RuleHistory> &history);
    /// What the linter remarks about the draft; what it says of other things than rules stays out of problems().
    void setFindings(const QList<policy::Finding> &findings);

    [[nodiscard]] const QList<policy::Rule> &rules() const { return m_rules; }
    [[nodiscard]] const policy::Rule &rule(int row) const { return m_rules.at(row); }
    [[nodiscard]] const policy::Policy &inForce() const { return m_inForce; }
    /// What would be saved: the draft with its conditions read, and the rest as it is in force.
    [[nodiscard]] policy::Policy draft() const;
    [[nodiscard]] const QStringList &notifiers() const { return m_notifiers; }
    [[nodiscard]] const runtime::RuleHistory *history(int row) const; ///< Null when nothing is known.
    [[nodiscard]] const QList<policy::Finding> &findings() const { return m_findings; }
    /// Rules that were added, removed, moved or changed since they came into force.
    [[nodiscard]] int changed() const;
    [[nodiscard]] bool isChanged(int row) const;
    [[nodiscard]] QList<RuleProblem> problems(int row) const { return m_problems.value(row); }
    [[nodiscard]] int blockingProblems() const; ///< In all rules.
    [[nodiscard]] QUndoStack *undoStack() { return &m_undo; }

    /// One step of undo per field: typing on in the same field extends the last one.
    void edit(int row, const policy::Rule &rule, const QString &field);
    /// Inserts \a rule at \a row with an id of its own.
    void insert(int row, policy::Rule rule, const QString &what);
    void remove(int row);
    void move(int from, int to);
    void discard();

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    [[nodiscard]] Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    bool moveRows(const QModelIndex &sourceParent, int sourceRow, int count, const QModelIndex &destinationParent,
                  int destinationChild) override;

Q_SIGNALS:
    /// Rules, their order or what is wrong with them changed.
    void draftChanged();
    void remarksChanged(); ///< What the linter says of it.
    /// Undo and redo lead here: the row to look at.
    void rowTouched(int row);

private:
    class Change;

    void push(QList<policy::Rule> rules, int row, const QString &text, const QString &mergeKey = {});
    void apply(const QList<policy::Rule> &rules, int row);
    [[nodiscard]] QString freshId(const QString &name) const;
    void check();
    [[nodiscard]] QList<RuleProblem> ownProblems(int row) const;

    policy::Policy m_inForce;
    QList<policy::Rule> m_rules;
    QStringList m_notifiers;
    QHash<QString, runtime::RuleHistory> m_history; ///< By rule.
    QList<policy::Finding> m_findings;
    QList<QList<RuleProblem>> m_problems; ///< By row.
    QUndoStack m_undo;
};

/// Which part of a rule's form the key \a field of the document belongs to.
[[nodiscard]] RuleProblem::Field ruleField(QStringView field);

} // namespace escalite::ui
