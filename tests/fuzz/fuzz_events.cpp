// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Fuzz target: lines of events. Whatever is taken makes documents that the documents' decoder takes, one for each
// session, in any order the same; told again it changes nothing.

#include "ingest/documents.h"
#include "ingest/eventdecoder.h"
#include "ingest/livesessions.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace escalite;
using namespace escalite::ingest;

namespace {

void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

constexpr TimePoint Now(std::chrono::seconds(1'764'056'056));

/// What is stored of the sessions after \a events.
class Console
{
public:
    Console()
        : live({}, [this](const QUuid &id) -> std::optional<StoredSession> {
            const auto found = stored.constFind(id);
            return found == stored.cend() ? std::nullopt : std::optional(StoredSession{*found, Now});
        })
    {
    }

    QList<Receipt> take(const QList<ClientEvent> &events)
    {
        AppliedEvents applied = live.apply(events, {}, Now);
        require(applied.each.size() == events.size(), "an answer for each event");
        require(applied.sessions.size() == events.size(), "and what it waits for");
        for (const Received &received : applied.documents) {
            require(received.digest.flags.testAnyFlags(SessionFlag::Live | SessionFlag::Gap), "nothing else is made");
            stored.insert(received.digest.id, received.document);
        }
        return applied.each;
    }

    QHash<QUuid, QByteArray> stored;
    LiveSessions live;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr qsizetype Most = 50;
    const QByteArray body(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto lines = splitLines(body, Most);
    if (!lines)
        return 0;
    QList<ClientEvent> events;
    bool areNumbered = true;
    for (const QByteArrayView line : *lines) {
        auto read = readEvent(line.toByteArray(), {.receivedAt = Now});
        if (const auto *refusal = std::get_if<Refusal>(&read)) {
            require(!refusal->reason.isEmpty(), "a refusal has a reason");
            continue;
        }
        const auto &event = std::get<ClientEvent>(read);
        if (const auto *told = std::get_if<SessionEvent>(&event))
            areNumbered = areNumbered && told->number > 0;
        events.append(event);
    }
    Console whole;
    const QList<Receipt> receipts = whole.take(events);
    require(!receipts.contains(Receipt::Conflict), "nothing is late at once");
    for (const QByteArray &document : std::as_const(whole.stored)) {
        SessionDecoder decoder;
        require(std::holds_alternative<Session>(decoder.session(document, {})), "a document is one for its reader");
    }
    if (areNumbered && !receipts.contains(Receipt::Full)) {
        const auto before = whole.stored;
        whole.take(events);
        require(whole.stored == before, "what is told again changes nothing");
    }
    static_cast<void>(whole.live.advance(Now + std::chrono::hours(2)));
    return 0;
}
