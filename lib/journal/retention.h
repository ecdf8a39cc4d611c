// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is deleted, and when: whole segments, the oldest first, by age and by the size of all.

#pragma once

#include "journal/catalogue.h"
#include "journal/journal.h"
#include "journal/reader.h"

namespace escalite::journal {

struct Retired
{
    quint64 upTo = 0;                ///< Positions up to this one are gone; 0 = none.
    bool wantsSealedSegment = false; ///< The last segment is past the limits as well, and still open.
};

/// Thread: one at a time.
Retired retire(Catalogue &catalogue, Reader &reader, FileSystem &files, const Options &options, TimePoint now,
               quint64 actedOn);

} // namespace escalite::journal
