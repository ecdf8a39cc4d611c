// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a start finds in the directory: columns where they are right, frames where they are not. Never guesses at a
// document: a frame whose checksum fails is set aside, and reading goes on at the next whole frame.

#pragma once

#include "journal/catalogue.h"
#include "journal/columns.h"
#include "journal/journal.h"

#include <memory>

namespace escalite::journal {

struct Recovered
{
    Opened opened;
    quint64 lastNumber = 0;   ///< The greatest number of a segment, used or set aside.
    quint64 lastPosition = 0; ///< The next position is greater.
    /// Of the last segment in the catalogue when more frames may be written behind its last.
    std::unique_ptr<Columns> columns;
};

/// Fills \a catalogue, which is empty. Everything in it is synced when this returns.
Result<Recovered> recover(FileSystem &files, const QString &directory, Catalogue &catalogue);

} // namespace escalite::journal
