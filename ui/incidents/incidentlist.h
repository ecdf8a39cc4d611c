// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The incidents in their sections, which fold; columns give way where room is short.

#pragma once

#include <QTreeView>
#include <QUuid>

namespace escalite::ui {

class EmptyNote;
class IncidentModel;

class IncidentList final : public QTreeView
{
    Q_OBJECT
public:
    explicit IncidentList(IncidentModel &model, QWidget *parent = nullptr);

    /// Chosen incidents in the order of the list.
    [[nodiscard]] QList<QUuid> chosen() const;
    /// Chooses \a id alone and shows its section.
    void choose(const QUuid &id);
    void chooseFirst();
    void foldSections();   ///< As they are at first: what is closed is folded.
    void hideEmptyParts(); ///< Sections without rows.

    void keyboardSearch(const QString &) override {} ///< Letters are shortcuts.

Q_SIGNALS:
    void chosenChanged();
    void menuRequested(const QPoint &global);

protected:
    void drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void drawBranches(QPainter *, const QRect &, const QModelIndex &) const override {}
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;
    void selectAll() override;

private:
    void fitColumns();

    IncidentModel &m_model;
};

} // namespace escalite::ui
