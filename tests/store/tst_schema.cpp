// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Older files are brought forward, newer and damaged ones are left alone.

#include "examples.h"
#include "store/schema.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace escalite;
using namespace escalite::examples;
using namespace escalite::store;

class TestSchema : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] QString file() const { return m_folder->filePath(u"state.sqlite"_s); }

    Result<int> bringTo(const QList<Migration> &steps)
    {
        const std::unique_ptr<Connection> connection = valueOf(Connection::open(file(), false));
        return migrate(*connection, steps);
    }

    static QByteArray contents(const QString &path)
    {
        QFile bytes(path);
        return bytes.open(QIODevice::ReadOnly) ? bytes.readAll() : QByteArray();
    }

    static void write(const QString &path, const QByteArray &bytes)
    {
        QFile out(path);
        QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
        QCOMPARE(out.write(bytes), bytes.size());
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void numbersItsStepsFromOneWithoutGaps()
    {
        const QList<Migration> steps = migrations();
        QVERIFY(!steps.isEmpty());
        for (int i = 0; i < steps.size(); ++i) {
            QCOMPARE(steps.at(i).version, i + 1);
            QVERIFY(!steps.at(i).sql.isEmpty());
        }
    }

    void bringsAnOlderFileForwardAndKeepsACopy()
    {
        const Migration first{.version = 1, .sql = u"CREATE TABLE a (x INTEGER);\nINSERT INTO a VALUES (5);\n"_s};
        const Migration second{
            .version = 2,
            .sql = u"-- A comment; with a semicolon;\nALTER TABLE a\n  ADD COLUMN y INTEGER DEFAULT 6;\n"_s};
        QCOMPARE(valueOf(bringTo({first})), 0);
        QVERIFY(!QFile::exists(file() + u".before-1"_s));
        QCOMPARE(valueOf(bringTo({first, second})), 1);
        QCOMPARE(sql(file(), u"SELECT x + y FROM a"_s).toInt(), 11);
        QCOMPARE(valueOf(bringTo({first, second})), 2);

        const QString copy = file() + u".before-2"_s;
        QCOMPARE(sql(copy, u"SELECT x FROM a"_s).toInt(), 5);
        QCOMPARE(sql(copy, u"PRAGMA user_version"_s).toInt(), 1);
        QCOMPARE(QFile::permissions(copy) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    /// An incident of version 2 goes on as what it was: all its notifiers at once, told or not.
    void keepsTheIncidentsOfVersion2()
    {
        (void)valueOf(bringTo(migrations().first(2)));
        const auto insert = [this](const QString &name, const QString &title, const QString &toldAt) {
            sql(file(),
                u"INSERT INTO incident VALUES ('%1', '%2', 1, 'source=api', 'triggered', 40, '%3', 'api', 'no answer', "
                "'errors', '[\"slack\",\"email\"]', 1000, 2000, NULL, %4, NULL, '', NULL, '', 5, 3, 1, 0, '%1', '%1', "
                "'%1', 7, 9, '[\"slack\"]')"_s.arg(id(name).toString(QUuid::WithoutBraces), name, title, toldAt));
        };
        insert(u"told"_s, u"POST /checkout"_s, u"1500"_s);
        insert(u"new"_s, u"nightly"_s, u"NULL"_s);

        const std::unique_ptr<Storage> storage = valueOf(Storage::open(file()));
        QVERIFY(QFile::exists(file() + u".before-3"_s));
        const Incident told = valueOf(storage->incident(id(u"told"_s))).value_or(Incident{});
        QCOMPARE(told.count, quint64(5));
        QCOMPARE(told.plan, (EscalationPolicy{.steps = {{.wait = {}, .notifiers = {u"slack"_s, u"email"_s}}}}));
        QCOMPARE(told.nextStep, 1);
        QCOMPARE(told.closeAfter, AsTheSettingsSay);
        QCOMPARE(told.atMostEvery, AsTheSettingsSay);
        SessionDigest worst;
        worst.id = told.id;
        worst.source = u"api"_s;
        worst.method = u"POST"_s;
        worst.path = u"/checkout"_s;
        worst.message = u"no answer"_s;
        worst.declared = worst.effective = Level::Error;
        QCOMPARE(told.worst, worst);
        const Incident fresh = valueOf(storage->incident(id(u"new"_s))).value_or(Incident{});
        QCOMPARE(fresh.nextStep, 0);
        QCOMPARE(fresh.worst.path, QString());
        QCOMPARE(valueOf(storage->openIncidents()).size(), 2);
    }

    void undoesAStepThatFails()
    {
        const Migration first{.version = 1, .sql = u"CREATE TABLE a (x INTEGER);\n"_s};
        const Migration broken{.version = 2,
                               .sql = u"CREATE TABLE b (x INTEGER);\nINSERT INTO nowhere VALUES (1);\n"_s};
        const Migration mended{.version = 2, .sql = u"CREATE TABLE b (x INTEGER);\n"_s};
        valueOf(bringTo({first}));
        QVERIFY(!bringTo({first, broken}));
        QCOMPARE(sql(file(), u"PRAGMA user_version"_s).toInt(), 1);
        QCOMPARE(sql(file(), u"SELECT count(*) FROM sqlite_schema WHERE name = 'b'"_s).toInt(), 0);
        QCOMPARE(valueOf(bringTo({first, mended})), 1);
    }

    void refusesANewerFileAndLeavesItAlone()
    {
        (void)valueOf(Storage::open(file()));
        sql(file(), u"PRAGMA user_version = 99"_s);
        const QByteArray before = contents(file());
        const Result<std::unique_ptr<Storage>> opened = Storage::open(file());
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Unsupported);
        QVERIFY2(opened.error().message.contains(u"newer version"_s), qPrintable(opened.error().message));
        QCOMPARE(contents(file()), before);
    }

    void refusesAnotherProgramsFile()
    {
        sql(file(), u"CREATE TABLE bookmarks (url TEXT)"_s);
        const Result<std::unique_ptr<Storage>> opened = Storage::open(file());
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Unsupported);
    }

    void refusesToReadWhatIsNotThere()
    {
        QVERIFY(!Storage::open(file(), true));
        QVERIFY(!QFile::exists(file()));
    }

    void saysWhenItsFolderCannotBeUsed_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("no folder") << u"/nowhere/at/all/state.sqlite"_s;
        QTest::newRow("a file for a folder") << u"/etc/passwd/state.sqlite"_s;
        QTest::newRow("a folder that takes no files") << u"/proc/self/state.sqlite"_s;
    }

    void saysWhenItsFolderCannotBeUsed()
    {
        QFETCH(QString, path);
        const Result<std::unique_ptr<Storage>> opened = Storage::open(path);
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Unavailable);
        QVERIFY2(opened.error().message.contains(path), qPrintable(opened.error().message));
    }

    void setsADamagedFileAside()
    {
        write(file(), QByteArray(5000, 'x'));
        write(file() + u"-wal"_s, "log"_ba);
        const Result<std::unique_ptr<Storage>> opened = Storage::open(file());
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Malformed);

        QCOMPARE(valueOf(setAside(file())), file() + u".damaged-1"_s);
        QCOMPARE(contents(file() + u".damaged-1"_s), QByteArray(5000, 'x'));
        (void)valueOf(Storage::open(file()));
        QCOMPARE(valueOf(setAside(file())), file() + u".damaged-2"_s);
    }

    /// Whatever happens to the bytes on the disk: an error in words, or what was stored.
    void showsDamageOrWhatWasStored_data()
    {
        QTest::addColumn<bool>("cut");
        QTest::newRow("flipped bits") << false;
        QTest::newRow("cut off") << true;
    }

    void showsDamageOrWhatWasStored()
    {
        QFETCH(bool, cut);
        Batch batch = batchFor({u"slack"_s, u"email"_s}, 40);
        {
            const std::unique_ptr<Storage> storage = valueOf(Storage::open(file()));
            valueOf(storage->commit(batch));
        }
        const QByteArray whole = contents(file());
        QRandomGenerator random(20261124);
        int noticed = 0;
        constexpr int Rounds = 60;
        for (int round = 0; round < Rounds; ++round) {
            QByteArray bytes = whole;
            if (cut) {
                bytes.truncate(random.bounded(1, int(whole.size())));
            } else {
                for (int i = 0; i < 8; ++i) {
                    const qsizetype at = random.bounded(int(whole.size()));
                    bytes[at] = char(bytes.at(at) ^ (1 << random.bounded(8)));
                }
            }
            write(file(), bytes);
            const Result<std::unique_ptr<Storage>> opened = Storage::open(file());
            if (!opened) {
                QVERIFY(!opened.error().message.isEmpty());
                ++noticed;
                continue;
            }
            Storage &storage = **opened;
            const Result<QList<Delivery>> claimed =
                storage.claim(u"w"_s, {u"slack"_s, u"email"_s}, 1000, noon + 1h, 30s);
            if (!claimed) {
                QVERIFY(!claimed.error().message.isEmpty());
                ++noticed;
                continue;
            }
            for (const Delivery &one : *claimed) {
                for (const Delivery &stored : std::as_const(batch.deliveries)) {
                    if (stored.id == one.id)
                        QCOMPARE(one.rendered, stored.rendered);
                }
            }
            noticed += claimed->size() < batch.deliveries.size() ? 1 : 0;
        }
        qInfo("%d of %d damages noticed before sending", noticed, Rounds);
        QVERIFY(noticed > Rounds / 4);
    }
};

QTEST_GUILESS_MAIN(TestSchema)
#include "tst_schema.moc"
