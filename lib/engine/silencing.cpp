// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Silencing: silences made, changed and ended, and what is told when one is over.

#include "engine/hall.h"
#include "engine/sentence.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::engine {

namespace {

/// A silence that moves on waits at most so long for quiet.
constexpr Duration MostQuiet = std::chrono::hours(1);
/// What was silenced and is that young still goes on: it is told of when the silence is over.
constexpr Duration Fresh = std::chrono::minutes(10);

} // namespace

Result<Batch> Engine::Private::run(const SetSilence &command, const QString &by, TimePoint now)
{
    Silence silence = command.silence;
    if (silence.id.isNull())
        return malformed(u"The silence has no id."_s);
    if (silence.matcher.trimmed().isEmpty())
        return malformed(u"The silence does not say what it is for: give a query, for example source:billing."_s);
    auto parsed = filter::parse(silence.matcher);
    if (const auto *error = std::get_if<filter::SyntaxError>(&parsed))
        return malformed(
            u"The silence's query is wrong at column %1: %2"_s.arg(QString::number(error->column), error->message));
    SilenceBook::Kept *known = silences.find(silence.id);
    if (!known)
        silence.startsAt = std::max(silence.startsAt, now);
    if (silence.endsAt <= silence.startsAt || silence.endsAt <= now)
        return malformed(
            u"The silence ends at %1, which is not after its beginning and now."_s.arg(toRfc3339(silence.endsAt)));
    if (silence.untilQuiet && silence.latestEnd < silence.endsAt)
        return malformed(u"A silence that lasts until it is quiet needs a latest end, not before its first one."_s);

    Deed deed{.kind = Deed::Kind::Silence, .subject = silence.id};
    if (known)
        deed.silence = known->silence;
    silence.quietFor = std::min(MostQuiet, silence.endsAt - silence.startsAt);
    silence.by = known ? known->silence.by : by;
    silence.createdAt = known ? known->silence.createdAt : now;
    silence.caught = known ? known->silence.caught : 0;
    silence.heldBack = known ? known->silence.heldBack : 0;
    silence.lastCaughtAt = known ? known->silence.lastCaughtAt : std::nullopt;
    silence.endedAt.reset();
    silence.endedBy.clear();
    Batch batch;
    batch.audit.append(audited(now, by, known ? u"change_silence"_s : u"silence"_s, silence.id,
                               u"%1 until %2"_s.arg(silence.matcher, toRfc3339(silence.endsAt))));
    silences.put(std::move(silence), std::get<filter::ExpressionPtr>(std::move(parsed)));
    done = std::move(deed);
    return batch;
}

Result<Batch> Engine::Private::run(const EndSilence &command, const QString &by, TimePoint now)
{
    SilenceBook::Kept *known = silences.find(command.silence);
    if (!known)
        return refused(u"The silence %1 is not known, or over already."_s.arg(shortId(command.silence)));
    done =
        Deed{.kind = Deed::Kind::Silence, .subject = command.silence, .silence = known->silence, .held = known->held};
    Batch batch;
    endSilence(*known, now, by, now, batch);
    return batch;
}

void Engine::Private::endSilence(SilenceBook::Kept &kept, TimePoint at, const QString &by, TimePoint now, Batch &batch)
{
    Silence &silence = kept.silence;
    silence.endedAt = at;
    silence.endedBy = by;
    kept.changed = true;
    const QString id = silence.id.toString(QUuid::WithoutBraces);
    batch.audit.append(
        audited(at, by.isEmpty() ? QString(Clock) : by, u"end_silence"_s, silence.id, summaryOf(silence)));
    if (silence.heldBack > 0 && !silence.digestTo.isEmpty())
        tellDigest(kept, now, batch);
    for (const auto &[incident, held] : kept.held) {
        Tracked *tracked = book.find(incident);
        if (tracked && sinceTold(*tracked, HeldBackBy::Silence, id) && tracked->incident.lastSeenAt + Fresh >= at)
            release(*tracked, HeldBackBy::Silence, now);
    }
}

void Engine::Private::tellDigest(const SilenceBook::Kept &kept, TimePoint now, Batch &batch)
{
    std::vector<DigestLine> lines;
    Level level = Level::Info;
    for (const auto &[id, held] : kept.held) {
        const Tracked *tracked = book.find(id);
        lines.push_back({.title = held.title.isEmpty() ? u"incident "_s + shortId(id) : held.title,
                         .times = held.times,
                         .sessions = held.sessions,
                         .isOpen = tracked && tracked->incident.isOpen(),
                         .worst = tracked ? tracked->incident.worstSession : held.worst});
        if (tracked)
            level = std::max(level, tracked->incident.level);
    }
    std::sort(lines.begin(), lines.end(), [](const DigestLine &a, const DigestLine &b) {
        return std::tie(b.times, b.sessions, a.title, a.worst) < std::tie(a.times, a.sessions, b.title, b.worst);
    });
    Escalation escalation;
    escalation.id = newId();
    escalation.reason = Reason::Digest;
    escalation.by = kept.silence.by;
    escalation.message = toldDigest(kept.silence, lines);
    escalation.createdAt = now;
    escalation.count = 0;
    for (const DigestLine &line : lines) {
        escalation.count += line.sessions;
        if (!line.worst.isNull() && escalation.sessions.size() < MaxTold)
            escalation.sessions.append(line.worst);
    }
    Incident about;
    about.title = u"Silence"_s;
    about.level = level;
    addDeliveries(escalation, kept.silence.digestTo, now, about, batch);
    batch.escalations.append(std::move(escalation));
}

Result<Batch> Engine::Private::takeBackSilence(const Deed &deed, const QString &by, TimePoint now)
{
    Batch batch;
    SilenceBook::Kept *known = silences.find(deed.subject);
    if (!deed.silence) { // It was made.
        if (!known)
            return refused(u"The silence is over already."_s);
        endSilence(*known, now, by, now, batch);
        return batch;
    }
    if (deed.silence->endsAt <= now)
        return refused(u"The silence would be over by now."_s);
    Silence silence = *deed.silence;
    if (known) {
        silence.caught = known->silence.caught;
        silence.heldBack = known->silence.heldBack;
        silence.lastCaughtAt = known->silence.lastCaughtAt;
    }
    auto parsed = filter::parse(silence.matcher);
    const auto *matcher = std::get_if<filter::ExpressionPtr>(&parsed);
    batch.audit.append(audited(now, by, u"undo"_s, silence.id, known ? u"change_silence"_s : u"end_silence"_s));
    const QUuid id = silence.id;
    silences.put(std::move(silence), matcher ? *matcher : nullptr);
    if (!known)
        silences.find(id)->held = deed.held;
    return batch;
}

QList<Silence> Engine::silences() const
{
    return d->silences.all();
}

} // namespace escalite::engine
