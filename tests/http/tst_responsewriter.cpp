// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How responses look on the wire.

#include "http/problemdetails.h"
#include "http/responsewriter.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace escalite::http;
using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::sys_seconds Now{std::chrono::seconds(784'111'777)};

QByteArray written(const Response &response, bool close = false, ResponseWriter::Body body = ResponseWriter::Body::Sent)
{
    QByteArray out;
    ResponseWriter().append(out, response, Now, close, body);
    return out;
}

} // namespace

class ResponseWriterTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesTheDateOfTheStandard();
    void writesAWholeResponse();
    void announcesTheLengthOfABodyLeftOut();
    void writesNoLengthWhereNoBodyMayBe_data();
    void writesNoLengthWhereNoBodyMayBe();
    void writesAnInterimResponseBare();
    void renewsTheDateEverySecond();
    void quotesWhatAProblemSays();
};

void ResponseWriterTest::writesTheDateOfTheStandard()
{
    QCOMPARE(imfFixdate(Now), "Sun, 06 Nov 1994 08:49:37 GMT"_ba); // RFC 9110 §5.6.7
    QCOMPARE(imfFixdate(std::chrono::sys_seconds{}), "Thu, 01 Jan 1970 00:00:00 GMT"_ba);
    QCOMPARE(imfFixdate(std::chrono::sys_days{std::chrono::year(2028) / 2 / 29}), "Tue, 29 Feb 2028 00:00:00 GMT"_ba);
}

void ResponseWriterTest::writesAWholeResponse()
{
    QCOMPARE(written({.status = 201,
                      .contentType = "application/json"_ba,
                      .body = "{}"_ba,
                      .headers = {{"Retry-After"_ba, "1"_ba}}},
                     true),
             "HTTP/1.1 201 Created\r\n"
             "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
             "X-Content-Type-Options: nosniff\r\n"
             "Cache-Control: no-store\r\n"
             "Cross-Origin-Resource-Policy: same-origin\r\n"
             "Retry-After: 1\r\n"
             "Content-Type: application/json\r\n"
             "Content-Length: 2\r\n"
             "Connection: close\r\n"
             "\r\n"
             "{}"_ba);
}

void ResponseWriterTest::announcesTheLengthOfABodyLeftOut()
{
    const QByteArray wire = written({.status = 200, .contentType = "text/plain"_ba, .body = "hello"_ba}, false,
                                    ResponseWriter::Body::LeftOut);
    QVERIFY2(wire.contains("\r\nContent-Length: 5\r\n"), wire.constData());
    QVERIFY2(wire.endsWith("\r\n\r\n"), wire.constData());
}

void ResponseWriterTest::writesNoLengthWhereNoBodyMayBe_data()
{
    QTest::addColumn<int>("status");
    QTest::newRow("204") << 204;
    QTest::newRow("304") << 304;
}

void ResponseWriterTest::writesNoLengthWhereNoBodyMayBe()
{
    QFETCH(int, status);
    const QByteArray wire = written({.status = status, .body = "x"_ba});
    QVERIFY2(!wire.contains("Content-Length"), wire.constData());
    QVERIFY2(wire.endsWith("\r\n\r\n"), wire.constData());
}

void ResponseWriterTest::writesAnInterimResponseBare()
{
    QCOMPARE(written({.status = 100}), "HTTP/1.1 100 Continue\r\n\r\n"_ba);
}

void ResponseWriterTest::renewsTheDateEverySecond()
{
    ResponseWriter writer;
    QByteArray out;
    writer.append(out, {.status = 200}, Now, false);
    writer.append(out, {.status = 200}, Now + std::chrono::seconds(1), false);
    QVERIFY(out.contains("08:49:37 GMT"));
    QVERIFY(out.contains("08:49:38 GMT"));
}

void ResponseWriterTest::quotesWhatAProblemSays()
{
    const Response response = problemResponse(422, u"a \"quote\", a \\ and \n\u0001 ä"_s, u"/a~1b"_s);
    QCOMPARE(response.contentType, "application/problem+json"_ba);
    const QJsonObject problem = QJsonDocument::fromJson(response.body).object();
    QCOMPARE(problem["detail"_L1].toString(), u"a \"quote\", a \\ and \n\u0001 ä"_s);
    QCOMPARE(problem["pointer"_L1].toString(), u"/a~1b"_s);
    QCOMPARE(problem["status"_L1].toInt(), 422);
    QCOMPARE(problem["title"_L1].toString(), u"Unprocessable Content"_s);
    QVERIFY(!problemResponse(400, u"x"_s).body.contains("pointer"));
}

QTEST_APPLESS_MAIN(ResponseWriterTest)
#include "tst_responsewriter.moc"
