// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A thread that does what it is given, one piece after the other, and the way back to the thread that owns it.

#pragma once

#include <QObject>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace escalite::client {

class Workshop
{
public:
    Workshop();
    /// As close().
    ~Workshop();
    Workshop(const Workshop &) = delete;
    Workshop &operator=(const Workshop &) = delete;

    /// From any thread.
    void work(std::function<void()> piece);
    /// From any thread: has \a piece done on the thread that made this, by its event loop.
    void home(std::function<void()> piece);
    /// Waits for the piece under way; what is left is dropped.
    void close();

private:
    class Landing;
    void run();

    std::unique_ptr<Landing> m_landing;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::function<void()>> m_pieces;
    bool m_isClosing = false;
    std::thread m_thread;
};

} // namespace escalite::client
