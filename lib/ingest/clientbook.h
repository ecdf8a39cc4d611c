// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The clients that send events: which of their numbers are missing, and whether they still give signs of life.

#pragma once

#include "core/sessionevent.h"

#include <QHash>
#include <QSet>

#include <list>
#include <map>
#include <memory>
#include <optional>

namespace escalite::ingest {

/// Numbers of a client that never came.
struct MissingEvents
{
    QString client{};
    QString source{};
    quint64 first = 0;
    quint64 last = 0;
    TimePoint after{};  ///< By the client's clock: the event before them,
    TimePoint before{}; ///< and the one behind.
};

/// Every time but those of events is the console's.
class ClientBook
{
public:
    /// \a grace: how long missing numbers may still come. \a most: clients known at once; who was silent longest goes.
    ClientBook(Duration grace, qsizetype most) : m_grace(grace), m_most(most) {}

    /// Client \a name has sent something. True when it had been given up until now.
    bool heard(const QString &name, const QString &source, TimePoint now);
    /// Event \a number of client \a name has come. Numbers below the first one heard are not missed: they may have come
    /// before this console was started. False for one that has come before.
    bool count(const QString &name, quint64 number, TimePoint at, TimePoint now);
    [[nodiscard]] bool knows(const QString &name, quint64 number) const;
    void promise(const QString &name, Duration heartbeat);
    [[nodiscard]] std::optional<Duration> heartbeatOf(const QString &name) const;
    /// It is gone, until it is heard again.
    void leave(const QString &name);
    [[nodiscard]] bool isGone(const QString &name) const;

    /// The sessions that end with it.
    void addSession(const QString &name, const QUuid &session);
    void removeSession(const QString &name, const QUuid &session);
    [[nodiscard]] QList<QUuid> sessionsOf(const QString &name) const;

    struct Due
    {
        QList<MissingEvents> missing{}; ///< Have not come in time, and are not missed any more.
        QList<QString> silent{};        ///< For longer than promised: gone.
    };
    Due advance(TimePoint now);
    /// When advance() may have something.
    [[nodiscard]] std::optional<TimePoint> nextDeadline() const;

    [[nodiscard]] qsizetype size() const { return m_clients.size(); }

private:
    struct Hole
    {
        quint64 last = 0;
        TimePoint since{}; ///< Noticed.
        TimePoint after{};
        TimePoint before{};
    };
    struct Client
    {
        QString source{};
        TimePoint heardAt{};
        std::optional<Duration> heartbeat{};
        bool isGone = false;
        quint64 first = 0; ///< 0: none has come.
        quint64 last = 0;
        TimePoint lastAt{}; ///< Of number last, by the client.
        std::map<quint64, Hole> holes{};
        QSet<QUuid> sessions{};
        std::list<QString>::iterator place{}; ///< In m_bySilence.
        std::optional<std::multimap<TimePoint, QString>::iterator> check{};
    };

    Client &clientOf(const QString &name);
    void lookBy(const QString &name, Client &client, TimePoint time);
    [[nodiscard]] std::optional<TimePoint> dueOf(const Client &client) const;

    Duration m_grace;
    qsizetype m_most;
    QHash<QString, std::shared_ptr<Client>> m_clients;
    std::list<QString> m_bySilence; ///< Longest first.
    /// When to look at a client again, at the latest; found out anew then, so that what is usual costs nothing.
    std::multimap<TimePoint, QString> m_checks;
};

} // namespace escalite::ingest
