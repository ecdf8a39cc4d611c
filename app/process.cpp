// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/process.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QSocketNotifier>

#include <csignal>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace escalite::app {

namespace {

int signalDescriptor = -1; // written before a handler is installed, read by the handler only

void onSignal(int number)
{
    const auto byte = static_cast<char>(number);
    // A full pipe means that one is waiting already.
    [[maybe_unused]] const ssize_t written = ::write(signalDescriptor, &byte, 1);
}

} // namespace

void harden()
{
    ::umask(077);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    std::signal(SIGPIPE, SIG_IGN);
    rlimit descriptors{};
    if (::getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
        descriptors.rlim_cur = std::min<rlim_t>(descriptors.rlim_max, 65'536);
        ::setrlimit(RLIMIT_NOFILE, &descriptors);
    }
    QCoreApplication::setLibraryPaths({QLibraryInfo::path(QLibraryInfo::PluginsPath)});
}

Signals::Signals(QObject *parent) : QObject(parent)
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, m_pair.data()) != 0)
        return;
    m_notifier = new QSocketNotifier(m_pair[1], QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, &Signals::read);
    signalDescriptor = m_pair[0];
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction action = {};
        action.sa_handler = onSignal;
        action.sa_flags = SA_RESTART;
        ::sigaction(number, &action, nullptr);
    }
}

Signals::~Signals()
{
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        std::signal(number, SIG_DFL);
    for (const int descriptor : m_pair) {
        if (descriptor >= 0)
            ::close(descriptor);
    }
}

void Signals::read()
{
    char number = 0;
    while (::read(m_pair[1], &number, 1) == 1) {
        if (number == SIGHUP)
            Q_EMIT reloadAsked();
        else
            Q_EMIT terminationAsked();
    }
}

} // namespace escalite::app
