// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Cuts bytes into pieces of one size, as a slow or unlucky network would: what reads a stream must not notice.

#pragma once

#include <QByteArrayView>

#include <algorithm>
#include <array>
#include <limits>

namespace escalite::test {

class ByteCutter
{
public:
    /// In one piece, then in pieces of 1, 2, 3 and 7 bytes.
    static constexpr std::array<qsizetype, 5> Sizes{std::numeric_limits<qsizetype>::max(), 1, 2, 3, 7};

    /// Calls \a use with one piece after the other.
    template<typename Use>
    static void cut(QByteArrayView bytes, qsizetype size, Use use)
    {
        while (!bytes.isEmpty()) {
            const qsizetype length = std::min(size, bytes.size());
            use(bytes.first(length));
            bytes = bytes.sliced(length);
        }
    }
};

} // namespace escalite::test
