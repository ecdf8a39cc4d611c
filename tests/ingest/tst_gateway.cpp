// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Who is let in, what is taken, and what is answered for each document, with a house that answers as told.

#include "ingest/contentcoding.h"
#include "ingest/documents.h"
#include "ingest/gateway.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <map>

#include <zlib.h>
#include <zstd.h>

using namespace escalite;
using namespace escalite::ingest;
using namespace Qt::StringLiterals;

namespace {

/// Keeps what it is given, and knows what it has.
class FakeIntake final : public Intake
{
public:
    void receive(QList<Received> documents, std::function<void(Receipts)> done) override
    {
        Receipts receipts;
        receipts.retryAfter = std::chrono::seconds(7);
        for (Received &received : documents) {
            if (!answers.isEmpty()) {
                receipts.each.append(answers.takeFirst());
            } else if (known.contains(received.digest.id)) {
                receipts.each.append(known[received.digest.id] == received.document ? Receipt::Duplicate
                                                                                    : Receipt::Conflict);
            } else {
                known.insert(received.digest.id, received.document);
                receipts.each.append(Receipt::Created);
            }
            kept.append(received);
        }
        if (holdBack)
            waiting = [receipts, done = std::move(done)] {
                done(receipts);
            };
        else
            done(receipts);
    }

    void receiveEvents(QList<ClientEvent> events, const QString &source, std::function<void(Receipts)> done) override
    {
        Receipts receipts;
        receipts.retryAfter = std::chrono::seconds(7);
        for (qsizetype i = 0; i < events.size(); ++i)
            receipts.each.append(answers.isEmpty() ? Receipt::Updated : answers.takeFirst());
        keptEvents += events;
        eventSource = source;
        done(receipts);
    }

    QList<ClientEvent> keptEvents;
    QString eventSource;
    QList<Receipt> answers; ///< For the next documents or events, instead of what would be true.
    QHash<QUuid, QByteArray> known;
    QList<Received> kept;
    bool holdBack = false;
    std::function<void()> waiting;
};

const QByteArray Token = "esc_0123456789012345678901234567890123456789012";
const QString IdA = u"4c61f35f-ad45-471f-87ec-7a6aa123fb72"_s;

QByteArray session(const QByteArray &members = {}, const QString &id = IdA)
{
    return "{\"alert_id\":\"" + id.toLatin1() + "\"" + (members.isEmpty() ? "" : ",") + members + "}";
}

QList<std::pair<QString, QByteArray>> fixtures()
{
    QList<std::pair<QString, QByteArray>> all;
    const QDir folder(QStringLiteral(ESCALITE_TEST_DATA "/ingest/python-escalite"));
    for (const QString &name : folder.entryList(QDir::Files)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            all.append({name, file.readAll()});
    }
    return all;
}

QByteArray gzip(const QByteArray &plain)
{
    QByteArray out(static_cast<qsizetype>(compressBound(static_cast<uLong>(plain.size()))) + 64, Qt::Uninitialized);
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
    QByteArray input = plain;
    stream.next_in = reinterpret_cast<Bytef *>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(out.size() - static_cast<qsizetype>(stream.avail_out));
    deflateEnd(&stream);
    return out;
}

QByteArray zstd(const QByteArray &plain)
{
    QByteArray out(static_cast<qsizetype>(ZSTD_compressBound(static_cast<size_t>(plain.size()))), Qt::Uninitialized);
    out.resize(static_cast<qsizetype>(ZSTD_compress(out.data(), static_cast<size_t>(out.size()), plain.constData(),
                                                    static_cast<size_t>(plain.size()), 3)));
    return out;
}

/// A gateway with its house, asked without a socket.
class Door
{
public:
    Door() : gateway(intake, {.token = Secret(QString::fromLatin1(Token))}) {}

    static http::Request post(const QByteArray &body, const QByteArray &type = "application/json")
    {
        http::Request request;
        request.method = "POST";
        request.path = "/v1/sessions";
        request.headers = {{"Content-Type", type}, {"Authorization", "Bearer " + Token}};
        request.body = body;
        return request;
    }

    http::Response ask(const http::Request &request)
    {
        qsizetype limit = -1;
        if (auto refusal = gateway.admit(request, limit))
            return *refusal;
        bodyLimit = limit;
        http::Response answer{.status = 0};
        gateway.handle(request, [&answer](http::Response response) { answer = std::move(response); });
        return answer;
    }

    http::Response send(const QByteArray &body, const QByteArray &type = "application/json")
    {
        return ask(post(body, type));
    }

    FakeIntake intake;
    Gateway gateway;
    qsizetype bodyLimit = -1;
};

QJsonObject object(const http::Response &response)
{
    return QJsonDocument::fromJson(response.body).object();
}

QByteArray field(const http::Response &response, QByteArrayView name)
{
    for (const http::Header &header : response.headers) {
        if (header.name == name)
            return header.value;
    }
    return {};
}

} // namespace

class GatewayTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsEveryFixtureUnchanged();
    void acceptsTheFixturesAsOneArray();
    void acceptsTheFixturesAsLines();
    void answersForOneDocument_data();
    void answersForOneDocument();
    void answersOnlyWhenTheHouseHasAnswered();
    void saysWhereADocumentIsWrong();
    void answersForEachOfABatch();
    void keepsTheExactBytesOfEveryElement();
    void asksForABatchAgainWhenSomeWereNotStored_data();
    void asksForABatchAgainWhenSomeWereNotStored();
    void refusesABatchWithNothingGood();
    void takesAnEmptyBatch_data();
    void takesAnEmptyBatch();
    void refusesABrokenArray_data();
    void refusesABrokenArray();
    void refusesHeads_data();
    void refusesHeads();
    void saysTheSameWhateverIsWrongWithTheToken();
    void slowsDownWhoGuesses();
    void needsNoTokenWhereNoneIsAsked();
    void readsCompressedBodies_data();
    void readsCompressedBodies();
    void refusesCompressedBodies_data();
    void refusesCompressedBodies();
    void keepsItsLimits();
    void namesTheSource();
    void answersHealth();
    void treatsADocumentAlikeInEveryWrapping();
    void takesEventsAndTellsOnlyOfWhatWasRefused();
    void takesEventsInEveryForm_data();
    void takesEventsInEveryForm();
    void answersEventsByTheirReceipts();
};

void GatewayTest::acceptsEveryFixtureUnchanged()
{
    QCOMPARE(fixtures().size(), 12);
    for (const auto &[name, document] : fixtures()) {
        Door door;
        const http::Response answer = door.send(document);
        QVERIFY2(answer.status == 201, qPrintable(name + u": "_s + QString::fromUtf8(answer.body)));
        QCOMPARE(object(answer)["status"_L1].toString(), u"accepted"_s);
        QCOMPARE(door.intake.kept.first().document, document);
        QCOMPARE(object(answer)["alert_id"_L1].toString(),
                 QJsonDocument::fromJson(document).object()["alert_id"_L1].toString());
        QCOMPARE(field(answer, "Location"), "/v1/sessions/" + object(answer)["alert_id"_L1].toString().toLatin1());
    }
}

void GatewayTest::acceptsTheFixturesAsOneArray()
{
    Door door;
    QByteArray body = "[\n";
    for (const auto &[name, document] : fixtures())
        body += (body.size() > 2 ? " ,\r\n" : "") + document;
    const http::Response answer = door.send(body + "\n]\n");
    QCOMPARE(answer.status, 200);
    QCOMPARE(object(answer)["accepted"_L1].toInt(), 12);
    for (qsizetype i = 0; i < 12; ++i)
        QCOMPARE(door.intake.kept[i].document, fixtures()[i].second);
}

void GatewayTest::acceptsTheFixturesAsLines()
{
    Door door;
    QByteArray body = "\xef\xbb\xbf";
    for (const auto &[name, document] : fixtures())
        body += QJsonDocument::fromJson(document).toJson(QJsonDocument::Compact) + "\r\n\r\n";
    body.chop(4); // The last line may lack its end.
    const http::Response answer = door.send(body, "application/x-ndjson");
    QCOMPARE(answer.status, 200);
    QCOMPARE(object(answer)["accepted"_L1].toInt(), 12);
    QCOMPARE(door.intake.kept.last().document,
             QJsonDocument::fromJson(fixtures().last().second).toJson(QJsonDocument::Compact));
}

void GatewayTest::answersForOneDocument_data()
{
    QTest::addColumn<Receipt>("receipt");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("retryAfter");
    QTest::addColumn<QString>("word");
    QTest::newRow("new") << Receipt::Created << 201 << QByteArray() << u"accepted"_s;
    QTest::newRow("more of an open one") << Receipt::Updated << 200 << QByteArray() << u"updated"_s;
    QTest::newRow("a repeat") << Receipt::Duplicate << 200 << QByteArray() << u"duplicate"_s;
    QTest::newRow("other content") << Receipt::Conflict << 409 << QByteArray() << QString();
    QTest::newRow("too much waiting") << Receipt::Busy << 503 << "7"_ba << QString();
    QTest::newRow("disk") << Receipt::Failed << 507 << "7"_ba << QString();
}

void GatewayTest::answersForOneDocument()
{
    QFETCH(Receipt, receipt);
    QFETCH(int, status);
    QFETCH(QByteArray, retryAfter);
    QFETCH(QString, word);
    Door door;
    door.intake.answers = {receipt};
    const http::Response answer = door.send(session());
    QCOMPARE(answer.status, status);
    QCOMPARE(field(answer, "Retry-After"), retryAfter);
    QCOMPARE(answer.contentType, status < 300 ? "application/json"_ba : "application/problem+json"_ba);
    if (word.isEmpty())
        QVERIFY(!object(answer)["detail"_L1].toString().isEmpty());
    else
        QCOMPARE(object(answer)["status"_L1].toString(), word);
}

void GatewayTest::answersOnlyWhenTheHouseHasAnswered()
{
    Door door;
    door.intake.holdBack = true;
    int status = 0;
    door.gateway.handle(Door::post(session()), [&status](const http::Response &response) { status = response.status; });
    QCOMPARE(status, 0);
    door.intake.waiting();
    QCOMPARE(status, 201);
}

void GatewayTest::saysWhereADocumentIsWrong()
{
    Door door;
    http::Response answer = door.send(session(R"("api_logs":{"a":{"log_level":"fatal"}})"));
    QCOMPARE(answer.status, 422);
    QCOMPARE(object(answer)["pointer"_L1].toString(), u"/api_logs/a/log_level"_s);
    QVERIFY(object(answer)["detail"_L1].toString().contains(u"debug, info, warning, error and critical"));
    QVERIFY(!answer.body.contains("fatal")); // Nothing is reflected.

    answer = door.send("{\"a\":1,\n}");
    QCOMPARE(answer.status, 400);
    QVERIFY(object(answer)["detail"_L1].toString().startsWith(u"Line 2, column 1: "));
    QVERIFY(door.intake.kept.isEmpty());
}

void GatewayTest::answersForEachOfABatch()
{
    Door door;
    const QString other = u"ed059736-867e-41fd-949e-0e03577c6c97"_s;
    const QByteArray body = session() + '\n' + session() + "\n{\n" + session(R"("log_level":"x")", other) + '\n'
                            + session(R"("end_time":1)") + '\n' + session({}, other);
    const http::Response answer = door.send(body, "application/x-ndjson");
    QCOMPARE(answer.status, 200);
    const QJsonObject said = object(answer);
    QCOMPARE(said["accepted"_L1].toInt(), 2);
    QCOMPARE(said["duplicate"_L1].toInt(), 1);
    QCOMPARE(said["rejected"_L1].toInt(), 3);
    QStringList results;
    int index = 0;
    for (const QJsonValue &result : said["results"_L1].toArray()) {
        QCOMPARE(result["index"_L1].toInt(), index++);
        results.append(result["status"_L1].toString() + u' ' + result["alert_id"_L1].toString(u"null"_s).left(4) + u' '
                       + result["pointer"_L1].toString());
        QCOMPARE(result["reason"_L1].toString().isEmpty(), result["status"_L1].toString() != "rejected"_L1);
    }
    QCOMPARE(results, (QStringList{u"accepted 4c61 "_s, u"duplicate 4c61 "_s, u"rejected null "_s,
                                   u"rejected null /log_level"_s, u"rejected 4c61 "_s, u"accepted ed05 "_s}));
}

void GatewayTest::keepsTheExactBytesOfEveryElement()
{
    const QList<QByteArray> documents{R"({"message":"] , [ } { \" \\"})", R"({ "a" : [ 1 , [ 2 ] ] , "b":"\\\"" })",
                                      "{\t\"start_time\":1.50e+0}", R"({"source":"ä,\u005d"})"};
    Door door;
    QCOMPARE(door.send("[ " + documents.join(" ,\n ") + " ]").status, 200);
    QCOMPARE(door.intake.kept.size(), documents.size());
    for (qsizetype i = 0; i < documents.size(); ++i)
        QCOMPARE(door.intake.kept[i].document, documents[i]);
}

void GatewayTest::asksForABatchAgainWhenSomeWereNotStored_data()
{
    QTest::addColumn<QList<Receipt>>("receipts");
    QTest::addColumn<int>("status");
    QTest::newRow("busy") << QList{Receipt::Created, Receipt::Busy} << 503;
    QTest::newRow("all busy") << QList{Receipt::Busy, Receipt::Busy} << 503;
    QTest::newRow("disk") << QList{Receipt::Created, Receipt::Failed} << 507;
    QTest::newRow("conflict") << QList{Receipt::Created, Receipt::Conflict} << 200;
    QTest::newRow("only conflicts") << QList{Receipt::Conflict, Receipt::Conflict} << 400;
}

void GatewayTest::asksForABatchAgainWhenSomeWereNotStored()
{
    QFETCH(QList<Receipt>, receipts);
    QFETCH(int, status);
    Door door;
    door.intake.answers = receipts;
    const http::Response answer = door.send("[{},{}]");
    QCOMPARE(answer.status, status);
    QCOMPARE(field(answer, "Retry-After"), status >= 500 ? "7"_ba : QByteArray());
    QCOMPARE(object(answer)["results"_L1].toArray().size(), 2);
}

void GatewayTest::refusesABatchWithNothingGood()
{
    Door door;
    const http::Response answer = door.send("[1, \"x\"]");
    QCOMPARE(answer.status, 400);
    QCOMPARE(object(answer)["rejected"_L1].toInt(), 2);
    QVERIFY(door.intake.kept.isEmpty());
}

void GatewayTest::takesAnEmptyBatch_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("type");
    QTest::newRow("array") << " [ ] "_ba
                           << "application/json"_ba;
    QTest::newRow("no lines") << ""_ba
                              << "application/x-ndjson"_ba;
    QTest::newRow("blank lines") << "\n \r\n\n"_ba
                                 << "application/x-ndjson"_ba;
}

void GatewayTest::takesAnEmptyBatch()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, type);
    Door door;
    const http::Response answer = door.send(body, type);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, R"({"accepted":0,"duplicate":0,"rejected":0,"results":[]})"_ba + '\n');
}

void GatewayTest::refusesABrokenArray_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("not closed") << "[{}"_ba;
    QTest::newRow("not closed in a string") << "[{\"a\":\"]"_ba;
    QTest::newRow("only a bracket") << "["_ba;
    QTest::newRow("a comma at the end") << "[{},]"_ba;
    QTest::newRow("a comma at the start") << "[,{}]"_ba;
    QTest::newRow("two commas") << "[{},,{}]"_ba;
    QTest::newRow("something behind") << "[{}] {}"_ba;
}

void GatewayTest::refusesABrokenArray()
{
    QFETCH(QByteArray, body);
    Door door;
    QCOMPARE(door.send(body).status, 400);
    QVERIFY(door.intake.kept.isEmpty());
}

void GatewayTest::refusesHeads_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("answer"); // A field the answer must have.
    const auto row = [](const char *why, const QByteArray &name, const QByteArray &value, int status,
                        const QByteArray &answer = {}) {
        QTest::newRow(why) << "POST"_ba
                           << "/v1/sessions"_ba << name << value << status << answer;
    };
    QTest::newRow("another path") << "POST"_ba
                                  << "/v1/session"_ba
                                  << ""_ba
                                  << ""_ba << 404 << QByteArray();
    QTest::newRow("another method") << "GET"_ba
                                    << "/v1/sessions"_ba
                                    << ""_ba
                                    << ""_ba << 405 << "Allow"_ba;
    QTest::newRow("health by POST") << "POST"_ba
                                    << "/healthz"_ba
                                    << ""_ba
                                    << ""_ba << 405 << "Allow"_ba;
    row("no token", "Authorization", "", 401, "WWW-Authenticate");
    row("a wrong token", "Authorization", "Bearer esc_x", 401, "WWW-Authenticate");
    row("half a token", "Authorization", "Bearer " + Token.first(20), 401, "WWW-Authenticate");
    row("the token twice", "Authorization", "Bearer " + Token + Token, 401, "WWW-Authenticate");
    row("another scheme", "Authorization", "Basic " + Token, 401, "WWW-Authenticate");
    row("the bare token", "Authorization", Token, 401, "WWW-Authenticate");
    row("the scheme in small letters", "Authorization", "bearer " + Token, 201);
    row("no type", "Content-Type", "", 415, "Accept");
    row("text/plain", "Content-Type", "text/plain", 415, "Accept");
    row("a form", "Content-Type", "application/x-www-form-urlencoded", 415, "Accept");
    row("protobuf", "Content-Type", "application/x-protobuf", 415, "Accept");
    row("json with another charset", "Content-Type", "application/json; charset=latin1", 415, "Accept");
    row("json with a charset", "Content-Type", "application/json; charset=\"UTF-8\"", 201);
    row("json with a parameter", "Content-Type", "Application/JSON ;x=y", 201);
    row("brotli", "Content-Encoding", "br", 415, "Accept-Encoding");
    row("two codings", "Content-Encoding", "gzip, gzip", 415, "Accept-Encoding");
    row("identity", "Content-Encoding", "identity", 201);
    row("a source that is no UTF-8", "X-Escalite-Source", "\xff", 400);
    row("a source with a control character", "X-Escalite-Source", "a\tb", 400);
    row("a source too long", "X-Escalite-Source", QByteArray(241, 'a'), 400);
    row("a source", "X-Escalite-Source", "bücher shop", 201);
}

void GatewayTest::refusesHeads()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(int, status);
    QFETCH(QByteArray, answer);
    Door door;
    http::Request request = Door::post(session());
    request.method = method;
    request.path = path;
    request.headers.removeIf([&](const http::Header &header) { return header.name == name; });
    if (!value.isEmpty())
        request.headers.append({name, value});
    const http::Response response = door.ask(request);
    QCOMPARE(response.status, status);
    QCOMPARE(door.intake.kept.size(), status == 201 ? 1 : 0);
    if (!answer.isEmpty())
        QVERIFY2(!field(response, answer).isEmpty(), answer.constData());
    if (name == "Content-Type")
        QVERIFY(field(response, "Accept-Encoding").isEmpty()); // RFC 9110 §15.5.16
}

void GatewayTest::saysTheSameWhateverIsWrongWithTheToken()
{
    Door door;
    QSet<QByteArray> bodies;
    for (const QByteArray &value : {"Bearer x"_ba, "Basic x"_ba, ""_ba, "Bearer "_ba, "Bearer " + Token.chopped(1)}) {
        http::Request request = Door::post(session());
        request.headers[1].value = value;
        bodies.insert(door.ask(request).body);
    }
    QCOMPARE(bodies.size(), 1);
    QVERIFY(!bodies.values().first().contains(Token.first(8)));
}

void GatewayTest::slowsDownWhoGuesses()
{
    Door door;
    http::Request wrong = Door::post(session());
    wrong.headers[1].value = "Bearer x";
    int late = 0;
    for (int i = 0; i < 12; ++i)
        late += door.ask(wrong).delay.count() > 0 ? 1 : 0;
    QVERIFY(late >= 1 && late <= 2);
    QCOMPARE(door.send(session()).status, 201); // The right one is never late.
}

void GatewayTest::needsNoTokenWhereNoneIsAsked()
{
    Door door;
    http::Request request = Door::post(session());
    request.headers.removeLast();
    QCOMPARE(door.ask(request).status, 401);
    request.localSocket = true;
    QCOMPARE(door.ask(request).status, 201);
    request.localSocket = false;
    door.gateway.setOptions({.withoutToken = true});
    QCOMPARE(door.ask(request).status, 200);
    door.gateway.setOptions({}); // No token at all: nobody has the right one, not even an empty one.
    QCOMPARE(door.ask(request).status, 401);
    request.headers.append(http::Header{"Authorization", "Bearer "});
    QCOMPARE(door.ask(request).status, 401);
}

void GatewayTest::readsCompressedBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("coding");
    const QByteArray plain = session(R"("api_logs":{})");
    QTest::newRow("gzip") << gzip(plain) << "gzip"_ba;
    QTest::newRow("its old name") << gzip(plain) << "X-GZip"_ba;
    QTest::newRow("two members") << gzip(plain.first(10)) + gzip(plain.sliced(10)) << "gzip"_ba;
    QTest::newRow("zstd") << zstd(plain) << "zstd"_ba;
    QTest::newRow("two frames") << zstd(plain.first(10)) + zstd(plain.sliced(10)) << "zstd"_ba;
}

void GatewayTest::readsCompressedBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, coding);
    Door door;
    http::Request request = Door::post(body);
    request.headers.append({"Content-Encoding", coding});
    QCOMPARE(door.ask(request).status, 201);
    QCOMPARE(door.intake.kept.first().document, session(R"("api_logs":{})"));
}

void GatewayTest::refusesCompressedBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("coding");
    QTest::addColumn<int>("status");
    const QByteArray bomb(17 * 1024 * 1024, ' ');
    QTest::newRow("a gzip bomb") << gzip(bomb) << "gzip"_ba << 413;
    QTest::newRow("a zstd bomb") << zstd(bomb) << "zstd"_ba << 413;
    for (const auto &[name, coding, body] :
         {std::tuple("gzip", "gzip"_ba, gzip(session())), std::tuple("zstd", "zstd"_ba, zstd(session()))}) {
        QTest::addRow("%s cut short", name) << body.chopped(1) << coding << 400;
        QTest::addRow("%s cut in its head", name) << body.first(5) << coding << 400;
        QTest::addRow("%s with something behind", name) << body + "junk and more" << coding << 400;
        QTest::addRow("plain for %s", name) << session() << coding << 400;
        QTest::addRow("nothing for %s", name) << QByteArray() << coding << 400;
    }
    QByteArray damaged = gzip(session());
    damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);
    QTest::newRow("a wrong checksum") << damaged << "gzip"_ba << 400;
}

void GatewayTest::refusesCompressedBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, coding);
    QFETCH(int, status);
    Door door;
    http::Request request = Door::post(body);
    request.headers.append({"Content-Encoding", coding});
    QCOMPARE(door.ask(request).status, status);
    QVERIFY(door.intake.kept.isEmpty());
}

void GatewayTest::keepsItsLimits()
{
    Door door;
    door.gateway.setOptions({.withoutToken = true, .documentLimit = 100, .batchLimit = 500, .batchDocuments = 3});
    QCOMPARE(door.send(session("\"log_date\":\"" + QByteArray(60, 'x') + "\"")).status, 413);
    QCOMPARE(door.bodyLimit, 500);
    QCOMPARE(door.send("[{},{},{}]").status, 200);
    QCOMPARE(door.send("[{},{},{},{}]").status, 413);
    QCOMPARE(door.send("{}\n{}\n{}\n{}", "application/x-ndjson").status, 413);
    const http::Response answer = door.send("[{},{\"a\":\"" + QByteArray(100, 'x') + "\"}]");
    QCOMPARE(answer.status, 200);
    QVERIFY(object(answer)["results"_L1][1]["reason"_L1].toString().contains(u"100 bytes"));
}

void GatewayTest::namesTheSource()
{
    Door door;
    http::Request request = Door::post(session(R"("source":"own")"));
    QCOMPARE(door.ask(request).status, 201);
    QCOMPARE(door.intake.kept.last().digest.source, u"own"_s);
    request.headers.append(http::Header{"X-Escalite-Source", "bücher"});
    door.ask(request);
    QCOMPARE(door.intake.kept.last().digest.source, u"bücher"_s);
}

void GatewayTest::answersHealth()
{
    Door door;
    http::Request request;
    request.method = "GET";
    request.path = "/healthz";
    QCOMPARE(door.ask(request).status, 200);
    QCOMPARE(door.bodyLimit, 0);
    request.method = "HEAD";
    QCOMPARE(door.ask(request).status, 200);
}

void GatewayTest::treatsADocumentAlikeInEveryWrapping()
{
    // Alone with a line end, as an element, as a line: a repeat each time.
    Door door;
    QCOMPARE(door.send(session() + "\r\n").status, 201);
    QCOMPARE(object(door.send("[ " + session() + " ]"))["duplicate"_L1].toInt(), 1);
    QCOMPARE(object(door.send(' ' + session() + "\r\n", "application/x-ndjson"))["duplicate"_L1].toInt(), 1);
    QCOMPARE(door.send("\xef\xbb\xbf" + session()).status, 200);
}

void GatewayTest::takesEventsAndTellsOnlyOfWhatWasRefused()
{
    Door door;
    const QByteArray id = "\"alert_id\":\"" + IdA.toLatin1() + '"';
    http::Request request = Door::post("{\"event\":\"session_start\"," + id + "}\n{\"event\":\"entri\"," + id
                                           + "}\n{\"event\":\"entry\",\"key\":\"k\",\"seq\":4," + id + "}\n",
                                       "application/x-ndjson");
    request.path = "/v1/events";
    request.headers.append(http::Header{"X-Escalite-Source", "till"});
    request.headers.append(http::Header{"X-Escalite-Client", "till@1"});
    const http::Response response = door.ask(request);
    QCOMPARE(response.status, 200);
    QCOMPARE(response.body,
             "{\"accepted\":2,\"duplicate\":0,\"rejected\":1,\"results\":[{\"index\":1,\"alert_id\":null,"
             "\"status\":\"rejected\",\"pointer\":\"/event\",\"reason\":\"There is no event \\\"entri\\\". "
             "Did you mean \\\"entry\\\"?\"}]}\n"_ba);
    QCOMPARE(door.intake.keptEvents.size(), 2);
    QCOMPARE(door.intake.eventSource, u"till"_s);
    const auto &entry = std::get<SessionEvent>(door.intake.keptEvents.at(1));
    QCOMPARE(entry.client, u"till@1"_s);
    QCOMPARE(entry.number, 4U);

    request.headers.last().value = QByteArray(300, 'c');
    QCOMPARE(door.ask(request).status, 400);
}

void GatewayTest::takesEventsInEveryForm_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("events");
    const QByteArray event = "{\"event\":\"session_start\",\"alert_id\":\"" + IdA.toLatin1() + "\"}";
    const QByteArray sign = "{\"event\":\"client\",\"client\":\"c\"}";
    QTest::newRow("an object") << "application/json"_ba << event << 200 << 1;
    QTest::newRow("an array") << "application/json"_ba << '[' + event + ',' + sign + ']' << 200 << 2;
    QTest::newRow("lines") << "application/x-ndjson"_ba << event + "\n\n" + sign << 200 << 2;
    QTest::newRow("nothing") << "application/x-ndjson"_ba << QByteArray() << 200 << 0;
    QTest::newRow("no JSON") << "application/json"_ba
                             << "{"_ba << 400 << 0;
    QTest::newRow("nothing good") << "application/x-ndjson"_ba
                                  << "{}\n{}"_ba << 400 << 0;
    QTest::newRow("another type") << "text/plain"_ba << event << 415 << 0;
}

void GatewayTest::takesEventsInEveryForm()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(int, events);
    Door door;
    http::Request request = Door::post(body, type);
    request.path = "/v1/events";
    QCOMPARE(door.ask(request).status, status);
    QCOMPARE(door.intake.keptEvents.size(), events);
}

void GatewayTest::answersEventsByTheirReceipts()
{
    Door door;
    const QByteArray event = "{\"event\":\"session_start\",\"alert_id\":\"" + IdA.toLatin1() + "\"}\n";
    http::Request request = Door::post(event + event + event + event, "application/x-ndjson");
    request.path = "/v1/events";
    door.intake.answers = {Receipt::Updated, Receipt::Duplicate, Receipt::Conflict, Receipt::Full};
    http::Response response = door.ask(request);
    QCOMPARE(response.status, 200);
    QCOMPARE(object(response)["accepted"_L1].toInt(), 1);
    QCOMPARE(object(response)["duplicate"_L1].toInt(), 1);
    const QJsonArray results = object(response)["results"_L1].toArray();
    QCOMPARE(results.size(), 2);
    QCOMPARE(results[0]["index"_L1].toInt(), 2);
    QCOMPARE(results[0]["alert_id"_L1].toString(), IdA);
    QVERIFY(results[0]["reason"_L1].toString().contains("late events"_L1));
    QVERIFY(results[1]["reason"_L1].toString().contains("full"_L1));

    door.intake.answers = {Receipt::Updated, Receipt::Busy};
    response = door.ask(request);
    QCOMPARE(response.status, 503);
    QCOMPARE(field(response, "Retry-After"), "7"_ba);
    door.intake.answers = {Receipt::Failed};
    QCOMPARE(door.ask(request).status, 507);
    door.intake.answers = {Receipt::Conflict, Receipt::Conflict, Receipt::Full, Receipt::Full};
    QCOMPARE(door.ask(request).status, 400);
}

QTEST_APPLESS_MAIN(GatewayTest)
#include "tst_gateway.moc"
