// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Stands for the console on a thread of its own: takes what it gets as that does, or misbehaves as told.

#pragma once

#include "http/message.h"

#include <QJsonObject>

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace escalite::test {

class Counterpart
{
public:
    enum class Does : quint8 {
        Answers,
        StaysSilent, ///< Reads, and never answers.
        Closes,      ///< Instead of an answer.
        Resets,      ///< Likewise, as a crash does.
        Parts,       ///< Answers, then closes without having said so.
        TalksGarbage,
        NeverStops, ///< Sends a head without an end.
    };
    struct Received
    {
        QByteArray path{};
        QList<http::Header> headers{};
        QList<QJsonObject> lines{};
        std::chrono::steady_clock::time_point at{};
    };
    struct Manner
    {
        Does does = Does::Answers;
        http::Response response{.status = 0}; ///< Status 0: as the console, nothing twice.
    };
    /// Called on its thread for each request, with how many came before.
    using Manners = std::function<Manner(const Received &, int number)>;

    /// \a place: "127.0.0.1", "::1" or the path of a socket.
    explicit Counterpart(const QString &place = QStringLiteral("127.0.0.1"));
    ~Counterpart();
    Counterpart(const Counterpart &) = delete;
    Counterpart &operator=(const Counterpart &) = delete;

    [[nodiscard]] QString url() const { return m_url; }
    void behave(Manners manners);
    [[nodiscard]] QList<Received> received() const;
    /// Every line of every request to \a path, repeats too.
    [[nodiscard]] QList<QJsonObject> lines(const QByteArray &path) const;
    /// Ids of sessions and numbers of events that were taken.
    [[nodiscard]] std::set<QString> stored() const;
    /// What was told of losses, by reason, sessions and events together.
    [[nodiscard]] std::map<std::string, quint64> reported() const;

private:
    struct Connection;

    void run();
    bool serve(Connection &connection);
    bool answer(Connection &connection, const http::Request &request);
    http::Response store(const Received &received);

    QString m_url;
    int m_listener = -1;
    int m_wake = -1;
    std::vector<std::unique_ptr<Connection>> m_connections; ///< Its thread's.
    mutable std::mutex m_mutex;
    Manners m_manners;
    std::vector<Received> m_received;
    std::set<QString> m_stored;
    std::thread m_thread;
};

} // namespace escalite::test
