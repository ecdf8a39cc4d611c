// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Whom a manual escalation may go to: the configured notifiers with their readiness in words, and which are chosen.

#pragma once

#include "runtime/console.h"

#include <QAbstractListModel>
#include <QSet>

namespace escalite::ui {

class SendToModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { TargetRole = Qt::UserRole, IconRole, LightRole, WordsRole };

    using QAbstractListModel::QAbstractListModel;

    /// New states of the notifiers; what is chosen stays chosen as long as the notifier exists.
    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    void setChosen(const QStringList &names);
    [[nodiscard]] QStringList chosen() const; ///< In the order listed.
    [[nodiscard]] const runtime::NotifierStatus *notifier(const QString &name) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;

Q_SIGNALS:
    void chosenChanged();

private:
    QList<runtime::NotifierStatus> m_notifiers;
    QSet<QString> m_chosen;
};

/// "Ready", "Slow, will queue", "Switched off, will queue".
[[nodiscard]] QString readiness(const runtime::NotifierStatus &notifier);

} // namespace escalite::ui
