// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// How single values stand in the answers of the operator API. For this room alone.

#pragma once

#include "core/timepoint.h"

#include <QJsonValue>
#include <QString>
#include <QUuid>

#include <optional>

namespace escalite::api {

[[nodiscard]] inline QJsonValue idJson(const QUuid &id)
{
    return id.isNull() ? QJsonValue() : QJsonValue(id.toString(QUuid::WithoutBraces));
}

[[nodiscard]] inline QJsonValue idJson(const std::optional<QUuid> &id)
{
    return id ? idJson(*id) : QJsonValue();
}

[[nodiscard]] inline QJsonValue timeJson(std::optional<TimePoint> time)
{
    return time ? QJsonValue(toRfc3339(*time)) : QJsonValue();
}

/// Positions and counts stay far below 2^63.
[[nodiscard]] inline QJsonValue numberJson(quint64 number)
{
    return static_cast<qint64>(number);
}

[[nodiscard]] inline QJsonValue secondsJson(Duration duration)
{
    return static_cast<double>(duration.count()) / 1e6;
}

[[nodiscard]] inline QJsonValue textJson(const QString &text)
{
    return text.isEmpty() ? QJsonValue() : QJsonValue(text);
}

} // namespace escalite::api
