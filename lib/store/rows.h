// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Values as rows of the state's tables, and back. The order is that of the columns in the .sql files.

#pragma once

#include "core/batch.h"
#include "store/connection.h"

namespace escalite::store {

[[nodiscard]] QVariantList incidentValues(const Incident &incident);
[[nodiscard]] Incident readIncident(Rows &rows);

[[nodiscard]] QVariantList escalationValues(const Escalation &escalation);
[[nodiscard]] Escalation readEscalation(Rows &rows);

[[nodiscard]] QVariantList deliveryValues(const Delivery &delivery);
/// With a digest of everything else.
[[nodiscard]] QVariantList renderedValues(const Delivery &delivery);

struct StoredDelivery
{
    Delivery delivery;
    bool damaged = false; ///< The rendered bytes are not those that were stored; they have been left out.
};
[[nodiscard]] StoredDelivery readDelivery(Rows &rows);

[[nodiscard]] QVariantList attemptValues(const Attempt &attempt);
[[nodiscard]] Attempt readAttempt(const QUuid &delivery, Rows &rows);

[[nodiscard]] QVariantList verdictValues(const SessionVerdict &verdict);
[[nodiscard]] SessionVerdict readVerdict(Rows &rows);

[[nodiscard]] QVariantList auditValues(const AuditRecord &record);
[[nodiscard]] AuditRecord readAudit(Rows &rows);

[[nodiscard]] QVariantList silenceValues(const Silence &silence);
[[nodiscard]] Silence readSilence(Rows &rows);

[[nodiscard]] QVariantList suppressionValues(const Suppression &suppression);
[[nodiscard]] Suppression readSuppression(Rows &rows);

[[nodiscard]] QVariantList stormValues(const Storm &storm);
[[nodiscard]] Storm readStorm(Rows &rows);

[[nodiscard]] QVariantList noteValues(const Note &note);
[[nodiscard]] Note readNote(Rows &rows);

/// A JSON array of texts, for json_each().
[[nodiscard]] QString jsonArray(const QStringList &texts);
[[nodiscard]] QString jsonIds(const QList<QUuid> &ids);

} // namespace escalite::store
