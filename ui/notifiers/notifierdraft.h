// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A notifier while it is edited: what is saved, what the form says, and which of its fields may say what is wrong.

#pragma once

#include "runtime/console.h"

#include <QSet>

namespace escalite::ui {

struct NotifierDraft
{
    int id = 0;     ///< From 1; the same as long as the window is open.
    QString name{}; ///< As it is saved; empty for a new one.
    runtime::NotifierSetup saved{};
    runtime::NotifierSetup edited{};
    QSet<QString> told{}; ///< Pointers of fields that were left since they went wrong: they may say so.
    Problems refused{};   ///< What saving found beside; until the next edit.

    [[nodiscard]] bool isNew() const { return name.isEmpty(); }
    [[nodiscard]] bool isChanged() const { return isNew() || !(saved == edited); }
};

} // namespace escalite::ui
