// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Where notifications go to in measurements: takes POSTs and mails on loopback as fast as one thread can, and judges
// nothing. Independent of our own HTTP and SMTP code. Prints its two ports; ends with its input.
//
//   notifysink [delay-ms]   every HTTP answer comes so much later

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <string>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Connection
{
    bool mail = false;
    bool inMessage = false;
    std::string in;
};

struct Late
{
    Clock::time_point at;
    int descriptor;
};

const std::string HttpAnswer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";

int listenOnLoopback(int &port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *plain = reinterpret_cast<sockaddr *>(&address);
    if (::bind(descriptor, plain, size) != 0 || ::listen(descriptor, 128) != 0
        || ::getsockname(descriptor, plain, &size) != 0)
        std::exit(69);
    port = ntohs(address.sin_port);
    return descriptor;
}

void say(int descriptor, const std::string &text)
{
    if (::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL) < 0)
        return; // Its reading end will tell.
}

/// How many whole requests are taken from the front of \a in.
int takeRequests(std::string &in)
{
    int taken = 0;
    while (true) {
        const std::size_t head = in.find("\r\n\r\n");
        if (head == std::string::npos)
            return taken;
        std::size_t length = 0;
        for (std::size_t line = 0; line < head; line = in.find("\r\n", line) + 2) {
            if (::strncasecmp(in.c_str() + line, "content-length:", 15) == 0)
                length = std::strtoul(in.c_str() + line + 15, nullptr, 10);
        }
        if (in.size() < head + 4 + length)
            return taken;
        in.erase(0, head + 4 + length);
        ++taken;
    }
}

void answerMail(int descriptor, Connection &connection)
{
    std::string out;
    while (true) {
        if (connection.inMessage) {
            const std::size_t end = connection.in.find("\r\n.\r\n");
            if (end == std::string::npos) {
                if (connection.in.size() > 4)
                    connection.in.erase(0, connection.in.size() - 4);
                break;
            }
            connection.in.erase(0, end + 5);
            connection.inMessage = false;
            out += "250 2.0.0 kept\r\n";
            continue;
        }
        const std::size_t end = connection.in.find("\r\n");
        if (end == std::string::npos)
            break;
        const std::string line = connection.in.substr(0, end);
        connection.in.erase(0, end + 2);
        if (::strncasecmp(line.c_str(), "EHLO", 4) == 0) {
            out += "250-sink.test\r\n250-PIPELINING\r\n250 SIZE 10485760\r\n";
        } else if (::strncasecmp(line.c_str(), "DATA", 4) == 0) {
            connection.inMessage = true;
            out += "354 go ahead\r\n";
        } else if (::strncasecmp(line.c_str(), "QUIT", 4) == 0) {
            out += "221 bye\r\n";
        } else {
            out += "250 ok\r\n";
        }
    }
    if (!out.empty())
        say(descriptor, out);
}

} // namespace

int main(int argc, char **argv)
{
    const std::chrono::milliseconds delay(argc > 1 ? std::atoi(argv[1]) : 0);
    int httpPort = 0;
    int mailPort = 0;
    const int http = listenOnLoopback(httpPort);
    const int mail = listenOnLoopback(mailPort);
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    for (const int descriptor : {http, mail, STDIN_FILENO}) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptor;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event);
    }
    std::printf("%d %d\n", httpPort, mailPort);
    std::fflush(stdout);

    std::map<int, Connection> connections;
    std::deque<Late> late;
    std::string buffer(256 * 1024, '\0');
    while (true) {
        int wait = -1;
        if (!late.empty())
            wait = std::max(
                0,
                static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(late.front().at - Clock::now()).count()));
        epoll_event event{};
        const int ready = ::epoll_wait(poll, &event, 1, wait);
        for (; !late.empty() && late.front().at <= Clock::now(); late.pop_front())
            say(late.front().descriptor, HttpAnswer);
        if (ready < 1)
            continue;
        const int descriptor = event.data.fd;
        if (descriptor == STDIN_FILENO)
            return 0;
        if (descriptor == http || descriptor == mail) {
            const int accepted = ::accept4(descriptor, nullptr, nullptr, SOCK_CLOEXEC);
            const int on = 1;
            ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            connections[accepted].mail = descriptor == mail;
            event.events = EPOLLIN;
            event.data.fd = accepted;
            ::epoll_ctl(poll, EPOLL_CTL_ADD, accepted, &event);
            if (descriptor == mail)
                say(accepted, "220 sink.test ESMTP\r\n");
            continue;
        }
        const ssize_t length = ::recv(descriptor, buffer.data(), buffer.size(), 0);
        if (length <= 0) {
            ::close(descriptor);
            connections.erase(descriptor);
            continue;
        }
        Connection &connection = connections[descriptor];
        connection.in.append(buffer, 0, static_cast<std::size_t>(length));
        if (connection.mail) {
            answerMail(descriptor, connection);
            continue;
        }
        for (int request = takeRequests(connection.in); request > 0; --request) {
            if (delay.count() > 0)
                late.push_back({Clock::now() + delay, descriptor});
            else
                say(descriptor, HttpAnswer);
        }
    }
}
