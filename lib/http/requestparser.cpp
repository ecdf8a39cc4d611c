// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/requestparser.h"

#include "http/grammar.h"

#include <algorithm>
#include <array>

namespace escalite::http {

namespace {

/// uri-host with an optional port, loosely: what could be read as another part of a URI is refused.
bool isHost(QByteArrayView host)
{
    return !host.isEmpty() && std::all_of(host.begin(), host.end(), [](char c) {
        return c > 0x20 && c < 0x7F && std::string_view("/?#@,\\\"<>^`{|}").find(c) == std::string_view::npos;
    });
}

/// Fields whose repetition would let two readers see two different requests.
enum Single : quint32 {
    Host = 1 << 0,
    ContentLength = 1 << 1,
    TransferEncoding = 1 << 2,
    ContentType = 1 << 3,
    ContentEncoding = 1 << 4,
    Authorization = 1 << 5,
    Origin = 1 << 6,
    Expect = 1 << 7,
    Connection = 1U << 31, ///< May be repeated.
};

constexpr std::array<std::pair<std::string_view, Single>, 9> KnownFields{{
    {"host", Host},
    {"content-length", ContentLength},
    {"transfer-encoding", TransferEncoding},
    {"content-type", ContentType},
    {"content-encoding", ContentEncoding},
    {"authorization", Authorization},
    {"origin", Origin},
    {"expect", Expect},
    {"connection", Connection},
}};

quint32 knownField(QByteArrayView name)
{
    for (const auto &[known, field] : KnownFields) {
        if (static_cast<qsizetype>(known.size()) == name.size()
            && name.compare(QByteArrayView(known.data(), name.size()), Qt::CaseInsensitive) == 0)
            return field;
    }
    return 0;
}

constexpr std::array<std::string_view, 8> Methods{"POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"};

bool isMethod(QByteArrayView method)
{
    return std::any_of(Methods.begin(), Methods.end(), [method](std::string_view known) {
        return QByteArrayView(known.data(), static_cast<qsizetype>(known.size())) == method;
    });
}

/// A body whose length is known is given its memory at once up to this size; beyond it memory follows what really
/// comes.
constexpr quint64 ReserveAtOnce = 64 * 1024;

} // namespace

bool RequestParser::fail(int status, const char *reason)
{
    m_error = {status, reason};
    m_state = State::Failed;
    m_head = {};
    return false;
}

qsizetype RequestParser::feed(QByteArrayView bytes)
{
    switch (m_state) {
    case State::Head:
        return feedHead(bytes);
    case State::Body:
        return m_chunked ? feedChunked(bytes) : feedSized(bytes);
    case State::HeadComplete:
    case State::Complete:
    case State::Failed:
        break;
    }
    return 0;
}

qsizetype RequestParser::feedHead(QByteArrayView bytes)
{
    // The usual head comes in one piece and is read where it lies.
    const qsizetype held = m_head.size();
    QByteArrayView head = bytes;
    if (held > 0) {
        m_head.append(bytes.first(std::min(bytes.size(), m_limits.head + 1 - held)));
        head = m_head;
    }
    const qsizetype end = readLines(head);
    if (m_state == State::Failed)
        return bytes.size();
    if (m_state == State::HeadComplete) {
        m_head.resize(0);
        return end - held;
    }
    if (held == 0)
        m_head = bytes.toByteArray();
    return bytes.size();
}

/// Reads all complete lines of \a head; returns the position behind the empty line that ends it.
qsizetype RequestParser::readLines(QByteArrayView head)
{
    while (true) {
        // The place of the CR of the longest line allowed here.
        const qsizetype lastCr =
            m_begun ? m_limits.head - 2 : std::min(m_lineStart + m_limits.requestLine, m_limits.head - 2);
        const qsizetype stop = std::min(head.size(), lastCr + 1);
        while (m_scanned < stop && !is(head[m_scanned], Control))
            ++m_scanned;
        if (m_scanned >= stop) {
            if (m_scanned > lastCr) { // Also when the line before ended at the limit.
                m_begun ? fail(431, "The head is longer than the limit.")
                        : fail(414, "The request line is longer than the limit.");
            }
            return head.size();
        }
        const char c = head[m_scanned];
        if (c == '\n') {
            fail(400, "A line must end with CR LF, not with a bare LF.");
            return head.size();
        }
        if (c != '\r') {
            fail(400, "The head contains a control character.");
            return head.size();
        }
        if (m_scanned + 1 == head.size())
            return head.size();
        if (head[m_scanned + 1] != '\n') {
            fail(400, "A CR must be followed by LF.");
            return head.size();
        }
        const QByteArrayView line = head.sliced(m_lineStart, m_scanned - m_lineStart);
        m_scanned += 2;
        m_lineStart = m_scanned;
        if (!m_begun) {
            if (line.isEmpty() && !m_leadingLine)
                m_leadingLine = true; // RFC 9112 §2.2: one is tolerated.
            else if (!readRequestLine(line))
                return head.size();
        } else if (line.isEmpty()) {
            endHead();
            return m_scanned;
        } else if (!readField(line)) {
            return head.size();
        }
    }
}

bool RequestParser::readRequestLine(QByteArrayView line)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype second = first < 0 ? -1 : line.indexOf(' ', first + 1);
    if (second < 0 || line.indexOf(' ', second + 1) >= 0)
        return fail(400, "The request line must be method, target and version with single spaces between.");
    const QByteArrayView method = line.first(first);
    const QByteArrayView target = line.sliced(first + 1, second - first - 1);
    const QByteArrayView version = line.sliced(second + 1);
    if (!isToken(method))
        return fail(400, "The method is no token.");
    if (version.size() != 8 || !version.startsWith("HTTP/") || !isDigit(version[5]) || version[6] != '.'
        || !isDigit(version[7]))
        return fail(400, "The version must read HTTP/1.1.");
    if (version[5] != '1' || version[7] > '1')
        return fail(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    if (!isMethod(method))
        return fail(501, "The method is not known here.");
    m_begun = true;
    m_request.method = method.toByteArray();
    m_request.minorVersion = version[7] - '0';
    m_keepsAlive = m_request.minorVersion == 1;
    return readTarget(target);
}

/// RFC 9112 §3.2: origin-form, absolute-form, or "*" with OPTIONS.
bool RequestParser::readTarget(QByteArrayView target)
{
    const bool printable = std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    if (target.isEmpty() || !printable || target.contains('#'))
        return fail(400, "The request target may contain visible ASCII characters only, and no fragment.");
    constexpr QByteArrayView Scheme("http://");
    if (target.size() > Scheme.size() && equalsIgnoringCase(target.first(Scheme.size()), Scheme)) {
        target = target.sliced(Scheme.size());
        const auto end = std::find_if(target.begin(), target.end(), [](char c) { return c == '/' || c == '?'; });
        const QByteArrayView authority = target.first(end - target.begin());
        if (!isHost(authority))
            return fail(400, "The request target has no valid host.");
        m_authority = authority.toByteArray();
        target = target.sliced(authority.size());
        if (target.isEmpty() || target.front() == '?') {
            m_request.path = QByteArrayLiteral("/");
            m_request.query = target.isEmpty() ? QByteArray() : target.sliced(1).toByteArray();
            return true;
        }
    } else if (target == QByteArrayView("*") && m_request.method == "OPTIONS") {
        m_request.path = target.toByteArray();
        return true;
    }
    if (target.front() != '/')
        return fail(400, "The request target must begin with a slash or with http://.");
    const qsizetype question = target.indexOf('?');
    m_request.path = (question < 0 ? target : target.first(question)).toByteArray();
    if (question >= 0)
        m_request.query = target.sliced(question + 1).toByteArray();
    return true;
}

bool RequestParser::readField(QByteArrayView line)
{
    if (line.front() == ' ' || line.front() == '\t')
        return fail(400, "A field must not be folded over several lines."); // RFC 9112 §5.2
    const qsizetype colon = line.indexOf(':');
    if (colon < 0)
        return fail(400, "A field has no colon.");
    const QByteArrayView name = line.first(colon);
    if (!isToken(name)) // Also a space before the colon: RFC 9112 §5.1.
        return fail(400, "A field name must be a token directly before its colon.");
    if (m_request.headers.size() == m_limits.fields)
        return fail(431, "The head has more fields than the limit.");
    const QByteArrayView value = withoutOws(line.sliced(colon + 1));

    if (const quint32 field = knownField(name); field != 0) {
        if ((m_seen & field) != 0 && field != Connection)
            return fail(400, "A field that may stand only once is repeated.");
        m_seen |= field;
        switch (field) {
        case Host:
            if (!isHost(value))
                return fail(400, "The Host field is not a host with an optional port.");
            break;
        case ContentLength:
            if (!readContentLength(value))
                return false;
            break;
        case TransferEncoding:
            if (!readTransferEncoding(value))
                return false;
            break;
        case Expect:
            if (m_request.minorVersion == 1) {
                if (!equalsIgnoringCase(value, "100-continue"))
                    return fail(417, "The only expectation known here is 100-continue.");
                m_expectsContinue = true;
            }
            break;
        case Connection:
            forEachMember(value, [this](QByteArrayView option) {
                if (equalsIgnoringCase(option, "close"))
                    m_keepsAlive = false;
            });
            break;
        default:
            break;
        }
    }
    m_request.headers.append({name.toByteArray(), value.toByteArray()});
    return true;
}

bool RequestParser::readContentLength(QByteArrayView value)
{
    m_contentLength = contentLengthFrom(value);
    return m_contentLength.has_value() || fail(400, "Content-Length must be 1 to 19 digits.");
}

bool RequestParser::readTransferEncoding(QByteArrayView value)
{
    if (m_request.minorVersion == 0)
        return fail(400, "HTTP/1.0 has no Transfer-Encoding."); // RFC 9112 §6.1
    m_transferEncoding = true;
    int codings = 0;
    int chunked = 0;
    bool last = false;
    forEachMember(value, [&](QByteArrayView coding) {
        last = equalsIgnoringCase(coding, "chunked");
        chunked += last ? 1 : 0;
        codings += coding.isEmpty() ? 0 : 1;
    });
    if (codings == 0 || chunked > 1 || (chunked == 1 && !last))
        return fail(400, "Transfer-Encoding must be the single word chunked."); // RFC 9112 §6.3
    if (codings > 1 || !last)
        return fail(501, "The only transfer coding known here is chunked.");
    m_chunked = true;
    return true;
}

bool RequestParser::endHead()
{
    if ((m_seen & Host) == 0 && m_request.minorVersion == 1)
        return fail(400, "HTTP/1.1 requires a Host field."); // RFC 9112 §3.2
    if (m_transferEncoding && m_contentLength)
        return fail(400, "Transfer-Encoding and Content-Length exclude each other."); // RFC 9112 §6.3
    const bool wantsLength = m_request.method == "POST" || m_request.method == "PUT" || m_request.method == "PATCH";
    if (wantsLength && !m_chunked && !m_contentLength)
        return fail(411, "The request needs a Content-Length or the transfer coding chunked.");
    if (!m_authority.isNull()) { // RFC 9112 §3.2.2: it replaces what Host says.
        const auto host = std::find_if(m_request.headers.begin(), m_request.headers.end(),
                                       [](const Header &header) { return equalsIgnoringCase(header.name, "Host"); });
        if (host == m_request.headers.end())
            m_request.headers.append({QByteArrayLiteral("Host"), m_authority});
        else
            host->value = m_authority;
    }
    m_state = State::HeadComplete;
    return true;
}

void RequestParser::readBody(qsizetype limit)
{
    Q_ASSERT(m_state == State::HeadComplete);
    m_bodyLimit = limit;
    if (m_chunked) {
        m_state = State::Body;
        return;
    }
    m_left = m_contentLength.value_or(0);
    if (m_left > static_cast<quint64>(std::max<qsizetype>(limit, 0))) {
        fail(413, "The body is longer than the limit.");
        return;
    }
    m_state = m_left == 0 ? State::Complete : State::Body;
    m_request.body.reserve(static_cast<qsizetype>(std::min(m_left, ReserveAtOnce)));
}

qsizetype RequestParser::feedSized(QByteArrayView bytes)
{
    const qsizetype taken = static_cast<qsizetype>(std::min(m_left, static_cast<quint64>(bytes.size())));
    m_request.body.append(bytes.first(taken));
    m_left -= static_cast<quint64>(taken);
    if (m_left == 0)
        m_state = State::Complete;
    return taken;
}

qsizetype RequestParser::feedChunked(QByteArrayView bytes)
{
    const qsizetype taken = m_chunks.feed(bytes, m_request.body, m_bodyLimit);
    if (m_chunks.hasFailed())
        fail(m_chunks.error().status, m_chunks.error().reason);
    else if (m_chunks.isComplete())
        m_state = State::Complete;
    return taken;
}

Request RequestParser::takeRequest()
{
    Q_ASSERT(m_state == State::Complete);
    Request request = std::move(m_request);
    *this = RequestParser(m_limits);
    return request;
}

} // namespace escalite::http
