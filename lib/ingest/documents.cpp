// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/documents.h"

using namespace Qt::StringLiterals;

namespace escalite::ingest {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

Error tooMany(qsizetype limit)
{
    return {ErrorCode::TooLarge, u"A body must not hold more than %1 documents."_s.arg(limit)};
}

Error malformed(const QString &what)
{
    return {ErrorCode::Malformed, what};
}

/// The position behind the string that begins at \a at, or the end of \a text.
qsizetype behindString(QByteArrayView text, qsizetype at)
{
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '"')
            return at + 1;
    }
    return text.size();
}

/// The position of the comma or bracket that ends the element beginning at \a at, or the end of \a text.
qsizetype endOfElement(QByteArrayView text, qsizetype at)
{
    qsizetype depth = 0;
    while (at < text.size()) {
        switch (text[at]) {
        case '"':
            at = behindString(text, at);
            continue;
        case '{':
        case '[':
            ++depth;
            break;
        case ']':
            if (depth == 0)
                return at;
            --depth;
            break;
        case '}':
            --depth;
            break;
        case ',':
            if (depth <= 0)
                return at;
            break;
        default:
            break;
        }
        ++at;
    }
    return at;
}

} // namespace

QByteArrayView withoutBlanks(QByteArrayView text)
{
    while (!text.isEmpty() && isBlank(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isBlank(text.back()))
        text.chop(1);
    return text;
}

QByteArrayView withoutByteOrderMark(QByteArrayView body)
{
    constexpr QByteArrayView Mark("\xEF\xBB\xBF");
    return body.startsWith(Mark) ? body.sliced(Mark.size()) : body;
}

Result<QList<QByteArrayView>> splitLines(QByteArrayView body, qsizetype limit)
{
    QList<QByteArrayView> lines;
    while (!body.isEmpty()) {
        const qsizetype lineFeed = body.indexOf('\n');
        const QByteArrayView line = withoutBlanks(lineFeed < 0 ? body : body.first(lineFeed));
        body = lineFeed < 0 ? QByteArrayView() : body.sliced(lineFeed + 1);
        if (line.isEmpty())
            continue;
        if (lines.size() == limit)
            return tooMany(limit);
        lines.append(line);
    }
    return lines;
}

Result<QList<QByteArrayView>> splitArray(QByteArrayView body, qsizetype limit)
{
    Q_ASSERT(body.startsWith('['));
    QList<QByteArrayView> elements;
    qsizetype at = 1;
    while (true) {
        const qsizetype end = endOfElement(body, at);
        if (end == body.size())
            return malformed(u"The array has no closing bracket."_s);
        const QByteArrayView element = withoutBlanks(body.sliced(at, end - at));
        const bool isLast = body[end] == ']';
        if (element.isEmpty() && !(isLast && elements.isEmpty()))
            return malformed(u"Element %1 of the array is missing beside its comma."_s.arg(elements.size()));
        if (elements.size() == limit)
            return tooMany(limit);
        if (!element.isEmpty())
            elements.append(element);
        if (isLast) {
            if (!withoutBlanks(body.sliced(end + 1)).isEmpty())
                return malformed(u"Something follows after the end of the array."_s);
            return elements;
        }
        at = end + 1;
    }
}

} // namespace escalite::ingest
