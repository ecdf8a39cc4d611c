// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Stands for the console on a thread of its own.

#include "client/counterpart.h"

#include "http/requestparser.h"
#include "http/responsewriter.h"
#include "ingest/contentcoding.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace escalite::test {

namespace {

constexpr qsizetype BodyLimit = 64 * 1024 * 1024;

void send(int socket, QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const ssize_t sent = ::send(socket, bytes.data(), static_cast<std::size_t>(bytes.size()), MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes = bytes.sliced(sent);
    }
}

int listenAt(int family, const void *address, socklen_t length)
{
    const int listener = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener, static_cast<const sockaddr *>(address), length) == 0)
        ::listen(listener, 16); // Else it would take an address of its own choice.
    return listener;
}

} // namespace

struct Counterpart::Connection
{
    ~Connection() { ::close(socket); }
    int socket = -1;
    http::RequestParser parser{};
};

Counterpart::Counterpart(const QString &place) : m_wake(::eventfd(0, EFD_CLOEXEC))
{
    if (place.startsWith(u'/')) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, QFile::encodeName(place).constData(), sizeof address.sun_path - 1);
        m_listener = listenAt(AF_UNIX, &address, sizeof address);
        m_url = "unix:"_L1 + place;
    } else if (place.contains(u':')) {
        sockaddr_in6 address{};
        socklen_t length = sizeof address;
        address.sin6_family = AF_INET6;
        address.sin6_addr = in6addr_loopback;
        m_listener = listenAt(AF_INET6, &address, length);
        ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &length);
        m_url = u"http://[::1]:%1"_s.arg(ntohs(address.sin6_port));
    } else {
        sockaddr_in address{};
        socklen_t length = sizeof address;
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_listener = listenAt(AF_INET, &address, length);
        ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &length);
        m_url = u"http://%1:%2"_s.arg(place).arg(ntohs(address.sin_port));
    }
    m_thread = std::thread([this] { run(); });
}

Counterpart::~Counterpart()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(m_wake, &one, sizeof one);
    m_thread.join();
    ::close(m_listener);
    ::close(m_wake);
}

void Counterpart::behave(Manners manners)
{
    const std::lock_guard lock(m_mutex);
    m_manners = std::move(manners);
}

QList<Counterpart::Received> Counterpart::received() const
{
    const std::lock_guard lock(m_mutex);
    return {m_received.begin(), m_received.end()};
}

QList<QJsonObject> Counterpart::lines(const QByteArray &path) const
{
    QList<QJsonObject> lines;
    for (const Received &each : received()) {
        if (each.path == path)
            lines += each.lines;
    }
    return lines;
}

std::set<QString> Counterpart::stored() const
{
    const std::lock_guard lock(m_mutex);
    return m_stored;
}

std::map<std::string, quint64> Counterpart::reported() const
{
    std::map<std::string, quint64> reported;
    std::set<qint64> seen;
    for (const QJsonObject &line : lines("/v1/events"_ba)) {
        if (!seen.insert(line["seq"_L1].toInteger()).second)
            continue;
        const QJsonArray discarded = line["discarded"_L1].toArray();
        for (const auto &each : discarded)
            reported[each["reason"_L1].toString().toStdString()] +=
                static_cast<quint64>(each["sessions"_L1].toInteger() + each["events"_L1].toInteger());
    }
    return reported;
}

void Counterpart::run()
{
    while (true) {
        std::vector<pollfd> watched{{.fd = m_wake, .events = POLLIN, .revents = 0},
                                    {.fd = m_listener, .events = POLLIN, .revents = 0}};
        for (const auto &connection : m_connections)
            watched.push_back({.fd = connection->socket, .events = POLLIN, .revents = 0});
        ::poll(watched.data(), watched.size(), -1);
        if (watched[0].revents != 0)
            break;
        for (std::size_t i = m_connections.size(); i > 0; --i) {
            if (watched[i + 1].revents != 0 && !serve(*m_connections[i - 1]))
                m_connections.erase(m_connections.begin() + static_cast<std::ptrdiff_t>(i - 1));
        }
        if (watched[1].revents != 0) {
            m_connections.push_back(std::make_unique<Connection>());
            m_connections.back()->socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        }
    }
    m_connections.clear();
}

/// False when the connection is over.
bool Counterpart::serve(Connection &connection)
{
    std::array<char, 64 * 1024> buffer{};
    const ssize_t size = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
    QByteArrayView bytes(buffer.data(), std::max<ssize_t>(size, 0));
    bool goesOn = size > 0;
    while (goesOn && !bytes.isEmpty()) {
        bytes = bytes.sliced(connection.parser.feed(bytes));
        if (connection.parser.state() == http::RequestParser::State::HeadComplete)
            connection.parser.readBody(BodyLimit);
        if (connection.parser.state() == http::RequestParser::State::Complete)
            goesOn = answer(connection, connection.parser.takeRequest());
        goesOn = goesOn && connection.parser.state() != http::RequestParser::State::Failed;
    }
    return goesOn;
}

bool Counterpart::answer(Connection &connection, const http::Request &request)
{
    Received received{.path = request.path, .headers = request.headers, .at = std::chrono::steady_clock::now()};
    QByteArray body = request.body;
    if (const QByteArray coding = request.header("Content-Encoding"); !coding.isEmpty())
        body = ingest::decoded(body, coding, BodyLimit).value();
    for (const QByteArray &line : body.split('\n')) {
        if (!line.isEmpty())
            received.lines.append(QJsonDocument::fromJson(line).object());
    }
    Manner manner;
    {
        const std::lock_guard lock(m_mutex);
        if (m_manners)
            manner = m_manners(received, static_cast<int>(m_received.size()));
        m_received.push_back(received);
    }
    switch (manner.does) {
    case Does::Answers:
    case Does::Parts: {
        QByteArray wire;
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        http::ResponseWriter().append(wire, manner.response.status == 0 ? store(received) : manner.response, now,
                                      false);
        send(connection.socket, wire);
        return manner.does == Does::Answers;
    }
    case Does::StaysSilent:
        return true;
    case Does::Closes:
        return false;
    case Does::Resets: {
        const linger now{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(connection.socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        return false;
    }
    case Does::TalksGarbage:
        send(connection.socket, "\x16\x03\x01 no HTTP at all\r\n\r\n");
        return true;
    case Does::NeverStops:
        send(connection.socket, "HTTP/1.1 200 OK\r\n" + QByteArray("X-More: and more\r\n").repeated(10'000));
        return true;
    }
    return false;
}

/// As the console: a line that is known already is a duplicate.
http::Response Counterpart::store(const Received &received)
{
    const std::lock_guard lock(m_mutex);
    qsizetype duplicate = 0;
    for (const QJsonObject &line : received.lines) {
        const QString key = line.contains("event"_L1)
                                ? line["client"_L1].toString() + u'#' + QString::number(line["seq"_L1].toInteger())
                                : line["alert_id"_L1].toString();
        duplicate += m_stored.insert(key).second ? 0 : 1;
    }
    return {.status = 200,
            .contentType = "application/json"_ba,
            .body = QJsonDocument(QJsonObject{{u"accepted"_s, received.lines.size() - duplicate},
                                              {u"duplicate"_s, duplicate},
                                              {u"rejected"_s, 0},
                                              {u"results"_s, QJsonArray()}})
                        .toJson(QJsonDocument::Compact)};
}

} // namespace escalite::test
