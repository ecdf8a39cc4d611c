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

std::atomic<unsigned> s_forks = 0;

/// A child of fork() must not draw what its parent draws.
void watchForks()
{
    static const int registered = pthread_atfork(nullptr, nullptr, [] { ++s_forks; });
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
    const unsigned forks = s_forks.load(std::memory_order_relaxed);
    if (block.used + 16 > block.bytes.size() || block.forks != forks) {
        std::size_t filled = 0;
        while (filled < block.bytes.size()) {
            const ssize_t got = ::getrandom(block.bytes.data() + filled, block.bytes.size() - filled, 0);
            if (got > 0)
                filled += static_cast<std::size_t>(got);
        }
        block.used = 0;
        block.forks = forks;
    }
    std::array<unsigned char, 16> id{};
    std::memcpy(id.data(), block.bytes.data() + block.used, id.size());
    block.used += id.size();
    id[6] = static_cast<unsigned char>((id[6] & 0x0FU) | 0x40U); // RFC 9562: version 4
    id[8] = static_cast<unsigned char>((id[8] & 0x3FU) | 0x80U); // and its variant
    return QUuid::fromRfc4122(QByteArrayView(id));
}

} // namespace escalite::client
