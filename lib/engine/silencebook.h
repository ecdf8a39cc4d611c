// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The silences that are not over, with what each holds back.

#pragma once

#include "core/sessiondigest.h"
#include "core/silence.h"
#include "filter/expression.h"

#include <QList>

#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace escalite::engine {

class SilenceBook
{
public:
    /// What one silence held back of one incident.
    struct Held
    {
        quint64 times = 0;
        quint64 sessions = 0;
        QString title{};
        QUuid worst{}; ///< Session.
    };
    struct Kept
    {
        Silence silence;
        filter::ExpressionPtr matcher{}; ///< Null when what was stored cannot be read any more: it catches nothing.
        std::map<QUuid, Held> held{};    ///< By incident.
        bool changed = false;
    };

    void restore(Silence silence);
    /// New, or in place of the one with its id.
    void put(Silence silence, filter::ExpressionPtr matcher);
    [[nodiscard]] Kept *find(const QUuid &id);
    /// The one made first of those that are active \a at and match.
    [[nodiscard]] Kept *covering(const SessionDigest &digest, TimePoint at, const std::function<QString()> &text);
    [[nodiscard]] bool isEmpty() const { return m_kept.empty(); }

    [[nodiscard]] std::optional<TimePoint> nextEnd() const;
    /// The one that ends first, if that is not after \a now.
    [[nodiscard]] Kept *due(TimePoint now);
    /// Those changed since the last call. Those that are over are forgotten by that.
    [[nodiscard]] QList<Silence> takeChanged();
    [[nodiscard]] QList<Silence> all() const; ///< In order of their end.
    void renameNotifier(const QString &from, const QString &to);

private:
    std::vector<Kept> m_kept; ///< In order of making.
};

} // namespace escalite::engine
