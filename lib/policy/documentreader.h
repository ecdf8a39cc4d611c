// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The parts of the policy document, each read for itself, and what they may refer to in one another.

#pragma once

#include "policy/objectreader.h"

namespace escalite::policy {

/// What is defined elsewhere in the configuration.
struct Known
{
    QStringList notifiers{}; ///< Names.
    QStringList intervals{}; ///< Names.
    QList<EscalationPolicy> policies{};
};

/// Each takes the member's value (undefined when it is missing) and gives what is right of it.
[[nodiscard]] QList<Interval> readIntervals(const QJsonValue &value, Problems &problems);
[[nodiscard]] QList<EscalationPolicy> readPolicies(const QJsonValue &value, const Known &known, Problems &problems);
[[nodiscard]] QList<Rule> readRules(const QJsonValue &value, const Known &known, Problems &problems);
[[nodiscard]] QList<Inhibition> readInhibitions(const QJsonValue &value, Problems &problems);
[[nodiscard]] Settings readSettings(const QJsonValue &value, Problems &problems);
[[nodiscard]] QStringList settingKeys();
[[nodiscard]] QStringList dayNames(); ///< "mon" to "sun".
/// The threshold of a rule.
[[nodiscard]] Threshold readThreshold(const QJsonValue &value, const QString &pointer, Problems &problems);

/// One element of a list, with its place in the document.
struct ListElement
{
    QJsonObject object{};
    qsizetype index = 0;
    QString pointer{};
};

/// The objects of the list \a value at \a pointer; what is no object is told. \a what: "rule". \a example: one as text.
[[nodiscard]] QList<ListElement> listElements(const QJsonValue &value, const QString &pointer, QLatin1StringView what,
                                              QLatin1StringView example, qsizetype most, Problems &problems);

/// Makes ids for those that have none, tells of ids and names that stand twice. \a pointers: where each stands.
template<typename Named>
void settleIds(QList<Named> &all, const QStringList &pointers, QLatin1StringView what, Problems &problems)
{
    QStringList ids;
    QStringList names;
    for (qsizetype i = 0; i < all.size(); ++i) {
        const Named &one = all.at(i);
        if (!one.id.isEmpty() && ids.contains(one.id))
            complain(problems, pointerTo(pointers.at(i), u"id"),
                     QStringLiteral("The id “%1” stands twice; each %2 needs its own.").arg(one.id, what));
        else if (names.contains(one.name))
            warn(problems, pointerTo(pointers.at(i), u"name"),
                 QStringLiteral("Another %2 is named “%1” too; nobody can tell them apart.").arg(one.name, what));
        ids.append(one.id);
        names.append(one.name);
    }
    for (Named &one : all) {
        if (!one.id.isEmpty())
            continue;
        const QString wanted = idFromName(one.name, what);
        one.id = wanted;
        for (int number = 2; ids.contains(one.id); ++number)
            one.id = wanted + u'-' + QString::number(number);
        ids.append(one.id);
    }
}

} // namespace escalite::policy
