// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// kill -9 at random moments: nothing that was committed is lost, nothing that was due is forgotten, and what may have
// gone out twice was marked in doubt.

#include "examples.h"
#include "store/storage.h"

#include <QFile>
#include <QHash>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace escalite;
using namespace escalite::examples;
using namespace escalite::store;

class TestCrashes : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    QRandomGenerator m_random{20261124};

    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }

    /// Runs a worker until it has said \a lines, then kills it. All that it said; exited tells whether it came to its
    /// end by itself.
    QStringList runAndKill(const QStringList &arguments, int lines, bool *exited)
    {
        QProcess worker;
        worker.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        worker.start(QStringLiteral(ESCALITE_BIN_DIR "/claimworker"), arguments);
        QByteArray said;
        while (said.count('\n') < lines && worker.waitForReadyRead(20'000))
            said += worker.readAllStandardOutput();
        // Not always just after a line.
        const QDeadlineTimer pause(std::chrono::microseconds(m_random.bounded(3000)), Qt::PreciseTimer);
        while (!pause.hasExpired())
            QThread::yieldCurrentThread();
        worker.kill();
        worker.waitForFinished(20'000);
        said += worker.readAllStandardOutput();
        *exited = worker.exitStatus() == QProcess::NormalExit;
        if (*exited && worker.exitCode() != 0)
            qFatal("the worker failed with %d", worker.exitCode());
        return QString::fromUtf8(said).split(u'\n', Qt::SkipEmptyParts);
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void losesNoDelivery()
    {
        const QString file = path(u"state.sqlite"_s);
        const QString receiver = path(u"received"_s);
        constexpr int Deliveries = 240;
        valueOf(valueOf(Storage::open(file))->commit(batchFor({u"slack"_s, u"email"_s}, Deliveries / 2)));
        int kills = 0;
        for (bool done = false; !done;) {
            runAndKill({u"send"_s, file, u"worker %1"_s.arg(kills), receiver}, m_random.bounded(1, 40), &done);
            kills += done ? 0 : 1;
            QVERIFY(kills < 500);
        }

        QFile log(receiver);
        QVERIFY(log.open(QIODevice::ReadOnly));
        QHash<QUuid, int> received;
        const QList<QByteArray> lines = log.readAll().split('\n');
        for (const QByteArray &line : lines) {
            if (!line.isEmpty())
                ++received[QUuid::fromString(QLatin1StringView(line))];
        }
        QCOMPARE(received.size(), Deliveries);

        const std::unique_ptr<Storage> storage = valueOf(Storage::open(file));
        QVERIFY(valueOf(storage->notifiersWithWaiting()).isEmpty());
        int twice = 0;
        int doubts = 0;
        for (const Delivery &delivery : valueOf(storage->deliveries({.limit = Deliveries, .before = std::nullopt}))) {
            QCOMPARE(delivery.state, DeliveryState::Delivered);
            int inDoubt = 0;
            for (const Attempt &attempt : valueOf(storage->attempts(delivery.id)))
                inDoubt += attempt.outcome.kind == Outcome::Kind::Ambiguous ? 1 : 0;
            // Sent once for the success, and at most once more for every doubt that is written down.
            QVERIFY(received.value(delivery.id) <= 1 + inDoubt);
            twice += received.value(delivery.id) > 1 ? 1 : 0;
            doubts += inDoubt;
        }
        qInfo("%d kills, %d in doubt, %d received twice", kills, doubts, twice);
        QVERIFY(kills > 5);
        QVERIFY(doubts <= kills);
    }

    void losesNoCommit()
    {
        const QString file = path(u"state.sqlite"_s);
        quint64 acknowledged = 0;
        for (int kill = 0; kill < 20; ++kill) {
            bool exited = false;
            const QStringList said = runAndKill({u"commit"_s, file}, m_random.bounded(1, 60), &exited);
            acknowledged = said.last().toULongLong();
            const std::unique_ptr<Storage> storage = valueOf(Storage::open(file));
            const quint64 position = valueOf(storage->position());
            QVERIFY(position >= acknowledged);
            QVERIFY(position <= acknowledged + 1);
            // The position and what belongs to it came together.
            QCOMPARE(valueOf(storage->deliveries({.limit = 100'000, .before = std::nullopt})).size(),
                     qsizetype(position));
            QVERIFY(valueOf(storage->check()));
        }
        QVERIFY(acknowledged > 20);
    }

    void comesThroughAMigration()
    {
        for (int kill = 0; kill < 12; ++kill) {
            const QString file = path(u"state-%1.sqlite"_s.arg(kill));
            bool exited = false;
            runAndKill({u"migrate"_s, file}, m_random.bounded(1, 4), &exited);
            const int version = sql(file, u"PRAGMA user_version"_s).toInt();
            const int rows = version == 0 ? 0 : sql(file, u"SELECT count(*) FROM a"_s).toInt();
            QCOMPARE(rows, version == 0 ? 0 : 20000);
            if (version > 0) {
                const QString expected = version == 1 ? u"before"_s : u"after 20000"_s;
                QCOMPARE(sql(file, u"SELECT y FROM a WHERE x = 20000"_s).toString(), expected);
            }
            QCOMPARE(sql(file, u"PRAGMA quick_check"_s).toString(), u"ok"_s);
            // And the next start finishes it.
            QProcess next;
            next.start(QStringLiteral(ESCALITE_BIN_DIR "/claimworker"), {u"migrate"_s, file});
            QVERIFY(next.waitForFinished(60'000));
            QCOMPARE(next.exitCode(), 0);
            QCOMPARE(sql(file, u"SELECT count(*) FROM b"_s).toInt(), 20000);
            QCOMPARE(sql(file + u".before-2"_s, u"SELECT y FROM a WHERE x = 20000"_s).toString(), u"before"_s);
        }
    }
};

QTEST_GUILESS_MAIN(TestCrashes)
#include "tst_crashes.moc"
