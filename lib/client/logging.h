// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The seed's functions on the current session of this thread.

#pragma once

#include "client/context.h"
#include "core/export.h"
#include "core/result.h"

namespace escalite {

/// A session as it was at its end. Put together where it is first looked at, so that a request which does not look pays
/// nothing for it. One thread at a time.
class ESCALITE_EXPORT EndedLogs
{
public:
    explicit EndedLogs(OpenSession session) : m_session(std::move(session)) {}

    [[nodiscard]] const SessionPtr &session() const; ///< Null when there was none.
    const Session &operator*() const { return *session(); }
    const Session *operator->() const { return session().get(); }

private:
    OpenSession m_session;
    mutable SessionPtr m_atEnd;
};

/// Starts a session and makes it current. One that is current and open is ended as abandoned, and reported (E-05).
ESCALITE_EXPORT OpenSession startLogging(const SessionOptions &options = {});
/// Ends the current session and hands it over; it stays current. The error has the seed's words when there is none.
ESCALITE_EXPORT Result<EndedLogs> endLogging();

ESCALITE_EXPORT LogStatus addToLog(std::string_view key, const Value &value, const LogFields &fields = {});
ESCALITE_EXPORT LogStatus addServiceLog(std::string_view service, std::string_view message,
                                        const CallFields &fields = {});
ESCALITE_EXPORT LogStatus startServiceLog(std::string_view service, std::string_view message,
                                          const CallFields &fields = {});
ESCALITE_EXPORT LogStatus stopServiceLog(std::string_view service, std::string_view message,
                                         const CallFields &fields = {});
[[nodiscard]] ESCALITE_EXPORT Level getLogLevel(std::string_view tag = {});
ESCALITE_EXPORT Level updateLogLevel(Level level, std::string_view tag = {}, bool force = false);
[[nodiscard]] ESCALITE_EXPORT SessionPtr getAllLogs(); ///< Null when there is no session (E-08).
[[nodiscard]] ESCALITE_EXPORT std::optional<Entry> getLogByKey(std::string_view key,
                                                               std::string_view tag = {}); ///< E-09

/// Shorter words for the same.
inline LogStatus log(std::string_view key, const Value &value, const LogFields &fields = {})
{
    return addToLog(key, value, fields);
}

} // namespace escalite
