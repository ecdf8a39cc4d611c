// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/sessionid.h"

#include <array>
#include <atomic>
#include <cstring>

#include <pthread.h>
#include <sys/random.h>

namespace escalite::client {

namespace {

std::atomic<unsigned> forkCount = 0;

/// A child of fork() must not draw what its parent draws.
void watchForks()
{
    static const int registered = pthread_atfork(nullptr, nullptr, [] { ++forkCount; });
    (void)registered;
}

/// Bytes of randomness, a block at a time.
struct RandomBlock
{
    std::array<unsigned char, 1024> bytes{};
    std::size_t used = sizeof(bytes);
    unsigned forks = 0;
};

} // namespace

QUuid newSessionId() noexcept
{
    watchForks();
    thread_local RandomBlock block;
    const unsigned forks = forkCount.load(std::memory_order_relaxed);
    if (block.used + sizeof(QUuid) > block.bytes.size() || block.forks != forks) {
        std::size_t filled = 0;
        while (filled < block.bytes.size()) {
            const ssize_t got = ::getrandom(block.bytes.data() + filled, block.bytes.size() - filled, 0);
            if (got > 0)
                filled += static_cast<std::size_t>(got);
        }
        block.used = 0;
        block.forks = forks;
    }
    static_assert(sizeof(QUuid) == 16);
    QUuid id;
    std::memcpy(&id, block.bytes.data() + block.used, sizeof(id));
    block.used += sizeof(id);
    id.data3 = static_cast<ushort>((id.data3 & 0x0FFFU) | 0x4000U);  // RFC 9562: version 4
    id.data4[0] = static_cast<uchar>((id.data4[0] & 0x3FU) | 0x80U); // and its variant
    return id;
}

} // namespace escalite::client
