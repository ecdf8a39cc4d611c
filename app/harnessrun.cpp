// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalite-harness run: the matrix of notifiers, stages and faults, as a table or as lines of JSON.

#include "app/harnesscommands.h"
#include "core/result.h"
#include "harness/proof.h"
#include "notifiers/builtin.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTextStream>

#include <algorithm>
#include <map>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

using namespace harness;

/// One of each type, with examples for what it needs besides address and credentials.
QList<ProofSubject> subjectsOf(const delivery::NotifierCatalogue &catalogue, const QStringList &typeIds)
{
    QList<ProofSubject> subjects;
    const auto types = catalogue.types();
    for (const delivery::NotifierType *type : types) {
        if (!typeIds.isEmpty() && !typeIds.contains(QString::fromUtf8(type->id)))
            continue;
        QJsonObject config;
        for (const delivery::Field &field : type->fields) {
            if (field.required && field.example)
                config.insert(QString::fromUtf8(field.key), QString::fromUtf8(field.example));
        }
        subjects.append({.name = QString::fromUtf8(type->name), .type = type, .config = config});
    }
    return subjects;
}

/// The notifiers of a configuration file. Secrets in it are not looked up: the mocks have their own.
Result<QList<ProofSubject>> subjectsIn(const delivery::NotifierCatalogue &catalogue, const QString &fileName)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Unavailable, u"%1 cannot be read: %2."_s.arg(fileName, file.errorString())};
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &error);
    if (!document.isObject())
        return Error{ErrorCode::Malformed, u"%1 is no JSON object: %2 at byte %3."_s.arg(
                                               fileName, error.errorString(), QString::number(error.offset))};
    QList<ProofSubject> subjects;
    const QJsonArray list = document.object().value(u"notifiers"_s).toArray();
    for (qsizetype i = 0; i < list.size(); ++i) {
        const QJsonObject one = list.at(i).toObject();
        const QString typeId = one.value(u"type"_s).toString();
        const delivery::NotifierType *type = catalogue.find(typeId);
        if (!type)
            return Error{ErrorCode::Malformed, u"%1: /notifiers/%2/type is no type of notifiers: %3."_s.arg(
                                                   fileName, QString::number(i), typeId)};
        const QString name = one.value(u"name"_s).toString();
        subjects.append({.name = name.isEmpty() ? u"%1 %2"_s.arg(typeId, QString::number(i + 1)) : name,
                         .type = type,
                         .config = one.value(u"config"_s).toObject()});
    }
    if (subjects.isEmpty())
        return Error{ErrorCode::Malformed, u"%1 has no notifiers."_s.arg(fileName)};
    return subjects;
}

QString stateOf(const ProofCell &cell)
{
    switch (cell.state) {
    case ProofCell::State::Waiting:
    case ProofCell::State::Running:
        return u"not run"_s;
    case ProofCell::State::AsSpecified:
        return u"ok"_s;
    case ProofCell::State::Otherwise:
        return u"WRONG"_s;
    }
    return {};
}

QJsonObject recordOf(const ProofCell &cell)
{
    return {{u"notifier"_s, cell.notifier},
            {u"stage"_s, cell.stage},
            {u"fault"_s, faultName(cell.fault)},
            {u"matter"_s, cell.matter},
            {u"expected"_s, cell.expected},
            {u"got"_s, cell.got},
            {u"detail"_s, cell.detail},
            {u"as_specified"_s, cell.state == ProofCell::State::AsSpecified},
            {u"took_ms"_s, qint64{std::chrono::floor<std::chrono::milliseconds>(cell.took).count()}}};
}

QString lineOf(const ProofCell &cell)
{
    return u"%1 %2 %3 %4 %5"_s.arg(stateOf(cell).leftJustified(6), cell.notifier.leftJustified(16),
                                   cell.stage.leftJustified(14), cell.matter.leftJustified(20), cell.got);
}

/// Rows of the sum: one for each notifier.
QString sumOf(const QList<ProofCell> &cells)
{
    std::map<QString, std::pair<int, int>> good;
    QStringList order;
    for (const ProofCell &cell : cells) {
        if (!order.contains(cell.notifier))
            order.append(cell.notifier);
        auto &[right, all] = good[cell.notifier];
        right += cell.state == ProofCell::State::AsSpecified ? 1 : 0;
        ++all;
    }
    QString text;
    for (const QString &name : order) {
        const auto [right, all] = good[name];
        text += u"%1 %2 of %3 as specified\n"_s.arg(name.leftJustified(16), QString::number(right).rightJustified(3),
                                                    QString::number(all));
    }
    return text;
}

void describe(QCommandLineParser &options)
{
    options.setApplicationDescription(
        u"Proves notifiers: each against its mock service, stage by stage and through every fault.\n"
        "Exits with 0 only when every cell is as specified."_s);
    options.addHelpOption();
    options.addOptions({{u"all"_s, u"Every built-in type of notifiers, with an example configuration."_s},
                        {u"type"_s, u"This type only; may be given several times."_s, u"ID"_s},
                        {u"config"_s, u"The notifiers of this configuration; nothing leaves the machine."_s, u"FILE"_s},
                        {u"timeout"_s, u"Milliseconds of one attempt: what a stall costs."_s, u"MS"_s, u"1500"_s},
                        {u"wrong-only"_s, u"Prints only what is not as specified, and the sums."_s},
                        {u"json"_s, u"Prints each cell as a line of JSON."_s}});
}

} // namespace

int prove(QCoreApplication &, const QStringList &arguments)
{
    QCommandLineParser options;
    describe(options);
    options.process(arguments);
    const QStringList types = options.values(u"type"_s);
    const bool fromFile = options.isSet(u"config"_s);
    if (!options.positionalArguments().isEmpty() || (!fromFile && !options.isSet(u"all"_s) && types.isEmpty()))
        return complain(WrongUse, u"Say what to prove: --all, --type ID or --config FILE. See --help."_s);
    bool isNumber = false;
    const int timeout = options.value(u"timeout"_s).toInt(&isNumber);
    if (!isNumber || timeout < 100)
        return complain(WrongUse, u"--timeout is a number of milliseconds, at least 100."_s);

    const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
    for (const QString &type : types) {
        if (!catalogue.find(type))
            return complain(WrongUse, u"There is no type of notifiers %1."_s.arg(type));
    }
    QList<ProofSubject> subjects;
    if (fromFile) {
        auto read = subjectsIn(catalogue, options.value(u"config"_s));
        if (!read)
            return complain(WrongUse, read.error().message);
        subjects = std::move(read).value();
    } else {
        subjects = subjectsOf(catalogue, types);
    }

    QTextStream out(stdout);
    const bool json = options.isSet(u"json"_s);
    const bool wrongOnly = options.isSet(u"wrong-only"_s);
    Proof proof(subjects, {.attemptTimeout = std::chrono::milliseconds(timeout)});
    QObject::connect(&proof, &Proof::cellChanged, &proof, [&](int index) {
        const ProofCell &cell = proof.cells().at(index);
        const bool wrong = cell.state == ProofCell::State::Otherwise;
        if (!wrong && (wrongOnly || cell.state != ProofCell::State::AsSpecified))
            return;
        if (json) {
            out << QString::fromUtf8(QJsonDocument(recordOf(cell)).toJson(QJsonDocument::Compact)) << '\n';
        } else {
            out << lineOf(cell) << '\n';
            if (wrong)
                out << u"       expected: %1\n       %2\n"_s.arg(cell.expected, cell.detail);
        }
        out.flush();
    });
    bool asSpecified = false;
    QObject::connect(&proof, &Proof::finished, &proof, [&](bool good) {
        asSpecified = good;
        QCoreApplication::quit();
    });
    QElapsedTimer clock;
    clock.start();
    proof.start();
    QCoreApplication::exec();
    if (!json)
        out << '\n'
            << sumOf(proof.cells())
            << u"%1 cells in %2 s: %3\n"_s.arg(QString::number(proof.cells().size()),
                                               QString::number(static_cast<double>(clock.elapsed()) / 1000, 'f', 1),
                                               asSpecified ? u"every one as specified"_s : u"not as specified"_s);
    return asSpecified ? Done : NotAsSpecified;
}

} // namespace escalite::app
