// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One thing that is wrong with a document, told so that its author can mend it.

#pragma once

#include <QList>
#include <QString>

namespace escalite {

struct Problem
{
    enum class Severity { Warning, Error };
    Severity severity = Severity::Error;
    QString pointer{}; ///< RFC 6901 JSON pointer of the value meant; empty for the whole document.
    QString message{}; ///< What is wrong and what would be right, one sentence, without secrets.
    int line = 0;      ///< From 1; 0 when not known.
    int column = 0;    ///< From 1, in bytes; 0 when not known.

    bool operator==(const Problem &) const = default;
};

using Problems = QList<Problem>;

[[nodiscard]] inline bool hasErrors(const Problems &problems)
{
    for (const Problem &problem : problems) {
        if (problem.severity == Problem::Severity::Error)
            return true;
    }
    return false;
}

} // namespace escalite
