// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A program that stands for the operator's own in a proof: keeps what it is given, and ends as asked.

#pragma once

#include "core/result.h"
#include "harness/fault.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QTemporaryDir>

namespace escalite::harness {

class Program
{
public:
    /// Writes the program, which ends as \a fault says: Unavailable by 75, RecipientRefused by 64, AuthRefused by its
    /// own word "misconfigured", StallAfter never, Garbage by 0 behind bytes that are no text.
    [[nodiscard]] std::optional<Error> write(Fault fault);
    /// It is no longer there.
    void remove();

    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("program")); }
    /// What it read on its standard input, one for each time it ran.
    [[nodiscard]] QList<QByteArray> received() const;

private:
    QTemporaryDir m_folder;
};

} // namespace escalite::harness
