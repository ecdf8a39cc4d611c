// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// One object of the policy document, read key by key: what is wrong is told where it stands, with what would be right.

#pragma once

#include "policy/policy.h"

#include <QJsonValue>

namespace escalite::policy {

/// Longest name, id or source, in UTF-16 units.
inline constexpr qsizetype MaxName = 120;

/// Least and most, both allowed.
struct DurationRange
{
    Duration least{};
    Duration most{};
};

/// How a list of names is spoken of.
struct Naming
{
    QLatin1StringView article; ///< "A notifier"
    QLatin1StringView word;    ///< "notifier"
    QLatin1StringView none;    ///< "No notifier is configured."
};
inline constexpr Naming NotifierNaming{QLatin1StringView("A notifier"), QLatin1StringView("notifier"),
                                       QLatin1StringView("No notifier is configured.")};
inline constexpr Naming IntervalNaming{QLatin1StringView("An interval"), QLatin1StringView("interval"),
                                       QLatin1StringView("No interval is defined.")};

/// Each reading function leaves its value as it is when the key is missing or what stands there is wrong.
class ObjectReader
{
public:
    /// \a place: of documentKeys(). \a unknown: what is said of a key that is not among them, with %1 for it.
    ObjectReader(QJsonObject object, QString pointer, const QString &place, QString unknown, Problems &problems);

    [[nodiscard]] bool has(QLatin1StringView key) const { return m_object.contains(key); }
    [[nodiscard]] QJsonValue value(QLatin1StringView key) const;
    [[nodiscard]] QString pointer(QLatin1StringView key) const;

    void text(QLatin1StringView key, QString &value);
    void flag(QLatin1StringView key, bool &value);
    /// \a example: what a right value looks like.
    void duration(QLatin1StringView key, Duration &value, DurationRange range, Duration example);
    void duration(QLatin1StringView key, std::optional<Duration> &value, DurationRange range, Duration example);
    void wholeNumber(QLatin1StringView key, int &value, int least, int most);
    /// A query and its tree. \a example: what a right value looks like.
    void condition(QLatin1StringView key, QString &text, filter::ExpressionPtr &tree, QLatin1StringView example);
    void names(QLatin1StringView key, QStringList &values, const QStringList &known, const Naming &naming);
    /// \a allowed: the names of those that may stand there.
    void groupKeys(QLatin1StringView key, QList<GroupKey> &values, const QStringList &allowed);
    void level(QLatin1StringView key, Level &value);

    void complain(QLatin1StringView key, const QString &message);
    void warn(QLatin1StringView key, const QString &message);
    /// Tells of keys that nobody knows.
    void finish();

private:
    QJsonObject m_object;
    QString m_pointer;
    QString m_unknown;
    QStringList m_known;
    Problems &m_problems;
};

void complain(Problems &problems, const QString &pointer, const QString &message);
void warn(Problems &problems, const QString &pointer, const QString &message);

/// " Did you mean “error”?", or nothing.
[[nodiscard]] QString suggestion(const QString &word, const QStringList &known);
/// "a, b or c".
[[nodiscard]] QString alternatives(const QStringList &names);
/// "a text", "null", …
[[nodiscard]] QString kindName(const QJsonValue &value);
[[nodiscard]] QStringList levelNames();
/// Of all group keys but \a without.
[[nodiscard]] QStringList groupKeyNames(std::optional<GroupKey> without = {});

} // namespace escalite::policy
