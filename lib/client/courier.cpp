// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/courier.h"

#include "core/json.h"
#include "core/timepoint.h"
#include "delivery/retryafter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>

#include <zlib.h>

using namespace Qt::StringLiterals;

namespace escalite::client {

Q_LOGGING_CATEGORY(lcSink, "escalite.client.sink", QtInfoMsg)

namespace {

/// Of one document or event; the console takes no longer one (reliability.md B.5).
constexpr qsizetype LineLimit = 1024 * 1024;
constexpr auto LongestRetryAfter = std::chrono::hours(1);
constexpr auto BetweenComplaints = std::chrono::minutes(1);
/// A 500 that names no time to come back is the console's fault and may be that of one line. So often is the same tried
/// before it goes in halves, and so often what is one line alone (some two minutes) before that is thrown away.
constexpr int TriesOfMany = 3;
constexpr int TriesOfOne = 8;
constexpr Clock::time_point Never = Clock::time_point::max();

TimePoint wallClock()
{
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

QByteArray epochSeconds(TimePoint time)
{
    return QByteArray::number(toEpochSeconds(time), 'f', 6);
}

QJsonObject objectIn(const Answer &answer)
{
    return QJsonDocument::fromJson(answer.response.body).object();
}

} // namespace

QByteArray gzipped(QByteArrayView plain)
{
    constexpr int GzipWindow = 15 + 16;
    constexpr int Memory = 8;
    constexpr int Fast = 3;
    z_stream stream{};
    if (deflateInit2(&stream, Fast, Z_DEFLATED, GzipWindow, Memory, Z_DEFAULT_STRATEGY) != Z_OK)
        return {};
    QByteArray out(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(plain.size()))), Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(plain.data())); // zlib only reads it.
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = deflate(&stream, Z_FINISH);
    out.resize(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    out.squeeze();
    return result == Z_STREAM_END ? out : QByteArray();
}

QString printable(const QString &text, qsizetype most)
{
    QString kept;
    for (const QChar c : text) {
        if (c.isPrint() && kept.size() < most)
            kept += c;
    }
    return kept.trimmed();
}

Courier::Courier(const HttpSinkOptions &options, const ConsoleAddress &address, const QString &client, Desk &desk)
    : m_options(options)
    , m_address(address)
    , m_client(client)
    , m_isLive(options.mode == HttpSinkOptions::Mode::Live)
    , m_desk(desk)
    , m_exchange(address, desk.end())
    , m_token(options.token.reveal().toLatin1())
{
    m_fields = "Host: " + address.field
               + "\r\nUser-Agent: Escalite/" ESCALITE_VERSION
                 "\r\nContent-Type: application/x-ndjson\r\nX-Escalite-Client: "
               + client.toUtf8() + "\r\n";
    if (!options.source.isEmpty())
        m_fields += "X-Escalite-Source: " + options.source.toUtf8() + "\r\n";
    m_signature = ",\"client\":" + quotedJson(client) + ",\"seq\":";
}

void Courier::run()
{
    for (bool isLast = false; !isLast;) {
        Work work = m_desk.next();
        isLast = work.isLast || m_desk.hasEnded();
        try {
            if (m_desk.hasEnded())
                giveUp(work.items, Reason::GaveUp);
            else if (!work.items.empty())
                send(work.items);
            else if (work.saysSomething)
                say(work.isLast);
        } catch (const std::bad_alloc &) { // The service has worse to bear; it must not end by us.
            giveUp(work.items, Reason::Unwritable);
        }
    }
    m_desk.giveUp();
    const SinkCounts counts = m_desk.counts();
    if (const auto lost = counts.discarded.find(wireName(Reason::GaveUp)); lost != counts.discarded.end())
        qCWarning(lcSink).noquote() << u"%1 sessions or events did not reach Escalite Console at %2 before the end."_s
                                           .arg(QString::number(lost->second), m_address.toText());
    m_exchange.disconnect();
}

void Courier::giveUp(const SinkQueue::Items &items, Reason reason)
{
    for (const std::unique_ptr<Waiting> &item : items) {
        if (item)
            m_desk.lose(reason, item->part, item->level);
    }
    m_desk.setInFlight(0, 0, 0);
}

void Courier::appendLine(Parcel &parcel, QByteArrayView text, const Waiting &waiting) const
{
    const qsizetype begin = parcel.body.size();
    parcel.body.append(text).append('\n');
    parcel.lines.push_back({.begin = begin,
                            .end = parcel.body.size(),
                            .order = waiting.order,
                            .part = waiting.part,
                            .level = waiting.level});
}

/// What this client says of itself.
void Courier::appendSign(Parcel &parcel, bool leaves)
{
    parcel.told = m_desk.takeLosses();
    const qsizetype begin = parcel.body.size();
    QByteArray &body = parcel.body;
    body += R"({"event":"client","at":)" + epochSeconds(wallClock()) + m_signature + QByteArray::number(++m_number);
    if (!m_options.source.isEmpty())
        body += ",\"source\":" + quotedJson(m_options.source);
    if (m_isLive) {
        const double promised = std::chrono::duration<double>(m_options.heartbeat).count();
        body += ",\"heartbeat\":" + QByteArray::number(promised, 'f', 3);
    }
    if (!parcel.told.isEmpty())
        body += ",\"discarded\":" + parcel.told.toJson();
    body += leaves ? ",\"leaves\":true}\n" : "}\n";
    parcel.lines.push_back({.begin = begin, .end = body.size()});
}

void Courier::send(SinkQueue::Items &items)
{
    Parcel parcel{.path = m_isLive ? "/v1/events"_ba : "/v1/sessions"_ba};
    if (m_isLive && (m_number == 0 || m_desk.reportIsDue()))
        appendSign(parcel, false);
    for (std::unique_ptr<Waiting> &item : items) {
        QByteArray text;
        if (item->ended) {
            text = item->ended->document();
        } else {
            text = QByteArray::fromStdString(item->json);
            if (item->dropped > 0)
                text += ",\"dropped\":" + QByteArray::number(item->dropped);
        }
        if (text.isEmpty() || text.size() > LineLimit) {
            m_desk.lose(text.isEmpty() ? Reason::Unwritable : Reason::TooLarge, item->part, item->level);
        } else {
            if (!item->ended)
                text += m_signature + QByteArray::number(++m_number) + '}';
            appendLine(parcel, text, *item);
        }
        item.reset();
    }
    deliver(std::move(parcel));
}

void Courier::say(bool leaves)
{
    if (!m_isLive) {
        sayWhatWasLost();
        return;
    }
    if (m_number == 0)
        return;
    Parcel parcel{.path = "/v1/events"_ba};
    appendSign(parcel, leaves);
    deliver(std::move(parcel));
}

/// Beside the sessions, which must not wait for it: a console may take those and no events.
void Courier::sayWhatWasLost()
{
    if (m_owed.lines.empty()) {
        if (!m_desk.reportIsDue())
            return;
        m_owed = {.path = "/v1/events"_ba};
        appendSign(m_owed, false);
    }
    const Reply reply = post(m_owed.path, m_owed.body, false);
    if (reply.verdict == Verdict::Read) {
        account(m_owed, {.first = 0, .last = 1}, reply);
        m_owed = {};
        m_owedFailures = 0;
        m_desk.setOwed(Never);
        noteAnswer();
        return;
    }
    if (reply.answer.response.status == 0)
        noteTrouble(reply);
    m_desk.setOwed(nextTry(++m_owedFailures, reply));
}

void Courier::deliver(Parcel parcel)
{
    std::vector<Range> ranges; // The next one last.
    for (std::size_t last = parcel.lines.size(), first = last; first > 0; last = first) {
        do
            --first;
        while (first > 0 && parcel.lines[last - 1].end - parcel.lines[first - 1].begin <= m_options.batchBytes);
        ranges.push_back({.first = first, .last = last});
    }
    while (!ranges.empty()) {
        const Range range = ranges.back();
        ranges.pop_back();
        const qsizetype begin = parcel.lines[range.first].begin;
        const auto lines = QByteArrayView(parcel.body).sliced(begin, parcel.lines[range.last - 1].end - begin);
        const auto firstOwn = std::find_if(parcel.lines.begin() + static_cast<std::ptrdiff_t>(range.first),
                                           parcel.lines.end(), [](const Line &line) { return line.order > 0; });
        const QByteArray packed =
            m_options.gzipFrom > 0 && lines.size() >= m_options.gzipFrom ? gzipped(lines) : QByteArray();
        m_desk.setInFlight(static_cast<quint64>(parcel.lines.end() - firstOwn),
                           static_cast<quint64>(parcel.body.capacity() + packed.capacity()),
                           firstOwn == parcel.lines.end() ? 0 : firstOwn->order);
        const bool isOne = range.last - range.first == 1;
        const Reply reply = postUntilAnswered(parcel.path, packed.isEmpty() ? lines : QByteArrayView(packed),
                                              !packed.isEmpty(), isOne ? TriesOfOne : TriesOfMany);
        const bool splits = reply.verdict == Verdict::Split || reply.verdict == Verdict::TooLarge;
        if (splits && !isOne) {
            const std::size_t middle = range.first + (range.last - range.first) / 2;
            ranges.push_back({.first = middle, .last = range.last});
            ranges.push_back({.first = range.first, .last = middle});
            continue;
        }
        account(parcel, range, reply);
    }
    m_desk.setInFlight(0, 0, 0);
}

/// Books what became of the lines of \a range.
void Courier::account(const Parcel &parcel, const Range &range, const Reply &reply)
{
    std::vector<bool> isLost(range.last - range.first, reply.verdict != Verdict::Read);
    Reason reason = Reason::Refused;
    QString complaint;
    if (reply.verdict == Verdict::Read) {
        const QJsonArray results = objectIn(reply.answer)["results"_L1].toArray();
        for (const QJsonValue &result : results) {
            const auto index = static_cast<std::size_t>(result["index"_L1].toInteger(-1));
            if (index >= isLost.size() || result["status"_L1].toString() != "rejected"_L1)
                continue;
            isLost[index] = true;
            if (complaint.isEmpty())
                complaint = result["reason"_L1].toString();
        }
    } else if (reply.verdict == Verdict::Ended) {
        reason = Reason::GaveUp;
    } else if (reply.verdict == Verdict::TooLarge) {
        reason = Reason::TooLarge;
    }
    quint64 accepted = 0;
    for (std::size_t i = 0; i < isLost.size(); ++i) {
        const Line &line = parcel.lines[range.first + i];
        if (line.order == 0 && isLost[i])
            m_desk.giveBack(parcel.told, Clock::now() + m_options.lastRetry);
        else if (isLost[i])
            m_desk.lose(reason, line.part, line.level);
        else
            accepted += line.order > 0 ? 1 : 0;
    }
    m_desk.accept(accepted);
    const auto lost = std::count(isLost.begin(), isLost.end(), true);
    if (lost > 0 && reason != Reason::GaveUp && Clock::now() - m_complainedAt > BetweenComplaints) {
        m_complainedAt = Clock::now();
        qCWarning(lcSink).noquote() << u"Escalite Console at %1 refuses %2 of %3 sessions or events: %4"_s.arg(
            m_address.toText(), QString::number(lost), QString::number(isLost.size()),
            complaint.isEmpty() ? u"status %1."_s.arg(reply.answer.response.status) : printable(complaint, 300));
    }
}

/// Or until it was answered 500 so often as \a mostFaults.
Courier::Reply Courier::postUntilAnswered(const QByteArray &path, QByteArrayView body, bool isGzip, int mostFaults)
{
    int faults = 0;
    for (int failures = 1;; ++failures) {
        Reply reply = post(path, body, isGzip);
        if (reply.verdict != Verdict::Later && reply.verdict != Verdict::HeldBack) {
            noteAnswer();
            return reply;
        }
        if (reply.answer.response.status == 401 && renewToken())
            continue;
        if (m_desk.hasEnded())
            return {.verdict = Verdict::Ended, .answer = {}};
        noteTrouble(reply);
        const bool namesNoTime = http::headerIn(reply.answer.response.headers, "Retry-After").isNull();
        if (reply.answer.response.status == 500 && namesNoTime && ++faults == mostFaults) {
            reply.verdict = Verdict::Split;
            return reply;
        }
        m_desk.pause(nextTry(failures, reply), namesNoTime);
        if (m_desk.hasEnded())
            return {.verdict = Verdict::Ended, .answer = {}};
    }
}

Courier::Reply Courier::post(const QByteArray &path, QByteArrayView body, bool isGzip)
{
    QByteArray head = "POST " + path + " HTTP/1.1\r\n" + m_fields;
    if (!m_token.isEmpty())
        head += "Authorization: Bearer " + m_token + "\r\n";
    if (isGzip)
        head += "Content-Encoding: gzip\r\n";
    head += "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n";
    Reply reply;
    reply.answer = m_exchange.post(head, body, m_options.timeout);
    reply.verdict = verdictOn(reply.answer);
    if (reply.answer.response.status != 0)
        m_desk.setSpoke();
    return reply;
}

Courier::Verdict Courier::verdictOn(const Answer &answer) const
{
    const int status = answer.response.status;
    switch (status) {
    case 0:
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
    case 507:
        return Verdict::Later;
    case 413:
        return Verdict::TooLarge;
    case 200:
    case 201:
    case 400:
    case 409:
    case 422:
        if (objectIn(answer).contains("accepted"_L1))
            return Verdict::Read;
        return status >= 400 ? Verdict::Split : Verdict::HeldBack; // 200, but not of the console.
    default:
        return Verdict::HeldBack;
    }
}

Clock::time_point Courier::nextTry(int failures, const Reply &reply) const
{
    using std::chrono::duration_cast;
    const auto asked = delivery::retryAfter(http::headerIn(reply.answer.response.headers, "Retry-After"), wallClock());
    if (asked)
        return Clock::now() + std::min<Duration>(*asked, LongestRetryAfter);
    auto pause = m_options.lastRetry;
    constexpr int MostDoublings = 20;
    if (reply.verdict != Verdict::HeldBack)
        pause = std::min(pause, m_options.firstRetry * (1 << std::min(failures - 1, MostDoublings)));
    // So that services which lost the console together do not all come back together.
    const double share = 0.7 + 0.6 * QRandomGenerator::system()->generateDouble();
    return Clock::now() + duration_cast<Clock::duration>(pause * share);
}

bool Courier::renewToken()
{
    const ConsoleEndpoint endpoint = ConsoleEndpoint::find();
    if (!endpoint.isAt(m_address))
        return false;
    const QByteArray token = endpoint.token().reveal().toLatin1();
    const bool isVisible = std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    if (token.isEmpty() || !isVisible || token == m_token)
        return false;
    m_token = token;
    return true;
}

QString Courier::explain(const Reply &reply) const
{
    const QString where = m_address.toText();
    switch (reply.answer.response.status) {
    case 0:
        return u"Escalite Console at %1 cannot be reached: %2."_s.arg(where, reply.answer.trouble);
    case 200:
    case 201:
    case 404:
        return u"What answers at %1 does not take sessions; is another program listening there?"_s.arg(where);
    case 401:
    case 403:
        return u"Escalite Console at %1 refuses the ingest token; the right one belongs into ESCALITE_TOKEN or the "
               "option token."_s.arg(where);
    default:
        return u"Escalite Console at %1 answers %2."_s.arg(where, QString::number(reply.answer.response.status));
    }
}

/// One line for each outage, and another one when it turns out that somebody has to do something.
void Courier::noteTrouble(const Reply &reply)
{
    const Outage outage = reply.verdict == Verdict::HeldBack ? Outage::HeldBack : Outage::Unreachable;
    const QString trouble = explain(reply);
    m_desk.setTrouble(trouble);
    if (m_outage == outage || m_outage == Outage::HeldBack)
        return;
    m_outage = outage;
    qCWarning(lcSink).noquote() << trouble
                                << "Until that is over everything waits here, and when too much does, the lowest level "
                                   "is thrown away first.";
}

void Courier::noteAnswer()
{
    if (m_outage == Outage::None)
        return;
    m_outage = Outage::None;
    m_desk.setTrouble({});
    qCInfo(lcSink).noquote() << u"Escalite Console at %1 takes sessions again."_s.arg(m_address.toText());
}

} // namespace escalite::client
