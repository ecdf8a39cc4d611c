// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/notifiersetup.h"

#include "delivery/configvalue.h"
#include "runtime/jsonedit.h"

#include <QDateTime>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSet>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

using delivery::Field;
using delivery::NotifierOptions;

constexpr qsizetype LongestName = 80;
constexpr Duration LeastDrillEvery = std::chrono::seconds(1);

QString keyOf(const Field &field)
{
    return QString::fromLatin1(field.key);
}

QString fileKeyOf(const Field &field)
{
    return keyOf(field) + "_file"_L1;
}

bool isGiven(const QJsonValue &value)
{
    return !value.isUndefined() && !value.isNull() && !(value.isString() && value.toString().trimmed().isEmpty());
}

TimePoint writtenAt(const QFileInfo &file)
{
    return TimePoint(std::chrono::milliseconds(file.lastModified().toMSecsSinceEpoch()));
}

/// A value that its field takes, in place of one that is stored or still to come.
QJsonValue madeUp(const Field &field)
{
    switch (field.kind) {
    case Field::Kind::Url:
    case Field::Kind::SecretUrl:
        return u"https://stored.invalid/"_s;
    case Field::Kind::Integer:
        return field.least;
    case Field::Kind::Flag:
        return false;
    case Field::Kind::Choice:
        return QString::fromLatin1(field.choices).section(u',', 0, 0);
    case Field::Kind::AddressList:
        return QJsonArray{u"nobody@stored.invalid"_s};
    case Field::Kind::TextList:
        return QJsonArray{u"stored"_s};
    case Field::Kind::Object:
        return QJsonObject{};
    case Field::Kind::Text: // Where it is an address, an address it must be.
        return u"nobody@stored.invalid"_s;
    case Field::Kind::Secret:
    case Field::Kind::File:
    case Field::Kind::Template:
        break;
    }
    return u"stored"_s;
}

void complain(Problems &problems, const QString &pointer, const QString &message)
{
    problems.append({.severity = Problem::Severity::Error, .pointer = pointer, .message = message});
}

void checkName(const NotifierSetup &setup, const QString &name, const Settled &settled, Problems &problems)
{
    const QString pointer = u"/name"_s;
    const QString trimmed = setup.name.trimmed();
    const bool broken =
        std::any_of(trimmed.begin(), trimmed.end(), [](QChar c) { return c.category() == QChar::Other_Control; });
    if (trimmed.isEmpty())
        complain(problems, pointer, u"The notifier needs a name."_s);
    else if (trimmed.size() > LongestName)
        complain(problems, pointer, u"A name has at most %1 characters."_s.arg(LongestName));
    else if (broken)
        complain(problems, pointer, u"A name is one line without control characters."_s);
    else if (trimmed != name && settled.notifier(trimmed) != nullptr)
        complain(problems, pointer, u"Another notifier is called “%1” already."_s.arg(trimmed));
}

/// The notifier among the fallbacks from \a fallback on that falls back to \a name; empty when none does.
QString wayBack(const QString &fallback, const QString &name, const Settled &settled)
{
    QString next = fallback;
    for (qsizetype step = 0; step < settled.notifiers.size() && !name.isEmpty(); ++step) {
        const delivery::ConfiguredNotifier *notifier = settled.notifier(next);
        if (notifier == nullptr)
            break;
        if (notifier->options.fallback == name)
            return notifier->name;
        next = notifier->options.fallback;
    }
    return {};
}

void checkOptions(const NotifierSetup &setup, const QString &name, const Settled &settled, Problems &problems)
{
    const NotifierOptions &options = setup.options;
    if (options.perMinute < 0)
        complain(problems, u"/send_at_most"_s, u"A number of messages is expected here."_s);
    if (options.perRecipient < 0)
        complain(problems, u"/send_each_at_most"_s, u"A number of messages is expected here."_s);
    if (options.giveUp < Duration::zero())
        complain(problems, u"/give_up"_s, u"A duration is expected here, for example \"24 h\"."_s);
    if (options.provenFor <= Duration::zero())
        complain(problems, u"/proven_for"_s, u"A duration is expected here, for example \"7 d\"."_s);
    if (options.drillEvery != Duration::zero() && options.drillEvery < LeastDrillEvery)
        complain(problems, u"/drill_every"_s, u"A duration of at least a second is expected here."_s);
    if (options.fallback.isEmpty())
        return;
    if (options.fallback == setup.name.trimmed() || (!name.isEmpty() && options.fallback == name))
        complain(problems, u"/fallback"_s, u"A notifier cannot stand in for itself."_s);
    else if (settled.notifier(options.fallback) == nullptr)
        complain(problems, u"/fallback"_s, u"There is no notifier “%1”."_s.arg(options.fallback));
    else if (const QString back = wayBack(options.fallback, name, settled); !back.isEmpty())
        complain(problems, u"/fallback"_s, u"That leads in a circle: “%1” falls back to this one."_s.arg(back));
}

/// \a setup's config with made-up values where one is stored, still missing or in a file; those keys go to \a
/// madeUpKeys.
QJsonObject completed(const NotifierSetup &setup, const delivery::NotifierType &type, QSet<QString> &madeUpKeys,
                      Problems &problems)
{
    QJsonObject config = setup.config;
    for (const Field &field : type.fields) {
        const QString key = keyOf(field);
        const bool given = isGiven(config.value(key));
        const bool stored = delivery::isSecret(field) && setup.secrets.contains(key);
        const bool needed = field.required && delivery::fallbackValue(field).isUndefined();
        if (delivery::isSecret(field) && config.contains(fileKeyOf(field))) {
            complain(problems, "/config/"_L1 + fileKeyOf(field), u"A secret is typed or kept here, not named."_s);
            config.remove(fileKeyOf(field));
        }
        if (field.kind == Field::Kind::File && given) {
            config.remove(key); // Whether it can be read is said when it is saved.
            madeUpKeys.insert(key);
        } else if (!given && (stored || needed)) {
            if (!stored)
                complain(problems, "/config/"_L1 + key, u"This is needed: %1."_s.arg(QString::fromUtf8(field.label)));
            config.insert(key, madeUp(field));
            madeUpKeys.insert(key);
        }
    }
    return config;
}

/// The options that differ from the default, as they are written.
QJsonObject writtenOptions(const NotifierOptions &options)
{
    const NotifierOptions usual;
    QJsonObject object;
    if (options.perMinute != usual.perMinute)
        object.insert(u"send_at_most"_s, options.perMinute);
    if (options.over != usual.over)
        object.insert(u"then"_s, options.over == NotifierOptions::Over::Wait ? u"wait"_s : u"join"_s);
    if (options.perRecipient != usual.perRecipient)
        object.insert(u"send_each_at_most"_s, options.perRecipient);
    if (options.fallback != usual.fallback)
        object.insert(u"fallback"_s, options.fallback);
    if (options.giveUp != usual.giveUp)
        object.insert(u"give_up"_s, policy::settingText(options.giveUp));
    if (options.drillEvery != usual.drillEvery)
        object.insert(u"drill_every"_s, policy::settingText(options.drillEvery));
    if (options.provenFor != usual.provenFor)
        object.insert(u"proven_for"_s, policy::settingText(options.provenFor));
    return object;
}

/// \a text with the object at \a pointer changed from \a before to \a after; new members in the order of \a order.
QByteArray merged(QByteArray text, const QString &pointer, const QJsonObject &before, const QJsonObject &after,
                  const QStringList &order)
{
    const QStringList old = before.keys();
    for (const QString &key : old) {
        if (!after.contains(key))
            text = withoutValue(text, pointerTo(pointer, key));
    }
    QStringList keys = order;
    keys << after.keys();
    keys.removeDuplicates();
    for (const QString &key : std::as_const(keys)) {
        if (after.contains(key) && after.value(key) != before.value(key))
            text = withValue(text, pointerTo(pointer, key), after.value(key));
    }
    return text;
}

QJsonArray elementsOf(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object().value(u"notifiers"_s).toArray();
}

QString elementPointer(qsizetype index)
{
    return pointerTo(u"/notifiers"_s, index);
}

NotifierOptions optionsOf(const QJsonArray &elements, const QString &name, const delivery::NotifierCatalogue &catalogue)
{
    Problems ignored;
    for (const delivery::ConfiguredNotifier &notifier : catalogue.read(elements, {}, ignored)) {
        if (notifier.name == name)
            return notifier.options;
    }
    return {};
}

/// Those without a name keep the one they go by, whatever becomes of the others.
QByteArray withNamesPinned(QByteArray text, const QJsonArray &elements, const QStringList &names, qsizetype but)
{
    for (qsizetype i = 0; i < names.size(); ++i) {
        if (i != but && !names[i].isEmpty() && !isGiven(elements[i].toObject().value(u"name"_s)))
            text = withValue(text, elementPointer(i) + "/name"_L1, names[i]);
    }
    return text;
}

/// A list of notifier names in the file.
struct NotifyList
{
    QString pointer;
    QString owner; ///< "The rule “Errors”"
    QJsonArray names;
};

/// Those of rules and of the steps of policies.
QList<NotifyList> notifyLists(const QJsonObject &root)
{
    const auto called = [](const QString &kind, const QJsonObject &object) {
        return u"The %1 “%2”"_s.arg(kind, object.value(u"name"_s).toString(object.value(u"id"_s).toString()));
    };
    const auto listAt = [](const QString &pointer, const QString &owner, const QJsonObject &object) {
        return NotifyList{pointer + "/notify"_L1, owner, object.value(u"notify"_s).toArray()};
    };
    QList<NotifyList> lists;
    const QJsonArray rules = root.value(u"rules"_s).toArray();
    for (qsizetype i = 0; i < rules.size(); ++i) {
        const QJsonObject rule = rules[i].toObject();
        lists.append(listAt(pointerTo(u"/rules"_s, i), called(u"rule"_s, rule), rule));
    }
    const QJsonArray policies = root.value(u"policies"_s).toArray();
    for (qsizetype i = 0; i < policies.size(); ++i) {
        const QJsonObject policy = policies[i].toObject();
        const QJsonArray steps = policy.value(u"steps"_s).toArray();
        for (qsizetype j = 0; j < steps.size(); ++j)
            lists.append(listAt(pointerTo(pointerTo(u"/policies"_s, i) + "/steps"_L1, j), called(u"policy"_s, policy),
                                steps[j].toObject()));
    }
    return lists;
}

QByteArray withRenamed(QByteArray text, const QString &from, const QString &to)
{
    const QList<NotifyList> lists = notifyLists(QJsonDocument::fromJson(text).object());
    for (const NotifyList &list : lists) {
        for (qsizetype i = 0; i < list.names.size(); ++i) {
            if (list.names[i].toString() == from)
                text = withValue(text, pointerTo(list.pointer, i), to);
        }
    }
    const QJsonArray elements = elementsOf(text);
    for (qsizetype i = 0; i < elements.size(); ++i) {
        if (elements[i].toObject().value(u"fallback"_s).toString() == from)
            text = withValue(text, elementPointer(i) + "/fallback"_L1, to);
    }
    return text;
}

/// The config to be written: what is typed of secrets goes into files, what is kept stays as \a before has it.
Result<QJsonObject> storedConfig(const NotifierSetup &setup, const delivery::NotifierType &type,
                                 const QJsonObject &before, SecretFolder &secrets)
{
    QJsonObject config;
    for (auto member = setup.config.begin(); member != setup.config.end(); ++member) {
        if (isGiven(member.value()))
            config.insert(member.key(), member.value());
    }
    QStringList kept;
    for (const Field &field : type.fields) {
        if (!delivery::isSecret(field))
            continue;
        const QString key = keyOf(field);
        config.remove(fileKeyOf(field));
        if (config.contains(key) || !setup.secrets.contains(key)) {
            if (const QString file = before.value(fileKeyOf(field)).toString(); !file.isEmpty())
                secrets.drop(file);
        } else {
            kept << key << fileKeyOf(field);
        }
    }
    auto stored = withSecretsApart(config, type, setup.name.trimmed(), secrets);
    if (!stored)
        return stored;
    config = std::move(stored).value();
    for (const QString &key : std::as_const(kept)) {
        if (before.contains(key))
            config.insert(key, before.value(key));
    }
    return config;
}

QStringList orderOf(const delivery::NotifierType &type)
{
    QStringList order;
    for (const Field &field : type.fields)
        order << keyOf(field) << fileKeyOf(field);
    return order;
}

Error notThere(const QString &name)
{
    return {ErrorCode::Refused, u"There is no notifier “%1” in the configuration any more."_s.arg(name)};
}

} // namespace

QStringList notifierNames(const QJsonArray &notifiers, const delivery::NotifierCatalogue &catalogue)
{
    QStringList names;
    for (const auto &element : notifiers)
        names << element.toObject().value(u"name"_s).toString().trimmed();
    for (qsizetype i = 0; i < names.size(); ++i) {
        const QString type = notifiers[i].toObject().value(u"type"_s).toString();
        if (!names[i].isEmpty() || catalogue.find(type) == nullptr)
            continue;
        QString name = type;
        for (int number = 2; names.contains(name); ++number)
            name = u"%1 %2"_s.arg(type, QString::number(number));
        names[i] = name;
    }
    return names;
}

Result<NotifierSetup> setupIn(const QByteArray &text, const QString &file, const QString &name,
                              const delivery::NotifierCatalogue &catalogue)
{
    const QJsonArray elements = elementsOf(text);
    const qsizetype index = notifierNames(elements, catalogue).indexOf(name);
    const QJsonObject element = index < 0 ? QJsonObject() : elements[index].toObject();
    const delivery::NotifierType *type = catalogue.find(element.value(u"type"_s).toString());
    if (type == nullptr)
        return notThere(name);
    NotifierSetup setup{.name = name,
                        .type = QString::fromLatin1(type->id),
                        .enabled = element.value(u"enabled"_s).toBool(true),
                        .config = element.value(u"config"_s).toObject(),
                        .options = optionsOf(elements, name, catalogue)};
    for (const Field &field : type->fields) {
        if (!delivery::isSecret(field))
            continue;
        const QJsonValue inPlace = setup.config.take(keyOf(field));
        const QFileInfo apart(setup.config.take(fileKeyOf(field)).toString());
        if (isGiven(inPlace))
            setup.secrets.insert(keyOf(field), writtenAt(QFileInfo(file)));
        else if (apart.isFile())
            setup.secrets.insert(keyOf(field), writtenAt(apart));
    }
    return setup;
}

Problems checkSetup(const NotifierSetup &setup, const QString &name, const Settled &settled,
                    const delivery::NotifierCatalogue &catalogue)
{
    Problems problems;
    checkName(setup, name, settled, problems);
    const delivery::NotifierType *type = catalogue.find(setup.type);
    const delivery::ConfiguredNotifier *present = settled.notifier(name);
    if (type == nullptr) {
        complain(problems, u"/type"_s, u"There is no kind of notifier “%1”."_s.arg(setup.type));
        return problems;
    }
    if (present != nullptr && present->type != type)
        complain(problems, u"/type"_s, u"A notifier stays of its kind; add another one instead."_s);

    QSet<QString> notSeen;
    const QJsonObject config = completed(setup, *type, notSeen, problems);
    Problems found;
    QJsonObject element = writtenOptions(setup.options);
    element.remove(u"fallback"_s); // Which others there are, checkOptions() knows.
    element.insert(u"type"_s, setup.type);
    element.insert(u"name"_s, u"setup"_s);
    element.insert(u"config"_s, config);
    checkOptions(setup, name, settled, problems);
    QSet<QString> told;
    for (const Problem &problem : std::as_const(problems))
        told.insert(problem.pointer);
    static_cast<void>(catalogue.read({element}, {}, found));
    for (Problem &problem : found) {
        problem.pointer = problem.pointer.sliced(std::min<qsizetype>(2, problem.pointer.size())); // "/0"
        // What is missing completed() has said; a file that it left out for later is not.
        if (problem.pointer != "/config"_L1 && !notSeen.contains(problem.pointer.section(u'/', 2, 2))
            && !told.contains(problem.pointer))
            problems.append(problem);
    }
    return problems;
}

Result<delivery::ConfiguredNotifier> forPreview(const NotifierSetup &setup,
                                                const delivery::NotifierCatalogue &catalogue)
{
    delivery::ConfiguredNotifier notifier;
    notifier.name = setup.name.trimmed();
    notifier.type = catalogue.find(setup.type);
    if (notifier.type == nullptr)
        return Error{ErrorCode::Unsupported, u"There is no kind of notifier “%1”."_s.arg(setup.type)};
    for (const Field &field : notifier.type->fields) {
        const QString key = keyOf(field);
        QJsonValue value = delivery::fallbackValue(field);
        if (delivery::isSecret(field) || (field.required && value.isUndefined()))
            value = madeUp(field);
        if (const QJsonValue given = setup.config.value(key);
            !delivery::isSecret(field) && field.kind != Field::Kind::File && isGiven(given)) {
            if (const auto read = delivery::configValue(field, given))
                value = *read;
        }
        if (!value.isUndefined())
            notifier.config.insert(key, value);
    }
    notifier.options = setup.options;
    return notifier;
}

Result<QByteArray> withSetup(const QByteArray &text, const NotifierSetup &setup, const QString &name,
                             SecretFolder &secrets, const delivery::NotifierCatalogue &catalogue)
{
    const delivery::NotifierType *type = catalogue.find(setup.type);
    if (type == nullptr)
        return Error{ErrorCode::Unsupported, u"There is no kind of notifier “%1”."_s.arg(setup.type)};
    QByteArray changed = text;
    const QJsonArray elements = elementsOf(text);
    const QStringList names = notifierNames(elements, catalogue);
    const QString newName = setup.name.trimmed();
    qsizetype index = names.indexOf(name);
    if (!name.isEmpty() && index < 0)
        return notThere(name);
    if (newName != name && names.contains(newName))
        return Error{ErrorCode::Refused, u"Another notifier is called “%1” already."_s.arg(newName)};

    QJsonObject before;
    if (name.isEmpty()) {
        if (!QJsonDocument::fromJson(text).object().value(u"notifiers"_s).isArray())
            changed = withMember(changed, u"notifiers", QJsonArray());
        index = elements.size();
        changed = withValue(changed, elementPointer(index), QJsonObject());
    } else {
        before = elements[index].toObject();
        if (newName != name)
            changed = withNamesPinned(changed, elements, names, index);
    }
    const QJsonObject configBefore = before.value(u"config"_s).toObject();
    const auto config = storedConfig(setup, *type, configBefore, secrets);
    if (!config)
        return config.error();

    QJsonObject after = before;
    after.insert(u"type"_s, setup.type);
    if (newName != name)
        after.insert(u"name"_s, newName);
    if (setup.enabled != before.value(u"enabled"_s).toBool(true))
        after.insert(u"enabled"_s, setup.enabled);
    if (before.isEmpty() || !before.value(u"config"_s).isObject())
        after.insert(u"config"_s, QJsonObject());
    const NotifierOptions usual = name.isEmpty() ? NotifierOptions() : optionsOf(elements, name, catalogue);
    if (setup.options != usual) {
        const QJsonObject options = writtenOptions(setup.options);
        for (const QString &key : {u"send_at_most"_s, u"then"_s, u"send_each_at_most"_s, u"fallback"_s, u"give_up"_s,
                                   u"drill_every"_s, u"proven_for"_s})
            after.remove(key);
        for (auto option = options.begin(); option != options.end(); ++option)
            after.insert(option.key(), option.value());
    }
    changed = merged(changed, elementPointer(index), before, after, delivery::notifierKeys());
    changed = merged(changed, elementPointer(index) + "/config"_L1, configBefore, *config, orderOf(*type));
    return name.isEmpty() || newName == name ? changed : withRenamed(changed, name, newName);
}

Result<QByteArray> withoutSetup(const QByteArray &text, const QString &name, SecretFolder &secrets,
                                const delivery::NotifierCatalogue &catalogue)
{
    const QJsonObject root = QJsonDocument::fromJson(text).object();
    const QJsonArray elements = root.value(u"notifiers"_s).toArray();
    const QStringList names = notifierNames(elements, catalogue);
    const qsizetype index = names.indexOf(name);
    if (index < 0)
        return notThere(name);
    const QList<NotifyList> lists = notifyLists(root);
    for (const NotifyList &list : lists) {
        if (list.names.contains(name))
            return Error{ErrorCode::Refused, u"%1 tells “%2”: take it out there first."_s.arg(list.owner, name)};
    }
    for (qsizetype i = 0; i < elements.size(); ++i) {
        if (i != index && elements[i].toObject().value(u"fallback"_s).toString() == name)
            return Error{ErrorCode::Refused,
                         u"“%1” is the fallback of “%2”: choose another one there first."_s.arg(name, names[i])};
    }
    const QJsonObject config = elements[index].toObject().value(u"config"_s).toObject();
    for (auto member = config.begin(); member != config.end(); ++member) {
        if (member.key().endsWith("_file"_L1))
            secrets.drop(member.value().toString());
    }
    return withoutValue(withNamesPinned(text, elements, names, index), elementPointer(index));
}

Result<QJsonObject> withSecretsApart(QJsonObject config, const delivery::NotifierType &type, const QString &name,
                                     SecretFolder &secrets)
{
    for (const Field &field : type.fields) {
        const QString value = config.value(keyOf(field)).toString();
        if (!delivery::isSecret(field) || value.isEmpty())
            continue;
        const auto file = secrets.keep(name, keyOf(field), value);
        if (!file)
            return file.error();
        config.remove(keyOf(field));
        config.insert(fileKeyOf(field), *file);
    }
    return config;
}

Problems asOfSetup(const Problems &problems, qsizetype index)
{
    const QString pointer = elementPointer(index);
    Problems concerned;
    for (Problem problem : problems) {
        if (problem.pointer == pointer || problem.pointer.startsWith(pointer + u'/'))
            problem.pointer.remove(0, pointer.size());
        else if (problem.severity == Problem::Severity::Warning)
            continue;
        concerned.append(problem);
    }
    return concerned;
}

} // namespace escalite::runtime
