// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalite.json: all problems at once with their places, and changes that leave the rest as it was.

#include "notifiers/builtin.h"
#include "runtime/configurationfile.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;

class tst_configurationfile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheSeedsFile()
    {
        const auto read = runtime::readConfiguration(R"({"notifiers": [
            {"type": "email", "config": {"smtp_server": "smtp.example.com", "smtp_port": 587, "sender_email": "me@example.com",
                                         "sender_password": "hunter2hunter2", "recipient_emails": ["ops@example.com"]}},
            {"type": "slack", "config": {"webhook_url": "https://hooks.slack.com/services/T0/B0/abcdefgh"}}]})",
                                                     m_catalogue);
        for (const Problem &problem : read.problems)
            qInfo().noquote() << runtime::toText(problem, u"seed.json"_s);
        QVERIFY(!hasErrors(read.problems));
        QCOMPARE(read.settled.notifierNames(), QStringList({u"email"_s, u"slack"_s}));
        QCOMPARE(read.settled.policy.rules.size(), 1);
        QCOMPARE(read.settled.policy.rules[0].notifiers, read.settled.notifierNames());
    }

    void tellsEveryProblemWithItsPlace()
    {
        const auto read = runtime::readConfiguration(R"({
  "notifiers": [
    {"type": "slack", "config": {}},
    {"type": "pigeon", "config": {}}
  ],
  "settings": {"hold": "ten"},
  "store": {"keep_for": 7},
  "endpiont": {}
})",
                                                     m_catalogue);
        QStringList lines;
        for (const Problem &problem : read.problems)
            lines << runtime::toText(problem, u"f"_s);
        const QString all = lines.join(u'\n');
        QVERIFY2(all.contains("f:3:"_L1) && all.contains("Missing 'webhook_url' in config"_L1), qPrintable(all));
        QVERIFY2(all.contains("f:4:"_L1) && all.contains("Unknown notifier type: pigeon"_L1), qPrintable(all));
        QVERIFY2(all.contains("f:6:"_L1), qPrintable(all));
        QVERIFY2(all.contains("f:7:"_L1), qPrintable(all));
        QVERIFY2(all.contains("f:8:"_L1) && all.contains("Did you mean endpoint?"_L1), qPrintable(all));
        QVERIFY(hasErrors(read.problems));
    }

    void readsOwnRulesOfRedaction()
    {
        const auto read = runtime::readConfiguration(R"({"redaction": {"email_addresses": false, "keys": ["iban*"],
  "patterns": [{"name": "customer number", "pattern": "C-[0-9]{6}"}]}})",
                                                     m_catalogue);
        QVERIFY(read.problems.isEmpty());
        QVERIFY(!read.settled.redaction.emailAddresses);
        QCOMPARE(read.settled.redaction.patterns,
                 (QList<message::RedactionPattern>{{.name = u"customer number"_s, .pattern = u"C-[0-9]{6}"_s}}));
        const auto wrong = runtime::readConfiguration(R"({"redaction": {"patterns": [
  {"name": "a", "pattern": "*"},
  {"pattern": "b"},
  {"name": "c", "patern": "c"}]}})",
                                                      m_catalogue);
        QStringList lines;
        for (const Problem &problem : wrong.problems)
            lines << runtime::toText(problem, u"f"_s);
        const QString all = lines.join(u'\n');
        QVERIFY2(all.contains("f:2:3: error: /redaction/patterns/0: The regular expression is wrong at character "_L1),
                 qPrintable(all));
        QVERIFY2(all.contains("f:3:3: error: /redaction/patterns/1: A rule needs a name"_L1), qPrintable(all));
        QVERIFY2(all.contains("f:4:3: error: /redaction/patterns/2: A rule needs a regular expression"_L1)
                     && all.contains("Did you mean pattern?"_L1),
                 qPrintable(all));
        QVERIFY(wrong.settled.redaction.patterns.isEmpty());
    }

    void saysWhereTheJsonIsBroken()
    {
        const auto read = runtime::readConfiguration("{\n  \"notifiers\": [\n  ]\n  \"rules\": []\n}", m_catalogue);
        QCOMPARE(read.problems.size(), 1);
        QCOMPARE(read.problems[0].line, 4);
    }

    void takesAnEmptyFileAsDefaults()
    {
        const auto read = runtime::readConfiguration({}, m_catalogue);
        QVERIFY(read.problems.isEmpty());
        QCOMPARE(read.settled.listen, u"127.0.0.1:4377"_s);
        QCOMPARE(read.settled.keepFor, std::chrono::hours(24 * 7));
    }

    void changesOneMemberAndLeavesTheRest_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("replaced in its place") << R"({"z": 1.50,  "rules": [1, 2], "a": "é"})"_ba
                                               << R"({"z": 1.50,  "rules": true, "a": "é"})"_ba;
        QTest::newRow("added at the end") << "{\n  \"z\": 1\n}\n"_ba
                                          << "{\n  \"z\": 1,\n  \"rules\": true\n}\n"_ba;
        QTest::newRow("added to an empty object") << "{}"_ba
                                                  << "{\n    \"rules\": true\n}"_ba;
        QTest::newRow("made anew") << ""_ba
                                   << "{\n    \"version\": 1,\n    \"rules\": true\n}\n"_ba;
    }
    void changesOneMemberAndLeavesTheRest()
    {
        QFETCH(const QByteArray, before);
        QFETCH(const QByteArray, after);
        QCOMPARE(runtime::withMember(before, u"rules", true), after);
    }

    void loadsPluginsBeforeItReadsNotifiers()
    {
        const QTemporaryDir folder;
        const QString library = folder.filePath(u"filenotifier.so"_s);
        QVERIFY(QFile::copy(QStringLiteral(ESCALITE_PLUGIN_DIR "/filenotifier.so"), library));
        QVERIFY(QFile::setPermissions(library, QFile::ReadOwner | QFile::WriteOwner));
        const QByteArray text = "{\"plugins\": {\"folders\": [\"" + folder.path().toUtf8()
                                + "\",\n\"plugins\"]},\n"
                                  "\"notifiers\": [{\"type\": \"file\", \"config\": {\"file\": \"/tmp/x\"}}]}";
        delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
        QVERIFY(hasErrors(runtime::readConfiguration(text, catalogue).problems));
        const auto read = runtime::readWithPlugins(text, catalogue);
        QCOMPARE(read.settled.notifierNames(), QStringList{u"file"_s});
        QCOMPARE(read.problems.size(), 1);
        QCOMPARE(runtime::toText(read.problems.constFirst(), u"f"_s),
                 u"f:2:1: error: /plugins/folders/1: A folder of plug-ins must be a whole path, from the root on; "
                 "plugins is none"_s);
        QVERIFY(runtime::pluginChange(read, read.settled.plugins).isEmpty());
        const Problems change = runtime::pluginChange(read, {});
        QCOMPARE(
            runtime::toText(change.value(0), u"f"_s),
            u"f:1:13: warning: /plugins: Plug-ins are loaded at start; the change takes effect at the next start."_s);
    }

private:
    delivery::NotifierCatalogue m_catalogue = notifiers::builtinCatalogue();
};

QTEST_GUILESS_MAIN(tst_configurationfile)
#include "tst_configurationfile.moc"
