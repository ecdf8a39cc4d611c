// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A manual escalation before it is sent: what it is about, whom it may go to, and the bytes for each. For the dialog,
// the test of a notifier and the API alike. Runs on a storage's thread with that thread's composer.

#pragma once

#include "engine/command.h"
#include "runtime/composer.h"
#include "runtime/console.h"
#include "store/storage.h"

namespace escalite::runtime {

/// The incident \a id, if there is one and the store knows it.
[[nodiscard]] std::optional<Incident> storedIncident(store::Storage &storage, const std::optional<QUuid> &id);
/// A draft with its ids and date fixed, still without what is known of its sessions.
[[nodiscard]] Draft newDraft(const QUuid &request, const QList<QUuid> &sessions, std::optional<QUuid> incident,
                             const QStringList &notifiers, TimePoint now);
/// \a draft with incident, title, headline and default message filled in. Fails when its session is not kept any more.
Result<Draft> filledIn(Draft draft, store::Storage &storage, Composer &composer, const Settled &settled);

/// \a draft filled in with what \a delivery told, in its words, linked to it.
Result<Draft> draftOf(const QUuid &delivery, Draft draft, store::Storage &storage, Composer &composer,
                      const Settled &settled);

/// A marked test of \a notifier: asked for by a person, or by its schedule.
[[nodiscard]] Draft testDraft(const QString &notifier, TimePoint now);
[[nodiscard]] Draft drillDraft(const QString &notifier, TimePoint now);

/// The bytes of \a draft for those of \a notifiers that are configured.
QList<engine::Prepared> prepare(const Draft &draft, const QString &message, Reason reason, const QString &by,
                                Scope scope, const QStringList &notifiers, Composer &composer, const Settled &settled);

/// What happens next with \a incident, one sentence for who is told of it; empty when nothing does.
[[nodiscard]] QString whatComesNext(const std::optional<Incident> &incident, const policy::Settings &settings);
/// Who is told beside \a notifier: the others of \a names, and who was told of \a incident before; "Slack #ops".
[[nodiscard]] QStringList othersTold(const QString &notifier, const QStringList &names,
                                     const std::optional<Incident> &incident, const Settled &settled);

/// The incident that \a session opened or joined, if any.
std::optional<Incident> incidentOf(store::Storage &storage, const QUuid &session);

/// The name of who sits here.
[[nodiscard]] QString operatorName();

} // namespace escalite::runtime
