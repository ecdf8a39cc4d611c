// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A command that runs as if it had been started directly: its output goes on unchanged as it comes, signals go on to
// it, and how it ended is known.

#pragma once

#include <QByteArray>

#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <vector>

#include <sys/types.h>

namespace escalite::app {

enum class Stream : quint8 { Output, Errors };

struct ChildEnd
{
    int status = 0; ///< As a shell has it: the exit code, or 128 + the signal.
    int signal = 0; ///< That ended it; 0 = none.
};

/// One per process, on the main thread.
class ChildProcess final
{
public:
    using Milliseconds = std::chrono::milliseconds;

    /// Takes the signals of this process over. Make it before any thread is started, since threads must not take them.
    ChildProcess();
    ~ChildProcess();
    ChildProcess(const ChildProcess &) = delete;
    ChildProcess &operator=(const ChildProcess &) = delete;

    /// Starts \a arguments, the first of which is looked for in PATH. 0, or the number of the error (errno).
    [[nodiscard]] int start(const std::vector<const char *> &arguments);
    [[nodiscard]] pid_t pid() const { return m_pid; }

    /// Passes everything on until the command has ended. \a heard sees each piece when it is read. \a idle is called
    /// between pieces and says when it wants to be called again; negative: whenever there is another piece.
    /// What others that the command started still write is passed on for a moment after its end.
    ChildEnd relay(const std::function<void(Stream, QByteArrayView)> &heard, const std::function<Milliseconds()> &idle);

private:
    struct Pipe
    {
        int from = -1; ///< Our end of what the command writes to; -1 when it is closed.
        int to = -1;
        QByteArray pending{}; ///< Read, and not passed on yet.
        int owed = 0;         ///< Bytes that were in the pipe when the command ended, and must be passed on.
    };

    void takeSignals();
    static void readFrom(Pipe &pipe, Stream stream, const std::function<void(Stream, QByteArrayView)> &heard);
    static void passOn(Pipe &pipe);
    void ended(int status);

    sigset_t m_before{}; ///< The signal mask we were started with, which is the command's.
    int m_signals = -1;
    pid_t m_pid = -1;
    bool m_hasEnded = false;
    ChildEnd m_end;
    std::chrono::steady_clock::time_point m_endedAt;
    std::array<Pipe, 2> m_pipes{};
};

} // namespace escalite::app
