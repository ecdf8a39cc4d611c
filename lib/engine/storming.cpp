// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Storming: the summary of a storm, while it lasts and when it is over.

#include "engine/hall.h"
#include "engine/sentence.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

void Engine::Private::restoreStorm(const std::optional<Storm> &known)
{
    QList<const Incident *> opened;
    for (const Tracked *tracked : book.all()) {
        const auto silencedAtFirst = [&](const Run &run) {
            return run.record.because == HeldBackBy::Silence && run.record.at == tracked->incident.openedAt;
        };
        if (!tracked->incident.notifiers.isEmpty()
            && std::none_of(tracked->runs.begin(), tracked->runs.end(), silencedAtFirst))
            opened.append(&tracked->incident);
    }
    std::sort(opened.begin(), opened.end(), [](const Incident *a, const Incident *b) {
        return std::tie(a->openedAt, a->firstPosition) < std::tie(b->openedAt, b->firstPosition);
    });
    storm.restore(known, opened, policy.settings);
}

void Engine::Private::stormDue(TimePoint now, Batch &batch)
{
    Storm &known = storm.storm();
    storm.setChanged();
    const std::optional<TimePoint> end = storm.endsAt(policy.settings);
    if (end && *end <= now) {
        known.endedAt = *end;
        known.summaryAt.reset();
        tellStorm(now, batch);
        return;
    }
    if (known.summaries == 0 || known.incidents > known.incidentsTold)
        tellStorm(now, batch);
    known.summaryAt = now + policy.settings.group;
}

void Engine::Private::tellStorm(TimePoint now, Batch &batch)
{
    Storm &known = storm.storm();
    StormPicture picture;
    QStringList notifiers = known.told;
    QHash<QString, quint64> perSource;
    std::vector<const Incident *> incidents;
    for (const QUuid &id : storm.incidents()) {
        const Tracked *tracked = book.find(id);
        if (!tracked)
            continue;
        const Incident &incident = tracked->incident;
        incidents.push_back(&incident);
        if (!incident.plan.steps.isEmpty())
            notifiers += incident.plan.steps.first().notifiers;
        ++perSource[incident.source];
        picture.sessions += incident.count;
        picture.open += incident.isOpen() ? 1U : 0U;
        picture.worst = std::max(picture.worst, incident.level);
    }
    notifiers.removeDuplicates();
    for (auto source = perSource.cbegin(); source != perSource.cend(); ++source)
        picture.sources.append({source.key(), source.value()});
    std::sort(picture.sources.begin(), picture.sources.end(),
              [](const auto &a, const auto &b) { return std::tie(b.second, a.first) < std::tie(a.second, b.first); });
    std::stable_sort(incidents.begin(), incidents.end(), [](const Incident *a, const Incident *b) {
        return std::tie(b->level, b->count) < std::tie(a->level, a->count);
    });

    Escalation escalation;
    escalation.id = newId();
    escalation.reason = Reason::Digest;
    escalation.by = u"storm"_s;
    escalation.message = toldStorm(known, picture, now);
    escalation.createdAt = now;
    escalation.count = picture.sessions;
    for (const Incident *incident : incidents) {
        if (escalation.sessions.size() < MaxTold)
            escalation.sessions.append(incident->worstSession);
    }
    Incident about;
    about.title = u"Storm"_s;
    about.level = picture.worst;
    addDeliveries(escalation, notifiers, now, about, batch);
    batch.escalations.append(std::move(escalation));
    batch.audit.append(audited(now, u"storm"_s, known.endedAt ? u"storm_over"_s : u"storm"_s, known.id,
                               u"%1 incidents, %2 told of here alone."_s.arg(QString::number(known.incidents),
                                                                             QString::number(known.heldBack))));
    known.told = notifiers;
    known.incidentsTold = known.incidents;
    ++known.summaries;
}

} // namespace escalite::engine
