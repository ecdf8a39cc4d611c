// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A test through every notifier at once: one row each, as the answers come.

#pragma once

#include "runtime/console.h"

#include <QAbstractTableModel>
#include <QWidget>

class QPushButton;

namespace escalite::ui {

class RowTable;
class TestRuns;
class TextLabel;

class TestAllModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, ResultColumn, TookColumn, AnswerColumn, ColumnCount };
    enum Role { IconRole = Qt::UserRole };

    explicit TestAllModel(const TestRuns &runs, QObject *parent = nullptr);

    void setNotifiers(const QList<runtime::NotifierStatus> &notifiers);
    void touch(const QString &name);
    [[nodiscard]] QString nameOf(int row) const { return m_notifiers.at(row).name; }
    /// How many have arrived, have failed, and are under way.
    struct Count
    {
        int arrived = 0;
        int failed = 0;
        int open = 0;
    };
    [[nodiscard]] Count count() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    enum class End : quint8 { Open, Arrived, Waits, Failed };
    [[nodiscard]] End endOf(const QString &name) const;
    [[nodiscard]] QString text(int row, int column) const;

    const TestRuns &m_runs;
    QList<runtime::NotifierStatus> m_notifiers;
};

class TestAllView final : public QWidget
{
    Q_OBJECT

public:
    explicit TestAllView(TestRuns &runs, QWidget *parent = nullptr);

    /// Sends one through each of \a notifiers, all at once.
    void start(const QList<runtime::NotifierStatus> &notifiers);

Q_SIGNALS:
    void chosen(const QString &notifier);
    void closed();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void count();

    TestRuns &m_runs;
    TestAllModel *m_model;
    QList<runtime::NotifierStatus> m_notifiers;
    QWidget *m_head;
    TextLabel *m_summary;
    QPushButton *m_again;
    RowTable *m_table;
};

} // namespace escalite::ui
