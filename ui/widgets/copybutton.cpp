// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/copybutton.h"

#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QTimerEvent>

namespace escalite::ui {

namespace {

constexpr int ConfirmationMilliseconds = 1500;

} // namespace

CopyButton::CopyButton(const QString &what, std::function<QString()> text, QWidget *parent)
    : QToolButton(parent)
    , m_text(std::move(text))
{
    setIcon(ui::icon(QStringLiteral("copy")));
    setIconSize({16, 16});
    setAutoRaise(true);
    setToolTip(tr("Copy %1").arg(what));
    setAccessibleName(tr("Copy %1").arg(what));
    setFocusPolicy(Qt::StrongFocus);
    connect(this, &QToolButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_text());
        setIcon(ui::icon(QStringLiteral("check")));
        m_confirmation.start(ConfirmationMilliseconds, this);
        Q_EMIT copied();
    });
}

void CopyButton::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_confirmation.timerId()) {
        QToolButton::timerEvent(event);
        return;
    }
    m_confirmation.stop();
    setIcon(ui::icon(QStringLiteral("copy")));
}

} // namespace escalite::ui
