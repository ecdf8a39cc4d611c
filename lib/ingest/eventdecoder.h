// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One line of POST /v1/events: bytes to an event. As strict as the documents' decoder: what it cannot take as it is
// told is refused with a JSON pointer and what would be right.

#pragma once

#include "core/sessionevent.h"
#include "ingest/refusal.h"

#include <variant>

namespace escalite::ingest {

/// What the request says for every line of its body.
struct EventContext
{
    QString source{};       ///< The X-Escalite-Source field; wins over the event's own. Empty: none.
    QString client{};       ///< The X-Escalite-Client field, for lines without "client". Empty: none.
    TimePoint receivedAt{}; ///< For lines without "at".
};

/// Members that no event knows become extras of an entry or a call (E-24), and are passed over elsewhere.
[[nodiscard]] std::variant<ClientEvent, Refusal> readEvent(const QByteArray &line, const EventContext &context);

} // namespace escalite::ingest
