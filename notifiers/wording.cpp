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
constexpr qsizetype MaxTold = 300;
constexpr qsizetype MostJoined = 60;
constexpr qsizetype MostJoinedPlain = 5;

QString sessions(quint64 count)
{
    return count == 1 ? u"1 session"_s : u"%1 sessions"_s.arg(count);
}

QString shown(const QString &foreign, qsizetype most)
{
    return message::fit(message::visible(foreign), most);
}

/// "[ERROR]", "[ERROR, step 2 of 3]" when nobody has answered the first.
QString markOf(const delivery::Notification &notification, Level level)
{
    switch (notification.reason) {
    case Reason::Drill:
        return u"[DRILL]"_s;
    case Reason::Acknowledged:
        return u"[ACKNOWLEDGED]"_s;
    case Reason::Closed:
        return u"[CLOSED]"_s;
    case Reason::Step:
    case Reason::Repeat:
        if (!notification.step.isEmpty())
            return u"[%1, %2]"_s.arg(levelName(level).toUpper(), notification.step);
        [[fallthrough]];
    default:
        return u'[' + levelName(level).toUpper() + u']';
    }
}

/// "acknowledged by mira".
QString answeredBy(const QString &how, const QString &who)
{
    return who.isEmpty() ? how : u"%1 by %2"_s.arg(how, shown(who, MaxTitle));
}

/// Who acknowledged or closed it.
QString answererOf(const delivery::Notification &notification)
{
    if (!notification.by.isEmpty() || !notification.incident)
        return notification.by;
    return notification.reason == Reason::Closed ? notification.incident->closedBy
                                                 : notification.incident->acknowledgedBy;
}

QString withStep(const QString &reason, const delivery::Notification &notification)
{
    return notification.step.isEmpty() ? reason : reason + u", "_s + notification.step;
}

/// Made by a rule or a silence of many things, not by joining what waited.
bool isSummary(const delivery::Notification &notification)
{
    return notification.reason == Reason::Digest && notification.joined.isEmpty();
}

QString reasonText(const delivery::Notification &notification)
{
    switch (notification.reason) {
    case Reason::NewInGroup:
        return u"it happened again"_s;
    case Reason::Repeat:
        return withStep(u"nobody has answered yet"_s, notification);
    case Reason::Step:
        if (!notification.by.isEmpty())
            return withStep(u"taken by hand"_s, notification);
        return notification.step.isEmpty() ? u"nobody has answered yet, next step"_s
                                           : withStep(u"nobody has answered yet"_s, notification);
    case Reason::Manual:
        return u"sent by hand"_s;
    case Reason::Replay:
        return u"sent again by hand"_s;
    case Reason::Drill:
        return u"a test; nothing is broken"_s;
    case Reason::Digest:
        return isSummary(notification) ? u"a summary"_s : u"too many for one message each"_s;
    case Reason::Acknowledged:
        return answeredBy(u"acknowledged"_s, answererOf(notification));
    case Reason::Closed:
        return answeredBy(u"closed"_s, answererOf(notification));
    case Reason::First:
        break;
    }
    return {};
}

/// "mira, 2026-11-22 09:03:00 UTC", or what of it is known.
QString answerText(const QString &who, const std::optional<TimePoint> &when)
{
    QStringList parts;
    if (!who.isEmpty())
        parts.append(shown(who, MaxTitle));
    if (when)
        parts.append(timeText(*when));
    return parts.join(u", "_s);
}

class Facts
{
public:
    explicit Facts(const delivery::Notification &notification) : m_notification(notification) {}

    QList<message::Line> of(Level level, const QString &reason)
    {
        const bool drill = m_notification.reason == Reason::Drill;
        const bool answered = m_notification.reason == Reason::Acknowledged || m_notification.reason == Reason::Closed;
        if (!drill)
            add(u"Level"_s, levelName(level).toUpper());
        times();
        if (!drill)
            add(u"How often"_s, howOften());
        if (m_notification.incident)
            answers(*m_notification.incident);
        if (!answered) {
            add(u"Why now"_s, reason);
            add(u"By"_s, shown(m_notification.by, MaxTitle));
        }
        add(u"Also told"_s, shown(m_notification.told.join(u", "_s), MaxTold));
        add(u"Next"_s, shown(m_notification.next, MaxTold));
        return std::move(m_facts);
    }

private:
    void add(const QString &key, const QString &value)
    {
        if (!value.trimmed().isEmpty())
            m_facts.append({.key = key, .value = value});
    }

    void times()
    {
        if (const auto &incident = m_notification.incident) {
            add(u"Since"_s, timeText(incident->openedAt));
            if (incident->lastSeenAt > incident->openedAt)
                add(u"Last seen"_s, timeText(incident->lastSeenAt));
        } else if (m_notification.session && m_notification.session->startedAt) {
            add(u"At"_s, timeText(*m_notification.session->startedAt));
        }
    }

    [[nodiscard]] QString howOften() const
    {
        const quint64 now = m_notification.count;
        const quint64 all = m_notification.incident ? std::max(m_notification.incident->count, now) : now;
        const bool news = m_notification.reason != Reason::Acknowledged && m_notification.reason != Reason::Closed;
        return all > now && news ? u"%1, %2 of them new"_s.arg(sessions(all), QString::number(now)) : sessions(all);
    }

    void answers(const Incident &incident)
    {
        switch (m_notification.reason) {
        case Reason::Acknowledged:
            add(u"Acknowledged"_s, answerText(answererOf(m_notification), incident.acknowledgedAt));
            break;
        case Reason::Closed:
            add(u"Closed"_s, answerText(answererOf(m_notification), incident.closedAt));
            if (incident.closedAt && *incident.closedAt > incident.openedAt)
                add(u"Lasted"_s, toText(*incident.closedAt - incident.openedAt));
            break;
        default:
            break;
        }
    }

    const delivery::Notification &m_notification;
    QList<message::Line> m_facts;
};

Level levelOf(const delivery::Notification &notification)
{
    const Session *session = notification.session.get();
    const auto &incident = notification.incident;
    Level level = session ? session->effective : incident ? incident->level : Level::Error;
    if (incident)
        level = std::max(level, incident->level);
    if (notification.joined.isEmpty())
        return level;
    return std::max_element(notification.joined.begin(), notification.joined.end(),
                            [](const auto &a, const auto &b) { return a.level < b.level; })
        ->level;
}

QString titleOf(const delivery::Notification &notification)
{
    if (!notification.joined.isEmpty())
        return notification.joined.size() == 1 ? notification.joined.constFirst().title
                                               : u"%1 problems"_s.arg(notification.joined.size());
    if (isSummary(notification)) // What it is about stands in its first line.
        return notification.message.section(u'\n', 0, 0).trimmed();
    const Session *session = notification.session.get();
    if (notification.incident && !notification.incident->title.isEmpty())
        return notification.incident->title;
    if (session)
        return requestTitle(session->method, session->path, session->source, session->id);
    return notification.reason == Reason::Drill ? u"Test of Escalite Console"_s : QString();
}

/// What was joined, a line each; of very many the worst.
QList<message::Line> joinedLines(const delivery::Notification &notification)
{
    const qsizetype most = notification.plain ? MostJoinedPlain : MostJoined;
    QList<message::Line> lines;
    for (const delivery::Notification::Joined &joined : notification.joined) {
        if (lines.size() == most) {
            lines.append({.key = u"…"_s, .value = u"%1 more"_s.arg(notification.joined.size() - most)});
            break;
        }
        lines.append({.key = shown(joined.title, MaxTitle),
                      .value = u"%1, %2"_s.arg(levelName(joined.level), sessions(joined.count))});
    }
    return lines;
}

QList<message::Line> outlineOf(const delivery::Notification &notification)
{
    QList<message::Line> lines = joinedLines(notification);
    if (!notification.session || notification.plain || isSummary(notification))
        return lines;
    const QList<message::Line> told = message::outline(*notification.session, notification.scope);
    for (const message::Line &line : told)
        lines.append({.key = message::visible(line.key), .value = message::visible(line.value)});
    return lines;
}

/// "POST /checkout - card declined (alert 1a2b3c4d)".
QString subjectText(const QString &title, const QString &headline, const QString &id)
{
    QString text = title;
    if (!headline.isEmpty())
        text += u" - "_s + headline;
    if (!id.isEmpty())
        text += u" (%1)"_s.arg(id);
    return text;
}
} // namespace

QString timeText(TimePoint time)
{
    QString text = toRfc3339(std::chrono::floor<std::chrono::seconds>(time));
    text.replace(u'T', u' ').truncate(19);
    return text + u" UTC"_s;
}

Wording wordingOf(const delivery::Notification &notification)
{
    const Session *session = notification.session.get();
    const std::optional<Incident> &incident = notification.incident;
    Wording wording;
    wording.level = levelOf(notification);
    wording.mark = markOf(notification, wording.level);
    wording.title = shown(titleOf(notification), MaxTitle);
    wording.headline = shown(isSummary(notification)                  ? QString()
                             : session && !session->message.isEmpty() ? session->message
                             : incident                               ? incident->message
                                                                      : QString(),
                             MaxHeadline);
    wording.reason = reasonText(notification);
    const QUuid id = session ? session->id : incident ? incident->worstSession : QUuid();
    const QString alert = id.isNull() ? QString() : u"alert "_s + shortId(id);
    const QString said = subjectText(wording.title, wording.headline, alert);
    wording.subject = wording.mark + u' ' + said;
    wording.thread = incident ? subjectText(wording.title, shown(incident->message, MaxHeadline),
                                            u"incident "_s + shortId(incident->id))
                              : said;

    wording.message = message::fit(message::visible(notification.message, true), MaxMessage);
    wording.facts = Facts(notification).of(wording.level, wording.reason);
    wording.outline = outlineOf(notification);
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
    if (notification.plain)
        return said;
    const QList<message::Line> lines = outlineOf(notification);
    return lines.isEmpty() ? said : said + gap + message::table(lines);
}

QString asItIs(const QString &text)
{
    return text;
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
