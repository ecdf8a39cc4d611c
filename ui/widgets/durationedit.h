// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A time as a setting: "5 min", typed or stepped through what people use.

#pragma once

#include "core/timepoint.h"

#include <QAbstractSpinBox>

#include <optional>

namespace escalite::ui {

class DurationEdit final : public QAbstractSpinBox
{
    Q_OBJECT

public:
    explicit DurationEdit(QWidget *parent = nullptr);

    /// Both allowed.
    void setRange(Duration least, Duration most);
    /// The field may be empty; it then stands for \a usual, which shows in it as \a words.
    void setUsual(Duration usual, const QString &words);
    void setDuration(std::optional<Duration> duration);
    [[nodiscard]] std::optional<Duration> duration() const { return m_duration; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }
    void stepBy(int steps) override;
    QValidator::State validate(QString &input, int &pos) const override;

Q_SIGNALS:
    /// By a person; what is typed wrongly tells of nothing and goes when the field is left.
    void edited();

protected:
    [[nodiscard]] StepEnabled stepEnabled() const override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void typed(const QString &text);
    void show();
    [[nodiscard]] std::optional<Duration> read(const QString &text) const;

    Duration m_least{};
    Duration m_most;
    std::optional<Duration> m_usual;
    std::optional<Duration> m_duration;
};

} // namespace escalite::ui
