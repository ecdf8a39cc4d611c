// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "delivery/httppost.h"

#include "delivery/retryafter.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSslCertificate>
#include <QSslConfiguration>

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::delivery {

namespace {
using Failure = HttpAnswer::Failure;

/// The body as QNetworkAccessManager reads it. Sequential and not buffered, so that it cannot be sent a second time:
/// from a buffer Qt 6.4 sends a POST again by itself, up to three times, when the peer closes without an answer.
class OneWayBody final : public QIODevice
{
public:
    explicit OneWayBody(QByteArray bytes) : m_bytes(std::move(bytes))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    [[nodiscard]] bool isSequential() const override { return true; }
    bool seek(qint64) override
    {
        return false;
    } ///< How Qt asks whether it could send again; QIODevice's own would print a warning.
    [[nodiscard]] qint64 bytesAvailable() const override
    {
        return m_bytes.size() - m_offset + QIODevice::bytesAvailable();
    }
    /// All of it was taken: the request's last byte may have left.
    [[nodiscard]] bool isDrained() const { return m_offset == m_bytes.size(); }

protected:
    qint64 readData(char *data, qint64 most) override
    {
        const qint64 length = std::min<qint64>(most, m_bytes.size() - m_offset);
        if (length == 0)
            return m_offset == m_bytes.size() && most > 0 ? -1 : 0;
        std::memcpy(data, m_bytes.constData() + m_offset, static_cast<std::size_t>(length));
        m_offset += length;
        return length;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_offset = 0;
};

QString sentenceFor(QNetworkReply::NetworkError error, const QString &host)
{
    switch (error) {
    case QNetworkReply::HostNotFoundError:
        return u"The name %1 is not known."_s.arg(host);
    case QNetworkReply::ConnectionRefusedError:
        return u"%1 refused the connection."_s.arg(host);
    case QNetworkReply::SslHandshakeFailedError:
        return u"The certificate of %1 is not accepted."_s.arg(host);
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError:
        return u"%1 closed the connection without an answer."_s.arg(host);
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return u"The proxy on the way to %1 wants credentials."_s.arg(host);
    case QNetworkReply::TimeoutError:
        return u"%1 did not answer in time."_s.arg(host);
    default:
        return u"The connection to %1 broke."_s.arg(host);
    }
}

/// Whether the body broke off without Qt 6.4 calling it an error: it tells a broken chunked body as an empty one, and
/// does not always notice when less came than was announced.
bool brokeOffSilently(const HttpAnswer &answer)
{
    if (answer.body.isEmpty() && answer.header("Transfer-Encoding").toLower().contains("chunked"))
        return true;
    return answer.status != 204 && answer.body.size() < answer.header("Content-Length").toLongLong();
}

/// Deletes \a network where nobody waits for it: Qt 6.4 waits 5 s for the end of its thread, and that reads plain HTTP
/// for as long as the far side sends heads without end.
void bury(std::unique_ptr<QNetworkAccessManager> network)
{
    network->moveToThread(nullptr);
    std::thread([buried = std::move(network)]() mutable { buried.reset(); }).detach();
}
} // namespace

struct HttpPost::Exchange
{
    HttpRequest request;
    std::function<void(HttpAnswer)> done;
    std::unique_ptr<OneWayBody> body;
    QPointer<QNetworkReply> reply;
    HttpAnswer answer;
    QElapsedTimer clock;
    QString stage;
    QString trouble;     ///< Why it was broken off here; empty when it was not.
    QString certificate; ///< What is wrong with it.

    void enter(const QString &next)
    {
        leave(true);
        stage = next;
        clock.restart();
    }
    void leave(bool ok, const QString &detail = {})
    {
        if (!stage.isEmpty())
            answer.stages.append(
                {.name = stage,
                 .took = std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(clock.nsecsElapsed())),
                 .detail = detail,
                 .ok = ok});
        stage.clear();
    }
};

QByteArray HttpAnswer::header(QByteArrayView name) const
{
    for (const Rendered::Header &header : headers) {
        if (header.name.compare(name, Qt::CaseInsensitive) == 0)
            return header.value;
    }
    return {};
}

bool isLoopback(const QString &host)
{
    return host == "localhost"_L1 || QHostAddress(host).isLoopback();
}

Result<QUrl> proxyFrom(const QString &text)
{
    const QUrl url(text.trimmed(), QUrl::StrictMode);
    const bool known = url.scheme() == "http"_L1 || url.scheme() == "socks5"_L1;
    const bool more = !url.userInfo().isEmpty() || url.path().size() > 1 || url.hasQuery() || url.hasFragment();
    if (!url.isValid() || !known || url.host().isEmpty() || url.port() <= 0 || more)
        return Error{ErrorCode::Malformed, u"A proxy must be http://host:port or socks5://host:port."_s};
    return url;
}

Result<bool> mayPost(const QUrl &url, bool allowHttp)
{
    if (!url.isValid() || url.host().isEmpty())
        return Error{ErrorCode::Malformed, u"The address is no URL such as https://host/path."_s};
    if (!url.userInfo().isEmpty())
        return Error{ErrorCode::Refused, u"The address must hold no user name and no password."_s};
    const bool http = url.scheme() == "http"_L1 && (allowHttp || isLoopback(url.host()));
    if (url.scheme() != "https"_L1 && !http)
        return Error{ErrorCode::Refused, u"The address of %1 must start with https://."_s.arg(url.host())};
    const QHostAddress address(url.host());
    if (address.isLinkLocal())
        return Error{ErrorCode::Refused,
                     u"%1 is an address of the local link, where machines keep their own secrets."_s.arg(url.host())};
    return true;
}

Outcome outcomeByStatus(const HttpAnswer &answer, const QString &service, TimePoint now)
{
    Outcome outcome;
    outcome.status = answer.status;
    outcome.stages = answer.stages;
    outcome.detail = answer.detail;
    switch (answer.failure) {
    case Failure::NotAllowed:
        outcome.kind = Outcome::Kind::Misconfigured;
        return outcome;
    case Failure::NotSent:
        outcome.kind = Outcome::Kind::Transient;
        return outcome;
    case Failure::NoAnswer:
        outcome.kind = Outcome::Kind::Ambiguous;
        return outcome;
    case Failure::None:
        break;
    }
    const QByteArray wait = answer.header("Retry-After");
    if (!wait.isEmpty())
        outcome.retryAfter = retryAfter(wait, now);
    switch (answer.status) {
    case 400:
    case 413:
    case 422:
        outcome.kind = Outcome::Kind::Poison;
        outcome.detail = u"%1 refused the message for its content (HTTP %2)."_s.arg(service).arg(answer.status);
        return outcome;
    case 401:
    case 403:
    case 404:
    case 410:
        outcome.kind = Outcome::Kind::Misconfigured;
        outcome.detail =
            u"%1 does not know the address or the credentials (HTTP %2)."_s.arg(service).arg(answer.status);
        return outcome;
    case 407:
        outcome.kind = Outcome::Kind::Misconfigured;
        outcome.detail = u"The proxy on the way to %1 wants credentials (HTTP 407)."_s.arg(service);
        return outcome;
    case 408:
    case 425:
    case 429:
        outcome.kind = Outcome::Kind::Transient;
        outcome.detail = u"%1 asks to come again later (HTTP %2)."_s.arg(service).arg(answer.status);
        return outcome;
    case 502:
    case 503:
    case 504:
        outcome.kind = Outcome::Kind::Transient;
        outcome.detail = u"%1 is not available (HTTP %2)."_s.arg(service).arg(answer.status);
        return outcome;
    default:
        break;
    }
    switch (answer.status / 100) {
    case 2: // Where the body ends must be certain: a chunked answer that breaks looks like an empty one.
        outcome.kind = answer.bodyCut ? Outcome::Kind::Ambiguous : Outcome::Kind::Delivered;
        outcome.detail = answer.bodyCut ? u"The answer of %1 broke off (HTTP %2)."_s.arg(service).arg(answer.status)
                                        : u"%1 took the message (HTTP %2)."_s.arg(service).arg(answer.status);
        break;
    case 3:
        outcome.kind = Outcome::Kind::Permanent;
        outcome.detail =
            u"%1 has moved (HTTP %2); redirects are not followed, enter the new address."_s.arg(service).arg(
                answer.status);
        break;
    case 5:
        outcome.kind = Outcome::Kind::Ambiguous;
        outcome.detail = u"%1 failed while it handled the message (HTTP %2)."_s.arg(service).arg(answer.status);
        break;
    default:
        outcome.kind = Outcome::Kind::Permanent;
        outcome.detail = u"%1 refused the message (HTTP %2)."_s.arg(service).arg(answer.status);
    }
    return outcome;
}

QNetworkProxy networkProxy(const QUrl &proxy)
{
    if (proxy.isEmpty())
        return QNetworkProxy::NoProxy;
    return {proxy.scheme() == "socks5"_L1 ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, proxy.host(),
            static_cast<quint16>(proxy.port())};
}

HttpPost::HttpPost(HttpPostOptions options, QObject *parent) : QObject(parent), m_options(std::move(options))
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        m_exchange->trouble = u"%1 did not answer in time."_s.arg(m_exchange->request.url.host());
        finish();
    });
}

HttpPost::~HttpPost()
{
    if (m_exchange && m_exchange->reply) {
        m_exchange->reply->disconnect(this);
        m_exchange->body.release()->setParent(m_exchange->reply);
        m_exchange->reply->abort();
        m_isBusy = true;
    }
    if (m_isBusy)
        bury(std::move(m_network));
}

void HttpPost::renewNetwork()
{
    if (std::exchange(m_isBusy, false))
        bury(std::move(m_network));
    m_network = std::make_unique<QNetworkAccessManager>();
    m_network->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_network->setAutoDeleteReplies(true);
    m_network->setProxy(networkProxy(m_options.proxy));
}

void HttpPost::post(HttpRequest request, std::function<void(HttpAnswer)> done)
{
    if (m_exchange) {
        m_exchange->trouble = u"Another request took its place."_s;
        finish();
    }
    m_exchange = std::make_unique<Exchange>();
    m_exchange->request = std::move(request);
    m_exchange->done = std::move(done);
    begin();
}

void HttpPost::begin()
{
    Exchange &exchange = *m_exchange;
    const auto refuse = [this](const QString &why) {
        HttpAnswer answer;
        answer.failure = Failure::NotAllowed;
        answer.detail = why;
        end(std::move(answer));
    };
    const QUrl &url = exchange.request.url;
    const Result<bool> allowed = mayPost(url, m_options.allowHttp);
    if (!allowed) {
        refuse(allowed.error().message);
        return;
    }

    if (!m_options.proxy.isEmpty()) {
        const Result<QUrl> proxy = proxyFrom(m_options.proxy.toString());
        if (!proxy) {
            refuse(proxy.error().message);
            return;
        }
    }

    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute,
                         false); // CVE-2023-51714, CVE-2024-39936 in Qt before 6.5.7
    request.setAttribute(QNetworkRequest::HttpPipeliningAllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(exchange.request.timeout);
    request.setTransferTimeout(static_cast<int>(std::clamp<qint64>(timeout.count(), 1, 24 * 3600 * 1000)));
    request.setHeader(QNetworkRequest::ContentTypeHeader, exchange.request.contentType);
    request.setHeader(QNetworkRequest::ContentLengthHeader, exchange.request.body.size());
    for (const Rendered::Header &header : std::as_const(exchange.request.headers))
        request.setRawHeader(header.name, header.value);
    request.setRawHeader("User-Agent", "Escalite/" ESCALITE_VERSION);
    request.setRawHeader("Accept-Encoding", "identity"); // Nothing that unpacks to more than it was.
    request.setRawHeader("Accept-Language", "*");        // Else Qt tells the machine's languages.
    request.setRawHeader("Connection",
                         "close"); // A connection of its own: no doubt whether an old one was dead already.
    request.setRawHeader("X-Escalite-Count", QByteArray::number(exchange.request.count));
    if (!exchange.request.idempotencyKey.isNull())
        request.setRawHeader("Idempotency-Key", exchange.request.idempotencyKey.toByteArray(QUuid::WithoutBraces));
    if (url.scheme() == "https"_L1) {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setProtocol(QSsl::TlsV1_2OrLater);
        tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
        if (!m_options.caFile.isEmpty()) {
            const auto authorities =
                QSslCertificate::fromPath(m_options.caFile, QSsl::Pem, QSslCertificate::PatternSyntax::FixedString);
            if (authorities.isEmpty()) {
                refuse(u"The file of trusted authorities holds no certificate: %1"_s.arg(m_options.caFile));
                return;
            }
            tls.setCaCertificates(authorities);
        }
        request.setSslConfiguration(tls);
    }

    renewNetwork();
    exchange.body = std::make_unique<OneWayBody>(exchange.request.body);
    exchange.enter(u"connect"_s);
    m_deadline.start(timeout);
    QNetworkReply *reply = m_network->post(request, exchange.body.get());
    exchange.reply = reply;
    // Qt 6.4 tells its network thread of the limit only when it changes while the request is under way, so it is said
    // again behind the queued start, and at each step.
    const auto limit = [reply] {
        reply->setReadBufferSize(MaxBody);
    };
    limit();
    QMetaObject::invokeMethod(reply, limit, Qt::QueuedConnection);
    connect(reply, &QNetworkReply::requestSent, this, limit);
    connect(reply, &QNetworkReply::metaDataChanged, this, limit);
    connect(reply, &QNetworkReply::encrypted, this, [this] { m_exchange->enter(u"hand over"_s); });
    connect(reply, &QNetworkReply::uploadProgress, this, [this](qint64 sent, qint64) {
        if (sent > 0 && m_exchange->stage == "connect"_L1)
            m_exchange->enter(u"hand over"_s);
    });
    connect(reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
        m_exchange->certificate = errors.constFirst().errorString(); // Never ignored: the reply fails.
    });
    connect(reply, &QNetworkReply::readyRead, this, &HttpPost::read);
    connect(reply, &QNetworkReply::finished, this, &HttpPost::finish);
}

void HttpPost::read()
{
    HttpAnswer &answer = m_exchange->answer;
    answer.body += m_exchange->reply->read(MaxBody - answer.body.size() + 1);
    if (answer.body.size() > MaxBody) {
        answer.body.truncate(MaxBody);
        answer.bodyCut = true;
        finish();
    }
}

/// Takes what there is of the answer, broken off or whole.
void HttpPost::finish()
{
    Exchange &exchange = *m_exchange;
    HttpAnswer &answer = exchange.answer;
    QNetworkReply *reply = exchange.reply;
    const bool whole = reply->isFinished();
    const QNetworkReply::NetworkError error = reply->error();
    if (!answer.bodyCut) {
        answer.body += reply->read(MaxBody - answer.body.size() + 1);
        answer.bodyCut = answer.body.size() > MaxBody;
        answer.body.truncate(MaxBody);
    }
    answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QList<QNetworkReply::RawHeaderPair> pairs = reply->rawHeaderPairs();
    for (const auto &[name, value] : pairs)
        answer.headers.append({.name = name, .value = value});
    const bool drained = exchange.body->isDrained();
    reply->disconnect(this);
    if (!whole) {
        reply->abort();
        m_isBusy = true;
    }

    const QString host = exchange.request.url.host();
    // An HTTP error is an error to Qt, too; only what is none breaks the answer.
    const bool broken = error >= QNetworkReply::ConnectionRefusedError && error <= QNetworkReply::UnknownProxyError;
    // What goes wrong with a proxy Qt 6.4 mostly calls an unknown error.
    const bool viaProxy = !m_options.proxy.isEmpty() && !drained && error != QNetworkReply::SslHandshakeFailedError
                          && error != QNetworkReply::ProxyAuthenticationRequiredError;
    const QString why = !exchange.trouble.isEmpty() ? exchange.trouble
                        : !exchange.certificate.isEmpty()
                            ? u"The certificate of %1 is not accepted: %2."_s.arg(host, exchange.certificate)
                        : viaProxy ? u"Nothing got through the proxy to %1."_s.arg(host)
                                   : sentenceFor(error, host);
    const bool cutByUs = answer.bodyCut && exchange.trouble.isEmpty();
    if (answer.status == 0) {
        answer.failure = drained ? Failure::NoAnswer : Failure::NotSent;
        answer.detail = why;
    } else if (!cutByUs && (broken || !whole)) {
        answer.bodyCut = true; // A status came, so the service has spoken; its body is not whole.
        answer.detail = why;
    } else if (brokeOffSilently(answer)) {
        answer.bodyCut = true;
    }
    const bool answered = answer.failure == Failure::None;
    exchange.leave(answered, answered ? QString() : why);
    end(std::move(answer));
}

void HttpPost::end(HttpAnswer answer)
{
    m_deadline.stop();
    auto exchange = std::move(m_exchange);
    if (exchange->reply) // The body must outlive whoever reads it.
        exchange->body.release()->setParent(exchange->reply);
    QMetaObject::invokeMethod(
        this, [done = std::move(exchange->done), answer = std::move(answer)] { done(answer); }, Qt::QueuedConnection);
}

} // namespace escalite::delivery
