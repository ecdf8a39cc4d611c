// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Paints a row of the incidents: glyphs, spark, countdown.

#pragma once

#include <QStyledItemDelegate>

namespace escalite {
struct Incident;
}

namespace escalite::ui {

class IncidentModel;

class IncidentDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    IncidentDelegate(const IncidentModel &model, QObject *parent);

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintSessions(QPainter &painter, const QRect &cell, const Incident &incident, const QColor &words) const;
    static void paintPolicy(QPainter &painter, const QRect &cell, const Incident &incident, const QColor &words);

    const IncidentModel &m_model;
};

} // namespace escalite::ui
