// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/apibackend.h"

#include "filter/predicate.h"
#include "runtime/drafting.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr int MostInOnePage = 500; // incidents

using Stored = std::optional<api::Escalated>;

/// The escalation made for \a request with its deliveries, if there is one.
Result<Stored> escalatedFor(store::Storage &storage, const QUuid &request)
{
    const auto escalation = storage.escalationByRequest(request);
    if (!escalation)
        return escalation.error();
    if (!*escalation)
        return Stored();
    const auto deliveries = storage.deliveriesOf((*escalation)->id);
    if (!deliveries)
        return deliveries.error();
    return Stored(api::Escalated{.escalation = **escalation, .deliveries = *deliveries});
}

bool isTheSame(const api::Escalated &made, const api::EscalateSession &asked)
{
    QStringList told;
    for (const Delivery &delivery : made.deliveries)
        told << delivery.notifier;
    QStringList wanted = asked.notifiers;
    told.sort();
    wanted.sort();
    return made.escalation.sessions.contains(asked.session) && told == wanted;
}

/// A page of the list. Of a query that finds little not all rows are looked at in one go, since others wait for this
/// thread.
api::ListedSessions listed(const journal::Journal &journal, const api::AskedSessions &asked)
{
    constexpr int Chunk = 1'000;
    constexpr int MostRows = 200'000;
    constexpr int MostDocuments = 5'000;
    const bool isAll = !asked.query || asked.query->kind == filter::Expression::Kind::All;
    const filter::RowMatcher matcher(isAll ? std::make_shared<const filter::Expression>() : asked.query,
                                     [&journal](NameId id) { return journal.name(id); });
    api::ListedSessions result{.next = asked.before};
    int documents = 0;
    for (int looked = 0; looked < MostRows && documents < MostDocuments;) {
        const QList<SessionRow> rows = journal.newest(isAll ? asked.limit : Chunk, result.next);
        for (const SessionRow &row : rows) {
            ++looked;
            result.next = row.position;
            const bool matches = matcher.matches(row, [&] {
                ++documents;
                const auto stored = journal.read(row.position);
                return stored ? documentText(stored->document) : QString();
            });
            if (!matches)
                continue;
            result.sessions.append({.row = row,
                                    .source = journal.name(row.source),
                                    .method = journal.name(row.method),
                                    .path = journal.name(row.path),
                                    .message = journal.name(row.message)});
            if (result.sessions.size() >= asked.limit)
                return result;
        }
        if (rows.size() < (isAll ? asked.limit : Chunk)) {
            result.next = 0;
            return result;
        }
    }
    return result;
}

} // namespace

ApiBackend::ApiBackend(House &house, World world, QObject *parent)
    : QObject(parent)
    , m_house(house)
    , m_world(std::move(world))
{
    m_rehearsals.setMaxThreadCount(1);
}

ApiBackend::~ApiBackend()
{
    *m_ending = true;
    m_rehearsals.waitForDone();
}

void ApiBackend::sessions(const api::AskedSessions &asked, Done<api::ListedSessions> done)
{
    m_house.reader->post([asked, &journal = *m_house.journal](store::Storage &) { return listed(journal, asked); },
                         this, [done = std::move(done)](api::ListedSessions found) { done(std::move(found)); });
}

void ApiBackend::session(const QUuid &id, Done<std::optional<api::SessionView>> done)
{
    struct Found
    {
        std::optional<api::SessionView> view;
        engine::Observation observation;
    };
    m_house.reader->post(
        [id, &journal = *m_house.journal, &composer = *m_house.reading](store::Storage &storage) -> Result<Found> {
            const std::optional<SessionRow> row = journal.find(id);
            if (!row)
                return Found{};
            const auto kept = composer.load(id);
            if (!kept)
                return kept.error();
            Found found{.view = api::SessionView{.document = kept->document,
                                                 .receivedAt = kept->receivedAt,
                                                 .position = kept->position,
                                                 .source = kept->session->source,
                                                 .effective = kept->session->effective,
                                                 .flags = SessionFlags::fromInt(row->flags),
                                                 .verdict = static_cast<Verdict>(row->verdict),
                                                 .incident = incidentOf(storage, id)},
                        .observation = {kept->position, kept->receivedAt, composer.digest(*kept), kept->document}};
            return found;
        },
        this,
        [this, done = std::move(done)](Result<Found> result) {
            if (!result) {
                done(result.error());
                return;
            }
            Found found = std::move(result).value();
            if (found.view)
                found.view->why = m_world.explain(found.observation);
            done(std::move(found.view));
        });
}

void ApiBackend::incidents(const api::AskedIncidents &asked, Done<QList<Incident>> done)
{
    look<QList<Incident>>(
        [asked](store::Storage &storage) -> Result<QList<Incident>> {
            QList<Incident> found;
            store::Page page{.limit = asked.limit};
            // Of a state that few are in not all are looked through in one go, since others wait for this thread.
            constexpr int MostPages = 20;
            for (int pages = 0; pages < MostPages && found.size() < asked.limit; ++pages) {
                const auto incidents = storage.incidents(page);
                if (!incidents)
                    return incidents.error();
                for (const Incident &incident : *incidents) {
                    if ((!asked.state || incident.state == *asked.state) && found.size() < asked.limit)
                        found.append(incident);
                }
                if (incidents->size() < page.limit)
                    break;
                page.before = incidents->constLast().openedAt;
                page.limit = std::max(page.limit, MostInOnePage);
            }
            return found;
        },
        std::move(done));
}

void ApiBackend::incident(const QUuid &id, Done<std::optional<Incident>> done)
{
    m_house.reader->post([id](store::Storage &storage) { return storage.incident(id); }, this, std::move(done));
}

void ApiBackend::deliveries(int limit, Done<QList<Delivery>> done)
{
    m_house.reader->post([limit](store::Storage &storage) { return storage.deliveries({.limit = limit}); }, this,
                         std::move(done));
}

void ApiBackend::delivery(const QUuid &id, Done<std::optional<api::DeliveryView>> done)
{
    m_house.reader->post(
        [id](store::Storage &storage) -> Result<std::optional<api::DeliveryView>> {
            const auto delivery = storage.delivery(id);
            if (!delivery)
                return delivery.error();
            if (!*delivery)
                return std::optional<api::DeliveryView>();
            const auto attempts = storage.attempts(id);
            if (!attempts)
                return attempts.error();
            return std::optional(api::DeliveryView{.delivery = **delivery, .attempts = *attempts});
        },
        this, std::move(done));
}

void ApiBackend::escalate(const api::EscalateSession &what, Done<std::optional<api::Escalated>> done)
{
    const SettledPtr settled = m_world.settled();
    for (const QString &name : what.notifiers) {
        if (settled->notifier(name) == nullptr) {
            done(Error{ErrorCode::Unsupported, u"There is no notifier “%1”; there are: %2."_s.arg(
                                                   name, settled->notifierNames().join(", "_L1))});
            return;
        }
    }
    struct Ready
    {
        Stored before;
        std::optional<engine::Command> command;
    };
    m_house.reader->post(
        [what, settled, &journal = *m_house.journal,
         &composer = *m_house.reading](store::Storage &storage) -> Result<Ready> {
            auto before = escalatedFor(storage, what.request);
            if (!before)
                return before.error();
            if (*before)
                return Ready{.before = std::move(before).value(), .command = {}};
            if (!journal.find(what.session))
                return Ready{};
            const auto draft = filledIn(newDraft(what.request, {what.session}, {}, what.notifiers, wallClock()),
                                        storage, composer, *settled);
            if (!draft)
                return draft.error();
            const engine::EscalateNow now{.sessions = draft->sessions,
                                          .incident = draft->incident,
                                          .message = what.message.isEmpty() ? draft->message : what.message,
                                          .title = draft->title,
                                          .level = static_cast<quint8>(draft->level),
                                          .to = prepare(*draft, what.message, Reason::Manual, what.by,
                                                        Scope::FailingCalls, what.notifiers, composer, *settled)};
            return Ready{.before = {}, .command = engine::Command{.request = what.request, .by = what.by, .what = now}};
        },
        this,
        [this, what, done = std::move(done)](Result<Ready> ready) {
            if (!ready) {
                done(ready.error());
            } else if (ready->before && !isTheSame(*ready->before, what)) {
                done(Error{ErrorCode::Refused, u"This request id was used for another escalation."_s});
            } else if (ready->before || !ready->command) {
                done(ready->before);
            } else {
                m_world.command(*ready->command,
                                [this, request = what.request, done](const std::optional<Error> &error) {
                                    if (error)
                                        done(*error);
                                    else
                                        answerWithStored(request, done);
                                });
            }
        });
}

void ApiBackend::answerWithStored(const QUuid &request, Done<std::optional<api::Escalated>> done)
{
    m_house.reader->post([request](store::Storage &storage) { return escalatedFor(storage, request); }, this,
                         std::move(done));
}

void ApiBackend::post(const engine::Command &command, std::function<void(std::optional<Error>)> done)
{
    m_world.command(command, std::move(done));
}

} // namespace escalite::runtime
