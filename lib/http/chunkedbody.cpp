// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/chunkedbody.h"

#include "http/grammar.h"

namespace escalite::http {

namespace {

constexpr int MaxSizeDigits = 8;

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

} // namespace

qsizetype ChunkedBody::feed(QByteArrayView bytes, QByteArray &body, qsizetype limit)
{
    qsizetype i = 0;
    while (i < bytes.size() && !isComplete() && !hasFailed()) {
        const char c = bytes[i];
        switch (m_part) {
        case Part::Size:
            if (const int digit = hexValue(c); digit >= 0 && m_sizeDigits < MaxSizeDigits) {
                ++m_sizeDigits;
                m_left = m_left * 16 + static_cast<quint64>(digit);
            } else if (m_sizeDigits > 0 && c == '\r') {
                m_part = Part::SizeEnd;
            } else if (m_sizeDigits > 0 && c == ';') {
                m_part = Part::Extension;
            } else {
                fail(400, "A chunk size must be 1 to 8 hexadecimal digits.");
            }
            ++i;
            break;
        case Part::Extension:
            if (c == '\r') {
                m_part = Part::SizeEnd;
            } else if (is(c, Control)) {
                fail(400, "A chunk extension contains a control character.");
            } else if (++m_extensionBytes > m_overhead) {
                fail(400, "The chunk extensions are longer than the limit.");
            }
            ++i;
            break;
        case Part::SizeEnd:
            if (c != '\n') {
                fail(400, "A CR must be followed by LF.");
            } else if (m_left == 0) {
                m_part = Part::Trailer;
            } else if (m_left > static_cast<quint64>(std::max<qsizetype>(limit - body.size(), 0))) {
                fail(413, "The body is longer than the limit.");
            } else {
                m_part = Part::Data;
            }
            ++i;
            break;
        case Part::Data: {
            const auto taken = static_cast<qsizetype>(std::min(m_left, static_cast<quint64>(bytes.size() - i)));
            body.append(bytes.sliced(i, taken));
            m_left -= static_cast<quint64>(taken);
            if (m_left == 0)
                m_part = Part::DataCr;
            i += taken;
            break;
        }
        case Part::DataCr:
            if (c != '\r')
                fail(400, "A chunk is longer than its size says.");
            m_part = Part::DataLf;
            ++i;
            break;
        case Part::DataLf:
            if (c != '\n')
                fail(400, "A CR must be followed by LF.");
            m_part = Part::Size;
            m_sizeDigits = 0;
            ++i;
            break;
        case Part::Trailer:
            if (c == '\r') {
                m_part = Part::TrailerEnd;
            } else if (is(c, Control)) {
                fail(400, "A trailer contains a control character.");
            } else if (++m_trailerBytes > m_overhead) {
                fail(431, "The trailers are longer than the limit.");
            } else {
                m_trailer.append(c);
            }
            ++i;
            break;
        case Part::TrailerEnd:
            if (c != '\n')
                fail(400, "A CR must be followed by LF.");
            else
                endTrailerLine();
            ++i;
            break;
        case Part::End:
            break;
        }
    }
    return i;
}

/// Trailers are checked like fields and then dropped: merged into the head they would be a way around every check of
/// it.
void ChunkedBody::endTrailerLine()
{
    if (m_trailer.isEmpty()) {
        m_part = Part::End;
        return;
    }
    const qsizetype colon = m_trailer.indexOf(':');
    if (colon < 0 || !isToken(QByteArrayView(m_trailer).first(colon)))
        return fail(400, "A trailer must be a token directly before its colon.");
    m_trailer.resize(0);
    m_part = Part::Trailer;
}

} // namespace escalite::http
