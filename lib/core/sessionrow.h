// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The fixed-width column row of a session: what is mapped from disk, sent to the window in batches and filtered by the
// million.

#pragma once

#include "core/sessiondigest.h"
#include "core/verdict.h"

#include <QList>
#include <QString>

#include <array>
#include <type_traits>

namespace escalite {

/// Numbers into the table of names that travels beside the rows. Number 0 is the empty text.
using NameId = quint32;

/// Little-endian on disk as in memory; the layout is a file format, change it only with its version.
struct SessionRow
{
    quint64 position = 0;  ///< Of the newest frame of this session in the journal; from 1.
    qint64 receivedAt = 0; ///< Microseconds since 1970, UTC.
    qint64 startedAt = 0;  ///< Likewise; 0 = not given.
    qint64 elapsed = -1;   ///< Microseconds; -1 = not known (open).
    quint64 contentHash = 0;
    std::array<quint8, 16> id{}; ///< RFC 4122 byte order.
    NameId source = 0;
    NameId method = 0;
    NameId path = 0;
    NameId message = 0;
    qint16 code = -1;  ///< -1 = none.
    quint8 level = 20; ///< Effective.
    quint8 declared = 20;
    quint16 flags = 0;  ///< SessionFlags.
    quint8 verdict = 0; ///< Verdict.
    quint8 reserved = 0;
    std::array<CallBar, MaxCallBars> calls{};

    [[nodiscard]] QUuid uuid() const
    {
        return QUuid::fromRfc4122(QByteArrayView(reinterpret_cast<const char *>(id.data()), 16));
    }
    [[nodiscard]] Level effective() const { return static_cast<Level>(level); }
    [[nodiscard]] TimePoint received() const { return TimePoint(Duration(receivedAt)); }
    [[nodiscard]] bool has(SessionFlag flag) const { return (flags & static_cast<quint16>(flag)) != 0; }
};
static_assert(sizeof(SessionRow) == 104 && std::is_trivially_copyable_v<SessionRow>);

/// A batch on its way to the window: rows that are new or changed (same id), and the names that are new since the last
/// batch.
struct SessionRows
{
    QList<SessionRow> rows{};
    NameId firstName = 0; ///< Number of the first of \a names.
    QList<QString> names{};
};

} // namespace escalite
