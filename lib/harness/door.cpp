// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "harness/door.h"

#include "harness/certificate.h"

#include <QSslConfiguration>
#include <QSslSocket>

namespace escalite::harness {

bool Door::open(quint16 port)
{
    if (!listen(QHostAddress::LocalHost, port))
        return false;
    m_port = serverPort();
    return true;
}

bool Door::obey(Fault fault)
{
    if (fault == Fault::Absent)
        close();
    else if (m_port != 0 && !isListening())
        return listen(QHostAddress::LocalHost, m_port);
    return true;
}

void Door::leave()
{
    close();
    const QList<QSslSocket *> sockets = findChildren<QSslSocket *>();
    for (QSslSocket *socket : sockets) {
        socket->disconnect();
        socket->abort();
    }
}

void Door::incomingConnection(qintptr descriptor)
{
    auto *socket = new QSslSocket(this);
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        return;
    }
    ++m_connections;
    connect(socket, &QSslSocket::disconnected, socket, &QObject::deleteLater);
    m_accept(socket);
}

void showCertificate(QSslSocket &socket, const Certificates &certificates, FaultSwitch &faults)
{
    const Fault fault = isOfTls(faults.fault()) ? faults.fault() : Fault::None;
    (void)faults.strikes(fault);
    const Certificate &shown = certificates.shownUnder(fault);
    QSslConfiguration tls = socket.sslConfiguration();
    tls.setLocalCertificate(shown.certificate());
    tls.setPrivateKey(shown.key());
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    tls.setPeerVerifyMode(QSslSocket::VerifyNone); // clients have no certificate
    socket.setSslConfiguration(tls);
}

} // namespace escalite::harness
