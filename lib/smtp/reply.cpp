// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "smtp/reply.h"

#include <QStringDecoder>

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::smtp {

namespace {
constexpr qsizetype MaxText = 400;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
} // namespace

QString textFromWire(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    QString text = decoder(bytes);
    if (decoder.hasError())
        text = QString::fromLatin1(bytes);
    for (QChar &c : text) {
        if (c.category() == QChar::Other_Control)
            c = u' ';
    }
    return text;
}

QString Reply::text() const
{
    QString all = QString::number(code);
    for (const QByteArray &line : lines) {
        const QString part = textFromWire(line).simplified();
        if (!part.isEmpty())
            all += u' ' + part;
        if (all.size() > MaxText) {
            qsizetype end = MaxText - 1;
            if (all.at(end).isLowSurrogate())
                --end;
            return all.first(end) + u'…';
        }
    }
    return all;
}

QByteArray Reply::enhanced() const
{
    if (lines.isEmpty())
        return {};
    const QByteArray &line = lines.constFirst();
    QByteArray word = line.first(line.indexOf(' ') < 0 ? line.size() : line.indexOf(' '));
    const QList<QByteArray> parts = word.split('.');
    if (parts.size() != 3 || parts.at(0) != QByteArray::number(code / 100))
        return {};
    for (const QByteArray &part : parts) {
        if (part.isEmpty() || part.size() > 3 || !std::all_of(part.begin(), part.end(), isDigit))
            return {};
    }
    return word;
}

void ReplyParser::feed(QByteArrayView bytes)
{
    if (m_broken.isEmpty())
        m_buffer.append(bytes);
}

std::optional<Reply> ReplyParser::take()
{
    qsizetype begin = 0;
    std::optional<Reply> whole;
    while (m_broken.isEmpty() && !whole) {
        const qsizetype end = m_buffer.indexOf('\n', begin);
        const qsizetype length = (end < 0 ? m_buffer.size() : end) - begin;
        if (length > MaxLine) {
            m_broken = u"The mail server sent a line of more than 2,048 bytes."_s;
            break;
        }
        if (end < 0)
            break;
        // A bare LF ends a line too: nothing but the line's end can be meant by it.
        QByteArrayView line = QByteArrayView(m_buffer).sliced(begin, length);
        if (line.endsWith('\r'))
            line.chop(1);
        begin = end + 1;
        if (readLine(line))
            whole = std::exchange(m_partial, {});
    }
    m_buffer.remove(0, begin);
    return whole;
}

/// Adds \a line to the reply being read; true when it was the last.
bool ReplyParser::readLine(QByteArrayView line)
{
    const bool coded = line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && isDigit(line[1]) && isDigit(line[2]);
    const char mark = line.size() > 3 ? line[3] : ' ';
    if (!coded || (mark != ' ' && mark != '-')) {
        m_broken = u"The mail server's answer is not SMTP."_s;
        return false;
    }
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (!m_partial.lines.isEmpty() && m_partial.code != code) {
        m_broken = u"The mail server changed its code from %1 to %2 within one answer."_s.arg(m_partial.code).arg(code);
        return false;
    }
    if (m_partial.lines.isEmpty())
        m_partialSize = 0;
    m_partialSize += line.size();
    if (m_partial.lines.size() >= MaxLines || m_partialSize > MaxReply) {
        m_broken = u"The mail server's answer has no end."_s;
        return false;
    }
    m_partial.code = code;
    m_partial.lines.append(line.size() > 4 ? line.sliced(4).toByteArray() : QByteArray(""));
    return mark == ' ';
}

} // namespace escalite::smtp
