// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalite-harness conform: a line for each check, and an exit code that scripts can go by.

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

class tst_HarnessConform : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void passesThePluginOfTheSample()
    {
        const QString library = m_folder.filePath(u"filenotifier.so"_s);
        QVERIFY(QFile::copy(QStringLiteral(ESCALITE_PLUGIN_DIR "/filenotifier.so"), library));
        QVERIFY(QFile::setPermissions(library, QFile::ReadOwner | QFile::WriteOwner));
        const QString config =
            written("config.json", "{\"file\": \"" + m_folder.path().toUtf8() + "/messages.log\"}", false);
        QCOMPARE(run({u"--plugin"_s, library, u"--config"_s, config}), 0);
        QVERIFY2(m_said.contains("File (file)\n  ok    is described\n"), m_said.constData());
        QVERIFY2(m_said.endsWith("All checks passed.\n"), m_said.constData());
        QVERIFY(QFile::exists(m_folder.filePath(u"messages.log"_s)));
    }

    void failsACommandThatFails()
    {
        const QString program = written("fails", "#!/bin/sh\nexit 1\n", true);
        QCOMPARE(run({u"--command"_s, program}), 1);
        QVERIFY2(m_said.contains("  FAIL  takes a drill: it was permanent: The program ended with code 1.\n"),
                 m_said.constData());
        QVERIFY2(m_said.endsWith("checks failed.\n"), m_said.constData());
    }

    void saysWhatIsWrongWithTheCall_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("nothing") << QStringList() << 64 << "Say what to try"_ba;
        QTest::newRow("two") << QStringList{u"--type"_s, u"slack"_s, u"--command"_s, u"/bin/true"_s} << 64
                             << "Say what to try"_ba;
        QTest::newRow("no such type") << QStringList{u"--type"_s, u"pigeon"_s} << 64
                                      << "There is no notifier type pigeon."_ba;
        QTest::newRow("no such file") << QStringList{u"--type"_s, u"slack"_s, u"--config"_s, u"/nowhere"_s} << 64
                                      << "/nowhere cannot be read"_ba;
        QTest::newRow("no plug-in") << QStringList{u"--plugin"_s, u"/nowhere.so"_s} << 1
                                    << "The plug-in /nowhere.so is not loaded"_ba;
    }
    void saysWhatIsWrongWithTheCall()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QByteArray, says);
        QCOMPARE(run(arguments), code);
        QVERIFY2(m_said.contains(says), m_said.constData());
    }

private:
    int run(const QStringList &arguments)
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral(ESCALITE_BIN_DIR "/escalite-harness"), QStringList{u"conform"_s} + arguments);
        if (!process.waitForFinished(60'000))
            qFatal("escalite-harness does not end");
        m_said = process.readAll();
        return process.exitCode();
    }
    QString written(const char *name, const QByteArray &text, bool executable) const
    {
        QFile file(m_folder.filePath(QString::fromLatin1(name)));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("no file");
        file.write(text);
        file.setPermissions(executable ? QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner
                                       : QFile::ReadOwner | QFile::WriteOwner);
        return file.fileName();
    }

    QTemporaryDir m_folder;
    QByteArray m_said;
};

QTEST_GUILESS_MAIN(tst_HarnessConform)
#include "tst_harnessconform.moc"
