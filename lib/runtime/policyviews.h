// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is shown of rules, incidents and silences, read from store and journal. On the reading thread.

#pragma once

#include "runtime/composer.h"
#include "runtime/console.h"
#include "runtime/house.h"
#include "store/storage.h"

namespace escalite::runtime {

/// Everything of the incident \a id; an error when it is not known.
Result<IncidentDetail> incidentDetail(const QUuid &id, store::Storage &storage, const journal::Journal &journal,
                                      const Settled &settled, TimePoint now);

/// Of every rule that ever did something.
Result<QList<RuleHistory>> ruleHistories(store::Storage &storage, TimePoint now);

/// What a silence with \a matcher would hold back: Malformed when it cannot be read.
Result<SilencePreview> silencePreview(const QString &matcher, store::Storage &storage, const journal::Journal &journal,
                                      TimePoint now);

/// What is remarkable about \a policy beside \a settled, by everything known.
Result<QList<policy::Finding>> lintNow(const policy::Policy &policy, store::Storage &storage,
                                       const journal::Journal &journal, const Settled &settled,
                                       const QList<NotifierStatus> &notifiers, TimePoint now);

} // namespace escalite::runtime
