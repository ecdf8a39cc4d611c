// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Puts widgets beside one another like the words of a sentence and goes on in a new line where room ends.

#pragma once

#include <QLayout>
#include <QList>

namespace escalite::ui {

class FlowLayout final : public QLayout
{
    Q_OBJECT

public:
    /// \a across and \a down: pixels between neighbours and between lines.
    FlowLayout(int across, int down, QWidget *parent = nullptr);
    ~FlowLayout() override;

    void addItem(QLayoutItem *item) override { m_items.append(item); }
    [[nodiscard]] int count() const override { return static_cast<int>(m_items.size()); }
    [[nodiscard]] QLayoutItem *itemAt(int index) const override { return m_items.value(index); }
    QLayoutItem *takeAt(int index) override;
    [[nodiscard]] Qt::Orientations expandingDirections() const override { return {}; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override { return place({0, 0, width, 0}, false); }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSize() const override;
    void setGeometry(const QRect &rect) override;

private:
    /// The height needed; moves the widgets when \a move.
    int place(const QRect &rect, bool move) const;

    QList<QLayoutItem *> m_items;
    int m_across;
    int m_down;
};

} // namespace escalite::ui
