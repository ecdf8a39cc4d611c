// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The sockets under the mail conversations.

#include "harness/mailserver.h"

#include "harness/connectionreset.h"

#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>
#include <QTimer>

#include <functional>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr qsizetype MostKept = 1'000;
constexpr qint64 MostFlood = 64 * 1024 * 1024; // a client that reads on has failed by then
constexpr qint64 FloodBuffer = 256 * 1024;

/// Hands descriptors on, so that the sockets can be QSslSockets.
class Door final : public QTcpServer
{
public:
    Door(std::function<void(qintptr)> accept, QObject *parent) : QTcpServer(parent), m_accept(std::move(accept)) {}

protected:
    void incomingConnection(qintptr descriptor) override { m_accept(descriptor); }

private:
    std::function<void(qintptr)> m_accept;
};

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
    , m_server(new Door([this](qintptr descriptor) { accept(descriptor); }, this))
{
}

MailServer::~MailServer()
{
    m_server->close();
    // Sockets are children of this; their last signals must not find a half-gone server.
    const QList<QSslSocket *> sockets = findChildren<QSslSocket *>();
    for (QSslSocket *socket : sockets) {
        socket->disconnect();
        socket->abort();
    }
}

Result<quint16> MailServer::listen(quint16 port)
{
    if (m_options.implicitTls && !m_options.certificate)
        return Error{ErrorCode::Unsupported, u"Implicit TLS needs a certificate."_s};
    if (!m_server->listen(QHostAddress::LocalHost, port))
        return Error{ErrorCode::Unavailable, u"The mail server cannot listen on 127.0.0.1:%1: %2."_s.arg(
                                                 QString::number(port), m_server->errorString())};
    return m_server->serverPort();
}

bool MailServer::setFault(Fault fault, int times)
{
    if (!isForMail(fault))
        return false;
    m_faults.set(fault, times);
    return true;
}

quint16 MailServer::port() const
{
    return m_server->serverPort();
}

void MailServer::accept(qintptr descriptor)
{
    auto *socket = new QSslSocket(this);
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        return;
    }
    ++m_connections;
    if (m_options.certificate) {
        QSslConfiguration tls = socket->sslConfiguration();
        tls.setLocalCertificate(m_options.certificate->certificate());
        tls.setPrivateKey(m_options.certificate->key());
        tls.setProtocol(QSsl::TlsV1_2OrLater);
        tls.setPeerVerifyMode(QSslSocket::VerifyNone); // clients have no certificate
        socket->setSslConfiguration(tls);
    }
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
        Connection{socket, MailConversation(m_options.rules, m_faults, m_options.certificate != nullptr,
                                            m_options.implicitTls, std::move(watcher))});

    connect(socket, &QSslSocket::disconnected, socket, &QObject::deleteLater);
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
