// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "client/storedvalue.h"

#include "core/json.h"

#include <charconv>
#include <cmath>
#include <ctime>

using namespace Qt::StringLiterals;

namespace escalite::client {

QString qString(std::string_view utf8)
{
    QString text = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
    if (utf8.find('\0') != std::string_view::npos)
        text.replace(QChar(), QChar(QChar::ReplacementCharacter));
    return text;
}

QString localDate(std::int64_t microseconds)
{
    const auto seconds = static_cast<std::time_t>(microseconds / 1'000'000);
    std::tm local{};
    if (localtime_r(&seconds, &local) == nullptr)
        return {};
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local);
    return QString::fromLatin1(text.data(), static_cast<qsizetype>(size));
}

QByteArray jsonOf(const StoredValue &value)
{
    switch (value.kind) {
    case Value::Kind::Null:
        return {};
    case Value::Kind::Bool:
        return value.integer != 0 ? "true"_ba : "false"_ba;
    case Value::Kind::Integer:
        return QByteArray::number(static_cast<qlonglong>(value.integer));
    case Value::Kind::Real: {
        if (std::isnan(value.real))
            return R"("NaN")"_ba;
        if (std::isinf(value.real))
            return value.real < 0 ? R"("-Infinity")"_ba : R"("Infinity")"_ba;
        std::array<char, 32> text{};
        const auto written = std::to_chars(text.data(), text.data() + text.size(), value.real);
        QByteArray number(text.data(), written.ptr - text.data());
        if (!number.contains('.') && !number.contains('e'))
            number.append(".0");
        return number;
    }
    case Value::Kind::Text:
        return quotedJson(qString({value.text, value.size}));
    case Value::Kind::Json:
        return {value.text, static_cast<qsizetype>(value.size)};
    }
    Q_UNREACHABLE();
}

Entry entryOf(const Step &step)
{
    Entry entry;
    entry.key = qString(step.key.view());
    entry.value = jsonOf(step.value);
    entry.level = step.level;
    if (!step.details)
        return entry;
    const StepDetails &details = *step.details;
    entry.code = jsonOf(details.code);
    entry.message = qString(details.message.view());
    for (const StoredExtra *extra = details.extras; extra; extra = extra->next) {
        const QByteArray json = jsonOf(extra->value);
        entry.extras.append({.key = qString(extra->key.view()), .value = json.isEmpty() ? "null"_ba : json});
    }
    entry.url = qString(details.url.view());
    entry.errorTrace = qString(details.errorTrace.view());
    return entry;
}

} // namespace escalite::client
