// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalite-harness serve: the services, and what they receive for people, for programs and into a file.

#include "app/harnesscommands.h"
#include "harness/mailjudge.h"
#include "harness/mockservices.h"

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

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

using namespace harness;

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

QJsonObject recordOf(const ReceivedMail &mail)
{
    QStringList recipients;
    for (const QByteArray &recipient : mail.recipients)
        recipients.append(QString::fromLatin1(recipient));
    return {{u"service"_s, u"smtp"_s},
            {u"from"_s, QString::fromLatin1(mail.from)},
            {u"recipients"_s, QJsonArray::fromStringList(recipients)},
            {u"message_id"_s, QString::fromLatin1(mail.messageId)},
            {u"user"_s, mail.user},
            {u"encrypted"_s, mail.encrypted},
            {u"taken"_s, !mail.refused},
            {u"wrong"_s, QJsonArray::fromStringList(mail.wrong)},
            {u"body_base64"_s, QString::fromLatin1(mail.message.toBase64())}};
}

QJsonObject recordOf(const Dialect &service, const Received &message)
{
    QJsonArray headers; // a list of pairs: order and repetitions count
    for (const http::Header &header : message.request.headers)
        headers.append(QJsonArray{QString::fromLatin1(header.name), QString::fromLatin1(header.value)});
    QStringList wrong = message.remarks;
    if (!message.why.isEmpty())
        wrong.append(message.why);
    return {{u"service"_s, QString::fromLatin1(service.id)},
            {u"method"_s, QString::fromLatin1(message.request.method)},
            {u"path"_s, QString::fromLatin1(message.request.path)},
            {u"headers"_s, headers},
            {u"status"_s, message.status},
            {u"answer"_s, QString::fromUtf8(message.answer)},
            {u"taken"_s, message.isTaken()},
            {u"wrong"_s, QJsonArray::fromStringList(wrong)},
            {u"body_base64"_s, QString::fromLatin1(message.request.body.toBase64())}};
}

QString heading(const char *name)
{
    return QString::fromLatin1(name).leftJustified(16);
}

QString sentenceOf(const ReceivedMail &mail)
{
    QByteArray to;
    for (const QByteArray &recipient : mail.recipients)
        to += (to.isEmpty() ? "" : ", ") + recipient;
    const QString verdict = mail.refused ? u"refused: "_s + mail.wrong.join("; "_L1) : u"taken"_s;
    return heading("Email")
           + u"%1 -> %2, %3 bytes, subject %4, %5"_s.arg(
               QString::fromLatin1(mail.from), QString::fromLatin1(to), QString::number(mail.message.size()),
               QString::fromLatin1(fieldOf(mail.message, "Subject")), verdict);
}

QString sentenceOf(const Dialect &service, const Received &message)
{
    QString text = heading(service.name)
                   + u"%1 bytes, answered %2 %3"_s.arg(QString::number(message.request.body.size()),
                                                       QString::number(message.status),
                                                       QString::fromUtf8(message.answer.left(60)).simplified());
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
    void say(const QJsonObject &object)
    {
        say(QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)));
    }
    void tell(const QJsonObject &record, const QString &sentence)
    {
        if (m_json)
            say(record);
        else
            say(sentence);
        if (m_file) {
            m_file->write(QJsonDocument(record).toJson(QJsonDocument::Compact) + '\n');
            m_file->flush();
        }
    }
    void tellViolation(const QString &service, const QString &what)
    {
        if (m_json)
            say(QJsonObject{{u"service"_s, service == "email"_L1 ? u"smtp"_s : service}, {u"violation"_s, what}});
        else
            say(heading("") + u"against the protocol of %1: %2"_s.arg(service, what));
    }

private:
    bool m_json;
    QFile *m_file;
    QTextStream m_out;
};

/// A port for each service: its own option, else counted from --port-base, else a free one. Nothing for what is no
/// port.
std::optional<QHash<QString, quint16>> portsIn(const QCommandLineParser &options)
{
    QHash<QString, quint16> ports;
    bool ok = true;
    int next = options.isSet(u"port-base"_s) ? options.value(u"port-base"_s).toInt(&ok) : 0;
    if (!ok || next < 0)
        return std::nullopt;
    const QStringList types = MockServices::types();
    for (const QString &type : types) {
        const int port = options.isSet(type) ? options.value(type).toInt(&ok) : next;
        if (!ok || port < 0 || port > 65535)
            return std::nullopt;
        ports.insert(type, static_cast<quint16>(port));
        next += next == 0 ? 0 : 1;
    }
    return ports;
}

void describe(QCommandLineParser &options)
{
    options.setApplicationDescription(
        u"Mock services on loopback that judge what they receive like the real ones, and print it."_s);
    options.addHelpOption();
    options.addOptions(
        {{u"port-base"_s, u"Port of the first service; the others follow in the order of their options."_s, u"PORT"_s},
         {u"fault"_s, u"What to do wrong, always: "_s + faultNames().join(", "_L1) + u'.', u"NAME"_s, u"none"_s},
         {u"retry-after"_s, u"Seconds that a rate limit asks for."_s, u"SECONDS"_s, u"1"_s},
         {u"rate-limits"_s, u"Answers more than a service allows as the service does."_s},
         {u"tls"_s, u"Speaks HTTPS."_s},
         {u"record"_s, u"Appends every message as a line of JSON to this file."_s, u"FILE"_s},
         {u"json"_s, u"Prints lines of JSON in place of sentences."_s}});
    const QStringList types = MockServices::types();
    for (const QString &type : types)
        options.addOption({type == "email"_L1 ? QStringList{type, u"smtp"_s} : QStringList{type},
                           u"Port of %1; 0 takes a free one."_s.arg(type), u"PORT"_s, u"0"_s});
}

void greet(Reporter &reporter, const MockServices &services, Fault fault, bool json)
{
    const QString mail = u"127.0.0.1:%1"_s.arg(services.mail().port());
    const QJsonObject block{{u"notifiers"_s, services.notifiers()}};
    if (json) {
        QJsonObject ready{{u"smtp"_s, mail}, {u"ca_file"_s, services.caFile()}, {u"config"_s, block}};
        for (const auto &service : services.services())
            ready.insert(QString::fromLatin1(service->dialect().id), service->url());
        reporter.say(ready);
        return;
    }
    reporter.say(heading("Email") + mail + u" (STARTTLS, login required)"_s);
    for (const auto &service : services.services())
        reporter.say(heading(service->dialect().name) + service->url());
    if (fault != Fault::None)
        reporter.say(heading("Fault") + faultName(fault));
    reporter.say(u"\nNotifiers for escalite.json:\n"_s + QString::fromUtf8(QJsonDocument(block).toJson()));
}

} // namespace

int serve(QCoreApplication &application, const QStringList &arguments)
{
    QCommandLineParser options;
    describe(options);
    options.process(arguments);
    if (!options.positionalArguments().isEmpty())
        return complain(WrongUse, u"%1 is more than \"serve\" takes. See --help."_s.arg(
                                      options.positionalArguments().constFirst()));
    const auto ports = portsIn(options);
    if (!ports)
        return complain(WrongUse, u"A port is a number from 0 to 65535; 0 takes a free one."_s);
    const auto fault = faultFromName(options.value(u"fault"_s));
    if (!fault)
        return complain(WrongUse, u"There is no fault %1. Faults are %2."_s.arg(options.value(u"fault"_s),
                                                                                faultNames().join(", "_L1)));
    bool isNumber = false;
    const int retryAfter = options.value(u"retry-after"_s).toInt(&isNumber);
    if (!isNumber || retryAfter < 0)
        return complain(WrongUse, u"--retry-after is a number of seconds."_s);
    QFile file(options.value(u"record"_s));
    if (options.isSet(u"record"_s) && !file.open(QIODevice::WriteOnly | QIODevice::Append))
        return complain(CannotWrite, u"%1 cannot be written: %2"_s.arg(file.fileName(), file.errorString()));

    const auto started = MockServices::start({.ports = *ports,
                                              .tls = options.isSet(u"tls"_s) || isOfTls(*fault),
                                              .limitsRate = options.isSet(u"rate-limits"_s),
                                              .retryAfter = retryAfter});
    if (!started)
        return complain(CannotListen, started.error().message);
    MockServices &services = **started;
    services.setFault(*fault);
    Reporter reporter(options.isSet(u"json"_s), options.isSet(u"record"_s) ? &file : nullptr);
    QObject::connect(&services, &MockServices::receivedMail, &reporter,
                     [&](const ReceivedMail &mail) { reporter.tell(recordOf(mail), sentenceOf(mail)); });
    QObject::connect(&services, &MockServices::received, &reporter,
                     [&](const Dialect &service, const Received &message) {
                         reporter.tell(recordOf(service, message), sentenceOf(service, message));
                     });
    QObject::connect(&services, &MockServices::violated, &reporter, &Reporter::tellViolation);
    greet(reporter, services, *fault, options.isSet(u"json"_s));
    quitOnSignals(application);
    return QCoreApplication::exec();
}

} // namespace escalite::app
