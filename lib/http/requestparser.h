// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Turns the bytes of one HTTP/1.1 connection into requests without touching a socket. Malformed is refused, never
// guessed: where RFC 9112 leaves a choice, the strict one is taken, since no proxy stands in front.

#pragma once

#include "http/chunkedbody.h"
#include "http/message.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace escalite::http {

struct ParserLimits
{
    qsizetype requestLine = 8 * 1024;
    qsizetype head = 16 * 1024; ///< Request line and fields with all line ends.
    int fields = 100;
    qsizetype chunkOverhead = 8 * 1024; ///< Extensions of all chunks together; trailers likewise.
};

/// One message after the other: feed() until HeadComplete, readBody(), feed() until Complete, takeRequest().
/// The outcome does not depend on how the bytes are cut up, and each byte is looked at once.
class RequestParser
{
public:
    enum class State : quint8 {
        Head,         ///< Reading the head; also before its first byte.
        HeadComplete, ///< request() has all but the body. Waits for readBody().
        Body,
        Complete, ///< Waits for takeRequest().
        Failed,   ///< For good; see error().
    };

    explicit RequestParser(const ParserLimits &limits = {}) : m_limits(limits) {}

    /// Reads from \a bytes up to the end of the head or of the message and returns how many bytes that were.
    qsizetype feed(QByteArrayView bytes);

    /// Goes on with the body, which may have at most \a limit bytes: more is 413, from Content-Length before it is
    /// read.
    void readBody(qsizetype limit);

    /// The request; the parser is then ready for the next one on the connection.
    Request takeRequest();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const ParseError &error() const { return m_error; }
    [[nodiscard]] const Request &request() const { return m_request; }
    /// Not a byte of a next request has come.
    [[nodiscard]] bool isEmpty() const { return m_state == State::Head && m_head.isEmpty() && !m_begun; }
    /// The head announces a body of at least one byte.
    [[nodiscard]] bool hasBody() const { return m_chunked || m_contentLength.value_or(0) > 0; }
    /// As the head says it; nothing when chunked or absent.
    [[nodiscard]] std::optional<quint64> contentLength() const { return m_contentLength; }
    /// The client waits for a 100 before it sends the body (RFC 9110 §10.1.1).
    [[nodiscard]] bool expectsContinue() const { return m_expectsContinue; }
    /// The connection may be used for another request (RFC 9112 §9.3); never with HTTP/1.0.
    [[nodiscard]] bool keepsAlive() const { return m_keepsAlive; }
    [[nodiscard]] qsizetype bodySize() const { return m_request.body.size(); }

private:
    qsizetype feedHead(QByteArrayView bytes);
    qsizetype feedSized(QByteArrayView bytes);
    qsizetype feedChunked(QByteArrayView bytes);
    qsizetype readLines(QByteArrayView head);
    bool readRequestLine(QByteArrayView line);
    bool readTarget(QByteArrayView target);
    bool readField(QByteArrayView line);
    bool readContentLength(QByteArrayView value);
    bool readTransferEncoding(QByteArrayView value);
    bool endHead();
    bool fail(int status, const char *reason);

    ParserLimits m_limits;
    State m_state = State::Head;
    ParseError m_error;
    Request m_request;
    QByteArray m_head; ///< Of a head that did not come in one piece.
    qsizetype m_lineStart = 0;
    qsizetype m_scanned = 0;
    bool m_begun = false;       ///< The request line is behind us.
    bool m_leadingLine = false; ///< The one empty line before it has been seen.

    quint32 m_seen = 0;     ///< Bits of the fields that may stand only once.
    QByteArray m_authority; ///< Of an absolute-form target.
    std::optional<quint64> m_contentLength;
    bool m_transferEncoding = false;
    bool m_chunked = false;
    bool m_expectsContinue = false;
    bool m_keepsAlive = true;

    qsizetype m_bodyLimit = 0;
    quint64 m_left = 0; ///< Bytes of the sized body still to come.
    ChunkedBody m_chunks{m_limits.chunkOverhead};
};

} // namespace escalite::http
