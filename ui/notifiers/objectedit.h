// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A JSON object as text, with the place of what is wrong with it.

#pragma once

#include "ui/notifiers/fieldeditor.h"

class QPlainTextEdit;

namespace escalite::ui {

class FieldFrame;

class ObjectEdit final : public FieldEditor
{
    Q_OBJECT

public:
    ObjectEdit(const delivery::Field &field, QWidget *parent);

    void setValue(const QJsonValue &value) override;
    /// The object; while the text is none, the text, so that a check cannot take it for nothing.
    [[nodiscard]] QJsonValue value() const override;
    [[nodiscard]] QString ownProblem() const override;
    void setMark(FieldMark mark, const QMap<int, FieldMark> &items = {}) override;

private:
    FieldFrame *m_frame;
    QPlainTextEdit *m_text;
    bool m_filling = false;
};

} // namespace escalite::ui
