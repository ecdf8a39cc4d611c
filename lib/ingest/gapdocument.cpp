// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/gapdocument.h"

#include "core/json.h"
#include "core/sessionwriter.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ingest {

namespace {

/// For ids that are made of what a gap is about, so that it is told once.
constexpr QUuid IdNamespace(0x2f6b1e0a, 0x93c4, 0x4d1b, 0x8a, 0x5e, 0x7d, 0x10, 0xc3, 0x44, 0xb9, 0x21);

QString clock(TimePoint time)
{
    constexpr qsizetype Begin = 11; // of the time of day
    return toRfc3339(time).mid(Begin, 8);
}

QString counted(quint64 count, QLatin1StringView one, QLatin1StringView many)
{
    return QString::number(count) + u' ' + (count == 1 ? one : many);
}

QByteArray document(const QString &name, const QString &source, const QString &client, TimePoint from, TimePoint to,
                    const Entry &entry)
{
    Session session;
    session.id = QUuid::createUuidV5(IdNamespace, name);
    session.source = source;
    session.untagged = {entry};
    session.declared = Level::Warning;
    session.startedAt = from;
    session.endedAt = to;
    session.elapsed = to - from;
    session.flags = SessionFlag::Gap | SessionFlag::Ended;
    return sessionDocument(session, {.client = client});
}

} // namespace

QByteArray missingDocument(const MissingEvents &missing)
{
    const TimePoint from = std::min(missing.after, missing.before);
    const TimePoint to = std::max(missing.after, missing.before);
    const QString span = clock(from) == clock(to) ? clock(from) : clock(from) + u'–' + clock(to);
    const QString first = QString::number(missing.first);
    const QString last = QString::number(missing.last);
    Entry entry;
    entry.key = u"missing_events"_s;
    entry.value = (u"{\"first\":"_s + first + u",\"last\":"_s + last + u'}').toLatin1();
    entry.message = u"%1 missing from %2, %3 UTC"_s.arg(
        counted(missing.last - missing.first + 1, "event"_L1, "events"_L1), missing.client, span);
    entry.level = Level::Warning;
    entry.loggedAt = to;
    return document(u"missing\n%1\n%2-%3"_s.arg(missing.client, first, last), missing.source, missing.client, from, to,
                    entry);
}

QByteArray discardedDocument(const ClientSign &sign)
{
    quint64 sessions = 0;
    quint64 events = 0;
    QStringList reasons;
    QByteArray list;
    for (const Discarded &discarded : sign.discarded) {
        sessions += discarded.sessions;
        events += discarded.events;
        if (!discarded.reason.isEmpty() && !reasons.contains(discarded.reason))
            reasons.append(discarded.reason);
        list.append(list.isEmpty() ? "" : ",")
            .append(R"({"reason":)")
            .append(quotedJson(discarded.reason))
            .append(R"(,"log_level":)")
            .append(quotedJson(levelName(discarded.level)))
            .append(R"(,"sessions":)")
            .append(QByteArray::number(discarded.sessions))
            .append(R"(,"events":)")
            .append(QByteArray::number(discarded.events))
            .append('}');
    }
    QStringList parts;
    if (sessions > 0 || events == 0)
        parts.append(counted(sessions, "session"_L1, "sessions"_L1));
    if (events > 0)
        parts.append(counted(events, "event"_L1, "events"_L1));
    Entry entry;
    entry.key = u"discarded"_s;
    entry.value = '[' + list + ']';
    entry.message = u"%1 discarded by %2"_s.arg(parts.join(u" and "_s), sign.client);
    if (!reasons.isEmpty())
        entry.message += u": "_s + reasons.join(u", "_s);
    entry.level = Level::Warning;
    entry.loggedAt = sign.at;
    const QString number =
        sign.number > 0 ? QString::number(sign.number) : QString::number(sign.at.time_since_epoch().count()) + u"us"_s;
    return document(u"discarded\n%1\n%2"_s.arg(sign.client, number), sign.source, sign.client, sign.at, sign.at, entry);
}

} // namespace escalite::ingest
