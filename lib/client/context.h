// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Which session is the current one: a stack for each thread, to be captured here and attached there (E-05).

#pragma once

#include "client/opensession.h"
#include "core/export.h"

namespace escalite {

/// A captured current session; may be none. Copy it into another thread, a continuation, a callback.
class ESCALITE_EXPORT Context
{
public:
    Context() = default;
    explicit Context(OpenSession session) : m_session(std::move(session)) {}
    [[nodiscard]] static Context current();
    [[nodiscard]] const OpenSession &session() const { return m_session; }

private:
    OpenSession m_session;
};

/// Makes \a context the current one of this thread until the guard goes. Guards nest and go in reverse order.
class ESCALITE_EXPORT ContextGuard
{
public:
    [[nodiscard]] explicit ContextGuard(const Context &context);
    ~ContextGuard();
    ContextGuard(const ContextGuard &) = delete;
    ContextGuard &operator=(const ContextGuard &) = delete;

private:
    OpenSession m_outer;
};

/// One request: starts a session, makes it current, ends it and hands it over when it goes, on the same thread. That an
/// exception leaves the scope is recorded, and it passes on untouched (E-13); which one it is a destructor cannot see,
/// but scoped() can. Scopes nest; the inner one is a session of its own.
class ESCALITE_EXPORT RequestScope
{
public:
    [[nodiscard]] explicit RequestScope(const SessionOptions &options = {});
    ~RequestScope();
    RequestScope(const RequestScope &) = delete;
    RequestScope &operator=(const RequestScope &) = delete;

    [[nodiscard]] OpenSession &session() { return m_session; }
    LogStatus log(std::string_view key, const Value &value, const LogFields &fields = {});
    LogStatus log(std::string_view key, const Value &value, std::string_view tag);

private:
    OpenSession m_session;
    OpenSession m_outer;
    int m_exceptions;
};

/// One call of a service within the current session: starts it, and ends it when it goes: as error when an exception
/// leaves the scope or finish() was never called.
class ESCALITE_EXPORT ServiceCall
{
public:
    [[nodiscard]] explicit ServiceCall(std::string_view service, std::string_view message = {},
                                       const CallFields &fields = {});
    ~ServiceCall();
    ServiceCall(const ServiceCall &) = delete;
    ServiceCall &operator=(const ServiceCall &) = delete;

    LogStatus finish(std::string_view message = {}, const CallFields &fields = {});
    [[nodiscard]] int number() const { return m_number; }

private:
    OpenSession m_session;
    std::string m_service;
    int m_number = 0;
    int m_exceptions = 0;
    bool m_isFinished = false;
};

} // namespace escalite
