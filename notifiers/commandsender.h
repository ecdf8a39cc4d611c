// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Runs a program once for each attempt: never by a shell, in a process group of its own, with a small environment and
// bounded output.

#pragma once

#include "delivery/notifier.h"

#include <QElapsedTimer>
#include <QObject>
#include <QProcess>
#include <QStringList>
#include <QTimer>

namespace escalite::notifiers {

/// Why \a program must not be run: no whole path, not executable, or open to changes by everybody. Empty: it may.
[[nodiscard]] QString objectionTo(const QString &program);

/// Lives on the engine's thread.
class CommandSender final : public QObject, public delivery::Sender
{
public:
    /// Rendered::headers of this name are the program's arguments, in order; all others are variables of its
    /// environment.
    static constexpr const char *Argument = "argument";
    static constexpr qsizetype MaxOutput = 64 * 1024; ///< Bytes kept of each of the two streams; the rest is dropped.

    struct Options
    {
        QString program{};
        QString directory = QStringLiteral("/");
        QStringList patterns{}; ///< The arguments as configured: what they say beside placeholders is shown nowhere.
        Outcome::Kind whenKilled = Outcome::Kind::Transient; ///< Of an attempt that ended by a signal.
        Duration grace = std::chrono::seconds(2);            ///< From the request to end to the kill.
    };

    explicit CommandSender(Options options);
    ~CommandSender() override;

    void send(const Rendered &rendered, const delivery::AttemptContext &context,
              std::function<void(Outcome)> done) override;

private:
    void start(const Rendered &rendered, Duration timeout);
    void stage(const QString &name, bool ok, const QString &detail = {});
    void drain();
    void signalGroup(int signal) const;
    void end(Outcome outcome);
    [[nodiscard]] Outcome outcomeOfExit(int code) const;
    [[nodiscard]] QString shown(const QByteArray &output, qsizetype most) const;
    [[nodiscard]] QString lastLine(const QByteArray &output) const;

    Options m_options;
    std::unique_ptr<QProcess> m_process;
    std::function<void(Outcome)> m_done;
    qint64 m_group = 0; ///< Process, and group of processes; 0 = none runs.
    QStringList m_masked;
    QByteArray m_output;
    QByteArray m_errors;
    qint64 m_unwritten = 0;
    QList<Outcome::Stage> m_stages;
    QElapsedTimer m_stageClock;
    QTimer m_deadline;
    bool m_asked = false; ///< To end, since the time was up.
    bool m_handedOver = false;
};

} // namespace escalite::notifiers
