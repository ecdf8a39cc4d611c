// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a configuration changed against the one before it.

#include "runtime/configurationchange.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr qsizetype MostNamed = 6; // of each kind

/// "Rules: “Burst” added, “Errors” changed"; empty when all are the same. \a key tells which are the same one, \a name
/// is for people.
template<typename T, typename Key, typename Name>
QString changesOf(const QString &what, const QList<T> &before, const QList<T> &after, Key key, Name name)
{
    QStringList changes;
    const auto in = [&key](const QList<T> &all, const T &one) {
        return std::find_if(all.begin(), all.end(), [&](const T &other) { return key(other) == key(one); });
    };
    for (const T &one : after) {
        const auto old = in(before, one);
        if (old == before.end())
            changes.append(u"“%1” added"_s.arg(name(one)));
        else if (!(*old == one))
            changes.append(u"“%1” changed"_s.arg(name(one)));
    }
    for (const T &one : before) {
        if (in(after, one) == after.end())
            changes.append(u"“%1” removed"_s.arg(name(one)));
    }
    if (changes.isEmpty()) {
        if (before == after)
            return {};
        changes.append(u"put in another order"_s);
    }
    if (changes.size() > MostNamed) {
        const qsizetype more = changes.size() - MostNamed + 1;
        changes = changes.first(MostNamed - 1);
        changes.append(u"and %1 more"_s.arg(more));
    }
    return u"%1: %2"_s.arg(what, changes.join(", "_L1));
}

template<typename T>
QString idOf(const T &one)
{
    return one.id;
}

template<typename T>
QString nameOf(const T &one)
{
    return one.name;
}

template<typename T>
QString nameOrId(const T &one)
{
    return one.name.isEmpty() ? one.id : one.name;
}

bool sameOtherwise(const Settled &before, const Settled &after)
{
    return before.listen == after.listen && before.link == after.link && before.keepFor == after.keepFor
           && before.keepBytes == after.keepBytes && before.segmentBytes == after.segmentBytes;
}

} // namespace

QString changeSentence(const Settled &before, const Settled &after)
{
    const policy::Policy &old = before.policy;
    const policy::Policy &now = after.policy;
    QStringList parts{
        changesOf(u"Rules"_s, old.rules, now.rules, idOf<policy::Rule>, nameOrId<policy::Rule>),
        changesOf(u"Policies"_s, old.policies, now.policies, idOf<EscalationPolicy>, nameOrId<EscalationPolicy>),
        changesOf(u"Hours"_s, old.intervals, now.intervals, nameOf<policy::Interval>, nameOf<policy::Interval>),
        changesOf(u"Inhibitions"_s, old.inhibitions, now.inhibitions, idOf<policy::Inhibition>,
                  nameOrId<policy::Inhibition>),
        changesOf(u"Notifiers"_s, before.notifiers, after.notifiers, nameOf<delivery::ConfiguredNotifier>,
                  nameOf<delivery::ConfiguredNotifier>)};
    if (old.fingerprint != now.fingerprint)
        parts.append(u"What makes it the same problem changed"_s);
    if (!(old.settings == now.settings))
        parts.append(u"Settings changed"_s);
    if (!sameOtherwise(before, after))
        parts.append(u"Endpoint or store changed"_s);
    parts.removeAll(QString());
    return parts.isEmpty() ? u"Nothing that decides or tells."_s : parts.join("; "_L1) + u'.';
}

} // namespace escalite::runtime
