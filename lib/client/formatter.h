// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The seed's formatter: makes the text of a log document that people are told.

#pragma once

#include "core/export.h"

#include <QByteArray>
#include <QString>

namespace escalite {

/// One that an Escalator is given is called on the Escalator's own thread, one call at a time. Its text stands behind
/// the message, in the place of what a notifier tells of the sections by itself; where a notifier has a template, it is
/// part of {{message}}. Services cut long text: keep to 2,000 characters.
class ESCALITE_EXPORT Formatter
{
public:
    virtual ~Formatter() = default;
    /// \a document: one JSON object in UTF-8, members in the order in which they were written; what must not leave the
    /// machine is hidden already.
    [[nodiscard]] virtual QString format(const QByteArray &document) const = 0;
};

/// "Key | Value" rows of flat data as the seed has them, without blanks at the ends of lines. Where a member is an
/// object or a list, an indented outline instead, since one long value would widen every row (E-20).
class ESCALITE_EXPORT DictTableFormatter final : public Formatter
{
public:
    [[nodiscard]] QString format(const QByteArray &document) const override;
};

} // namespace escalite
