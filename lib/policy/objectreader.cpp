// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The checks of single values and the sentences that go with them.

#include "policy/objectreader.h"

#include "core/nearest.h"

using namespace Qt::StringLiterals;

namespace escalite::policy {

void complain(Problems &problems, const QString &pointer, const QString &message)
{
    problems.append({.severity = Problem::Severity::Error, .pointer = pointer, .message = message});
}

void warn(Problems &problems, const QString &pointer, const QString &message)
{
    problems.append({.severity = Problem::Severity::Warning, .pointer = pointer, .message = message});
}

QString suggestion(const QString &word, const QStringList &known)
{
    const QString near = nearest(word, known);
    return near.isEmpty() ? QString() : u" Did you mean “%1”?"_s.arg(near);
}

QString alternatives(const QStringList &names)
{
    return names.size() < 2 ? names.join(QString())
                            : names.first(names.size() - 1).join(u", "_s) + u" or "_s + names.last();
}

QString kindName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null:
        return u"null"_s;
    case QJsonValue::Bool:
        return u"true or false"_s;
    case QJsonValue::Double:
        return u"a number"_s;
    case QJsonValue::String:
        return u"a text"_s;
    case QJsonValue::Array:
        return u"a list"_s;
    case QJsonValue::Object:
        return u"an object"_s;
    case QJsonValue::Undefined:
        break;
    }
    return u"nothing"_s;
}

QStringList levelNames()
{
    return {u"debug"_s, u"info"_s, u"warning"_s, u"error"_s, u"critical"_s};
}

QStringList groupKeyNames(std::optional<GroupKey> without)
{
    QStringList names;
    for (const GroupKey key : {GroupKey::Source, GroupKey::Method, GroupKey::Path, GroupKey::Code,
                               GroupKey::Fingerprint, GroupKey::Message}) {
        if (key != without)
            names.append(groupKeyName(key));
    }
    return names;
}

ObjectReader::ObjectReader(QJsonObject object, QString pointer, const QString &place, QString unknown,
                           Problems &problems)
    : m_object(std::move(object))
    , m_pointer(std::move(pointer))
    , m_unknown(std::move(unknown))
    , m_known(documentKeys().value(place))
    , m_problems(problems)
{
    Q_ASSERT(!m_known.isEmpty());
}

QJsonValue ObjectReader::value(QLatin1StringView key) const
{
    Q_ASSERT(m_known.contains(key));
    return m_object.value(key);
}

QString ObjectReader::pointer(QLatin1StringView key) const
{
    return pointerTo(m_pointer, QString(key));
}

void ObjectReader::complain(QLatin1StringView key, const QString &message)
{
    policy::complain(m_problems, pointer(key), message);
}

void ObjectReader::warn(QLatin1StringView key, const QString &message)
{
    policy::warn(m_problems, pointer(key), message);
}

void ObjectReader::text(QLatin1StringView key, QString &value)
{
    const QJsonValue found = this->value(key);
    if (found.isUndefined())
        return;
    if (!found.isString())
        return complain(key, u"“%1” must be a text, not %2."_s.arg(key, kindName(found)));
    const QString text = found.toString().trimmed();
    if (text.size() > MaxName)
        return complain(key, u"“%1” is longer than %2 characters."_s.arg(key, QString::number(MaxName)));
    value = text;
}

void ObjectReader::flag(QLatin1StringView key, bool &value)
{
    const QJsonValue found = this->value(key);
    if (found.isBool())
        value = found.toBool();
    else if (!found.isUndefined())
        complain(key, u"“%1” must be true or false, not %2."_s.arg(key, kindName(found)));
}

void ObjectReader::duration(QLatin1StringView key, Duration &value, DurationRange range, Duration example)
{
    std::optional<Duration> read;
    duration(key, read, range, example);
    value = read.value_or(value);
}

void ObjectReader::duration(QLatin1StringView key, std::optional<Duration> &value, DurationRange range,
                            Duration example)
{
    const QJsonValue found = this->value(key);
    if (found.isUndefined())
        return;
    const auto duration = found.isString() ? durationFromText(found.toString()) : std::nullopt;
    if (!duration) {
        const QString seen = found.isString() ? u"“%1”"_s.arg(found.toString().left(MaxName)) : kindName(found);
        complain(key,
                 u"“%1” must be a time with its unit, such as \"%2\", not %3."_s.arg(key, settingText(example), seen));
    } else if (*duration < range.least || *duration > range.most) {
        complain(key, u"“%1” must be between %2 and %3."_s.arg(key, settingText(range.least), settingText(range.most)));
    } else {
        value = *duration;
    }
}

void ObjectReader::wholeNumber(QLatin1StringView key, int &value, int least, int most)
{
    const QJsonValue found = this->value(key);
    if (found.isUndefined())
        return;
    const int number = found.toInt(least - 1);
    if (number < least || number > most)
        complain(key, u"“%1” must be a whole number between %2 and %3."_s.arg(key, QString::number(least),
                                                                              QString::number(most)));
    else
        value = number;
}

void ObjectReader::condition(QLatin1StringView key, QString &text, filter::ExpressionPtr &tree,
                             QLatin1StringView example)
{
    const QJsonValue found = value(key);
    if (found.isUndefined())
        return;
    if (!found.isString())
        return complain(
            key, u"“%1” must be a condition as text, such as \"%2\", not %3."_s.arg(key, example, kindName(found)));
    text = found.toString().trimmed();
    if (text.isEmpty())
        return;
    auto parsed = filter::parse(text);
    if (const auto *error = std::get_if<filter::SyntaxError>(&parsed))
        complain(key, u"The condition is wrong at column %1: %2"_s.arg(QString::number(error->column), error->message));
    else
        tree = std::get<filter::ExpressionPtr>(std::move(parsed));
}

void ObjectReader::names(QLatin1StringView key, QStringList &values, const QStringList &known, const Naming &naming)
{
    const QJsonValue found = value(key);
    if (found.isUndefined())
        return;
    values.clear();
    if (!found.isArray())
        return complain(key, u"“%1” must be a list of %2 names, not %3."_s.arg(key, naming.word, kindName(found)));
    const QJsonArray array = found.toArray();
    for (qsizetype i = 0; i < array.size(); ++i) {
        const QString place = pointerTo(pointer(key), i);
        if (!array.at(i).isString()) {
            policy::complain(m_problems, place,
                             u"%1 is named by a text, not %2."_s.arg(naming.article, kindName(array.at(i))));
            continue;
        }
        const QString name = array.at(i).toString();
        if (values.contains(name)) {
            policy::warn(m_problems, place, u"“%1” stands twice in this list and counts once."_s.arg(name));
        } else if (!known.contains(name)) {
            const QString near = suggestion(name, known);
            const QString all =
                known.isEmpty() ? QString(u' ' + naming.none) : u" There are: %1."_s.arg(known.join(u", "_s));
            policy::complain(m_problems, place,
                             u"No %1 is named “%2”.%3"_s.arg(naming.word, name, near.isEmpty() ? all : near));
        } else {
            values.append(name);
        }
    }
}

void ObjectReader::groupKeys(QLatin1StringView key, QList<GroupKey> &values, const QStringList &allowed)
{
    const QJsonValue found = value(key);
    if (found.isUndefined())
        return;
    if (!found.isArray())
        return complain(key, u"“%1” must be a list of %2, not %3."_s.arg(key, alternatives(allowed), kindName(found)));
    values.clear();
    const QJsonArray array = found.toArray();
    for (qsizetype i = 0; i < array.size(); ++i) {
        const QString place = pointerTo(pointer(key), i);
        const QString name = array.at(i).toString();
        const auto groupKey = groupKeyFromName(name);
        if (!groupKey || !allowed.contains(name)) {
            const QString seen = array.at(i).isString() ? u"“%1”"_s.arg(name) : kindName(array.at(i));
            policy::complain(m_problems, place,
                             u"%1 cannot stand here; what can is %2.%3"_s.arg(seen, alternatives(allowed),
                                                                              suggestion(name, allowed)));
        } else if (values.contains(*groupKey)) {
            policy::warn(m_problems, place, u"“%1” stands twice in this list and counts once."_s.arg(name));
        } else {
            values.append(*groupKey);
        }
    }
}

void ObjectReader::level(QLatin1StringView key, Level &value)
{
    const QJsonValue found = this->value(key);
    if (found.isUndefined())
        return;
    if (const auto level = levelFromName(found.toString()))
        value = *level;
    else if (!found.isString())
        complain(key, u"“%1” must be %2, not %3."_s.arg(key, alternatives(levelNames()), kindName(found)));
    else
        complain(key, u"“%1” is not a level; levels are %2.%3"_s.arg(found.toString(), alternatives(levelNames()),
                                                                     suggestion(found.toString(), levelNames())));
}

void ObjectReader::finish()
{
    for (auto member = m_object.begin(); member != m_object.end(); ++member) {
        const QString key = member.key();
        if (!m_known.contains(key))
            policy::warn(m_problems, pointerTo(m_pointer, key), m_unknown.arg(key) + suggestion(key, m_known));
    }
}

} // namespace escalite::policy
