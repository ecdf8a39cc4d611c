// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The table of fields.

#include "filter/fields.h"

#include "core/names.h"

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace escalite::filter {

namespace {

constexpr std::array FieldNames{
    std::pair{Field::Level, "level"_L1},     std::pair{Field::Declared, "declared"_L1},
    std::pair{Field::Source, "source"_L1},   std::pair{Field::Method, "method"_L1},
    std::pair{Field::Path, "path"_L1},       std::pair{Field::Code, "code"_L1},
    std::pair{Field::Elapsed, "elapsed"_L1}, std::pair{Field::Message, "message"_L1},
    std::pair{Field::Id, "id"_L1},           std::pair{Field::Is, "is"_L1},
    std::pair{Field::Any, "any"_L1},
};

constexpr std::array StateNames{
    std::pair{State::Open, "open"_L1},     std::pair{State::Ended, "ended"_L1},
    std::pair{State::Stuck, "stuck"_L1},   std::pair{State::Abandoned, "abandoned"_L1},
    std::pair{State::Live, "live"_L1},     std::pair{State::Gap, "gap"_L1},
    std::pair{State::Forced, "forced"_L1}, std::pair{State::Incomplete, "incomplete"_L1},
    std::pair{State::Late, "late"_L1},
};

constexpr std::array OperatorTexts{
    std::pair{Op::Is, ":"_L1},         std::pair{Op::IsNot, "!="_L1},  std::pair{Op::Less, "<"_L1},
    std::pair{Op::LessEqual, "<="_L1}, std::pair{Op::Greater, ">"_L1}, std::pair{Op::GreaterEqual, ">="_L1},
    std::pair{Op::Matches, "~"_L1},
};

/// Insertions, deletions, changes and swaps of neighbours between two words (optimal string alignment).
int typingErrors(QStringView left, QStringView right)
{
    const auto columns = static_cast<std::size_t>(right.size()) + 1;
    std::vector<int> before(columns);
    std::vector<int> above(columns);
    std::vector<int> row(columns);
    for (std::size_t column = 0; column < columns; ++column)
        above[column] = static_cast<int>(column);
    for (qsizetype i = 1; i <= left.size(); ++i) {
        row[0] = static_cast<int>(i);
        for (qsizetype j = 1; j <= right.size(); ++j) {
            const auto column = static_cast<std::size_t>(j);
            const bool same = left[i - 1] == right[j - 1];
            row[column] = std::min({above[column] + 1, row[column - 1] + 1, above[column - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                row[column] = std::min(row[column], before[column - 2] + 1);
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above.back();
}

} // namespace

std::optional<Field> fieldFromName(QStringView name)
{
    return valueIn(FieldNames, name);
}

QString fieldName(Field field)
{
    return spellingIn(FieldNames, field);
}

bool isOrdered(Field field)
{
    return field == Field::Level || field == Field::Declared || field == Field::Code || field == Field::Elapsed;
}

QString operatorText(Op op)
{
    return spellingIn(OperatorTexts, op);
}

QString closest(const QString &name, const QStringList &known)
{
    constexpr qsizetype LongestWord = 40; // longer ones are no typing errors
    if (name.size() > LongestWord)
        return {};
    const QString word = name.toLower();
    for (const QString &candidate : known) {
        if (word.size() >= 2 && candidate.startsWith(word))
            return candidate;
    }
    QString best;
    int fewest = static_cast<int>(std::clamp<qsizetype>(word.size() / 2, 0, 2)) + 1;
    for (const QString &candidate : known) {
        const int errors = typingErrors(word, candidate);
        if (errors < fewest) {
            fewest = errors;
            best = candidate;
        }
    }
    return best;
}

QStringList fieldNames()
{
    QStringList names;
    for (const auto &[field, name] : FieldNames)
        names.append(name);
    return names;
}

QStringList levelNames()
{
    QStringList names;
    for (const Level level : {Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical})
        names.append(levelName(level));
    return names;
}

StateFlags flagsOf(State state)
{
    switch (state) {
    case State::Open:
        return {.asked = SessionFlag::Ended | SessionFlag::Abandoned | SessionFlag::Gap, .set = {}};
    case State::Ended:
        return {.asked = SessionFlag::Ended, .set = SessionFlag::Ended};
    case State::Abandoned:
        return {.asked = SessionFlag::Ended | SessionFlag::Abandoned, .set = SessionFlag::Abandoned};
    case State::Stuck:
        return {.asked = SessionFlag::Ended | SessionFlag::Stuck, .set = SessionFlag::Stuck};
    case State::Live:
        return {.asked = SessionFlag::Live, .set = SessionFlag::Live};
    case State::Gap:
        return {.asked = SessionFlag::Gap, .set = SessionFlag::Gap};
    case State::Forced:
        return {.asked = SessionFlag::Forced, .set = SessionFlag::Forced};
    case State::Incomplete:
        return {.asked = SessionFlag::Incomplete, .set = SessionFlag::Incomplete};
    case State::Late:
        return {.asked = SessionFlag::Late, .set = SessionFlag::Late};
    }
    return {};
}

std::optional<State> stateFromName(QStringView name)
{
    return valueIn(StateNames, name);
}

QString stateName(State state)
{
    return spellingIn(StateNames, state);
}

QStringList stateNames()
{
    QStringList names;
    for (const auto &[state, name] : StateNames)
        names.append(name);
    return names;
}

QStringList stateNames(SessionFlags flags)
{
    QStringList names;
    for (const auto &[state, name] : StateNames) {
        if (flagsOf(state).fit(flags))
            names.append(name);
    }
    return names;
}

} // namespace escalite::filter
