// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The house as the operator API sees it. Lives on the engine thread; reads on the reading one.

#pragma once

#include "api/policybackend.h"
#include "engine/engine.h"
#include "runtime/console.h"
#include "runtime/house.h"
#include "runtime/sendingagain.h"

#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <deque>
#include <memory>

namespace escalite::runtime {

class ApiBackend final : public QObject, public api::Backend, public api::PolicyBackend
{
    Q_OBJECT
public:
    struct World
    {
        std::function<SettledPtr()> settled;
        std::function<Explanation(const engine::Observation &)> explain;
        std::function<void(const engine::Command &, std::function<void(std::optional<Error>)>)> command;
        std::function<void(std::function<QList<QUuid>(store::Storage &)>, std::function<void()>)> changeDeliveries;
        std::function<void(Again, const QString &by, std::function<void(Result<QUuid>)>)> sendAgain;
        std::function<void(const Draft &, const QString &by, std::function<void(Result<QUuid>)>)> test;
        std::function<void(bool)> hold;
        std::function<void(const policy::Policy &, const QString &by, std::function<void(Problems)>)> setPolicy;
    };
    template<typename T>
    using Done = api::Backend::Done<T>;

    ApiBackend(House &house, World world, QObject *parent = nullptr);
    ~ApiBackend() override; ///< Waits for a what-if, which ends at once.

    void sessions(const api::AskedSessions &asked, Done<api::ListedSessions> done) override;
    void session(const QUuid &id, Done<std::optional<api::SessionView>> done) override;
    void incidents(const api::AskedIncidents &asked, Done<QList<Incident>> done) override;
    void incident(const QUuid &id, Done<std::optional<Incident>> done) override;
    void deliveries(int limit, Done<QList<Delivery>> done) override;
    void delivery(const QUuid &id, Done<std::optional<api::DeliveryView>> done) override;
    void change(const api::ChangeDelivery &what, Done<std::optional<api::DeliveryView>> done) override;
    void notifiers(Done<QList<api::NotifierView>> done) override;
    void test(const api::TestNotifier &what, Done<std::optional<api::DeliveryView>> done) override;
    void hold(bool onHold, std::function<void()> done) override;
    void escalate(const api::EscalateSession &what, Done<std::optional<api::Escalated>> done) override;
    void post(const engine::Command &command, std::function<void(std::optional<Error>)> done) override;

    void incidentView(const QUuid &id, Done<std::optional<api::IncidentView>> done) override;
    void silences(int limit, Done<QList<Silence>> done) override;
    void silence(const QUuid &id, Done<std::optional<Silence>> done) override;
    void silenceOutlook(const QString &matcher, Done<api::SilenceOutlook> done) override;
    void suppressions(int limit, Done<QList<Suppression>> done) override;
    void why(const QUuid &session, Done<std::optional<Explanation>> done) override;
    [[nodiscard]] policy::Policy policy() const override;
    [[nodiscard]] QStringList notifierNames() const override;
    void ruleHistory(Done<QList<api::RuleView>> done) override;
    void lint(Done<QList<policy::Finding>> done) override;
    void setPolicy(const policy::Policy &policy, const QString &by, std::function<void(Problems)> done) override;
    void whatIf(const api::AskedWhatIf &asked, Done<api::WhatIfOutcome> done) override;
    void command(const engine::Command &command, std::function<void(std::optional<Error>)> done) override;

private:
    /// Has the reading thread \a work.
    template<typename T, typename Work>
    void look(Work work, Done<T> done)
    {
        m_house.reader->post(std::move(work), this, std::move(done));
    }
    void answerWithStored(const QUuid &request, Done<std::optional<api::Escalated>> done);
    /// Has something done to a delivery that is there. A request seen lately does nothing further.
    void moveDelivery(const api::ChangeDelivery &what, Done<std::optional<api::DeliveryView>> done);
    void sendAgain(const api::ChangeDelivery &what, Done<std::optional<api::DeliveryView>> done);
    /// What \a what was refused for is no error where the same was asked at the same time: then it answers that one.
    void answerRepeat(const api::ChangeDelivery &what, const Error &refusal,
                      Done<std::optional<api::DeliveryView>> done);
    void beginTest(const api::TestNotifier &what, Done<std::optional<api::DeliveryView>> done);

    House &m_house;
    World m_world;
    QThreadPool m_rehearsals; ///< One thread: what-if.
    int m_asked = 0;          ///< What-ifs that are not answered.
    std::shared_ptr<std::atomic<bool>> m_ending = std::make_shared<std::atomic<bool>>(false);
    std::deque<QUuid> m_seen; ///< Requests that moved deliveries, newest last; a bounded number.
};

} // namespace escalite::runtime
