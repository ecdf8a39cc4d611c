// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/exchange.h"

#include <QFile>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace escalite::client {

namespace {

/// The console closes what idles for 15 s.
constexpr auto LongestIdle = std::chrono::seconds(10);

QString textOf(int error)
{
    return QString::fromStdString(std::generic_category().message(error));
}

/// Nobody listens: on a port of one's own range a connection can meet itself.
bool isOwnEnd(int socket)
{
    sockaddr_storage here{};
    sockaddr_storage there{};
    socklen_t hereLength = sizeof here;
    socklen_t thereLength = sizeof there;
    return ::getsockname(socket, reinterpret_cast<sockaddr *>(&here), &hereLength) == 0
           && ::getpeername(socket, reinterpret_cast<sockaddr *>(&there), &thereLength) == 0
           && here.ss_family != AF_UNIX && hereLength == thereLength && std::memcmp(&here, &there, hereLength) == 0;
}

} // namespace

Deadline::Deadline() : m_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Deadline::~Deadline()
{
    close();
}

void Deadline::close()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
}

void Deadline::set(Clock::time_point time)
{
    Clock::rep before = m_time.load();
    const Clock::rep wanted = time.time_since_epoch().count();
    while (wanted < before && !m_time.compare_exchange_weak(before, wanted)) {
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(m_descriptor, &one, sizeof one);
}

Answer Exchange::post(QByteArrayView head, QByteArrayView body, std::chrono::milliseconds timeout)
{
    const Clock::time_point until = Clock::now() + timeout;
    if (m_socket >= 0 && isStale())
        disconnect();
    const bool isReused = m_socket >= 0;
    Attempt result = attempt(head, body, until);
    if (isReused && result.wasClosed)
        result = attempt(head, body, until);
    return std::move(result.answer);
}

Exchange::Attempt Exchange::attempt(QByteArrayView head, QByteArrayView body, Clock::time_point until)
{
    Attempt result;
    if (m_socket < 0) {
        result.answer.trouble = connect(until);
        if (!result.answer.trouble.isEmpty())
            return result;
    }
    http::ResponseParser parser;
    qsizetype sent = 0;
    const qsizetype all = head.size() + body.size();
    bool hears = true; // The other side still takes what is sent.
    const auto fail = [&](const QString &trouble) {
        disconnect();
        result.answer.trouble = trouble;
        return result;
    };
    bool saysMore = false; // Than the answer.
    std::array<char, 16 * 1024> buffer{};
    while (parser.state() != http::ResponseParser::State::Complete) {
        const bool sends = hears && sent < all;
        const short ready = wait(static_cast<short>(sends ? POLLIN | POLLOUT : POLLIN), until);
        if (ready == 0)
            return fail(u"no answer in time"_s);
        if (sends && (ready & POLLOUT) != 0) {
            const bool inHead = sent < head.size();
            const QByteArrayView part = inHead ? head.sliced(sent) : body.sliced(sent - head.size());
            const ssize_t written = ::send(m_socket, part.data(), static_cast<std::size_t>(part.size()),
                                           MSG_NOSIGNAL | (inHead && !body.isEmpty() ? MSG_MORE : 0));
            if (written > 0)
                sent += written;
            else if (errno != EAGAIN && errno != EINTR)
                hears = false; // There may be an answer that says why.
        }
        if ((ready & ~POLLOUT) == 0)
            continue;
        const ssize_t read = ::recv(m_socket, buffer.data(), buffer.size(), 0);
        if (read < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (read < 0) {
            result.wasClosed = parser.isEmpty() && errno == ECONNRESET;
            return fail(textOf(errno));
        }
        if (read == 0) {
            result.wasClosed = parser.isEmpty();
            parser.close();
        } else {
            saysMore = parser.feed(QByteArrayView(buffer.data(), read)) < read;
        }
        if (parser.state() == http::ResponseParser::State::Failed)
            return fail(QString::fromLatin1(parser.reason()).chopped(1));
    }
    const bool keeps = parser.keepsAlive() && sent == all && !saysMore;
    result.answer.response = parser.takeResponse();
    m_used = Clock::now();
    if (!keeps)
        disconnect();
    return result;
}

/// What poll() says of the connection, 0 when the time is over.
short Exchange::wait(short events, Clock::time_point until) const
{
    while (true) {
        const Clock::time_point end = m_end.time();
        const auto left = std::min(until, end) - Clock::now();
        if (left <= Clock::duration::zero())
            return 0;
        const bool isEnding = end != Clock::time_point::max();
        std::array<pollfd, 2> watched{{{.fd = m_socket, .events = events, .revents = 0},
                                       {.fd = isEnding ? -1 : m_end.descriptor(), .events = POLLIN, .revents = 0}}};
        const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
        ::poll(watched.data(), watched.size(), static_cast<int>(std::min<std::int64_t>(milliseconds, 60'000)));
        if (watched[0].revents != 0)
            return watched[0].revents;
    }
}

/// Closed meanwhile, or about to be, or saying what nobody asked for.
bool Exchange::isStale() const
{
    pollfd watched{.fd = m_socket, .events = POLLIN, .revents = 0};
    return Clock::now() - m_used > LongestIdle || ::poll(&watched, 1, 0) != 0;
}

QString Exchange::connect(Clock::time_point until)
{
    if (!m_address.socket.isEmpty()) {
        sockaddr_un unixAddress{};
        unixAddress.sun_family = AF_UNIX;
        const QByteArray path = QFile::encodeName(m_address.socket);
        std::memcpy(unixAddress.sun_path, path.constData(), static_cast<std::size_t>(path.size()));
        return connectTo(AF_UNIX, &unixAddress, sizeof unixAddress, until);
    }
    const bool isName = m_address.host == "localhost"_L1;
    QString trouble;
    sockaddr_in ip4{};
    ip4.sin_family = AF_INET;
    ip4.sin_port = htons(m_address.port);
    const QByteArray host = isName ? "127.0.0.1"_ba : m_address.host.toLatin1();
    if (::inet_pton(AF_INET, host.constData(), &ip4.sin_addr) == 1) {
        trouble = connectTo(AF_INET, &ip4, sizeof ip4, until);
        if (trouble.isEmpty() || !isName)
            return trouble;
    }
    sockaddr_in6 ip6{};
    ip6.sin6_family = AF_INET6;
    ip6.sin6_port = htons(m_address.port);
    if (::inet_pton(AF_INET6, isName ? "::1" : host.constData(), &ip6.sin6_addr) != 1)
        return textOf(EAFNOSUPPORT);
    const QString other = connectTo(AF_INET6, &ip6, sizeof ip6, until);
    return other.isEmpty() || trouble.isEmpty() ? other : trouble;
}

QString Exchange::connectTo(int family, const void *address, unsigned length, Clock::time_point until)
{
    m_socket = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (m_socket < 0)
        return textOf(errno);
    const auto fail = [this](const QString &trouble) {
        disconnect();
        return trouble;
    };
    if (::connect(m_socket, static_cast<const sockaddr *>(address), length) != 0) {
        if (errno != EINPROGRESS)
            return fail(textOf(errno));
        if (wait(POLLOUT, until) == 0)
            return fail(u"no connection in time"_s);
        int error = 0;
        socklen_t size = sizeof error;
        if (::getsockopt(m_socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
            return fail(textOf(error));
    }
    if (isOwnEnd(m_socket))
        return fail(textOf(ECONNREFUSED));
    if (family != AF_UNIX) {
        const int one = 1;
        ::setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    m_used = Clock::now();
    return {};
}

void Exchange::disconnect()
{
    // In this order: what a fork finds here is never the number of another file.
    if (const int socket = m_socket.exchange(-1); socket >= 0)
        ::close(socket);
}

} // namespace escalite::client
