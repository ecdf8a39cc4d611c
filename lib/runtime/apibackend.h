// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The house as the operator API sees it. Lives on the engine thread; reads on the reading one.

#pragma once

#include "api/backend.h"
#include "engine/engine.h"
#include "runtime/house.h"

#include <QObject>

namespace escalite::runtime {

class ApiBackend final : public QObject, public api::Backend
{
    Q_OBJECT
public:
    struct World
    {
        std::function<SettledPtr()> settled;
        std::function<Explanation(const engine::Observation &)> explain;
        std::function<void(const engine::Command &, std::function<void(std::optional<Error>)>)> command;
    };
    ApiBackend(House &house, World world, QObject *parent = nullptr);

    void sessions(int limit, quint64 before, Done<QList<api::ListedSession>> done) override;
    void session(const QUuid &id, Done<std::optional<api::SessionView>> done) override;
    void incidents(int limit, Done<QList<Incident>> done) override;
    void incident(const QUuid &id, Done<std::optional<Incident>> done) override;
    void deliveries(int limit, Done<QList<Delivery>> done) override;
    void delivery(const QUuid &id, Done<std::optional<api::DeliveryView>> done) override;
    void escalate(const api::EscalateSession &what, Done<std::optional<api::Escalated>> done) override;
    void post(const engine::Command &command, std::function<void(std::optional<Error>)> done) override;

private:
    void answerWithStored(const QUuid &request, Done<std::optional<api::Escalated>> done);

    House &m_house;
    World m_world;
};

} // namespace escalite::runtime
