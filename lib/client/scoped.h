// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The seed's route decorator (E-14): a function that runs within a session of its own, also where its work goes on
// after it has returned.

#pragma once

#include "client/context.h"
#include "core/export.h"

#include <QFuture>
#include <QPromise>

#include <atomic>
#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace escalite {

/// What scoped() may be told beside the route.
struct ScopedOptions
{
    std::shared_ptr<Sink> sink{};                     ///< Where the sessions go; null = defaultSink().
    std::function<void(const OpenSession &)> ended{}; ///< Once for each session, on the thread that ends it.
};

namespace client {

/// A session of scoped() while it is open. It ends when it is told to, and at the latest when the last who holds this
/// lets go: the handler and what it has bound().
class ESCALITE_EXPORT ScopedSession
{
public:
    ScopedSession(std::string_view route, const ScopedOptions &options);
    ~ScopedSession();
    ScopedSession(const ScopedSession &) = delete;
    ScopedSession &operator=(const ScopedSession &) = delete;

    [[nodiscard]] const OpenSession &session() const { return m_session; }
    /// From now on a future decides what is an unhandled exception and when the session ends.
    void awaitFuture() { m_awaitsFuture = true; }
    [[nodiscard]] bool awaitsFuture() const { return m_awaitsFuture; }
    void failed(const std::exception_ptr &exception);
    void canceled();
    void end();

    /// That of the handler or the bound callable which runs on this thread; null outside.
    [[nodiscard]] static std::shared_ptr<ScopedSession> current();

private:
    friend class ScopedGuard;
    OpenSession m_session;
    std::function<void(const OpenSession &)> m_ended;
    std::atomic<bool> m_awaitsFuture = false;
    std::atomic<bool> m_isOver = false;
};

/// Makes a session of scoped() the current one of this thread, or the \a context where there is none.
class [[nodiscard]] ESCALITE_EXPORT ScopedGuard
{
public:
    ScopedGuard(std::shared_ptr<ScopedSession> scoped, const Context &context);
    ~ScopedGuard();
    ScopedGuard(const ScopedGuard &) = delete;
    ScopedGuard &operator=(const ScopedGuard &) = delete;

private:
    std::shared_ptr<ScopedSession> m_outer;
    ContextGuard m_guard;
};

/// What bound() has captured.
class Binding
{
public:
    Binding() : m_scoped(ScopedSession::current()), m_context(Context::current())
    {
        // Another session may have begun within.
        if (m_scoped && m_scoped->session() != m_context.session())
            m_scoped.reset();
    }

    template<typename Function, typename... Arguments>
    decltype(auto) run(Function &function, Arguments &&...arguments) const
    {
        const ScopedGuard guard(m_scoped, m_context);
        try {
            return std::invoke(function, std::forward<Arguments>(arguments)...);
        } catch (...) {
            if (m_scoped && !m_scoped->awaitsFuture())
                m_scoped->failed(std::current_exception());
            throw;
        }
    }

private:
    std::shared_ptr<ScopedSession> m_scoped;
    Context m_context;
};

/// A callable with the very signature of \a Function: QFuture::onFailed() reads the exception's type from it.
template<typename Function, typename Signature = void>
class Bound
{
public:
    explicit Bound(Function function) : m_function(std::move(function)) {}

    template<typename... Arguments>
    requires std::invocable<Function &, Arguments...>
    decltype(auto) operator()(Arguments &&...arguments)
    {
        return m_binding.run(m_function, std::forward<Arguments>(arguments)...);
    }

private:
    Binding m_binding;
    Function m_function;
};

template<typename Function, typename Result, typename... Arguments>
class Bound<Function, Result(Arguments...)>
{
public:
    explicit Bound(Function function) : m_function(std::move(function)) {}

    Result operator()(Arguments... arguments)
    {
        return m_binding.run(m_function, std::forward<Arguments>(arguments)...);
    }

private:
    Binding m_binding;
    Function m_function;
};

template<typename Member>
struct SignatureOf;
template<typename Class, typename Result, typename... Arguments>
struct SignatureOf<Result (Class::*)(Arguments...)> : std::type_identity<Result(Arguments...)>
{
};
template<typename Class, typename Result, typename... Arguments>
struct SignatureOf<Result (Class::*)(Arguments...) const> : std::type_identity<Result(Arguments...)>
{
};
template<typename Class, typename Result, typename... Arguments>
struct SignatureOf<Result (Class::*)(Arguments...) noexcept> : std::type_identity<Result(Arguments...)>
{
};
template<typename Class, typename Result, typename... Arguments>
struct SignatureOf<Result (Class::*)(Arguments...) const noexcept> : std::type_identity<Result(Arguments...)>
{
};

template<typename T>
inline constexpr bool IsFuture = false;
template<typename T>
inline constexpr bool IsFuture<QFuture<T>> = true;

/// \a future with the session's end before its own.
template<typename T>
QFuture<T> endingWith(QFuture<T> future, const std::shared_ptr<ScopedSession> &scoped)
{
    scoped->awaitFuture();
    const auto promise = std::make_shared<QPromise<T>>();
    promise->start();
    QFuture<T> answered = promise->future();
    future
        .then(QtFuture::Launch::Sync,
              [scoped, promise](QFuture<T> done) {
                  try {
                      done.waitForFinished(); // It has; this throws what it ended with.
                      scoped->end();          // Before anybody can have a result.
                      if constexpr (std::is_copy_constructible_v<T>) {
                          const QList<T> results = done.results();
                          for (const T &result : results)
                              promise->addResult(result);
                      } else if constexpr (!std::is_void_v<T>) {
                          if (done.resultCount() > 0)
                              promise->addResult(done.takeResult());
                      }
                  } catch (...) {
                      scoped->failed(std::current_exception());
                      promise->setException(std::current_exception());
                  }
                  scoped->end();
                  promise->finish();
              })
        .onCanceled([scoped, promise] {
            scoped->canceled();
            scoped->end();
            promise->future().cancel();
            promise->finish();
        });
    return answered;
}

} // namespace client

/// A callable that does what \a function does with the session that is current here and now, on whatever thread and
/// whenever it is called: for QFuture::then() and onFailed(), for callbacks, for slots.
///
/// Within scoped() it also keeps the session open until it is destroyed, unless the handler returns a QFuture: that
/// decides alone. So do not keep it for longer than the request.
template<typename Function>
auto bound(Function function)
{
    if constexpr (std::is_function_v<std::remove_pointer_t<Function>>)
        return client::Bound<Function, std::remove_pointer_t<Function>>(std::move(function));
    else if constexpr (requires { &Function::operator(); })
        return client::Bound<Function, typename client::SignatureOf<decltype(&Function::operator())>::type>(
            std::move(function));
    else
        return client::Bound<Function>(std::move(function));
}

/// A function that does what \a handler does, each run within a session of \a route. The session ends when the handler
/// returns and nothing that it has bound() is left; where it returns a QFuture, when that is finished or canceled. An
/// exception that leaves the handler, or that the future ends with, is recorded and passes on untouched.
///
/// Continuations see the session as current when they are bound(). The future that is returned is another one with the
/// same results; to cancel it does not cancel the handler's.
template<typename Handler>
auto scoped(std::string route, Handler handler, ScopedOptions options = {})
{
    return [route = std::move(route), handler = std::move(handler),
            options = std::move(options)]<typename... Arguments>(Arguments &&...arguments) mutable -> decltype(auto) {
        using Returned = std::invoke_result_t<Handler &, Arguments...>;
        const auto session = std::make_shared<client::ScopedSession>(route, options);
        try {
            const client::ScopedGuard guard(session, Context(session->session()));
            if constexpr (client::IsFuture<std::remove_cvref_t<Returned>>)
                return client::endingWith(std::invoke(handler, std::forward<Arguments>(arguments)...), session);
            else
                return static_cast<Returned>(std::invoke(handler, std::forward<Arguments>(arguments)...));
        } catch (...) {
            session->failed(std::current_exception());
            session->end();
            throw;
        }
    };
}

} // namespace escalite
