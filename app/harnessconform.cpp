// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalite-harness conform: whether a notifier does what every notifier must. escalite-harness reference: the page
// about those there are.

#include "app/harnesscommands.h"
#include "core/result.h"
#include "delivery/plugin.h"
#include "harness/conformance.h"
#include "harness/reference.h"
#include "notifiers/builtin.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QTextStream>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

/// The types that \a file adds to ours.
Result<QList<const delivery::NotifierType *>> typesOfPlugin(const QString &file)
{
    delivery::NotifierCatalogue catalogue;
    Problems problems;
    delivery::loadPlugin(QFileInfo(file).absoluteFilePath(), {}, catalogue, {}, problems);
    if (!problems.isEmpty())
        return Error{ErrorCode::Refused, problems.constFirst().message};
    return catalogue.types();
}

Result<QJsonObject> configIn(const QString &file)
{
    QFile opened(file);
    if (!opened.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Unavailable, u"%1 cannot be read: %2"_s.arg(file, opened.errorString())};
    const QJsonDocument document = QJsonDocument::fromJson(opened.readAll());
    if (!document.isObject())
        return Error{ErrorCode::Malformed, u"%1 must hold one JSON object, the notifier's \"config\"."_s.arg(file)};
    return document.object();
}

/// Prints the checks of \a subject and returns how many failed.
int failuresOf(const harness::ConformanceSubject &subject, QTextStream &out)
{
    out << subject.type->name << " (" << subject.type->id << ")\n";
    int failed = 0;
    harness::conform(subject, [&](const harness::ConformanceCheck &check) {
        failed += check.passed() ? 0 : 1;
        out << (!check.passed() ? "  FAIL  " : !check.skipped.isEmpty() ? "  skip  " : "  ok    ") << check.name;
        if (!check.passed())
            out << ": " << check.wrong;
        else if (!check.skipped.isEmpty())
            out << ": " << check.skipped;
        out << Qt::endl;
    });
    return failed;
}

} // namespace

int conform(QCoreApplication &, const QStringList &arguments)
{
    QCommandLineParser options;
    options.setApplicationDescription(
        u"Tries whether a notifier does what every notifier must: its table of fields, what it "
        "renders, how it sends. Exit code 0 only if every check passes."_s);
    options.addHelpOption();
    options.addOptions(
        {{u"plugin"_s, u"A plug-in library; all its types are tried."_s, u"FILE.so"_s},
         {u"type"_s, u"A type that comes with the program."_s, u"ID"_s},
         {u"command"_s, u"A program for the notifier \"command\"; it gets seven marked drills."_s, u"PROGRAM"_s},
         {u"config"_s,
          u"The notifier's \"config\"; without it, one made from the table of fields. In it {harness} stands for "
          u"http://127.0.0.1:PORT "
          "of a server of the kit, {port} for the port of one that says nothing, {secret} for a credential."_s,
          u"FILE.json"_s}});
    options.process(arguments);
    const int subjects =
        int(options.isSet(u"plugin"_s)) + int(options.isSet(u"type"_s)) + int(options.isSet(u"command"_s));
    if (subjects != 1 || !options.positionalArguments().isEmpty())
        return complain(WrongUse, u"Say what to try: one of --plugin, --type and --command. See conform --help."_s);

    QJsonObject given;
    if (options.isSet(u"config"_s)) {
        const auto read = configIn(options.value(u"config"_s));
        if (!read)
            return complain(WrongUse, read.error().message);
        given = *read;
    }
    const delivery::NotifierCatalogue ours = notifiers::builtinCatalogue();
    QList<const delivery::NotifierType *> types;
    if (options.isSet(u"plugin"_s)) {
        const auto loaded = typesOfPlugin(options.value(u"plugin"_s));
        if (!loaded)
            return complain(NotAsSpecified, loaded.error().message);
        types = *loaded;
    } else {
        const QString id = options.isSet(u"command"_s) ? u"command"_s : options.value(u"type"_s);
        const delivery::NotifierType *type = ours.find(id);
        if (!type)
            return complain(WrongUse, u"There is no notifier type %1."_s.arg(id));
        types.append(type);
    }

    QTextStream out(stdout);
    int failed = 0;
    for (const delivery::NotifierType *type : std::as_const(types)) {
        harness::ConformanceSubject subject{
            .type = type, .config = options.isSet(u"config"_s) ? given : harness::exampleConfig(*type)};
        if (options.isSet(u"command"_s))
            subject.config.insert(u"program"_s, QFileInfo(options.value(u"command"_s)).absoluteFilePath());
        failed += failuresOf(subject, out);
    }
    out << (failed == 0 ? u"All checks passed."_s : u"%1 checks failed."_s.arg(failed)) << '\n';
    return failed == 0 ? Done : NotAsSpecified;
}

int reference(QCoreApplication &, const QStringList &arguments)
{
    QCommandLineParser options;
    options.setApplicationDescription(
        u"Prints the reference of all notifiers as Markdown, resources/help/notifiers.md."_s);
    options.addHelpOption();
    options.process(arguments);
    const QByteArray page = harness::referencePage(notifiers::builtin());
    return std::fwrite(page.constData(), 1, static_cast<std::size_t>(page.size()), stdout)
                   == static_cast<std::size_t>(page.size())
               ? Done
               : CannotWrite;
}

} // namespace escalite::app
