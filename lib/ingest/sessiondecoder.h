// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The native session document: Python Escalite's get_all_logs() and our own wire form, bytes to values (E-01 to E-26).
// Never guesses: what breaks a limit or the grammar is refused with a JSON pointer; odd shapes are kept and flagged.

#pragma once

#include "core/sessiondigest.h"
#include "core/sessionwriter.h"
#include "ingest/refusal.h"

#include <QByteArray>
#include <QString>

#include <variant>

namespace escalite::ingest {

class SessionDecoder
{
public:
    SessionDecoder();
    ~SessionDecoder();
    SessionDecoder(const SessionDecoder &) = delete;
    SessionDecoder &operator=(const SessionDecoder &) = delete;

    /// Checks \a document fully and takes its digest. \a source is the sender's name (header or token); a member
    /// "source" of the document counts when it is empty, and "unknown" when both are. One decoder serves one thread.
    std::variant<SessionDigest, Refusal> digest(const QByteArray &document, const QString &source);

    /// Reads \a document whole: for the detail view, notifications and rules that look inside.
    std::variant<Session, Refusal> session(const QByteArray &document, const QString &source);

    /// What \a document says of itself in its member "escalite"; empty when it says nothing, or is none.
    [[nodiscard]] static SessionNote note(const QByteArray &document);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace escalite::ingest
