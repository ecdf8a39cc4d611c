// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The notifiers that reach a harness, as they stand in escalite.json.

#pragma once

#include <QJsonArray>
#include <QString>

namespace escalite::harness {

class Certificate;
class ChatServer;
class MailServer;

/// Who may log in at the mail server.
[[nodiscard]] QString harnessUser();
[[nodiscard]] QString harnessPassword();

/// The list "notifiers": one for \a mail (STARTTLS, login), one for \a chat.
[[nodiscard]] QJsonArray notifiersFor(const MailServer &mail, const ChatServer &chat, const Certificate &certificate);

} // namespace escalite::harness
