// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The engine room and the configuration in force: policy, notifiers and how they fare, limits.

#include "runtime/configurationchange.h"
#include "runtime/engineroom.h"
#include "runtime/logging.h"
#include "runtime/router.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

void EngineRoom::settle(SettledPtr settled, const QByteArray &text, const QString &by)
{
    ++m_settlings;
    const SettledPtr before = std::exchange(m_settled, std::move(settled));
    m_configurationText = text;
    if (!m_engine)
        return;
    // What was decided under the old configuration is committed with its position before the new one is.
    rememberConfiguration(*before, by);
    watchFallbacks(wallClock());
    m_engine->setPolicy(m_settled->policy);
    m_intake->setTimes(m_settled->policy.settings.stuckAfter, m_settled->policy.settings.abandonedAfter);
    m_house.journal->setLimits(m_settled->keepFor, m_settled->keepBytes);
    if (m_dispatcher) {
        m_dispatcher->setRules(dispatchRules());
        m_dispatcher->setNotifiers(m_settled->notifiers);
    }
    m_health.setNotifiers(m_settled->notifiers);
    tellHealth();
    m_drills.setNotifiers(m_settled->notifiers);
    scheduleDrills();
    if (m_router)
        m_router->gateway().setOptions(gatewayOptions());
    scheduleAdvance();
}

void EngineRoom::rememberConfiguration(const Settled &before, const QString &by)
{
    const QByteArray text = withoutSecrets(m_configurationText, *m_settled);
    Batch batch{.position = m_position};
    if (text != m_rememberedConfiguration || before.notifiers != m_settled->notifiers) {
        QString change = changeSentence(before, *m_settled);
        if (m_rememberedConfiguration.isEmpty())
            change = u"The first configuration."_s;
        else if (before.policy == m_settled->policy && before.notifiers == m_settled->notifiers && by == "start"_L1)
            change = u"The file was changed while the console was not running."_s;
        batch.audit.append(
            {.at = wallClock(), .by = by, .action = u"configure"_s, .subject = u"configuration"_s, .detail = change});
    }
    m_rememberedConfiguration = text;
    take(std::move(batch), [](const std::optional<Error> &) {});
    m_house.writer->post([text, by, position = m_position](store::Storage &storage) {
        if (const auto added = storage.addConfiguration(text, position, wallClock(), by); !added)
            qCWarning(lcRuntime).noquote() << added.error().message;
    });
}

void EngineRoom::tellHealth()
{
    if (!m_engine || m_stopping)
        return;
    for (const NotifierHealth::Change &change : m_health.takeChanges())
        take(m_engine->noteHealth(change.notifier, change.fit, wallClock()));
    scheduleAdvance();
}

void EngineRoom::settleRenamed(const SettledPtr &settled, const QByteArray &text, const QString &by,
                               const QString &from, const QString &to)
{
    if (!m_engine) {
        settle(settled, text, by);
        return;
    }
    Batch batch = m_engine->renameNotifier(from, to);
    batch.position = m_position;
    const int turn = ++m_settlings;
    take(std::move(batch), [this, settled, text, by, from, to, turn](const std::optional<Error> &) {
        m_house.writer->post([from, to](store::Storage &storage) { return storage.renameNotifier(from, to); }, this,
                             [this, settled, text, by, turn](const Result<bool> &renamed) {
                                 if (!renamed)
                                     qCWarning(lcRuntime).noquote() << renamed.error().message;
                                 if (turn == m_settlings) // A newer configuration holds this one.
                                     settle(settled, text, by);
                             });
    });
}

ingest::LiveOptions EngineRoom::liveOptions() const
{
    const policy::Settings &settings = m_settled->policy.settings;
    return {.stuckAfter = settings.stuckAfter, .abandonedAfter = settings.abandonedAfter};
}

ingest::GatewayOptions EngineRoom::gatewayOptions() const
{
    return {.token = m_premises.ingestToken, .withoutToken = m_settled->policy.settings.ingestWithoutToken};
}

} // namespace escalite::runtime
