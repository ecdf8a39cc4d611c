// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Which of a client's event numbers have come.

#pragma once

#include <QString>

#include <optional>
#include <vector>

namespace escalite::ingest {

/// A set of numbers as ranges: they come nearly in order.
class EventNumbers
{
public:
    /// "1-17,19"; nothing when \a text is no such list in order.
    static std::optional<EventNumbers> fromText(QStringView text);
    [[nodiscard]] QString text() const;

    [[nodiscard]] bool contains(quint64 number) const;
    void insert(quint64 number);
    [[nodiscard]] bool isEmpty() const { return m_ranges.empty(); }

    bool operator==(const EventNumbers &) const = default;

private:
    struct Range
    {
        quint64 first = 0;
        quint64 last = 0;
        bool operator==(const Range &) const = default;
    };
    std::vector<Range> m_ranges; ///< In order, never touching.
};

} // namespace escalite::ingest
