// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What lists, rules and counts need of a session, taken from its document in one pass.

#pragma once

#include "core/session.h"

#include <QByteArray>

#include <array>
#include <optional>

namespace escalite {

/// One bar of the micro-waterfall: a call in 255ths of the session's own duration; of the time until its newest event
/// while the session is open.
struct CallBar
{
    static constexpr quint8 Running = 255; ///< As an end in an open session: the call has none yet.

    quint8 from = 0;
    quint8 to = 0;
    quint8 level = 0; ///< Numeric Level; 0 = no bar.

    bool operator==(const CallBar &) const = default;
};

inline constexpr int MaxCallBars = 8;
/// Longest message, path and source kept in a digest, in UTF-16 units; longer text is cut with an ellipsis.
inline constexpr qsizetype MaxDigestText = 240;
/// Longest fingerprint that a sender may give, in UTF-16 units; a longer one is taken for none.
inline constexpr qsizetype MaxOwnFingerprint = 200;

struct SessionDigest
{
    QUuid id{};
    QString source{};
    QString method{};
    QString path{};
    QString message{};
    QString errorKey{};
    std::optional<int> code{};
    Level declared = Level::Info;
    Level effective = Level::Info;
    std::optional<TimePoint> startedAt{};
    std::optional<Duration> elapsed{};
    SessionFlags flags{};
    std::array<CallBar, MaxCallBars> calls{};
    QString openCall{}; ///< Service of the call that has been running longest; empty when none is.
    std::optional<TimePoint> openCallSince{};
    QString fingerprint{};   ///< What the sender says makes it the same problem; empty = by the recipe.
    quint64 contentHash = 0; ///< contentHash() of the document's bytes.

    [[nodiscard]] bool isEnded() const { return flags.testFlag(SessionFlag::Ended); }
    bool operator==(const SessionDigest &) const = default;
};

/// Tells equal documents from different ones cheaply, eight bytes at a step; equality is confirmed on the bytes. Not
/// for secrets. Stands in the column rows on disk: it must not change.
[[nodiscard]] quint64 contentHash(QByteArrayView bytes);

/// Every string of a JSON document, unescaped, one per line: what a text condition searches in.
/// \a json must be valid JSON.
[[nodiscard]] QString documentText(QByteArrayView json);

} // namespace escalite
