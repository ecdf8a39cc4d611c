// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What completion offers behind a field of the query: the values that the newest sessions have, with their counts.

#pragma once

#include "ui/widgets/queryedit.h"

namespace escalite::ui {

class SessionModel;

/// Most frequent first; the states of "is" in the order of the language.
[[nodiscard]] QList<Suggestion> queryValues(const SessionModel &model, const QString &field);

} // namespace escalite::ui
