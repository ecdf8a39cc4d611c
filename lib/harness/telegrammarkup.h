// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Telegram's HTML as its server reads it (tdlib, MessageEntity.cpp): few tags, few entities, strict nesting.

#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace escalite::harness {

struct TelegramText
{
    QString text{};        ///< Without markup.
    QString error{};       ///< What follows "can't parse entities: "; empty for good markup.
    QStringList remarks{}; ///< What is shown otherwise than meant.
};

[[nodiscard]] TelegramText parseTelegramHtml(const QByteArray &html);

} // namespace escalite::harness
