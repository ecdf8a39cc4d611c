// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A thread that does what it is given, one piece after the other, and the way back to the thread that owns it.

#include "client/workshop.h"

#include <QCoreApplication>
#include <QEvent>
#include <QPointer>

namespace escalite::client {

namespace {

const QEvent::Type PiecesWaiting = static_cast<QEvent::Type>(QEvent::registerEventType());

} // namespace

class Workshop::Landing final : public QObject
{
public:
    void put(std::function<void()> piece)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_pieces.push_back(std::move(piece));
            if (m_pieces.size() > 1)
                return; // The event for the first takes this one along.
        }
        QCoreApplication::postEvent(this, new QEvent(PiecesWaiting));
    }

protected:
    void customEvent(QEvent *) override
    {
        std::deque<std::function<void()>> pieces;
        {
            const std::lock_guard lock(m_mutex);
            pieces.swap(m_pieces);
        }
        const QPointer<Landing> self(this);
        for (const std::function<void()> &piece : pieces) {
            piece();
            if (!self) // A piece may end the owner.
                return;
        }
    }

private:
    std::mutex m_mutex;
    std::deque<std::function<void()>> m_pieces;
};

Workshop::Workshop() : m_landing(std::make_unique<Landing>()), m_thread([this] { run(); }) {}

Workshop::~Workshop()
{
    close();
}

void Workshop::work(std::function<void()> piece)
{
    {
        const std::lock_guard lock(m_mutex);
        m_pieces.push_back(std::move(piece));
    }
    m_changed.notify_one();
}

void Workshop::home(std::function<void()> piece)
{
    m_landing->put(std::move(piece));
}

void Workshop::close()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isClosing = true;
    }
    m_changed.notify_one();
    if (m_thread.joinable())
        m_thread.join();
}

void Workshop::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_isClosing || !m_pieces.empty(); });
        if (m_isClosing)
            return;
        std::function<void()> piece = std::move(m_pieces.front());
        m_pieces.pop_front();
        lock.unlock();
        piece();
        piece = nullptr;
        lock.lock();
    }
}

} // namespace escalite::client
