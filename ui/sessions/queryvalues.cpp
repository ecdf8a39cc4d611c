// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/queryvalues.h"

#include "filter/fields.h"
#include "ui/models/sessionmodel.h"

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr Serial Sample = 20'000; // Newest rows that values are counted in.

} // namespace

QList<Suggestion> queryValues(const SessionModel &model, const QString &field)
{
    QHash<QString, quint64> counts;
    QHash<quint16, quint64> countsOfFlags; // Few differ.
    if (field == "level"_L1 || field == "declared"_L1) {
        for (const Level level : {Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical})
            counts.insert(levelName(level), model.count(level));
    }
    const RowStore &store = model.store();
    for (Serial serial = store.end() - std::min<Serial>(store.size(), Sample); serial != store.end(); ++serial) {
        const SessionRow &one = store.row(serial);
        if (field == "source"_L1) {
            ++counts[model.name(one.source)];
        } else if (field == "method"_L1) {
            ++counts[model.name(one.method)];
        } else if (field == "path"_L1) {
            ++counts[model.name(one.path)];
        } else if (field == "code"_L1 && one.code >= 0) {
            ++counts[QString::number(one.code)];
        } else if (field == "is"_L1) {
            ++countsOfFlags[one.flags];
        }
    }
    for (auto it = countsOfFlags.cbegin(); it != countsOfFlags.cend(); ++it) {
        for (const QString &state : filter::stateNames(SessionFlags::fromInt(it.key())))
            counts[state] += it.value();
    }
    QList<Suggestion> values;
    if (field == "is"_L1) { // In the order of the language: what nearly all are is not what is looked for.
        for (const QString &state : filter::stateNames())
            values.append({state, QueryEdit::stateHint(state), counts.value(state)});
        return values;
    }
    for (auto it = counts.constBegin(); it != counts.constEnd(); ++it) {
        if (!it.key().isEmpty())
            values.append({it.key(), {}, it.value()});
    }
    std::sort(values.begin(), values.end(), [](const Suggestion &a, const Suggestion &b) {
        return std::tie(b.count, a.text) < std::tie(a.count, b.text);
    });
    return values;
}

} // namespace escalite::ui
