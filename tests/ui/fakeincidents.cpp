// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the console of the window's tests knows of incidents and silences.

#include "engine/engine.h"
#include "ui/fakeconsole.h"
#include "ui/widgets/timetext.h"

#include <QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::test {

namespace {

QUuid numbered(quint32 kind, uchar number)
{
    return QUuid(kind, 0x4000, 0x4b0e, 0x9c, 0x77, 0, 0, 0, 0, 0, number);
}

TimePoint at(int hour, int minute, int second)
{
    constexpr auto Midnight = std::chrono::sys_days(std::chrono::November / 22 / 2025) - 1h; // In Berlin.
    return Midnight + std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

template<typename Value>
void answer(QObject *context, std::function<void(Value)> done, Value value)
{
    QTimer::singleShot(0, context, [done = std::move(done), value = std::move(value)] { done(value); });
}

SessionDigest digest(const QString &source, const QString &method, const QString &path, const QString &message,
                     int code, Duration elapsed, Level level)
{
    return {.source = source,
            .method = method,
            .path = path,
            .message = message,
            .code = code,
            .declared = level,
            .effective = level,
            .elapsed = elapsed,
            .flags = SessionFlag::Ended};
}

} // namespace

void FakeConsole::addIncidents()
{
    const EscalationPolicy night{.id = u"night-on-call"_s,
                                 .name = u"Night on-call"_s,
                                 .steps = {{.wait = 0s, .notifiers = {u"Slack"_s, u"Email"_s}},
                                           {.wait = 5min, .notifiers = {u"Slack 2"_s}},
                                           {.wait = 4min, .notifiers = {u"Email 2"_s}}},
                                 .repeatFrom = 2,
                                 .repeatEvery = 15min,
                                 .repeatAtMost = 4};
    const EscalationPolicy slack{.steps = {{.wait = 0s, .notifiers = {u"Slack"_s}}}};

    Incident checkout = theIncidents[0];
    checkout.plan = night;
    checkout.nextStep = 1;
    checkout.stepAt = at(3, 14, 15);
    checkout.unansweredSince = at(3, 9, 25);
    checkout.told = {u"Slack"_s, u"Email"_s};
    checkout.suppressed = 1;
    checkout.worst = digest(u"checkout-api"_s, u"POST"_s, u"/checkout"_s,
                            u"payment-gateway did not answer within 5 s"_s, 504, 5012ms, Level::Critical);
    Incident stock = theIncidents[1];
    stock.plan = slack;
    stock.notifiers = {u"Slack"_s};
    stock.nextStep = 1;
    stock.told = {u"Slack"_s};
    stock.worst = digest(u"catalog-api"_s, u"GET"_s, u"/v2/stock"_s, u"inventory-service: no healthy upstream"_s, 503,
                         31ms, Level::Error);

    Incident login = stock;
    login.id = numbered(0x1c000000, 3);
    login.fingerprint = u"0b8d5e72f1c94a63"_s;
    login.state = Incident::State::Acknowledged;
    login.level = Level::Error;
    login.title = u"auth-api: 48 sessions in 5 min"_s;
    login.source = u"auth-api"_s;
    login.message = u"Too many attempts from one address"_s;
    login.group = u"source=auth-api"_s;
    login.rule = u"login-attack"_s;
    login.plan = night;
    login.nextStep = 2;
    login.openedAt = at(2, 31, 7);
    login.lastSeenAt = at(3, 8, 2);
    login.lastToldAt = at(2, 36, 17);
    login.notifyAt.reset();
    login.acknowledgedAt = at(2, 38, 40);
    login.acknowledgedBy = u"jonas"_s;
    login.acknowledgedUntil = at(6, 38, 40);
    login.assignee = u"jonas"_s;
    login.count = 1412;
    login.told = {u"Slack"_s, u"Email"_s, u"Slack 2"_s};
    login.worst = digest(u"auth-api"_s, u"POST"_s, u"/oauth/token"_s, u"Too many attempts from one address"_s, 401,
                         18ms, Level::Error);
    Incident search = stock;
    search.id = numbered(0x1c000000, 4);
    search.fingerprint = u"77a1c3e95d20bf48"_s;
    search.state = Incident::State::Snoozed;
    search.level = Level::Warning;
    search.title = u"GET /search"_s;
    search.source = u"search-api"_s;
    search.message = u"Slower than 2 s: index-shard-3"_s;
    search.rule = u"everything-else"_s;
    search.openedAt = at(1, 4, 55);
    search.lastSeenAt = at(3, 12, 38);
    search.lastToldAt = at(1, 5, 5);
    search.snoozedUntil = at(8, 0, 0);
    search.snoozedUntilWorse = true;
    search.snoozedBy = u"mira"_s;
    search.count = 418;
    search.suppressed = 6;
    search.worst = digest(u"search-api"_s, u"GET"_s, u"/search?q=floor+lamp+oak"_s, u"Slower than 2 s: index-shard-3"_s,
                          200, 2435ms, Level::Warning);
    Incident invoice = stock;
    invoice.id = numbered(0x1c000000, 5);
    invoice.state = Incident::State::Closed;
    invoice.level = Level::Error;
    invoice.title = u"JOB invoice.charge"_s;
    invoice.source = u"invoice-worker"_s;
    invoice.message = u"Card declined by the acquirer"_s;
    invoice.openedAt = at(0, 51, 2);
    invoice.lastSeenAt = at(1, 12, 44);
    invoice.closedAt = at(1, 42, 44);
    invoice.closedBy = u"silence"_s;
    invoice.count = 7;
    Incident webhook = invoice;
    webhook.id = numbered(0x1c000000, 6);
    webhook.level = Level::Critical;
    webhook.title = u"POST /hooks/partner"_s;
    webhook.source = u"hook-relay"_s;
    webhook.message = u"Partner answered 500 to everything"_s;
    webhook.openedAt = at(0, 11, 20);
    webhook.lastSeenAt = at(0, 24, 2);
    webhook.closedAt = at(0, 40, 0);
    webhook.closedBy = u"mira"_s;
    webhook.count = 63;
    theIncidents = {checkout, stock, login, search, invoice, webhook};

    theSuppressions = {Suppression{.id = numbered(0x50000000, 1),
                                   .incident = checkout.id,
                                   .at = at(3, 9, 16),
                                   .lastAt = at(3, 9, 16),
                                   .reason = Reason::First,
                                   .notifiers = {u"Slack"_s, u"Email"_s},
                                   .because = HeldBackBy::Desk,
                                   .times = 1,
                                   .sessions = 1,
                                   .until = at(3, 9, 25)},
                       Suppression{.id = numbered(0x50000000, 2),
                                   .incident = search.id,
                                   .at = at(1, 10, 5),
                                   .lastAt = at(3, 10, 5),
                                   .reason = Reason::NewInGroup,
                                   .notifiers = {u"Slack"_s},
                                   .because = HeldBackBy::Snooze,
                                   .by = u"mira"_s,
                                   .times = 6,
                                   .sessions = 311}};
    theNotes = {Note{.id = numbered(0x70000000, 1),
                     .subject = checkout.id,
                     .at = at(3, 11, 30),
                     .by = u"mira"_s,
                     .text = u"The gateway's status page says nothing yet. Called their on-call, ticket 48112."_s}};

    theSilences = {Silence{.id = numbered(0x51000000, 1),
                           .matcher = u"source:invoice-worker message:declined"_s,
                           .reason = u"The acquirer works on its network until four"_s,
                           .by = u"jonas"_s,
                           .createdAt = at(2, 40, 0),
                           .startsAt = at(2, 40, 0),
                           .endsAt = at(4, 0, 0),
                           .digestTo = {u"Slack"_s},
                           .caught = 41,
                           .heldBack = 9,
                           .lastCaughtAt = at(3, 11, 58)},
                   Silence{.id = numbered(0x51000000, 2),
                           .matcher = u"source:search-api level<=warning"_s,
                           .reason = u"Reindexing of shard 3"_s,
                           .by = u"mira"_s,
                           .createdAt = at(3, 2, 0),
                           .startsAt = at(5, 0, 0),
                           .endsAt = at(6, 30, 0),
                           .untilQuiet = true,
                           .latestEnd = at(10, 0, 0)},
                   Silence{.id = numbered(0x51000000, 3),
                           .matcher = u"path:/hooks/partner code:5xx"_s,
                           .reason = u"Partner restarts its gateway"_s,
                           .by = u"mira"_s,
                           .createdAt = at(0, 12, 0),
                           .startsAt = at(0, 12, 0),
                           .endsAt = at(1, 12, 0),
                           .endedAt = at(0, 41, 0),
                           .endedBy = u"mira"_s,
                           .caught = 58,
                           .heldBack = 4,
                           .lastCaughtAt = at(0, 24, 2)}};
}

void FakeConsole::loadIncident(const QUuid &id, QObject *context,
                               std::function<void(Result<runtime::IncidentDetail>)> done)
{
    incidentsLoaded.append(id);
    for (const Incident &incident : std::as_const(theIncidents)) {
        if (incident.id != id)
            continue;
        runtime::IncidentDetail detail{.incident = incident};
        const policy::Rule *rule = theConfiguration.policy.rule(incident.rule);
        detail.rule = rule ? rule->name : incident.rule;
        for (const Escalation &escalation : std::as_const(theEscalations)) {
            if (escalation.incident != id)
                continue;
            detail.escalations.append(escalation);
            for (const Delivery &delivery : std::as_const(theDeliveries)) {
                // What another incident's pictures show is not of its days.
                if (delivery.escalation == escalation.id && delivery.createdAt >= incident.openedAt)
                    detail.deliveries.append(delivery);
            }
        }
        for (const Suppression &held : std::as_const(theSuppressions)) {
            if (held.incident == id)
                detail.suppressions.append(held);
        }
        for (const Note &note : std::as_const(theNotes)) {
            if (note.subject == id)
                detail.notes.append(note);
        }
        for (const AuditRecord &record : std::as_const(theAudit)) {
            if (record.subject == id.toString(QUuid::WithoutBraces))
                detail.audit.append(record);
        }
        detail.coming = engine::Engine::comingSteps(incident, 4);
        const quint32 seed = static_cast<quint32>(incident.count);
        for (quint32 i = 0; i < 20; ++i)
            detail.spark.append((i * 7 + seed) % 5 == 0 ? 0 : (i * i + seed * 3) % 11);
        answer<Result<runtime::IncidentDetail>>(context, std::move(done), detail);
        return;
    }
    answer<Result<runtime::IncidentDetail>>(context, std::move(done),
                                            Error{ErrorCode::Unavailable, u"The incident is no longer stored."_s});
}

QList<Silence> FakeConsole::silences() const
{
    QList<Silence> current;
    for (const Silence &silence : theSilences) {
        if (!silence.endedAt && silence.endsAt > ui::now())
            current.append(silence);
    }
    return current;
}

void FakeConsole::loadSilences(QObject *context, std::function<void(Result<QList<Silence>>)> done)
{
    answer<Result<QList<Silence>>>(context, std::move(done),
                                   answerToSilences ? Result<QList<Silence>>(*answerToSilences)
                                                    : Result<QList<Silence>>(theSilences));
}

void FakeConsole::previewSilence(const QString &matcher, QObject *context,
                                 std::function<void(Result<runtime::SilencePreview>)> done)
{
    silencesPreviewed.append(matcher);
    runtime::SilencePreview preview;
    if (matcher.contains(u"critical"_s)) {
        preview.sessions = 212;
        preview.warnings = {u"Would silence every critical session."_s};
    } else if (!matcher.contains(u"nothing"_s)) {
        preview.sessions = 41;
        preview.incidents = theIncidents.mid(0, 2);
    }
    for (quint32 i = 0; i < 24; ++i)
        preview.spark.append(preview.sessions == 0 || i % 5 == 0 ? 0 : (i * i) % 9);
    answer<Result<runtime::SilencePreview>>(context, std::move(done), preview);
}

void FakeConsole::loadSuppressions(QObject *context, std::function<void(Result<QList<Suppression>>)> done)
{
    answer<Result<QList<Suppression>>>(context, std::move(done), theSuppressions);
}

void FakeConsole::loadNotes(const QUuid &subject, QObject *context, std::function<void(Result<QList<Note>>)> done)
{
    QList<Note> found;
    for (const Note &note : std::as_const(theNotes)) {
        if (note.subject == subject)
            found.append(note);
    }
    answer<Result<QList<Note>>>(context, std::move(done), found);
}

void FakeConsole::notePresence()
{
    ++presences;
}

/// What the engine would make of \a command; answers the incidents it changed.
QList<Incident> FakeConsole::obey(const engine::Command &command)
{
    QList<Incident> changed;
    const auto change = [&](const QList<QUuid> &ids, const std::function<void(Incident &)> &apply) {
        for (Incident &incident : theIncidents) {
            if (ids.contains(incident.id)) {
                m_before.insert(incident.id, incident);
                apply(incident);
                changed.append(incident);
            }
        }
    };
    const TimePoint now = ui::now();
    if (const auto *acknowledge = std::get_if<engine::Acknowledge>(&command.what)) {
        change(acknowledge->incidents, [&](Incident &incident) {
            incident.state = Incident::State::Acknowledged;
            incident.acknowledgedBy = command.by;
            incident.acknowledgedAt = now;
        });
    } else if (const auto *reopen = std::get_if<engine::Reopen>(&command.what)) {
        change(reopen->incidents, [](Incident &incident) {
            incident.state = Incident::State::Triggered;
            incident.acknowledgedAt.reset();
            incident.closedAt.reset();
        });
    } else if (const auto *close = std::get_if<engine::Close>(&command.what)) {
        change(close->incidents, [&](Incident &incident) {
            incident.state = Incident::State::Closed;
            incident.closedBy = command.by;
            incident.closedAt = now;
        });
    } else if (const auto *snooze = std::get_if<engine::Snooze>(&command.what)) {
        change(snooze->incidents, [&](Incident &incident) {
            incident.state = Incident::State::Snoozed;
            incident.snoozedBy = command.by;
            incident.snoozedUntil = snooze->until;
            incident.snoozedUntilWorse = snooze->untilWorse;
        });
    } else if (const auto *assign = std::get_if<engine::Assign>(&command.what)) {
        change(assign->incidents, [&](Incident &incident) { incident.assignee = assign->to; });
    } else if (const auto *merge = std::get_if<engine::Merge>(&command.what)) {
        change(merge->incidents, [&](Incident &incident) {
            incident.state = Incident::State::Closed;
            incident.closedAt = now;
            incident.closedBy = command.by;
            incident.mergedInto = merge->into;
        });
    } else if (const auto *annotate = std::get_if<engine::Annotate>(&command.what)) {
        const Note note{
            .id = command.request, .subject = annotate->subject, .at = now, .by = command.by, .text = annotate->text};
        theNotes.append(note);
        QTimer::singleShot(0, this, [this, note] { Q_EMIT noted({note}); });
    } else if (std::holds_alternative<engine::Undo>(command.what)) {
        const QHash<QUuid, Incident> before = m_before;
        change(before.keys(), [&before](Incident &incident) { incident = before.value(incident.id); });
        if (m_silencesBefore) {
            theSilences = *m_silencesBefore;
            m_silencesBefore.reset();
            QTimer::singleShot(0, this, [this] { Q_EMIT silencesChanged(silences()); });
        }
    } else if (const auto *set = std::get_if<engine::SetSilence>(&command.what)) {
        m_silencesBefore = theSilences;
        theSilences.removeIf([&](const Silence &silence) { return silence.id == set->silence.id; });
        theSilences.prepend(set->silence);
        QTimer::singleShot(0, this, [this] { Q_EMIT silencesChanged(silences()); });
    } else if (const auto *end = std::get_if<engine::EndSilence>(&command.what)) {
        m_silencesBefore = theSilences;
        for (Silence &silence : theSilences) {
            if (silence.id == end->silence) {
                silence.endedAt = now;
                silence.endedBy = command.by;
            }
        }
        QTimer::singleShot(0, this, [this] { Q_EMIT silencesChanged(silences()); });
    }
    return changed;
}

} // namespace escalite::test
