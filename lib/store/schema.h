// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The version of the state's tables, and how an older file is brought to it.

#pragma once

#include "store/connection.h"

#include <QList>

namespace escalite::store {

/// One step of the schema, resources/sql/<dialect>/NNN_*.sql; \a version is NNN.
struct Migration
{
    int version = 0;
    QString sql;
};

/// Those that this program knows, in order.
[[nodiscard]] QList<Migration> migrations();

/// Brings the file of \a connection to the last of \a steps, each in a transaction of its own, after a copy of what was
/// there has been made beside it ("state.sqlite.before-2"). Answers the version it found. A newer file, or one that is
/// not ours, is refused and left alone; a read-only connection only looks.
Result<int> migrate(Connection &connection, const QList<Migration> &steps);

} // namespace escalite::store
