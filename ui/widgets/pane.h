// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A plain area in one of the theme's grounds, with lines along some of its edges.

#pragma once

#include <QWidget>

namespace escalite::ui {

class Pane final : public QWidget
{
    Q_OBJECT

public:
    enum class Ground : quint8 { Window, Base, Panel, Header, Field };

    /// A Field shows the focus of what stands in it.
    explicit Pane(Ground ground, QWidget *parent = nullptr);

    void setLines(Qt::Edges edges) { m_edges = edges; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Ground m_ground;
    Qt::Edges m_edges;
};

} // namespace escalite::ui
