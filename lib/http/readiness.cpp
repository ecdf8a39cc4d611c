// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/readiness.h"

#include <QPointer>

#include <array>

#include <sys/epoll.h>
#include <unistd.h>

namespace escalite::http {

namespace {
/// Sockets served in one turn of the event loop; the others come in the next.
constexpr int AtOnce = 128;
} // namespace

Readiness::Readiness(QObject *parent) : QObject(parent), m_set(::epoll_create1(EPOLL_CLOEXEC))
{
    m_notifier = std::make_unique<QSocketNotifier>(m_set, QSocketNotifier::Read, this);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &Readiness::look);
}

Readiness::~Readiness()
{
    m_notifier.reset();
    ::close(m_set);
}

void Readiness::change(int descriptor, Watched &watched, quint32 before, quint32 now)
{
    if (before == now)
        return;
    epoll_event event{};
    event.events = now;
    event.data.ptr = &watched;
    ::epoll_ctl(m_set, now == 0 ? EPOLL_CTL_DEL : before == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
    if (now != 0)
        return;
    for (epoll_event &waiting : m_pending) { // It may be gone when its turn comes.
        if (waiting.data.ptr == &watched)
            waiting.data.ptr = nullptr;
    }
}

void Readiness::look()
{
    std::array<epoll_event, AtOnce> events{};
    const int count = ::epoll_wait(m_set, events.data(), AtOnce, 0);
    if (count <= 0)
        return;
    m_pending = std::span(events).first(static_cast<std::size_t>(count));
    const QPointer<Readiness> self(this);
    for (const epoll_event &event : m_pending) {
        auto *watched = static_cast<Watched *>(event.data.ptr);
        if (watched == nullptr)
            continue;
        const bool broken = (event.events & (EPOLLHUP | EPOLLERR)) != 0;
        watched->becomeReady(broken || (event.events & EPOLLIN) != 0, broken || (event.events & EPOLLOUT) != 0);
        if (!self)
            return;
    }
    m_pending = {};
}

} // namespace escalite::http
