// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A lock for what takes some hundred instructions and is nearly always free.

#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace escalite::client {

/// Half the price of std::mutex where nobody waits: released by a plain store, since whoever waits looks by himself. A
/// holder that lost the processor is waited for asleep.
class BriefLock
{
public:
    void lock() noexcept
    {
        if (m_isHeld.exchange(true, std::memory_order_acquire))
            wait();
    }
    void unlock() noexcept { m_isHeld.store(false, std::memory_order_release); }

private:
    void wait() noexcept
    {
        constexpr int Looks = 100;
        for (int looked = 0;; ++looked) {
            if (!m_isHeld.load(std::memory_order_relaxed) && !m_isHeld.exchange(true, std::memory_order_acquire))
                return;
            if (looked >= Looks)
                std::this_thread::sleep_for(std::chrono::microseconds(20));
            else if (looked >= Looks / 2)
                std::this_thread::yield();
        }
    }

    std::atomic<bool> m_isHeld = false;
};

} // namespace escalite::client
