// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The bytes of a notification as a person reads them: an HTTP request with its headers, or a mail with its envelope.

#pragma once

#include "engine/command.h"
#include "runtime/console.h"

#include <QString>

namespace escalite::ui {

/// JSON bodies as they are, or indented for reading.
enum class BodyLook : quint8 { AsSent, Indented };

[[nodiscard]] bool isMail(const Rendered &rendered);
/// How many messages the reader gets.
[[nodiscard]] int messagesOf(const Rendered &rendered);
/// What goes over the wire for \a rendered, credentials masked, each request of a split message after the other; \a
/// notifier says where to (may be null). \a count 0 = not known yet.
[[nodiscard]] QString wireText(const Rendered &rendered, const QUuid &delivery, quint64 count,
                               const runtime::NotifierStatus *notifier, BodyLook look = BodyLook::AsSent);
/// The headers alone.
[[nodiscard]] QString headerText(const Rendered &rendered, const QUuid &delivery, quint64 count);
/// "1 message, 846 of 40,000 characters", "3 messages, …", or that it was cut.
[[nodiscard]] QString lengthText(const Rendered &rendered);
/// The marks that stand in \a rendered for hidden values, each once.
[[nodiscard]] QStringList hiddenMarks(const Rendered &rendered);

} // namespace escalite::ui
