// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Deletion of whole segments.

#include "journal/retention.h"

#include <algorithm>

namespace escalite::journal {

Retired retire(Catalogue &catalogue, Reader &reader, FileSystem &files, const Options &options, TimePoint now,
               quint64 actedOn)
{
    Retired retired;
    qint64 bytes = catalogue.bytes();
    for (const Segment &segment : catalogue.segments()) {
        const bool isOld = options.keepFor.count() > 0 && TimePoint(Duration(segment.newest)) + options.keepFor < now;
        const bool isTooMuch = options.keepBytes > 0 && bytes > options.keepBytes;
        if ((!isOld && !isTooMuch) || segment.lastPosition > actedOn)
            break;
        if (!segment.isSealed) {
            retired.wantsSealedSegment = isOld && segment.rows > 0;
            break;
        }
        // The file goes first: a start that finds it has everything of it, one that does not has nothing.
        if (!removeSegment(files, options.directory, segment.head.number))
            break;
        reader.forget(segment.head.number);
        catalogue.dropOldestSegment();
        bytes -= segment.end + segment.besideBytes;
        retired.upTo = std::max(retired.upTo, segment.lastPosition);
    }
    return retired;
}

} // namespace escalite::journal
