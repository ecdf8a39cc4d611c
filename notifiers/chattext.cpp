// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "notifiers/chattext.h"

#include <QRegularExpression>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

namespace {
constexpr qsizetype MaxLine = 800;
constexpr qsizetype FenceSize = 8; // "```\n" and "\n```", with a line break to spare
constexpr qsizetype NoticeSize = 32;
} // namespace

bool saysLess(const delivery::Notification &notification, const Wording &wording)
{
    return wording.message.size() < message::visible(notification.message, true).size()
           || (!wording.outline.isEmpty() && wording.outline.constLast().key == u"…"_s);
}

Part fencedLines(const QList<message::Line> &lines, qsizetype room, QString (*escape)(const QString &))
{
    Part part;
    const qsizetype most = room - FenceSize;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QString whole = lines.at(i).key + u": "_s + lines.at(i).value;
        const QString shown = fitEscaped(whole, MaxLine, escape);
        const QString line = escape(shown) + u'\n';
        const bool last = i + 1 == lines.size();
        if (part.text.size() + line.size() + (last ? 0 : NoticeSize) > most) {
            const QString notice = u"… %1 more lines\n"_s.arg(lines.size() - i);
            if (part.text.size() + notice.size() <= most)
                part.text += notice;
            part.cut = true;
            break;
        }
        part.text += line;
        part.cut = part.cut || shown.size() < whole.size();
    }
    if (!part.text.isEmpty())
        part.text = u"```\n"_s + part.text + u"```"_s;
    return part;
}

Part plainWithin(const Wording &wording, qsizetype bytes)
{
    QString head = wording.message;
    for (const message::Line &fact : wording.facts)
        head += (head.isEmpty() ? QString() : u"\n"_s) + fact.key + u": "_s + fact.value;
    QString tail = wording.footer;
    if (!wording.link.isEmpty() && !wording.linkIsWeb)
        tail.prepend(wording.link + u'\n');

    Part part;
    QString lines;
    qsizetype room = bytes - head.toUtf8().size() - tail.toUtf8().size() - NoticeSize - 4;
    for (qsizetype i = 0; i < wording.outline.size(); ++i) {
        const QString line = wording.outline.at(i).key + u": "_s + wording.outline.at(i).value + u'\n';
        room -= line.toUtf8().size();
        if (room < 0) {
            lines += u"… %1 more lines\n"_s.arg(wording.outline.size() - i);
            part.cut = true;
            break;
        }
        lines += line;
    }
    const QString whole =
        QStringList{head.trimmed(), lines.trimmed(), tail}.filter(QRegularExpression(u"."_s)).join(u"\n\n"_s);
    part.text = message::fitBytes(whole, bytes);
    part.cut = part.cut || part.text.size() < whole.size();
    return part;
}

Part fitMarkdown(const QString &markdown, qsizetype room)
{
    if (markdown.size() <= room)
        return {.text = markdown};
    const bool fenced = markdown.contains(u"```"_s);
    QString text = message::fit(markdown, room - (fenced ? 4 : 0));
    const bool ended = text.endsWith(u'…');
    text.chop(ended ? 1 : 0);
    while (text.endsWith(u'\\') || text.endsWith(u'`')) // Half an escape, half a fence.
        text.chop(1);
    text += u'…';
    if (fenced && text.count(u"```"_s) % 2 == 1)
        text += u"\n```"_s;
    return {.text = text, .cut = true};
}

QString encodedLink(const QString &link)
{
    return QString::fromLatin1(QUrl(link).toEncoded(QUrl::FullyEncoded));
}

QString markdownLink(const QString &link)
{
    return encodedLink(link)
        .replace(u'(', u"%28"_s)
        .replace(u')', u"%29"_s)
        .replace(u'<', u"%3C"_s)
        .replace(u'>', u"%3E"_s)
        .replace(u'|', u"%7C"_s)
        .replace(u'\\', u"%5C"_s);
}

} // namespace escalite::notifiers
