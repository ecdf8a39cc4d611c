// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Work goes to the storage's thread in order, answers come to the thread of who asked, or to nobody.

#include "examples.h"
#include "store/storagethread.h"

#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace escalite;
using namespace escalite::examples;
using namespace escalite::store;

class TestStorageThread : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] QString file() const { return m_folder->filePath(u"state.sqlite"_s); }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void answersInOrderOnTheCallersThread()
    {
        const std::unique_ptr<StorageThread> storage = valueOf(StorageThread::open(file()));
        QList<quint64> positions;
        QThread *answeredOn = nullptr;
        QThread *workedOn = nullptr;
        for (quint64 i = 1; i <= 50; ++i) {
            storage->post(
                [i, &workedOn](Storage &store) {
                    workedOn = QThread::currentThread();
                    (void)store.commit({.position = i});
                    return store.position();
                },
                this,
                [&](Result<quint64> position) {
                    answeredOn = QThread::currentThread();
                    positions.append(*position);
                });
        }
        QTRY_COMPARE(positions.size(), 50);
        for (quint64 i = 1; i <= 50; ++i)
            QCOMPARE(positions.at(qsizetype(i) - 1), i);
        QCOMPARE(answeredOn, QThread::currentThread());
        QVERIFY(workedOn != QThread::currentThread());
    }

    void answersWorkWithoutAResult()
    {
        const std::unique_ptr<StorageThread> storage = valueOf(StorageThread::open(file()));
        bool done = false;
        storage->post([](Storage &) {}, this, [&done] { done = true; });
        QTRY_VERIFY(done);
    }

    void dropsAnswersForWhoIsGone()
    {
        const std::unique_ptr<StorageThread> storage = valueOf(StorageThread::open(file()));
        auto gone = std::make_unique<QObject>();
        bool worked = false;
        bool answered = false;
        storage->post([&worked](Storage &) { worked = true; }, gone.get(), [&answered] { answered = true; });
        gone.reset();
        storage->flush();
        QCoreApplication::processEvents();
        QVERIFY(worked);
        QVERIFY(!answered);
    }

    void servesSeveralThreads()
    {
        const std::unique_ptr<StorageThread> storage = valueOf(StorageThread::open(file()));
        constexpr int Each = 100;
        std::vector<std::unique_ptr<QThread>> threads;
        std::atomic<int> right = 0;
        for (int i = 0; i < 3; ++i) {
            threads.emplace_back(QThread::create([&] {
                QObject receiver;
                QEventLoop loop;
                int answers = 0;
                for (int n = 0; n < Each; ++n) {
                    storage->post([n](Storage &) { return n; }, &receiver,
                                  [&, n](int number) {
                                      if (number == n && QThread::currentThread() == receiver.thread())
                                          ++right;
                                      if (++answers == Each)
                                          loop.quit();
                                  });
                }
                loop.exec();
            }));
            threads.back()->start();
        }
        for (const std::unique_ptr<QThread> &thread : threads)
            QVERIFY(thread->wait(30'000));
        QCOMPARE(right.load(), 3 * Each);
    }

    void runsWhatWasPostedBeforeItCloses()
    {
        {
            const std::unique_ptr<StorageThread> storage = valueOf(StorageThread::open(file()));
            for (quint64 i = 1; i <= 20; ++i)
                storage->post([i](Storage &store) { (void)store.commit({.position = i}); });
        }
        QCOMPARE(valueOf(valueOf(Storage::open(file()))->position()), quint64(20));
    }

    void mayEndInAnAnswer()
    {
        std::unique_ptr<StorageThread> storage = valueOf(StorageThread::open(file()));
        bool second = false;
        storage->post([](Storage &) {}, this, [&storage] { storage.reset(); });
        storage->post([](Storage &) {}, this, [&second] { second = true; });
        QTRY_VERIFY(!storage);
        QCoreApplication::processEvents();
        QVERIFY(!second);
    }

    void readsBesideAWriter()
    {
        const std::unique_ptr<StorageThread> writer = valueOf(StorageThread::open(file()));
        const std::unique_ptr<StorageThread> reader = valueOf(StorageThread::open(file(), true));
        writer->post([](Storage &store) { (void)store.commit({.position = 7}); });
        writer->flush();
        std::optional<quint64> position;
        reader->post([](Storage &store) { return store.position(); }, this,
                     [&position](Result<quint64> read) { position = *read; });
        QTRY_COMPARE(position, std::optional<quint64>(7));
    }

    void saysWhyItCannotOpen()
    {
        const Result<std::unique_ptr<StorageThread>> opened = StorageThread::open(u"/nowhere/at/all/state.sqlite"_s);
        QVERIFY(!opened);
        QVERIFY(opened.error().message.contains(u"/nowhere/at/all"_s));
    }
};

QTEST_GUILESS_MAIN(TestStorageThread)
#include "tst_storagethread.moc"
