// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/streamsocket.h"

#include <QPointer>

#include <cerrno>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace escalite::http {

StreamSocket::StreamSocket(int descriptor, Readiness &readiness, QObject *parent)
    : QIODevice(parent)
    , m_descriptor(descriptor)
    , m_readiness(readiness)
{
    open(QIODevice::ReadWrite | QIODevice::Unbuffered);
    setWanted(EPOLLIN, true);
}

StreamSocket::~StreamSocket()
{
    StreamSocket::close();
}

void StreamSocket::close()
{
    if (m_descriptor < 0)
        return;
    setWanted(EPOLLIN | EPOLLOUT, false);
    QIODevice::close();
    ::close(m_descriptor);
    m_descriptor = -1;
    m_ended = true;
    m_broken = true;
    m_unsent.clear();
    m_unsentFrom = 0;
}

void StreamSocket::setReading(bool on)
{
    if (m_descriptor >= 0 && !m_ended)
        setWanted(EPOLLIN, on);
}

void StreamSocket::setWanted(quint32 what, bool on)
{
    const quint32 now = on ? m_wanted | what : m_wanted & ~what;
    m_readiness.change(m_descriptor, *this, std::exchange(m_wanted, now), now);
}

void StreamSocket::becomeReady(bool readable, bool writable)
{
    if (readable && (m_wanted & EPOLLIN) != 0) {
        const QPointer<StreamSocket> self(this);
        becomeReadable();
        if (!self)
            return;
    }
    if (writable && (m_wanted & EPOLLOUT) != 0)
        becomeWritable();
}

void StreamSocket::finishWriting()
{
    m_finishing = true;
    if (m_descriptor >= 0 && bytesToWrite() == 0)
        ::shutdown(m_descriptor, SHUT_WR);
}

void StreamSocket::becomeReadable()
{
    Q_EMIT readyRead();
    if (m_ended && !m_toldEnd && m_descriptor >= 0) {
        m_toldEnd = true;
        Q_EMIT readChannelFinished();
    }
}

qint64 StreamSocket::readData(char *data, qint64 maxSize)
{
    if (m_ended)
        return -1;
    ssize_t count = 0;
    do {
        count = ::recv(m_descriptor, data, static_cast<size_t>(maxSize), 0);
    } while (count < 0 && errno == EINTR);
    if (count > 0)
        return count;
    if (count < 0 && errno == EAGAIN)
        return 0;
    m_ended = true;
    m_broken = m_broken || count < 0;
    setWanted(EPOLLIN, false);
    return -1;
}

/// Returns how many bytes the kernel took; marks the socket broken when it will take no more.
qint64 StreamSocket::send(const char *data, qint64 size)
{
    qint64 sent = 0;
    while (sent < size) {
        const ssize_t count = ::send(m_descriptor, data + sent, static_cast<size_t>(size - sent), MSG_NOSIGNAL);
        if (count >= 0) {
            sent += count;
        } else if (errno != EINTR) {
            m_broken = m_broken || errno != EAGAIN;
            break;
        }
    }
    return sent;
}

qint64 StreamSocket::writeData(const char *data, qint64 size)
{
    if (m_broken)
        return -1;
    const qint64 sent = bytesToWrite() == 0 ? send(data, size) : 0;
    if (m_broken)
        return -1;
    if (sent < size) {
        m_unsent.append(data + sent, static_cast<qsizetype>(size - sent));
        setWanted(EPOLLOUT, true);
    }
    return size;
}

void StreamSocket::becomeWritable()
{
    const qint64 sent = send(m_unsent.constData() + m_unsentFrom, bytesToWrite());
    m_unsentFrom += static_cast<qsizetype>(sent);
    if (m_broken || bytesToWrite() == 0) {
        setWanted(EPOLLOUT, false);
        m_unsent.clear();
        m_unsentFrom = 0;
        if (m_finishing && !m_broken)
            ::shutdown(m_descriptor, SHUT_WR);
    }
    Q_EMIT bytesWritten(sent);
}

} // namespace escalite::http
