// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A list of texts or addresses as chips in a field: typed, pasted, taken out one by one.

#pragma once

#include "ui/notifiers/fieldeditor.h"

#include <QAbstractButton>
#include <QStringList>

class QLineEdit;

namespace escalite::ui {

class Chip;
class FieldFrame;

/// Comma, semicolon, Return, and for addresses a blank end an entry. From the beginning of the line Backspace and Left
/// go to the chips; on a chip the arrows walk, Delete takes it out, Return edits it.
class ChipsEdit final : public FieldEditor
{
    Q_OBJECT

public:
    ChipsEdit(const delivery::Field &field, QWidget *parent);

    void setValue(const QJsonValue &value) override;
    [[nodiscard]] QJsonValue value() const override;
    void setMark(FieldMark mark, const QMap<int, FieldMark> &items = {}) override;
    [[nodiscard]] const QStringList &items() const { return m_items; }
    void replaceItem(int position, const QString &text);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void commit();
    void add(const QString &text);
    void removeItem(int position);
    void editItem(int position);
    void rebuild();
    void place();
    void focusChip(int position);
    bool chipKey(int position, int key);
    bool lineKey(int key);

    bool m_addresses;
    QStringList m_items;
    QMap<int, FieldMark> m_marks;
    FieldFrame *m_frame;
    QLineEdit *m_line;
    QList<Chip *> m_chips;
};

/// One entry: the text, and a cross that takes it out.
class Chip final : public QAbstractButton
{
    Q_OBJECT

public:
    Chip(const QString &text, QWidget *parent);
    void setMark(FieldMark mark);
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void removeRequested();
    void editRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;

private:
    FieldMark m_mark = FieldMark::None;
};

} // namespace escalite::ui
