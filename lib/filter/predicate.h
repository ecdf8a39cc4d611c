// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The memory back end of the query language: does a session match?

#pragma once

#include "core/sessionrow.h"
#include "core/verdict.h"
#include "filter/expression.h"

#include <QByteArray>
#include <QList>

#include <functional>
#include <span>
#include <vector>

namespace escalite::filter {

/// Tests \a digest. \a text gives the document's text (documentText()) and is asked only when a condition needs it.
[[nodiscard]] bool matches(const Expression &expression, const SessionDigest &digest,
                           const std::function<QString()> &text);

/// Every condition of \a expression with the value seen, in the order written.
[[nodiscard]] QList<ConditionOutcome> explain(const Expression &expression, const SessionDigest &digest,
                                              const std::function<QString()> &text);

/// Tests column rows by the million: text comparisons are made once per name and remembered by its number.
/// Free text is looked for in the columns (source, method, path, message, id); where that finds nothing and
/// needsText(), \a text is asked when it is given. Not thread-safe; one matcher per thread.
class RowMatcher
{
public:
    using NameOf = std::function<QString(NameId)>;
    RowMatcher(ExpressionPtr expression, NameOf nameOf);
    [[nodiscard]] bool matches(const SessionRow &row, const std::function<QString()> &text = {}) const;
    /// Appends to \a found the places of those \a rows that match by their columns, counted from \a first. The way to
    /// filter a whole list: several times as fast as asking row by row.
    void select(std::span<const SessionRow> rows, quint32 first, std::vector<quint32> &found) const;

private:
    struct Node;
    std::shared_ptr<Node> m_root;
};

} // namespace escalite::filter
