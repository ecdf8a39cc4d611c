// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Paints the matrix of a proof: stages above faults that stand upright, and a sign in each cell.

#pragma once

#include <QHeaderView>
#include <QStyledItemDelegate>

namespace escalite::ui {

class ProofModel;

/// The stage over its faults; the faults are written from below upwards.
class FaultHeader final : public QHeaderView
{
    Q_OBJECT

public:
    FaultHeader(const ProofModel &model, QWidget *parent);
    /// Widens the columns of a stage whose name needs more.
    void fit();
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const ProofModel &m_model;
};

class ProofDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    ProofDelegate(const ProofModel &model, QObject *parent);
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const ProofModel &m_model;
};

} // namespace escalite::ui
