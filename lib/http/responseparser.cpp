// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/responseparser.h"

#include "http/grammar.h"

namespace escalite::http {

bool ResponseParser::fail(const char *reason)
{
    m_reason = reason;
    m_state = State::Failed;
    m_line = {};
    m_response.body = {};
    return false;
}

qsizetype ResponseParser::feed(QByteArrayView bytes)
{
    qsizetype taken = 0;
    while (m_state == State::Head && taken < bytes.size())
        taken += feedHead(bytes.sliced(taken));
    if (m_state != State::Body)
        return taken;
    const QByteArrayView rest = bytes.sliced(taken);
    switch (m_framing) {
    case Framing::Sized: {
        const auto part = static_cast<qsizetype>(std::min(m_left, static_cast<quint64>(rest.size())));
        m_response.body.append(rest.first(part));
        m_left -= static_cast<quint64>(part);
        if (m_left == 0)
            m_state = State::Complete;
        return taken + part;
    }
    case Framing::Chunked:
        taken += m_chunks.feed(rest, m_response.body, m_limits.body);
        if (m_chunks.hasFailed())
            fail(m_chunks.error().reason);
        else if (m_chunks.isComplete())
            m_state = State::Complete;
        return taken;
    case Framing::UntilClose:
        if (rest.size() > m_limits.body - m_response.body.size())
            fail("The body is longer than the limit.");
        else
            m_response.body.append(rest);
        break;
    }
    return bytes.size();
}

void ResponseParser::close()
{
    if (m_state == State::Body && m_framing == Framing::UntilClose)
        m_state = State::Complete;
    else if (m_state == State::Head || m_state == State::Body)
        fail(isEmpty() ? "The connection was closed without an answer."
                       : "The connection was closed within an answer.");
}

/// Up to the end of a line or of \a bytes.
qsizetype ResponseParser::feedHead(QByteArrayView bytes)
{
    qsizetype i = 0;
    while (i < bytes.size()) {
        const char c = bytes[i++];
        if (++m_headBytes > m_limits.head) {
            fail("The head is longer than the limit.");
        } else if (m_cr) {
            m_cr = false;
            if (c != '\n') {
                fail("A CR must be followed by LF.");
                break;
            }
            const QByteArray line = std::exchange(m_line, {});
            readLine(line);
            break;
        } else if (c == '\r') {
            m_cr = true;
        } else if (is(c, Control)) {
            fail(c == '\n' ? "A line must end with CR LF, not with a bare LF."
                           : "The head contains a control character.");
        } else {
            m_line.append(c);
        }
        if (m_state == State::Failed)
            break;
    }
    return i;
}

bool ResponseParser::readLine(QByteArrayView line)
{
    if (!m_begun)
        return readStatusLine(line);
    if (!line.isEmpty())
        return readField(line);
    endHead();
    return m_state != State::Failed;
}

/// RFC 9112 §4. The phrase may be missing, with the space before it: some leave both out.
bool ResponseParser::readStatusLine(QByteArrayView line)
{
    const bool isHttp = line.size() >= 12 && line.startsWith("HTTP/") && isDigit(line[5]) && line[6] == '.'
                        && isDigit(line[7]) && line[8] == ' ' && isDigit(line[9]) && isDigit(line[10])
                        && isDigit(line[11]) && (line.size() == 12 || line[12] == ' ');
    if (!isHttp)
        return fail("The answer is not one of HTTP.");
    if (line[5] != '1' || line[7] > '1')
        return fail("Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    m_begun = true;
    m_keepsAlive = line[7] == '1';
    m_response.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    if (m_response.status < 100 || m_response.status > 599)
        return fail("The status is none of HTTP.");
    if (m_response.status == 101) // Nobody asked for it.
        return fail("The answer changes the protocol.");
    return true;
}

bool ResponseParser::readField(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon < 0 || !isToken(line.first(colon))) // Also a folded one: RFC 9112 §5.2.
        return fail("A field name must be a token directly before its colon.");
    if (m_response.headers.size() == m_limits.fields)
        return fail("The head has more fields than the limit.");
    const QByteArrayView name = line.first(colon);
    const QByteArrayView value = withoutOws(line.sliced(colon + 1));
    if (equalsIgnoringCase(name, "content-length")) {
        if (m_contentLength)
            return fail("Content-Length is repeated.");
        m_contentLength = contentLengthFrom(value);
        if (!m_contentLength)
            return fail("Content-Length must be 1 to 19 digits.");
    } else if (equalsIgnoringCase(name, "transfer-encoding")) {
        if (m_transferEncoding || !m_keepsAlive || !equalsIgnoringCase(value, "chunked"))
            return fail("The only transfer coding known here is chunked.");
        m_transferEncoding = true;
    } else if (equalsIgnoringCase(name, "content-type")) {
        m_response.contentType = value.toByteArray();
    }
    m_response.headers.append({name.toByteArray(), value.toByteArray()});
    return true;
}

/// RFC 9112 §6.3.
void ResponseParser::endHead()
{
    if (m_response.status < 200) {
        const qsizetype read = m_headBytes;
        *this = ResponseParser(m_limits);
        m_headBytes = read;
        return;
    }
    if (m_transferEncoding && m_contentLength) {
        fail("Transfer-Encoding and Content-Length exclude each other.");
        return;
    }
    for (const Header &header : std::as_const(m_response.headers)) {
        if (!equalsIgnoringCase(header.name, "connection"))
            continue;
        forEachMember(header.value, [this](QByteArrayView option) {
            if (equalsIgnoringCase(option, "close"))
                m_keepsAlive = false;
        });
    }
    m_state = State::Body;
    if (m_response.status == 204 || m_response.status == 304) {
        m_state = State::Complete;
    } else if (m_transferEncoding) {
        m_framing = Framing::Chunked;
    } else if (m_contentLength) {
        m_framing = Framing::Sized;
        m_left = *m_contentLength;
        if (m_left > static_cast<quint64>(m_limits.body))
            fail("The body is longer than the limit.");
        else if (m_left == 0)
            m_state = State::Complete;
    } else {
        m_framing = Framing::UntilClose;
        m_keepsAlive = false;
    }
}

Response ResponseParser::takeResponse()
{
    Q_ASSERT(m_state == State::Complete);
    Response response = std::move(m_response);
    *this = ResponseParser(m_limits);
    return response;
}

} // namespace escalite::http
