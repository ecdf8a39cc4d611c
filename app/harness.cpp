// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalite-harness: mock mail and Slack servers on loopback, for trying notifiers without bothering anybody.

#include "harness/chatserver.h"
#include "harness/mailjudge.h"
#include "harness/mailserver.h"
#include "harness/notifiersfor.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSocketNotifier>
#include <QTextStream>

#include <csignal>

#include <sys/socket.h>
#include <unistd.h>

using namespace escalite;
using namespace escalite::harness;
using namespace Qt::StringLiterals;

namespace {

enum ExitCode { Done = 0, WrongUse = 64, CannotListen = 69, CannotWrite = 73 }; // sysexits.h

/// The written end of the pair is for the signal handler, which may do little else than write.
int signalPipe[2] = {-1, -1};

void onSignal(int)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(signalPipe[1], &byte, sizeof byte);
}

/// SIGINT and SIGTERM end the program by way of its event loop, so that the record is closed whole.
void quitOnSignals(QCoreApplication &application)
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, signalPipe) != 0)
        return;
    auto *notifier = new QSocketNotifier(signalPipe[0], QSocketNotifier::Read, &application);
    QObject::connect(notifier, &QSocketNotifier::activated, &application, &QCoreApplication::quit);
    struct sigaction action = {};
    action.sa_handler = onSignal;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

QJsonArray textArray(const QStringList &texts)
{
    return QJsonArray::fromStringList(texts);
}

QJsonObject record(const ReceivedMail &mail)
{
    QStringList recipients;
    for (const QByteArray &recipient : mail.recipients)
        recipients.append(QString::fromLatin1(recipient));
    return {{u"service"_s, u"smtp"_s},
            {u"from"_s, QString::fromLatin1(mail.from)},
            {u"recipients"_s, textArray(recipients)},
            {u"message_id"_s, QString::fromLatin1(mail.messageId)},
            {u"user"_s, mail.user},
            {u"encrypted"_s, mail.encrypted},
            {u"taken"_s, !mail.refused},
            {u"wrong"_s, textArray(mail.wrong)},
            {u"body_base64"_s, QString::fromLatin1(mail.message.toBase64())}};
}

QJsonObject record(const ReceivedChat &message)
{
    QJsonArray headers; // a list of pairs: order and repetitions count
    for (const http::Header &header : message.request.headers)
        headers.append(QJsonArray{QString::fromLatin1(header.name), QString::fromLatin1(header.value)});
    return {
        {u"service"_s, u"slack"_s},
        {u"method"_s, QString::fromLatin1(message.request.method)},
        {u"path"_s, QString::fromLatin1(message.request.path)},
        {u"headers"_s, headers},
        {u"status"_s, message.status},
        {u"answer"_s, QString::fromUtf8(message.answer)},
        {u"taken"_s, message.isTaken()},
        {u"wrong"_s, textArray(message.why.isEmpty() ? message.remarks : message.remarks + QStringList{message.why})},
        {u"body_base64"_s, QString::fromLatin1(message.request.body.toBase64())}};
}

QString sentence(const ReceivedMail &mail)
{
    QByteArray to;
    for (const QByteArray &recipient : mail.recipients)
        to += (to.isEmpty() ? "" : ", ") + recipient;
    const QString verdict = mail.refused ? u"refused: "_s + mail.wrong.join("; "_L1) : u"taken"_s;
    return u"mail   %1 -> %2, %3 bytes, subject %4, %5"_s.arg(
        QString::fromLatin1(mail.from), QString::fromLatin1(to), QString::number(mail.message.size()),
        QString::fromLatin1(fieldOf(mail.message, "Subject")), verdict);
}

QString sentence(const ReceivedChat &message)
{
    QString text = u"slack  %1 bytes, answered %2 %3"_s.arg(QString::number(message.request.body.size()),
                                                            QString::number(message.status),
                                                            QString::fromUtf8(message.answer.left(60)));
    if (!message.why.isEmpty())
        text += u": "_s + message.why;
    for (const QString &remark : message.remarks)
        text += u"; "_s + remark;
    return text;
}

/// Writes what comes, for people or for programs, and into the record.
class Reporter final : public QObject
{
public:
    Reporter(bool json, QFile *file) : m_json(json), m_file(file), m_out(stdout) {}

    void say(const QString &text)
    {
        m_out << text << '\n';
        m_out.flush();
    }
    template<typename Message>
    void tell(const Message &message)
    {
        const QByteArray line = QJsonDocument(record(message)).toJson(QJsonDocument::Compact);
        say(m_json ? QString::fromUtf8(line) : sentence(message));
        if (m_file) {
            m_file->write(line + '\n');
            m_file->flush();
        }
    }
    void tellViolation(QLatin1StringView service, const QString &what)
    {
        if (m_json)
            say(QString::fromUtf8(QJsonDocument(QJsonObject{{u"service"_s, service}, {u"violation"_s, what}})
                                      .toJson(QJsonDocument::Compact)));
        else
            say(u"       against the protocol of %1: %2"_s.arg(service, what));
    }

private:
    bool m_json;
    QFile *m_file;
    QTextStream m_out;
};

int complain(int code, const QString &text)
{
    QTextStream(stderr) << "escalite-harness: " << text << '\n';
    return code;
}

std::optional<quint16> portOf(const QString &text)
{
    bool ok = false;
    const ushort port = text.toUShort(&ok);
    return ok ? std::optional<quint16>(port) : std::nullopt;
}

int serve(QCoreApplication &application, const QCommandLineParser &options)
{
    const auto smtpPort = portOf(options.value(u"smtp"_s));
    const auto slackPort = portOf(options.value(u"slack"_s));
    if (!smtpPort || !slackPort)
        return complain(WrongUse, u"A port is a number from 0 to 65535; 0 takes a free one."_s);
    const auto fault = faultFromName(options.value(u"fault"_s));
    if (!fault)
        return complain(WrongUse, u"There is no fault %1. Faults are %2."_s.arg(options.value(u"fault"_s),
                                                                                faultNames().join(", "_L1)));
    QFile file(options.value(u"record"_s));
    if (options.isSet(u"record"_s) && !file.open(QIODevice::WriteOnly | QIODevice::Append))
        return complain(CannotWrite, u"%1 cannot be written: %2"_s.arg(file.fileName(), file.errorString()));

    const auto certificate = Certificate::make();
    if (!certificate)
        return complain(CannotListen, certificate.error().message);
    Reporter reporter(options.isSet(u"json"_s), options.isSet(u"record"_s) ? &file : nullptr);
    MailServer mail({.rules = {.user = harnessUser(), .password = harnessPassword(), .loginRequired = true},
                     .certificate = *certificate});
    ChatServer chat;
    mail.setFault(*fault);
    chat.setFault(*fault);
    QObject::connect(&mail, &MailServer::received, &reporter,
                     [&](const ReceivedMail &received) { reporter.tell(received); });
    QObject::connect(&chat, &ChatServer::received, &reporter,
                     [&](const ReceivedChat &received) { reporter.tell(received); });
    QObject::connect(&mail, &MailServer::violated, &reporter,
                     [&](const QString &what) { reporter.tellViolation("smtp"_L1, what); });
    QObject::connect(&chat, &ChatServer::violated, &reporter,
                     [&](const QString &what) { reporter.tellViolation("slack"_L1, what); });

    const auto mailPort = mail.listen(*smtpPort);
    if (!mailPort)
        return complain(CannotListen, mailPort.error().message);
    const auto url = chat.listen(*slackPort);
    if (!url)
        return complain(CannotListen, url.error().message);

    const QJsonObject block{{u"notifiers"_s, notifiersFor(mail, chat, **certificate)}};
    if (options.isSet(u"json"_s)) {
        const QJsonObject ready{{u"smtp"_s, u"127.0.0.1:%1"_s.arg(*mailPort)},
                                {u"slack"_s, *url},
                                {u"ca_file"_s, (*certificate)->caFile()},
                                {u"config"_s, block}};
        reporter.say(QString::fromUtf8(QJsonDocument(ready).toJson(QJsonDocument::Compact)));
    } else {
        reporter.say(u"Mail   127.0.0.1:%1 (STARTTLS, login required)"_s.arg(*mailPort));
        reporter.say(u"Slack  %1"_s.arg(*url));
        if (*fault != Fault::None)
            reporter.say(u"Fault  %1"_s.arg(faultName(*fault)));
        reporter.say(u"\nNotifiers for escalite.json:\n"_s + QString::fromUtf8(QJsonDocument(block).toJson()));
    }
    quitOnSignals(application);
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"escalite-harness"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(ESCALITE_VERSION));

    QCommandLineParser options;
    options.setApplicationDescription(
        u"Mock mail and Slack servers on loopback that judge what they receive like the real ones."_s);
    options.addHelpOption();
    options.addVersionOption();
    options.addPositionalArgument(u"serve"_s, u"Starts the servers and prints what they receive."_s);
    options.addOptions(
        {{u"smtp"_s, u"Port of the mail server; 0 takes a free one."_s, u"PORT"_s, u"0"_s},
         {u"slack"_s, u"Port of the Slack server; 0 takes a free one."_s, u"PORT"_s, u"0"_s},
         {u"fault"_s, u"What to do wrong, always: "_s + faultNames().join(", "_L1) + u'.', u"NAME"_s, u"none"_s},
         {u"record"_s, u"Appends every message as a line of JSON to this file."_s, u"FILE"_s},
         {u"json"_s, u"Prints lines of JSON in place of sentences."_s}});
    options.process(application);
    if (options.positionalArguments() != QStringList{u"serve"_s})
        return complain(WrongUse, u"Say what to do: escalite-harness serve. See --help."_s);
    return serve(application, options);
}
