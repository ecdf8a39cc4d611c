// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Our values as the operator API writes them (resources/openapi.yaml): times in RFC 3339, durations in seconds, bytes
// in base64.

#pragma once

#include "api/backend.h"

#include <QJsonObject>

namespace escalite::api {

[[nodiscard]] QJsonObject toJson(const ListedSession &session);
[[nodiscard]] QJsonObject toJson(const Explanation &explanation);
[[nodiscard]] QJsonObject toJson(const Incident &incident);
[[nodiscard]] QJsonObject toJson(const Rendered &rendered);
/// The stored bytes only when \a withRendered: they are large, and the list is for looking.
[[nodiscard]] QJsonObject toJson(const Delivery &delivery, bool withRendered);
[[nodiscard]] QJsonObject toJson(const Attempt &attempt);
[[nodiscard]] QJsonObject toJson(const Escalated &escalated);
/// With its tries.
[[nodiscard]] QJsonObject toJson(const DeliveryView &view, bool withRendered);
[[nodiscard]] QJsonObject toJson(const NotifierView &notifier);
/// The document is put in as it is, not read and written again.
[[nodiscard]] QByteArray toJsonText(const SessionView &view, const QUuid &id);

/// "open", "ended" or "abandoned".
[[nodiscard]] QString stateWord(SessionFlags flags);
/// "below_level" …
[[nodiscard]] QString verdictWord(Verdict verdict);

} // namespace escalite::api
