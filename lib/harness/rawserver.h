// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// An HTTP server without manners: reads requests whole, answers each with the same bytes, then does as told.

#pragma once

#include <QTcpServer>
#include <QTcpSocket>

namespace escalite::harness {

class RawServer : public QTcpServer
{
public:
    enum class Then { Close, Reset, Stay, Flood };

    QByteArray answer;
    Then then = Then::Close;
    QList<QByteArray> requests;
    int connections = 0;

    RawServer()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                ++connections;
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { take(socket); });
                connect(socket, &QTcpSocket::bytesWritten, this, [this, socket] {
                    if (then == Then::Flood && socket->bytesToWrite() == 0 && socket->property("answered").toBool())
                        socket->write(QByteArray(100'000, 'x'));
                });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
        listen(QHostAddress::LocalHost);
    }

    /// The body of the request that came \a number th, from 0.
    [[nodiscard]] QByteArray body(qsizetype number) const
    {
        const QByteArray &request = requests.at(number);
        return request.sliced(request.indexOf("\r\n\r\n") + 4);
    }

private:
    void take(QTcpSocket *socket)
    {
        const QByteArray all = socket->property("all").toByteArray() + socket->readAll();
        socket->setProperty("all", all);
        const qsizetype head = all.indexOf("\r\n\r\n");
        const qsizetype length = all.first(std::max<qsizetype>(head, 0)).toLower().indexOf("\r\ncontent-length: ");
        if (head < 0 || length < 0)
            return;
        const qsizetype body = all.mid(length + 18, all.indexOf('\r', length + 2) - length - 18).toLongLong();
        if (all.size() < head + 4 + body)
            return;
        requests.append(all);
        socket->setProperty("all", QByteArray());
        socket->setProperty("answered", true);
        socket->write(answer);
        socket->flush();
        if (then == Then::Close)
            socket->disconnectFromHost();
        else if (then == Then::Reset)
            socket->abort();
    }
};

} // namespace escalite::harness
