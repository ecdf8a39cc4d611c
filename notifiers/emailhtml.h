// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The HTML part of a mail.

#pragma once

#include "notifiers/wording.h"

namespace escalite::notifiers {

/// Everything behind a bar in the level's colour.
[[nodiscard]] QString mailHtml(const Wording &wording);
/// Plain \a text, line breaks and blanks kept, behind the same bar.
[[nodiscard]] QString mailHtml(const QString &text, Level level);

} // namespace escalite::notifiers
