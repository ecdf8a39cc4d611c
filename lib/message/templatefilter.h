// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the filters of templates do to a value.

#pragma once

#include <QList>
#include <QString>

namespace escalite::message {

/// In the order of templateFilters().
enum class FilterKind : quint8 { Upper, Lower, First, Default, Time };

struct Filter
{
    FilterKind kind = FilterKind::Upper;
    qsizetype number = 0;
    QString text{};
};

/// True when all letters of \a form mean something in a time; others would be taken for words.
[[nodiscard]] bool isTimeForm(const QString &form);
/// \a value through \a filters, from the first.
[[nodiscard]] QString filtered(QString value, const QList<Filter> &filters);

} // namespace escalite::message
