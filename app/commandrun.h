// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalite run: a command's run as a live session, its lines as entries.

#pragma once

#include "app/childprocess.h"
#include "app/outputlines.h"
#include "app/runoptions.h"
#include "client/opensession.h"

#include <QStringList>

#include <array>
#include <vector>

namespace escalite::app {

/// Writes what a command does into a session.
class RunRecord final
{
public:
    RunRecord(OpenSession session, const RunOptions &options);

    void began(const QStringList &words, qint64 pid);
    void heard(Stream stream, QByteArrayView bytes, TimePoint now);
    /// Tells the newest line when the last one told is a second old; when it wants to be asked again.
    std::chrono::milliseconds idle(TimePoint now);
    /// The command could not be started: \a reason says why, without naming it.
    void couldNotStart(const QString &name, int status, const QString &reason);
    void ended(const QString &name, const ChildEnd &end);

private:
    struct Lines
    {
        LineCutter cutter{};
        KeptLines kept;
        KeptLines::Line newest{};
        qint64 told = 0; ///< Number of the newest line that the session has.
    };

    void add(Stream stream, const QString &text, TimePoint now);
    void log(Stream stream, const std::string &key, const KeptLines::Line &line, bool isLate = false);
    void fail(const QString &name, int status, const QString &what);
    [[nodiscard]] Lines &of(Stream stream) { return m_lines[static_cast<std::size_t>(stream)]; }

    OpenSession m_session;
    RunOptions m_options;
    std::array<Lines, 2> m_lines;
    TimePoint m_toldAt{};
};

/// Runs the command that stands at the end of \a arguments, the bytes of the command line. Its status, or ours.
[[nodiscard]] int runCommand(const RunOptions &options, const std::vector<const char *> &arguments);

} // namespace escalite::app
