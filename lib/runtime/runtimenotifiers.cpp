// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The part of the runtime that changes notifiers and sends again.

#include "runtime/drafting.h"
#include "runtime/notifiersetup.h"
#include "runtime/runtime.h"
#include "runtime/sample.h"

#include <QPointer>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {
Error unavailable()
{
    return {ErrorCode::Unavailable, u"This is being built."_s};
}
} // namespace

void Runtime::replay(const QUuid &, const QString &, QObject *, std::function<void(Result<QUuid>)> done)
{
    done(unavailable());
}

void Runtime::sendAnotherWay(const QUuid &, const QString &, QObject *, std::function<void(Result<QUuid>)> done)
{
    done(unavailable());
}

void Runtime::draftAgain(const QUuid &, QObject *, std::function<void(Result<Draft>)> done)
{
    done(unavailable());
}

void Runtime::exportDeliveries(const QString &, TimePoint, QObject *, std::function<void(Result<int>)> done)
{
    done(unavailable());
}

void Runtime::previewNotifier(const NotifierSetup &setup, std::optional<QUuid> session, QObject *context,
                              std::function<void(Result<Rendered>)> done)
{
    const auto notifier = forPreview(setup, m_catalogue);
    whenOpen(
        [this, notifier, session, settled = m_settled, now = wallClock(), context = QPointer<QObject>(context), done] {
            if (!context)
                return;
            m_house.reader->post(
                [notifier, session, settled, now, &journal = *m_house.journal,
                 &composer = *m_house.reading](store::Storage &) -> Result<Rendered> {
                    if (!notifier)
                        return notifier.error();
                    const auto sample = sampleOf(session, journal, composer);
                    if (!sample)
                        return sample.error();
                    const std::optional<Incident> incident = sample->incident;
                    return composer.render({.escalation = sample->escalation,
                                            .incident = incident,
                                            .settled = *settled,
                                            .date = now,
                                            .next = whatComesNext(incident, settled->policy.settings),
                                            .session = &sample->session},
                                           *notifier, QUuid::createUuid());
                },
                context, done);
        });
}

} // namespace escalite::runtime
