// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/proofmodel.h"

#include "ui/widgets/plaintext.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

/// The stages in the order of an attempt; others follow as they come.
constexpr std::array Stages{"configuration", "content", "connect", "tls", "authenticate", "hand over", "answer"};

std::size_t orderOf(const QString &stage)
{
    const auto found = std::find_if(Stages.begin(), Stages.end(),
                                    [&stage](const char *one) { return stage == QLatin1StringView(one); });
    return static_cast<std::size_t>(found - Stages.begin());
}

/// A good case is told apart by what is sent, a fault is one column whatever it is called.
ProofModel::Column columnOf(const harness::ProofCell &cell)
{
    return {.stage = cell.stage,
            .fault = cell.fault,
            .matter = cell.fault == harness::Fault::None ? cell.matter : QString()};
}

} // namespace

QString stageTitle(const QString &stage)
{
    if (stage == "tls"_L1)
        return ProofModel::tr("TLS");
    QString title = shownLine(stage, 40);
    if (!title.isEmpty())
        title[0] = title.at(0).toUpper();
    return title;
}

QString faultTitle(harness::Fault fault, const QString &matter)
{
    if (fault == harness::Fault::None)
        return matter.isEmpty() ? ProofModel::tr("good case") : shownLine(matter, 40);
    return harness::faultName(fault).replace('-'_L1, ' '_L1);
}

QString cellWords(const harness::ProofCell &cell)
{
    const QString where =
        ProofModel::tr("%1, %2, %3")
            .arg(shownLine(cell.notifier, 80), stageTitle(cell.stage), faultTitle(cell.fault, cell.matter));
    switch (cell.state) {
    case harness::ProofCell::State::Waiting:
        return ProofModel::tr("%1: not run yet, to be: %2").arg(where, shownLine(cell.expected, 240));
    case harness::ProofCell::State::Running:
        return ProofModel::tr("%1: under way, to be: %2").arg(where, shownLine(cell.expected, 240));
    case harness::ProofCell::State::AsSpecified:
        return ProofModel::tr("%1: as specified, %2").arg(where, shownLine(cell.got, 240));
    case harness::ProofCell::State::Otherwise:
        return ProofModel::tr("%1: to be %2, but was %3")
            .arg(where, shownLine(cell.expected, 240), shownLine(cell.got, 240));
    }
    return where;
}

void ProofModel::setCells(const QList<harness::ProofCell> &cells)
{
    beginResetModel();
    m_cells = cells;
    m_rows.clear();
    m_columns.clear();
    m_places.clear();
    for (const harness::ProofCell &cell : cells) {
        if (!m_rows.contains(cell.notifier))
            m_rows << cell.notifier;
        const Column column = columnOf(cell);
        if (!m_columns.contains(column))
            m_columns << column;
    }
    std::stable_sort(m_columns.begin(), m_columns.end(), [](const Column &a, const Column &b) {
        const std::size_t left = orderOf(a.stage);
        const std::size_t right = orderOf(b.stage);
        // The good case of a stage stands first.
        return left != right ? left < right
                             : a.stage == b.stage && a.fault == harness::Fault::None && b.fault != harness::Fault::None;
    });
    for (int index = 0; index < cells.size(); ++index) {
        const harness::ProofCell &cell = cells.at(index);
        m_places.insert(
            {static_cast<int>(m_rows.indexOf(cell.notifier)), static_cast<int>(m_columns.indexOf(columnOf(cell)))},
            index);
    }
    endResetModel();
}

void ProofModel::update(int place, const harness::ProofCell &cell)
{
    if (place < 0 || place >= m_cells.size())
        return;
    m_cells[place] = cell;
    const QModelIndex changed =
        index(static_cast<int>(m_rows.indexOf(cell.notifier)), static_cast<int>(m_columns.indexOf(columnOf(cell))));
    Q_EMIT dataChanged(changed, changed);
}

const harness::ProofCell *ProofModel::cellAt(const QModelIndex &index) const
{
    const auto found = m_places.constFind({index.row(), index.column()});
    return found == m_places.cend() ? nullptr : &m_cells.at(*found);
}

ProofModel::Count ProofModel::count() const
{
    Count count{.all = static_cast<int>(m_cells.size()), .done = 0, .otherwise = 0};
    for (const harness::ProofCell &cell : m_cells) {
        const bool otherwise = cell.state == harness::ProofCell::State::Otherwise;
        if (otherwise || cell.state == harness::ProofCell::State::AsSpecified)
            ++count.done;
        if (otherwise)
            ++count.otherwise;
    }
    return count;
}

std::optional<QModelIndex> ProofModel::nextOtherwise(const QModelIndex &from) const
{
    const int columns = columnCount();
    const int all = rowCount() * columns;
    const int start = from.isValid() ? from.row() * columns + from.column() : -1;
    for (int step = 1; step <= all; ++step) {
        const int place = (start + step) % all;
        const QModelIndex there = index(place / columns, place % columns);
        const harness::ProofCell *cell = cellAt(there);
        if (cell && cell->state == harness::ProofCell::State::Otherwise)
            return there;
    }
    return std::nullopt;
}

int ProofModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ProofModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant ProofModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const harness::ProofCell *cell = cellAt(index);
    if (role == Qt::AccessibleTextRole)
        return cell ? cellWords(*cell)
                    : tr("%1, %2, %3: does not concern it")
                          .arg(shownLine(m_rows.at(index.row()), 80), stageTitle(m_columns.at(index.column()).stage),
                               faultTitle(m_columns.at(index.column()).fault, m_columns.at(index.column()).matter));
    if (role == Qt::ToolTipRole && cell)
        return shownToolTip(cellWords(*cell));
    return {};
}

QVariant ProofModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole ? QVariant(shownLine(m_rows.value(section), 40)) : QVariant();
    if (role == Qt::DisplayRole)
        return faultTitle(m_columns.at(section).fault, m_columns.at(section).matter);
    if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole)
        return tr("%1: %2").arg(stageTitle(m_columns.at(section).stage),
                                faultTitle(m_columns.at(section).fault, m_columns.at(section).matter));
    return {};
}

} // namespace escalite::ui
