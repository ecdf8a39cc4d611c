// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/childprocess.h"

#include <QFile>
#include <QStandardPaths>

#include <algorithm>
#include <cerrno>
#include <climits>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace escalite::app {

namespace {

using Clock = std::chrono::steady_clock;

/// How long what the command's own children write is waited for once it has ended.
constexpr ChildProcess::Milliseconds Grace{250};
constexpr std::array Forwarded{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH};

void close(int &descriptor)
{
    if (descriptor >= 0)
        ::close(descriptor);
    descriptor = -1;
}

bool wasIgnored(int signal)
{
    struct sigaction action = {};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// posix_spawnp() with our arguments; a script without an interpreter line is for the shell, as execvp() does it.
int spawn(pid_t &pid, const posix_spawn_file_actions_t &files, const posix_spawnattr_t &attributes,
          const std::vector<const char *> &arguments)
{
    const auto run = [&](const char *program, std::vector<const char *> words) {
        words.push_back(nullptr);
        // The words are not written to (POSIX, posix_spawn, rationale); the parameter is as old as exec().
        return ::posix_spawnp(&pid, program, &files, &attributes, const_cast<char *const *>(words.data()), environ);
    };
    const int error = run(arguments.front(), arguments);
    if (error != ENOEXEC)
        return error;
    const QByteArray script = QFile::encodeName(QStandardPaths::findExecutable(QFile::decodeName(arguments.front())));
    std::vector<const char *> words{"sh", script.isEmpty() ? arguments.front() : script.constData()};
    words.insert(words.end(), arguments.begin() + 1, arguments.end());
    return run("/bin/sh", words);
}

} // namespace

ChildProcess::ChildProcess()
{
    std::signal(SIGCHLD, SIG_DFL); // ignored, nothing could be waited for
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGCHLD);
    for (const int signal : Forwarded)
        sigaddset(&ours, signal);
    ::pthread_sigmask(SIG_BLOCK, &ours, &m_before);
    m_signals = ::signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
}

ChildProcess::~ChildProcess()
{
    for (Pipe &pipe : m_pipes)
        close(pipe.from);
    close(m_signals);
    ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
}

int ChildProcess::start(const std::vector<const char *> &arguments)
{
    // A reader of ours that goes is told to the command by closing its pipe, not by ending us.
    const bool ignoresPipe = wasIgnored(SIGPIPE);
    std::signal(SIGPIPE, SIG_IGN);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t usual;
    sigemptyset(&usual);
    if (!ignoresPipe)
        sigaddset(&usual, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes, &usual);
    ::posix_spawnattr_setsigmask(&attributes, &m_before);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

    int error = m_signals < 0 ? EMFILE : 0;
    std::array<int, 2> theirs{-1, -1};
    for (std::size_t i = 0; i < m_pipes.size() && error == 0; ++i) {
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            error = errno;
            break;
        }
        m_pipes[i].from = ends[0];
        m_pipes[i].to = i == 0 ? STDOUT_FILENO : STDERR_FILENO;
        theirs[i] = ends[1];
        ::posix_spawn_file_actions_adddup2(&files, theirs[i], m_pipes[i].to);
    }
    if (error == 0)
        error = spawn(m_pid, files, attributes, arguments);
    for (int &end : theirs)
        close(end);
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
    return error;
}

ChildEnd ChildProcess::relay(const std::function<void(Stream, QByteArrayView)> &heard,
                             const std::function<Milliseconds()> &idle)
{
    for (;;) {
        const auto isPassedOn = [](const Pipe &pipe) {
            return pipe.pending.isEmpty() && pipe.owed <= 0;
        };
        const auto isClosed = [](const Pipe &pipe) {
            return pipe.from < 0 && pipe.pending.isEmpty();
        };
        const bool isOver = std::all_of(m_pipes.begin(), m_pipes.end(), isClosed);
        const Milliseconds left =
            std::chrono::ceil<Milliseconds>(m_endedAt + Grace - Clock::now()); // of the time for those that stayed
        if (m_hasEnded && (isOver || (left.count() <= 0 && std::all_of(m_pipes.begin(), m_pipes.end(), isPassedOn))))
            return m_end;

        Milliseconds wait = idle();
        if (m_hasEnded && left.count() > 0 && (wait.count() < 0 || left < wait))
            wait = left;
        std::array<pollfd, 5> watched{};
        watched[0] = {.fd = m_signals, .events = POLLIN, .revents = 0};
        for (std::size_t i = 0; i < m_pipes.size(); ++i) {
            const Pipe &pipe = m_pipes.at(i);
            watched.at(1 + i) = {.fd = pipe.pending.isEmpty() ? pipe.from : -1, .events = POLLIN, .revents = 0};
            watched.at(3 + i) = {.fd = pipe.pending.isEmpty() ? -1 : pipe.to, .events = POLLOUT, .revents = 0};
        }
        if (::poll(watched.data(), watched.size(), static_cast<int>(wait.count())) < 0)
            continue; // stopped and continued
        for (std::size_t i = 0; i < m_pipes.size(); ++i) {
            if (watched.at(1 + i).revents != 0)
                readFrom(m_pipes.at(i), i == 0 ? Stream::Output : Stream::Errors, heard);
            else if (watched.at(3 + i).revents != 0)
                passOn(m_pipes.at(i));
        }
        if (watched[0].revents != 0)
            takeSignals();
    }
}

void ChildProcess::takeSignals()
{
    signalfd_siginfo info{};
    while (::read(m_signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo != SIGCHLD) {
            // What a terminal sends goes to its whole foreground group, so the command has it already.
            if (info.ssi_code != SI_KERNEL && !m_hasEnded)
                ::kill(m_pid, static_cast<int>(info.ssi_signo));
            continue;
        }
        int status = 0;
        if (!m_hasEnded && ::waitpid(m_pid, &status, WNOHANG) == m_pid)
            ended(status);
    }
}

void ChildProcess::ended(int status)
{
    m_hasEnded = true;
    m_endedAt = Clock::now();
    constexpr int Signalled = 128; // POSIX, Shell Command Language 2.8.2
    m_end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    m_end.status = m_end.signal != 0 ? Signalled + m_end.signal : WEXITSTATUS(status);
    for (Pipe &pipe : m_pipes) {
        if (pipe.from < 0 || ::ioctl(pipe.from, FIONREAD, &pipe.owed) != 0)
            pipe.owed = 0;
    }
}

void ChildProcess::readFrom(Pipe &pipe, Stream stream, const std::function<void(Stream, QByteArrayView)> &heard)
{
    QByteArray piece(64 * 1024, Qt::Uninitialized);
    const ssize_t size = ::read(pipe.from, piece.data(), static_cast<std::size_t>(piece.size()));
    if (size < 0 && errno == EINTR)
        return;
    if (size <= 0) {
        close(pipe.from);
        pipe.owed = 0;
        return;
    }
    piece.truncate(size);
    pipe.owed -= static_cast<int>(size);
    pipe.pending = piece;
    passOn(pipe);
    heard(stream, piece);
}

/// So much as is sure not to block: poll() has said, or will be asked.
void ChildProcess::passOn(Pipe &pipe)
{
    pollfd to{.fd = pipe.to, .events = POLLOUT, .revents = 0};
    while (!pipe.pending.isEmpty() && ::poll(&to, 1, 0) > 0) {
        const auto size = static_cast<std::size_t>(std::min<qsizetype>(pipe.pending.size(), PIPE_BUF));
        const ssize_t written = ::write(pipe.to, pipe.pending.constData(), size);
        if (written < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (written < 0) { // nobody reads any more, and the command learns it the way it would without us
            pipe.pending.clear();
            pipe.owed = 0;
            close(pipe.from);
            return;
        }
        pipe.pending.remove(0, written);
    }
}

} // namespace escalite::app
