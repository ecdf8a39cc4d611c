// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// "Prove it": every notifier against its mock service, stage by stage and through every fault, compared with what
// protocols and promises say must come of it. One matrix for the command line, the tests and the window.

#pragma once

#include "delivery/notifier.h"
#include "harness/fault.h"

#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QString>

#include <memory>

namespace escalite::harness {

/// Who is to be proven: a type with an example configuration, or a configured notifier. Address and credentials of
/// \a config are replaced by those of the mock; everything else (templates, options) stays.
struct ProofSubject
{
    QString name{};
    const delivery::NotifierType *type = nullptr;
    QJsonObject config{}; ///< Needs no secret.
};

struct ProofCell
{
    enum class State : quint8 { Waiting, Running, AsSpecified, Otherwise };

    QString notifier{}; ///< ProofSubject::name.
    QString stage{}; ///< Where the fault strikes: "configuration", "content", "connect", "tls", "authenticate", "hand
                     ///< over", "answer".
    Fault fault = Fault::None; ///< None: the good case of this stage.
    QString matter{};          ///< Of a good case, what is sent: "a hostile session"; else the fault's name.
    QString expected{};        ///< In words: "delivered", "tried again after 7 s", "held, settings refused".
    QString got{};             ///< Likewise; empty before it has run.
    QString detail{};          ///< What was said or found; no secrets.
    State state = State::Waiting;
    Duration took{};
};

/// Runs the whole matrix on its thread's event loop, some cells at a time; the mocks are its own, on loopback.
class Proof final : public QObject
{
    Q_OBJECT
public:
    struct Options
    {
        Duration attemptTimeout = std::chrono::milliseconds(1500); ///< Of an attempt that stalls: what that costs.
        int atOnce = 8;                                            ///< Cells that run beside each other.
    };

    Proof(QList<ProofSubject> subjects, Options options, QObject *parent = nullptr);
    ~Proof() override;

    [[nodiscard]] const QList<ProofCell> &cells() const; ///< The whole matrix from the beginning.
    void start();
    void stop(); ///< What has not run stays Waiting; finished(false) follows.

Q_SIGNALS:
    void cellChanged(int index);
    void finished(bool asSpecified); ///< True only when every cell is as specified.

private:
    void goOn();
    void run(int index);

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace escalite::harness
