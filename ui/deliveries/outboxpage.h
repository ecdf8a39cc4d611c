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
class QMenu;
class QPushButton;
class QSplitter;
class QToolButton;

namespace escalite::ui {

class DeliveryActions;
class DeliveryDetailPane;
class DeliveryProxy;
class EmptyNote;
class NoticeBar;
class PeriodBox;
class StateChips;
class RowTable;
class TextLabel;

class OutboxPage final : public QWidget
{
    Q_OBJECT

public:
    explicit OutboxPage(runtime::Console &console, QWidget *parent = nullptr);

    /// Selects a delivery and opens its detail, now or as soon as it is known; used by what links here.
    void showDelivery(const QUuid &id);

Q_SIGNALS:
    /// The same is to be told again in other words: the escalate dialog.
    void editRequested(const QUuid &delivery);

protected:
    void timerEvent(QTimerEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *buildBar();
    void buildFilters(QWidget *bar);
    void buildNotice();
    QWidget *buildChips();
    QWidget *buildList();
    void connectActions();
    void load();
    void filter(std::optional<DeliveryGroup> group);
    void search(const QString &text);
    void keepCurrent(const std::function<void()> &change);
    void applyPeriod();
    void selectionChanged();
    void refresh();
    void sayEmpty();
    void tick();
    void showHold(const runtime::Status &status);
    void fitColumns();
    void openMenu(const QPoint &at);
    void exportShown();
    void writeExport(const QString &file);
    void closeDetail();
    [[nodiscard]] const Delivery *current() const;
    [[nodiscard]] QString tookSummary() const;

    runtime::Console &m_console;
    DeliveryModel *m_model;
    DeliveryProxy *m_proxy;
    DeliveryActions *m_actions;
    QHash<QString, QString> m_icons; ///< Of the notifiers, by name.
    QAction *m_tryNow = nullptr;
    QAction *m_anotherWay = nullptr;
    QAction *m_giveUp = nullptr;
    QAction *m_hold = nullptr;
    QAction *m_export = nullptr;
    QAction *m_copy = nullptr;
    QToolButton *m_exportButton = nullptr;
    QMenu *m_ways = nullptr; ///< Of "Send another way".
    QLineEdit *m_search = nullptr;
    PeriodBox *m_period = nullptr;
    NoticeBar *m_notice = nullptr;
    QPushButton *m_sendAfterAll = nullptr; ///< Takes back a giving up.
    StateChips *m_chips = nullptr;
    TextLabel *m_took = nullptr;
    QSplitter *m_splitter = nullptr;
    RowTable *m_table = nullptr;
    EmptyNote *m_empty = nullptr;
    DeliveryDetailPane *m_detail = nullptr;
    Delivery m_givenUp; ///< The one that the notice speaks of.
    QUuid m_wanted;     ///< To be selected as soon as it is known.
    bool m_loaded = false;
    bool m_columnsChosen = false; ///< The person set their widths.
    bool m_fitting = false;
    QBasicTimer m_ticking;
    QBasicTimer m_noticeEnds;
};

} // namespace escalite::ui
