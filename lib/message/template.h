// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The operator's own words for a message: a strict subset of Mustache. Pure.
//
//   {{name}}                     a value, always escaped for the channel
//   {{name | filter}}            through filters: upper, lower, first: 80, default: "none", time: "HH:mm"
//   {{#name}}…{{/name}}          once for every item of a list, or when a value is there
//   {{^name}}…{{/name}}          when it is not
//   {{! words }}                 nothing
// There are no partials, no unescaped values and no other delimiters; an unknown name or filter is an error.

#pragma once

#include "core/export.h"
#include "core/problem.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <span>

namespace escalite::message {

/// A name that templates know.
struct TemplateName
{
    const char *name = nullptr;
    const char *help = nullptr;   ///< One sentence, for completion and the reference page.
    const char *within = nullptr; ///< Known only inside this list; null = everywhere.
    bool isList = false;
};
[[nodiscard]] ESCALITE_EXPORT std::span<const TemplateName> templateNames();

struct TemplateFilter
{
    const char *name = nullptr;
    const char *help = nullptr;
};
[[nodiscard]] ESCALITE_EXPORT std::span<const TemplateFilter> templateFilters();

/// What the names stand for.
struct TemplateValues
{
    using Item = QHash<QString, QString>;
    QHash<QString, QString> texts{};
    QHash<QString, QList<Item>> lists{};
};

/// What is wrong, with the place in the text.
struct TemplateError
{
    qsizetype position = 0; ///< UTF-16 units from the start.
    int line = 1;
    int column = 1;
    QString message{}; ///< One sentence: what is wrong and what would be right.
};

class ESCALITE_EXPORT Template
{
public:
    /// Nothing when \a text is wrong; \a errors then has all that is.
    static std::optional<Template> parse(const QString &text, QList<TemplateError> &errors);

    /// Values are made one line each and visible(), then go through \a escape; what stands between the marks is the
    /// operator's and stays as it is.
    [[nodiscard]] QString render(const TemplateValues &values, QString (*escape)(const QString &)) const;

    /// Whether \a name stands in it, as a value or as a section.
    [[nodiscard]] bool uses(QStringView name) const;

    struct Node; ///< Known to the reader and the writer alone.

private:
    std::shared_ptr<const QList<Node>> m_nodes;
};

} // namespace escalite::message
