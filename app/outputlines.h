// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a command writes, cut into lines, of which the first and the last are kept.

#pragma once

#include "core/timepoint.h"

#include <QByteArray>
#include <QString>

#include <deque>
#include <optional>

namespace escalite::app {

/// Cuts a stream of bytes at line feeds. A line longer than MostBytes is cut, with a mark.
class LineCutter
{
public:
    static constexpr qsizetype MostBytes = 4'096;

    /// Takes \a bytes from the front up to the end of the line, and gives the line once it is whole.
    std::optional<QString> next(QByteArrayView &bytes);
    /// What stands behind the last line feed, when there is something.
    std::optional<QString> rest();

private:
    [[nodiscard]] QString taken();

    QByteArray m_line;
    qsizetype m_cut = 0; ///< Bytes of this line that were left out.
};

/// A line as it would be read on a terminal: without colours and other control sequences, and of what was written over
/// and over with a carriage return the last.
[[nodiscard]] QString asRead(const QByteArray &line);

/// The first lines are given back at once, the last ones in the end; what is between them is counted.
class KeptLines
{
public:
    struct Line
    {
        qint64 number = 0; ///< From 1.
        QString text{};
        TimePoint at{};
    };

    /// Lines on either side; and on either side at most MostCharacters in all.
    explicit KeptLines(int each) : m_each(each) {}
    static constexpr qsizetype MostCharacters = 64 * 1024;

    /// The line itself when it is one of the first, nothing when it waits among the last.
    std::optional<Line> add(const QString &text, TimePoint at);
    [[nodiscard]] const std::deque<Line> &last() const { return m_last; }
    [[nodiscard]] qint64 leftOut() const { return m_leftOut; }
    [[nodiscard]] qint64 count() const { return m_count; }

private:
    int m_each;
    qint64 m_count = 0;
    qint64 m_leftOut = 0;
    bool m_first = true; ///< Lines are still among the first.
    qsizetype m_firstCharacters = 0;
    qsizetype m_lastCharacters = 0;
    std::deque<Line> m_last;
};

} // namespace escalite::app
