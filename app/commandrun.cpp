// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/commandrun.h"

#include "app/commandline.h"
#include "client/httpsink.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSysInfo>
#include <QTextStream>

#include <system_error>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::app {

namespace {

constexpr auto OutputSection = "output";
constexpr std::chrono::seconds TellEvery{1};
/// How long the end may wait for the console.
constexpr std::chrono::milliseconds FlushStep{100};
constexpr int FlushSteps = 20;

TimePoint wallClock()
{
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

void sayToUser(const QString &text)
{
    QTextStream(stderr) << "escalite: " << text << '\n';
}

QString signalName(int signal)
{
    const char *name = ::sigabbrev_np(signal);
    return name != nullptr ? "SIG"_L1 + QLatin1StringView(name) : u"signal %1"_s.arg(signal);
}

/// Waits for what was said of the run to be stored; a console that was never there is not waited for.
bool isStored(HttpSink &sink)
{
    for (int i = 0; i < FlushSteps; ++i) {
        if (sink.flush(FlushStep))
            return sink.counts().discarded.empty();
        if (!sink.problem().isEmpty() && sink.counts().accepted == 0)
            return false;
    }
    return false;
}

HttpSinkOptions sinkOptions(const RunOptions &options)
{
    HttpSinkOptions result = HttpSinkOptions::fromEnvironment();
    result.mode = HttpSinkOptions::Mode::Live;
    result.flushAtExit = 0ms;
    if (!options.url.isEmpty())
        result.url = options.url;
    if (!options.source.isEmpty())
        result.source = options.source;
    if (result.source.isEmpty())
        result.source = QSysInfo::machineHostName();
    if (!options.tokenFile.isEmpty()) {
        QFile file(options.tokenFile);
        if (file.open(QIODevice::ReadOnly))
            result.token = Secret(QString::fromUtf8(file.read(4'096)).trimmed());
    }
    return result;
}

} // namespace

RunRecord::RunRecord(OpenSession session, const RunOptions &options)
    : m_session(std::move(session))
    , m_options(options)
    , m_lines{Lines{.kept = KeptLines(options.keep)}, Lines{.kept = KeptLines(options.keep)}}
{
}

void RunRecord::began(const QStringList &words, qint64 pid)
{
    m_session.log("command", shownCommand(words), {.tag = ApiLogs});
    m_session.log("directory", QDir::currentPath(), {.tag = ApiLogs});
    m_session.log("pid", pid, {.tag = ApiLogs});
}

void RunRecord::heard(Stream stream, QByteArrayView bytes, TimePoint now)
{
    while (!bytes.isEmpty()) {
        if (const auto line = of(stream).cutter.next(bytes))
            add(stream, *line, now);
    }
}

void RunRecord::add(Stream stream, const QString &text, TimePoint now)
{
    Lines &lines = of(stream);
    if (const auto first = lines.kept.add(text, now)) {
        log(stream, "line " + std::to_string(first->number), *first);
        lines.told = first->number;
    }
    lines.newest = {.number = lines.kept.count(), .text = text, .at = now};
}

void RunRecord::log(Stream stream, const std::string &key, const KeptLines::Line &line, bool isLate)
{
    const bool isError = stream == Stream::Errors;
    const std::string_view tag = isError ? ErrorLogs : std::string_view(OutputSection);
    const std::string name = isError ? "stderr " + key : key;
    const Level level = isError ? m_options.errors : Level::Info;
    if (isLate)
        m_session.log(name, line.text, {.tag = tag, .level = level, .extras = {{"written_at", toRfc3339(line.at)}}});
    else
        m_session.log(name, line.text, {.tag = tag, .level = level});
}

std::chrono::milliseconds RunRecord::idle(TimePoint now)
{
    const bool isBehind = std::any_of(m_lines.begin(), m_lines.end(),
                                      [](const Lines &lines) { return lines.newest.number > lines.told; });
    if (!isBehind)
        return -1ms;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_toldAt + TellEvery - now);
    if (left > 0ms && left <= TellEvery)
        return left;
    m_toldAt = now;
    for (const Stream stream : {Stream::Output, Stream::Errors}) {
        Lines &lines = of(stream);
        if (lines.newest.number > lines.told)
            log(stream, "newest", lines.newest, true);
        lines.told = lines.newest.number;
    }
    return -1ms;
}

void RunRecord::couldNotStart(const QString &name, int status, const QString &reason)
{
    fail(name, status, reason);
    m_session.end();
}

void RunRecord::ended(const QString &name, const ChildEnd &end)
{
    for (const Stream stream : {Stream::Output, Stream::Errors}) {
        Lines &lines = of(stream);
        if (const auto rest = lines.cutter.rest())
            add(stream, *rest, wallClock());
        if (const qint64 leftOut = lines.kept.leftOut(); leftOut > 0) {
            const KeptLines::Line mark{.number = 0,
                                       .text = u"… %1 lines are left out here …"_s.arg(leftOut),
                                       .at = lines.kept.last().empty() ? wallClock() : lines.kept.last().front().at};
            log(stream, "left out", mark, true);
        }
        for (const KeptLines::Line &line : lines.kept.last())
            log(stream, "line " + std::to_string(line.number), line, true);
    }
    m_session.log("status_code", end.status, {.tag = ApiLogs});
    if (end.signal != 0)
        fail(name, end.status, u"was ended by %1"_s.arg(signalName(end.signal)));
    else if (end.status != 0)
        fail(name, end.status, u"ended with exit code %1"_s.arg(end.status));
    m_session.end();
}

/// The headline of the session: what became of the command, and the last thing it complained of.
void RunRecord::fail(const QString &name, int status, const QString &what)
{
    constexpr qsizetype MostOfALine = 160;
    QString message = name + u' ' + what;
    if (const QString &last = of(Stream::Errors).newest.text; !last.isEmpty())
        message += ": "_L1 + (last.size() > MostOfALine ? last.first(MostOfALine) + u'…' : last);
    m_session.log(m_options.key.toStdString(), nullptr,
                  {.tag = ErrorLogs, .code = status, .message = message.toStdString(), .level = m_options.level});
}

int runCommand(const RunOptions &options, const std::vector<const char *> &arguments)
{
    QStringList words;
    for (const char *argument : arguments)
        words.append(QString::fromLocal8Bit(argument));
    const QString name = QFileInfo(words.constFirst()).fileName();

    ChildProcess child;
    const auto sink = std::make_shared<HttpSink>(sinkOptions(options));
    const std::string route = (options.route.isEmpty() ? "RUN "_L1 + name : options.route).toStdString();
    RunRecord record(OpenSession::start({.route = route, .sink = sink}), options);
    const int error = child.start(arguments);
    record.began(words, child.pid());
    int status = 0;
    if (error != 0) {
        constexpr int NotFound = 127; // POSIX, Shell Command Language 2.8.2
        constexpr int NotExecutable = 126;
        status = error == ENOENT ? NotFound : NotExecutable;
        const QString reason =
            error == ENOENT ? u"is no command here"_s : QString::fromStdString(std::generic_category().message(error));
        record.couldNotStart(name, status, error == ENOENT ? u"was not found"_s : u"could not be started: "_s + reason);
        sayToUser(u"%1: %2"_s.arg(words.constFirst(), error == ENOENT ? u"command not found"_s : reason));
    } else {
        const ChildEnd end =
            child.relay([&record](Stream stream, QByteArrayView bytes) { record.heard(stream, bytes, wallClock()); },
                        [&record] { return record.idle(wallClock()); });
        record.ended(name, end);
        status = end.status;
    }
    if (!isStored(*sink) && !options.quiet && error == 0) {
        const QString problem = sink->problem();
        sayToUser(u"The console has no whole record of this run: %1"_s.arg(
            problem.isEmpty() ? u"it did not answer in time."_s : problem));
    }
    return status;
}

} // namespace escalite::app
