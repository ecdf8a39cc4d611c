// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Refusals as RFC 9457 application/problem+json.

#pragma once

#include "http/message.h"

#include <QString>

namespace escalite::http {

/// A refusal with \a status. \a detail is one sentence, \a pointer the RFC 6901 pointer of the value meant, if there is
/// one.
[[nodiscard]] Response problemResponse(int status, const QString &detail, const QString &pointer = {});

} // namespace escalite::http
