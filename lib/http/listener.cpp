// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/listener.h"

#include <QFile>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace escalite::http {

namespace {

/// Waiting clients that the kernel keeps for us.
constexpr int Backlog = 256;
/// Accepted in one turn of the event loop.
constexpr int AcceptsInOneTurn = 64;

/// Room for any address we bind, seen as what the system calls want.
union SocketAddress {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
    sockaddr_un local;
};

QString systemError(int error)
{
    return QString::fromLocal8Bit(std::strerror(error));
}

int openReserve()
{
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

} // namespace

Listener::Listener(int descriptor, Kind kind)
    : m_descriptor(descriptor)
    , m_reserve(openReserve())
    , m_kind(kind)
    , m_pending(descriptor, QSocketNotifier::Read)
{
    m_pending.setEnabled(false);
    connect(&m_pending, &QSocketNotifier::activated, this, &Listener::acceptAll);
}

Listener::~Listener()
{
    m_pending.setEnabled(false);
    ::close(m_descriptor);
    if (m_reserve >= 0)
        ::close(m_reserve);
    if (!m_path.isEmpty())
        QFile::remove(m_path);
}

std::unique_ptr<Listener> Listener::tcp(const QHostAddress &address, quint16 port, BindFailure &failure,
                                        QString &system)
{
    SocketAddress where{};
    socklen_t length = 0;
    if (address.protocol() == QAbstractSocket::IPv6Protocol) {
        where.v6.sin6_family = AF_INET6;
        where.v6.sin6_port = htons(port);
        const Q_IPV6ADDR bytes = address.toIPv6Address();
        std::memcpy(&where.v6.sin6_addr, &bytes, sizeof bytes);
        length = sizeof where.v6;
    } else {
        where.v4.sin_family = AF_INET;
        where.v4.sin_port = htons(port);
        where.v4.sin_addr.s_addr = htonl(address.toIPv4Address());
        length = sizeof where.v4;
    }
    const int descriptor = ::socket(where.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    // With SO_REUSEADDR old connections in TIME_WAIT do not hold the port; another listener still does.
    const bool listening =
        descriptor >= 0 && ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
        && (where.any.sa_family != AF_INET6 || ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0)
        && ::bind(descriptor, &where.any, length) == 0 && ::listen(descriptor, Backlog) == 0;
    if (!listening) {
        const int error = errno;
        failure = error == EADDRINUSE                               ? BindFailure::InUse
                  : error == EAFNOSUPPORT || error == EADDRNOTAVAIL ? BindFailure::FamilyAbsent
                                                                    : BindFailure::Other;
        system = systemError(error);
        if (descriptor >= 0)
            ::close(descriptor);
        return nullptr;
    }
    return std::unique_ptr<Listener>(new Listener(descriptor, Kind::Tcp));
}

std::unique_ptr<Listener> Listener::local(const QString &path, QString &system)
{
    const QByteArray file = QFile::encodeName(path);
    SocketAddress where{};
    where.local.sun_family = AF_UNIX;
    if (file.isEmpty() || static_cast<std::size_t>(file.size()) >= sizeof where.local.sun_path) {
        system = systemError(ENAMETOOLONG);
        return nullptr;
    }
    std::memcpy(where.local.sun_path, file.constData(), static_cast<std::size_t>(file.size()));
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    // Linux gives the file the mode of the socket, so that there is no moment in which others could connect.
    const bool bound = descriptor >= 0 && ::fchmod(descriptor, S_IRUSR | S_IWUSR) == 0
                       && ::bind(descriptor, &where.any, sizeof where.local) == 0;
    const bool listening =
        bound && ::chmod(file.constData(), S_IRUSR | S_IWUSR) == 0 && ::listen(descriptor, Backlog) == 0;
    if (!listening) {
        system = systemError(errno);
        if (bound)
            ::unlink(file.constData());
        if (descriptor >= 0)
            ::close(descriptor);
        return nullptr;
    }
    std::unique_ptr<Listener> listener(new Listener(descriptor, Kind::Local));
    listener->m_path = path;
    return listener;
}

quint16 Listener::port() const
{
    SocketAddress where{};
    socklen_t length = sizeof where;
    if (::getsockname(m_descriptor, &where.any, &length) != 0)
        return 0;
    return ntohs(where.any.sa_family == AF_INET6 ? where.v6.sin6_port : where.v4.sin_port);
}

void Listener::start(Taker taker)
{
    m_take = std::move(taker);
    m_pending.setEnabled(true);
}

void Listener::setAccepting(bool on)
{
    if (on)
        m_ranOut = false;
    if (m_pending.isEnabled() != on)
        m_pending.setEnabled(on);
}

void Listener::acceptAll()
{
    for (int i = 0; i < AcceptsInOneTurn; ++i) {
        const int descriptor = ::accept4(m_descriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            if (errno == EAGAIN)
                return;
            turnOneAway();
            return;
        }
        if (m_kind == Kind::Tcp) {
            const int on = 1;
            ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        } else {
            ucred peer{};
            socklen_t length = sizeof peer;
            const bool ours = ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0
                              && (peer.uid == ::geteuid() || peer.uid == 0);
            if (!ours) {
                ::close(descriptor);
                continue;
            }
        }
        if (!m_take(descriptor, m_kind))
            return;
    }
}

/// No descriptor is left: with the reserve one waiting client gets an answer, and the rest wait without our spinning.
void Listener::turnOneAway()
{
    m_pending.setEnabled(false);
    m_ranOut = true;
    if (m_reserve >= 0) {
        ::close(m_reserve);
        const int descriptor = ::accept4(m_descriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            constexpr std::string_view Answer = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
                                                "Content-Length: 0\r\nConnection: close\r\n\r\n";
            [[maybe_unused]] const ssize_t sent = ::send(descriptor, Answer.data(), Answer.size(), MSG_NOSIGNAL);
            ::shutdown(descriptor, SHUT_WR);
            ::close(descriptor);
        }
        m_reserve = openReserve();
    }
    Q_EMIT descriptorsExhausted();
}

} // namespace escalite::http
