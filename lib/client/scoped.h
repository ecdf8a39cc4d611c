// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The seed's route decorator (E-14): a function that runs within a session of its own.

#pragma once

#include "client/context.h"

#include <string>
#include <type_traits>
#include <utility>

namespace escalite {

/// A function that does what \a handler does, each run within a session of \a route. The session ends when the handler
/// returns; where it returns a QFuture, when that is finished, and continuations of it see the session as current.
template<typename Handler>
auto scoped(std::string route, Handler handler)
{
    return [route = std::move(route),
            handler = std::move(handler)]<typename... Arguments>(Arguments &&...arguments) mutable -> decltype(auto) {
        RequestScope scope({.route = route});
        return handler(std::forward<Arguments>(arguments)...);
    };
}

} // namespace escalite
