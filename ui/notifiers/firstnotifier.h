// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the Notifiers page shows while there is none: the kinds to choose from, and the import.

#pragma once

#include "delivery/notifier.h"

#include <QAbstractButton>
#include <QWidget>

class QGridLayout;

namespace escalite::ui {

class TextLabel;

class FirstNotifier final : public QWidget
{
    Q_OBJECT

public:
    explicit FirstNotifier(const QList<const delivery::NotifierType *> &types, QWidget *parent = nullptr);

    /// Where the configuration is kept; may be empty.
    void setFile(const QString &file);

Q_SIGNALS:
    void typeChosen(const QString &type);
    void importRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    TextLabel *m_place;
    QList<QWidget *> m_cards;
    QGridLayout *m_grid;
    int m_columns = 0;
};

/// A kind of notifier to choose: icon, name, and what it reaches.
class TypeCard final : public QAbstractButton
{
    Q_OBJECT

public:
    TypeCard(const delivery::NotifierType &type, QWidget *parent);
    [[nodiscard]] QSize sizeHint() const override { return {260, 56}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 56}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_icon;
    QString m_help;
};

} // namespace escalite::ui
