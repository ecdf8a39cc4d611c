// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The calls of a session: order, tries of one service, and the names of requests.

#include "core/json.h"
#include "core/session.h"

#include <QFile>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// As much of the service section of a Python document as the calls need.
Session sessionFromPython(const QString &file)
{
    QFile input(QStringLiteral(ESCALITE_TEST_DATA "/core/") + file);
    if (!input.open(QIODevice::ReadOnly))
        return {};
    const auto result = JsonDocument::parse(input.readAll());
    const auto *document = std::get_if<JsonDocument>(&result);
    if (!document)
        return {};
    Session session;
    Section section{.name = u"service_logs"_s};
    for (const JsonNode::Member &member : document->root().find(u"service_logs")->members) {
        if (member.value.kind != JsonNode::Kind::Object)
            continue;
        const auto time = [&](QStringView name) -> std::optional<TimePoint> {
            const JsonNode *node = member.value.find(name);
            return node ? timePointFromEpochSeconds(node->number) : std::nullopt;
        };
        const JsonNode *code = member.value.find(u"code");
        section.entries.append(Entry{.key = member.key,
                                     .code = code ? document->text(*code).toByteArray() : QByteArray(),
                                     .message = member.value.find(u"message")->string,
                                     .level = *levelFromName(member.value.find(u"log_level")->string),
                                     .loggedAt = time(u"log_time"),
                                     .startedAt = time(u"start_time"),
                                     .endedAt = time(u"end_time"),
                                     .url = member.value.find(u"url")->string});
    }
    session.sections.append(section);
    return session;
}

/// Entries of service_logs that start a millisecond after each other, in the order given.
Session sessionWith(const QStringList &keys)
{
    Section section{.name = u"service_logs"_s};
    for (qsizetype i = 0; i < keys.size(); ++i)
        section.entries.append(Entry{.key = keys.at(i), .startedAt = TimePoint(Duration(1'000 * (i + 1)))});
    return Session{.sections = {section}};
}

QStringList named(const QList<Call> &calls)
{
    QStringList names;
    for (const Call &call : calls)
        names.append(call.service + u' ' + QString::number(call.attempt));
    return names;
}

} // namespace

class TestSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheCallsOfPython()
    {
        const QList<Call> calls = callsOf(sessionFromPython(u"03-error-with-calls.json"_s));
        QCOMPARE(named(calls), QStringList({u"oauth_service 0"_s, u"payment-gateway 0"_s}));
        QCOMPARE(calls.at(0).code, "200"_ba);
        QCOMPARE(calls.at(0).elapsed, Duration(31'135));
        QCOMPARE(calls.at(1).message, u"no answer"_s);
        QCOMPARE(calls.at(1).url, u"https://pay.example/v1/charges"_s);
        QCOMPARE(calls.at(1).level, Level::Error);
        QCOMPARE(calls.at(1).elapsed, Duration(120'276));
        QVERIFY(callsOf(sessionFromPython(u"07-open-not-ended.json"_s)).isEmpty());
    }

    void numbersTries_data()
    {
        QTest::addColumn<QStringList>("keys");
        QTest::addColumn<QStringList>("calls");
        const auto row = [](const char *name, const QStringList &keys, const QStringList &calls) {
            QTest::newRow(name) << keys << calls;
        };
        row("hash", {u"pay#1"_s, u"pay#2"_s, u"pay#3"_s}, {u"pay 1"_s, u"pay 2"_s, u"pay 3"_s});
        row("first one bare", {u"pay"_s, u"pay#2"_s}, {u"pay 1"_s, u"pay 2"_s});
        row("dot", {u"pay"_s, u"pay.1"_s}, {u"pay 1"_s, u"pay 2"_s});
        row("dash", {u"pay-1"_s, u"pay-2"_s}, {u"pay 1"_s, u"pay 2"_s});
        row("brackets", {u"pay (1)"_s, u"pay (2)"_s}, {u"pay 1"_s, u"pay 2"_s});
        row("mixed with others", {u"db"_s, u"pay#1"_s, u"mail"_s, u"pay#2"_s},
            {u"db 0"_s, u"pay 1"_s, u"mail 0"_s, u"pay 2"_s});
        row("one lone host", {u"db-1"_s, u"pay"_s}, {u"db-1 0"_s, u"pay 0"_s});
        row("one lone version", {u"api.2"_s}, {u"api.2 0"_s});
        row("one lone try", {u"pay#2"_s}, {u"pay 0"_s});
        row("no try: leading zero", {u"pay-01"_s, u"pay-02"_s}, {u"pay-01 0"_s, u"pay-02 0"_s});
        row("no try: a year", {u"report-2025"_s, u"report-2026"_s}, {u"report-2025 0"_s, u"report-2026 0"_s});
        row("no try: brackets without a blank", {u"f(1)"_s, u"f(2)"_s}, {u"f(1) 0"_s, u"f(2) 0"_s});
        row("nothing but a number", {u"1"_s, u"#2"_s}, {u"1 0"_s, u"#2 0"_s});
        row("dashes inside", {u"pay-gate-1"_s, u"pay-gate-2"_s}, {u"pay-gate 1"_s, u"pay-gate 2"_s});
    }

    void numbersTries()
    {
        QFETCH(QStringList, keys);
        const QList<Call> calls = callsOf(sessionWith(keys));
        QTEST(named(calls), "calls");
        for (qsizetype i = 0; i < keys.size(); ++i)
            QCOMPARE(calls.at(i).key, keys.at(i));
    }

    void ordersByStart()
    {
        Session session = sessionWith({u"late"_s, u"pay#2"_s, u"pay#1"_s, u"unknown"_s});
        QList<Entry> &entries = session.sections.first().entries;
        entries[0].startedAt = TimePoint(Duration(9'000));
        entries[1].startedAt = TimePoint(Duration(5'000));
        entries[2].startedAt = TimePoint(Duration(5'000));
        entries[3].startedAt.reset();
        QCOMPARE(named(callsOf(session)), QStringList({u"pay 1"_s, u"pay 2"_s, u"late 0"_s, u"unknown 0"_s}));
        QCOMPARE(callsOf(session).first().key, u"pay#1"_s);
    }

    void takesTheCallsOfOurOwnForm()
    {
        Entry entry{.key = u"pay"_s, .message = u"the newest only"_s};
        entry.calls = {Call{.message = u"timed out"_s,
                            .level = Level::Warning,
                            .startedAt = TimePoint(2ms),
                            .endedAt = TimePoint(7ms)},
                       Call{.message = u"worked"_s, .startedAt = TimePoint(8ms), .elapsed = Duration(1ms)}};
        const QList<Call> calls = callsOf({.sections = {{.name = u"service_logs"_s, .entries = {entry}}}});
        QCOMPARE(named(calls), QStringList({u"pay 1"_s, u"pay 2"_s}));
        QCOMPARE(calls.at(0).message, u"timed out"_s);
        QCOMPARE(calls.at(0).elapsed, Duration(5ms));
        QCOMPARE(calls.at(1).elapsed, Duration(1ms));
        QCOMPARE(calls.at(1).endedAt, TimePoint(9ms)); // Not "still running".
    }

    void doesNotGuessWhereCallsAreListed()
    {
        const auto listed = [](const QString &key) {
            return Entry{.key = key, .startedAt = TimePoint(1ms), .calls = {Call{.startedAt = TimePoint(1ms)}}};
        };
        const auto services = [](const QStringList &keys, auto entry) {
            Section section{.name = u"service_logs"_s};
            for (const QString &key : keys)
                section.entries.append(entry(key));
            return Session{.sections = {section}};
        };
        QCOMPARE(named(callsOf(services({u"db-1"_s, u"db-2"_s}, listed))), QStringList({u"db-1 0"_s, u"db-2 0"_s}));
        QCOMPARE(named(callsOf(services({u"pay#1"_s, u"pay#2"_s}, listed))), QStringList({u"pay 1"_s, u"pay 2"_s}));
        // A call that never ended stays open; what is no call at all is a moment.
        Session live = services({u"pay"_s}, listed);
        live.sections[0].entries.append(Entry{.key = u"note"_s, .startedAt = TimePoint(2ms)});
        const QList<Call> calls = callsOf(live);
        QVERIFY(!calls.at(0).endedAt);
        QCOMPARE(calls.at(1).endedAt, TimePoint(2ms));
        QVERIFY(!calls.at(1).elapsed);
        live.sections[0].entries.removeFirst();
        QVERIFY(!callsOf(live).first().endedAt); // As the Python library writes a call that has begun…
        live.flags = SessionFlag::Live;
        QVERIFY(callsOf(live).first().endedAt); // …which would have been told as one.
    }

    void aCallThatNeverBeganStandsWhereItEnded()
    {
        Entry entry{.key = u"pay"_s};
        entry.calls = {Call{.message = u"unmatched"_s, .endedAt = TimePoint(3ms)}, Call{.startedAt = TimePoint(5ms)}};
        const QList<Call> calls = callsOf({.sections = {{.name = u"service_logs"_s, .entries = {entry}}}});
        QCOMPARE(calls.first().message, u"unmatched"_s);
    }

    void leavesOutWhatIsNoCall()
    {
        Session session = sessionWith({u"pay"_s});
        session.sections.first().entries.append(Entry{.key = u"odd"_s, .value = "5", .malformed = true});
        session.sections.append(Section{.name = u"api_logs"_s, .entries = {Entry{.key = u"request_path"_s}}});
        session.untagged.append(Entry{.key = u"event"_s});
        QCOMPARE(named(callsOf(session)), QStringList({u"pay 0"_s}));
    }

    void requestsHaveTitles_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("title");
        QTest::newRow("usual") << u"POST"_s << u"/checkout"_s << u"api"_s << u"POST /checkout"_s;
        QTest::newRow("path alone") << QString() << u"/checkout"_s << u"api"_s << u"/checkout"_s;
        QTest::newRow("source") << QString() << QString() << u"api"_s << u"api"_s;
        QTest::newRow("method and source") << u"POST"_s << QString() << u"api"_s << u"POST api"_s;
        QTest::newRow("id") << QString() << QString() << QString() << u"session 4c61f35f"_s;
    }

    void requestsHaveTitles()
    {
        QFETCH(QString, method);
        QFETCH(QString, path);
        QFETCH(QString, source);
        const QUuid id(u"4c61f35f-ad45-471f-87ec-7a6aa123fb72"_s);
        QTEST(requestTitle(method, path, source, id), "title");
        QCOMPARE(shortId(id), u"4c61f35f"_s);
    }
};

QTEST_APPLESS_MAIN(TestSession)
#include "tst_session.moc"
