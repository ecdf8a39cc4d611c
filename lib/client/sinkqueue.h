// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What waits to be sent, bounded in count and bytes, and what had to be thrown away. Knows no thread and no lock.

#pragma once

#include "client/sink.h"

#include <array>
#include <chrono>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

namespace escalite::client {

inline constexpr std::size_t LevelCount = 5;
[[nodiscard]] constexpr std::size_t indexOf(Level level)
{
    return std::min<std::size_t>(static_cast<std::size_t>(level) / 10, LevelCount) - 1;
}

enum class Reason : quint8 {
    QueueFull,
    TooLarge,
    Refused,    ///< The console answered that it is wrong.
    GaveUp,     ///< Not answered before the program ended.
    Unwritable, ///< No memory was left for it.
};
inline constexpr std::size_t ReasonCount = 5;
[[nodiscard]] const char *wireName(Reason reason);

/// What was thrown away, in the words of a `client` event: whole sessions, and events of sessions of which something
/// was sent.
class Losses
{
public:
    struct Count
    {
        quint64 sessions = 0;
        quint64 events = 0;
    };

    Count &at(Reason reason, Level level) { return m_counts[static_cast<std::size_t>(reason)][indexOf(level)]; }
    void add(const Losses &other);
    [[nodiscard]] bool isEmpty() const;
    /// The value of the member "discarded".
    [[nodiscard]] QByteArray toJson() const;

private:
    std::array<std::array<Count, LevelCount>, ReasonCount> m_counts{};
};

/// A session or an event on its way. Made outside every lock.
struct Waiting
{
    enum class Part : quint8 { Session, Start, Step, End };

    explicit Waiting(EndedSession session);
    explicit Waiting(LiveEvent event);

    Part part = Part::Step;
    Level level = Level::Info; ///< Of a start and an end: the worst of the session, as far as it is known.
    QUuid session{};
    std::optional<EndedSession> ended{};
    std::string json{};
    quint64 bytes = 0;
    quint64 order = 0;   ///< As handed over, from 1.
    quint64 dropped = 0; ///< Of an end: how much of its session was left out, there and here.

    // Where it stands; the queue's own.
    std::unique_ptr<Waiting> next{};
    Waiting *previous = nullptr;
    Waiting *nextOfKind = nullptr;
    Waiting *previousOfKind = nullptr;
    class Row *row = nullptr;
};

/// Frees \a thrown one after the other: the destructors of a chain nest as deep as it is long.
void freeAll(std::unique_ptr<Waiting> thrown);

/// Those of one kind, the oldest first.
class Row
{
public:
    void append(Waiting *waiting);
    static void remove(Waiting *waiting);
    [[nodiscard]] Waiting *first() const { return m_first; }

private:
    Waiting *m_first = nullptr;
    Waiting *m_last = nullptr;
};

/// When full, what has the lowest level goes first, and of that the oldest. Of a live session the entries go before its
/// start and end, which go together; what of it comes afterwards is thrown away too.
class SinkQueue
{
public:
    struct Limits
    {
        quint64 count = 0;
        quint64 bytes = 0;
    };
    using Items = std::vector<std::unique_ptr<Waiting>>;

    explicit SinkQueue(const Limits &limits) : m_limits(limits) {}
    ~SinkQueue() { clear(); }
    SinkQueue(const SinkQueue &) = delete;
    SinkQueue &operator=(const SinkQueue &) = delete;

    /// What had to go for it is added to \a thrown, so that it can be freed without the lock.
    void push(std::unique_ptr<Waiting> waiting, std::unique_ptr<Waiting> &thrown);
    /// The oldest, at most \a count and about \a bytes, but one at least. They count as in flight until settled.
    [[nodiscard]] Items take(quint64 count, quint64 bytes);
    /// What is in flight now: \a count items that take \a bytes, the oldest handed over as number \a first (0: none).
    void setInFlight(quint64 count, quint64 bytes, quint64 first, std::unique_ptr<Waiting> &thrown);
    /// Something that is not in the queue was thrown away.
    void lose(Reason reason, Waiting::Part part, Level level);

    [[nodiscard]] Losses takeLosses() { return std::exchange(m_losses, {}); }
    void giveBack(const Losses &losses) { m_losses.add(losses); }
    [[nodiscard]] bool hasLosses() const { return !m_losses.isEmpty(); }

    [[nodiscard]] quint64 queued() const { return m_count; }
    [[nodiscard]] quint64 queuedBytes() const { return m_bytes; }
    [[nodiscard]] quint64 waiting() const { return m_count + m_inFlightCount; }
    [[nodiscard]] quint64 bytes() const { return m_bytes + m_inFlightBytes; }
    [[nodiscard]] quint64 discarded(Reason reason) const { return m_discarded[static_cast<std::size_t>(reason)]; }
    [[nodiscard]] quint64 handedOver() const { return m_handedOver; }
    /// Whether nothing that was handed over up to number \a order waits any more.
    [[nodiscard]] bool isSettled(quint64 order) const;
    void clear();

private:
    /// A live session between its start and its end.
    struct Book
    {
        Level worst = Level::Debug;
        Waiting *start = nullptr; ///< While it is queued.
        Waiting *end = nullptr;   ///< Likewise.
        quint64 dropped = 0;
        std::array<quint32, LevelCount> droppedUnsent{}; ///< Before the start was sent, by level.
        bool isGone = false;                             ///< All of it was thrown away.
    };
    struct Hash
    {
        std::size_t operator()(const QUuid &id) const;
    };
    using Books = std::unordered_map<QUuid, Book, Hash>;

    bool enterBook(Waiting *waiting);
    void makeRoom(std::unique_ptr<Waiting> &thrown);
    bool throwOne(std::unique_ptr<Waiting> &thrown);
    void throwStep(Waiting *waiting, std::unique_ptr<Waiting> &thrown);
    void throwSession(Books::iterator book, std::unique_ptr<Waiting> &thrown);
    std::unique_ptr<Waiting> unlink(Waiting *waiting);
    void discard(Waiting *waiting, std::unique_ptr<Waiting> &thrown);

    Limits m_limits;
    std::unique_ptr<Waiting> m_first; ///< In the order of handing over.
    Waiting *m_last = nullptr;
    std::array<Row, LevelCount> m_steps;  ///< Entries, calls, levels; whole sessions.
    std::array<Row, LevelCount> m_starts; ///< Of sessions of which nothing was sent, by their worst level.
    Row m_ends;                           ///< Of sessions whose start was sent.
    Books m_books;
    quint64 m_count = 0;
    quint64 m_bytes = 0;
    quint64 m_inFlightCount = 0;
    quint64 m_inFlightBytes = 0;
    quint64 m_inFlightFirst = 0;
    quint64 m_handedOver = 0;
    std::array<quint64, ReasonCount> m_discarded{};
    Losses m_losses;
};

} // namespace escalite::client
