// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the request parser reads and what it refuses, row by row, however the bytes are cut.

#include "http/requestparser.h"
#include "support/bytecutter.h"

#include <QTest>

using namespace escalite::http;
using escalite::test::ByteCutter;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype BodyLimit = 100;

/// What came out of \a wire as text: one line per request, then the refusal, if there was one.
QByteArray outcome(QByteArrayView wire, qsizetype pieces, const ParserLimits &limits = {},
                   qsizetype bodyLimit = BodyLimit)
{
    RequestParser parser(limits);
    QByteArray text;
    const auto step = [&](QByteArrayView bytes) {
        while (!bytes.isEmpty() && parser.state() != RequestParser::State::Failed) {
            bytes = bytes.sliced(parser.feed(bytes));
            if (parser.state() == RequestParser::State::HeadComplete)
                parser.readBody(bodyLimit);
            if (parser.state() == RequestParser::State::Complete) {
                const bool keeps = parser.keepsAlive();
                const Request request = parser.takeRequest();
                text += request.method + ' ' + request.path + (request.query.isNull() ? "" : "?" + request.query)
                        + " 1." + QByteArray::number(request.minorVersion) + " host=" + request.header("host")
                        + " body=" + request.body + (keeps ? "\n" : " closes\n");
            }
        }
    };
    ByteCutter::cut(wire, pieces, step);
    if (parser.state() == RequestParser::State::Failed)
        text += QByteArray::number(parser.error().status);
    else if (!parser.isEmpty())
        text += "more";
    return text;
}

QByteArray post(const QByteArray &fields, const QByteArray &body)
{
    return "POST /v1/sessions HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
}

QByteArray get(const QByteArray &fields)
{
    return "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

} // namespace

class RequestParserTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsOrRefuses_data();
    void readsOrRefuses();
    void keepsLimits_data();
    void keepsLimits();
    void refusesATooLongBodyBeforeItComes();
    void tellsThatTheClientWaitsForContinue_data();
    void tellsThatTheClientWaitsForContinue();
    void keepsFieldsAsReceived();
    void refusesEveryControlCharacterInAField();
    void countsNothingTwiceWhenFedByteByByte();
};

void RequestParserTest::readsOrRefuses_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *why, const QByteArray &wire, const QByteArray &expected) {
        QTest::newRow(why) << wire << expected;
    };
    const QByteArray ok = "POST /v1/sessions 1.1 host=h body=abc\n";
    const QByteArray got = "GET / 1.1 host=h body=\n";

    // Request line, RFC 9112 §3.
    row("origin-form, §3.2.1", "GET /a/b?c=d&e HTTP/1.1\r\nHost: h:1\r\n\r\n", "GET /a/b?c=d&e 1.1 host=h:1 body=\n");
    row("an empty query is a query", "GET /a? HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a? 1.1 host=h body=\n");
    row("absolute-form: its authority replaces Host, §3.2.2", "GET http://x:80/p?q HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /p?q 1.1 host=x:80 body=\n");
    row("absolute-form without a path", "GET HTTP://x HTTP/1.1\r\nHost: h\r\n\r\n", "GET / 1.1 host=x body=\n");
    row("absolute-form with a query only", "GET http://x?y HTTP/1.1\r\nHost: h\r\n\r\n", "GET /?y 1.1 host=x body=\n");
    row("absolute-form, HTTP/1.0 without Host", "GET http://x/ HTTP/1.0\r\n\r\n", "GET / 1.0 host=x body= closes\n");
    row("absolute-form without a host", "GET http:///p HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("absolute-form with userinfo", "GET http://u@x/p HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("absolute-form of another scheme", "GET https://x/p HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("asterisk-form, §3.2.4", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS * 1.1 host=h body=\n");
    row("asterisk for another method", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("authority-form", "GET h:80 HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("a fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("a target beyond ASCII", "GET /\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("a tab in the target", "GET /\ta HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("a space at the end", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", "400");
    row("a tab for a space", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("leading space", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("no version", "GET /\r\nHost: h\r\n\r\n", "400");
    row("no token for a method", "G(T / HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("unknown method, RFC 9110 §9.1", "BREW / HTTP/1.1\r\nHost: h\r\n\r\n", "501");
    row("methods are case-sensitive", "get / HTTP/1.1\r\nHost: h\r\n\r\n", "501");
    row("no tunnel", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", "501");
    row("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505");
    row("HTTP/1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", "505");
    row("HTTP/0.9 spelt out", "GET / HTTP/0.9\r\n\r\n", "505");
    row("lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n", "400");
    row("version with two digits", "GET / HTTP/1.10\r\nHost: h\r\n\r\n", "400");
    row("a TLS greeting", "\x16\x03\x01\x02", "400");

    // Lines, §2.2.
    row("one empty line before", "\r\n" + get({}), got);
    row("two empty lines before", "\r\n\r\n" + get({}), "400");
    row("bare LF", "GET / HTTP/1.1\nHost: h\n\n", "400");
    row("bare LF after a field", "GET / HTTP/1.1\r\nHost: h\n\r\n", "400");
    row("bare CR in a field", "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", "400");
    row("NUL in a field", "GET / HTTP/1.1\r\nHost: h\r\nX: a"_ba + '\0' + "b\r\n\r\n", "400");
    row("DEL in a field", get("X: a\x7f\r\n"), "400");
    row("a tab in a value", get("X: a\tb\r\n"), got);
    row("bytes beyond ASCII in a value, RFC 9110 §5.5", get("X: \xc3\xa4\r\n"), got);
    row("nothing yet", "", "");
    row("half a head", "GET / HTTP/1.1\r\nHost", "more");

    // Fields, §5.
    row("obs-fold, §5.2", get("X: a\r\n b\r\n"), "400");
    row("fold right behind the request line", "GET / HTTP/1.1\r\n X: y\r\nHost: h\r\n\r\n", "400");
    row("space before the colon, §5.1", get("X : y\r\n"), "400");
    row("empty name", get(": y\r\n"), "400");
    row("no colon", get("X\r\n"), "400");
    row("a name with a bracket", get("X[: y\r\n"), "400");
    row("empty value", get("X:\r\n"), got);
    row("white space around a value", "GET / HTTP/1.1\r\nHost: \t h \t\r\n\r\n", got);

    // Host, §3.2.
    row("no Host", "GET / HTTP/1.1\r\n\r\n", "400");
    row("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "400");
    row("two Hosts", "GET / HTTP/1.1\r\nHost: h\r\nhost: h\r\n\r\n", "400");
    row("a list of Hosts", "GET / HTTP/1.1\r\nHost: h, i\r\n\r\n", "400");
    row("Host with a path", "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", "400");
    row("no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "GET / 1.0 host= body= closes\n");

    // Fields that two readers could read differently when repeated.
    row("two Authorization", get("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), "400");
    row("two Content-Type", post("Content-Type: a/b\r\nContent-Type: a/b\r\nContent-Length: 3\r\n", "abc"), "400");
    row("two Content-Encoding",
        post("Content-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n", "abc"), "400");
    row("two Origin", get("Origin: a\r\nOrigin: b\r\n"), "400");
    row("two of another", get("X: a\r\nX: b\r\n"), got);

    // Length, §6.2 and §6.3.
    row("Content-Length", post("Content-Length: 3\r\n", "abc"), ok);
    row("zero", post("Content-Length: 0\r\n", ""), "POST /v1/sessions 1.1 host=h body=\n");
    row("half a body", post("Content-Length: 3\r\n", "ab"), "more");
    row("leading zeros", post("Content-Length: 0003\r\n", "abc"), ok);
    row("more than 19 digits", post("Content-Length: 00000000000000000003\r\n", "abc"), "400");
    row("plus sign", post("Content-Length: +3\r\n", "abc"), "400");
    row("minus sign", post("Content-Length: -3\r\n", "abc"), "400");
    row("hexadecimal", post("Content-Length: 0x3\r\n", "abc"), "400");
    row("a space inside", post("Content-Length: 3 3\r\n", "abc"), "400");
    row("empty length", post("Content-Length:\r\n", "abc"), "400");
    row("the same length twice in a list, RFC 9110 §8.6", post("Content-Length: 3, 3\r\n", "abc"), "400");
    row("the same length in two fields", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), "400");
    row("two lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"), "400");
    row("a length near the end of 64 bits", post("Content-Length: 9999999999999999999\r\n", "abc"), "413");
    row("longer than the limit", post("Content-Length: 101\r\n", ""), "413");
    row("POST without a length, RFC 9110 §15.5.12", post("", ""), "411");
    row("GET with a body", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", "GET / 1.1 host=h body=hi\n");

    // Transfer-Encoding, §6.1 and §7.
    row("chunked", post("Transfer-Encoding: chunked\r\n", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"), ok);
    row("in any case", post("transfer-encoding: CHUNKED\r\n", "3\r\nabc\r\n0\r\n\r\n"), ok);
    row("with an extension", post("Transfer-Encoding: chunked\r\n", "3;a=b\r\nabc\r\n0;x\r\n\r\n"), ok);
    row("with trailers, dropped", post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nHost: evil\r\nX: y\r\n\r\n"),
        ok);
    row("no chunk at all", post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), "POST /v1/sessions 1.1 host=h body=\n");
    row("upper-case size", post("Transfer-Encoding: chunked\r\n", "A\r\n0123456789\r\n0\r\n\r\n"),
        "POST /v1/sessions 1.1 host=h body=0123456789\n");
    row("together with a length, §6.3", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"),
        "400");
    row("the other way round", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400");
    row("xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), "501");
    row("gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), "501");
    row("chunked, identity", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), "400");
    row("chunked, chunked", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), "400");
    row("chunked with a parameter", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), "501");
    row("identity", post("Transfer-Encoding: identity\r\n", "0\r\n\r\n"), "501");
    row("empty coding", post("Transfer-Encoding:\r\n", "0\r\n\r\n"), "400");
    row("two fields", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400");
    row("in HTTP/1.0, §6.1", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400");
    row("space before a size", post("Transfer-Encoding: chunked\r\n", " 3\r\nabc\r\n0\r\n\r\n"), "400");
    row("space behind a size", post("Transfer-Encoding: chunked\r\n", "3 \r\nabc\r\n0\r\n\r\n"), "400");
    row("empty size", post("Transfer-Encoding: chunked\r\n", "\r\nabc\r\n0\r\n\r\n"), "400");
    row("extension without a size", post("Transfer-Encoding: chunked\r\n", ";a\r\nabc\r\n0\r\n\r\n"), "400");
    row("0x in a size", post("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n"), "400");
    row("a size of nine digits", post("Transfer-Encoding: chunked\r\n", "000000003\r\nabc\r\n0\r\n\r\n"), "400");
    row("a size of 64 bits", post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\nabc\r\n0\r\n\r\n"), "400");
    row("a chunk beyond the limit", post("Transfer-Encoding: chunked\r\n", "65\r\n"), "413");
    row("chunks that add up beyond it", post("Transfer-Encoding: chunked\r\n", "1\r\na\r\n64\r\n"), "413");
    row("bare LF behind a size", post("Transfer-Encoding: chunked\r\n", "3\nabc\r\n0\r\n\r\n"), "400");
    row("bare LF behind a chunk", post("Transfer-Encoding: chunked\r\n", "3\r\nabc\n0\r\n\r\n"), "400");
    row("bare CR behind a size", post("Transfer-Encoding: chunked\r\n", "3\rabc\r\n0\r\n\r\n"), "400");
    row("a chunk longer than its size", post("Transfer-Encoding: chunked\r\n", "3\r\nabcd\r\n0\r\n\r\n"), "400");
    row("bare LF in an extension", post("Transfer-Encoding: chunked\r\n", "3;a\nb\r\nabc\r\n0\r\n\r\n"), "400");
    row("a trailer without a colon", post("Transfer-Encoding: chunked\r\n", "0\r\nX\r\n\r\n"), "400");
    row("a folded trailer", post("Transfer-Encoding: chunked\r\n", "0\r\nX: y\r\n z\r\n\r\n"), "400");
    row("bare LF behind a trailer", post("Transfer-Encoding: chunked\r\n", "0\r\nX: y\n\r\n"), "400");
    row("half a chunk", post("Transfer-Encoding: chunked\r\n", "3\r\nab"), "more");

    // Expectation, RFC 9110 §10.1.1.
    row("100-continue", post("Expect: 100-Continue\r\nContent-Length: 3\r\n", "abc"), ok);
    row("another expectation", post("Expect: 200-ok\r\nContent-Length: 3\r\n", "abc"), "417");
    row("ignored in HTTP/1.0", "POST / HTTP/1.0\r\nExpect: magic\r\nContent-Length: 1\r\n\r\na",
        "POST / 1.0 host= body=a closes\n");

    // Connection, RFC 9112 §9.
    row("close", get("Connection: close\r\n"), "GET / 1.1 host=h body= closes\n");
    row("close in a list, any case", get("Connection: x, CLOSE\r\n"), "GET / 1.1 host=h body= closes\n");
    row("close in a second field", get("Connection: x\r\nConnection: close\r\n"), "GET / 1.1 host=h body= closes\n");
    row("HTTP/1.0 does not keep alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET / 1.0 host= body= closes\n");
    row("pipelined", get({}) + post("Content-Length: 3\r\n", "abc") + get({}), got + ok + got);
    row("chunked, then another", post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n") + get({}), ok + got);
    row("a fault behind a good one", get({}) + "nonsense\r\n", got + "400");
}

void RequestParserTest::readsOrRefuses()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArray, expected);
    for (const qsizetype size : ByteCutter::Sizes)
        QCOMPARE(outcome(wire, size), expected);
}

void RequestParserTest::keepsLimits_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<QByteArray>("expected");
    const ParserLimits limits;
    const QByteArray around = "GET / HTTP/1.1";
    const auto requestLine = [&](qsizetype length) {
        return "GET /" + QByteArray(length - around.size(), 'a') + " HTTP/1.1\r\n";
    };
    const QByteArray longPath = "/" + QByteArray(limits.requestLine - around.size(), 'a');
    QTest::newRow("longest request line") << requestLine(limits.requestLine) + "Host: h\r\n\r\n"
                                          << "GET " + longPath + " 1.1 host=h body=\n";
    QTest::newRow("one byte more") << requestLine(limits.requestLine + 1) + "Host: h\r\n\r\n"
                                   << "414"_ba;
    QTest::newRow("a request line without end") << QByteArray(limits.requestLine + 1, 'a') << "414"_ba;
    QTest::newRow("a control character just before the limit")
        << QByteArray(limits.requestLine - 1, 'a') + '\1' << "400"_ba;

    const QByteArray start = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    const auto head = [&](qsizetype length) {
        return start + QByteArray(length - start.size() - 4, 'a') + "\r\n\r\n";
    };
    const QByteArray got = "GET / 1.1 host=h body=\n";
    QTest::newRow("longest head") << head(limits.head) << got;
    QTest::newRow("a head of one byte more") << head(limits.head + 1) << "431"_ba;
    QTest::newRow("a last field that ends at the limit") << head(limits.head + 2) << "431"_ba;
    QTest::newRow("a last field that ends there, and no more") << head(limits.head + 2).chopped(2) << "431"_ba;
    QTest::newRow("a head without end") << start + QByteArray(limits.head, 'a') << "431"_ba;

    QByteArray fields;
    for (int i = 1; i < limits.fields; ++i)
        fields += "X: y\r\n";
    QTest::newRow("most fields") << get(fields) << got;
    QTest::newRow("one field more") << get(fields + "X: y\r\n") << "431"_ba;

    const QByteArray chunked = "Transfer-Encoding: chunked\r\n";
    const QByteArray posted = "POST /v1/sessions 1.1 host=h body=a\n";
    QTest::newRow("longest extension") << post(chunked,
                                               "1;" + QByteArray(limits.chunkOverhead, 'a') + "\r\na\r\n0\r\n\r\n")
                                       << posted;
    QTest::newRow("an extension of one byte more")
        << post(chunked, "1;" + QByteArray(limits.chunkOverhead + 1, 'a') + "\r\na\r\n0\r\n\r\n") << "400"_ba;
    QTest::newRow("extensions that add up beyond it")
        << post(chunked, "1;" + QByteArray(limits.chunkOverhead, 'a') + "\r\na\r\n0;b\r\n\r\n") << "400"_ba;
    QTest::newRow("longest trailer") << post(chunked, "1\r\na\r\n0\r\nX:" + QByteArray(limits.chunkOverhead - 2, 'a')
                                                          + "\r\n\r\n")
                                     << posted;
    QTest::newRow("a trailer of one byte more")
        << post(chunked, "1\r\na\r\n0\r\nX:" + QByteArray(limits.chunkOverhead - 1, 'a') + "\r\n\r\n") << "431"_ba;
}

void RequestParserTest::keepsLimits()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArray, expected);
    for (const qsizetype size : ByteCutter::Sizes)
        QCOMPARE(outcome(wire, size), expected);
}

void RequestParserTest::refusesATooLongBodyBeforeItComes()
{
    RequestParser parser;
    const QByteArray head = post("Content-Length: 1000000000\r\n", "");
    QCOMPARE(parser.feed(head), head.size());
    QCOMPARE(parser.state(), RequestParser::State::HeadComplete);
    QCOMPARE(parser.contentLength(), std::optional<quint64>(1'000'000'000));
    parser.readBody(1024);
    QCOMPARE(parser.state(), RequestParser::State::Failed);
    QCOMPARE(parser.error().status, 413);
    QCOMPARE(parser.bodySize(), 0);
}

void RequestParserTest::tellsThatTheClientWaitsForContinue_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<bool>("expected");
    QTest::newRow("asked") << post("Expect: 100-continue\r\nContent-Length: 3\r\n", "") << true;
    QTest::newRow("not asked") << post("Content-Length: 3\r\n", "") << false;
    QTest::newRow("HTTP/1.0") << "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"_ba << false;
}

void RequestParserTest::tellsThatTheClientWaitsForContinue()
{
    QFETCH(QByteArray, wire);
    QFETCH(bool, expected);
    RequestParser parser;
    QCOMPARE(parser.feed(wire), wire.size());
    QCOMPARE(parser.expectsContinue(), expected);
}

void RequestParserTest::keepsFieldsAsReceived()
{
    RequestParser parser;
    const QByteArray wire = get("x-MiXeD:  two  words \r\n");
    QCOMPARE(parser.feed(wire), wire.size());
    parser.readBody(0);
    const Request request = parser.takeRequest();
    QCOMPARE(request.headers.last().name, "x-MiXeD"_ba);
    QCOMPARE(request.header("X-Mixed"), "two  words"_ba);
    QVERIFY(request.header("X").isNull());
    QVERIFY(parser.isEmpty());
}

void RequestParserTest::refusesEveryControlCharacterInAField()
{
    for (int c = 0; c < 0x20; ++c) {
        if (c == '\t')
            continue;
        for (const qsizetype size : ByteCutter::Sizes)
            QCOMPARE(outcome("GET / HTTP/1.1\r\nHost: h\r\nX: a"_ba + static_cast<char>(c) + "b\r\n\r\n", size),
                     "400"_ba);
    }
}

void RequestParserTest::countsNothingTwiceWhenFedByteByByte()
{
    // The parser takes no byte behind the message: it belongs to the next one.
    RequestParser parser;
    const QByteArray first = post("Content-Length: 3\r\n", "abc");
    const QByteArray both = first + get({});
    qsizetype taken = parser.feed(both);
    parser.readBody(BodyLimit);
    taken += parser.feed(QByteArrayView(both).sliced(taken));
    QCOMPARE(parser.state(), RequestParser::State::Complete);
    QCOMPARE(taken, first.size());
}

QTEST_APPLESS_MAIN(RequestParserTest)
#include "tst_requestparser.moc"
