// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The configured notifiers as rows: name over target, the last 24 hours, light and words.

#pragma once

#include "runtime/console.h"

#include <QAbstractTableModel>
#include <QSet>

#include <optional>

namespace escalite::ui {

class NotifierModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, DayColumn, StateColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// A notifier that is not saved yet, by the id of its draft.
    struct Fresh
    {
        int draft = 0;
        runtime::NotifierStatus status{};
    };

    /// The configured ones, and after them those that are not saved yet.
    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers, const QList<Fresh> &fresh = {});
    /// Names of those whose form says something else than what is in force.
    void setChanged(const QSet<QString> &names);
    [[nodiscard]] const runtime::NotifierStatus &notifier(int row) const { return m_notifiers.at(row); }
    [[nodiscard]] int draftOf(int row) const; ///< Of one that is not saved yet; else 0.
    [[nodiscard]] bool isChanged(int row) const;
    [[nodiscard]] std::optional<int> rowOf(const QString &name) const; ///< Of a configured one.
    [[nodiscard]] std::optional<int> rowOfDraft(int draft) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    QList<runtime::NotifierStatus> m_notifiers;
    QList<int> m_drafts; ///< Of the rows at the end that are not saved yet.
    QSet<QString> m_changed;
};

/// "proven 3 h ago", "not proven yet".
[[nodiscard]] QString provenWords(const runtime::NotifierStatus &notifier);
/// "12 delivered, 1 failed in the last 24 hours".
[[nodiscard]] QString daySummary(const runtime::NotifierStatus &notifier);

} // namespace escalite::ui
