// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Sessions that are told event by event: running, stuck, given up, with a gap between them.

#include "ui/fakeconsole.h"
#include "ui/widgets/timetext.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::test {

namespace {

QUuid numbered(quint16 number)
{
    return QUuid(0x11fe0000U + number, number, 0x4b0e, 0x9c, 0x77, 0, 0, 0, 0, 0, 1);
}

Session begun(quint16 number, const QString &source, const QString &method, const QString &path, TimePoint at)
{
    Session session;
    session.id = numbered(number);
    session.source = source;
    session.method = method;
    session.path = path;
    session.startedAt = at;
    session.flags = SessionFlag::Live;
    session.sections = {
        {.name = u"api_logs"_s,
         .entries = {{.key = u"request_path"_s, .value = '"' + path.toUtf8() + '"', .loggedAt = at},
                     {.key = u"request_method"_s, .value = '"' + method.toUtf8() + '"', .loggedAt = at}}},
        {.name = u"service_logs"_s}};
    return session;
}

} // namespace

void callOf(Session &session, const QString &service, Duration from, std::optional<Duration> took, Level level)
{
    Call call{.message = u"asked"_s, .level = level, .startedAt = *session.startedAt + from, .elapsed = took};
    if (took) {
        call.code = level >= Level::Error ? "504" : "200";
        call.endedAt = *call.startedAt + *took;
    }
    QList<Entry> &entries = session.sections[1].entries;
    for (Entry &entry : entries) {
        if (entry.key == service) {
            entry.calls.append(call);
            return;
        }
    }
    entries.append({.key = service, .level = level, .startedAt = call.startedAt, .calls = {call}});
}

void FakeConsole::put(const Session &session, TimePoint receivedAt)
{
    theLive[session.id] = session;
    SessionRows made;
    SessionRow row;
    row.position = ++m_position;
    row.receivedAt = receivedAt.time_since_epoch().count();
    row.startedAt = session.startedAt ? session.startedAt->time_since_epoch().count() : 0;
    row.elapsed = session.elapsed ? session.elapsed->count() : -1;
    row.contentHash = row.position;
    const QByteArray id = session.id.toRfc4122();
    std::copy(id.begin(), id.end(), row.id.begin());
    row.source = name(session.source, made);
    row.method = name(session.method, made);
    row.path = name(session.path, made);
    row.message = name(session.message, made);
    row.code = static_cast<qint16>(session.code.value_or(-1));
    row.level = static_cast<quint8>(session.effective);
    row.declared = static_cast<quint8>(session.declared);
    row.flags = static_cast<quint16>(session.flags.toInt());
    row.verdict = static_cast<quint8>(Verdict::BelowLevel);
    const TimePoint start = session.startedAt.value_or(receivedAt);
    const Duration span = std::max<Duration>(1ms, session.elapsed.value_or(receivedAt - start));
    const auto place = [&](TimePoint time) {
        return static_cast<quint8>(std::clamp<qint64>(255 * (time - start).count() / span.count(), 0, 254));
    };
    std::size_t bar = 0;
    for (const Call &call : callsOf(session)) {
        if (bar < row.calls.size())
            row.calls.at(bar++) = {.from = place(*call.startedAt),
                                   .to = call.endedAt ? place(*call.endedAt) : CallBar::Running,
                                   .level = static_cast<quint8>(call.level)};
    }
    made.rows = {row};
    theSessions.names += made.names;
    const auto known = std::find_if(theSessions.rows.begin(), theSessions.rows.end(),
                                    [&](const SessionRow &one) { return one.id == row.id; });
    if (known != theSessions.rows.end())
        *known = row;
    else
        theSessions.rows.append(row);
    Q_EMIT sessionsChanged(made);
}

LiveSessions FakeConsole::addLive()
{
    const TimePoint now = ui::now();
    LiveSessions live;

    live.abandoned = begun(1, u"billing-worker"_s, u"JOB"_s, u"invoice.charge"_s, now - 6min);
    live.abandoned.message = u"Charging 214 customers"_s;
    live.abandoned.flags |= SessionFlag::Abandoned;
    callOf(live.abandoned, u"ledger"_s, 200ms, 9s);
    callOf(live.abandoned, u"bank"_s, 10s, {});
    put(live.abandoned, now - 5min);

    live.stuck = begun(2, u"search-api"_s, u"GET"_s, u"/search?q=floor+lamp+oak"_s, now - 42s);
    live.stuck.message = u"Asking three shards"_s;
    live.stuck.flags |= SessionFlag::Stuck;
    callOf(live.stuck, u"index-shard-1"_s, 100ms, 800ms);
    callOf(live.stuck, u"index-shard-2"_s, 150ms, 1900ms);
    callOf(live.stuck, u"index-shard-3"_s, 11s, {});
    put(live.stuck, now - 31s);

    Session gap;
    gap.id = numbered(3);
    gap.source = u"shop"_s;
    gap.message = u"3 events missing from shop@host-1234-9f2c, 03:12:04–03:12:09"_s;
    gap.declared = gap.effective = Level::Warning;
    gap.flags = SessionFlag::Gap | SessionFlag::Ended;
    live.gap = gap;
    put(gap, now - 20s);

    live.forced = begun(4, u"catalog-api"_s, u"GET"_s, u"/v2/products/88213?include=prices,stock,reviews"_s, now - 12s);
    live.forced.code = 404;
    live.forced.message = u"No such product, which the shop asks for on purpose to warm its cache"_s;
    live.forced.endedAt = now - 11'900ms;
    live.forced.elapsed = 100ms;
    live.forced.flags |= SessionFlag::Ended | SessionFlag::Forced | SessionFlag::Late | SessionFlag::Incomplete;
    callOf(live.forced, u"products"_s, 5ms, 90ms, Level::Error);
    put(live.forced, now - 11'900ms);

    live.open = begun(5, u"checkout-api"_s, u"POST"_s, u"/checkout"_s, now - 3'200ms);
    live.open.message = u"3 items, 249.90 EUR"_s;
    callOf(live.open, u"cart-service"_s, 30ms, 84ms);
    callOf(live.open, u"pricing-service"_s, 140ms, 430ms);
    callOf(live.open, u"payment-gateway"_s, 700ms, 1100ms, Level::Error);
    callOf(live.open, u"payment-gateway"_s, 2s, {});
    put(live.open, now - 1'200ms);
    return live;
}

} // namespace escalite::test
