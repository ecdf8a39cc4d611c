// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The part of the Runtime that changes the configuration: one change at a time, checked whole, written, put in force.

#include "runtime/files.h"
#include "runtime/jsonedit.h"
#include "runtime/logging.h"
#include "runtime/notifiersetup.h"
#include "runtime/runtime.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QPointer>

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

void add(Problems &problems, const Error &error)
{
    problems.append({.severity = Problem::Severity::Error, .pointer = {}, .message = error.message});
}

/// What stands in \a file; nothing when there is none.
Result<QByteArray> textOf(const QString &file)
{
    return QFileInfo::exists(file) ? readFile(file) : Result<QByteArray>(QByteArray());
}

/// The elements of the configuration \a file, under names that are free, with their secrets in \a secrets.
Result<QByteArray> withImported(const QByteArray &text, const QString &file, SecretFolder &secrets,
                                const delivery::NotifierCatalogue &catalogue, Problems &problems)
{
    const auto bytes = readFile(file);
    if (!bytes)
        return bytes.error();
    const ConfigurationText imported = readConfiguration(*bytes, catalogue);
    problems += imported.problems;
    if (hasErrors(problems))
        return text;
    const QJsonArray elements = QJsonDocument::fromJson(*bytes).object().value(u"notifiers"_s).toArray();
    if (elements.isEmpty())
        return Error{
            ErrorCode::Malformed,
            u"%1 lists no notifiers: it has the form {\"notifiers\": [{\"type\": …, \"config\": {…}}]}."_s.arg(file)};
    const ConfigurationText present = readConfiguration(text, catalogue);
    if (hasErrors(present.problems)) { // Nothing could come into force, so no secret is written either.
        problems += present.problems;
        return text;
    }
    QByteArray changed = text;
    QStringList taken = present.settled.notifierNames();
    qsizetype index = QJsonDocument::fromJson(text).object().value(u"notifiers"_s).toArray().size();
    if (index == 0)
        changed = withMember(changed, u"notifiers", QJsonArray());
    for (const auto &value : elements) {
        QJsonObject element = value.toObject();
        const delivery::NotifierType *type = catalogue.find(element.value(u"type"_s).toString());
        if (type == nullptr)
            continue;
        QString name = element.value(u"name"_s).toString();
        if (name.isEmpty())
            name = QString::fromLatin1(type->id);
        for (int number = 2; taken.contains(name); ++number)
            name = u"%1 %2"_s.arg(QString::fromLatin1(type->id), QString::number(number));
        taken << name;
        const auto config = withSecretsApart(element.value(u"config"_s).toObject(), *type, name, secrets);
        if (!config)
            return config.error();
        element.insert(u"name"_s, name);
        element.insert(u"config"_s, *config);
        changed = withValue(changed, u"/notifiers/%1"_s.arg(index++), element);
    }
    return changed;
}

} // namespace

void Runtime::changeConfiguration(Edit edit, const QString &by, QObject *context, std::function<void(Problems)> done,
                                  const Renamed &renamed)
{
    m_files.start([this, edit = std::move(edit), by, receiver = QPointer<QObject>(context != nullptr ? context : this),
                   done = std::move(done), file = m_configurationFile, folder = secretFolder(), catalogue = m_catalogue,
                   plugins = m_plugins, renamed] {
        Problems problems;
        ConfigurationText read;
        SecretFolder secrets(folder);
        const auto before = textOf(file);
        if (!before) {
            add(problems, before.error());
        } else if (const ConfigurationText present = readConfiguration(*before, catalogue); !present.isReadable) {
            // What cannot be read is the operator's to mend: to write into it would be to lose what stands there.
            problems += present.problems;
        } else if (const auto text = edit(*before, secrets, problems); !text) {
            add(problems, text.error());
        } else if (!hasErrors(problems)) {
            read = readConfiguration(*text, catalogue);
            read.problems += pluginChange(read, plugins);
            problems += read.problems;
            if (!hasErrors(problems) && *text != *before) {
                if (const auto written = writeFile(file, *text); !written)
                    add(problems, written.error());
            }
        }
        if (hasErrors(problems))
            secrets.undo();
        else
            secrets.settle(read.text);
        QMetaObject::invokeMethod(this, [this, read = std::move(read), problems, by, receiver, done, renamed] {
            if (!hasErrors(problems))
                putInForce(read, by, renamed);
            if (receiver && done)
                done(problems);
        });
    });
}

QString Runtime::secretFolder() const
{
    return QFileInfo(m_configurationFile).absolutePath() + "/secrets"_L1;
}

void Runtime::putInForce(const ConfigurationText &read, const QString &by, const Renamed &renamed)
{
    m_settled = std::make_shared<const Settled>(read.settled);
    m_problems = read.problems;
    m_status.journalLimit = m_settled->keepBytes;
    m_status.keptDays = static_cast<int>(m_settled->keepFor.count() / 24);
    m_board.rename(renamed.from, renamed.to);
    m_board.setNotifiers(m_settled->notifiers);
    if (m_room)
        onEngine([room = m_room.get(), settled = m_settled, text = read.text, by, renamed] {
            if (renamed.from == renamed.to)
                room->settle(settled, text, by);
            else
                room->settleRenamed(settled, text, by, renamed.from, renamed.to);
        });
    Q_EMIT configurationChanged(configuration());
    publishNotifiers();
    publishStatus();
}

void Runtime::followMove(const QString &notifier, const QString &address)
{
    qCWarning(lcRuntime).noquote() << notifier << "has moved; what is told goes to" << address << "from now on.";
    m_board.setMoved(notifier, address);
    publishNotifiers();
    changeConfiguration(
        [notifier, address, catalogue = m_catalogue](const QByteArray &text, SecretFolder &,
                                                     Problems &) -> Result<QByteArray> {
            // The one type whose service moves names its place by this key.
            const QJsonArray elements = QJsonDocument::fromJson(text).object().value(u"notifiers"_s).toArray();
            const qsizetype index = notifierNames(elements, catalogue).indexOf(notifier);
            if (index < 0 || !elements[index].toObject().value(u"config"_s).toObject().contains(u"chat_id"_s))
                return text;
            return withValue(text, u"/notifiers/%1/config/chat_id"_s.arg(index), address);
        },
        u"service"_s, this,
        [](const Problems &problems) {
            for (const Problem &problem : problems) {
                if (problem.severity == Problem::Severity::Error)
                    qCWarning(lcRuntime).noquote() << "The new address could not be written:" << problem.message;
            }
        });
}

void Runtime::reload()
{
    changeConfiguration([](const QByteArray &text, SecretFolder &, Problems &) -> Result<QByteArray> { return text; },
                        u"file"_s, this,
                        [this](const Problems &problems) {
                            for (const Problem &problem : problems)
                                qCWarning(lcRuntime).noquote() << toText(problem, m_configurationFile);
                            if (!hasErrors(problems))
                                return;
                            m_problems = problems;
                            Q_EMIT configurationChanged(configuration());
                        });
}

void Runtime::importNotifiers(const QString &file, QObject *context, std::function<void(Problems)> done)
{
    changeConfiguration(
        [file, catalogue = m_catalogue](const QByteArray &text, SecretFolder &secrets, Problems &problems) {
            return withImported(text, file, secrets, catalogue, problems);
        },
        u"window"_s, context, std::move(done));
}

void Runtime::loadNotifier(const QString &name, QObject *context, std::function<void(Result<NotifierSetup>)> done)
{
    m_files.start([this, name, receiver = QPointer<QObject>(context), done = std::move(done),
                   file = m_configurationFile, catalogue = m_catalogue] {
        const auto text = textOf(file);
        const auto setup = text ? setupIn(*text, file, name, catalogue) : Result<NotifierSetup>(text.error());
        QMetaObject::invokeMethod(this, [receiver, done, setup] {
            if (receiver)
                done(setup);
        });
    });
}

Problems Runtime::checkNotifier(const NotifierSetup &setup, const QString &name) const
{
    return checkSetup(setup, name, *m_settled, m_catalogue);
}

void Runtime::saveNotifier(const NotifierSetup &setup, const QString &name, QObject *context,
                           std::function<void(Problems)> done)
{
    struct Place
    {
        qsizetype index = -1;
    };
    const auto place = std::make_shared<Place>(); // The files' thread writes it, then this one reads it.
    changeConfiguration(
        [setup, name, place, checked = checkNotifier(setup, name), catalogue = m_catalogue](
            const QByteArray &text, SecretFolder &secrets, Problems &problems) -> Result<QByteArray> {
            if (hasErrors(checked)) {
                problems += checked;
                return text;
            }
            const QJsonArray elements = QJsonDocument::fromJson(text).object().value(u"notifiers"_s).toArray();
            place->index = name.isEmpty() ? elements.size() : notifierNames(elements, catalogue).indexOf(name);
            return withSetup(text, setup, name, secrets, catalogue);
        },
        u"window"_s, context,
        [place, done = std::move(done)](const Problems &problems) {
            done(place->index < 0 ? problems : asOfSetup(problems, place->index));
        },
        name.isEmpty() ? Renamed{} : Renamed{.from = name, .to = setup.name});
}

void Runtime::removeNotifier(const QString &name, QObject *context, std::function<void(std::optional<Error>)> done)
{
    changeConfiguration(
        [name, catalogue = m_catalogue](const QByteArray &text, SecretFolder &secrets, Problems &) {
            return withoutSetup(text, name, secrets, catalogue);
        },
        u"window"_s, context,
        [done = std::move(done)](const Problems &problems) {
            const auto error = std::find_if(problems.begin(), problems.end(), [](const Problem &problem) {
                return problem.severity == Problem::Severity::Error;
            });
            done(error == problems.end() ? std::nullopt : std::optional(Error{ErrorCode::Refused, error->message}));
        });
}

} // namespace escalite::runtime
