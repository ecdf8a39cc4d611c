// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/opensession.h"

#include "client/record.h"
#include "client/storedvalue.h"

#include <QException>
#include <QLoggingCategory>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <typeinfo>

#include <cxxabi.h>

using namespace Qt::StringLiterals;

namespace escalite {

namespace {

Q_LOGGING_CATEGORY(lcClient, "escalite.client", QtInfoMsg)

struct DefaultSink
{
    std::mutex mutex;
    std::atomic<bool> isThere = false; ///< Without one no session needs the lock.
    std::shared_ptr<Sink> sink;
};

DefaultSink &theDefault()
{
    static DefaultSink sink;
    return sink;
}

std::string readable(const char *typeName)
{
    int status = 0;
    const std::unique_ptr<char, void (*)(void *)> name(abi::__cxa_demangle(typeName, nullptr, nullptr, &status),
                                                       std::free);
    return name ? std::string(name.get()) : std::string(typeName);
}

} // namespace

std::shared_ptr<Sink> defaultSink() noexcept
{
    DefaultSink &its = theDefault();
    if (!its.isThere.load(std::memory_order_acquire))
        return nullptr;
    const std::lock_guard lock(its.mutex);
    return its.sink;
}

void setDefaultSink(std::shared_ptr<Sink> sink) noexcept
{
    {
        const std::lock_guard lock(theDefault().mutex);
        theDefault().sink.swap(sink);
        theDefault().isThere.store(theDefault().sink != nullptr, std::memory_order_release);
    }
    // The one of before goes here, without the lock: it may have to flush.
}

QString explain(LogStatus status)
{
    switch (status) {
    case LogStatus::Logged:
        return {};
    case LogStatus::NoSession:
        return u"Logging has not been started. Call start_logging() first."_s;
    case LogStatus::Late:
        return u"The session has ended; what comes later is kept for %1 s and flagged."_s.arg(
            client::LateGrace.count());
    case LogStatus::Truncated:
        return u"A text was cut at %1 bytes."_s.arg(client::MaxText);
    case LogStatus::Full:
        return u"The session has all that it may have; this was left out and counted."_s;
    }
    Q_UNREACHABLE();
}

OpenSession OpenSession::start(const SessionOptions &options)
{
    try {
        auto record = std::make_shared<client::Record>(options.sink ? options.sink : defaultSink());
        record->start(options.route);
        return OpenSession(std::move(record));
    } catch (const std::bad_alloc &) {
        return {};
    }
}

QUuid OpenSession::alertId() const
{
    return m_record ? m_record->id() : QUuid();
}

LogStatus OpenSession::log(std::string_view key, const Value &value, const LogFields &fields)
{
    return m_record ? m_record->log(key, value, fields) : LogStatus::NoSession;
}

LogStatus OpenSession::clear(std::string_view key, std::string_view member, std::string_view tag)
{
    return m_record ? m_record->clear(key, member, tag) : LogStatus::NoSession;
}

LogStatus OpenSession::logService(std::string_view service, std::string_view message, const CallFields &fields)
{
    if (!m_record)
        return LogStatus::NoSession;
    return m_record->log(
        service, {},
        {.tag = ServiceLogs, .code = fields.code, .message = message, .level = fields.level, .extras = fields.extras},
        &fields);
}

int OpenSession::startCall(std::string_view service, std::string_view message, const CallFields &fields)
{
    return m_record ? m_record->startCall(service, message, fields) : 0;
}

LogStatus OpenSession::stopCall(std::string_view service, std::string_view message, const CallFields &fields,
                                int number)
{
    return m_record ? m_record->stopCall(service, message, fields, number) : LogStatus::NoSession;
}

LogStatus OpenSession::logException(const std::exception_ptr &exception)
{
    if (!m_record)
        return LogStatus::NoSession;
    const auto record = [this](const std::string &type, std::string_view what) {
        return log("unhandled_exception", type, {.tag = ErrorLogs, .message = what, .level = Level::Error});
    };
    try {
        std::rethrow_exception(exception);
    } catch (const QUnhandledException &unhandled) {
        // What a future carries: the exception itself is within.
        if (const std::exception_ptr within = unhandled.exception())
            return logException(within);
        return record("QUnhandledException", unhandled.what());
    } catch (const std::exception &known) {
        return record(readable(typeid(known).name()), known.what());
    } catch (...) {
        const std::type_info *const type = abi::__cxa_current_exception_type();
        return record(type ? readable(type->name()) : std::string("unknown"), "An exception of no known kind.");
    }
}

Level OpenSession::level(std::string_view tag) const
{
    return m_record ? m_record->level(tag) : Level::Info;
}

Level OpenSession::setLevel(Level level, std::string_view tag, bool force)
{
    if (!m_record)
        return Level::Info;
    m_record->setLevel(level, tag, force);
    return m_record->level(tag);
}

SessionPtr OpenSession::snapshot() const
{
    return m_record ? std::make_shared<const Session>(m_record->session()) : nullptr;
}

SessionPtr OpenSession::snapshotAtEnd() const
{
    return m_record ? std::make_shared<const Session>(m_record->session(client::Record::Moment::End)) : nullptr;
}

QByteArray OpenSession::document() const
{
    return m_record ? m_record->document() : QByteArray();
}

std::optional<Entry> OpenSession::entry(std::string_view key, std::string_view tag) const
{
    if (!m_record)
        return std::nullopt;
    const Session session = m_record->session();
    const auto in = [name = client::qString(key)](const QList<Entry> &entries) -> std::optional<Entry> {
        const auto found =
            std::find_if(entries.begin(), entries.end(), [&](const Entry &entry) { return entry.key == name; });
        return found == entries.end() ? std::nullopt : std::optional(*found);
    };
    if (tag.empty())
        return in(session.untagged);
    for (const Section &section : session.sections) {
        if (section.name == client::qString(tag))
            return in(section.entries);
    }
    return std::nullopt;
}

LogStatus OpenSession::end()
{
    if (!m_record)
        return LogStatus::NoSession;
    if (!m_record->end()) {
        qCWarning(lcClient) << "Session" << m_record->id().toString(QUuid::WithoutBraces) << "has ended before.";
        return LogStatus::Late;
    }
    if (const std::shared_ptr<Sink> sink = m_record->releaseSink())
        sink->ended(EndedSession(m_record));
    return LogStatus::Logged;
}

bool OpenSession::hasEnded() const
{
    return m_record && m_record->hasEnded();
}

} // namespace escalite
