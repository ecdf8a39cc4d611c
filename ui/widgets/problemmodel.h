// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The problems of one file as rows.

#pragma once

#include "core/problem.h"

#include <QAbstractListModel>

namespace escalite::ui {

class ProblemModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { PlaceRole = Qt::UserRole, ErrorRole };

    using QAbstractListModel::QAbstractListModel;

    void setProblems(const QString &file, const Problems &problems);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] QString place(const Problem &problem) const;

    QString m_file;
    Problems m_problems;
};

} // namespace escalite::ui
