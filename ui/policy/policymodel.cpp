// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/policymodel.h"

#include "ui/policy/rulewords.h"
#include "ui/widgets/plaintext.h"

#include <QUndoCommand>

#include <algorithm>

namespace escalite::ui {

class PolicyModel::Change final : public QUndoCommand
{
public:
    Change(PolicyModel &model, QList<EscalationPolicy> after, int row, const QString &text, QString mergeKey)
        : QUndoCommand(text)
        , m_model(model)
        , m_before(model.m_plans)
        , m_after(std::move(after))
        , m_row(row)
        , m_mergeKey(std::move(mergeKey))
    {
    }

    void undo() override { m_model.apply(m_before, m_row); }
    void redo() override { m_model.apply(m_after, m_row); }
    [[nodiscard]] int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }

    bool mergeWith(const QUndoCommand *other) override
    {
        const auto *next = static_cast<const Change *>(other);
        if (next->m_mergeKey != m_mergeKey)
            return false;
        m_after = next->m_after;
        setObsolete(m_after == m_before);
        return true;
    }

private:
    PolicyModel &m_model;
    QList<EscalationPolicy> m_before;
    QList<EscalationPolicy> m_after;
    int m_row;
    QString m_mergeKey;
};

PolicyModel::PolicyModel(QObject *parent) : QAbstractListModel(parent)
{
    m_undo.setUndoLimit(100);
}

void PolicyModel::setInForce(const policy::Policy &policy)
{
    const bool untouched = m_plans == m_inForce.policies;
    m_inForce = policy;
    // The hours follow from the names: draft() fills them in.
    for (EscalationPolicy &plan : m_inForce.policies)
        plan.quiet.clear();
    if (untouched && m_plans != m_inForce.policies) {
        m_undo.clear();
        apply(m_inForce.policies, 0);
    } else {
        check();
        if (rowCount() > 0)
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        Q_EMIT draftChanged();
    }
}

void PolicyModel::setNotifiers(const QStringList &names)
{
    if (m_notifiers == names)
        return;
    m_notifiers = names;
    check();
    Q_EMIT draftChanged();
}

void PolicyModel::setFindings(const QList<policy::Finding> &findings)
{
    if (m_findings == findings)
        return;
    m_findings = findings;
    Q_EMIT remarksChanged();
}

policy::Policy PolicyModel::draft() const
{
    policy::Policy policy = m_inForce;
    policy.policies = m_plans;
    for (EscalationPolicy &plan : policy.policies) {
        plan.name = plan.name.trimmed();
        plan.quiet = policy.hoursOf(plan.quietIn);
        plan.repeatFrom = std::clamp(plan.repeatFrom, 0, std::max(0, static_cast<int>(plan.steps.size()) - 1));
    }
    return policy;
}

bool PolicyModel::isChanged(int row) const
{
    const EscalationPolicy &plan = m_plans.at(row);
    const auto saved = std::find_if(m_inForce.policies.cbegin(), m_inForce.policies.cend(),
                                    [&plan](const EscalationPolicy &other) { return other.id == plan.id; });
    return saved == m_inForce.policies.cend() || !(*saved == plan);
}

int PolicyModel::changed() const
{
    int count = 0;
    for (int row = 0; row < m_plans.size(); ++row)
        count += isChanged(row) ? 1 : 0;
    for (const EscalationPolicy &saved : m_inForce.policies)
        count += std::any_of(m_plans.cbegin(), m_plans.cend(),
                             [&saved](const EscalationPolicy &plan) { return plan.id == saved.id; })
                     ? 0
                     : 1;
    return count;
}

int PolicyModel::usedBy(int row) const
{
    const QString id = m_plans.at(row).id;
    return static_cast<int>(
        std::count_if(m_inForce.rules.cbegin(), m_inForce.rules.cend(),
                      [&id](const policy::Rule &rule) { return !rule.ignore && rule.policy == id; }));
}

void PolicyModel::check()
{
    m_problems = QList<QStringList>(m_plans.size());
    Problems problems;
    static_cast<void>(policy::readPolicy(policy::toJson(draft()), m_notifiers, problems));
    for (const Problem &problem : std::as_const(problems)) {
        const QStringList path = problem.pointer.split(u'/');
        bool isRow = false;
        const int row = path.value(2).toInt(&isRow);
        if (path.value(1) == QStringLiteral("policies") && isRow && row < m_problems.size()
            && problem.severity == Problem::Severity::Error)
            m_problems[row] << problem.message;
    }
    for (int row = 0; row < m_plans.size(); ++row) {
        if (m_plans.at(row).name.trimmed().isEmpty())
            m_problems[row] << tr("A policy needs a name.");
    }
}

int PolicyModel::blockingProblems() const
{
    qsizetype count = 0;
    for (const QStringList &problems : m_problems)
        count += problems.size();
    return static_cast<int>(count);
}

QStringList PolicyModel::remarks(int row, int step) const
{
    QStringList found;
    for (const policy::Finding &finding : m_findings) {
        if (finding.place == policy::Finding::Place::Policy && finding.subject == m_plans.at(row).id
            && finding.step == step)
            found << finding.sentence;
    }
    return found;
}

void PolicyModel::edit(int row, const EscalationPolicy &plan, const QString &field)
{
    QList<EscalationPolicy> plans = m_plans;
    plans[row] = plan;
    if (plans != m_plans)
        push(std::move(plans), row, tr("Change of “%1”").arg(plan.name), plan.id + u'/' + field);
}

void PolicyModel::insert(int row, EscalationPolicy plan, const QString &what)
{
    const QString base = policy::idFromName(plan.name, QStringLiteral("policy"));
    const auto taken = [this](const QString &id) {
        const auto same = [&id](const EscalationPolicy &other) {
            return other.id == id;
        };
        return std::any_of(m_plans.cbegin(), m_plans.cend(), same)
               || std::any_of(m_inForce.policies.cbegin(), m_inForce.policies.cend(), same);
    };
    plan.id = base;
    for (int number = 2; taken(plan.id); ++number)
        plan.id = base + u'-' + QString::number(number);
    QList<EscalationPolicy> plans = m_plans;
    plans.insert(row, plan);
    push(std::move(plans), row, what);
}

void PolicyModel::remove(int row)
{
    QList<EscalationPolicy> plans = m_plans;
    const QString name = plans.takeAt(row).name;
    push(std::move(plans), row, tr("Deletion of “%1”").arg(name));
}

void PolicyModel::discard()
{
    if (m_plans != m_inForce.policies)
        push(m_inForce.policies, 0, tr("Discarding of all changes"));
}

void PolicyModel::push(QList<EscalationPolicy> plans, int row, const QString &text, const QString &mergeKey)
{
    m_undo.push(new Change(*this, std::move(plans), row, text, mergeKey));
}

void PolicyModel::apply(const QList<EscalationPolicy> &plans, int row)
{
    const bool sameRows = std::equal(plans.cbegin(), plans.cend(), m_plans.cbegin(), m_plans.cend(),
                                     [](const EscalationPolicy &a, const EscalationPolicy &b) { return a.id == b.id; });
    if (!sameRows)
        beginResetModel();
    m_plans = plans;
    check();
    if (!sameRows)
        endResetModel();
    else if (!m_plans.isEmpty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    Q_EMIT draftChanged();
    if (!m_plans.isEmpty())
        Q_EMIT rowTouched(std::clamp(row, 0, static_cast<int>(m_plans.size()) - 1));
}

int PolicyModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_plans.size());
}

QVariant PolicyModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const EscalationPolicy &plan = m_plans.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return shownLine(plan.name, 120);
    case Qt::AccessibleDescriptionRole:
        return planOutline(plan);
    case Qt::ToolTipRole:
        return planOutline(plan).toHtmlEscaped();
    default:
        return {};
    }
}

} // namespace escalite::ui
