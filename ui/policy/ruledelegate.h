// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A rule in the list: handle, switch, level, name with "changed", below it what it looks at, and its last 24 hours.

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

    /// In a narrow list the last 24 hours are left out.
    [[nodiscard]] static bool showsPast(int width);
    [[nodiscard]] static int hitsWidth();
    [[nodiscard]] static int sparkWidth();

protected:
    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                     const QModelIndex &index) override;

private:
    const RuleModel &m_model;
};

} // namespace escalite::ui
