// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The conformance kit: how a notifier sends, to a server of the kit or where its configuration says.

#include "harness/examination.h"
#include "harness/proofsamples.h"
#include "harness/rawserver.h"
#include "message/redaction.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QRegularExpression>
#include <QTimer>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {
using delivery::ConfiguredNotifier;
using delivery::Notification;
using Kind = Outcome::Kind;

const QUuid DeliveryId(u"6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a01"_s);
constexpr std::chrono::seconds Usual{10};
constexpr std::chrono::seconds Beyond{10}; // An outcome later than this after the attempt's time never comes.

struct Row
{
    int status;
    Kind kind;
};
constexpr std::array Rows{Row{301, Kind::Permanent},     Row{302, Kind::Permanent},     Row{307, Kind::Permanent},
                          Row{400, Kind::Poison},        Row{401, Kind::Misconfigured}, Row{403, Kind::Misconfigured},
                          Row{404, Kind::Misconfigured}, Row{408, Kind::Transient},     Row{410, Kind::Misconfigured},
                          Row{413, Kind::Poison},        Row{418, Kind::Permanent},     Row{422, Kind::Poison},
                          Row{429, Kind::Transient},     Row{500, Kind::Ambiguous},     Row{502, Kind::Transient},
                          Row{503, Kind::Transient},     Row{504, Kind::Transient}};

QByteArray everythingOf(const Outcome &outcome)
{
    QString all = outcome.detail + u'\n' + outcome.transcript + u'\n' + outcome.handle;
    for (const Outcome::Stage &stage : outcome.stages)
        all += u'\n' + stage.name + u' ' + stage.detail;
    for (const Outcome::Recipient &recipient : outcome.recipients)
        all += u'\n' + recipient.address + u' ' + recipient.answer;
    return all.toUtf8();
}

/// A key that a service wants within the body is filled in at the attempt, where the rendered body has a mark.
QByteArray marked(const QByteArray &body, const QStringList &secrets)
{
    static const QRegularExpression mark(u"\\[hidden: [^\\]]*\\]"_s);
    QString text = QString::fromUtf8(body);
    for (const QString &secret : secrets)
        text.replace(secret, u"[hidden]"_s);
    return text.replace(mark, u"[hidden]"_s).toUtf8();
}

bool isGood(Kind kind)
{
    return kind == Kind::Delivered || kind == Kind::Accepted;
}

/// Lets the event loop turn until \a done or \a time is over.
void turnUntil(const std::function<bool()> &done, std::chrono::milliseconds time)
{
    const QDeadlineTimer deadline(time);
    while (!done() && !deadline.hasExpired()) {
        QTimer wake;
        wake.start(std::chrono::milliseconds(20));
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
}
} // namespace

std::optional<Outcome> Examination::attempt(const ConfiguredNotifier &notifier, const Notification &notification,
                                            Duration timeout, Wrong &wrong) const
{
    const std::unique_ptr<delivery::Sender> sender = m_type.create(notifier.config);
    if (!sender) {
        wrong.append(u"create() gives no sender"_s);
        return std::nullopt;
    }
    QList<Outcome> outcomes;
    sender->send(render(notifier, notification),
                 {.delivery = DeliveryId, .count = notification.count, .timeout = timeout},
                 [&outcomes](const Outcome &outcome) { outcomes.append(outcome); });
    if (!outcomes.isEmpty())
        wrong.append(u"done was called before send() returned"_s);
    turnUntil([&] { return !outcomes.isEmpty(); },
              std::chrono::ceil<std::chrono::milliseconds>(timeout) + std::chrono::milliseconds(Beyond));
    if (outcomes.isEmpty()) {
        wrong.append(u"done was never called"_s);
        return std::nullopt;
    }
    QCoreApplication::processEvents();
    if (outcomes.size() > 1)
        wrong.append(u"done was called %1 times"_s.arg(outcomes.size()));
    look(outcomes.constFirst(), notifier.secrets, wrong);
    return outcomes.constFirst();
}

void Examination::look(const Outcome &outcome, const QStringList &secrets, Wrong &wrong) const
{
    const QByteArray all = everythingOf(outcome);
    if (outcome.detail.isEmpty())
        wrong.append(u"the outcome says nothing"_s);
    if (message::containsSecret(all, secrets))
        wrong.append(u"the outcome tells a secret"_s);
    if (all.contains("http://127.0.0.1"))
        wrong.append(u"the outcome tells the address"_s);
    if (outcome.transcript.size() > 16 * 1024)
        wrong.append(u"the transcript has more than 16 KiB"_s);
}

void Examination::examineSending()
{
    const bool http = holds(u"{harness}"_s);
    if (!http && !holds(u"{port}"_s)) {
        if (namesRealAddress())
            skip(u"sends"_s, u"the configuration names a real address; write {harness} in place of http://host"_s);
        else
            examineLocally();
        return;
    }
    if (http)
        examineStatuses();
    examineFailures();
}

void Examination::examineStatuses()
{
    const Notification notification = sampleOf(Matter::Ordinary);
    for (const Row &row : Rows) {
        check(u"takes an answer of %1 for %2"_s.arg(QString::number(row.status), outcomeName(row.kind)),
              [&](Wrong &wrong) {
                  RawServer elsewhere; // Where the answer points; nobody may come.
                  RawServer server;
                  const ConfiguredNotifier notifier = configured(server.serverPort(), wrong);
                  // The body gives the secrets back: a receiver's right, and no reason to show them.
                  const QByteArray body = "you sent " + notifier.secrets.join(u' ').toUtf8();
                  server.answer = "HTTP/1.1 " + QByteArray::number(row.status)
                                  + " X\r\nRetry-After: 7\r\nLocation: http://127.0.0.1:"
                                  + QByteArray::number(elsewhere.serverPort())
                                  + "/\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
                  const auto outcome = attempt(notifier, notification, Usual, wrong);
                  if (!outcome)
                      return;
                  if (outcome->kind != row.kind)
                      wrong.append(u"it was %1: %2"_s.arg(outcomeName(outcome->kind), outcome->detail));
                  if (outcome->status != row.status)
                      wrong.append(u"the status is told as %1"_s.arg(outcome->status));
                  if (outcome->stages.isEmpty())
                      wrong.append(u"no stage is told"_s);
                  if ((row.status == 429 || row.status == 503)
                      && outcome->retryAfter != Duration(std::chrono::seconds(7)))
                      wrong.append(u"Retry-After is not heeded"_s);
                  if (elsewhere.connections > 0)
                      wrong.append(u"it went where Location points"_s);
                  if (server.requests.size() != 1)
                      wrong.append(u"%1 requests came"_s.arg(server.requests.size()));
              });
    }
    check(u"sends the rendered bytes, once and marked"_s, [&](Wrong &wrong) {
        RawServer server;
        server.answer = "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n";
        const ConfiguredNotifier notifier = configured(server.serverPort(), wrong);
        (void)attempt(notifier, notification, Usual, wrong);
        if (server.requests.size() != 1)
            return wrong.append(u"%1 requests came"_s.arg(server.requests.size()));
        if (marked(server.body(0), notifier.secrets) != marked(render(notifier, notification).body, {}))
            wrong.append(u"the body is not the rendered one"_s);
        const QByteArray head = server.requests.constFirst().left(server.requests.constFirst().indexOf("\r\n\r\n") + 2);
        if (!head.startsWith("POST ") && !head.startsWith("PUT "))
            wrong.append(u"it is no POST"_s);
        const QByteArray lower = head.toLower();
        if (!lower.contains("\r\nidempotency-key: " + DeliveryId.toByteArray(QUuid::WithoutBraces) + "\r\n"))
            wrong.append(u"Idempotency-Key is not the delivery's id"_s);
        if (!lower.contains("\r\nx-escalite-count: " + QByteArray::number(notification.count) + "\r\n"))
            wrong.append(u"X-Escalite-Count is not the number of sessions"_s);
    });
    check(u"takes no broken answer for success"_s, [&](Wrong &wrong) {
        for (const QByteArray &answer :
             {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nok"_ba, "\x16\x03\x01\x02garbage\r\n\r\n"_ba}) {
            RawServer server;
            server.answer = answer;
            const auto outcome = attempt(configured(server.serverPort(), wrong), notification, Usual, wrong);
            if (outcome && isGood(outcome->kind))
                wrong.append(u"%1 was %2: %3"_s.arg(QString::fromLatin1(answer.simplified().left(60)),
                                                    outcomeName(outcome->kind), outcome->detail));
            if (server.requests.size() > 1)
                wrong.append(u"%1 requests came"_s.arg(server.requests.size()));
        }
    });
    check(u"bounds an endless answer"_s, [&](Wrong &wrong) {
        RawServer server;
        server.then = RawServer::Then::Flood;
        server.answer = "HTTP/1.1 400 X\r\nContent-Type: text/plain\r\n\r\n";
        (void)attempt(configured(server.serverPort(), wrong), notification, m_subject.attemptTimeout, wrong);
    });
    for (const auto &[then, name] :
         {std::pair{RawServer::Then::Close, u"is in doubt when the connection closes without an answer"_s},
          std::pair{RawServer::Then::Reset, u"is in doubt when the connection is reset"_s}}) {
        check(name, [&, mode = then](Wrong &wrong) {
            RawServer server;
            server.then = mode;
            const auto outcome = attempt(configured(server.serverPort(), wrong), notification, Usual, wrong);
            if (outcome && outcome->kind != Kind::Ambiguous)
                wrong.append(u"it was %1: %2"_s.arg(outcomeName(outcome->kind), outcome->detail));
            if (server.requests.size() != 1)
                wrong.append(u"%1 requests came"_s.arg(server.requests.size()));
        });
    }
}

void Examination::examineFailures()
{
    const bool http = holds(u"{harness}"_s);
    const Notification notification = sampleOf(Matter::Ordinary);
    check(u"ends in time when nothing is answered"_s, [&](Wrong &wrong) {
        RawServer server;
        server.then = RawServer::Then::Stay;
        const auto outcome =
            attempt(configured(server.serverPort(), wrong), notification, m_subject.attemptTimeout, wrong);
        // A server that does not greet got nothing; one that has the whole request may have acted on it.
        const Kind kind = http ? Kind::Ambiguous : Kind::Transient;
        if (outcome && outcome->kind != kind)
            wrong.append(
                u"it was %1, %2 is right: %3"_s.arg(outcomeName(outcome->kind), outcomeName(kind), outcome->detail));
    });
    check(u"is certain when nobody listens"_s, [&](Wrong &wrong) {
        QTcpServer gone;
        gone.listen(QHostAddress::LocalHost);
        const ConfiguredNotifier notifier = configured(gone.serverPort(), wrong);
        gone.close();
        const auto outcome = attempt(notifier, notification, Usual, wrong);
        if (outcome && outcome->kind != Kind::Transient)
            wrong.append(u"it was %1, transient is right: %2"_s.arg(outcomeName(outcome->kind), outcome->detail));
    });
    check(u"drops the attempt with its sender"_s, [&](Wrong &wrong) {
        RawServer server;
        server.then = RawServer::Then::Stay;
        const ConfiguredNotifier notifier = configured(server.serverPort(), wrong);
        int calls = 0;
        std::unique_ptr<delivery::Sender> sender = m_type.create(notifier.config);
        sender->send(render(notifier, notification),
                     {.delivery = DeliveryId, .timeout = std::chrono::milliseconds(200)},
                     [&calls](const Outcome &) { ++calls; });
        turnUntil([&server] { return server.connections > 0; }, Usual);
        sender.reset();
        turnUntil([&calls] { return calls > 0; }, std::chrono::milliseconds(250));
        if (calls > 0)
            wrong.append(u"done was called after the sender was gone"_s);
    });
}

void Examination::examineLocally()
{
    for (const Matter matter : matters()) {
        check(u"takes %1"_s.arg(matterName(matter)), [&](Wrong &wrong) {
            // Somebody may see it: it is marked as a test, whatever it tells.
            Notification notification = sampleOf(matter);
            notification.reason = Reason::Drill;
            const ConfiguredNotifier notifier = configured(9, wrong);
            const auto outcome = attempt(notifier, notification, Usual, wrong);
            if (outcome && m_subject.mustTake && !isGood(outcome->kind))
                wrong.append(u"it was %1: %2"_s.arg(outcomeName(outcome->kind), outcome->detail));
            if (outcome && outcome->stages.isEmpty())
                wrong.append(u"no stage is told"_s);
        });
    }
}

} // namespace escalite::harness
