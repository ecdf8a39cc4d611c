// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How fast documents become durable, what they cost in processor time, disk and memory, and how fast a start is.
//
// bench_journal [DIRECTORY [SESSIONS]]: DIRECTORY on the disk to be measured (default: a temporary one below the
// current directory).

#include "journal/journal.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <vector>

#include <malloc.h>

using namespace escalite;
using namespace escalite::journal;
using namespace Qt::StringLiterals;

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double processorSeconds()
{
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// Resident memory that is not backed by files.
qint64 residentBytes()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("RssAnon:"))
            return line.simplified().split(' ').value(1).toLongLong() * 1024;
    }
    return 0;
}

/// A session document as a web shop's services write them, varied in everything that varies there; 1.9 KB on average.
Arrival makeArrival(QRandomGenerator &random, int number)
{
    static const QByteArrayList Paths{"/checkout", "/cart/items", "/pay",          "/login",
                                      "/search",   "/orders",     "/orders/track", "/profile/edit",
                                      "/refund",   "/export",     "/v2/inventory", "/webhook"};
    static const QByteArrayList Services{"payment_gateway", "inventory", "session_store", "mailer",
                                         "fraud_check",     "search",    "price_service", "tax"};
    static const QByteArrayList Words{"order",   "customer", "timeout",  "declined", "card",      "stock", "reserved",
                                      "retried", "upstream", "answered", "cache",    "miss",      "token", "refreshed",
                                      "address", "parcel",   "voucher",  "applied",  "converted", "rate",  "limit"};
    // What programs say is a format and a few values.
    static const QByteArrayList Formats{"payment authorised for order %",
                                        "card declined by issuer, reason code %",
                                        "cache miss for key product:%",
                                        "stock reserved in warehouse north, batch %",
                                        "upstream answered after % ms",
                                        "retrying request % after a timeout of the gateway",
                                        "session restored from the store, % items in the cart",
                                        "confirmation mail queued as message %",
                                        "voucher applied to order %",
                                        "price converted with the rate of today, table %",
                                        "risk score % is below the limit",
                                        "token refreshed for customer %",
                                        "search returned % results in the first page",
                                        "address validated against register entry %",
                                        "parcel announced to the carrier under number %",
                                        "rate limit window reset, % calls left"};
    const auto pick = [&random](const QByteArrayList &from) {
        return from[random.bounded(from.size())];
    };
    const auto sentence = [&] {
        return QByteArray(pick(Formats)).replace('%', QByteArray::number(random.bounded(1'000'000)));
    };
    const auto hex = [&random](int digits) {
        QByteArray text;
        while (text.size() < digits)
            text += QByteArray::number(random.generate(), 16).rightJustified(8, '0');
        return text.left(digits);
    };
    const bool isError = random.bounded(100) < 12;
    const double start = 1'764'000'000.0 + number * 0.013;
    Arrival arrival;
    SessionDigest &digest = arrival.digest;
    digest.id =
        QUuid::fromString(QLatin1StringView(hex(8) + '-' + hex(4) + "-4" + hex(3) + "-a" + hex(3) + '-' + hex(12)));
    digest.source = u"shop-%1"_s.arg(random.bounded(6));
    digest.method = random.bounded(3) == 0 ? u"POST"_s : u"GET"_s;
    const QByteArray path = pick(Paths);
    digest.path = QString::fromLatin1(path);
    // Most headlines repeat; those with a number in them do not.
    const QByteArray headline = random.bounded(8) == 0 ? sentence() : pick(Words) + ' ' + pick(Words);
    digest.message = QString::fromLatin1(headline);
    digest.code = isError ? 502 : 200;
    digest.effective = isError ? Level::Error : Level::Info;
    digest.declared = Level::Info;
    digest.flags = SessionFlag::Ended;
    digest.startedAt = TimePoint(Duration(static_cast<qint64>(start * 1e6)));
    digest.elapsed = Duration(1000 + random.bounded(900'000));
    QByteArray &json = arrival.document;
    json = R"({"alert_id": ")" + digest.id.toByteArray(QUuid::WithoutBraces) + R"(", "level": ")"
           + (isError ? "error" : "info") + R"(", "start_time": )" + QByteArray::number(start, 'f', 6)
           + R"(, "api_logs": {"request_path": {"value": ")" + path + R"(", "level": "info", "time": )"
           + QByteArray::number(start, 'f', 6) + R"(}, "request_method": {"value": ")" + digest.method.toLatin1()
           + R"(", "level": "info"}, "request_id": {"value": ")" + hex(24)
           + R"(", "level": "info"}, "user_agent": {"value": "Mozilla/5.0 (X11; Linux x86_64) shop/)"
           + QByteArray::number(random.bounded(40)) + R"(", "level": "info"}, "response_status": {"value": )"
           + (isError ? "502" : "200") + R"(, "message": ")" + headline + R"(", "level": "info"}}, "service_logs": {)";
    const int calls = 2 + random.bounded(5);
    for (int i = 0; i < calls; ++i) {
        const QByteArray service = pick(Services);
        const double from = start + random.bounded(0.2);
        json += (i == 0 ? "\"" : ", \"") + service + '-' + QByteArray::number(i) + R"(": {"message": ")" + sentence()
                + R"(", "code": )" + (isError && i == 0 ? "504" : "200") + R"(, "level": "info", "url": "https://)"
                + service + ".internal.example/v1/" + pick(Words) + '/' + QByteArray::number(random.bounded(100'000))
                + R"(", "start_time": )" + QByteArray::number(from, 'f', 6) + R"(, "end_time": )"
                + QByteArray::number(from + random.bounded(0.3), 'f', 6) + '}';
        digest.calls[static_cast<size_t>(i)] = {static_cast<quint8>(random.bounded(128)),
                                                static_cast<quint8>(128 + random.bounded(128)), 20};
    }
    json += "}, \"error_logs\": {";
    if (isError) {
        json +=
            R"("gateway_error": {"message": ")" + sentence()
            + R"(", "level": "error", "error_trace": "Traceback (most recent call last):\n  File \"/srv/shop/views.py\", line )"
            + QByteArray::number(random.bounded(900)) + R"(, in checkout\n    gateway.charge(order)\nTimeoutError: )"
            + sentence() + "\"}";
    }
    json += R"(}, "customer": {"value": ")" + hex(12) + R"(", "country": ")" + hex(2) + R"("}, "notes": [)";
    for (int i = random.bounded(5); i >= 0; --i)
        json += '"' + sentence() + (i > 0 ? "\", " : "\"");
    json += R"(], "end_time": )" + QByteArray::number(start + 0.4, 'f', 6) + '}';
    digest.contentHash = contentHash(json);
    arrival.receivedAt = *digest.startedAt + Duration(400'000);
    return arrival;
}

/// Counts what became durable.
class Counter
{
public:
    void count(const Committed &committed)
    {
        const std::scoped_lock lock(m_lock);
        m_kept += committed.tickets.size();
        ++m_groups;
        m_hasFailed = m_hasFailed || committed.failed;
        m_changed.notify_all();
    }
    /// Waits until at most \a left of \a sent are on their way.
    void waitFor(qsizetype sent, qsizetype left)
    {
        std::unique_lock lock(m_lock);
        m_changed.wait(lock, [&] { return m_kept >= sent - left; });
    }
    [[nodiscard]] qsizetype groups() const { return m_groups; }
    [[nodiscard]] bool hasFailed() const { return m_hasFailed; }

private:
    std::mutex m_lock;
    std::condition_variable m_changed;
    qsizetype m_kept = 0;
    qsizetype m_groups = 0;
    bool m_hasFailed = false;
};

/// Appends \a total documents with at most \a inFlight on their way; prints what it took.
bool measureAppends(Journal &journal, Counter &counter, std::vector<Arrival> &arrivals, qsizetype &sent,
                    qsizetype total, qsizetype inFlight)
{
    const qsizetype before = sent;
    const qsizetype groups = counter.groups();
    const auto start = Clock::now();
    const double processor = processorSeconds();
    for (; sent < before + total; ++sent) {
        if (journal.append(std::move(arrivals[static_cast<size_t>(sent)])).admission != Admission::Created) {
            std::fprintf(stderr, "document %lld was not taken\n", static_cast<long long>(sent));
            return false;
        }
        if ((sent - before) % (std::max<qsizetype>(inFlight / 4, 1)) == 0)
            counter.waitFor(sent + 1, inFlight - 1);
    }
    counter.waitFor(sent, 0);
    const double seconds = secondsSince(start);
    const auto documents = static_cast<double>(total);
    std::printf("%6lld in flight: %8.0f durable/s, %5.2f us processor time each, %.0f documents a sync\n",
                static_cast<long long>(inFlight), documents / seconds,
                (processorSeconds() - processor) / documents * 1e6,
                documents / static_cast<double>(counter.groups() - groups));
    return !counter.hasFailed();
}

} // namespace

int main(int argc, char *argv[])
{
    QTemporaryDir temporary(QDir::current().filePath(u"bench-XXXXXX"_s));
    Options options;
    options.directory = (argc > 1 ? QFile::decodeName(argv[1]) : temporary.path()) + u"/journal"_s;
    options.keepBytes = 0;
    const int sessions = argc > 2 ? std::max(20'000, QByteArray(argv[2]).toInt()) : 200'000;

    QRandomGenerator random(20261124);
    std::vector<Arrival> arrivals;
    arrivals.reserve(static_cast<size_t>(sessions));
    qint64 rawBytes = 0;
    for (int i = 0; i < sessions; ++i) {
        arrivals.push_back(makeArrival(random, i));
        rawBytes += arrivals.back().document.size();
    }
    std::printf("%d documents of %.0f bytes on average\n", sessions, static_cast<double>(rawBytes) / sessions);

    {
        Counter counter;
        auto opened = Journal::open(options, realFileSystem(),
                                    [&counter](const Committed &committed) { counter.count(committed); });
        if (!opened) {
            std::fprintf(stderr, "%s\n", qPrintable(opened.error().message));
            return 1;
        }
        const std::unique_ptr<Journal> journal = std::move(opened).value();
        qsizetype sent = 0;
        const qsizetype rest = sessions - 15'000;
        if (!measureAppends(*journal, counter, arrivals, sent, 500, 1)
            || !measureAppends(*journal, counter, arrivals, sent, 4'500, 64)
            || !measureAppends(*journal, counter, arrivals, sent, 10'000, 1'000)
            || !measureAppends(*journal, counter, arrivals, sent, rest, 20'000))
            return 1;
        const double perDocument = static_cast<double>(journal->bytesOnDisk()) / sessions;
        std::printf("disk: %.0f bytes a session, everything included: %.3f of the documents\n", perDocument,
                    perDocument * sessions / static_cast<double>(rawBytes));
    }
    arrivals = {};
    ::malloc_trim(0); // What the documents took must not be counted, nor be used again uncounted.

    for (int round = 0; round < 3; ++round) {
        const qint64 before = residentBytes();
        const auto start = Clock::now();
        auto opened = Journal::open(options, realFileSystem(), [](const Committed &) {});
        const double seconds = secondsSince(start);
        if (!opened || opened->get()->opened().sessions != static_cast<quint64>(sessions)) {
            std::fprintf(stderr, "not everything is there\n");
            return 1;
        }
        const qint64 after = residentBytes();
        std::printf("start with %d sessions: %.1f ms; memory: %.0f bytes a session\n", sessions, seconds * 1e3,
                    static_cast<double>(after - before) / sessions);
    }
    const QDir directory(options.directory);
    for (const QString &file : directory.entryList({u"*.columns"_s, u"*.names"_s}, QDir::Files))
        QFile::remove(directory.filePath(file));
    const auto start = Clock::now();
    const auto rebuilt = Journal::open(options, realFileSystem(), [](const Committed &) {});
    if (!rebuilt || rebuilt.value()->opened().sessions != static_cast<quint64>(sessions))
        return 1;
    std::printf("start without columns, from the frames: %.1f ms\n", secondsSince(start) * 1e3);
    return 0;
}
