// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A secret: what is stored stays where it is and is never shown; what is typed shows only while the eye is held.

#pragma once

#include "core/timepoint.h"
#include "ui/notifiers/fieldeditor.h"

#include <optional>

class QLineEdit;
class QToolButton;

namespace escalite::ui {

class TextLabel;

class SecretEdit final : public FieldEditor
{
    Q_OBJECT

public:
    SecretEdit(const delivery::Field &field, QWidget *parent);

    /// When the secret was stored; nothing when none is. Keeps what is typed.
    void setStored(std::optional<TimePoint> at);
    /// Whether a stored secret stays in use: not forgotten, none typed in its place.
    [[nodiscard]] bool keepsStored() const { return m_stored.has_value(); }

    void setValue(const QJsonValue &value) override; ///< Of one that is not stored yet.
    [[nodiscard]] QJsonValue value() const override;

private:
    void showState();

    QLineEdit *m_line;
    QToolButton *m_eye;
    TextLabel *m_note;
    QToolButton *m_forget;
    std::optional<TimePoint> m_stored;
};

} // namespace escalite::ui
