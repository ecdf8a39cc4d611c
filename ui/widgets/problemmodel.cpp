// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/problemmodel.h"

#include "ui/widgets/plaintext.h"

#include <QStringList>

namespace escalite::ui {

void ProblemModel::setProblems(const QString &file, const Problems &problems)
{
    beginResetModel();
    m_file = file;
    m_problems = problems;
    endResetModel();
}

int ProblemModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_problems.size());
}

QString ProblemModel::place(const Problem &problem) const
{
    QStringList parts{m_file};
    if (problem.line > 0)
        parts.last() += QStringLiteral(":%1:%2").arg(problem.line).arg(problem.column);
    if (!problem.pointer.isEmpty())
        parts << shownLine(problem.pointer, 240);
    return parts.join(QStringLiteral("  "));
}

QVariant ProblemModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Problem &problem = m_problems.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return shownLine(problem.message, 1000);
    case Qt::ToolTipRole:
        return shownToolTip(problem.message);
    case Qt::AccessibleTextRole:
        return problem.severity == Problem::Severity::Error
                   ? tr("Error: %1, at %2").arg(shownLine(problem.message, 1000), place(problem))
                   : tr("Warning: %1, at %2").arg(shownLine(problem.message, 1000), place(problem));
    case PlaceRole:
        return place(problem);
    case ErrorRole:
        return problem.severity == Problem::Severity::Error;
    default:
        return {};
    }
}

} // namespace escalite::ui
