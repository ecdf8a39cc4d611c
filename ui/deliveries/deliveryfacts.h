// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The left half of a delivery's detail: its tries on a line, what happens next, who took it, and what it belongs to.

#pragma once

#include "runtime/console.h"

#include <QWidget>

class QGridLayout;

namespace escalite::ui {

class TextLabel;
class TriesLine;

class DeliveryFacts final : public QWidget
{
    Q_OBJECT

public:
    explicit DeliveryFacts(QWidget *parent = nullptr);

    void setDetail(const runtime::DeliveryDetail &detail, TimePoint now);
    void setNow(TimePoint now);

Q_SIGNALS:
    void deliveryRequested(const QUuid &delivery);

private:
    /// Figures stand in the fixed font before the words.
    struct Row
    {
        QString label{};
        QString figures{};
        QString words{};
        std::optional<QUuid> link{};
        std::optional<Outcome::Kind> outcome{}; ///< Of a recipient.

        bool operator==(const Row &) const = default;
    };

    [[nodiscard]] QList<Row> rows() const;
    void addNext(QList<Row> &rows) const;
    void addRecipients(QList<Row> &rows) const;
    void addRelated(QList<Row> &rows) const;
    void say();
    [[nodiscard]] QWidget *valueOf(const Row &row);

    runtime::DeliveryDetail m_detail;
    TimePoint m_now{};
    TriesLine *m_tries;
    QWidget *m_table;
    QGridLayout *m_grid;
    QList<Row> m_rows;
    QList<QWidget *> m_cells;
};

} // namespace escalite::ui
