// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "notifiers/wording.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

namespace {
constexpr qsizetype MaxTitle = 120;
constexpr qsizetype MaxHeadline = 120;
constexpr qsizetype MaxMessage = 2000;

QString sessions(quint64 count)
{
    return count == 1 ? u"1 session"_s : u"%1 sessions"_s.arg(count);
}

/// "2026-11-22 08:57:43 UTC".
QString timeText(TimePoint time)
{
    QString text = toRfc3339(std::chrono::floor<std::chrono::seconds>(time));
    text.replace(u'T', u' ').truncate(19);
    return text + u" UTC"_s;
}

QString markOf(const delivery::Notification &notification, Level level)
{
    switch (notification.reason) {
    case Reason::Drill:
        return u"[DRILL]"_s;
    case Reason::Acknowledged:
        return u"[ACKNOWLEDGED]"_s;
    case Reason::Closed:
        return u"[CLOSED]"_s;
    default:
        return u'[' + levelName(level).toUpper() + u']';
    }
}

QString reasonText(Reason reason)
{
    switch (reason) {
    case Reason::NewInGroup:
        return u"it happened again"_s;
    case Reason::Repeat:
        return u"nobody has answered yet"_s;
    case Reason::Step:
        return u"nobody has answered yet, next step"_s;
    case Reason::Manual:
        return u"sent by hand"_s;
    case Reason::Replay:
        return u"sent again by hand"_s;
    case Reason::Drill:
        return u"a test; nothing is broken"_s;
    case Reason::Digest:
        return u"too many for one each"_s;
    case Reason::First:
    case Reason::Acknowledged:
    case Reason::Closed:
        break;
    }
    return {};
}

QList<message::Line> factsOf(const delivery::Notification &notification, Level level)
{
    QList<message::Line> facts;
    if (notification.reason != Reason::Drill)
        facts.append({.key = u"Level"_s, .value = levelName(level).toUpper()});
    if (notification.incident)
        facts.append({.key = u"Since"_s, .value = timeText(notification.incident->openedAt)});
    else if (notification.session && notification.session->startedAt)
        facts.append({.key = u"At"_s, .value = timeText(*notification.session->startedAt)});
    if (notification.incident && notification.incident->count > notification.count)
        facts.append({.key = u"How often"_s,
                      .value = u"%1, %2 of them new"_s.arg(sessions(notification.incident->count),
                                                           QString::number(notification.count))});
    else if (notification.reason != Reason::Drill)
        facts.append({.key = u"How often"_s, .value = sessions(notification.count)});
    const QString why = reasonText(notification.reason);
    if (!why.isEmpty())
        facts.append({.key = u"Why now"_s, .value = why});
    if (!notification.by.isEmpty())
        facts.append({.key = u"By"_s, .value = message::fit(message::visible(notification.by), MaxTitle)});
    return facts;
}
} // namespace

Wording wordingOf(const delivery::Notification &notification)
{
    const Session *session = notification.session.get();
    const std::optional<Incident> &incident = notification.incident;
    Wording wording;
    wording.level = session ? session->effective : incident ? incident->level : Level::Error;
    if (incident)
        wording.level = std::max(wording.level, incident->level);

    QString title = incident && !incident->title.isEmpty() ? incident->title
                    : session ? requestTitle(session->method, session->path, session->source, session->id)
                              : QString();
    if (title.isEmpty() && notification.reason == Reason::Drill)
        title = u"Test of Escalite Console"_s;
    const QString headline = session && !session->message.isEmpty() ? session->message
                             : incident                             ? incident->message
                                                                    : QString();
    wording.subject = markOf(notification, wording.level) + u' ' + message::fit(message::visible(title), MaxTitle);
    if (!headline.isEmpty())
        wording.subject += u" - "_s + message::fit(message::visible(headline), MaxHeadline);
    const QUuid id = session ? session->id : incident ? incident->worstSession : QUuid();
    if (!id.isNull())
        wording.subject += u" (alert %1)"_s.arg(shortId(id));

    wording.message = message::fit(message::visible(notification.message, true), MaxMessage);
    wording.facts = factsOf(notification, wording.level);
    if (session && !notification.plain) {
        wording.outline = message::outline(*session, notification.scope);
        for (message::Line &line : wording.outline) {
            line.key = message::visible(line.key);
            line.value = message::visible(line.value);
        }
    }
    wording.link = message::visible(notification.link);
    wording.linkIsWeb = wording.link.startsWith(u"https://"_s) || wording.link.startsWith(u"http://"_s);
    if (!id.isNull())
        wording.footer = u"Alert "_s + id.toString(QUuid::WithoutBraces);
    if (notification.count > 1)
        wording.footer +=
            (wording.footer.isEmpty() ? u"Stands for "_s : u", stands for "_s) + sessions(notification.count);
    if (wording.footer.isEmpty())
        wording.footer = u"Escalite Console"_s;
    return wording;
}

std::optional<QString> templateText(const delivery::Notification &, const QJsonObject &, QString (*)(const QString &))
{
    return std::nullopt;
}

QString subjectOf(const delivery::Notification &, const QJsonObject &, const Wording &wording)
{
    return wording.subject;
}

QString colourOf(Level level)
{
    switch (level) {
    case Level::Debug:
        return u"#7f8c8d"_s;
    case Level::Info:
        return u"#2e86c1"_s;
    case Level::Warning:
        return u"#d68910"_s;
    case Level::Error:
        return u"#c0392b"_s;
    case Level::Critical:
        return u"#7d1e6a"_s;
    }
    return u"#c0392b"_s;
}

QString plainText(const Wording &wording)
{
    QString text;
    if (!wording.message.isEmpty())
        text += wording.message + u"\n\n"_s;
    text += wording.subject + u'\n';
    for (const message::Line &line : wording.facts)
        text += line.key + u": "_s + line.value + u'\n';
    if (!wording.outline.isEmpty())
        text += u'\n';
    for (const message::Line &line : wording.outline)
        text += line.key + u": "_s + line.value + u'\n';
    if (!wording.link.isEmpty())
        text += u"\nOpen: "_s + wording.link + u'\n';
    return text + u'\n' + wording.footer + u'\n';
}

QString tableText(const delivery::Notification &notification, const QString &gap)
{
    QString said = message::visible(notification.message, true);
    if (!notification.session || notification.plain)
        return said;
    QList<message::Line> lines = message::outline(*notification.session, notification.scope);
    for (message::Line &line : lines) {
        line.key = message::visible(line.key);
        line.value = message::visible(line.value);
    }
    return said + gap + message::table(lines);
}

QString fitEscaped(const QString &text, qsizetype limit, QString (*escape)(const QString &))
{
    QString cut = message::fit(text, limit);
    for (qsizetype over = escape(cut).size() - limit; over > 0 && !cut.isEmpty(); over = escape(cut).size() - limit)
        cut = message::fit(
            text, std::max<qsizetype>(cut.size() - std::max<qsizetype>(over / 6, 1), 0)); // An entity has at most 6.
    return cut;
}

} // namespace escalite::notifiers
