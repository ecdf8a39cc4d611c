// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The seed's route decorator (E-14): when a session of scoped() ends, and where it is the current one.

#include "client/scoped.h"

#include <QException>

namespace escalite::client {

namespace {

std::shared_ptr<ScopedSession> &currentScoped()
{
    thread_local std::shared_ptr<ScopedSession> current;
    return current;
}

/// What was thrown where \a exception is only Qt's wrap around it.
std::exception_ptr unwrapped(const std::exception_ptr &exception)
{
    try {
        std::rethrow_exception(exception);
    } catch (const QUnhandledException &wrap) {
        return wrap.exception() ? wrap.exception() : exception;
    } catch (...) {
        return exception;
    }
}

} // namespace

ScopedSession::ScopedSession(std::string_view route, const ScopedOptions &options)
    : m_session(OpenSession::start({.route = route, .sink = options.sink}))
    , m_ended(options.ended)
{
}

ScopedSession::~ScopedSession()
{
    end();
}

void ScopedSession::failed(const std::exception_ptr &exception)
{
    m_session.logException(unwrapped(exception));
}

void ScopedSession::canceled()
{
    m_session.log("canceled", true, {.tag = ApiLogs, .message = "The future was canceled", .level = Level::Warning});
}

void ScopedSession::end()
{
    if (m_isOver.exchange(true))
        return;
    m_session.end();
    try {
        if (m_ended)
            m_ended(m_session);
    } catch (...) {
        qWarning("What was to be done at a session's end threw an exception.");
    }
}

std::shared_ptr<ScopedSession> ScopedSession::current()
{
    return currentScoped();
}

ScopedGuard::ScopedGuard(std::shared_ptr<ScopedSession> scoped, const Context &context)
    : m_outer(std::exchange(currentScoped(), std::move(scoped)))
    , m_guard(context)
{
}

ScopedGuard::~ScopedGuard()
{
    currentScoped() = std::move(m_outer);
}

} // namespace escalite::client
