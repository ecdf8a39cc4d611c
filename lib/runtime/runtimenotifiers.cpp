// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The part of the runtime that changes notifiers and sends again.

#include "runtime/runtime.h"

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

void Runtime::loadNotifier(const QString &, QObject *, std::function<void(Result<NotifierSetup>)> done)
{
    done(unavailable());
}

Problems Runtime::checkNotifier(const NotifierSetup &, const QString &) const
{
    return {};
}

void Runtime::saveNotifier(const NotifierSetup &, const QString &, QObject *, std::function<void(Problems)> done)
{
    done({{.message = unavailable().message}});
}

void Runtime::removeNotifier(const QString &, QObject *, std::function<void(std::optional<Error>)> done)
{
    done(unavailable());
}

void Runtime::previewNotifier(const NotifierSetup &, std::optional<QUuid>, QObject *,
                              std::function<void(Result<Rendered>)> done)
{
    done(unavailable());
}

} // namespace escalite::runtime
