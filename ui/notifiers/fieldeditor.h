// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What edits one configuration key of a notifier: made from a row of its type's table of fields.

#pragma once

#include "delivery/notifier.h"
#include "ui/theme/style.h"

#include <QJsonValue>
#include <QMap>
#include <QWidget>

namespace escalite::ui {

class FieldEditor : public QWidget
{
    Q_OBJECT

public:
    /// The editor for the kind of \a field, which must outlive it.
    [[nodiscard]] static FieldEditor *make(const delivery::Field &field, QWidget *parent);

    [[nodiscard]] const delivery::Field &field() const { return m_field; }
    /// Undefined: not given, so its fallback counts.
    virtual void setValue(const QJsonValue &value) = 0;
    [[nodiscard]] virtual QJsonValue value() const = 0;
    /// Why what is typed is no value at all, one sentence; empty when it is one.
    [[nodiscard]] virtual QString ownProblem() const { return {}; }
    /// \a items: which entries of a list are meant, by position.
    virtual void setMark(FieldMark mark, const QMap<int, FieldMark> &items = {});
    /// What takes the keys; buddy of the label.
    [[nodiscard]] QWidget *control() const { return m_control; }

Q_SIGNALS:
    void edited();  ///< By the person.
    void entered(); ///< Its control got the focus.
    void left();    ///< Its control lost the focus, or a choice was made: what is wrong may be told now.

protected:
    FieldEditor(const delivery::Field &field, QWidget *parent);
    /// \a control is the focus of the editor; it is named after the field's label.
    void setControl(QWidget *control);
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    const delivery::Field &m_field;
    QWidget *m_control = nullptr;
};

/// The label of \a field, translated.
[[nodiscard]] QString fieldLabel(const delivery::Field &field);
[[nodiscard]] QString fieldHelp(const delivery::Field &field);
/// "STARTTLS" for "starttls"; choices unknown to us as they are.
[[nodiscard]] QString choiceWords(const QString &choice);

} // namespace escalite::ui
