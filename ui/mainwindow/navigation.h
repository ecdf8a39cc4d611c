// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The pages at the left: sections, names, counts and badges; folds to icons (ui.md 2).

#pragma once

#include <QListView>

class QStandardItemModel;

namespace escalite::ui {

class Navigation final : public QListView
{
    Q_OBJECT
public:
    enum class Badge : quint8 { None, Filled, Outlined };

    explicit Navigation(QWidget *parent = nullptr);

    void addSection(const QString &title);
    void addPage(const QString &name, const QString &iconName, const QString &title);
    void setCurrentPage(const QString &name);
    /// An empty \a count shows none.
    void setCount(const QString &name, const QString &count, Badge badge = Badge::None);
    void setFolded(bool folded);
    [[nodiscard]] bool isFolded() const { return m_folded; }
    [[nodiscard]] QRect pageRect(const QString &name) const;

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void pageChosen(const QString &name);

protected:
    void keyboardSearch(const QString &) override {} ///< Letters are shortcuts.
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] QModelIndex indexOf(const QString &name) const;

    QStandardItemModel *m_model;
    bool m_folded = false;
    bool m_setting = false;
};

} // namespace escalite::ui
