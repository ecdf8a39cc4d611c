// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a program of ours does before and beside its work: private files, no core dumps, many descriptors, signals as Qt
// signals.

#pragma once

#include <QObject>

#include <array>

class QSocketNotifier;

namespace escalite::app {

/// Call first in main(): umask 077, no core dump, no ptrace by others, SIGPIPE ignored, descriptor limit raised, Qt
/// plug-ins only from where Qt was installed.
void harden();

/// SIGINT and SIGTERM as terminationAsked(), SIGHUP as reloadAsked(). One per process, on the main thread.
class Signals final : public QObject
{
    Q_OBJECT
public:
    explicit Signals(QObject *parent = nullptr);
    ~Signals() override;

Q_SIGNALS:
    void terminationAsked();
    void reloadAsked();

private:
    void read();

    std::array<int, 2> m_pair{-1, -1};
    QSocketNotifier *m_notifier = nullptr;
};

} // namespace escalite::app
