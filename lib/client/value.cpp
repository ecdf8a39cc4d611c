// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/value.h"

#include "core/json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace escalite {

Value::Value(const QString &text) : m_own(text.toUtf8()), m_kind(Kind::Text)
{
    m_text = {m_own.constData(), static_cast<std::size_t>(m_own.size())};
}

Value::Value(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        *this = Value(value.toBool());
        break;
    case QJsonValue::Double:
        *this = value.isDouble() && value.toDouble() == static_cast<double>(value.toInteger())
                    ? Value(value.toInteger())
                    : Value(value.toDouble());
        break;
    case QJsonValue::String:
        *this = Value(value.toString());
        break;
    case QJsonValue::Array:
        m_own = QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact);
        break;
    case QJsonValue::Object:
        m_own = QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
        break;
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        break;
    }
    if (value.isArray() || value.isObject()) {
        m_text = {m_own.constData(), static_cast<std::size_t>(m_own.size())};
        m_kind = Kind::Json;
    }
}

Value Value::fromJson(std::string_view json)
{
    Value value(json);
    const auto read = JsonDocument::parse(QByteArray(json.data(), static_cast<qsizetype>(json.size())));
    if (!std::holds_alternative<JsonError>(read))
        value.m_kind = Kind::Json;
    return value;
}

} // namespace escalite
