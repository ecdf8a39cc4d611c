// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// "22 newer sessions [End]": lies over a list that does not follow and takes one to its end.

#pragma once

#include <QAbstractButton>

namespace escalite::ui {

class Pill final : public QAbstractButton
{
    Q_OBJECT
public:
    /// Keeps itself in the lower right corner of \a over.
    explicit Pill(QWidget *over);
    void setNewer(int count); ///< 0 hides it.

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();
};

} // namespace escalite::ui
