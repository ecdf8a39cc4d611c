// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Private files, tokens and the lock of the data directory.

#include "runtime/files.h"
#include "runtime/tokens.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace escalite;
using namespace Qt::StringLiterals;

namespace {

int modeOf(const QString &path)
{
    struct stat status = {};
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 ? static_cast<int>(status.st_mode & 0777) : -1;
}

} // namespace

class tst_files : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(m_directory.isValid()); }

    void writesPrivateFilesWhateverTheUmask()
    {
        const mode_t before = ::umask(0);
        const QString file = m_directory.filePath(u"a/b/secret"_s);
        const auto written = runtime::writeFile(file, "one");
        ::umask(before);
        QVERIFY2(written, qPrintable(written ? QString() : written.error().message));
        QCOMPARE(modeOf(file), 0600);
        QCOMPARE(modeOf(m_directory.filePath(u"a/b"_s)), 0700);
    }

    void replacesAFileWhole()
    {
        const QString file = m_directory.filePath(u"whole"_s);
        QVERIFY(runtime::writeFile(file, "a longer text that was there before"));
        QVERIFY(runtime::writeFile(file, "short"));
        QCOMPARE(runtime::readFile(file).value(), "short"_ba);
        QVERIFY(!QFileInfo::exists(file + ".new"_L1));
    }

    void refusesASecretThatOthersCanRead()
    {
        const QString file = m_directory.filePath(u"open"_s);
        QVERIFY(runtime::writeFile(file, "secret"));
        QVERIFY(runtime::readPrivateFile(file));
        QCOMPARE(::chmod(QFile::encodeName(file).constData(), 0640), 0);
        const auto read = runtime::readPrivateFile(file);
        QVERIFY(!read);
        QVERIFY2(read.error().message.contains("chmod 600"_L1), qPrintable(read.error().message));
    }

    void refusesAFileBeyondTheLimit()
    {
        const QString file = m_directory.filePath(u"large"_s);
        QVERIFY(runtime::writeFile(file, QByteArray(101, 'x')));
        QCOMPARE(runtime::readFile(file, 100).error().code, ErrorCode::TooLarge);
        QVERIFY(runtime::readFile(file, 101));
    }

    void makesATokenOnceAndKeepsIt()
    {
        const QString file = m_directory.filePath(u"token"_s);
        const auto made = runtime::loadOrMakeToken(file, "esc_");
        QVERIFY(made);
        QCOMPARE(made->reveal().size(), 4 + 43);
        QVERIFY(made->reveal().startsWith("esc_"_L1));
        QCOMPARE(modeOf(file), 0600);
        QCOMPARE(runtime::loadOrMakeToken(file, "esc_").value(), *made);
        QVERIFY(runtime::loadOrMakeToken(m_directory.filePath(u"other"_s), "esc_").value() != *made);
    }

    void refusesAFileThatHoldsNoToken_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("too short") << "esc_abc\n"_ba;
        QTest::newRow("the other kind") << QByteArray("eso_" + QByteArray(43, 'a'));
        QTest::newRow("other characters") << QByteArray("esc_" + QByteArray(42, 'a') + "!");
    }
    void refusesAFileThatHoldsNoToken()
    {
        QFETCH(const QByteArray, content);
        const QString file = m_directory.filePath(u"bad"_s);
        QVERIFY(runtime::writeFile(file, content));
        const auto read = runtime::loadOrMakeToken(file, "esc_");
        QVERIFY(!read);
        QVERIFY2(!read.error().message.contains(u"aaaa"), "the error text shows what stands in the file");
    }

    void letsOneConsoleHoldADataDirectory()
    {
        const QString directory = m_directory.filePath(u"data"_s);
        auto first = runtime::DirectoryLock::take(directory);
        QVERIFY(first);
        const auto second = runtime::DirectoryLock::take(directory);
        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::Refused);
        std::move(first).value().reset();
        QVERIFY(runtime::DirectoryLock::take(directory));
    }

    void ignoresRelativeDirectoriesOfTheEnvironment()
    {
        qputenv("XDG_CONFIG_HOME", "relative/path");
        qputenv("XDG_DATA_HOME", "/absolute/data");
        const runtime::Places places = runtime::Places::fromEnvironment();
        QVERIFY(places.configuration.startsWith(u'/'));
        QVERIFY(places.configuration.endsWith("/.config/escalite"_L1));
        QCOMPARE(places.data, u"/absolute/data/escalite"_s);
        qunsetenv("XDG_CONFIG_HOME");
        qunsetenv("XDG_DATA_HOME");
    }

private:
    QTemporaryDir m_directory;
};

QTEST_GUILESS_MAIN(tst_files)
#include "tst_files.moc"
