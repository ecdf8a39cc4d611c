// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Posts session documents to an HTTP endpoint from one thread: a closed loop over keep-alive connections, or at a fixed
// rate with the latency counted from the scheduled time. Independent of our own HTTP code. Prints one line of JSON.
// With --print N it prints N documents as lines instead.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Settings
{
    std::string host = "127.0.0.1";
    int port = 4377;
    std::string path = "/v1/sessions";
    std::string token;
    std::string body; ///< "alerts" = what Alertmanager reads; otherwise sessions.
    int connections = 64;
    int batch = 1;
    double seconds = 3;
    double rate = 0; ///< Requests per second; 0 = closed loop.
};

/// Documents as Python Escalite writes them: about 1.6 kB, varied, a tenth of them failing.
class Documents
{
public:
    explicit Documents(std::uint64_t seed) : m_random(seed) {}

    std::string next()
    {
        static const char *const services[] = {"auth-service",    "cart-service", "pricing-service",
                                               "payment-gateway", "inventory",    "mail-relay"};
        struct Path
        {
            const char *before;
            bool numbered;
            const char *behind;
        };
        static const Path paths[] = {{"/checkout", false, ""},    {"/cart/", true, ""},
                                     {"/v2/products/", true, ""}, {"/search?q=lamp+", true, ""},
                                     {"/oauth/token", false, ""}, {"/orders/", true, "/items"}};
        const bool fails = pick(10) == 0;
        const double start = 1795337863.0 + static_cast<double>(m_count) * 0.001;
        double at = start;
        std::string calls;
        char text[512];
        const int count = 2 + pick(4);
        for (int i = 0; i < count; ++i) {
            const double from = at;
            at += 0.001 + pick(90'000) / 1e6;
            const bool bad = fails && i == count - 1;
            std::snprintf(text, sizeof text,
                          ", \"%s-%d\": {\"value\": null, \"code\": %d, \"message\": \"%s\", \"log_level\": \"%s\", "
                          "\"log_time\": %.6f, "
                          "\"url\": \"http://%s.internal/v1/%x\", \"start_time\": %.6f, \"end_time\": %.6f, "
                          "\"time_elapsed\": %.6f}",
                          services[pick(6)], i, bad ? 504 : 200, bad ? "upstream request timeout" : "completed",
                          bad ? "error" : "info", at, services[pick(6)], static_cast<unsigned>(pick(1 << 24)), from, at,
                          at - from);
            calls += text;
        }
        const Path &chosen = paths[pick(6)];
        const std::string path =
            chosen.before + (chosen.numbered ? std::to_string(pick(100'000)) : std::string()) + chosen.behind;
        std::string document = "{\"alert_id\": \"" + id() + "\", \"api_logs\": {\"log_level\": \"info\", ";
        std::snprintf(text, sizeof text,
                      "\"request_method\": {\"value\": \"%s\", \"code\": null, \"message\": null, \"log_level\": "
                      "\"info\", \"log_time\": %.6f}, "
                      "\"request_path\": {\"value\": \"%s\", \"code\": null, \"message\": null, \"log_level\": "
                      "\"info\", \"log_time\": %.6f}, ",
                      pick(2) != 0 ? "GET" : "POST", start, path.c_str(), start);
        document += text;
        std::snprintf(text, sizeof text,
                      "\"customer\": {\"value\": \"cus_%08x\", \"code\": null, \"message\": null, \"log_level\": "
                      "\"info\", \"log_time\": %.6f}, "
                      "\"response_status\": {\"value\": %d, \"code\": %d, \"message\": null, \"log_level\": \"info\", "
                      "\"log_time\": %.6f}}, ",
                      static_cast<unsigned>(pick(1 << 30)), start, fails ? 504 : 200, fails ? 504 : 200, at);
        document += text;
        document +=
            "\"service_logs\": {\"log_level\": \"" + std::string(fails ? "error" : "info") + "\"" + calls + "}, ";
        document += fails ? "\"error_logs\": {\"log_level\": \"error\", \"payment\": {\"value\": null, \"code\": 504, "
                            "\"message\": \"no answer within 5 "
                            "s\", \"log_level\": \"error\", \"log_time\": 1795337863.88}}, "
                          : "\"error_logs\": {}, ";
        std::snprintf(text, sizeof text,
                      "\"log_level\": \"%s\", \"start_time\": %.6f, \"end_time\": %.6f, \"log_date\": \"2026-11-22 "
                      "08:57:43\", \"time_elapsed\": %.6f}",
                      fails ? "error" : "info", start, at, at - start);
        ++m_count;
        return document + text;
    }

    std::string nextAlert()
    {
        return "{\"labels\": {\"alertname\": \"failing\", \"session\": \"" + id()
               + "\", \"service\": \"checkout-api\"}, \"annotations\": {\"summary\": \"no answer\"}}";
    }

    /// Writes other random digits over the UUID at \a at; its dashes, version and variant stay.
    void renewId(char *at)
    {
        static const char digits[] = "0123456789abcdef";
        for (const int half : {0, 18}) {
            std::uint64_t random = m_random();
            for (int i = half; i < half + 18; ++i, random >>= 4) {
                if (i >= half + 16)
                    random = random * 0x9E3779B97F4A7C15U + m_count;
                if (at[i] != '-' && i != 14 && i != 19)
                    at[i] = digits[random & 15];
            }
        }
    }

private:
    int pick(int below) { return static_cast<int>(m_random() % static_cast<std::uint64_t>(below)); }
    std::string id()
    {
        char text[40];
        const std::uint64_t high = m_random();
        const std::uint64_t low = m_random();
        std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(high >> 32),
                      static_cast<unsigned>(high >> 16 & 0xffff), static_cast<unsigned>(high & 0xfff),
                      static_cast<unsigned>(low & 0xfff), static_cast<unsigned long long>(low >> 16));
        return text;
    }

    std::mt19937_64 m_random;
    std::uint64_t m_count = 0;
};

struct Connection
{
    int socket = -1;
    std::string out;
    std::size_t sent = 0;
    std::string in;
    std::deque<Clock::time_point> asked; ///< When each answer that is due was wanted.
    bool busy = false;
};

class Run
{
public:
    explicit Run(Settings settings) : m_settings(std::move(settings)), m_documents(std::random_device{}()) {}

    int go()
    {
        m_poll = epoll_create1(0);
        m_connections.resize(static_cast<std::size_t>(m_settings.connections));
        // Made beforehand, so that the generator's own work does not limit the server.
        const std::size_t pool = m_settings.batch > 1 ? 400 : 20'000;
        for (std::size_t i = 0; i < pool; ++i) {
            m_requests.push_back(request());
            m_ids.push_back(idsOf(m_requests.back()));
        }
        for (std::size_t i = 0; i < m_connections.size(); ++i) {
            if (!connect(i))
                return 1;
        }
        const Clock::time_point begin = Clock::now();
        m_end = begin + std::chrono::microseconds(static_cast<long long>(m_settings.seconds * 1e6));
        const auto gap =
            std::chrono::nanoseconds(m_settings.rate > 0 ? static_cast<long long>(1e9 / m_settings.rate) : 0);
        Clock::time_point next = begin;
        if (m_settings.rate <= 0) {
            for (std::size_t i = 0; i < m_connections.size(); ++i)
                ask(i, Clock::now());
        }
        epoll_event events[128];
        while (Clock::now() < m_end || m_open > 0) {
            if (Clock::now() > m_end + std::chrono::seconds(10))
                break;
            if (m_settings.rate > 0) {
                for (Clock::time_point now = Clock::now(); next <= now && next < m_end; next += gap) {
                    if (const int free = freeConnection(); free >= 0)
                        ask(static_cast<std::size_t>(free), next);
                    else
                        ++m_late;
                }
            }
            const int ready = epoll_wait(m_poll, events, 128, m_settings.rate > 0 ? 0 : 100);
            for (int i = 0; i < ready; ++i)
                handle(events[i].data.u32, events[i].events);
        }
        report(std::chrono::duration<double>(std::min(Clock::now(), m_end) - begin).count());
        return 0;
    }

private:
    std::string request()
    {
        std::string body;
        if (m_settings.body == "alerts") {
            body = "[";
            for (int i = 0; i < m_settings.batch; ++i)
                body += (i != 0 ? "," : "") + m_documents.nextAlert();
            body += "]";
        } else {
            for (int i = 0; i < m_settings.batch; ++i)
                body += m_documents.next() + (m_settings.batch > 1 ? "\n" : "");
        }
        const bool lines = m_settings.batch > 1 && m_settings.body != "alerts";
        std::string head = "POST " + m_settings.path + " HTTP/1.1\r\nHost: " + m_settings.host + ":"
                           + std::to_string(m_settings.port) + "\r\nContent-Type: application/"
                           + (lines ? "x-ndjson" : "json") + "\r\nContent-Length: " + std::to_string(body.size());
        if (!m_settings.token.empty())
            head += "\r\nAuthorization: Bearer " + m_settings.token;
        return head + "\r\n\r\n" + body;
    }

    /// Where the ids of its sessions or alerts stand in \a request.
    static std::vector<std::size_t> idsOf(const std::string &request)
    {
        std::vector<std::size_t> places;
        for (const std::string_view key : {"\"alert_id\": \"", "\"session\": \""}) {
            for (std::size_t at = request.find(key); at != std::string::npos; at = request.find(key, at))
                places.push_back(at += key.size());
        }
        return places;
    }

    bool connect(std::size_t index)
    {
        Connection &connection = m_connections[index];
        connection.socket = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(m_settings.port));
        inet_pton(AF_INET, m_settings.host.c_str(), &address.sin_addr);
        if (::connect(connection.socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
            std::perror("connect");
            return false;
        }
        const int one = 1;
        setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u32 = static_cast<std::uint32_t>(index);
        epoll_ctl(m_poll, EPOLL_CTL_ADD, connection.socket, &event);
        return true;
    }

    int freeConnection()
    {
        for (std::size_t i = 0; i < m_connections.size(); ++i) {
            m_turn = (m_turn + 1) % m_connections.size();
            if (!m_connections[m_turn].busy)
                return static_cast<int>(m_turn);
        }
        return -1;
    }

    void ask(std::size_t index, Clock::time_point wanted)
    {
        Connection &connection = m_connections[index];
        connection.busy = true;
        connection.asked.push_back(wanted);
        ++m_open;
        // From the second time on a document is posted under a new id.
        std::string &next = m_requests[m_nextRequest];
        if (m_used >= m_requests.size()) {
            for (const std::size_t at : m_ids[m_nextRequest])
                m_documents.renewId(next.data() + at);
        }
        connection.out = next;
        connection.sent = 0;
        ++m_used;
        m_nextRequest = (m_nextRequest + 1) % m_requests.size();
        write(index);
    }

    void write(std::size_t index)
    {
        Connection &connection = m_connections[index];
        while (connection.sent < connection.out.size()) {
            const ssize_t written = send(connection.socket, connection.out.data() + connection.sent,
                                         connection.out.size() - connection.sent, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (written < 0) {
                watch(index, EPOLLIN | EPOLLOUT);
                return;
            }
            connection.sent += static_cast<std::size_t>(written);
        }
    }

    void watch(std::size_t index, std::uint32_t what)
    {
        epoll_event event{};
        event.events = what;
        event.data.u32 = static_cast<std::uint32_t>(index);
        epoll_ctl(m_poll, EPOLL_CTL_MOD, m_connections[index].socket, &event);
    }

    void handle(std::size_t index, std::uint32_t what)
    {
        Connection &connection = m_connections[index];
        if ((what & EPOLLOUT) != 0) {
            watch(index, EPOLLIN);
            write(index);
        }
        if ((what & EPOLLIN) == 0)
            return;
        char buffer[65536];
        const ssize_t got = recv(connection.socket, buffer, sizeof buffer, MSG_DONTWAIT);
        if (got <= 0) {
            if (got == 0 || errno != EAGAIN) {
                ++m_failed;
                close(connection.socket);
                m_open -= static_cast<long>(connection.asked.size());
                connection = {};
                if (Clock::now() < m_end && connect(index) && m_settings.rate <= 0)
                    ask(index, Clock::now());
            }
            return;
        }
        connection.in.append(buffer, static_cast<std::size_t>(got));
        const std::size_t head = connection.in.find("\r\n\r\n");
        if (head == std::string::npos)
            return;
        std::size_t length = 0;
        std::string lower = connection.in.substr(0, head + 2);
        std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
        if (const std::size_t at = lower.find("content-length:"); at != std::string::npos)
            length = std::strtoul(lower.c_str() + at + 15, nullptr, 10);
        if (connection.in.size() < head + 4 + length)
            return;
        const int status = std::atoi(connection.in.c_str() + 9);
        connection.in.erase(0, head + 4 + length);
        const Clock::time_point now = Clock::now();
        if (status >= 200 && status < 300) {
            ++m_done;
            m_latencies.push_back(std::chrono::duration<float, std::micro>(now - connection.asked.front()).count());
        } else {
            ++m_refused;
            m_lastStatus = status;
        }
        connection.asked.pop_front();
        connection.busy = false;
        --m_open;
        if (m_settings.rate <= 0 && now < m_end)
            ask(index, now);
    }

    void report(double seconds)
    {
        std::sort(m_latencies.begin(), m_latencies.end());
        const auto at = [this](double share) {
            return m_latencies.empty()
                       ? 0.0
                       : static_cast<double>(
                           m_latencies[static_cast<std::size_t>(share * static_cast<double>(m_latencies.size() - 1))]);
        };
        std::printf("{\"requests\": %ld, \"per_second\": %.0f, \"sessions_per_second\": %.0f, \"p50_us\": %.0f, "
                    "\"p99_us\": %.0f, \"refused\": %ld, "
                    "\"last_refusal\": %d, \"broken\": %ld, \"late\": %ld, \"seconds\": %.3f}\n",
                    m_done, static_cast<double>(m_done) / seconds,
                    static_cast<double>(m_done) * m_settings.batch / seconds, at(0.5), at(0.99), m_refused,
                    m_lastStatus, m_failed, m_late, seconds);
    }

    Settings m_settings;
    Documents m_documents;
    std::vector<std::string> m_requests;
    std::vector<std::vector<std::size_t>> m_ids; ///< Of each request.
    std::size_t m_nextRequest = 0;
    std::size_t m_used = 0;
    std::vector<Connection> m_connections;
    std::vector<float> m_latencies;
    std::size_t m_turn = 0;
    int m_poll = -1;
    Clock::time_point m_end;
    long m_open = 0;
    long m_done = 0;
    long m_refused = 0;
    long m_failed = 0;
    long m_late = 0;
    int m_lastStatus = 0;
};

} // namespace

int main(int argc, char *argv[])
{
    Settings settings;
    if (argc == 3 && std::strcmp(argv[1], "--print") == 0) {
        Documents documents(std::random_device{}());
        for (int i = std::atoi(argv[2]); i > 0; --i)
            std::puts(documents.next().c_str());
        return 0;
    }
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string key = argv[i];
        const char *value = argv[i + 1];
        if (key == "--host")
            settings.host = value;
        else if (key == "--port")
            settings.port = std::atoi(value);
        else if (key == "--path")
            settings.path = value;
        else if (key == "--token")
            settings.token = value;
        else if (key == "--body")
            settings.body = value;
        else if (key == "--connections")
            settings.connections = std::atoi(value);
        else if (key == "--batch")
            settings.batch = std::atoi(value);
        else if (key == "--seconds")
            settings.seconds = std::atof(value);
        else if (key == "--rate")
            settings.rate = std::atof(value);
        else {
            std::fprintf(stderr, "unknown option %s\n", key.c_str());
            return 64;
        }
    }
    return Run(settings).go();
}
