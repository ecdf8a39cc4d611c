// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/gateway.h"

#include "core/json.h"
#include "http/problemdetails.h"
#include "ingest/contentcoding.h"
#include "ingest/documents.h"
#include "ingest/eventdecoder.h"
#include "ingest/sessiondecoder.h"

#include <QStringDecoder>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;

namespace escalite::ingest {

namespace {

using http::problemResponse;
using http::Request;
using http::Response;
using Clock = std::chrono::steady_clock;

constexpr QByteArrayView SessionsPath("/v1/sessions");
constexpr QByteArrayView EventsPath("/v1/events");
constexpr QByteArrayView HealthPath("/healthz");
/// Wrong tokens in one second before the next ones are answered late.
constexpr int FailuresPerSecond = 10;
constexpr std::chrono::milliseconds FailureDelay{1'000};

enum class BodyType : quint8 { Json, Lines, Other };

QByteArrayView trimmed(QByteArrayView text)
{
    return text.trimmed();
}

/// Media type and charset of a Content-Type field (RFC 9110 §8.3); other parameters mean nothing here.
BodyType bodyType(const QByteArray &contentType)
{
    if (contentType == "application/json")
        return BodyType::Json;
    const QList<QByteArray> parts = contentType.split(';');
    for (const QByteArray &parameter : parts.sliced(1)) {
        const qsizetype equals = parameter.indexOf('=');
        if (equals < 0 || parameter.first(equals).trimmed().toLower() != "charset")
            continue;
        const QByteArray charset = parameter.sliced(equals + 1).trimmed().toLower();
        if (charset != "utf-8" && charset != "\"utf-8\"")
            return BodyType::Other;
    }
    const QByteArray type = parts.first().trimmed().toLower();
    if (type == "application/json")
        return BodyType::Json;
    return type == "application/x-ndjson" ? BodyType::Lines : BodyType::Other;
}

/// All bytes are compared whatever they are, so that the time says nothing but the length, which is no secret.
bool isSame(QByteArrayView left, QByteArrayView right)
{
    if (left.size() != right.size())
        return false;
    quint32 difference = 0;
    for (qsizetype i = 0; i < left.size(); ++i)
        difference |= static_cast<quint32>(static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]));
    return difference == 0;
}

/// What the X-Escalite-Source or -Client field names: text that can be shown, not too long. Null when it is none.
QString shownName(const QByteArray &field)
{
    if (field.isEmpty())
        return u""_s;
    QStringDecoder decoder(QStringDecoder::Utf8, QStringConverter::Flag::Stateless);
    const QString name = QString(decoder(field)).trimmed();
    const bool isPlain = !decoder.hasError() && name.size() <= MaxDigestText
                         && std::all_of(name.begin(), name.end(), [](QChar c) { return c.isPrint(); });
    return isPlain ? (name.isEmpty() ? u""_s : name) : QString();
}

Response methodNotAllowed(const QByteArray &allowed)
{
    Response response = problemResponse(405, u"This path answers to %1."_s.arg(QString::fromLatin1(allowed)));
    response.headers.append({"Allow"_ba, allowed});
    return response;
}

Response json(int status, QByteArray body)
{
    return {.status = status, .contentType = "application/json"_ba, .body = std::move(body)};
}

void askAgain(Response &response, std::chrono::seconds after)
{
    response.headers.append({"Retry-After"_ba, QByteArray::number(static_cast<qlonglong>(
                                                   std::max(after.count(), std::chrono::seconds::rep(1))))});
}

/// What became of one document of a body.
struct DocumentResult
{
    QByteArray alertId; ///< Empty when the document could not be read.
    std::optional<Receipt> receipt{};
    Refusal refusal{};
};

QByteArrayView statusWord(Receipt receipt)
{
    switch (receipt) {
    case Receipt::Created:
        return "accepted";
    case Receipt::Updated:
        return "updated";
    case Receipt::Duplicate:
        return "duplicate";
    case Receipt::Conflict:
    case Receipt::Full:
    case Receipt::Busy:
    case Receipt::Failed:
        break;
    }
    return "rejected";
}

/// Why a document or an event that could be read was not kept.
QString reasonOf(Receipt receipt)
{
    switch (receipt) {
    case Receipt::Conflict:
        return u"Other content is stored under this alert_id, and that session has ended; a new session needs a new id."_s;
    case Receipt::Full:
        return u"The session is full: its document may have 1 MiB, 20,000 values, and 1,000 entries in each section."_s;
    case Receipt::Busy:
        return u"Not stored, since too much is waiting to be written; send it again."_s;
    case Receipt::Failed:
        return u"Not stored, since the disk refused it; send it again later."_s;
    case Receipt::Created:
    case Receipt::Updated:
    case Receipt::Duplicate:
        break;
    }
    return {};
}

int statusOf(const Refusal &refusal)
{
    return refusal.kind == Refusal::Kind::Syntax ? 400 : 422;
}

Response answerToOne(const DocumentResult &result, std::chrono::seconds retryAfter)
{
    if (!result.receipt)
        return problemResponse(statusOf(result.refusal), result.refusal.reason, result.refusal.pointer);
    const Receipt receipt = *result.receipt;
    switch (receipt) {
    case Receipt::Created:
    case Receipt::Updated:
    case Receipt::Duplicate: {
        QByteArray body;
        body.append(R"({"alert_id":")").append(result.alertId).append(R"(","status":")").append(statusWord(receipt));
        Response response = json(receipt == Receipt::Created ? 201 : 200, body.append("\"}\n"));
        if (receipt == Receipt::Created)
            response.headers.append({"Location"_ba, SessionsPath.toByteArray() + '/' + result.alertId});
        return response;
    }
    case Receipt::Conflict:
        return problemResponse(409, reasonOf(receipt), u"/alert_id"_s);
    case Receipt::Full:
        return problemResponse(422, reasonOf(receipt));
    case Receipt::Busy:
    case Receipt::Failed:
        break;
    }
    Response response = problemResponse(receipt == Receipt::Busy ? 503 : 507, reasonOf(receipt));
    askAgain(response, retryAfter);
    return response;
}

QString reasonOf(Receipt receipt, bool isEvent)
{
    if (isEvent && receipt == Receipt::Conflict)
        return u"The session has ended, and late events are taken only for a minute; one that was sent whole takes none."_s;
    return reasonOf(receipt);
}

void appendResult(QByteArray &text, qsizetype index, const DocumentResult &result, bool isEvent)
{
    text.append(R"({"index":)").append(QByteArray::number(index)).append(R"(,"alert_id":)");
    if (result.alertId.isEmpty())
        text.append("null");
    else
        text.append('"').append(result.alertId).append('"');
    text.append(R"(,"status":")");
    text.append(result.receipt ? statusWord(*result.receipt) : QByteArrayView("rejected")).append('"');
    const QString reason = result.receipt ? reasonOf(*result.receipt, isEvent) : result.refusal.reason;
    if (!reason.isEmpty()) {
        text.append(R"(,"pointer":)").append(quotedJson(result.refusal.pointer));
        text.append(R"(,"reason":)").append(quotedJson(reason));
    }
    text.append('}');
}

/// 200 with a result for each, also when some are refused. When some were not stored for our reasons the whole body
/// should be sent again, which does no harm: what is stored is then a duplicate.
/// \a onlyRejected: of events, which are many, only those that were not taken are told one by one.
Response answerToBatch(const QList<DocumentResult> &results, std::chrono::seconds retryAfter, bool onlyRejected = false)
{
    qsizetype accepted = 0;
    qsizetype duplicate = 0;
    bool isBusy = false;
    bool hasFailed = false;
    constexpr qsizetype UsualResult = 88;
    QByteArray list;
    if (!onlyRejected)
        list.reserve(results.size() * UsualResult);
    for (qsizetype i = 0; i < results.size(); ++i) {
        const std::optional<Receipt> &receipt = results[i].receipt;
        accepted += receipt == Receipt::Created || receipt == Receipt::Updated ? 1 : 0;
        duplicate += receipt == Receipt::Duplicate ? 1 : 0;
        isBusy = isBusy || receipt == Receipt::Busy;
        hasFailed = hasFailed || receipt == Receipt::Failed;
        if (onlyRejected && receipt && statusWord(*receipt) != "rejected")
            continue;
        if (!list.isEmpty())
            list.append(',');
        appendResult(list, i, results[i], onlyRejected);
    }
    const qsizetype rejected = results.size() - accepted - duplicate;
    int status = rejected > 0 && rejected == results.size() ? 400 : 200;
    if (isBusy || hasFailed)
        status = hasFailed ? 507 : 503;
    QByteArray body = R"({"accepted":)" + QByteArray::number(accepted) + R"(,"duplicate":)"
                      + QByteArray::number(duplicate) + R"(,"rejected":)" + QByteArray::number(rejected)
                      + R"(,"results":[)" + list + "]}\n";
    Response response = json(status, std::move(body));
    if (isBusy || hasFailed)
        askAgain(response, retryAfter);
    return response;
}

} // namespace

struct Gateway::Private
{
    std::optional<Response> refusedToken(const Request &head);
    std::optional<Response> refusedHead(const Request &head) const;
    void receive(Request request, http::Reply reply);
    void receiveDocuments(QByteArray body, bool isLines, const QString &source, http::Reply reply);
    void receiveEvents(const QByteArray &body, bool isLines, const EventContext &context, http::Reply reply);
    /// The documents or events of a body that has several; else answers \a reply.
    std::optional<QList<QByteArrayView>> pieces(QByteArrayView text, bool isLines, const http::Reply &reply) const;
    DocumentResult read(QByteArray document, const QByteArray &body, const QString &source, QList<Received> &kept);

    Intake *intake;
    GatewayOptions options;
    QByteArray rightToken; ///< Empty: none is right.
    SessionDecoder decoder;
    Clock::time_point failuresSince;
    int failures = 0;
};

/// Nothing, or a 401. The answer is the same whatever is wrong with the token.
std::optional<Response> Gateway::Private::refusedToken(const Request &head)
{
    if (options.withoutToken || head.localSocket)
        return std::nullopt;
    const QByteArray field = head.header("Authorization");
    constexpr QByteArrayView Scheme("Bearer ");
    const bool isBearer = field.size() > Scheme.size()
                          && QByteArrayView(field).first(Scheme.size()).compare(Scheme, Qt::CaseInsensitive) == 0;
    const QByteArrayView token = isBearer ? trimmed(QByteArrayView(field).sliced(Scheme.size())) : QByteArrayView();
    if (isBearer && !token.isEmpty() && isSame(token, rightToken))
        return std::nullopt;
    Response response = problemResponse(401, u"The ingest token is needed as Authorization: Bearer."_s);
    response.headers.append({"WWW-Authenticate"_ba, "Bearer realm=\"escalite\""_ba});
    const Clock::time_point now = Clock::now();
    if (now - failuresSince > std::chrono::seconds(1)) {
        failuresSince = now;
        failures = 0;
    }
    if (++failures > FailuresPerSecond)
        response.delay = FailureDelay;
    return response;
}

std::optional<Response> Gateway::Private::refusedHead(const Request &head) const
{
    if (bodyType(head.header("Content-Type")) == BodyType::Other) {
        Response response =
            problemResponse(415, u"The content type must be application/json or application/x-ndjson, in UTF-8."_s);
        response.headers.append({"Accept"_ba, "application/json, application/x-ndjson"_ba});
        return response;
    }
    if (!isKnownCoding(head.header("Content-Encoding"))) {
        Response response = problemResponse(415, u"The content coding must be gzip or zstd, or none."_s);
        response.headers.append({"Accept-Encoding"_ba, AcceptedCodings.toByteArray()});
        return response;
    }
    for (const QLatin1StringView name : {"X-Escalite-Source"_L1, "X-Escalite-Client"_L1}) {
        if (shownName(head.header(name)).isNull()) {
            return problemResponse(400, u"%1 must be at most %2 printable characters in UTF-8."_s.arg(
                                            name, QString::number(MaxDigestText)));
        }
    }
    return std::nullopt;
}

/// \a body: the bytes that \a document refers to, or nothing when it has its own.
DocumentResult Gateway::Private::read(QByteArray document, const QByteArray &body, const QString &source,
                                      QList<Received> &kept)
{
    DocumentResult result;
    if (document.size() > options.documentLimit) {
        result.refusal = {.kind = Refusal::Kind::TooLarge,
                          .pointer = {},
                          .reason = u"A document must not be longer than %1 bytes."_s.arg(options.documentLimit)};
        return result;
    }
    auto read = decoder.digest(document, source);
    if (auto *refusal = std::get_if<Refusal>(&read)) {
        result.refusal = std::move(*refusal);
        return result;
    }
    auto &digest = std::get<SessionDigest>(read);
    result.alertId = digest.id.toByteArray(QUuid::WithoutBraces);
    kept.append({.document = std::move(document), .digest = std::move(digest), .body = body});
    return result;
}

void Gateway::Private::receive(Request request, http::Reply reply)
{
    const QString source = shownName(request.header("X-Escalite-Source"));
    const bool isLines = bodyType(request.header("Content-Type")) == BodyType::Lines;
    QByteArray body = std::move(request.body);
    if (const QByteArray coding = request.header("Content-Encoding"); !coding.isEmpty()) {
        Result<QByteArray> plain = decoded(body, coding, options.batchLimit);
        if (!plain) {
            reply(problemResponse(plain.error().code == ErrorCode::TooLarge ? 413 : 400, plain.error().message));
            return;
        }
        body = std::move(plain).value();
    }
    if (request.path == EventsPath) {
        const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
        receiveEvents(body, isLines,
                      {.source = source, .client = shownName(request.header("X-Escalite-Client")), .receivedAt = now},
                      std::move(reply));
    } else {
        receiveDocuments(std::move(body), isLines, source, std::move(reply));
    }
}

std::optional<QList<QByteArrayView>> Gateway::Private::pieces(QByteArrayView text, bool isLines,
                                                              const http::Reply &reply) const
{
    Result<QList<QByteArrayView>> found =
        isLines ? splitLines(text, options.batchDocuments) : splitArray(text, options.batchDocuments);
    if (found)
        return std::move(found).value();
    reply(problemResponse(found.error().code == ErrorCode::TooLarge ? 413 : 400, found.error().message));
    return std::nullopt;
}

void Gateway::Private::receiveDocuments(QByteArray body, bool isLines, const QString &source, http::Reply reply)
{
    const QByteArrayView text = withoutBlanks(withoutByteOrderMark(body));
    const bool isBatch = isLines || text.startsWith('[');
    QList<Received> kept;
    QList<DocumentResult> results;
    if (!isBatch) {
        if (text.size() > options.documentLimit) {
            reply(problemResponse(413, u"A document must not be longer than %1 bytes."_s.arg(options.documentLimit)));
            return;
        }
        results.append(read(text.size() == body.size() ? std::move(body) : text.toByteArray(), {}, source, kept));
    } else {
        const auto documents = pieces(text, isLines, reply);
        if (!documents)
            return;
        results.reserve(documents->size());
        kept.reserve(documents->size());
        for (const QByteArrayView document : *documents)
            results.append(read(QByteArray::fromRawData(document.data(), document.size()), body, source, kept));
    }

    if (kept.isEmpty()) {
        reply(isBatch ? answerToBatch(results, {}) : answerToOne(results.first(), {}));
        return;
    }
    intake->receive(std::move(kept), [isBatch, results = std::move(results),
                                      reply = std::move(reply)](const Receipts &receipts) mutable {
        qsizetype next = 0;
        for (DocumentResult &result : results) {
            if (!result.alertId.isEmpty())
                result.receipt = receipts.each.at(next++);
        }
        reply(isBatch ? answerToBatch(results, receipts.retryAfter)
                      : answerToOne(results.first(), receipts.retryAfter));
    });
}

void Gateway::Private::receiveEvents(const QByteArray &body, bool isLines, const EventContext &context,
                                     http::Reply reply)
{
    const QByteArrayView text = withoutBlanks(withoutByteOrderMark(body));
    QList<QByteArrayView> lines{text};
    if (isLines || text.startsWith('[')) {
        auto found = pieces(text, isLines, reply);
        if (!found)
            return;
        lines = *std::move(found);
    }
    QList<ClientEvent> events;
    QList<DocumentResult> results;
    QList<qsizetype> places; ///< Of the events in the results.
    events.reserve(lines.size());
    results.reserve(lines.size());
    for (const QByteArrayView line : std::as_const(lines)) {
        DocumentResult result;
        if (line.size() > options.documentLimit) {
            result.refusal = {.kind = Refusal::Kind::TooLarge,
                              .pointer = {},
                              .reason = u"An event must not be longer than %1 bytes."_s.arg(options.documentLimit)};
        } else {
            auto event = readEvent(QByteArray::fromRawData(line.data(), line.size()), context);
            if (auto *refusal = std::get_if<Refusal>(&event)) {
                result.refusal = std::move(*refusal);
            } else {
                auto &known = std::get<ClientEvent>(event);
                if (const auto *ofSession = std::get_if<SessionEvent>(&known))
                    result.alertId = ofSession->session.toByteArray(QUuid::WithoutBraces);
                places.append(results.size());
                events.append(std::move(known));
            }
        }
        results.append(std::move(result));
    }
    if (events.isEmpty()) {
        reply(answerToBatch(results, {}, true));
        return;
    }
    intake->receiveEvents(std::move(events), context.source,
                          [results = std::move(results), places = std::move(places),
                           reply = std::move(reply)](const Receipts &receipts) mutable {
                              for (qsizetype i = 0; i < places.size(); ++i)
                                  results[places[i]].receipt = receipts.each.at(i);
                              reply(answerToBatch(results, receipts.retryAfter, true));
                          });
}

Gateway::Gateway(Intake &intake, const GatewayOptions &options) : d(std::make_unique<Private>())
{
    d->intake = &intake;
    setOptions(options);
}

Gateway::~Gateway() = default;

void Gateway::setOptions(const GatewayOptions &options)
{
    d->options = options;
    d->rightToken = options.token.reveal().toUtf8();
}

std::optional<http::Response> Gateway::admit(const http::Request &head, qsizetype &bodyLimit)
{
    bodyLimit = 0;
    if (head.path == HealthPath)
        return head.method == "GET" || head.method == "HEAD" ? std::nullopt
                                                             : std::optional(methodNotAllowed("GET, HEAD"_ba));
    if (head.path != SessionsPath && head.path != EventsPath)
        return problemResponse(404, u"There is nothing at this path."_s);
    if (head.method != "POST")
        return methodNotAllowed("POST"_ba);
    if (auto refusal = d->refusedToken(head))
        return refusal;
    if (auto refusal = d->refusedHead(head))
        return refusal;
    bodyLimit = d->options.batchLimit;
    return std::nullopt;
}

void Gateway::handle(http::Request request, http::Reply reply)
{
    if (request.path == HealthPath)
        reply(json(200, "{\"status\":\"ok\"}\n"_ba));
    else
        d->receive(std::move(request), std::move(reply));
}

} // namespace escalite::ingest
