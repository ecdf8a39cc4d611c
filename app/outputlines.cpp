// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/outputlines.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::app {

std::optional<QString> LineCutter::next(QByteArrayView &bytes)
{
    const qsizetype end = bytes.indexOf('\n');
    const QByteArrayView piece = end < 0 ? bytes : bytes.first(end);
    const qsizetype room = std::min(piece.size(), MostBytes - m_line.size());
    m_line.append(piece.first(room));
    m_cut += piece.size() - room;
    bytes = end < 0 ? QByteArrayView() : bytes.sliced(end + 1);
    if (end < 0)
        return std::nullopt;
    return taken();
}

std::optional<QString> LineCutter::rest()
{
    if (m_line.isEmpty())
        return std::nullopt;
    return taken();
}

QString LineCutter::taken()
{
    QString text = asRead(m_line);
    if (m_cut > 0)
        text += u" …(%1 more bytes)"_s.arg(m_cut);
    m_line.clear();
    m_cut = 0;
    return text;
}

QString asRead(const QByteArray &line)
{
    QByteArray shown = line;
    while (shown.endsWith('\r'))
        shown.chop(1);
    shown = shown.sliced(shown.lastIndexOf('\r') + 1);
    QString text = QString::fromUtf8(shown);
    if (text.contains(u'\x1b')) {
        // ECMA-48: control sequences 5.4, strings such as a title 5.6, and the two characters of the others.
        static const QRegularExpression sequences(
            uR"(\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~]))"_s);
        text.remove(sequences);
    }
    text.removeIf([](QChar c) { return c < u' ' && c != u'\t'; });
    return text;
}

std::optional<KeptLines::Line> KeptLines::add(const QString &text, TimePoint at)
{
    Line line{.number = ++m_count, .text = text, .at = at};
    m_first = m_first && m_count <= m_each && m_firstCharacters + text.size() <= MostCharacters;
    if (m_first) {
        m_firstCharacters += text.size();
        return line;
    }
    m_lastCharacters += text.size();
    m_last.push_back(std::move(line));
    while (!m_last.empty() && (std::ssize(m_last) > m_each || m_lastCharacters > MostCharacters)) {
        m_lastCharacters -= m_last.front().text.size();
        m_last.pop_front();
        ++m_leftOut;
    }
    return std::nullopt;
}

} // namespace escalite::app
