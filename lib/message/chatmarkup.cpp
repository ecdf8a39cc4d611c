// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Foreign text within the Markdown of chat services, where it must be nothing but text.

#include "message/text.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace escalite::message {

namespace {
constexpr QChar ZeroWidthSpace = u'\u200B';

/// A backslash before \a marks, and before what makes a line a heading, a quote or an item at its start.
QString escapeMarks(const QString &text, QStringView marks)
{
    constexpr QStringView AtStart = u"#>+-=";
    QString escaped;
    escaped.reserve(text.size() + text.size() / 8);
    bool start = true;
    bool number = false; // "1." and "1)" begin an item, too.
    for (const QChar c : text) {
        if (marks.contains(c) || (start && AtStart.contains(c)) || (number && (c == u'.' || c == u')')))
            escaped += u'\\';
        escaped += c;
        number = (start || number) && c >= u'0' && c <= u'9';
        start = c == u'\n' || (start && c == u' ');
    }
    return escaped;
}

/// Markdown reads "&lt;" as HTML does.
QString escapeEntities(QString text)
{
    static const QRegularExpression entity(u"&(?=#?[0-9A-Za-z]+;)"_s);
    return text.replace(entity, u"&amp;"_s);
}
} // namespace

QString escapeDiscord(const QString &text)
{
    return escapeMarks(text, u"\\*_~`|<[]@");
}

QString escapeMattermost(const QString &text)
{
    return escapeEntities(escapeMarks(text, u"\\*_~`|[]!")).replace(u'@', QString(u'@') + ZeroWidthSpace);
}

QString escapeTeams(const QString &text)
{
    return escapeEntities(escapeMarks(text, u"\\*_~`[]"));
}

QString escapeFenced(const QString &text)
{
    QString safe;
    for (const QChar c : text) {
        if (c == u'`' && safe.endsWith(u'`'))
            safe += ZeroWidthSpace;
        safe += c;
    }
    return safe;
}

QString fitBytes(const QString &text, qsizetype bytes)
{
    QString part = fit(text, bytes);
    for (qsizetype over = part.toUtf8().size() - bytes; over > 0 && !part.isEmpty();
         over = part.toUtf8().size() - bytes)
        part = fit(text, part.size() - (over + 2) / 3); // A UTF-16 unit has at most 3 bytes.
    return part;
}

} // namespace escalite::message
