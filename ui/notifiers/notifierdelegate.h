// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Paints a row of the notifiers: icon, name over target, 48 half-hour bars, light and words.

#pragma once

#include <QStyledItemDelegate>

namespace escalite::ui {

class NotifierModel;

class NotifierDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit NotifierDelegate(const NotifierModel &model, QObject *parent = nullptr);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const NotifierModel &m_model;
};

} // namespace escalite::ui
