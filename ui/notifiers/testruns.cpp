// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/testruns.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"

namespace escalite::ui {

TestRuns::TestRuns(runtime::Console &console, QObject *parent) : QObject(parent), m_console(console)
{
    connect(&console, &runtime::Console::deliveriesChanged, this, [this](const QList<Delivery> &deliveries) {
        QStringList told;
        for (const Delivery &delivery : deliveries) {
            for (auto run = m_runs.cbegin(); run != m_runs.cend(); ++run) {
                if (run->delivery == delivery.id && !told.contains(run.key()))
                    told << run.key();
            }
        }
        for (const QString &notifier : std::as_const(told))
            follow(notifier);
    });
}

const TestRuns::Run *TestRuns::find(const QString &notifier) const
{
    const auto found = m_runs.constFind(notifier);
    return found == m_runs.cend() ? nullptr : &*found;
}

bool TestRuns::isUnderWay(const QString &notifier) const
{
    const Run *run = find(notifier);
    return run && run->refusal.isEmpty() && !(run->detail && isFinal(run->detail->delivery.state))
           && !(run->detail && !run->detail->attempts.isEmpty());
}

void TestRuns::start(const QString &notifier)
{
    m_runs.insert(notifier, {.startedAt = now(), .delivery = {}, .refusal = {}, .detail = std::nullopt});
    Q_EMIT changed(notifier);
    m_console.sendTest(notifier, this, [this, notifier](const Result<QUuid> &delivery) {
        if (delivery) {
            m_runs[notifier].delivery = *delivery;
            follow(notifier);
        } else {
            m_runs[notifier].refusal = shownLine(delivery.error().message, 400);
            Q_EMIT changed(notifier);
        }
    });
}

void TestRuns::follow(const QString &notifier)
{
    const QUuid id = m_runs.value(notifier).delivery;
    m_console.loadDelivery(id, this, [this, notifier, id](const Result<runtime::DeliveryDetail> &detail) {
        const auto run = m_runs.find(notifier);
        if (run == m_runs.end() || run->delivery != id || !detail)
            return;
        run->detail = *detail;
        Q_EMIT changed(notifier);
    });
}

} // namespace escalite::ui
