// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Turns the bytes of one HTTP/1.1 connection into the answers to POST or GET without touching a socket. Strict and
// bounded: what answers may be anything that took the port.

#pragma once

#include "http/chunkedbody.h"
#include "http/message.h"

#include <optional>

namespace escalite::http {

struct ResponseLimits
{
    qsizetype head = 16 * 1024; ///< Status line and fields with all line ends, interim answers included.
    int fields = 100;
    qsizetype body = 4 * 1024 * 1024;
    qsizetype chunkOverhead = 8 * 1024; ///< Extensions of all chunks together; trailers likewise.
};

/// One answer after the other: feed() until Complete, takeResponse(). Interim answers (1xx) are read over.
class ResponseParser
{
public:
    enum class State : quint8 {
        Head, ///< Reading the head; also before its first byte.
        Body,
        Complete, ///< Waits for takeResponse().
        Failed,   ///< For good; see reason().
    };

    explicit ResponseParser(const ResponseLimits &limits = {}) : m_limits(limits) {}

    /// Reads from \a bytes up to the end of the answer and returns how many bytes that were.
    qsizetype feed(QByteArrayView bytes);
    /// The far side has closed: ends a body that lasts until then, and fails whatever else is not complete.
    void close();
    /// The answer; the parser is then ready for the next one on the connection.
    Response takeResponse();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const char *reason() const { return m_reason; } ///< One sentence, ours, quoting nothing.
    /// Not a byte of an answer has come.
    [[nodiscard]] bool isEmpty() const { return m_state == State::Head && m_headBytes == 0; }
    /// The connection may be used for another request (RFC 9112 §9.3); never with HTTP/1.0. Known from Complete on.
    [[nodiscard]] bool keepsAlive() const { return m_keepsAlive; }

private:
    enum class Framing : quint8 { Sized, Chunked, UntilClose };

    qsizetype feedHead(QByteArrayView bytes);
    bool readLine(QByteArrayView line);
    bool readStatusLine(QByteArrayView line);
    bool readField(QByteArrayView line);
    void endHead();
    bool fail(const char *reason);

    ResponseLimits m_limits;
    State m_state = State::Head;
    const char *m_reason = "";
    Response m_response;
    QByteArray m_line; ///< Without its CR LF; begun.
    bool m_cr = false; ///< The line has had its CR.
    qsizetype m_headBytes = 0;
    bool m_begun = false; ///< The status line is behind us.

    std::optional<quint64> m_contentLength;
    bool m_transferEncoding = false;
    bool m_keepsAlive = true;
    Framing m_framing = Framing::UntilClose;
    quint64 m_left = 0; ///< Bytes of the sized body still to come.
    ChunkedBody m_chunks{m_limits.chunkOverhead};
};

} // namespace escalite::http
