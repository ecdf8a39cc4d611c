// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/policy/rulemodel.h"

#include "core/nearest.h"
#include "ui/policy/rulewords.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/wording.h"

#include <QUndoCommand>

#include <algorithm>
#include <array>
#include <variant>

namespace escalite::ui {

using policy::Rule;

class RuleModel::Change final : public QUndoCommand
{
public:
    Change(RuleModel &model, QList<Rule> after, int row, const QString &text, QString mergeKey)
        : QUndoCommand(text)
        , m_model(model)
        , m_before(model.m_rules)
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
    RuleModel &m_model;
    QList<Rule> m_before;
    QList<Rule> m_after;
    int m_row;
    QString m_mergeKey;
};

RuleModel::RuleModel(QObject *parent) : QAbstractListModel(parent)
{
    m_undo.setUndoLimit(100);
}

void RuleModel::setInForce(const policy::Policy &policy)
{
    const bool untouched = m_rules == m_inForce.rules;
    m_inForce = policy;
    if (untouched && m_rules != policy.rules) {
        m_undo.clear();
        apply(policy.rules, 0);
    } else {
        check();
        if (rowCount() > 0)
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        Q_EMIT draftChanged();
    }
}

void RuleModel::setNotifiers(const QStringList &names)
{
    if (m_notifiers == names)
        return;
    m_notifiers = names;
    check();
    Q_EMIT draftChanged();
}

void RuleModel::setHistory(const QList<runtime::RuleHistory> &history)
{
    m_history.clear();
    for (const runtime::RuleHistory &one : history)
        m_history.insert(one.rule, one);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

void RuleModel::setFindings(const QList<policy::Finding> &findings)
{
    if (m_findings == findings)
        return;
    m_findings = findings;
    check();
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    Q_EMIT remarksChanged();
}

policy::Policy RuleModel::draft() const
{
    policy::Policy policy = m_inForce;
    policy.rules = m_rules;
    for (Rule &rule : policy.rules) {
        rule.name = rule.name.trimmed();
        rule.when = rule.when.trimmed();
        rule.condition.reset();
        const auto parsed = filter::parse(rule.when);
        if (const auto *expression = std::get_if<filter::ExpressionPtr>(&parsed); expression && !rule.when.isEmpty())
            rule.condition = *expression;
    }
    return policy;
}

const runtime::RuleHistory *RuleModel::history(int row) const
{
    const auto found = m_history.constFind(m_rules.at(row).id);
    return found == m_history.cend() ? nullptr : &*found;
}

int RuleModel::changed() const
{
    int count = 0;
    for (int row = 0; row < m_rules.size(); ++row)
        count += isChanged(row) ? 1 : 0;
    for (const Rule &saved : m_inForce.rules) {
        const bool kept =
            std::any_of(m_rules.cbegin(), m_rules.cend(), [&saved](const Rule &rule) { return rule.id == saved.id; });
        count += kept ? 0 : 1;
    }
    // Only the order differs: the rule that moved counts as one.
    return count == 0 && m_rules != m_inForce.rules ? 1 : count;
}

bool RuleModel::isChanged(int row) const
{
    const Rule &rule = m_rules.at(row);
    const auto saved = std::find_if(m_inForce.rules.cbegin(), m_inForce.rules.cend(),
                                    [&rule](const Rule &other) { return other.id == rule.id; });
    return saved == m_inForce.rules.cend() || !(*saved == rule);
}

QList<RuleProblem> RuleModel::ownProblems(int row) const
{
    const Rule &rule = m_rules.at(row);
    QList<RuleProblem> found;
    if (rule.name.trimmed().isEmpty()) {
        found << RuleProblem{.field = RuleProblem::Field::Name, .message = tr("A rule needs a name.")};
    } else {
        for (int other = 0; other < m_rules.size(); ++other) {
            if (other != row && m_rules.at(other).name.trimmed() == rule.name.trimmed()) {
                found << RuleProblem{
                    .field = RuleProblem::Field::Name,
                    .message = tr("Another rule has this name. Names tell rules apart in messages and lists.")};
                break;
            }
        }
    }
    if (!rule.when.trimmed().isEmpty()) {
        const auto parsed = filter::parse(rule.when);
        if (const auto *error = std::get_if<filter::SyntaxError>(&parsed)) {
            found << RuleProblem{.field = RuleProblem::Field::Condition,
                                 .message = error->message,
                                 .column = error->column,
                                 .length = error->length};
        }
    }
    if (rule.ignore || !rule.policy.isEmpty())
        return found;
    for (const QString &name : rule.notifiers) {
        if (!m_notifiers.contains(name)) {
            const QString near = nearest(name, m_notifiers);
            found << RuleProblem{
                .field = RuleProblem::Field::Then,
                .message = near.isEmpty()
                               ? tr("There is no notifier “%1”. Take it out of this rule.").arg(shownLine(name, 80))
                               : tr("There is no notifier “%1”. Did you mean %2?").arg(shownLine(name, 80), near)};
        }
    }
    if (rule.enabled && rule.notifiers.isEmpty()) {
        found << RuleProblem{.field = RuleProblem::Field::Then,
                             .message = tr("Nobody is told. Incidents open, but only this window shows them."),
                             .blocks = false};
    }
    return found;
}

void RuleModel::check()
{
    m_problems.clear();
    for (int row = 0; row < m_rules.size(); ++row)
        m_problems << ownProblems(row);

    // The reader of the file knows the rest. What is told above in the form's own words is left out.
    Problems problems;
    static_cast<void>(policy::readPolicy(policy::toJson(draft()), m_notifiers, problems));
    for (const Problem &problem : std::as_const(problems)) {
        const QStringList path = problem.pointer.split(u'/');
        bool isRow = false;
        const int row = path.value(2).toInt(&isRow);
        const QString key = path.value(3);
        if (path.value(1) != QStringLiteral("rules") || !isRow || row >= m_problems.size()
            || QStringList{QStringLiteral("name"), QStringLiteral("when"), QStringLiteral("notify")}.contains(key))
            continue;
        m_problems[row] << RuleProblem{.field = ruleField(key),
                                       .message = problem.message,
                                       .blocks = problem.severity == Problem::Severity::Error};
    }
    for (const policy::Finding &finding : std::as_const(m_findings)) {
        if (finding.place != policy::Finding::Place::Rule || finding.kind == policy::Finding::Kind::NobodyTold)
            continue;
        for (int row = 0; row < m_rules.size(); ++row) {
            if (m_rules.at(row).id == finding.subject)
                m_problems[row] << RuleProblem{
                    .field = ruleField(finding.field), .message = finding.sentence, .blocks = false};
        }
    }
}

int RuleModel::blockingProblems() const
{
    int count = 0;
    for (int row = 0; row < m_rules.size(); ++row) {
        const QList<RuleProblem> &found = m_problems.at(row);
        count += static_cast<int>(
            std::count_if(found.cbegin(), found.cend(), [](const RuleProblem &problem) { return problem.blocks; }));
    }
    return count;
}

void RuleModel::edit(int row, const Rule &rule, const QString &field)
{
    QList<Rule> rules = m_rules;
    rules[row] = rule;
    if (rules == m_rules)
        return;
    push(std::move(rules), row, tr("Change of “%1”").arg(rule.name), rule.id + u'/' + field);
}

void RuleModel::insert(int row, Rule rule, const QString &what)
{
    rule.id = freshId(rule.name);
    QList<Rule> rules = m_rules;
    rules.insert(row, rule);
    push(std::move(rules), row, what);
}

void RuleModel::remove(int row)
{
    QList<Rule> rules = m_rules;
    const QString name = rules.takeAt(row).name;
    push(std::move(rules), row, tr("Deletion of “%1”").arg(name));
}

void RuleModel::move(int from, int to)
{
    if (from == to || to < 0 || to >= m_rules.size())
        return;
    QList<Rule> rules = m_rules;
    rules.move(from, to);
    push(std::move(rules), to, tr("Move of “%1”").arg(m_rules.at(from).name));
}

void RuleModel::discard()
{
    if (m_rules != m_inForce.rules)
        push(m_inForce.rules, 0, tr("Discarding of all changes"));
}

void RuleModel::push(QList<Rule> rules, int row, const QString &text, const QString &mergeKey)
{
    m_undo.push(new Change(*this, std::move(rules), row, text, mergeKey));
}

void RuleModel::apply(const QList<Rule> &rules, int row)
{
    const bool sameRows = std::equal(rules.cbegin(), rules.cend(), m_rules.cbegin(), m_rules.cend(),
                                     [](const Rule &a, const Rule &b) { return a.id == b.id; });
    if (sameRows) {
        m_rules = rules;
        check();
        if (!m_rules.isEmpty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    } else {
        beginResetModel();
        m_rules = rules;
        check();
        endResetModel();
    }
    Q_EMIT draftChanged();
    if (!m_rules.isEmpty())
        Q_EMIT rowTouched(std::clamp(row, 0, static_cast<int>(m_rules.size()) - 1));
}

QString RuleModel::freshId(const QString &name) const
{
    QString base;
    for (const QChar c : name.toLower()) {
        const bool plain = (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9');
        if (plain)
            base += c;
        else if (!base.isEmpty() && !base.endsWith(u'-'))
            base += u'-';
    }
    while (base.endsWith(u'-'))
        base.chop(1);
    if (base.isEmpty())
        base = QStringLiteral("rule");
    const auto taken = [this](const QString &id) {
        const auto same = [&id](const Rule &rule) {
            return rule.id == id;
        };
        return std::any_of(m_rules.cbegin(), m_rules.cend(), same)
               || std::any_of(m_inForce.rules.cbegin(), m_inForce.rules.cend(), same);
    };
    QString id = base;
    for (int n = 2; taken(id); ++n)
        id = base + u'-' + QString::number(n);
    return id;
}

int RuleModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rules.size());
}

Qt::ItemFlags RuleModel::flags(const QModelIndex &index) const
{
    return index.isValid() ? QAbstractListModel::flags(index) | Qt::ItemIsUserCheckable | Qt::ItemIsDragEnabled
                           : Qt::ItemIsDropEnabled;
}

QVariant RuleModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Rule &rule = m_rules.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return shownLine(rule.name, 120);
    case Qt::CheckStateRole:
        return static_cast<int>(rule.enabled ? Qt::Checked : Qt::Unchecked);
    case Qt::AccessibleTextRole:
        return rule.enabled ? shownLine(rule.name, 120) : tr("%1, switched off").arg(shownLine(rule.name, 120));
    case Qt::AccessibleDescriptionRole:
        return ruleSentence(rule, m_inForce.policies);
    case Qt::ToolTipRole:
        return ruleSentence(rule, m_inForce.policies).toHtmlEscaped();
    default:
        return {};
    }
}

bool RuleModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    Rule rule = m_rules.at(index.row());
    rule.enabled = value.toInt() == static_cast<int>(Qt::Checked);
    edit(index.row(), rule, QStringLiteral("enabled"));
    return true;
}

bool RuleModel::moveRows(const QModelIndex &sourceParent, int sourceRow, int count,
                         const QModelIndex &destinationParent, int destinationChild)
{
    if (sourceParent.isValid() || destinationParent.isValid() || count != 1 || sourceRow < 0
        || sourceRow >= m_rules.size())
        return false;
    move(sourceRow, destinationChild > sourceRow ? destinationChild - 1 : destinationChild);
    return true;
}

RuleProblem::Field ruleField(QStringView field)
{
    using Field = RuleProblem::Field;
    struct Key
    {
        const char16_t *key;
        Field field;
    };
    static constexpr std::array Keys{
        Key{u"name", Field::Name},         Key{u"source", Field::Condition},    Key{u"level", Field::Condition},
        Key{u"when", Field::Condition},    Key{u"threshold", Field::Threshold}, Key{u"policy", Field::Then},
        Key{u"notify", Field::Then},       Key{u"ignore", Field::Then},         Key{u"at_most_every", Field::Quiet},
        Key{u"close_after", Field::Quiet}, Key{u"enabled", Field::Name},        Key{u"id", Field::Name}};
    for (const Key &key : Keys) {
        if (field == QStringView(key.key))
            return key.field;
    }
    return field.isEmpty() ? Field::Name : Field::More;
}

} // namespace escalite::ui
