// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The calls of a session and the names a request is known by.

#include "core/session.h"

#include <QHash>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite {

namespace {

/// A service key taken apart: "payment#2" is the second try of "payment".
struct TryKey
{
    QString service;
    int number = 0;       ///< 0 = the key names no try.
    bool certain = false; ///< Written so that nothing else can be meant: "#n" and " (n)". "db-1" may be a host.
};

TryKey tryKey(const QString &key)
{
    constexpr qsizetype MostDigits = 3;
    const bool bracket = key.endsWith(u')');
    const qsizetype end = bracket ? key.size() - 1 : key.size();
    qsizetype begin = end;
    while (begin > 0 && key.at(begin - 1) >= u'0' && key.at(begin - 1) <= u'9')
        --begin;
    const qsizetype digits = end - begin;
    if (digits == 0 || digits > MostDigits || key.at(begin) == u'0')
        return {key};
    const int number = QStringView(key).sliced(begin, digits).toInt();
    if (bracket) {
        if (begin < 3 || !QStringView(key).first(begin).endsWith(" ("_L1))
            return {key};
        return {key.first(begin - 2), number, true};
    }
    if (begin < 2)
        return {key};
    const QChar mark = key.at(begin - 1);
    if (mark != u'#' && mark != u'.' && mark != u'-')
        return {key};
    return {key.first(begin - 1), number, mark == u'#'};
}

/// What an entry that lists no calls says of the one it stands for. Without a start it was something that happened at
/// one moment (E-10); so it was where calls are listed, and this is none.
Call callFromEntry(const Entry &entry, bool listsCalls)
{
    Call call{.service = entry.key,
              .key = entry.key,
              .code = entry.code,
              .message = entry.message,
              .url = entry.url,
              .level = entry.level,
              .startedAt = entry.startedAt ? entry.startedAt : entry.loggedAt,
              .endedAt = entry.endedAt,
              .elapsed = entry.elapsed};
    if (!call.endedAt && !call.elapsed && (listsCalls || !entry.startedAt))
        call.endedAt = call.startedAt;
    return call;
}

/// The two ends and the length of \a call, as far as two of them say the third. What happened at one moment has none.
void complete(Call &call)
{
    if (!call.endedAt && call.startedAt && call.elapsed)
        call.endedAt = *call.startedAt + *call.elapsed;
    if (!call.elapsed && call.startedAt && call.endedAt && call.startedAt != call.endedAt)
        call.elapsed = *call.endedAt - *call.startedAt;
}

} // namespace

QString serviceOf(const QString &key)
{
    const TryKey parts = tryKey(key);
    return parts.certain ? parts.service : key;
}

QList<Call> callsOf(const Session &session)
{
    QList<Call> calls;
    QHash<QString, int> keysOfStem; // Of keys that may stand for a try: "db-1" and "db-2", but no host of our own form.
    QHash<QString, TryKey> tries;
    for (const Section &section : session.sections) {
        if (section.name != "service_logs"_L1)
            continue;
        // Our own form lists calls, and a session of events has an event for each.
        const bool listsCalls = session.flags.testFlag(SessionFlag::Live)
                                || std::any_of(section.entries.begin(), section.entries.end(),
                                               [](const Entry &entry) { return !entry.calls.isEmpty(); });
        for (const Entry &entry : section.entries) {
            if (entry.malformed)
                continue;
            if (entry.calls.isEmpty())
                calls.append(callFromEntry(entry, listsCalls));
            for (Call call : entry.calls) {
                call.key = entry.key;
                call.service = entry.key;
                calls.append(std::move(call));
            }
            if (tries.contains(entry.key))
                continue;
            const TryKey parts = tryKey(entry.key);
            if (parts.certain || entry.calls.isEmpty()) {
                ++keysOfStem[parts.service];
                tries.insert(entry.key, parts);
            } else {
                tries.insert(entry.key, {entry.key}); // It counts its calls itself: the key is no try.
            }
        }
    }

    QHash<QString, int> callsOfService;
    for (Call &call : calls) {
        const TryKey &parts = *tries.constFind(call.key);
        if (parts.certain || keysOfStem.value(parts.service) > 1)
            call.service = parts.service;
        complete(call);
        ++callsOfService[call.service];
    }

    const auto place = [&tries](const Call &call) {
        return std::pair(call.startedAt.value_or(call.endedAt.value_or(TimePoint::max())),
                         tries.constFind(call.key)->number);
    };
    std::stable_sort(calls.begin(), calls.end(),
                     [&](const Call &left, const Call &right) { return place(left) < place(right); });

    QHash<QString, int> numbered;
    for (Call &call : calls)
        call.attempt = callsOfService.value(call.service) > 1 ? ++numbered[call.service] : 0;
    return calls;
}

QString requestTitle(const QString &method, const QString &path, const QString &source, const QUuid &id)
{
    if (!path.isEmpty())
        return method.isEmpty() ? path : method + u' ' + path;
    if (!source.isEmpty())
        return method.isEmpty() ? source : method + u' ' + source;
    return u"session "_s + shortId(id);
}

QString shortId(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces).first(8);
}

} // namespace escalite
