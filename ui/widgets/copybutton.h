// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Copies a text to the clipboard and says so with a check mark for a moment.

#pragma once

#include <QBasicTimer>
#include <QToolButton>

#include <functional>

namespace escalite::ui {

class CopyButton final : public QToolButton
{
    Q_OBJECT

public:
    /// \a what names the thing copied, for the tool tip and screen readers: "address".
    CopyButton(const QString &what, std::function<QString()> text, QWidget *parent = nullptr);

Q_SIGNALS:
    void copied();

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    std::function<QString()> m_text;
    QBasicTimer m_confirmation;
};

} // namespace escalite::ui
