// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Paints a row of the Outbox: state with glyph and word, notifier with icon, what it is about with its level.

#pragma once

#include <QStyledItemDelegate>

#include <functional>

namespace escalite::ui {

class DeliveryModel;

class DeliveryDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    /// \a rowOf gives the row of the model for an index of the view; \a iconOf the icon of a notifier by name.
    DeliveryDelegate(const DeliveryModel &model, std::function<int(const QModelIndex &)> rowOf,
                     std::function<QString(const QString &)> iconOf, QObject *parent = nullptr);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const DeliveryModel &m_model;
    std::function<int(const QModelIndex &)> m_rowOf;
    std::function<QString(const QString &)> m_iconOf;
};

} // namespace escalite::ui
