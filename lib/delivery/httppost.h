// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One POST of one notifier: exactly one request on the wire, no redirect, one deadline, a bounded answer, and no URL in
// any text.

#pragma once

#include "core/delivery.h"
#include "core/export.h"
#include "core/result.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QUrl>

#include <functional>
#include <memory>

class QNetworkReply;

namespace escalite::delivery {

struct HttpPostOptions
{
    QString caFile;         ///< PEM; trusted in place of the system's authorities.
    bool allowHttp = false; ///< Plain http to other machines than this one.
    QUrl proxy{};           ///< http://host:port or socks5://host:port; empty = none.
};

struct HttpRequest
{
    QUrl url;
    QByteArray contentType = "application/json";
    QByteArray body;
    QList<Rendered::Header> headers = {};        ///< Further ones; credentials among them.
    QUuid idempotencyKey = {};                   ///< Sent as Idempotency-Key.
    quint64 count = 1;                           ///< Sent as X-Escalite-Count.
    Duration timeout = std::chrono::seconds(30); ///< From the call to the end of the answer.
};

/// What came of a POST. A status may stand beside a failure: the answer began and broke.
struct ESCALITE_EXPORT HttpAnswer
{
    enum class Failure : quint8 {
        None,       ///< A whole answer, or as much of its body as is read.
        NotAllowed, ///< Not tried: the address or the list of authorities is not usable.
        NotSent,    ///< Certainly not wholly written: name, connection, certificate, or the time was up before.
        NoAnswer,   ///< Wholly written, and no usable answer came.
    };
    Failure failure = Failure::None;
    int status = 0;
    QList<Rendered::Header> headers;
    QByteArray body;      ///< At most HttpPost::MaxBody bytes.
    bool bodyCut = false; ///< More came, or it was not told where the body ends.
    QString detail;       ///< Of a failure: one sentence, no URL.
    QList<Outcome::Stage> stages;

    [[nodiscard]] QByteArray header(QByteArrayView name) const; ///< Of the answer, any case; null when absent.
};

/// \a text as a proxy: http://host:port or socks5://host:port, without user name. The error never repeats it.
[[nodiscard]] ESCALITE_EXPORT Result<QUrl> proxyFrom(const QString &text);
/// \a proxy for a socket; without one none at all, whatever Qt thinks that the machine's settings are.
[[nodiscard]] ESCALITE_EXPORT QNetworkProxy networkProxy(const QUrl &proxy);

/// True for the names and addresses of this machine.
[[nodiscard]] ESCALITE_EXPORT bool isLoopback(const QString &host);
/// Whether a notifier may post to \a url: https, or http to this machine or where \a allowHttp; no user name, no
/// link-local address. The error's sentence holds nothing of the URL but its host.
[[nodiscard]] ESCALITE_EXPORT Result<bool> mayPost(const QUrl &url, bool allowHttp);

/// The outcome by status alone (reliability.md B.8); a notifier asks the body first. \a service names the far side in
/// the sentence.
[[nodiscard]] ESCALITE_EXPORT Outcome outcomeByStatus(const HttpAnswer &answer, const QString &service, TimePoint now);

/// Makes one POST at a time, on its own thread's event loop. Owned by one notifier; shares nothing with another's.
class ESCALITE_EXPORT HttpPost final : public QObject
{
public:
    static constexpr qint64 MaxBody = 64 * 1024;

    explicit HttpPost(HttpPostOptions options, QObject *parent = nullptr);
    ~HttpPost() override;

    /// Calls \a done exactly once, later; not when this is deleted before. A call while another runs ends that one as
    /// not answered.
    void post(HttpRequest request, std::function<void(HttpAnswer)> done);

private:
    struct Exchange;
    void begin();
    void renewNetwork();
    void read();
    void finish();
    void end(HttpAnswer answer);

    HttpPostOptions m_options;
    std::unique_ptr<QNetworkAccessManager> m_network; ///< Of the last request.
    bool m_isBusy = false;                            ///< Its thread may still read what nobody wants.
    std::unique_ptr<Exchange> m_exchange;
    QTimer m_deadline;
};

} // namespace escalite::delivery
