// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "notifiers/commandsender.h"

#include "message/redaction.h"
#include "message/text.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcessEnvironment>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <utility>

#include <linux/close_range.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

namespace {
using Kind = Outcome::Kind;

constexpr qsizetype MaxDetail = 300;
constexpr qsizetype MaxTranscript = 7000; // Of each stream; the whole is at most 16 KiB.
constexpr qsizetype MaxHandle = 200;
constexpr double LongestWait = 24 * 3600; // Seconds that a program may ask for.

struct Word
{
    QLatin1StringView word;
    Kind kind{};
};
constexpr std::array Words{Word{"delivered"_L1, Kind::Delivered}, Word{"accepted"_L1, Kind::Accepted},
                           Word{"transient"_L1, Kind::Transient}, Word{"permanent"_L1, Kind::Permanent},
                           Word{"ambiguous"_L1, Kind::Ambiguous}, Word{"misconfigured"_L1, Kind::Misconfigured}};

std::chrono::milliseconds milliseconds(Duration duration)
{
    return std::chrono::ceil<std::chrono::milliseconds>(duration);
}

/// The object that a program may print to say more than its exit code: its whole output, or its last line.
QJsonObject answerIn(const QByteArray &output)
{
    const QByteArray trimmed = output.trimmed();
    const QJsonDocument whole = QJsonDocument::fromJson(trimmed);
    if (whole.isObject())
        return whole.object();
    return QJsonDocument::fromJson(trimmed.sliced(trimmed.lastIndexOf('\n') + 1)).object();
}

/// What arguments say in their own words, long enough to be told apart: values of options, not the options.
QStringList ownWords(const QStringList &patterns)
{
    static const QRegularExpression marks(u"\\{\\{.*?\\}\\}"_s);
    QStringList words;
    for (const QString &pattern : patterns) {
        const QStringList pieces = pattern.split(marks, Qt::SkipEmptyParts);
        for (QString piece : pieces) {
            if (piece.startsWith(u'-'))
                piece = piece.contains(u'=') ? piece.section(u'=', 1) : QString();
            piece = piece.trimmed();
            if (piece.size() >= 4)
                words.append(piece);
        }
    }
    std::sort(words.begin(), words.end(), [](const QString &a, const QString &b) { return a.size() > b.size(); });
    return words;
}
} // namespace

QString objectionTo(const QString &program)
{
    const QFileInfo file(program);
    if (!file.isAbsolute())
        return u"'program' must be the whole path of a program, from the root on"_s;
    struct stat status = {};
    if (::stat(QFile::encodeName(program).constData(), &status) != 0 || !S_ISREG(status.st_mode))
        return u"'program' must be a program; %1 is none"_s.arg(program);
    if (!file.isExecutable())
        return u"%1 is not executable; run: chmod u+x %1"_s.arg(program);
    if (status.st_mode & S_IWOTH)
        return u"Everybody can change %1; run: chmod o-w %1"_s.arg(program);
    const QString folder = file.absolutePath();
    if (::stat(QFile::encodeName(folder).constData(), &status) == 0 && (status.st_mode & S_IWOTH)
        && !(status.st_mode & S_ISVTX))
        return u"Everybody can exchange %1, since they may write to its folder; run: chmod o-w %2"_s.arg(program,
                                                                                                         folder);
    return {};
}

CommandSender::CommandSender(Options options) : m_options(std::move(options)), m_masked(ownWords(m_options.patterns))
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        signalGroup(m_asked ? SIGKILL : SIGTERM);
        m_asked = true;
        m_deadline.start(milliseconds(
            m_options.grace)); // A process that survives the kill hangs in the kernel: asked until it ends.
    });
}

CommandSender::~CommandSender()
{
    signalGroup(SIGKILL);
    if (m_process) {
        m_process->disconnect(this); // Its end finds nobody here.
        m_process->waitForFinished(1000);
    }
}

void CommandSender::send(const Rendered &rendered, const delivery::AttemptContext &context,
                         std::function<void(Outcome)> done)
{
    m_done = std::move(done);
    QMetaObject::invokeMethod(
        this, [this, rendered, timeout = context.timeout] { start(rendered, timeout); }, Qt::QueuedConnection);
}

void CommandSender::start(const Rendered &rendered, Duration timeout)
{
    m_output.clear();
    m_errors.clear();
    m_stages.clear();
    m_asked = false;
    m_handedOver = false;
    m_stageClock.start();
    // Looked at once more: the file may have changed since the configuration was read.
    if (const QString objection = objectionTo(m_options.program); !objection.isEmpty()) {
        stage(u"start"_s, false, objection);
        return end({.kind = Kind::Misconfigured, .detail = objection + u'.'});
    }

    QStringList arguments;
    QProcessEnvironment environment;
    for (const char *name : {"PATH", "HOME", "LANG"}) {
        if (const QString value = qEnvironmentVariable(name); !value.isEmpty())
            environment.insert(QString::fromLatin1(name), value);
    }
    for (const Rendered::Header &header : rendered.headers) {
        if (header.name == Argument)
            arguments.append(QString::fromUtf8(header.value));
        else
            environment.insert(QString::fromLatin1(header.name), QString::fromUtf8(header.value));
    }

    m_process = std::make_unique<QProcess>();
    m_process->setProgram(m_options.program);
    m_process->setArguments(arguments);
    m_process->setProcessEnvironment(environment);
    m_process->setWorkingDirectory(m_options.directory);
    m_process->setChildProcessModifier([] {
        ::setpgid(0, 0);
        ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    });
    connect(m_process.get(), &QProcess::started, this, [this, body = rendered.body] {
        stage(u"start"_s, true);
        m_unwritten = body.size();
        m_process->write(body);
        m_process->closeWriteChannel();
    });
    connect(m_process.get(), &QProcess::bytesWritten, this, [this](qint64 bytes) {
        m_unwritten -= bytes;
        if (m_unwritten <= 0 && !m_handedOver) {
            m_handedOver = true;
            stage(u"hand over"_s, true);
        }
    });
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, [this] { drain(); });
    connect(m_process.get(), &QProcess::readyReadStandardError, this, [this] { drain(); });
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart) // A program need not read all, and finished() says the rest.
            return;
        const QString detail = u"%1 cannot be started; is the interpreter in its first line there?"_s.arg(
            QFileInfo(m_options.program).fileName());
        stage(u"start"_s, false, detail);
        end({.kind = Kind::Misconfigured, .detail = detail});
    });
    connect(m_process.get(), &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        drain();
        if (m_asked && m_group > 1) // What it started itself ends with it.
            ::kill(static_cast<pid_t>(-m_group), SIGKILL);
        m_group = 0;
        if (!m_handedOver)
            stage(u"hand over"_s, true, u"The program did not read all of it."_s);
        Outcome outcome;
        if (m_asked) {
            outcome.kind = m_options.whenKilled;
            outcome.detail = u"The program took too long and was ended."_s;
        } else if (status == QProcess::CrashExit) {
            outcome.kind = m_options.whenKilled;
            outcome.detail = u"The program ended by signal %1."_s.arg(code);
        } else {
            outcome = outcomeOfExit(code);
        }
        stage(u"answer"_s, outcome.kind == Kind::Delivered || outcome.kind == Kind::Accepted);
        if (const QString said = shown(m_output, MaxTranscript); !said.isEmpty())
            outcome.transcript += u"Output:\n"_s + said + u'\n';
        if (const QString said = shown(m_errors, MaxTranscript); !said.isEmpty())
            outcome.transcript += u"Errors:\n"_s + said + u'\n';
        end(outcome);
    });
    m_deadline.start(milliseconds(timeout));
    m_process->start(QIODevice::ReadWrite);
    if (m_process)
        m_group = m_process->processId();
}

void CommandSender::stage(const QString &name, bool ok, const QString &detail)
{
    const auto took = std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(m_stageClock.nsecsElapsed()));
    m_stages.append({.name = name, .took = took, .detail = detail, .ok = ok});
    m_stageClock.start();
}

void CommandSender::drain()
{
    const auto keep = [](QByteArray &kept, const QByteArray &more) {
        kept += more.first(std::min(more.size(), MaxOutput - kept.size()));
    };
    keep(m_output, m_process->readAllStandardOutput());
    keep(m_errors, m_process->readAllStandardError());
}

void CommandSender::signalGroup(int signal) const
{
    // A process that has just been made may not have its group yet.
    if (m_group > 1 && ::kill(static_cast<pid_t>(-m_group), signal) != 0)
        ::kill(static_cast<pid_t>(m_group), signal);
}

void CommandSender::end(Outcome outcome)
{
    m_deadline.stop();
    outcome.stages = std::exchange(m_stages, {});
    // The process may be on the stack.
    if (m_process) {
        m_process->disconnect(this);
        m_process.release()->deleteLater();
    }
    m_group = 0;
    std::exchange(m_done, nullptr)(outcome);
}

Outcome CommandSender::outcomeOfExit(int code) const
{
    Outcome outcome;
    outcome.status = code;
    outcome.kind = code == 0 ? Kind::Delivered : code == 75 ? Kind::Transient : Kind::Permanent; // sysexits.h
    const QJsonObject answer = answerIn(m_output);
    const QString word = answer.value(u"outcome"_s).toString();
    const auto said = std::find_if(Words.begin(), Words.end(), [&word](const Word &row) { return word == row.word; });
    if (said != Words.end()) {
        // A program that failed has delivered nothing, whatever it printed before.
        const bool good = said->kind == Kind::Delivered || said->kind == Kind::Accepted;
        if (code == 0 || !good)
            outcome.kind = said->kind;
    }
    const double wait = answer.value(u"retry_after"_s).toDouble(-1);
    if (std::isfinite(wait) && wait >= 0)
        outcome.retryAfter =
            std::chrono::duration_cast<Duration>(std::chrono::duration<double>(std::min(wait, LongestWait)));
    outcome.handle = message::fit(message::visible(answer.value(u"handle"_s).toString()), MaxHandle);

    QString detail = shown(answer.value(u"detail"_s).toString().toUtf8(), MaxDetail);
    if (detail.isEmpty() && code != 0)
        detail = lastLine(m_errors);
    const bool good = outcome.kind == Kind::Delivered || outcome.kind == Kind::Accepted;
    const QString sentence =
        good ? u"The program took the message"_s : u"The program ended with code %1"_s.arg(QString::number(code));
    outcome.detail = detail.isEmpty() ? sentence + u'.' : sentence + u": "_s + detail;
    return outcome;
}

QString CommandSender::shown(const QByteArray &output, qsizetype most) const
{
    QString text = QString::fromUtf8(output).trimmed();
    for (const QString &word : m_masked)
        text.replace(word, u"[argument]"_s);
    QList<Rendered::Hidden> hidden;
    text = message::redact(text, {}, hidden, {});
    return message::fit(message::visible(text, true), most);
}

QString CommandSender::lastLine(const QByteArray &output) const
{
    const QByteArray trimmed = output.trimmed();
    return shown(trimmed.sliced(trimmed.lastIndexOf('\n') + 1), MaxDetail);
}

} // namespace escalite::notifiers
