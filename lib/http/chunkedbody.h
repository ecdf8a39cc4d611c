// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Reads a body in the transfer coding chunked without touching a socket.

#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace escalite::http {

/// Why a message is refused. The framing of what follows is lost: the connection must close (RFC 9112 §2.2).
struct ParseError
{
    int status = 0;          ///< What a server answers.
    const char *reason = ""; ///< One sentence, ours, quoting nothing.
};

/// RFC 9112 §7.1, without the spaces that some would tolerate around a size. The outcome does not depend on how the
/// bytes are cut up.
class ChunkedBody
{
public:
    /// \a overhead: bytes that the extensions of all chunks may have together, and likewise the trailers.
    explicit ChunkedBody(qsizetype overhead) : m_overhead(overhead) {}

    /// Reads from \a bytes up to the end of the body, appends the data to \a body, which may have \a limit bytes, and
    /// returns how many bytes were read.
    qsizetype feed(QByteArrayView bytes, QByteArray &body, qsizetype limit);

    [[nodiscard]] bool isComplete() const { return m_part == Part::End; }
    [[nodiscard]] bool hasFailed() const { return m_error.status != 0; }
    [[nodiscard]] const ParseError &error() const { return m_error; }

private:
    enum class Part : quint8 { Size, Extension, SizeEnd, Data, DataCr, DataLf, Trailer, TrailerEnd, End };

    void fail(int status, const char *reason) { m_error = {status, reason}; }
    void endTrailerLine();

    qsizetype m_overhead;
    ParseError m_error;
    Part m_part = Part::Size;
    quint64 m_left = 0; ///< Bytes of the chunk still to come.
    int m_sizeDigits = 0;
    qsizetype m_extensionBytes = 0;
    qsizetype m_trailerBytes = 0;
    QByteArray m_trailer; ///< The line being read.
};

} // namespace escalite::http
