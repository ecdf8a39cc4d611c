// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/composer.h"

#include "message/redaction.h"

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

/// Whether somebody asked for \a escalation, or answered: else its "by" is a rule.
bool namesPerson(const Escalation &escalation, const std::optional<Incident> &incident)
{
    const bool isTaken = escalation.reason == Reason::Step && incident && escalation.by != incident->rule;
    return escalation.request || isTaken || escalation.reason == Reason::Acknowledged
           || escalation.reason == Reason::Closed;
}

/// "step 2 of 3": where \a escalation stands in the plan of \a incident, if that has more than one.
QString stepText(const Escalation &escalation, const std::optional<Incident> &incident)
{
    const bool isStep =
        escalation.reason == Reason::First || escalation.reason == Reason::Step || escalation.reason == Reason::Repeat;
    if (!isStep || !incident)
        return {};
    const EscalationPolicy &plan = incident->plan;
    QString text;
    if (plan.steps.size() > 1)
        text = u"step %1 of %2"_s.arg(QString::number(escalation.step + 1), QString::number(plan.steps.size()));
    if (escalation.reason == Reason::Repeat)
        text += u"%1 (%2 of %3)"_s.arg(text.isEmpty() ? u"again"_s : u" again"_s, QString::number(incident->laps),
                                       QString::number(plan.repeatAtMost));
    return text;
}

} // namespace

Result<KeptSession> Composer::load(const QUuid &id, quint64 position)
{
    const auto stored = position == 0 ? m_journal.read(id) : m_journal.read(position);
    if (!stored)
        return stored.error();
    auto kept = decode(id, stored->document, stored->source);
    if (!kept)
        return kept;
    return KeptSession{.session = kept->session,
                       .document = stored->document,
                       .receivedAt = stored->receivedAt,
                       .position = stored->position};
}

Result<KeptSession> Composer::decode(const QUuid &id, const QByteArray &document, const QString &source)
{
    auto decoded = m_decoder.session(document, source);
    if (const auto *refusal = std::get_if<ingest::Refusal>(&decoded))
        return Error{ErrorCode::Malformed, refusal->reason};
    auto session = std::make_shared<Session>(std::get<Session>(std::move(decoded)));
    session->id = id;
    return KeptSession{.session = std::move(session), .document = document, .receivedAt = {}, .position = 0};
}

SessionDigest Composer::digest(const KeptSession &kept)
{
    const auto digest = m_decoder.digest(kept.document, kept.session->source);
    const auto *known = std::get_if<SessionDigest>(&digest);
    return known != nullptr ? *known : SessionDigest{};
}

Composer::Prepared Composer::redactedSession(const Telling &telling)
{
    if (telling.escalation.sessions.isEmpty() && telling.session == nullptr)
        return {};
    const auto kept =
        telling.session != nullptr ? Result<KeptSession>(*telling.session) : load(telling.escalation.sessions.first());
    if (!kept)
        return {};
    message::Redacted redacted = message::redact(*kept->session, kept->document, telling.settled.redaction);
    return {.session = std::make_shared<const Session>(std::move(redacted.session)),
            .document = std::move(redacted.document),
            .hidden = std::move(redacted.hidden)};
}

Rendered Composer::render(const Telling &telling, const delivery::ConfiguredNotifier &notifier, const QUuid &delivery)
{
    const Escalation &escalation = telling.escalation;
    Prepared prepared = redactedSession(telling);
    delivery::Notification notification{.reason = escalation.reason,
                                        .message = {},
                                        .incident = telling.incident,
                                        .session = prepared.session,
                                        .document = prepared.document,
                                        .hidden = prepared.hidden,
                                        .scope = telling.scope,
                                        .count = escalation.count,
                                        .link = {},
                                        .by = namesPerson(escalation, telling.incident) ? escalation.by : QString(),
                                        .earlier = telling.earlier,
                                        .told = telling.told,
                                        .next = telling.next,
                                        .joined = telling.joined,
                                        .step = stepText(escalation, telling.incident)};
    notification.message =
        message::redact(escalation.message, telling.settled.redaction, notification.hidden, u"message"_s);
    if (notification.incident) {
        // The incident's headline is a log's text as well; what it hides is hidden in the session already.
        QList<Rendered::Hidden> again;
        notification.incident->message =
            message::redact(notification.incident->message, telling.settled.redaction, again, u"message"_s);
        notification.incident->title =
            message::redact(notification.incident->title, telling.settled.redaction, again, u"title"_s);
    }
    if (!escalation.sessions.isEmpty()) {
        const QString id = escalation.sessions.first().toString(QUuid::WithoutBraces);
        notification.link = telling.settled.link.isEmpty() ? "escalite://session/"_L1 + id : telling.settled.link + id;
    }
    return notifier.type->render(notification, notifier.config, telling.date, delivery);
}

} // namespace escalite::runtime
