// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the response parser reads and what it refuses, row by row, however the bytes are cut.

#include "http/responseparser.h"
#include "support/bytecutter.h"

#include <QTest>

using namespace escalite::http;
using escalite::test::ByteCutter;
using namespace Qt::StringLiterals;

namespace {

constexpr ResponseLimits Limits{.head = 200, .fields = 5, .body = 20, .chunkOverhead = 10};

/// What came out of \a wire as text: one line per answer, then what is wrong, or "more" when an answer is not complete.
QByteArray outcome(QByteArrayView wire, qsizetype pieces, bool closes)
{
    ResponseParser parser(Limits);
    QByteArray text;
    const auto take = [&] {
        if (parser.state() != ResponseParser::State::Complete)
            return;
        const bool keeps = parser.keepsAlive();
        const Response response = parser.takeResponse();
        text += QByteArray::number(response.status) + ' ' + response.contentType + '[' + response.body + ']'
                + headerIn(response.headers, "Retry-After") + (keeps ? "\n" : " closes\n");
    };
    ByteCutter::cut(wire, pieces, [&](QByteArrayView bytes) {
        while (!bytes.isEmpty() && parser.state() != ResponseParser::State::Failed) {
            bytes = bytes.sliced(parser.feed(bytes));
            take();
        }
    });
    if (closes && !parser.isEmpty()) {
        parser.close();
        take();
    }
    if (parser.state() == ResponseParser::State::Failed)
        text += parser.reason();
    else if (!parser.isEmpty())
        text += "more";
    return text;
}

} // namespace

class ResponseParserTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsOrRefuses_data();
    void readsOrRefuses();
    void tellsThatThereWasNoAnswer();
};

void ResponseParserTest::readsOrRefuses_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<QByteArray>("expected");
    QTest::addColumn<bool>("closes");
    const auto row = [](const char *why, const QByteArray &wire, const QByteArray &expected, bool closes = false) {
        QTest::newRow(why) << wire << expected << closes;
    };
    const QByteArray ok = "HTTP/1.1 200 OK\r\n";
    row("sized", ok + "Content-Type: a/b\r\nContent-Length: 3\r\n\r\nabc", "200 a/b[abc]\n");
    row("empty", ok + "Content-Length: 0\r\n\r\n", "200 []\n");
    row("two on one connection", ok + "Content-Length: 1\r\n\r\na" + ok + "Content-Length: 1\r\n\r\nb",
        "200 [a]\n200 [b]\n");
    row("without a phrase", "HTTP/1.1 503 \r\nRetry-After:  7 \r\nContent-Length: 0\r\n\r\n", "503 []7\n");
    row("without even the space", "HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n", "503 []\n");
    row("closes, in any case", ok + "Connection: x, Close\r\ncontent-length: 0\r\n\r\n", "200 [] closes\n");
    row("HTTP/1.0 closes", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "200 [] closes\n");
    row("no content", "HTTP/1.1 204 No Content\r\n\r\n", "204 []\n");
    row("interim answers first",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + ok + "Content-Length: 1\r\n\r\na",
        "200 [a]\n");
    row("until the connection closes", ok + "\r\nabc", "200 [abc] closes\n", true);
    row("until then, not yet closed", ok + "\r\nabc", "more");
    row("chunked", ok + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2;x\r\nbc\r\n0\r\nX: y\r\n\r\n", "200 [abc]\n");
    row("closed within a chunk", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nab",
        "The connection was closed within an answer.", true);
    row("closed within a sized body", ok + "Content-Length: 3\r\n\r\nab", "The connection was closed within an answer.",
        true);
    row("closed within the head", "HTTP/1.1 2", "The connection was closed within an answer.", true);
    row("half a head", ok + "Conte", "more");

    row("another protocol", "SSH-2.0-OpenSSH_9.2p1\r\n", "The answer is not one of HTTP.");
    row("an empty line first", "\r\n" + ok, "The answer is not one of HTTP.");
    row("a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", "The answer is not one of HTTP.");
    row("a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", "The answer is not one of HTTP.");
    row("a status below 100", "HTTP/1.1 099 OK\r\n\r\n", "The status is none of HTTP.");
    row("a status above 599", "HTTP/1.1 600 OK\r\n\r\n", "The status is none of HTTP.");
    row("another version", "HTTP/2.0 200 OK\r\n\r\n", "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    row("another minor version", "HTTP/1.2 200 OK\r\n\r\n", "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    row("an upgrade", "HTTP/1.1 101 Switching\r\n\r\n", "The answer changes the protocol.");
    row("bare LF", "HTTP/1.1 200 OK\n", "A line must end with CR LF, not with a bare LF.");
    row("bare CR", "HTTP/1.1 200 OK\rX", "A CR must be followed by LF.");
    row("NUL", ok + "A: " + QByteArray(1, '\0'), "The head contains a control character.");
    row("a space before the colon", ok + "A : b\r\n", "A field name must be a token directly before its colon.");
    row("folded", ok + "A: b\r\n c\r\n", "A field name must be a token directly before its colon.");
    row("no colon", ok + "A\r\n", "A field name must be a token directly before its colon.");
    row("a length twice", ok + "Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length is repeated.");
    row("a signed length", ok + "Content-Length: +1\r\n", "Content-Length must be 1 to 19 digits.");
    row("a length of twenty digits", ok + "Content-Length: 00000000000000000001\r\n",
        "Content-Length must be 1 to 19 digits.");
    row("length and chunked, §6.3", ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "Transfer-Encoding and Content-Length exclude each other.");
    row("another coding", ok + "Transfer-Encoding: gzip, chunked\r\n",
        "The only transfer coding known here is chunked.");
    row("chunked in HTTP/1.0, §6.1", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n",
        "The only transfer coding known here is chunked.");
    row("chunked twice", ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "The only transfer coding known here is chunked.");
    row("a chunk size that is none", ok + "Transfer-Encoding: chunked\r\n\r\nz",
        "A chunk size must be 1 to 8 hexadecimal digits.");

    const QByteArray longest(Limits.head - ok.size() - 4, 'a');
    row("a head at the limit", ok + longest.first(100) + ":" + longest.sliced(101) + "\r\n\r\n", "more");
    row("a head beyond it", ok + longest.first(100) + ":" + longest.sliced(100) + "\r\n\r\n",
        "The head is longer than the limit.");
    row("interim answers without an end", QByteArray("HTTP/1.1 100 C\r\n\r\n").repeated(20),
        "The head is longer than the limit.");
    row("fields beyond the limit", ok + QByteArray("A: b\r\n").repeated(6), "The head has more fields than the limit.");
    row("a body beyond the limit", ok + "Content-Length: 21\r\n\r\n", "The body is longer than the limit.");
    row("a body at the limit", ok + "Content-Length: 20\r\n\r\n" + QByteArray(20, 'b'),
        "200 [" + QByteArray(20, 'b') + "]\n");
    row("an endless body", ok + "\r\n" + QByteArray(21, 'b'), "The body is longer than the limit.");
    row("chunks beyond the limit", ok + "Transfer-Encoding: chunked\r\n\r\n15\r\n",
        "The body is longer than the limit.");
    row("endless trailers", ok + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: aaaaaaaaaaa",
        "The trailers are longer than the limit.");
}

void ResponseParserTest::readsOrRefuses()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArray, expected);
    QFETCH(bool, closes);
    for (const qsizetype pieces : ByteCutter::Sizes)
        QCOMPARE(outcome(wire, pieces, closes), expected);
}

void ResponseParserTest::tellsThatThereWasNoAnswer()
{
    ResponseParser parser;
    parser.close();
    QCOMPARE(parser.state(), ResponseParser::State::Failed);
    QCOMPARE(parser.reason(), "The connection was closed without an answer.");
}

QTEST_GUILESS_MAIN(ResponseParserTest)
#include "tst_responseparser.moc"
