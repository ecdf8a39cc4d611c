// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The real file system: private whatever the mask, no links followed, errors as sentences; and the journal on it.

#include "journal/filesystem.h"
#include "journal/keeper.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace escalite;
using namespace escalite::journal;
using namespace escalite::test;
using namespace Qt::StringLiterals;

class tst_FileSystem : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void makesPrivateFilesWhateverTheMask_data();
    void makesPrivateFilesWhateverTheMask();
    void doesNotFollowALink();
    void readsWhatWasWritten();
    void listsPlainFilesByName();
    void saysWhatWentWrong();
    void carriesAJournal();
};

namespace {

int modeOf(const QString &path)
{
    struct stat status
    {
    };
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 ? static_cast<int>(status.st_mode & 07777U) : -1;
}

} // namespace

void tst_FileSystem::makesPrivateFilesWhateverTheMask_data()
{
    QTest::addColumn<int>("mask");
    QTest::newRow("none") << 0;
    QTest::newRow("usual") << 022;
    QTest::newRow("all") << 0777;
}

void tst_FileSystem::makesPrivateFilesWhateverTheMask()
{
    QFETCH(const int, mask);
    const QTemporaryDir directory;
    const mode_t before = ::umask(static_cast<mode_t>(mask));
    const auto made = realFileSystem().makeDirectory(directory.filePath(u"journal"_s));
    const auto file = realFileSystem().open(directory.filePath(u"journal/file"_s), true);
    ::umask(before);
    QVERIFY(made);
    QVERIFY(file);
    QCOMPARE(modeOf(directory.filePath(u"journal"_s)), 0700);
    QCOMPARE(modeOf(directory.filePath(u"journal/file"_s)), 0600);
    QVERIFY(realFileSystem().makeDirectory(directory.filePath(u"journal"_s)));
    QVERIFY(!realFileSystem().makeDirectory(directory.filePath(u"journal/file"_s)));
}

void tst_FileSystem::doesNotFollowALink()
{
    const QTemporaryDir directory;
    QVERIFY(realFileSystem().open(directory.filePath(u"target"_s), true));
    QVERIFY(QFile::link(directory.filePath(u"target"_s), directory.filePath(u"link"_s)));
    QVERIFY(QFile::link(directory.filePath(u"nothing"_s), directory.filePath(u"dangling"_s)));
    for (const bool create : {false, true}) {
        QVERIFY(!realFileSystem().open(directory.filePath(u"link"_s), create));
        const auto file = realFileSystem().open(directory.filePath(u"dangling"_s), create);
        QVERIFY(!file);
        QVERIFY(file.error().message.contains(u"symbolic link"_s));
    }
    QVERIFY(!QFileInfo::exists(directory.filePath(u"nothing"_s)));
}

void tst_FileSystem::readsWhatWasWritten()
{
    const QTemporaryDir directory;
    const QString path = directory.filePath(u"file"_s);
    const auto opened = realFileSystem().open(path, true);
    File &file = **opened;
    QVERIFY(file.preallocate(10'000));
    QCOMPARE(file.size().value(), 10'000);
    QVERIFY(file.write(9'998, "abcd"));
    QCOMPARE(file.size().value(), 10'002);
    QCOMPARE(file.read(9'997, 100).value(), QByteArray("\0abcd", 5));
    QCOMPARE(file.read(20'000, 10).value(), QByteArray());
    QVERIFY(file.sync());
    QVERIFY(file.truncate(9'999));
    QVERIFY(realFileSystem().syncDirectory(directory.path()));
    QVERIFY(realFileSystem().rename(path, path + u'2'));
    QVERIFY(!realFileSystem().open(path, false));
    QCOMPARE(QFileInfo(path + u'2').size(), 9'999);
    QVERIFY(realFileSystem().remove(path + u'2'));
    QVERIFY(realFileSystem().remove(path + u'2')); // Gone is gone.
}

void tst_FileSystem::listsPlainFilesByName()
{
    const QTemporaryDir directory;
    for (const QString &name : {u"c"_s, u"a"_s, u"b"_s})
        QVERIFY(realFileSystem().open(directory.filePath(name), true));
    QVERIFY(QDir(directory.path()).mkdir(u"d"_s));
    QVERIFY(QFile::link(directory.filePath(u"a"_s), directory.filePath(u"e"_s)));
    QCOMPARE(realFileSystem().list(directory.path()).value(), QStringList({u"a"_s, u"b"_s, u"c"_s}));
}

void tst_FileSystem::saysWhatWentWrong()
{
    // The one disk that is always full.
    const auto full = realFileSystem().open(u"/dev/full"_s, false);
    QVERIFY(full);
    const auto written = full.value()->write(0, "x");
    QVERIFY(!written);
    QCOMPARE(written.error().code, ErrorCode::Unavailable);
    QCOMPARE(written.error().message,
             u"Cannot write /dev/full: No space left on device; free some space, it goes on by itself."_s);
    const auto missing = realFileSystem().list(u"/nowhere/at/all"_s);
    QVERIFY(!missing);
    QCOMPARE(missing.error().message, u"Cannot list /nowhere/at/all: No such file or directory."_s);
    QVERIFY(!realFileSystem().makeDirectory(u"/nowhere/at/all"_s));
    QVERIFY(!realFileSystem().syncDirectory(u"/nowhere/at/all"_s));
    QVERIFY(!realFileSystem().rename(u"/nowhere/a"_s, u"/nowhere/b"_s));
    QVERIFY(!realFileSystem().remove(u"/proc/version"_s));
}

void tst_FileSystem::carriesAJournal()
{
    const QTemporaryDir directory;
    Options options = smallOptions();
    options.directory = directory.filePath(u"journal"_s);
    for (int start = 0; start < 3; ++start) {
        auto keeper = std::move(Keeper::open(realFileSystem(), options)).value();
        QCOMPARE((*keeper)->opened().sessions, static_cast<quint64>(start * 200));
        quint64 ticket = 0;
        for (int i = 0; i < 200; ++i)
            ticket = (*keeper)->append(arrivalOf(start * 200 + i, {.filler = 600})).ticket;
        QVERIFY(keeper->isKept(ticket));
        for (int i = 0; i < (start + 1) * 200; ++i)
            QCOMPARE((*keeper)->read(idOf(i))->document, arrivalOf(i, {.filler = 600}).document);
    }
    const QFileInfoList files = QDir(options.directory).entryInfoList(QDir::Files);
    QVERIFY(files.size() > 6);
    for (const QFileInfo &file : files)
        QCOMPARE(modeOf(file.filePath()), 0600);
}

QTEST_GUILESS_MAIN(tst_FileSystem)
#include "tst_filesystem.moc"
