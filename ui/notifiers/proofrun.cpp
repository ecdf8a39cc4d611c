// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/proofrun.h"

namespace escalite::ui {

namespace {

class HarnessRun final : public ProofRun
{
public:
    explicit HarnessRun(const QList<harness::ProofSubject> &subjects) : m_proof(subjects, {})
    {
        connect(&m_proof, &harness::Proof::cellChanged, this, &ProofRun::cellChanged);
        connect(&m_proof, &harness::Proof::finished, this, &ProofRun::finished);
    }

    [[nodiscard]] const QList<harness::ProofCell> &cells() const override { return m_proof.cells(); }
    void start() override { m_proof.start(); }
    void stop() override { m_proof.stop(); }

private:
    harness::Proof m_proof;
};

} // namespace

std::unique_ptr<ProofRun> harnessRun(const QList<harness::ProofSubject> &subjects)
{
    return std::make_unique<HarnessRun>(subjects);
}

} // namespace escalite::ui
