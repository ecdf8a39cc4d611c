// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/context.h"

#include "client/currentsession.h"

#include <exception>
#include <utility>

namespace escalite {

namespace client {

OpenSession &currentSession()
{
    thread_local OpenSession current;
    return current;
}

} // namespace client

using client::currentSession;

Context Context::current()
{
    return Context(currentSession());
}

ContextGuard::ContextGuard(const Context &context) : m_outer(std::exchange(currentSession(), context.session())) {}

ContextGuard::~ContextGuard()
{
    currentSession() = std::move(m_outer);
}

RequestScope::RequestScope(const SessionOptions &options)
    : m_session(OpenSession::start(options))
    , m_outer(std::exchange(currentSession(), m_session))
    , m_exceptions(std::uncaught_exceptions())
{
}

RequestScope::~RequestScope()
{
    if (std::uncaught_exceptions() > m_exceptions) {
        m_session.log("unhandled_exception", {},
                      {.tag = ErrorLogs, .message = "An exception left the request.", .level = Level::Error});
    }
    if (!m_session.hasEnded())
        m_session.end();
    currentSession() = std::move(m_outer);
}

LogStatus RequestScope::log(std::string_view key, const Value &value, const LogFields &fields)
{
    return m_session.log(key, value, fields);
}

LogStatus RequestScope::log(std::string_view key, const Value &value, std::string_view tag)
{
    return m_session.log(key, value, {.tag = tag});
}

ServiceCall::ServiceCall(std::string_view service, std::string_view message, const CallFields &fields)
    : m_session(currentSession())
    , m_service(service)
    , m_number(m_session.startCall(service, message, fields))
    , m_exceptions(std::uncaught_exceptions())
{
}

ServiceCall::~ServiceCall()
{
    if (m_isFinished)
        return;
    const bool isThrown = std::uncaught_exceptions() > m_exceptions;
    finish(isThrown ? "An exception left the call." : "The call was left without a result.", {.level = Level::Error});
}

LogStatus ServiceCall::finish(std::string_view message, const CallFields &fields)
{
    m_isFinished = true;
    // Without a number it was left out, and so is its end.
    return m_number == 0 && m_session ? LogStatus::Full : m_session.stopCall(m_service, message, fields, m_number);
}

} // namespace escalite
