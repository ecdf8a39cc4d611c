// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Composes the mail we send: multipart/alternative of text and HTML, one JSON attachment (RFC 5322, 2045–2047, 2231).

#pragma once

#include "core/timepoint.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

namespace escalite::smtp {

struct Mailbox
{
    QString name;
    QString address;
};

/// Reads "ops@acme.test" or "Ops <ops@acme.test>". Nothing with CR, LF, NUL, angle brackets inside, or without a
/// domain.
[[nodiscard]] std::optional<Mailbox> mailboxFromText(const QString &text);

struct Attachment
{
    QString fileName;
    QByteArray contentType;
    QByteArray bytes;
};

struct MimeMessage
{
    Mailbox from;
    QList<Mailbox> to;
    QList<Mailbox> cc;
    QString subject; ///< Control characters become spaces; always made into encoded words when not plain.
    TimePoint date;
    QByteArray messageId;                             ///< Without angle brackets.
    QByteArray inReplyTo;                             ///< Likewise.
    QList<QByteArray> references{};                   ///< Likewise, oldest first; without any, \a inReplyTo.
    QList<std::pair<QByteArray, QByteArray>> headers; ///< Further ones; refused with CR or LF.
    QString text;
    QString html; ///< Empty = plain text only.
    std::optional<Attachment> attachment;
};

/// The message with CRLF line ends, lines of at most 76 octets where an address is no longer, ASCII only. Equal
/// arguments give equal bytes. Empty when something could break the header: CR, LF or NUL in a further header, no
/// message id, an address that is none.
[[nodiscard]] QByteArray compose(const MimeMessage &message);

} // namespace escalite::smtp
