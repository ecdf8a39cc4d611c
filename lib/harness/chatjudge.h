// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Judges the payload of a Slack incoming webhook as Slack does: limits and shapes of messages and Block Kit.

#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace escalite::harness {

struct ChatVerdict
{
    QByteArray
        error{}; ///< Slack's word for what is wrong: "invalid_payload", "no_text", "invalid_blocks", …; empty = taken.
    QString why{};         ///< The same for people, with the place.
    QStringList remarks{}; ///< What Slack takes, but does not do as meant: cut text, mentions that nobody wrote.
    QString text{};        ///< The message's text, for the record.
};

[[nodiscard]] ChatVerdict judgePayload(const QByteArray &json);

} // namespace escalite::harness
