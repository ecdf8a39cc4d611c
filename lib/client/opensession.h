// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A session while its request runs: the handle that the seed keeps in a context variable. What the functions of
// client/logging.h do to the current session, these do to this one.
//
// Never throws into the request and never waits for anything but another thread that writes to the same session.

#pragma once

#include "client/value.h"
#include "core/export.h"
#include "core/level.h"
#include "core/session.h"

#include <initializer_list>
#include <memory>
#include <optional>

namespace escalite {

class Sink;
namespace client {
class Record;
}

/// The sections every document has; any other name makes a custom one.
inline constexpr std::string_view ApiLogs = "api_logs";
inline constexpr std::string_view ServiceLogs = "service_logs";
inline constexpr std::string_view ErrorLogs = "error_logs";

/// How a session begins.
struct SessionOptions
{
    std::string_view route{}; ///< "POST /pay": method and path, stored as request_method and request_path in api_logs.
    std::shared_ptr<Sink> sink{}; ///< Where it goes; null = defaultSink().
};

/// The parameters of the seed's add_to_log that may be left out.
struct LogFields
{
    std::string_view tag{}; ///< The section; empty: an untagged entry.
    Value code{};
    std::string_view message{}; ///< Empty: not given; what is stored stays.
    Level level = Level::Info;
    std::initializer_list<Field> extras{};
};

/// Those of start_service_log and stop_service_log.
struct CallFields
{
    std::string_view url{};
    Value code{};
    Level level = Level::Info;
    std::string_view errorTrace{};
    std::initializer_list<Field> extras{};
};

enum class LogStatus : quint8 {
    Logged,
    NoSession, ///< "Logging has not been started. Call start_logging() first."
    Late,      ///< After the end. For 5 s it is kept and flagged (E-06), and sent if the sink is live or has not sent
               ///< the session yet; afterwards it is not kept.
    Truncated, ///< Kept, but cut at a limit (E-26), with a mark.
    Full,      ///< Not kept: the session has all it may have; counted (E-26).
};
[[nodiscard]] ESCALITE_EXPORT QString explain(LogStatus status); ///< A sentence; empty for Logged.

/// Copies are the same session. Safe to use from any thread.
class ESCALITE_EXPORT OpenSession
{
public:
    OpenSession() = default; ///< None: everything answers NoSession.
    static OpenSession start(const SessionOptions &options = {});

    [[nodiscard]] explicit operator bool() const { return m_record != nullptr; }
    [[nodiscard]] QUuid alertId() const; ///< UUID version 4; null without a session.

    LogStatus log(std::string_view key, const Value &value, const LogFields &fields = {});
    /// Sets value, code, message or an extra of an entry to null, which writing null does not (E-25).
    LogStatus clear(std::string_view key, std::string_view member, std::string_view tag = {});
    /// A point event (E-10).
    LogStatus logService(std::string_view service, std::string_view message, const CallFields &fields = {});
    /// Call number 1, 2, … of \a service; 0 when there is no session.
    int startCall(std::string_view service, std::string_view message, const CallFields &fields = {});
    /// \a number 0: the newest that is open; one that never began is kept and flagged.
    LogStatus stopCall(std::string_view service, std::string_view message, const CallFields &fields = {},
                       int number = 0);
    /// Records \a exception under error_logs as "unhandled_exception" (E-13).
    LogStatus logException(const std::exception_ptr &exception);

    /// The session's level, or that of a section; Info when there is none (E-07).
    [[nodiscard]] Level level(std::string_view tag = {}) const;
    /// The level in force afterwards (E-04): raised at once, lowered only by \a force.
    Level setLevel(Level level, std::string_view tag = {}, bool force = false);

    /// All of it as it is now; null without a session.
    [[nodiscard]] SessionPtr snapshot() const;
    /// As it was when it ended, without what came late; before the end the same as snapshot().
    [[nodiscard]] SessionPtr snapshotAtEnd() const;
    /// Its document in the seed's form and key order, escaped JSON in UTF-8; empty without a session.
    [[nodiscard]] QByteArray document() const;
    [[nodiscard]] std::optional<Entry> entry(std::string_view key, std::string_view tag = {}) const;

    /// Ends it and hands it to its sink. A second end does nothing but warn (E-06).
    LogStatus end();
    [[nodiscard]] bool hasEnded() const;

    bool operator==(const OpenSession &) const = default;

private:
    explicit OpenSession(std::shared_ptr<client::Record> record) : m_record(std::move(record)) {}
    std::shared_ptr<client::Record> m_record;
};

} // namespace escalite
