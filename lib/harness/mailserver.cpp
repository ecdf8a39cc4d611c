// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The sockets under the mail conversations.

#include "harness/mailserver.h"

#include "harness/connectionreset.h"
#include "harness/door.h"

#include <QJsonArray>
#include <QSslSocket>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr qsizetype MostKept = 1'000;
constexpr qint64 MostFlood = 64 * 1024 * 1024; // a client that reads on has failed by then
constexpr qint64 FloodBuffer = 256 * 1024;

} // namespace

struct MailServer::Connection
{
    QSslSocket *socket;
    MailConversation conversation;
    qint64 flooded = 0;
    bool isOver = false; ///< The last wish but StartTls has been done.
};

MailServer::MailServer(MailServerOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
    , m_door(new Door([this](QSslSocket *socket) { accept(socket); }, this))
{
}

MailServer::~MailServer()
{
    m_door->leave(); // Its last signals must not find this half gone.
}

Result<quint16> MailServer::listen(quint16 port)
{
    if (m_options.implicitTls && !m_options.certificates)
        return Error{ErrorCode::Unsupported, u"Implicit TLS needs a certificate."_s};
    if (!m_door->open(port))
        return Error{ErrorCode::Unavailable, u"The mail server cannot listen on 127.0.0.1:%1: %2."_s.arg(
                                                 QString::number(port), m_door->errorString())};
    return m_door->port();
}

bool MailServer::setFault(Fault fault, int times)
{
    if (!isForMail(fault) || (isOfTls(fault) && !m_options.certificates))
        return false;
    m_faults.set(fault, times);
    return m_door->obey(fault);
}

QJsonObject MailServer::config() const
{
    const bool anybody = m_options.rules.user.isEmpty();
    QJsonObject config{{u"smtp_server"_s, u"127.0.0.1"_s},
                       {u"smtp_port"_s, m_door->port()},
                       {u"security"_s, m_options.implicitTls    ? u"tls"_s
                                       : m_options.certificates ? u"starttls"_s
                                                                : u"none"_s},
                       {u"sender_email"_s, anybody ? u"escalite@harness.test"_s : m_options.rules.user},
                       {u"sender_password"_s, anybody ? u"any-password"_s : m_options.rules.password},
                       {u"recipient_emails"_s, QJsonArray{u"ops@harness.test"_s}}};
    if (m_options.certificates)
        config.insert(u"ca_file"_s, m_options.certificates->caFile());
    return config;
}

quint16 MailServer::port() const
{
    return m_door->port();
}

int MailServer::connections() const
{
    return m_door->connections();
}

void MailServer::accept(QSslSocket *socket)
{
    if (m_options.certificates)
        showCertificate(*socket, *m_options.certificates, m_faults);
    MailConversation::Watcher watcher{.received =
                                          [this](const ReceivedMail &mail) {
                                              m_mails.append(mail);
                                              if (m_mails.size() > MostKept)
                                                  m_mails.removeFirst();
                                              Q_EMIT received(mail);
                                          },
                                      .violated =
                                          [this](const QString &what) {
                                              m_violations.append(what);
                                              if (m_violations.size() > MostKept)
                                                  m_violations.removeFirst();
                                              Q_EMIT violated(what);
                                          }};
    const auto connection = std::make_shared<Connection>(
        Connection{socket, MailConversation(m_options.rules, m_faults, m_options.certificates != nullptr,
                                            m_options.implicitTls, std::move(watcher))});

    connect(socket, &QSslSocket::readyRead, socket, [this, connection] { pump(connection); });
    const auto goOnFlooding = [this, connection] {
        if (connection->isOver)
            pump(connection);
    };
    connect(socket, &QSslSocket::bytesWritten, socket, goOnFlooding);
    connect(socket, &QSslSocket::encryptedBytesWritten, socket, goOnFlooding);
    connect(socket, &QSslSocket::encrypted, socket, [this, connection] {
        connection->conversation.encrypted();
        if (m_options.implicitTls)
            connection->conversation.greet();
        pump(connection);
    });
    if (m_options.implicitTls) {
        socket->startServerEncryption();
        return;
    }
    connection->conversation.greet();
    pump(connection);
}

void MailServer::pump(const std::shared_ptr<Connection> &connection)
{
    using Wish = MailConversation::Wish;
    QSslSocket *const socket = connection->socket;
    MailConversation &conversation = connection->conversation;
    const bool inHandshake = socket->mode() != QSslSocket::UnencryptedMode && !socket->isEncrypted();
    if (inHandshake || socket->state() != QAbstractSocket::ConnectedState)
        return;
    if (connection->isOver && conversation.wish() == Wish::Flood) {
        if (socket->bytesToWrite() < FloodBuffer && connection->flooded < MostFlood)
            connection->flooded += socket->write(QByteArray("250-and more to say\r\n").repeated(512));
        return;
    }
    if (connection->isOver)
        return;
    conversation.feed(socket->readAll());
    if (const QByteArray output = conversation.takeOutput(); !output.isEmpty())
        socket->write(output);
    connection->isOver = conversation.wish() != Wish::Nothing && conversation.wish() != Wish::StartTls;
    switch (conversation.wish()) {
    case Wish::Nothing:
    case Wish::Silence:
        break;
    case Wish::StartTls:
        socket->flush();
        socket->startServerEncryption();
        break;
    case Wish::Close:
        socket->disconnectFromHost();
        break;
    case Wish::Abort:
        resetConnection(*socket);
        break;
    case Wish::Flood:
        QTimer::singleShot(0, socket, [this, connection] { pump(connection); });
        break;
    }
}

} // namespace escalite::harness
