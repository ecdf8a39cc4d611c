// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Column rows against a query, by the million: the tree becomes nodes that look into tables and compare integers.

#include "filter/condition.h"
#include "filter/fields.h"
#include "filter/predicate.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>

namespace escalite::filter {

namespace {

/// Rows that go through the tree together: small enough for the nearest cache, large enough to forget the calls.
constexpr std::size_t BlockSize = 512;

/// Places of the rows of a block that are still in, rising.
struct Selection
{
    std::array<quint16, BlockSize> places{};
    std::size_t count = 0;

    /// Keeps those that \a holds. Written without a branch on the answer, which nothing could predict.
    template<typename Holds>
    void keep(Holds holds)
    {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const quint16 place = places[i];
            places[kept] = place;
            kept += holds(place) ? 1U : 0U;
        }
        count = kept;
    }

    /// Takes out those of \a others, which are among them.
    void remove(const Selection &others)
    {
        std::size_t next = 0;
        keep([&](quint16 place) {
            const bool isOther = next < others.count && others.places[next] == place;
            next += isOther ? 1U : 0U;
            return !isOther;
        });
    }
};

constexpr std::size_t IdLength = 36;

void writeId(const SessionRow &row, std::array<char, IdLength> &text)
{
    constexpr std::string_view Digits = "0123456789abcdef";
    std::size_t at = 0;
    for (std::size_t i = 0; i < row.id.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text.at(at++) = '-';
        text.at(at++) = Digits[row.id[i] >> 4U];
        text.at(at++) = Digits[row.id[i] & 0xFU];
    }
}

/// The beginning of an id in half bytes, as bits to compare.
struct IdBeginning
{
    std::array<quint8, 16> bits{};
    std::array<quint8, 16> mask{};

    /// Nothing when \a text has its dashes where an id has none.
    static std::optional<IdBeginning> of(const QString &text)
    {
        IdBeginning result;
        std::size_t halves = 0;
        for (qsizetype i = 0; i < text.size(); ++i) {
            const bool isDash = i == 8 || i == 13 || i == 18 || i == 23;
            if (i >= static_cast<qsizetype>(IdLength) || isDash != (text.at(i) == u'-'))
                return std::nullopt;
            if (isDash)
                continue;
            const auto digit = static_cast<quint8>(QString(text.at(i)).toUInt(nullptr, 16));
            const unsigned shift = halves % 2 == 0 ? 4U : 0U;
            result.bits.at(halves / 2) |= static_cast<quint8>(digit << shift);
            result.mask.at(halves / 2) |= static_cast<quint8>(0xFU << shift);
            ++halves;
        }
        return result;
    }

    [[nodiscard]] bool begins(const std::array<quint8, 16> &id) const
    {
        for (std::size_t i = 0; i < id.size(); ++i) {
            if ((id[i] & mask[i]) != bits[i])
                return false;
        }
        return true;
    }
};

/// Both ends belong to it.
struct Interval
{
    qint64 from = std::numeric_limits<qint64>::min();
    qint64 to = std::numeric_limits<qint64>::max();
};

Interval intervalOf(Op op, const Value &value)
{
    const qint64 end = value.duration->count();
    switch (op) {
    case Op::Less:
        return {.to = end - 1};
    case Op::LessEqual:
        return {.to = end};
    case Op::Greater:
        return {.from = end + 1};
    case Op::GreaterEqual:
        return {.from = end};
    case Op::Is:
    case Op::IsNot:
    case Op::Matches:
        break;
    }
    return {.from = end, .to = value.durationTo.value_or(*value.duration).count()};
}

/// StateFlags as the row has them.
struct FlagBits
{
    quint16 asked = 0;
    quint16 set = 0;

    static FlagBits of(State state)
    {
        const StateFlags flags = flagsOf(state);
        return {.asked = static_cast<quint16>(flags.asked.toInt()), .set = static_cast<quint16>(flags.set.toInt())};
    }
};

} // namespace

struct RowMatcher::Node
{
    enum class Test : quint8 { All, And, Or, Not, Level, Code, Elapsed, Name, Id, State, Any };

    Test test = Test::All;
    std::vector<Node> parts{};
    ExpressionPtr condition{};
    bool negated = false; ///< Of Elapsed, Id, State, Any: holds where none of the alternatives does.

    quint8 SessionRow::*byte = nullptr;      ///< Of Level: the column.
    NameId SessionRow::*name = nullptr;      ///< Of Name: the column.
    std::vector<bool> table{};               ///< Of Level: the answer for each value; of Code: from "none" (-1) on.
    std::vector<Interval> intervals{};       ///< Of Elapsed.
    std::vector<FlagBits> states{};          ///< Of State.
    std::vector<IdBeginning> idBeginnings{}; ///< Of Id.
    std::vector<std::string> idTexts{};      ///< Of Id and Any: pieces that an id can hold.
    bool asksWholeId = false;                ///< Of Id and Any: patterns want the id as text.

    /// Of Name and Any, by number of the name: not asked yet, no, yes.
    enum class Answer : quint8 { Unknown, No, Yes };
    mutable std::vector<Answer> known{};
    std::shared_ptr<const NameOf> nameOf{};

    [[nodiscard]] bool holdsForName(NameId id) const
    {
        if (id < known.size() && known[id] != Answer::Unknown)
            return known[id] == Answer::Yes;
        return learn(id);
    }

    [[gnu::noinline]] bool learn(NameId id) const
    {
        // Numbers are given out one after the other, so the table grows to the number of names and little further.
        if (id >= known.size())
            known.resize(std::max<std::size_t>(std::size_t{id} + 1, known.size() * 2), Answer::Unknown);
        const QString seen = (*nameOf)(id);
        const bool holds = test == Test::Any ? isFound(*condition, seen) : holdsForText(*condition, seen);
        known[id] = holds ? Answer::Yes : Answer::No;
        return holds;
    }

    [[nodiscard]] bool holdsForCode(qint16 code) const
    {
        const auto place = static_cast<std::size_t>(code + 1);
        return place < table.size() ? table[place] : filter::holdsForCode(*condition, code);
    }

    [[nodiscard]] bool holdsForElapsed(qint64 elapsed) const
    {
        const bool isWithin =
            elapsed != -1 && std::any_of(intervals.begin(), intervals.end(), [elapsed](const Interval &interval) {
                return interval.from <= elapsed && elapsed <= interval.to;
            });
        return isWithin != negated;
    }

    [[nodiscard]] bool holdsForState(quint16 flags) const
    {
        bool fits = false;
        for (const FlagBits state : states)
            fits |= (flags & state.asked) == state.set;
        return fits != negated;
    }

    [[nodiscard]] bool isInId(const SessionRow &row) const
    {
        if (std::any_of(idBeginnings.begin(), idBeginnings.end(),
                        [&row](const IdBeginning &id) { return id.begins(row.id); }))
            return true;
        if (!idTexts.empty()) {
            std::array<char, IdLength> id{};
            writeId(row, id);
            const std::string_view view(id.data(), id.size());
            if (std::any_of(idTexts.begin(), idTexts.end(),
                            [view](const std::string &text) { return view.find(text) != std::string_view::npos; }))
                return true;
        }
        if (!asksWholeId)
            return false;
        return test == Test::Id ? holdsForId(*condition, row.uuid()) != negated
                                : isFound(*condition, idText(row.uuid()));
    }

    [[nodiscard]] bool isInColumns(const SessionRow &row) const
    {
        return holdsForName(row.message) || holdsForName(row.path) || holdsForName(row.source)
               || holdsForName(row.method) || isInId(row);
    }

    [[nodiscard]] bool isInColumnsOr(const std::function<QString()> &text, const SessionRow &row) const
    {
        return isInColumns(row) || (text && isFound(*condition, text()));
    }

    [[nodiscard]] bool matches(const SessionRow &row, const std::function<QString()> &text) const
    {
        switch (test) {
        case Test::All:
            return true;
        case Test::And:
            return std::all_of(parts.begin(), parts.end(), [&](const Node &part) { return part.matches(row, text); });
        case Test::Or:
            return std::any_of(parts.begin(), parts.end(), [&](const Node &part) { return part.matches(row, text); });
        case Test::Not:
            return !parts.front().matches(row, text);
        case Test::Level:
            return table[row.*byte];
        case Test::Code:
            return holdsForCode(row.code);
        case Test::Elapsed:
            return holdsForElapsed(row.elapsed);
        case Test::Name:
            return holdsForName(row.*name);
        case Test::Id:
            return isInId(row) != negated;
        case Test::State:
            return holdsForState(row.flags);
        case Test::Any:
            return isInColumnsOr(text, row) != negated;
        }
        return false;
    }

    /// Keeps of \a selection the \a rows that match by their columns.
    void sieve(std::span<const SessionRow> rows, Selection &selection) const
    {
        switch (test) {
        case Test::All:
            break;
        case Test::And:
            for (const Node &part : parts)
                part.sieve(rows, selection);
            break;
        case Test::Or: {
            Selection open = selection; // those for which no part has held so far
            for (const Node &part : parts) {
                Selection held = open;
                part.sieve(rows, held);
                open.remove(held);
            }
            selection.remove(open);
            break;
        }
        case Test::Not: {
            Selection held = selection;
            parts.front().sieve(rows, held);
            selection.remove(held);
            break;
        }
        case Test::Level: {
            std::array<bool, 256> holds{};
            std::copy(table.begin(), table.end(), holds.begin());
            selection.keep([&](quint16 place) { return holds[rows[place].*byte]; });
            break;
        }
        case Test::Code:
            selection.keep([&](quint16 place) { return holdsForCode(rows[place].code); });
            break;
        case Test::Elapsed:
            selection.keep([&](quint16 place) { return holdsForElapsed(rows[place].elapsed); });
            break;
        case Test::Name:
            selection.keep([&](quint16 place) { return holdsForName(rows[place].*name); });
            break;
        case Test::Id:
            selection.keep([&](quint16 place) { return isInId(rows[place]) != negated; });
            break;
        case Test::State:
            selection.keep([&](quint16 place) { return holdsForState(rows[place].flags); });
            break;
        case Test::Any:
            selection.keep([&](quint16 place) { return isInColumns(rows[place]) != negated; });
            break;
        }
    }

    static Node of(const ExpressionPtr &expression, const std::shared_ptr<const NameOf> &nameOf)
    {
        Node node{.condition = expression, .nameOf = nameOf};
        QList<ExpressionPtr> ordered = expression->parts;
        // The document is dear, so what asks for it comes last.
        std::stable_partition(ordered.begin(), ordered.end(),
                              [](const ExpressionPtr &part) { return !needsText(*part); });
        for (const ExpressionPtr &part : std::as_const(ordered))
            node.parts.push_back(of(part, nameOf));
        switch (expression->kind) {
        case Expression::Kind::All:
            break;
        case Expression::Kind::And:
            node.test = Test::And;
            break;
        case Expression::Kind::Or:
            node.test = Test::Or;
            break;
        case Expression::Kind::Not:
            node.test = Test::Not;
            break;
        case Expression::Kind::Condition:
            node.negated = expression->op == Op::IsNot;
            node.prepare();
            break;
        }
        return node;
    }

private:
    void prepare()
    {
        switch (condition->field) {
        case Field::Any:
            test = Test::Any;
            prepareIds();
            break;
        case Field::Level:
            prepareLevels(&SessionRow::level);
            break;
        case Field::Declared:
            prepareLevels(&SessionRow::declared);
            break;
        case Field::Source:
            prepareName(&SessionRow::source);
            break;
        case Field::Method:
            prepareName(&SessionRow::method);
            break;
        case Field::Path:
            prepareName(&SessionRow::path);
            break;
        case Field::Message:
            prepareName(&SessionRow::message);
            break;
        case Field::Code:
            prepareCodes();
            break;
        case Field::Elapsed:
            test = Test::Elapsed;
            for (const Value &value : condition->values)
                intervals.push_back(intervalOf(condition->op, value));
            break;
        case Field::Id:
            test = Test::Id;
            prepareIds();
            break;
        case Field::Is:
            test = Test::State;
            for (const Value &value : condition->values)
                states.push_back(FlagBits::of(*value.state));
            break;
        }
    }

    void prepareLevels(quint8 SessionRow::*column)
    {
        constexpr int Levels = 256; // whatever a byte can hold
        test = Test::Level;
        byte = column;
        for (int value = 0; value < Levels; ++value)
            table.push_back(holdsForLevel(*condition, static_cast<Level>(value)));
    }

    void prepareCodes()
    {
        constexpr int UsualCodes = 1'000;
        test = Test::Code;
        table.push_back(filter::holdsForCode(*condition, std::nullopt));
        for (int code = 0; code < UsualCodes; ++code)
            table.push_back(filter::holdsForCode(*condition, code));
    }

    void prepareName(NameId SessionRow::*column)
    {
        test = Test::Name;
        name = column;
    }

    void prepareIds()
    {
        if (!mayStandInId(*condition))
            return;
        for (const Value &value : condition->values) {
            if (value.pattern)
                asksWholeId = true;
            else if (test == Test::Any || condition->op == Op::Matches)
                idTexts.push_back(value.text.toLower().toStdString());
            else if (const auto beginning = IdBeginning::of(value.text))
                idBeginnings.push_back(*beginning);
        }
    }
};

RowMatcher::RowMatcher(ExpressionPtr expression, NameOf nameOf)
    : m_root(std::make_shared<Node>(Node::of(expression, std::make_shared<const NameOf>(std::move(nameOf)))))
{
}

bool RowMatcher::matches(const SessionRow &row, const std::function<QString()> &text) const
{
    return m_root->matches(row, text);
}

void RowMatcher::select(std::span<const SessionRow> rows, quint32 first, std::vector<quint32> &found) const
{
    while (!rows.empty()) {
        const std::span<const SessionRow> block = rows.first(std::min(rows.size(), BlockSize));
        Selection selection{.count = block.size()};
        std::iota(selection.places.begin(), selection.places.end(), quint16{0});
        m_root->sieve(block, selection);
        const std::size_t before = found.size();
        found.resize(before + selection.count);
        for (std::size_t i = 0; i < selection.count; ++i)
            found[before + i] = first + selection.places[i];
        first += static_cast<quint32>(block.size());
        rows = rows.subspan(block.size());
    }
}

} // namespace escalite::filter
