// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Which sockets have something to do: one epoll set behind one notifier, so that a turn of the event loop costs by the
// sockets that are ready and not by those that are open.

#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>
#include <span>

struct epoll_event;

namespace escalite::http {

/// One thread, the one of the event loop.
class Readiness final : public QObject
{
    Q_OBJECT

public:
    class Watched
    {
    public:
        virtual ~Watched() = default;
        /// Something that was asked for can be done, or the connection is broken, which is found out by doing it.
        virtual void becomeReady(bool readable, bool writable) = 0;
    };

    explicit Readiness(QObject *parent = nullptr);
    ~Readiness() override;

    /// What \a watched waits for on \a descriptor changes from \a before to \a now (EPOLLIN, EPOLLOUT; 0 = nothing, it
    /// is forgotten).
    void change(int descriptor, Watched &watched, quint32 before, quint32 now);

private:
    void look();

    int m_set;
    std::unique_ptr<QSocketNotifier> m_notifier;
    std::span<epoll_event> m_pending; ///< Of the round under way.
};

} // namespace escalite::http
