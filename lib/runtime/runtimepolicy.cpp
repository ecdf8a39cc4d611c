// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The runtime's part in rules, incidents and silences.

#include "runtime/jsonedit.h"
#include "runtime/policyviews.h"
#include "runtime/rehearsing.h"
#include "runtime/runtime.h"

#include <QJsonDocument>
#include <QPointer>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr int MostShown = 500; // silences, suppressions
constexpr std::chrono::milliseconds PresencePause{1000};

/// \a text with the members of \a policy but its settings; what is the same stays as it is written.
QByteArray withPolicy(const QByteArray &text, const policy::Policy &policy)
{
    const QJsonObject before = QJsonDocument::fromJson(text).object();
    const QJsonObject after = policy::toJson(policy);
    QByteArray changed = text;
    const QStringList members = policy::documentMembers();
    for (const QString &member : members) {
        if (member == "settings"_L1)
            continue;
        if (before.contains(member) && after.contains(member))
            changed = withDifference(changed, u'/' + member, before.value(member), after.value(member));
        else if (after.contains(member))
            changed = withMember(changed, member, after.value(member));
        else if (before.contains(member))
            changed = withoutValue(changed, u'/' + member);
    }
    return changed;
}

} // namespace

void Runtime::setPolicy(const policy::Policy &policy, QObject *context, std::function<void(Problems)> done)
{
    changeConfiguration([policy](const QByteArray &text, SecretFolder &,
                                 Problems &) -> Result<QByteArray> { return withPolicy(text, policy); },
                        u"window"_s, context, std::move(done));
}

void Runtime::setPolicyFromDoor(const policy::Policy &policy, const QString &by,
                                const std::function<void(Problems)> &done)
{
    changeConfiguration([policy](const QByteArray &text, SecretFolder &,
                                 Problems &) -> Result<QByteArray> { return withPolicy(text, policy); },
                        by, this,
                        [this, done](const Problems &problems) {
                            // Behind what puts it in force there.
                            onEngine([done, problems] { done(problems); });
                        });
}

template<typename T, typename Work>
void Runtime::look(Work work, QObject *context, std::function<void(Result<T>)> done)
{
    const auto otherwise = telling(context, done);
    whenOpen(
        [this, work = std::move(work), context = QPointer<QObject>(context), done = std::move(done)] {
            if (context)
                m_house.reader->post(work, context, done);
        },
        otherwise);
}

void Runtime::lint(const policy::Policy &policy, QObject *context, std::function<void(QList<policy::Finding>)> done)
{
    look<QList<policy::Finding>>(
        [policy, settled = m_settled, notifiers = notifiers(), &house = m_house](store::Storage &storage) {
            return lintNow(policy, storage, *house.journal, *settled, notifiers, wallClock());
        },
        context,
        [done = std::move(done)](const Result<QList<policy::Finding>> &findings) {
            done(findings ? *findings : QList<policy::Finding>());
        });
}

void Runtime::loadRuleHistory(QObject *context, std::function<void(Result<QList<RuleHistory>>)> done)
{
    look<QList<RuleHistory>>([](store::Storage &storage) { return ruleHistories(storage, wallClock()); }, context,
                             std::move(done));
}

void Runtime::whatIf(const WhatIf &question, QObject *context, std::function<void(double)> progress,
                     std::function<void(Result<WhatIfAnswer>)> done)
{
    const quint64 mine = ++*m_whatIfs;
    const QPointer<QObject> receiver(context);
    const auto begin = [this, mine, question, receiver, progress = std::move(progress),
                        done](const QList<Silence> &silences) {
        const Rehearsed asked{.question = question,
                              .saved = m_settled->policy,
                              .silences = silencesWithin(silences, question.from, question.until)};
        m_rehearsals.start(
            [this, mine, asked, receiver, progress, done, newest = m_whatIfs, &journal = *m_house.journal] {
                const auto isWanted = [&newest, mine] {
                    return newest->load(std::memory_order_relaxed) == mine;
                };
                const auto answer = rehearse(asked, journal, isWanted, [&](double part) {
                    QMetaObject::invokeMethod(this, [receiver, progress, newest, mine, part] {
                        if (receiver && progress && newest->load() == mine)
                            progress(part);
                    });
                });
                if (!answer)
                    return;
                QMetaObject::invokeMethod(this, [receiver, done, newest, mine, answer = *answer] {
                    if (receiver && newest->load() == mine)
                        done(answer);
                });
            });
    };
    look<QList<Silence>>([](store::Storage &storage) { return storage.silences({.limit = MostShown}); }, this,
                         [begin, receiver, done](const Result<QList<Silence>> &silences) {
                             if (silences)
                                 begin(*silences);
                             else if (receiver)
                                 done(silences.error());
                         });
}

void Runtime::cancelWhatIf()
{
    ++*m_whatIfs;
}

void Runtime::loadIncident(const QUuid &id, QObject *context, std::function<void(Result<IncidentDetail>)> done)
{
    look<IncidentDetail>(
        [id, settled = m_settled, &house = m_house](store::Storage &storage) {
            return incidentDetail(id, storage, *house.journal, *settled, wallClock());
        },
        context, std::move(done));
}

QList<Silence> Runtime::silences() const
{
    QList<Silence> silences = m_silences.values();
    std::sort(silences.begin(), silences.end(), [](const Silence &left, const Silence &right) {
        return std::pair(left.endsAt, left.id) < std::pair(right.endsAt, right.id);
    });
    return silences;
}

void Runtime::loadSilences(QObject *context, std::function<void(Result<QList<Silence>>)> done)
{
    look<QList<Silence>>([](store::Storage &storage) { return storage.silences({.limit = MostShown}); }, context,
                         std::move(done));
}

void Runtime::previewSilence(const QString &matcher, QObject *context, std::function<void(Result<SilencePreview>)> done)
{
    look<SilencePreview>(
        [matcher, &house = m_house](store::Storage &storage) {
            return silencePreview(matcher, storage, *house.journal, wallClock());
        },
        context, std::move(done));
}

void Runtime::loadSuppressions(QObject *context, std::function<void(Result<QList<Suppression>>)> done)
{
    look<QList<Suppression>>([](store::Storage &storage) { return storage.suppressions({.limit = MostShown}); },
                             context, std::move(done));
}

void Runtime::loadNotes(const QUuid &subject, QObject *context, std::function<void(Result<QList<Note>>)> done)
{
    look<QList<Note>>([subject](store::Storage &storage) { return storage.notesOf(subject); }, context,
                      std::move(done));
}

void Runtime::notePresence()
{
    if (!m_room || (m_sincePresence.isValid() && !m_sincePresence.hasExpired(PresencePause.count())))
        return;
    m_sincePresence.start();
    onEngine([room = m_room.get(), now = wallClock()] { room->notePresence(now); });
}

} // namespace escalite::runtime
