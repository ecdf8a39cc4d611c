// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the gateway asks of the house: keep these documents, then tell what became of each.

#pragma once

#include "core/sessiondigest.h"
#include "core/sessionevent.h"

#include <QByteArray>
#include <QList>

#include <chrono>
#include <functional>

namespace escalite::ingest {

/// A document that passed every check, on its way to the journal.
struct Received
{
    QByteArray document; ///< The exact bytes.
    SessionDigest digest;
    QByteArray body{};   ///< The body of many documents in which this one stands; its bytes are not copied out.
    bool amends = false; ///< Takes the place of a document of the same session, even of one that has ended.
};

enum class Receipt : quint8 {
    Created,   ///< New and on the disk.
    Duplicate, ///< The same bytes are on the disk already.
    Updated,   ///< More of an open session; on the disk.
    Conflict,  ///< Other bytes under an ended id, or an event that came too late; not stored.
    Full,      ///< An event for a session that has all it may have; not stored.
    Busy,      ///< Not stored: too much is waiting. Ask again.
    Failed,    ///< Not stored: the disk refused.
};

struct Receipts
{
    QList<Receipt> each;                ///< In the order of the documents.
    std::chrono::seconds retryAfter{1}; ///< When any is Busy or Failed.
};

class Intake
{
public:
    virtual ~Intake() = default;
    /// Takes \a documents in order. \a done is called once, on the caller's thread, after the sync of all that were
    /// kept (and of the first copies of duplicates), or at once when all are refused.
    virtual void receive(QList<Received> documents, std::function<void(Receipts)> done) = 0;
    /// Takes \a events, which \a source sent (empty: they say so themselves), in order. Otherwise as receive(): an
    /// event is kept when a document is that has it. Created is never answered.
    virtual void receiveEvents(QList<ClientEvent> events, const QString &source,
                               std::function<void(Receipts)> done) = 0;
};

} // namespace escalite::ingest
