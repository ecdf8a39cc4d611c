// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The help about notifiers is true: the reference is that of the tables of fields, and the sample command works.

#include "harness/conformance.h"
#include "harness/reference.h"
#include "notifiers/builtin.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;

class tst_Help : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void referenceIsThatOfTheTables()
    {
        if (!notifiers::builtinCatalogue().find(u"desktop"))
            QSKIP("this Qt has no D-Bus, and the page tells of the desktop");
        QFile file(QStringLiteral(ESCALITE_HELP "/notifiers.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> written = file.readAll().split('\n');
        const QList<QByteArray> made = harness::referencePage(notifiers::builtin()).split('\n');
        for (qsizetype i = 0; i < std::max(written.size(), made.size()); ++i) {
            const QByteArray told = "line " + QByteArray::number(i + 1) + " is otherwise:\n" + written.value(i) + '\n'
                                    + made.value(i)
                                    + "\nRun: build/dev/bin/escalite-harness reference > resources/help/notifiers.md";
            QVERIFY2(written.value(i) == made.value(i), told.constData());
        }
    }

    void sampleCommandConforms()
    {
        if (QStandardPaths::findExecutable(u"python3"_s).isEmpty())
            QSKIP("python3 is not installed");
        const QTemporaryDir folder;
        const QString told = folder.filePath(u"told.log"_s);
        const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
        const auto checks =
            harness::conform({.type = catalogue.find(u"command"),
                              .config = {{u"program"_s, QStringLiteral(ESCALITE_HELP "/tell-a-file.py")},
                                         {u"arguments"_s, QJsonArray{told}}}});
        for (const harness::ConformanceCheck &check : checks)
            QVERIFY2(check.passed() && check.skipped.isEmpty(), qPrintable(check.name + u": "_s + check.wrong));
        QFile file(told);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray lines = file.readAll();
        QCOMPARE(lines.count('\n'), 1); // All drills of the kit are one delivery.
        QCOMPARE(QJsonDocument::fromJson(lines).object().value(u"drill"_s), true);
    }
};

QTEST_GUILESS_MAIN(tst_Help)
#include "tst_help.moc"
