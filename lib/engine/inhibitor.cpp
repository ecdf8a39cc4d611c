// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Keeps the muting incidents by what must be equal, so that asking costs the same however many are open.

#include "engine/inhibitor.h"

#include "filter/predicate.h"
#include "policy/fingerprint.h"

using namespace Qt::StringLiterals;

namespace escalite::engine {

namespace {

bool holds(const filter::ExpressionPtr &condition, const Incident &incident)
{
    if (!condition)
        return false;
    const SessionDigest &digest = incident.worst;
    // The document is not at hand: free text is looked for in what is known of the session.
    const auto text = [&digest] {
        return QStringList{digest.source, digest.method, digest.path, digest.message, digest.errorKey}.join(u'\n');
    };
    return filter::matches(*condition, digest, text);
}

QString valueOf(policy::GroupKey key, const Incident &incident)
{
    const SessionDigest &digest = incident.worst;
    switch (key) {
    case policy::GroupKey::Source:
        return digest.source.toLower();
    case policy::GroupKey::Method:
        return digest.method;
    case policy::GroupKey::Path:
        return policy::pathTemplate(digest.path);
    case policy::GroupKey::Code:
        return digest.code ? QString::number(*digest.code) : QString();
    case policy::GroupKey::Fingerprint:
        return incident.fingerprint;
    case policy::GroupKey::Message:
        return policy::normalised(digest.message);
    }
    return {};
}

QString valuesOf(const policy::Inhibition &inhibition, const Incident &incident)
{
    QStringList values;
    for (const policy::GroupKey key : inhibition.equal)
        values.append(valueOf(key, incident));
    return values.join(QChar(0x1f)); // no text has it
}

} // namespace

void Inhibitor::setInhibitions(const QList<policy::Inhibition> &inhibitions)
{
    m_watches.clear();
    for (const policy::Inhibition &inhibition : inhibitions) {
        if (inhibition.enabled)
            m_watches.push_back({.inhibition = inhibition});
    }
}

bool Inhibitor::forget(Watch &watch, const QUuid &incident)
{
    const auto known = watch.sources.constFind(incident);
    if (known == watch.sources.cend())
        return false;
    auto &incidents = known->muted ? watch.notPurely : watch.purely;
    const auto equal = incidents.find(known->values);
    equal->remove(incident);
    if (equal->isEmpty())
        incidents.erase(equal);
    watch.sources.erase(known);
    return true;
}

bool Inhibitor::note(const Incident &incident)
{
    bool ended = false;
    for (Watch &watch : m_watches) {
        const bool was = forget(watch, incident.id);
        const bool is = incident.isOpen() && holds(watch.inhibition.whileOpenCondition, incident);
        ended = ended || (was && !is);
        if (!is)
            continue;
        const Source source{.values = valuesOf(watch.inhibition, incident),
                            .muted = holds(watch.inhibition.muteCondition, incident)};
        (source.muted ? watch.notPurely : watch.purely)[source.values].insert(incident.id);
        watch.sources.insert(incident.id, source);
    }
    return ended;
}

std::optional<QString> Inhibitor::muting(const Incident &incident) const
{
    for (const Watch &watch : m_watches) {
        if (!holds(watch.inhibition.muteCondition, incident))
            continue;
        const QString values = valuesOf(watch.inhibition, incident);
        const bool both = holds(watch.inhibition.whileOpenCondition, incident);
        if (watch.purely.contains(values) || (!both && watch.notPurely.contains(values)))
            return watch.inhibition.id;
    }
    return std::nullopt;
}

} // namespace escalite::engine
