// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One cell of the matrix: a service of its own, one notifier, one attempt (two for a follow-up), and what came of it.

#pragma once

#include "delivery/notifiercatalogue.h"
#include "harness/mailserver.h"
#include "harness/mockservice.h"
#include "harness/program.h"
#include "harness/proof.h"
#include "harness/proofsamples.h"
#include "harness/specification.h"

#include <QElapsedTimer>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace escalite::harness {

/// What a cell is to find out.
struct TrialPlan
{
    enum class Kind : quint8 {
        Configuration, ///< The configuration is accepted and may send.
        Good,          ///< \a matter arrives as rendered, and the service has nothing to say against it.
        Login,         ///< Likewise, with the credentials looked at.
        Encrypted,     ///< Likewise, by TLS with an authority of our own.
        Fault,         ///< \a expectation.
    };

    Kind kind = Kind::Good;
    Matter matter = Matter::Ordinary;
    Expectation expectation{};
};

struct TrialResult
{
    bool asSpecified = false;
    QString got{};
    QString detail{};
};

/// Used once, on one thread; calls \a done once, later, when nothing of it is under way any more.
class Trial final : public QObject
{
public:
    Trial(const ProofSubject &subject, const TrialPlan &plan, std::shared_ptr<const Certificates> certificates,
          Duration timeout, std::function<void(TrialResult)> done, QObject *parent = nullptr);
    ~Trial() override;

    void start();

private:
    [[nodiscard]] bool begin();
    [[nodiscard]] bool beginService();
    [[nodiscard]] QJsonObject overlaid() const;
    void attempt(const delivery::Notification &notification);
    void attempted(const Outcome &outcome);
    void judge();
    [[nodiscard]] QStringList objections() const;
    void judgeFault(QStringList &wrong) const;
    void judgeGood(QStringList &wrong) const;
    void judgeMessages(QStringList &wrong) const;
    void judgeMails(QStringList &wrong) const;
    void judgeProgram(QStringList &wrong) const;
    [[nodiscard]] int requests() const;
    [[nodiscard]] int connections() const;
    void judgeWords(QStringList &wrong) const;
    [[nodiscard]] int arrived() const;
    void end(TrialResult result);

    ProofSubject m_subject;
    TrialPlan m_plan;
    std::shared_ptr<const Certificates> m_certificates;
    Duration m_timeout;
    std::function<void(TrialResult)> m_done;

    std::unique_ptr<MailServer> m_mail; ///< One of the three, by the type, or none.
    std::unique_ptr<MockService> m_service;
    std::unique_ptr<Program> m_program;
    delivery::ConfiguredNotifier m_notifier;
    std::unique_ptr<delivery::Sender> m_sender;
    Rendered m_rendered;
    delivery::AttemptContext m_context;
    Outcome m_outcome;
    int m_answers = 0;       ///< Of m_sender to the attempt under way.
    bool m_isSecond = false; ///< The follow-up is under way or done.
};

/// Whether \a type has a service here: "email", "command" or one of dialects().
[[nodiscard]] bool hasService(const delivery::NotifierType &type);
/// The key of the address that a type without a service posts to; null when it has none.
[[nodiscard]] const char *addressKeyOf(const delivery::NotifierType &type);

} // namespace escalite::harness
