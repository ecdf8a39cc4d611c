// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "notifiers/desktopsender.h"

#include "message/redaction.h"
#include "message/text.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPromise>
#include <QThreadPool>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

namespace {
using Kind = Outcome::Kind;

constexpr qsizetype MaxDetail = 200;

/// A message to the notification server.
QDBusMessage toServer(const QString &method)
{
    return QDBusMessage::createMethodCall(u"org.freedesktop.Notifications"_s, u"/org/freedesktop/Notifications"_s,
                                          u"org.freedesktop.Notifications"_s, method);
}

/// Of an error's name, before the message was handed over; another is for good.
bool mayPass(const QString &error)
{
    static constexpr std::array Passing{"org.freedesktop.DBus.Error.ServiceUnknown"_L1,
                                        "org.freedesktop.DBus.Error.NameHasNoOwner"_L1,
                                        "org.freedesktop.DBus.Error.NoReply"_L1,
                                        "org.freedesktop.DBus.Error.Timeout"_L1,
                                        "org.freedesktop.DBus.Error.TimedOut"_L1,
                                        "org.freedesktop.DBus.Error.Disconnected"_L1,
                                        "org.freedesktop.DBus.Error.LimitsExceeded"_L1,
                                        "org.freedesktop.DBus.Error.NoMemory"_L1,
                                        "org.freedesktop.DBus.Error.Failed"_L1,
                                        "org.freedesktop.DBus.Error.NoServer"_L1,
                                        "org.qtproject.QtDBus.Error.InternalError"_L1,
                                        "org.freedesktop.Notifications.Error.ExcessNotificationGeneration"_L1};
    return error.startsWith("org.freedesktop.DBus.Error.Spawn."_L1)
           || std::find(Passing.begin(), Passing.end(), error) != Passing.end();
}

/// After it was handed over: nobody says whether it is shown.
bool isSilence(const QString &error)
{
    return error == "org.freedesktop.DBus.Error.NoReply"_L1 || error == "org.freedesktop.DBus.Error.Timeout"_L1
           || error == "org.freedesktop.DBus.Error.TimedOut"_L1
           || error == "org.freedesktop.DBus.Error.Disconnected"_L1;
}
} // namespace

DesktopSender::DesktopSender(QString address) : m_address(std::move(address))
{
    connect(&m_connecting, &QFutureWatcher<bool>::finished, this, [this] {
        const bool connected = m_connecting.result();
        if (!connected)
            m_connection.clear();
        if (!m_done) // The attempt did not wait for it; the next finds it.
            return;
        if (connected)
            return ask();
        const QString detail =
            m_address.isEmpty()
                ? u"There is no session bus: nobody is logged in to a desktop here, or this program runs outside of it."_s
                : u"The session bus cannot be reached; does 'bus_address' name that of somebody who is logged in?"_s;
        stage(u"connect"_s, false, detail);
        end({.kind = Kind::Transient, .detail = detail});
    });
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        if (m_phase == Phase::Handed) {
            stage(u"answer"_s, false);
            end({.kind = Kind::Ambiguous,
                 .detail = u"The desktop did not say in time whether it shows the message."_s});
        } else {
            stage(m_phase == Phase::Connecting ? u"connect"_s : u"ask"_s, false);
            end({.kind = Kind::Transient, .detail = u"The desktop did not answer in time."_s});
        }
    });
}

DesktopSender::~DesktopSender()
{
    m_abandoned->store(true);
    if (!m_connection.isEmpty())
        QDBusConnection::disconnectFromBus(m_connection);
}

void DesktopSender::send(const Rendered &rendered, const delivery::AttemptContext &context,
                         std::function<void(Outcome)> done)
{
    ++m_attempt;
    m_note = rendered.body;
    m_done = std::move(done);
    m_bus.clear();
    m_server.clear();
    m_stages.clear();
    m_stageClock.start();
    m_phase = Phase::Connecting;
    m_deadline.start(std::chrono::ceil<std::chrono::milliseconds>(context.timeout));
    if (m_connecting.isRunning()) // Of an earlier attempt, which did not wait for it.
        return;
    if (!m_connection.isEmpty() && !QDBusConnection(m_connection).isConnected())
        QDBusConnection::disconnectFromBus(std::exchange(m_connection, QString()));
    if (m_connection.isEmpty())
        connectToBus();
    else
        QMetaObject::invokeMethod(
            this, [this] { ask(); }, Qt::QueuedConnection);
}

void DesktopSender::connectToBus()
{
    static std::atomic<quint64> number = 0;
    m_connection = u"escalite-desktop-%1"_s.arg(++number);
    auto promise = std::make_shared<QPromise<bool>>();
    promise->start();
    m_connecting.setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, abandoned = m_abandoned, address = m_address, name = m_connection] {
        const bool connected = (address.isEmpty() ? QDBusConnection::connectToBus(QDBusConnection::SessionBus, name)
                                                  : QDBusConnection::connectToBus(address, name))
                                   .isConnected();
        if (!connected || abandoned->load())
            QDBusConnection::disconnectFromBus(name);
        promise->addResult(connected);
        promise->finish();
    });
}

void DesktopSender::ask()
{
    stage(u"connect"_s, true);
    m_phase = Phase::Asking;
    call(QDBusMessage::createMethodCall(u"org.freedesktop.DBus"_s, u"/org/freedesktop/DBus"_s,
                                        u"org.freedesktop.DBus"_s, u"GetId"_s),
         &DesktopSender::takeBus);
}

void DesktopSender::call(const QDBusMessage &message, void (DesktopSender::*taken)(const QDBusMessage &answer))
{
    const int patience = std::max(1, m_deadline.remainingTime() + 1000); // The deadline is ours.
    auto *watcher = new QDBusPendingCallWatcher(QDBusConnection(m_connection).asyncCall(message, patience), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, taken, attempt = m_attempt] {
        watcher->deleteLater();
        if (attempt != m_attempt || !m_done)
            return;
        const QDBusMessage answer = watcher->reply();
        if (answer.type() == QDBusMessage::ErrorMessage)
            fail(answer);
        else
            (this->*taken)(answer);
    });
}

void DesktopSender::takeBus(const QDBusMessage &answer)
{
    m_bus = answer.arguments().value(0).toString();
    call(toServer(u"GetCapabilities"_s), &DesktopSender::takeCapabilities);
}

void DesktopSender::takeCapabilities(const QDBusMessage &answer)
{
    stage(u"ask"_s, true);
    m_server = answer.service();
    m_readsMarkup = answer.arguments().value(0).toStringList().contains(u"body-markup"_s);
    handOver();
}

void DesktopSender::handOver()
{
    const QJsonObject note = QJsonDocument::fromJson(m_note).object();
    QString body = note.value(u"body"_s).toString();
    if (m_readsMarkup)
        body = message::escapeHtml(body);
    // The number means something to this server on this bus alone; another one may have given it to somebody else.
    const QStringList handle = note.value(u"replaces"_s).toString().split(u' ');
    const bool same = handle.size() == 3 && handle.at(1) == m_server && handle.at(2) == m_bus;
    const quint32 replaces = same ? handle.at(0).toUInt() : 0;
    const QVariantMap hints{{u"urgency"_s, QVariant::fromValue(static_cast<uchar>(note.value(u"urgency"_s).toInt(1)))},
                            {u"desktop-entry"_s, u"escalite-console"_s}};
    QDBusMessage message = toServer(u"Notify"_s);
    message.setArguments({u"Escalite Console"_s, replaces, u"dialog-warning"_s, note.value(u"summary"_s).toString(),
                          body, QStringList(), hints, note.value(u"expire"_s).toInt(-1)});
    m_phase = Phase::Handed;
    call(message, &DesktopSender::takeId);
    stage(u"hand over"_s, true);
}

void DesktopSender::takeId(const QDBusMessage &answer)
{
    const quint32 id = answer.arguments().value(0).toUInt();
    stage(u"answer"_s, true);
    end({.kind = Kind::Delivered,
         .detail = u"The desktop took the message."_s,
         .handle = u"%1 %2 %3"_s.arg(QString::number(id), m_server, m_bus)});
}

void DesktopSender::fail(const QDBusMessage &answer)
{
    const QString error = answer.errorName();
    QList<Rendered::Hidden> hidden;
    const QString said =
        message::fit(message::visible(message::redact(answer.errorMessage(), {}, hidden, {})).trimmed(), MaxDetail);
    Outcome outcome;
    if (error == "org.freedesktop.DBus.Error.ServiceUnknown"_L1
        || error == "org.freedesktop.DBus.Error.NameHasNoOwner"_L1
        || error.startsWith("org.freedesktop.DBus.Error.Spawn."_L1))
        outcome = {.kind = Kind::Transient, .detail = u"No program shows notifications on this desktop."_s};
    else if (error == "org.freedesktop.DBus.Error.AccessDenied"_L1)
        outcome = {.kind = Kind::Misconfigured,
                   .detail = u"The desktop does not let this program show notifications."_s};
    else if (m_phase == Phase::Handed && isSilence(error))
        outcome = {.kind = Kind::Ambiguous, .detail = u"The desktop did not say whether it shows the message."_s};
    else
        outcome = {.kind = mayPass(error) ? Kind::Transient : Kind::Permanent,
                   .detail = u"The desktop refused the message: %1"_s.arg(said.isEmpty() ? error : said)};
    stage(m_phase == Phase::Handed ? u"answer"_s : u"ask"_s, false, outcome.detail);
    end(outcome);
}

void DesktopSender::stage(const QString &name, bool ok, const QString &detail)
{
    const auto took = std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(m_stageClock.nsecsElapsed()));
    m_stages.append({.name = name, .took = took, .detail = detail, .ok = ok});
    m_stageClock.start();
}

void DesktopSender::end(Outcome outcome)
{
    m_deadline.stop();
    outcome.stages = std::exchange(m_stages, {});
    std::exchange(m_done, nullptr)(outcome);
}

} // namespace escalite::notifiers
