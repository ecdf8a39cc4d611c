// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The Outbox: every message there is or was, what became of it, and what can be done about it (ui.md 4.8).

#pragma once

#include "runtime/console.h"
#include "ui/deliveries/deliverymodel.h"

#include <QBasicTimer>
#include <QWidget>

class QAction;
class QLineEdit;
class QSplitter;

namespace escalite::ui {

class DeliveryDetailPane;
class DeliveryProxy;
class EmptyNote;
class NoticeBar;
class StateChip;
class RowTable;
class TextLabel;

class OutboxPage final : public QWidget
{
    Q_OBJECT

public:
    explicit OutboxPage(runtime::Console &console, QWidget *parent = nullptr);

    /// Selects a delivery and opens its detail; used by what links here.
    void showDelivery(const QUuid &id);

protected:
    void timerEvent(QTimerEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QWidget *buildBar();
    QWidget *buildChips();
    QWidget *buildList();
    void load();
    void filter(std::optional<DeliveryGroup> group);
    void selectionChanged();
    void refresh();
    void tick();
    void showHold(const runtime::Status &status);
    [[nodiscard]] const Delivery *current() const;
    [[nodiscard]] QString tookSummary() const;

    runtime::Console &m_console;
    DeliveryModel *m_model;
    DeliveryProxy *m_proxy;
    QHash<QString, QString> m_icons; ///< Of the notifiers, by name.
    QAction *m_tryNow = nullptr;
    QAction *m_giveUp = nullptr;
    QAction *m_hold = nullptr;
    QLineEdit *m_search = nullptr;
    NoticeBar *m_notice = nullptr;
    StateChip *m_all = nullptr;
    QList<std::pair<DeliveryGroup, StateChip *>> m_chips;
    TextLabel *m_took = nullptr;
    QSplitter *m_splitter = nullptr;
    RowTable *m_table = nullptr;
    EmptyNote *m_empty = nullptr;
    DeliveryDetailPane *m_detail = nullptr;
    QUuid m_wanted; ///< To be selected as soon as it is loaded.
    bool m_loaded = false;
    QBasicTimer m_ticking;
};

} // namespace escalite::ui
