// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/drafting.h"

#include "engine/sentence.h"

#include <QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr qsizetype MostSessions = 20; // that one escalation lists

QDateTime localTime(TimePoint time)
{
    return QDateTime::fromMSecsSinceEpoch(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

/// What the seed writes when no message is given, with what it is about.
QString defaultMessage(const Draft &draft)
{
    return u"Escalation triggered: %1 — %2 %3"_s.arg(localTime(draft.date).toString(u"yyyy-MM-dd HH:mm:ss"_s),
                                                     levelName(draft.level).toUpper(), draft.title);
}

QString sublineOf(const Draft &draft, const Session &session, const std::optional<Incident> &incident)
{
    QString text = u"Session %1, %2"_s.arg(shortId(session.id), session.source);
    if (incident && incident->count > 1)
        text += u", and %1 more since %2"_s.arg(QString::number(incident->count - 1),
                                                localTime(incident->openedAt).toString(u"HH:mm:ss"_s));
    else if (draft.sessions.size() > 1)
        text += u", and %1 more"_s.arg(QString::number(draft.sessions.size() - 1));
    return text;
}

/// Whom the rules would tell of \a session: of the rule that takes it, else of the first for its source, else all.
QStringList toldOf(const Session &session, const QByteArray &document, const Settled &settled)
{
    SessionDigest digest;
    digest.id = session.id;
    digest.source = session.source;
    digest.method = session.method;
    digest.path = session.path;
    digest.message = session.message;
    digest.code = session.code;
    digest.declared = session.declared;
    digest.effective = session.effective;
    digest.elapsed = session.elapsed;
    digest.flags = session.flags;
    const QList<policy::Rule> &rules = settled.policy.rules;
    const policy::Rule *rule = settled.policy.takerOf(digest, [&document] { return documentText(document); });
    if (rule == nullptr) {
        const auto covering = std::find_if(rules.begin(), rules.end(), [&](const policy::Rule &candidate) {
            return candidate.enabled && !candidate.ignore && candidate.covers(session.source);
        });
        rule = covering == rules.end() ? nullptr : &*covering;
    }
    if (rule == nullptr)
        return settled.notifierNames();
    const QList<EscalationStep> steps = settled.policy.planOf(*rule).steps;
    return steps.isEmpty() ? QStringList() : steps.constFirst().notifiers;
}

} // namespace

std::optional<Incident> storedIncident(store::Storage &storage, const std::optional<QUuid> &id)
{
    if (!id)
        return std::nullopt;
    const auto incident = storage.incident(*id);
    return incident ? *incident : std::nullopt;
}

Draft newDraft(const QUuid &request, const QList<QUuid> &sessions, std::optional<QUuid> incident,
               const QStringList &notifiers, TimePoint now)
{
    Draft draft{.request = request,
                .sessions = sessions.first(std::min(MostSessions, sessions.size())),
                .incident = incident,
                .date = now};
    for (const QString &name : notifiers)
        draft.deliveries.append({name, QUuid::createUuid()});
    return draft;
}

Result<Draft> filledIn(Draft draft, store::Storage &storage, Composer &composer, const Settled &settled)
{
    std::optional<Incident> incident = storedIncident(storage, draft.incident);
    if (!draft.incident && !draft.sessions.isEmpty()) {
        incident = incidentOf(storage, draft.sessions.first());
        if (incident && !incident->isOpen())
            incident.reset();
    }
    if (incident && draft.sessions.isEmpty())
        draft.sessions = {incident->worstSession};
    if (draft.sessions.isEmpty())
        return Error{ErrorCode::Refused, u"There is no session to tell of."_s};
    const auto kept = composer.load(draft.sessions.first());
    if (!kept)
        return kept.error();
    const Session &session = *kept->session;
    draft.incident = incident ? std::optional(incident->id) : std::nullopt;
    draft.about = incident;
    for (const auto &[name, delivery] : std::as_const(draft.deliveries)) {
        if (!incident)
            break;
        if (const auto earlier = storage.earlierOf(incident->id, name); earlier && *earlier)
            draft.earlier.insert(name, **earlier);
    }
    draft.position = kept->position;
    draft.title = requestTitle(session.method, session.path, session.source, session.id);
    draft.headline = session.message.isEmpty() ? draft.title : session.message;
    draft.level = session.effective;
    draft.subline = sublineOf(draft, session, incident);
    draft.message = defaultMessage(draft);
    draft.preselected =
        incident && !incident->notifiers.isEmpty() ? incident->notifiers : toldOf(session, kept->document, settled);
    return draft;
}

Result<Draft> draftOf(const QUuid &delivery, Draft draft, store::Storage &storage, Composer &composer,
                      const Settled &settled)
{
    const auto origin = storage.delivery(delivery);
    if (!origin)
        return origin.error();
    const auto escalation = *origin ? storage.escalation((*origin)->escalation)
                                    : Result<std::optional<Escalation>>(std::optional<Escalation>());
    if (!escalation)
        return escalation.error();
    if (!*escalation)
        return Error{ErrorCode::Refused, u"This delivery is not kept any more."_s};
    if ((*escalation)->reason == Reason::Drill)
        return Error{ErrorCode::Refused, u"This was a test; send another one from the page of notifiers."_s};
    draft.sessions = (*escalation)->sessions;
    draft.incident = (*escalation)->incident;
    auto filled = filledIn(std::move(draft), storage, composer, settled);
    if (!filled)
        return filled;
    Draft again = std::move(filled).value();
    again.message = (*escalation)->message;
    again.preselected = {(*origin)->notifier};
    again.again = delivery;
    return again;
}

Draft testDraft(const QString &notifier, TimePoint now)
{
    Draft draft = newDraft(QUuid::createUuid(), {}, {}, {notifier}, now);
    draft.title = u"Test"_s;
    draft.level = Level::Info;
    draft.message = u"[Test] This is a test of the notifier “%1”. Nothing is wrong."_s.arg(notifier);
    return draft;
}

Draft drillDraft(const QString &notifier, TimePoint now)
{
    Draft draft = testDraft(notifier, now);
    draft.title = u"Drill"_s;
    draft.message = u"[Drill] This is a scheduled drill of the notifier “%1”. Nothing is wrong."_s.arg(notifier);
    return draft;
}

QList<engine::Prepared> prepare(const Draft &draft, const QString &message, Reason reason, const QString &by,
                                Scope scope, const QStringList &notifiers, Composer &composer, const Settled &settled)
{
    const std::optional<Incident> &incident = draft.about;
    const quint64 listed = static_cast<quint64>(std::max<qsizetype>(1, draft.sessions.size()));
    const Escalation escalation{.id = draft.request,
                                .incident = draft.incident,
                                .reason = reason,
                                .request = draft.request,
                                .by = by,
                                .message = message.trimmed().isEmpty() ? draft.message : message,
                                .createdAt = draft.date,
                                .sessions = draft.sessions,
                                .count = incident ? std::max(listed, incident->count) : listed};
    std::optional<KeptSession> session;
    if (!draft.sessions.isEmpty()) {
        if (const auto kept = composer.load(draft.sessions.first(), draft.position))
            session = *kept;
    }
    QList<engine::Prepared> prepared;
    for (const auto &[name, delivery] : draft.deliveries) {
        const delivery::ConfiguredNotifier *notifier = settled.notifier(name);
        if (notifier == nullptr || !notifiers.contains(name))
            continue;
        const auto earlier = draft.earlier.constFind(name);
        const Composer::Telling telling{.escalation = escalation,
                                        .incident = incident,
                                        .settled = settled,
                                        .date = draft.date,
                                        .scope = scope,
                                        .earlier =
                                            earlier != draft.earlier.cend() ? std::optional(*earlier) : std::nullopt,
                                        .told = othersTold(name, notifiers, incident, settled),
                                        .next = whatComesNext(incident, settled.policy.settings),
                                        .session = session ? &*session : nullptr};
        prepared.append(
            {.delivery = delivery, .notifier = name, .rendered = composer.render(telling, *notifier, delivery)});
    }
    return prepared;
}

QString whatComesNext(const std::optional<Incident> &incident, const policy::Settings &settings)
{
    return incident ? engine::nextStepText(*incident, settings) : QString();
}

QStringList othersTold(const QString &notifier, const QStringList &names, const std::optional<Incident> &incident,
                       const Settled &settled)
{
    QStringList all = names;
    if (incident)
        all << incident->told;
    all.removeDuplicates();
    QStringList told;
    for (const QString &name : std::as_const(all)) {
        const delivery::ConfiguredNotifier *other = settled.notifier(name);
        if (name == notifier || other == nullptr)
            continue;
        const QString type = QString::fromLatin1(other->type->name);
        const QString target = other->type->target(other->config);
        // Some targets say no more than what it is.
        told << (target.isEmpty() || target == type ? type : u"%1 %2"_s.arg(type, target));
    }
    return told;
}

std::optional<Incident> incidentOf(store::Storage &storage, const QUuid &session)
{
    const auto verdict = storage.verdict(session);
    return verdict && *verdict ? storedIncident(storage, (*verdict)->incident) : std::nullopt;
}

QString operatorName()
{
    const QString name = qEnvironmentVariable("USER");
    return name.isEmpty() ? u"operator"_s : name;
}

} // namespace escalite::runtime
