// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The part of the operators' door that is about incidents, silences, rules and escalation policies.

#include "api/policyapi.h"

#include "api/answers.h"
#include "api/json.h"
#include "api/policybody.h"
#include "api/policyjson.h"
#include "core/json.h"

#include <QJsonArray>

#include <chrono>

using namespace Qt::StringLiterals;

namespace escalite::api {

namespace {

TimePoint wallClock()
{
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

template<typename T>
http::Response listed(QLatin1StringView name, const QList<T> &all)
{
    QJsonArray array;
    for (const T &one : all)
        array.append(toJson(one));
    return json(QJsonObject{{name, array}});
}

void answerIncident(PolicyBackend &backend, const QUuid &id, const http::Reply &reply)
{
    backend.incidentView(
        id, replyingIfAny<IncidentView>(reply, [](const IncidentView &view) { return json(toJson(view)); }));
}

void answerSilence(PolicyBackend &backend, const QUuid &id, int status, const http::Reply &reply)
{
    backend.silence(id, replyingIfAny<Silence>(reply, [status](const Silence &silence) {
                        return json(toJson(silence, wallClock()), status);
                    }));
}

/// Has \a command done, then \a answer.
void run(PolicyBackend &backend, const engine::Command &command, const http::Reply &reply, std::function<void()> answer)
{
    backend.command(command, [reply, answer = std::move(answer)](const std::optional<Error> &error) {
        if (error)
            reply(problem(*error));
        else
            answer();
    });
}

/// Likewise to an incident that must be there, and answers with it as it is then.
void runOnIncident(PolicyBackend &backend, const QUuid &id, const engine::Command &command, const http::Reply &reply)
{
    backend.incidentView(id, [&backend, id, command, reply](const Result<std::optional<IncidentView>> &known) {
        if (!known)
            reply(problem(known.error()));
        else if (!*known)
            reply(notFound());
        else
            run(backend, command, reply, [&backend, id, reply] { answerIncident(backend, id, reply); });
    });
}

engine::Command commandFor(const Route &route, const PolicyBody &body)
{
    engine::Command command{.request = body.request, .by = body.by, .what = engine::Reopen{{route.id}}};
    switch (route.kind) {
    case Route::Kind::Snooze:
        command.what = engine::Snooze{.incidents = {route.id}, .until = body.until, .untilWorse = body.untilWorse};
        break;
    case Route::Kind::Assign:
        command.what = engine::Assign{.incidents = {route.id}, .to = body.to};
        break;
    case Route::Kind::Notes:
        command.what = engine::Annotate{.subject = route.id, .text = body.text};
        break;
    case Route::Kind::NextStep:
        command.what = engine::NextStep{.incidents = {route.id}};
        break;
    case Route::Kind::Merge:
        command.what = engine::Merge{.into = body.into, .incidents = {route.id}};
        break;
    default:
        break;
    }
    return command;
}

/// The policy that \a document holds; problems point into it below \a pointer.
std::optional<policy::Policy> policyFrom(PolicyBackend &backend, const QJsonObject &document, const QString &pointer,
                                         Problems &problems)
{
    QStringList members = policy::documentMembers();
    members.removeAll(u"settings"_s); // They stay as they are.
    const QStringList keys = document.keys();
    for (const QString &key : keys) {
        if (!members.contains(key))
            problems.append(Problem{.pointer = pointerTo(pointer, key),
                                    .message = u"Unknown member; there are: %1."_s.arg(members.join(", "_L1))});
    }
    if (!problems.isEmpty())
        return std::nullopt;
    Problems found;
    policy::Policy read = policy::readPolicy(document, backend.notifierNames(), found);
    for (Problem &each : found) {
        each.pointer = pointer + each.pointer;
        if (each.severity == Problem::Severity::Error)
            problems.append(each);
    }
    if (!problems.isEmpty())
        return std::nullopt;
    read.settings = backend.policy().settings;
    return read;
}

void setPolicy(PolicyBackend &backend, const PolicyBody &body, const http::Reply &reply)
{
    Problems problems;
    const auto read = policyFrom(backend, body.policy, {}, problems);
    if (!read) {
        reply(problem(problems));
        return;
    }
    backend.setPolicy(*read, body.by, [&backend, reply](const Problems &found) {
        Problems errors;
        for (const Problem &each : found) {
            if (each.severity == Problem::Severity::Error)
                errors.append(each);
        }
        if (errors.isEmpty())
            reply(json(policy::toJson(backend.policy())));
        else
            reply(problem(errors));
    });
}

void whatIf(PolicyBackend &backend, const PolicyBody &body, const http::Reply &reply)
{
    Problems problems;
    const auto draft = policyFrom(backend, body.policy, u"/draft"_s, problems);
    if (!draft) {
        reply(problem(problems));
        return;
    }
    backend.whatIf(
        {.draft = *draft, .watched = body.watched, .from = body.from, .until = body.until.value_or(TimePoint())},
        replying<WhatIfOutcome>(reply, [](const WhatIfOutcome &outcome) { return json(toJson(outcome)); }));
}

void setSilence(PolicyBackend &backend, PolicyBody body, const http::Reply &reply)
{
    Silence &silence = body.silence;
    const bool isNew = silence.id.isNull();
    if (isNew)
        silence.id = body.request; // So that a repeat is the same silence.
    silence.by = body.by;
    run(backend, {.request = body.request, .by = body.by, .what = engine::SetSilence{silence}}, reply,
        [&backend, id = silence.id, isNew, reply] { answerSilence(backend, id, isNew ? 201 : 200, reply); });
}

void endSilence(PolicyBackend &backend, const QUuid &id, const PolicyBody &body, const http::Reply &reply)
{
    const engine::Command command{.request = body.request, .by = body.by, .what = engine::EndSilence{id}};
    backend.silence(id, [&backend, id, command, reply](const Result<std::optional<Silence>> &known) {
        if (!known)
            reply(problem(known.error()));
        else if (!*known)
            reply(notFound());
        else if ((*known)->endedAt) // As often as it is asked for.
            reply(json(toJson(**known, wallClock())));
        else
            run(backend, command, reply, [&backend, id, reply] { answerSilence(backend, id, 200, reply); });
    });
}

void look(PolicyBackend &backend, const Route &route, const Query &query, const http::Reply &reply)
{
    switch (route.kind) {
    case Route::Kind::Incident:
        answerIncident(backend, route.id, reply);
        break;
    case Route::Kind::Silences:
        backend.silences(query.limit, replying<QList<Silence>>(reply, [](const QList<Silence> &silences) {
                             QJsonArray array;
                             for (const Silence &silence : silences)
                                 array.append(toJson(silence, wallClock()));
                             return json(QJsonObject{{"silences"_L1, array}});
                         }));
        break;
    case Route::Kind::Silence:
        answerSilence(backend, route.id, 200, reply);
        break;
    case Route::Kind::Suppressions:
        backend.suppressions(query.limit, replying<QList<Suppression>>(reply, [](const QList<Suppression> &all) {
                                 return listed("suppressions"_L1, all);
                             }));
        break;
    case Route::Kind::Why:
        backend.why(route.id,
                    replyingIfAny<Explanation>(reply, [](const Explanation &why) { return json(toJson(why)); }));
        break;
    case Route::Kind::Rules:
        reply(json(policy::toJson(backend.policy())));
        break;
    case Route::Kind::RuleHistory:
        backend.ruleHistory(
            replying<QList<RuleView>>(reply, [](const QList<RuleView> &rules) { return listed("rules"_L1, rules); }));
        break;
    default:
        backend.lint(replying<QList<policy::Finding>>(
            reply, [](const QList<policy::Finding> &findings) { return listed("findings"_L1, findings); }));
        break;
    }
}

/// A UUID that a client sends with each repeat of a request, quoted or not; null when there is none.
QUuid idempotencyKey(const http::Request &request)
{
    QByteArray key = request.header("Idempotency-Key").trimmed();
    if (key.size() >= 2 && key.startsWith('"') && key.endsWith('"'))
        key = key.sliced(1, key.size() - 2);
    constexpr qsizetype Length = 36;
    return key.size() == Length ? QUuid::fromString(QLatin1StringView(key)) : QUuid();
}

} // namespace

bool isAboutPolicy(Route::Kind kind)
{
    switch (kind) {
    case Route::Kind::Incident:
    case Route::Kind::Reopen:
    case Route::Kind::Snooze:
    case Route::Kind::Assign:
    case Route::Kind::Notes:
    case Route::Kind::NextStep:
    case Route::Kind::Merge:
    case Route::Kind::Silences:
    case Route::Kind::SetSilence:
    case Route::Kind::SilencePreview:
    case Route::Kind::Silence:
    case Route::Kind::EndSilence:
    case Route::Kind::Suppressions:
    case Route::Kind::Why:
    case Route::Kind::Rules:
    case Route::Kind::RuleHistory:
    case Route::Kind::SetPolicy:
    case Route::Kind::WhatIf:
    case Route::Kind::Lint:
        return true;
    default:
        return false;
    }
}

void answerPolicy(PolicyBackend &backend, const Route &route, const Query &query, const http::Request &request,
                  const QString &by, const http::Reply &reply)
{
    if (!route.isCommand()) {
        look(backend, route, query, reply);
        return;
    }
    Problems problems;
    PolicyBody body = readPolicyBody(request.body, route.kind, wallClock(), problems);
    if (!problems.isEmpty()) {
        reply(problem(problems));
        return;
    }
    if (body.request.isNull())
        body.request = idempotencyKey(request);
    if (body.request.isNull())
        body.request = QUuid::createUuid();
    if (body.by.isEmpty())
        body.by = by;
    switch (route.kind) {
    case Route::Kind::SetSilence:
        setSilence(backend, body, reply);
        break;
    case Route::Kind::EndSilence:
        endSilence(backend, route.id, body, reply);
        break;
    case Route::Kind::SilencePreview:
        backend.silenceOutlook(body.matcher, replying<SilenceOutlook>(reply, [](const SilenceOutlook &outlook) {
                                   return json(toJson(outlook));
                               }));
        break;
    case Route::Kind::SetPolicy:
        setPolicy(backend, body, reply);
        break;
    case Route::Kind::WhatIf:
        whatIf(backend, body, reply);
        break;
    default:
        runOnIncident(backend, route.id, commandFor(route, body), reply);
        break;
    }
}

} // namespace escalite::api
