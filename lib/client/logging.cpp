// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/logging.h"

#include "client/currentsession.h"

#include <QLoggingCategory>

namespace escalite {

namespace {
Q_LOGGING_CATEGORY(lcLogging, "escalite.client", QtInfoMsg)
}

using client::currentSession;

OpenSession startLogging(const SessionOptions &options)
{
    OpenSession &current = currentSession();
    if (current && !current.hasEnded()) {
        qCWarning(lcLogging) << "Session" << current.alertId().toString(QUuid::WithoutBraces)
                             << "was still open when another was started.";
        current.log("abandoned", true,
                    {.tag = ErrorLogs,
                     .message = "Another session was started before this one had ended.",
                     .level = Level::Warning});
        current.end();
    }
    current = OpenSession::start(options);
    return current;
}

const SessionPtr &EndedLogs::session() const
{
    if (!m_atEnd)
        m_atEnd = m_session.snapshotAtEnd();
    return m_atEnd;
}

Result<EndedLogs> endLogging()
{
    OpenSession &current = currentSession();
    if (!current)
        return Error{ErrorCode::Refused, explain(LogStatus::NoSession)};
    current.end();
    return EndedLogs(current);
}

LogStatus addToLog(std::string_view key, const Value &value, const LogFields &fields)
{
    return currentSession().log(key, value, fields);
}

LogStatus addServiceLog(std::string_view service, std::string_view message, const CallFields &fields)
{
    return currentSession().logService(service, message, fields);
}

LogStatus startServiceLog(std::string_view service, std::string_view message, const CallFields &fields)
{
    OpenSession &current = currentSession();
    if (!current)
        return LogStatus::NoSession;
    return current.startCall(service, message, fields) > 0 ? LogStatus::Logged : LogStatus::Full;
}

LogStatus stopServiceLog(std::string_view service, std::string_view message, const CallFields &fields)
{
    return currentSession().stopCall(service, message, fields);
}

Level getLogLevel(std::string_view tag)
{
    return currentSession().level(tag);
}

Level updateLogLevel(Level level, std::string_view tag, bool force)
{
    return currentSession().setLevel(level, tag, force);
}

SessionPtr getAllLogs()
{
    return currentSession().snapshot();
}

std::optional<Entry> getLogByKey(std::string_view key, std::string_view tag)
{
    return currentSession().entry(key, tag);
}

} // namespace escalite
