// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Numbers in files are little-endian and not aligned.

#pragma once

#include <QByteArray>
#include <QtEndian>

namespace escalite::journal {

template<typename T>
[[nodiscard]] T get(QByteArrayView bytes, qsizetype at)
{
    Q_ASSERT(at >= 0 && at + qsizetype{sizeof(T)} <= bytes.size());
    return qFromLittleEndian<T>(bytes.data() + at);
}

template<typename T>
void put(char *at, T value)
{
    qToLittleEndian(value, at);
}

} // namespace escalite::journal
