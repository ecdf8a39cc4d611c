// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The two tokens of the endpoint: "esc_" for those who send sessions, "eso_" for operators; 256 random bits in
// base64url.

#pragma once

#include "core/result.h"
#include "core/secret.h"

#include <QByteArrayView>
#include <QString>

namespace escalite::runtime {

/// The token in \a file (0600), made there when the file does not exist yet. Refuses one that others can read or that
/// has no right form.
Result<Secret> loadOrMakeToken(const QString &file, QByteArrayView prefix);

} // namespace escalite::runtime
