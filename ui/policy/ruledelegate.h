// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A rule in the list: switch, level, name with "changed", and below it what it looks at.

#pragma once

#include <QStyledItemDelegate>

namespace escalite::ui {

class RuleModel;

class RuleDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit RuleDelegate(const RuleModel &model, QObject *parent = nullptr);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                     const QModelIndex &index) override;

private:
    const RuleModel &m_model;
};

} // namespace escalite::ui
