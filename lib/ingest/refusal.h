// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Why a document or an event is refused, told so that its sender can mend it.

#pragma once

#include "core/json.h"

namespace escalite::ingest {

/// Why a document is refused.
struct Refusal
{
    enum class Kind : quint8 { Syntax, Schema, TooLarge };
    Kind kind = Kind::Syntax;
    QString pointer; ///< RFC 6901; empty for the document itself.
    QString reason;  ///< One sentence that says what would be right.
};

/// "Line 1, column 7: \a what."
[[nodiscard]] QString placedReason(int line, int column, const QString &what);

/// The first integer in \a node that int64 cannot hold; \a pointer, empty before, is then its way from \a node.
[[nodiscard]] const JsonNode *wideInteger(const JsonDocument &document, const JsonNode &node, QString &pointer);

/// Reads \a document again, slowly, to say where and why it is refused. \a isJson: simdjson had read it whole.
[[nodiscard]] Refusal explainRefusal(const QByteArray &document, bool isJson, const JsonLimits &limits = {});

} // namespace escalite::ingest
