// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Colours a query: field names, operators and negation, values; a wave under what is wrong.

#pragma once

#include "filter/expression.h"

#include <QSyntaxHighlighter>

namespace escalite::ui {

class QueryHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;
    void setError(const std::optional<filter::SyntaxError> &error);

protected:
    void highlightBlock(const QString &text) override;

private:
    std::optional<filter::SyntaxError> m_error;
};

} // namespace escalite::ui
