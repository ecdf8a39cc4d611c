// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Our own form of the document: what is written, and that it is read back as it was.

#include "core/sessionwriter.h"
#include "ingest/sessiondecoder.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace escalite;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const TimePoint Start = *timePointFromRfc3339(u"2025-11-25T07:34:16.123456Z");

Session wholeSession()
{
    Session session;
    session.id = QUuid::fromString("4c61f35f-ad45-471f-87ec-7a6aa123fb72"_L1);
    session.source = u"shop"_s;
    session.declared = Level::Warning;
    session.startedAt = Start;
    session.endedAt = Start + 151ms;
    session.elapsed = 151ms;
    session.logDate = u"2025-11-25 08:34:16"_s;
    session.flags = SessionFlag::Ended | SessionFlag::Forced | SessionFlag::Live | SessionFlag::Late;
    const Entry path{.key = u"request_path"_s,
                     .value = R"("/pay")",
                     .message = u"a \"quoted\"\nline \u00e9 \U0001F600"_s,
                     .loggedAt = Start,
                     .startedAt = Start,
                     .extras = {{u"value"_s, "1.10"}, {u"tries"_s, "[1]"}}};
    const Call first{.service = u"payment"_s,
                     .attempt = 1,
                     .key = u"payment"_s,
                     .code = "502",
                     .message = u"refused"_s,
                     .url = u"/charge"_s,
                     .level = Level::Error,
                     .startedAt = Start + 1ms,
                     .endedAt = Start + 5ms,
                     .elapsed = 4ms};
    const Call third{.service = u"payment"_s, .attempt = 3, .key = u"payment"_s, .endedAt = Start + 9ms};
    const Entry payment{.key = u"payment"_s,
                        .code = "200",
                        .level = Level::Info,
                        .peak = Level::Error,
                        .loggedAt = Start + 9ms,
                        .startedAt = Start + 1ms,
                        .endedAt = Start + 9ms,
                        .elapsed = 8ms,
                        .url = u"/charge"_s,
                        .errorTrace = u"at charge()"_s,
                        .calls = {first, third}};
    session.sections = {{.name = u"api_logs"_s, .level = Level::Info, .entries = {path}},
                        {.name = u"service_logs"_s, .level = Level::Error, .entries = {payment}},
                        {.name = u"error_logs"_s},
                        {.name = u"start_time"_s, .level = Level::Info, .entries = {path}}};
    session.untagged = {{.key = u"alert_id"_s, .value = "null", .loggedAt = Start}};
    session.untagged.first().value.clear();
    return session;
}

Session readBack(const QByteArray &document)
{
    ingest::SessionDecoder decoder;
    const auto read = decoder.session(document, {});
    if (const auto *refusal = std::get_if<ingest::Refusal>(&read))
        qWarning().noquote() << refusal->pointer << refusal->reason;
    return std::holds_alternative<Session>(read) ? std::get<Session>(read) : Session{};
}

} // namespace

class SessionWriterTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesTheSeedsFormAndOrder();
    void isReadBackAsItWas();
    void writesAnOpenSession();
    void writesTheNote();
    void isPlainJsonForOthers();
    void takesAnEntryCalledLikeTheLevel();
};

void SessionWriterTest::writesTheSeedsFormAndOrder()
{
    Session session = wholeSession();
    session.sections[1].entries.clear();
    session.sections[0].entries[0].message = u"m"_s;
    session.sections.removeLast();
    session.untagged.clear();
    QCOMPARE(
        sessionDocument(session),
        "{\"escalite\":{\"format\":1,\"live\":true,\"late\":true},\"alert_id\":\"4c61f35f-ad45-471f-87ec-"
        "7a6aa123fb72\","
        "\"source\":\"shop\",\"api_logs\":{\"log_level\":\"info\",\"request_path\":{\"value\":\"/pay\",\"code\":null,"
        "\"message\":\"m\",\"log_level\":\"info\",\"log_time\":1764056056.123456,\"extras\":{\"value\":1.10,\"tries\":["
        "1]},"
        "\"start_time\":1764056056.123456}},\"service_logs\":{\"log_level\":\"error\"},\"error_logs\":{},"
        "\"log_level\":\"warning\",\"forced\":true,\"start_time\":1764056056.123456,\"end_time\":1764056056.274456,"
        "\"log_date\":\"2025-11-25 08:34:16\",\"time_elapsed\":0.151}"_ba);
}

void SessionWriterTest::isReadBackAsItWas()
{
    const Session session = wholeSession();
    const Session read = readBack(sessionDocument(session));
    QCOMPARE(read.id, session.id);
    QCOMPARE(read.source, session.source);
    QCOMPARE(read.declared, Level::Warning);
    QCOMPARE(read.effective, Level::Warning); // Forced.
    QCOMPARE(read.startedAt, session.startedAt);
    QCOMPARE(read.endedAt, session.endedAt);
    QCOMPARE(read.elapsed, session.elapsed);
    QCOMPARE(read.logDate, session.logDate);
    QCOMPARE(read.sections.size(), 4);
    for (qsizetype i = 0; i < 4; ++i) {
        QCOMPARE(read.sections[i].name, session.sections[i].name);
        QCOMPARE(read.sections[i].level, session.sections[i].level);
        QCOMPARE(read.sections[i].entries.size(), session.sections[i].entries.size());
    }
    QCOMPARE(read.sections[0], session.sections[0]);
    QCOMPARE(read.sections[3], session.sections[3]);
    Entry payment = session.sections[1].entries[0];
    payment.calls[0].attempt = 0; // Its place says it.
    QCOMPARE(read.sections[1].entries[0], payment);
    QCOMPARE(read.untagged, session.untagged);
    QVERIFY(read.flags.testFlags(session.flags));
    QCOMPARE(read.path, u"/pay"_s);
    QCOMPARE(sessionDocument(read), sessionDocument(session));
}

void SessionWriterTest::writesAnOpenSession()
{
    Session session;
    session.id = QUuid::fromString("4c61f35f-ad45-471f-87ec-7a6aa123fb72"_L1);
    session.startedAt = TimePoint(Duration(0));
    session.flags = SessionFlag::Live;
    QCOMPARE(sessionDocument(session),
             "{\"escalite\":{\"format\":1,\"live\":true},\"alert_id\":\"4c61f35f-ad45-471f-87ec-7a6aa123fb72\",\"api_"
             "logs\":{},"
             "\"service_logs\":{},\"error_logs\":{},\"log_level\":\"info\",\"start_time\":0.0,\"end_time\":null,"
             "\"log_date\":null}"_ba);
}

void SessionWriterTest::writesTheNote()
{
    Session session;
    session.flags = SessionFlag::Gap;
    const QByteArray document = sessionDocument(session, {.dropped = 3,
                                                          .unstarted = true,
                                                          .client = u"c\"1"_s,
                                                          .events = u"1-17,19"_s,
                                                          .others = {{u"d"_s, u"4"_s}},
                                                          .heartbeat = 1500ms});
    QVERIFY2(document.startsWith(
                 "{\"escalite\":{\"format\":1,\"gap\":true,\"dropped\":3,\"unstarted\":true,\"client\":\"c\\\"1\","
                 "\"events\":\"1-17,19\",\"others\":{\"d\":\"4\"},\"heartbeat\":1.5},"),
             document.constData());
    QVERIFY(readBack(document).flags.testFlags(SessionFlag::Gap | SessionFlag::Incomplete));
}

void SessionWriterTest::isPlainJsonForOthers()
{
    Session session = wholeSession();
    session.sections[0].entries[0].message = u"\u0001\u007f \\ nul:"_s + QChar(0);
    const QByteArray document = sessionDocument(session);
    const QJsonObject read = QJsonDocument::fromJson(document).object();
    const QJsonObject entry = read["api_logs"_L1]["request_path"_L1].toObject();
    QCOMPARE(entry["message"_L1].toString(), u"\u0001\u007f \\ nul:\ufffd"_s);
    QCOMPARE(read["entries"_L1]["alert_id"_L1]["value"_L1], QJsonValue());
    QCOMPARE(readBack(document).sections[0].entries[0].message, u"\u0001\u007f \\ nul:\ufffd"_s);
}

/// A member that stands twice would have the whole document refused (E-21).
void SessionWriterTest::takesAnEntryCalledLikeTheLevel()
{
    Session session = wholeSession();
    session.sections[0].entries.append({.key = u"log_level"_s, .value = "3", .level = Level::Warning});
    const Session read = readBack(sessionDocument(session));
    QCOMPARE(read.id, session.id);
    QCOMPARE(read.sections[0].entries.size(), 2);
    QCOMPARE(read.sections[0].entries[1].value, "3");
}

QTEST_GUILESS_MAIN(SessionWriterTest)
#include "tst_sessionwriter.moc"
