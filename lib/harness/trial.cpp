// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "harness/trial.h"

#include "message/redaction.h"

#include <QJsonArray>
#include <QSet>
#include <QTimer>
#include <QUrl>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

using delivery::Field;
using Arrives = Expectation::Arrives;

constexpr int AskedPatience = 7; // seconds that a rate limit asks for; longer than any default
constexpr int LingerMs = 60;     // how long a request that should not come is waited for
constexpr TimePoint Moment{std::chrono::seconds(1'795'337'864)}; // of rendering

const QUuid &firstDelivery()
{
    static const QUuid id(u"6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a01"_s);
    return id;
}

const QUuid &secondDelivery()
{
    static const QUuid id(u"6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a02"_s);
    return id;
}

bool isMail(const ProofSubject &subject)
{
    return qstrcmp(subject.type->id, "email") == 0;
}

bool isProgram(const ProofSubject &subject)
{
    return qstrcmp(subject.type->id, "command") == 0;
}

/// What must stand nowhere: secrets, and of secret addresses what follows the host.
QStringList secretsIn(const delivery::NotifierType &type, const QJsonObject &config)
{
    QStringList secrets;
    for (const Field &field : type.fields) {
        const QString value = config.value(QLatin1StringView(field.key)).toString();
        if (field.kind == Field::Kind::Secret)
            secrets.append(value);
        else if (field.kind == Field::Kind::SecretUrl)
            secrets.append(QUrl(value).path(QUrl::FullyEncoded));
    }
    secrets.removeIf([](const QString &secret) { return secret.size() < 6; });
    return secrets;
}

} // namespace

bool hasService(const delivery::NotifierType &type)
{
    return qstrcmp(type.id, "email") == 0 || qstrcmp(type.id, "command") == 0 || dialectOf(QString::fromUtf8(type.id));
}

const char *addressKeyOf(const delivery::NotifierType &type)
{
    for (const Field &field : type.fields) {
        if (field.required && (field.kind == Field::Kind::SecretUrl || field.kind == Field::Kind::Url))
            return field.key;
    }
    return nullptr;
}

Trial::Trial(const ProofSubject &subject, const TrialPlan &plan, std::shared_ptr<const Certificates> certificates,
             Duration timeout, std::function<void(TrialResult)> done, QObject *parent)
    : QObject(parent)
    , m_subject(subject)
    , m_plan(plan)
    , m_certificates(std::move(certificates))
    , m_timeout(timeout)
    , m_done(std::move(done))
{
}

Trial::~Trial() = default;

void Trial::start()
{
    if (!begin())
        return;
    if (m_plan.kind == TrialPlan::Kind::Configuration) {
        end({.asSpecified = true, .got = u"accepted"_s});
        return;
    }
    if (m_program && m_plan.expectation.fault == Fault::Absent)
        m_program->remove();
    m_sender = m_subject.type->create(m_notifier.config);
    // What is to be answered must have been sent before.
    const bool needsFirst = m_plan.matter == Matter::FollowUp;
    attempt(sampleOf(needsFirst ? Matter::Ordinary : m_plan.matter));
}

/// Starts the service and reads the configuration. False when the cell has ended thereby.
bool Trial::begin()
{
    if (!beginService())
        return false;
    delivery::NotifierCatalogue catalogue;
    catalogue.add(*m_subject.type);
    Problems problems;
    const QJsonArray list{QJsonObject{
        {u"name"_s, m_subject.name}, {u"type"_s, QString::fromUtf8(m_subject.type->id)}, {u"config"_s, overlaid()}}};
    const auto read = catalogue.read(list, {}, problems);
    if (read.isEmpty()) {
        QStringList said;
        for (const Problem &problem : std::as_const(problems)) {
            if (problem.severity == Problem::Severity::Error)
                said.append(problem.message);
        }
        end({.got = u"configuration refused"_s, .detail = said.join(u"; "_s)});
        return false;
    }
    m_notifier = read.constFirst();
    if (!m_notifier.held.isEmpty()) {
        end({.got = u"held"_s, .detail = m_notifier.held});
        return false;
    }
    return true;
}

bool Trial::beginService()
{
    const Fault fault = m_plan.expectation.fault;
    const bool encrypted = m_plan.kind == TrialPlan::Kind::Encrypted || isOfTls(fault);
    const bool strict = m_plan.kind == TrialPlan::Kind::Login;
    QString trouble;
    if (isMail(m_subject)) {
        MailRules rules{.loginRequired = true};
        if (strict) {
            rules.user = u"escalite@harness.test"_s;
            rules.password = u"harness-password"_s;
        }
        m_mail = std::make_unique<MailServer>(MailServerOptions{.rules = rules, .certificates = m_certificates});
        if (const auto port = m_mail->listen(); !port)
            trouble = port.error().message;
        m_mail->setFault(fault);
    } else if (isProgram(m_subject)) {
        m_program = std::make_unique<Program>();
        if (const auto error = m_program->write(fault))
            trouble = error->message;
    } else if (hasService(*m_subject.type) || addressKeyOf(*m_subject.type)) {
        const Dialect *dialect = dialectOf(QString::fromUtf8(m_subject.type->id));
        m_service =
            std::make_unique<MockService>(dialect ? *dialect : webhookDialect(),
                                          MockServiceOptions{.certificates = encrypted ? m_certificates : nullptr,
                                                             .anyCredentials = !strict,
                                                             .retryAfter = AskedPatience});
        if (const auto url = m_service->listen(); !url)
            trouble = url.error().message;
        m_service->setFault(fault);
    }
    if (trouble.isEmpty())
        return true;
    end({.got = u"no service"_s, .detail = trouble});
    return false;
}

/// The subject's configuration with the service's address and credentials in it.
QJsonObject Trial::overlaid() const
{
    QJsonObject config = m_subject.config;
    QJsonObject over;
    if (m_mail) {
        over = m_mail->config();
        over.insert(u"sender_password"_s, u"harness-password"_s);
        over.insert(u"recipient_emails"_s,
                    QJsonArray{u"ops@harness.test"_s, u"night@harness.test"_s, u"audit@harness.test"_s});
        for (const QString &key : {u"use_tls"_s, u"username"_s, u"cc"_s, u"bcc"_s})
            config.remove(key);
    } else if (m_program) {
        over.insert(u"program"_s, m_program->path());
        config.remove(u"arguments"_s); // of another program
    } else if (m_service && hasService(*m_subject.type)) {
        over = m_service->config();
    } else if (m_service) {
        over.insert(QString::fromUtf8(addressKeyOf(*m_subject.type)), m_service->url());
    }
    config.remove(u"proxy"_s);
    for (auto it = over.constBegin(); it != over.constEnd(); ++it) {
        const bool isKnown = std::any_of(m_subject.type->fields.begin(), m_subject.type->fields.end(),
                                         [&](const Field &field) { return it.key() == QLatin1StringView(field.key); });
        if (!isKnown)
            continue;
        config.remove(it.key() + u"_file"_s);
        config.insert(it.key(), it.value());
    }
    return config;
}

void Trial::attempt(const delivery::Notification &notification)
{
    const QUuid delivery = m_isSecond ? secondDelivery() : firstDelivery();
    m_rendered = m_subject.type->render(notification, m_notifier.config, Moment, delivery);
    m_context = {.delivery = delivery, .count = notification.count, .timeout = m_timeout};
    m_answers = 0;
    m_sender->send(m_rendered, m_context, [this](const Outcome &outcome) { attempted(outcome); });
}

void Trial::attempted(const Outcome &outcome)
{
    if (++m_answers > 1) // of one attempt; judge() says so
        return;
    m_outcome = outcome;
    const bool taken = outcome.kind == Outcome::Kind::Delivered || outcome.kind == Outcome::Kind::Accepted;
    if (m_plan.matter == Matter::FollowUp && !m_isSecond && taken) {
        m_isSecond = true;
        // Not from within the sender's own call.
        QMetaObject::invokeMethod(
            this,
            [this] {
                attempt(sampleOf(Matter::FollowUp,
                                 {.first = firstDelivery(), .handle = m_outcome.handle, .last = firstDelivery()}));
            },
            Qt::QueuedConnection);
        return;
    }
    QTimer::singleShot(LingerMs, this, [this] { judge(); });
}

void Trial::judge()
{
    const QStringList wrong = objections();
    const bool waited = m_plan.expectation.waits && m_outcome.retryAfter;
    TrialResult result{.asSpecified = wrong.isEmpty(),
                       .got = wordsFor(m_outcome.kind, waited ? m_outcome.retryAfter : std::nullopt),
                       .detail = m_outcome.detail};
    if (!wrong.isEmpty())
        result.detail = wrong.join(u"; "_s) + u" ("_s + m_outcome.detail + u')';
    end(std::move(result));
}

QStringList Trial::objections() const
{
    QStringList wrong;
    if (m_answers > 1)
        wrong.append(u"the notifier told the outcome twice"_s);
    judgeWords(wrong);
    if (m_plan.kind == TrialPlan::Kind::Fault)
        judgeFault(wrong);
    else
        judgeGood(wrong);
    return wrong;
}

/// How many messages of the attempt the service has, taken or not told otherwise.
int Trial::arrived() const
{
    if (m_mail)
        return static_cast<int>(std::count_if(m_mail->mails().cbegin(), m_mail->mails().cend(),
                                              [](const ReceivedMail &mail) { return !mail.refused; }));
    if (m_program)
        return static_cast<int>(m_program->received().size());
    if (!m_service)
        return 0;
    return static_cast<int>(std::count_if(m_service->messages().cbegin(), m_service->messages().cend(),
                                          [](const Received &message) { return message.isTaken(); }));
}

int Trial::requests() const
{
    return m_service ? static_cast<int>(m_service->messages().size()) : arrived();
}

int Trial::connections() const
{
    return m_mail ? m_mail->connections() : m_service ? m_service->connections() : arrived();
}

void Trial::judgeFault(QStringList &wrong) const
{
    const Expectation &expected = m_plan.expectation;
    if (!contains(expected.kinds, m_outcome.kind))
        wrong.append(u"ended as \"%1\""_s.arg(wordsFor(m_outcome.kind)));
    if (expected.waits) {
        const Duration asked = std::chrono::seconds(AskedPatience);
        const bool isAsked = m_outcome.retryAfter && *m_outcome.retryAfter > asked - std::chrono::seconds(1)
                             && *m_outcome.retryAfter <= asked + std::chrono::seconds(1);
        if (!isAsked)
            wrong.append(u"does not wait the %1 s that the service asked for"_s.arg(AskedPatience));
    }
    const int came = arrived();
    // After a connection that broke before a byte was read another one is no second request.
    if (connections() > 1 && expected.fault != Fault::Reset)
        wrong.append(u"%1 connections in one attempt"_s.arg(connections()));
    if (!m_mail && requests() > 1)
        wrong.append(u"%1 requests in one attempt"_s.arg(requests()));
    if (expected.arrives == Arrives::Never && came > 0)
        wrong.append(u"the message arrived"_s);
    if (expected.arrives == Arrives::Once && came == 0)
        wrong.append(u"the message did not arrive"_s);
    const auto failed = std::find_if(m_outcome.stages.cbegin(), m_outcome.stages.cend(),
                                     [](const Outcome::Stage &stage) { return !stage.ok; });
    const QStringList stages = QString::fromLatin1(expected.failsIn).split(u',', Qt::SkipEmptyParts);
    if (!stages.isEmpty()) {
        const QString where = failed == m_outcome.stages.cend() ? QString() : failed->name;
        if (!stages.contains(where))
            wrong.append(where.isEmpty() ? u"no stage says that it failed"_s : u"says that \"%1\" failed"_s.arg(where));
    }
    if (m_outcome.kind == Outcome::Kind::Moved) {
        const auto moved = m_subject.type->moved;
        const Rendered there = moved ? moved(m_rendered, m_outcome.movedTo) : m_rendered;
        if (m_outcome.movedTo.isEmpty() || there.body == m_rendered.body
            || !there.body.contains(m_outcome.movedTo.toUtf8()))
            wrong.append(u"does not say where to, or cannot go there"_s);
    }
    if (m_mail) {
        judgeMails(wrong);
        if (expected.fault == Fault::RecipientRefused
            && std::count_if(m_outcome.recipients.cbegin(), m_outcome.recipients.cend(),
                             [](const Outcome::Recipient &one) { return one.kind == Outcome::Kind::Permanent; })
                   != 1)
            wrong.append(u"does not say which recipient was refused"_s);
    }
}

void Trial::judgeGood(QStringList &wrong) const
{
    if (m_outcome.kind != Outcome::Kind::Delivered && m_outcome.kind != Outcome::Kind::Accepted)
        wrong.append(u"ended as \"%1\""_s.arg(wordsFor(m_outcome.kind)));
    if (m_mail)
        judgeMails(wrong);
    else if (m_program)
        judgeProgram(wrong);
    else
        judgeMessages(wrong);
    const QJsonObject &config = m_notifier.config;
    const Rendered again = m_subject.type->render(
        sampleOf(m_plan.matter, {.first = firstDelivery(), .handle = {}, .last = firstDelivery()}), config, Moment,
        m_context.delivery);
    const bool comparable = m_plan.matter != Matter::FollowUp;
    if (comparable && again != m_rendered)
        wrong.append(u"rendered twice it is not the same"_s);
    if (m_rendered.limit > 0 && m_rendered.length > m_rendered.limit)
        wrong.append(u"it says itself that it is too long: %1 of %2 characters"_s.arg(
            QString::number(m_rendered.length), QString::number(m_rendered.limit)));
}

/// Each part, in order: the judge's word, the bytes, the headers.
void Trial::judgeMessages(QStringList &wrong) const
{
    const QList<Received> &all = m_service->messages();
    const QList<QByteArray> parts = QList<QByteArray>{m_rendered.body} + m_rendered.furtherBodies;
    const qsizetype before = m_isSecond ? all.size() - parts.size() : 0;
    if (before < 0 || all.size() - before != parts.size()) {
        wrong.append(u"%1 requests for %2"_s.arg(QString::number(all.size() - std::max<qsizetype>(before, 0)),
                                                 QString::number(parts.size())));
        return;
    }
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const Received &message = all.at(before + i);
        if (!message.isTaken())
            wrong.append(message.why);
        wrong += message.remarks;
        // A secret that a service wants in the body is put there at the attempt only.
        const QByteArray &bytes = message.request.body;
        if (bytes != parts.at(i) && !message::containsSecret(bytes, secretsIn(*m_subject.type, m_notifier.config)))
            wrong.append(u"the bytes received are not those that were shown"_s);
        if (i == 0
            && message.request.header("Idempotency-Key").replace('"', "")
                   != m_context.delivery.toByteArray(QUuid::WithoutBraces))
            wrong.append(u"Idempotency-Key is not the delivery's id"_s);
        // Over all requests the counts add up to the sessions that were told.
        if (message.request.header("X-Escalite-Count") != QByteArray::number(i == 0 ? m_context.count : 0))
            wrong.append(u"X-Escalite-Count is not the number of sessions, or not 0 in a further part"_s);
        if (!message.request.header("User-Agent").startsWith("Escalite/"))
            wrong.append(u"User-Agent does not say who sends"_s);
    }
}

void Trial::judgeMails(QStringList &wrong) const
{
    wrong += m_mail->violations();
    QList<QByteArray> told;
    for (const ReceivedMail &mail : m_mail->mails()) {
        if (m_isSecond && mail.messageId.contains(firstDelivery().toByteArray(QUuid::WithoutBraces)))
            continue;
        told += mail.recipients;
        if (mail.message != m_rendered.body)
            wrong.append(u"the bytes received are not those that were shown"_s);
        if (!mail.messageId.contains(m_context.delivery.toByteArray(QUuid::WithoutBraces)))
            wrong.append(u"Message-ID does not hold the delivery's id"_s);
        if (!mail.encrypted)
            wrong.append(u"it came in clear"_s);
    }
    const qsizetype all = told.size();
    if (QSet<QByteArray>(told.cbegin(), told.cend()).size() != all)
        wrong.append(u"a recipient got it twice"_s);
    const bool isGood = m_plan.kind != TrialPlan::Kind::Fault || m_plan.expectation.fault == Fault::TooManyRecipients;
    if (isGood && all != m_rendered.recipients.size())
        wrong.append(
            u"%1 of %2 recipients got it"_s.arg(QString::number(all), QString::number(m_rendered.recipients.size())));
}

void Trial::judgeProgram(QStringList &wrong) const
{
    const QList<QByteArray> all = m_program->received();
    if (all.size() != (m_isSecond ? 2 : 1))
        wrong.append(u"it ran %1 times"_s.arg(all.size()));
    else if (!all.contains(m_rendered.body))
        wrong.append(u"the bytes received are not those that were shown"_s);
}

/// One sentence for an operator, and no secret in anything that is kept.
void Trial::judgeWords(QStringList &wrong) const
{
    if (m_outcome.detail.trimmed().isEmpty())
        wrong.append(u"the outcome says nothing"_s);
    QByteArray kept =
        m_outcome.detail.toUtf8() + '\n' + m_outcome.transcript.toUtf8() + '\n' + m_outcome.handle.toUtf8();
    for (const Outcome::Stage &stage : m_outcome.stages)
        kept += '\n' + stage.detail.toUtf8();
    for (const Outcome::Recipient &recipient : m_outcome.recipients)
        kept += '\n' + recipient.answer.toUtf8();
    kept += m_rendered.body + m_rendered.text.toUtf8() + m_rendered.path.toUtf8();
    for (const Rendered::Header &header : m_rendered.headers)
        kept += '\n' + header.value;
    if (message::containsSecret(kept, secretsIn(*m_subject.type, m_notifier.config)))
        wrong.append(u"a secret stands in what is kept"_s);
}

void Trial::end(TrialResult result)
{
    QMetaObject::invokeMethod(
        this,
        [this, result = std::move(result)] {
            const auto done = std::exchange(m_done, {});
            done(result);
        },
        Qt::QueuedConnection);
}

} // namespace escalite::harness
