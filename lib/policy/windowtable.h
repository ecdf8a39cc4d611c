// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Windows by key, bounded: what has been idle longest goes first.

#pragma once

#include "core/timepoint.h"

#include <QHash>

#include <utility>
#include <vector>

namespace escalite::policy {

/// \a Window is a CountWindow or a SampleWindow. A key is a hash of 64 bits of what is counted apart; that two of a
/// million meet has a chance of one in thirty million.
/// Memory of a CountWindow: about 80 bytes for a key with one session, 8 more for each further one up to
/// CountWindow::MaxExact, 300 beyond that. A key whose window has become empty goes as soon as others come.
template<typename Window>
class WindowTable
{
public:
    struct Bounds
    {
        qsizetype keys = 1'000'000;
        std::size_t bytes = 256U * 1024 * 1024; ///< Of what windows hold beside themselves.
    };

    explicit WindowTable(Bounds bounds) : m_bounds(bounds) {}

    template<typename... Value>
    void add(quint64 key, TimePoint at, Duration length, Value... value)
    {
        const quint32 place = placeFor(key);
        Slot &slot = m_slots[place];
        const std::size_t before = slot.window.extraBytes();
        slot.window.add(at, value..., length);
        m_bytes += slot.window.extraBytes() - before;
        slot.emptyFrom = at + length;
        // Two out for one in, so that what is over never heaps up.
        for (int i = 0; i < 2 && m_oldest != place && m_slots[m_oldest].emptyFrom <= at; ++i)
            remove(m_oldest);
        while (m_oldest != place && (m_places.size() > m_bounds.keys || m_bytes > m_bounds.bytes))
            remove(m_oldest);
    }

    [[nodiscard]] const Window *find(quint64 key) const
    {
        const auto found = m_places.constFind(key);
        return found == m_places.cend() ? nullptr : &m_slots[*found].window;
    }

    [[nodiscard]] qsizetype size() const { return m_places.size(); }
    void clear() { *this = WindowTable(m_bounds); }

private:
    static constexpr quint32 None = ~quint32(0);
    struct Slot
    {
        quint64 key = 0;
        TimePoint emptyFrom{};
        quint32 older = None; ///< Of free ones, the next free.
        quint32 newer = None;
        Window window{};
    };

    quint32 placeFor(quint64 key)
    {
        const auto known = m_places.constFind(key);
        quint32 place = None;
        if (known != m_places.cend()) {
            place = *known;
            unlink(place);
        } else if (m_free != None) {
            place = m_free;
            m_free = m_slots[place].older;
        } else {
            place = static_cast<quint32>(m_slots.size());
            m_slots.emplace_back();
        }
        if (known == m_places.cend()) {
            m_places.insert(key, place);
            m_slots[place].key = key;
        }
        m_slots[place].older = m_newest;
        m_slots[place].newer = None;
        (m_newest == None ? m_oldest : m_slots[m_newest].newer) = place;
        m_newest = place;
        return place;
    }

    void unlink(quint32 place)
    {
        const Slot &slot = m_slots[place];
        (slot.older == None ? m_oldest : m_slots[slot.older].newer) = slot.newer;
        (slot.newer == None ? m_newest : m_slots[slot.newer].older) = slot.older;
    }

    void remove(quint32 place)
    {
        Slot &slot = m_slots[place];
        unlink(place);
        m_places.remove(slot.key);
        m_bytes -= slot.window.extraBytes();
        slot.window = Window();
        slot.older = std::exchange(m_free, place);
    }

    Bounds m_bounds;
    std::vector<Slot> m_slots;
    QHash<quint64, quint32> m_places;
    std::size_t m_bytes = 0;
    quint32 m_oldest = None;
    quint32 m_newest = None;
    quint32 m_free = None;
};

} // namespace escalite::policy
