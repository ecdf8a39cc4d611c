// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The schema of escalite.json says what the reader reads, no more and no less; the help's examples are right.

#include "delivery/configvalue.h"
#include "notifiers/builtin.h"
#include "runtime/configurationfile.h"

#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;

namespace {

QByteArray contents(const QString &file)
{
    QFile opened(file);
    if (!opened.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(file));
    return opened.readAll();
}

QJsonObject schema()
{
    return QJsonDocument::fromJson(contents(u":/escalite/schema/escalite.schema.json"_s)).object();
}

QJsonObject resolved(const QJsonObject &part)
{
    const QString reference = part.value(u"$ref"_s).toString();
    return reference.isEmpty() ? part
                               : schema().value(u"$defs"_s).toObject().value(reference.section(u'/', -1)).toObject();
}

/// The schema of the objects at \a place, "/rules/*".
QJsonObject schemaAt(const QString &place)
{
    QJsonObject part = schema();
    const QStringList steps = place.split(u'/', Qt::SkipEmptyParts);
    for (const QString &step : steps)
        part = resolved(step == u'*' ? part.value(u"items"_s).toObject()
                                     : part.value(u"properties"_s).toObject().value(step).toObject());
    return part;
}

/// The places of objects with properties below \a part, "" among them.
QStringList places(const QJsonObject &part, const QString &place)
{
    QStringList found;
    const QJsonObject properties = part.value(u"properties"_s).toObject();
    if (!properties.isEmpty())
        found.append(place);
    for (auto property = properties.begin(); property != properties.end(); ++property)
        found += places(resolved(property->toObject()), place + u'/' + property.key());
    if (part.contains(u"items"_s))
        found += places(resolved(part.value(u"items"_s).toObject()), place + u"/*"_s);
    return found;
}

QStringList sorted(QStringList list)
{
    list.sort();
    return list;
}

/// What the schema says of the "config" of notifiers of \a type.
QJsonObject configSchema(const delivery::NotifierType &type)
{
    QJsonObject properties;
    for (const delivery::Field &field : type.fields) {
        const QString key = QString::fromLatin1(field.key);
        QJsonObject property;
        if (field.help)
            property.insert(u"description"_s, QString::fromUtf8(field.help));
        if (field.kind == delivery::Field::Kind::Flag)
            property.insert(u"type"_s, u"boolean"_s);
        if (field.choices)
            property.insert(u"enum"_s, QJsonArray::fromStringList(QString::fromUtf8(field.choices).split(u',')));
        properties.insert(key, property);
        if (delivery::isSecret(field))
            properties.insert(key + u"_file"_s, QJsonObject{{u"type"_s, u"string"_s},
                                                            {u"description"_s, QString(u"File with "_s + key)}});
    }
    return {{u"type"_s, u"object"_s}, {u"additionalProperties"_s, false}, {u"properties"_s, properties}};
}

/// The blocks of JSON of the page about rules.
QList<QByteArray> examples()
{
    QList<QByteArray> blocks;
    const QString page = QString::fromUtf8(contents(QStringLiteral(ESCALITE_RESOURCES "/help/rules.md")));
    static const QRegularExpression block(u"```json\n(.*?)```"_s, QRegularExpression::DotMatchesEverythingOption);
    auto found = block.globalMatch(page);
    while (found.hasNext())
        blocks.append(found.next().captured(1).toUtf8());
    return blocks;
}

/// With the notifiers that the examples name.
QByteArray withNotifiers(const QByteArray &example)
{
    QJsonObject root = QJsonDocument::fromJson(example).object();
    QJsonArray notifiers;
    for (const auto &name : {u"slack"_s, u"mail"_s, u"telegram"_s})
        notifiers.append(QJsonObject{{u"type"_s, u"webhook"_s},
                                     {u"name"_s, name},
                                     {u"config"_s, QJsonObject{{u"url"_s, u"https://a.example"_s}}}});
    root.insert(u"notifiers"_s, notifiers);
    return QJsonDocument(root).toJson();
}

} // namespace

class tst_ConfigurationSchema : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasTheKeysOfTheReader()
    {
        const QMap<QString, QStringList> keys = runtime::configurationKeys();
        for (auto place = keys.begin(); place != keys.end(); ++place) {
            const QJsonObject part = schemaAt(place.key());
            QVERIFY2(!part.isEmpty(), qPrintable(u"the schema has no objects at "_s + place.key()));
            QCOMPARE(sorted(part.value(u"properties"_s).toObject().keys()), sorted(*place));
            QCOMPARE(part.value(u"additionalProperties"_s), QJsonValue(false));
        }
        QCOMPARE(sorted(places(schema(), QString())), sorted(keys.keys()));
    }

    void describesWhatEachNotifierNeeds()
    {
        const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
        if (!catalogue.find(u"desktop"))
            QSKIP("this Qt has no D-Bus, and the schema tells of the desktop");
        QJsonObject made;
        QJsonArray choices;
        const QList<const delivery::NotifierType *> types = catalogue.types();
        for (const delivery::NotifierType *type : types) {
            const QString id = QString::fromLatin1(type->id);
            made.insert(u"config."_s + id, configSchema(*type));
            const QJsonObject config{{u"config"_s, QJsonObject{{u"$ref"_s, QString(u"#/$defs/config."_s + id)}}}};
            choices.append(QJsonObject{
                {u"if"_s, QJsonObject{{u"properties"_s, QJsonObject{{u"type"_s, QJsonObject{{u"const"_s, id}}}}}}},
                {u"then"_s, QJsonObject{{u"properties"_s, config}}}});
        }
        const QJsonObject definitions = schema().value(u"$defs"_s).toObject();
        QJsonObject written;
        for (auto definition = definitions.begin(); definition != definitions.end(); ++definition) {
            if (definition.key().startsWith(u"config."_s))
                written.insert(definition.key(), *definition);
        }
        QCOMPARE(written.keys(), made.keys());
        for (auto definition = made.begin(); definition != made.end(); ++definition)
            QVERIFY2(written.value(definition.key()) == *definition,
                     qPrintable(definition.key() + u" is\n"_s
                                + QString::fromUtf8(QJsonDocument(definition->toObject()).toJson())));
        QCOMPARE(definitions.value(u"notifier"_s).toObject().value(u"allOf"_s).toArray(), choices);
    }

    void hasTheDefaultsOfTheReader()
    {
        const QJsonObject properties = schemaAt(u"/settings"_s).value(u"properties"_s).toObject();
        const QList<std::pair<QString, QString>> usual = policy::settingTexts(policy::Settings());
        QCOMPARE(usual.size(), properties.size());
        for (const auto &[key, text] : usual) {
            const QJsonValue written = properties.value(key).toObject().value(u"default"_s);
            QCOMPARE(written.toVariant().toString(), text);
        }
    }

    void helpIsReadWithoutAProblem()
    {
        const QList<QByteArray> blocks = examples();
        QVERIFY(blocks.size() >= 10);
        const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
        QSet<policy::Threshold::Kind> kinds;
        for (const QByteArray &block : blocks) {
            QVERIFY2(QJsonDocument::fromJson(block).isObject(), block.constData());
            const auto read = runtime::readConfiguration(withNotifiers(block), catalogue);
            QVERIFY2(read.problems.isEmpty(), qPrintable(QString::fromUtf8(block) + read.problems.value(0).pointer
                                                         + u": "_s + read.problems.value(0).message));
            for (const policy::Rule &rule : read.settled.policy.rules)
                kinds.insert(rule.threshold.kind);
        }
        QCOMPARE(kinds.size(), static_cast<int>(policy::Threshold::Kind::Regressed) + 1); // one of each
    }

    void takesWhatTheReaderTakes()
    {
        QList<std::pair<QByteArray, bool>> documents{
            {"{}", true},
            {R"({"$schema": "escalite.schema.json", "version": 1})", true},
            {R"({"redaction": {"keys": ["iban"], "patterns": [{"name": "a", "pattern": "C-\\d+"}]}})", true},
            {R"({"settings": {"hold": "1 h", "slow": "1500 us", "stuck_after": "0.5 min"}})", true},
            {R"({"rules": [{"level": "eror"}]})", false},
            {R"({"settings": {"hold": "10"}})", false},
            {R"({"rules": [{"threshold": {"kind": "count", "at_least": 2}}]})", false},
            {R"({"rules": [{"threshold": {"kind": "share", "over_percent": 100, "within": "1 s"}}]})", false},
            {R"({"policies": [{"name": "a"}]})", false},
            {R"({"policies": [{"steps": [{"wait": "1 s"}]}]})", false},
            {R"({"intervals": [{"name": "a", "hours": [{"to": "24:01"}]}]})", false},
            {R"({"intervals": [{"name": "a", "hours": [{"days": []}]}]})", false},
            {R"({"inhibitions": [{"while": "source:a"}]})", false},
            {R"({"fingerprint": ["fingerprint"]})", false},
        };
        const QList<QByteArray> blocks = examples();
        for (const QByteArray &block : blocks)
            documents.append({withNotifiers(block), true});

        const QTemporaryDir folder;
        QFile file(folder.filePath(u"documents.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QJsonArray all;
        for (const auto &[document, valid] : std::as_const(documents)) {
            const auto read = runtime::readConfiguration(document, notifiers::builtinCatalogue());
            QVERIFY2(!hasErrors(read.problems) == valid, document.constData());
            all.append(QJsonDocument::fromJson(document).object());
        }
        file.write(QJsonDocument(all).toJson());
        file.close();

        QProcess python;
        python.start(u"python3"_s,
                     {u"-c"_s,
                      u"import json, sys\n"
                      "try:\n"
                      "    from jsonschema import Draft202012Validator as Validator\n"
                      "except ImportError:\n"
                      "    sys.exit(77)\n"
                      "schema, documents = (json.load(open(name)) for name in sys.argv[1:])\n"
                      "Validator.check_schema(schema)\n"
                      "for document in documents:\n"
                      "    print('; '.join(e.message for e in Validator(schema).iter_errors(document)))\n"_s,
                      QStringLiteral(ESCALITE_RESOURCES "/schema/escalite.schema.json"), file.fileName()});
        if (!python.waitForFinished() || python.exitCode() == 77)
            QSKIP("python3-jsonschema is not installed");
        QVERIFY2(python.exitCode() == 0, python.readAllStandardError().constData());
        const QList<QByteArray> told = python.readAllStandardOutput().split('\n');
        for (qsizetype i = 0; i < documents.size(); ++i)
            QVERIFY2(told.value(i).isEmpty() == documents.at(i).second,
                     (documents.at(i).first + ": " + told.value(i)).constData());
    }
};

QTEST_APPLESS_MAIN(tst_ConfigurationSchema)
#include "tst_configurationschema.moc"
