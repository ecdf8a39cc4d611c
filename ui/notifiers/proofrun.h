// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the proof's view needs of a run of the matrix. The window runs the harness; its tests a run of their own.

#pragma once

#include "harness/proof.h"

#include <QObject>

#include <functional>
#include <memory>

namespace escalite::ui {

class ProofRun : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    [[nodiscard]] virtual const QList<harness::ProofCell> &cells() const = 0; ///< The whole matrix from the beginning.
    virtual void start() = 0;
    virtual void stop() = 0; ///< finished(false) follows.

Q_SIGNALS:
    void cellChanged(int index);
    void finished(bool asSpecified);
};

using MakeProofRun = std::function<std::unique_ptr<ProofRun>(const QList<harness::ProofSubject> &subjects)>;

/// A run of the harness in this process.
[[nodiscard]] std::unique_ptr<ProofRun> harnessRun(const QList<harness::ProofSubject> &subjects);

} // namespace escalite::ui
