// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What an SMTP server answers: one or many lines under one code (RFC 5321 §4.2), read from bytes cut anywhere.

#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

namespace escalite::smtp {

struct Reply
{
    int code = 0;
    QList<QByteArray> lines; ///< The text behind the code of each line; at least one, may be empty.

    [[nodiscard]] bool isPositive() const { return code / 100 == 2; }
    [[nodiscard]] bool isTransient() const { return code / 100 == 4; }
    [[nodiscard]] bool isPermanent() const { return code / 100 == 5; }
    /// All lines as one, "550 5.1.1 no such user": UTF-8 or else Latin-1, control characters as spaces, at most 400
    /// characters.
    [[nodiscard]] QString text() const;
    /// "5.1.1" when the text begins with an enhanced status code of the same class (RFC 3463), else empty.
    [[nodiscard]] QByteArray enhanced() const;
};

/// \a bytes as text: UTF-8 where valid, Latin-1 where not; control characters become spaces.
[[nodiscard]] QString textFromWire(QByteArrayView bytes);

/// Splits what comes into replies. Once broken() it stays so: the conversation cannot be resumed.
class ReplyParser
{
public:
    static constexpr qsizetype MaxLine = 2048; ///< RFC 5321 §4.5.3.1.5 allows 512; servers exceed it.
    static constexpr qsizetype MaxLines = 100;
    static constexpr qsizetype MaxReply = 64 * 1024; ///< All lines of one reply together.

    void feed(QByteArrayView bytes);
    /// The next whole reply, if there is one.
    [[nodiscard]] std::optional<Reply> take();
    /// What is wrong with the bytes, one sentence; empty when nothing is.
    [[nodiscard]] const QString &broken() const { return m_broken; }
    /// Nothing is left over: no whole reply, no part of one.
    [[nodiscard]] bool isEmpty() const { return m_buffer.isEmpty() && m_partial.lines.isEmpty(); }

private:
    bool readLine(QByteArrayView line);

    QByteArray m_buffer; ///< Bytes behind the last whole line that was read.
    Reply m_partial;     ///< Lines of a reply whose last has not come.
    qsizetype m_partialSize = 0;
    QString m_broken;
};

} // namespace escalite::smtp
