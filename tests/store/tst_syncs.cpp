// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What waits for the disk, and what a power cut may take.

#include "examples.h"
#include "store/storage.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>

#include <sys/syscall.h>
#include <unistd.h>

namespace {
std::atomic<int> syncs = 0;
} // namespace

// In place of the C library's, also for SQLite: the program exports them (ENABLE_EXPORTS).
extern "C" Q_DECL_EXPORT int fdatasync(int descriptor)
{
    ++syncs;
    return static_cast<int>(syscall(SYS_fdatasync, descriptor));
}

extern "C" Q_DECL_EXPORT int fsync(int descriptor)
{
    ++syncs;
    return static_cast<int>(syscall(SYS_fsync, descriptor));
}

using namespace escalite;
using namespace escalite::examples;
using namespace escalite::store;

class TestSyncs : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Storage> m_storage;

    /// What stands on the disk now.
    [[nodiscard]] QString copied(const QString &name) const
    {
        const QString copy = m_folder->filePath(name);
        for (const QString &suffix : {QString(), u"-wal"_s}) {
            if (!QFile::copy(m_folder->filePath(u"state.sqlite"_s) + suffix, copy + suffix))
                qFatal("cannot copy the state");
        }
        return copy;
    }

    template<typename T>
    static int syncsOf(T step)
    {
        const int before = syncs;
        step();
        return syncs - before;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_storage = valueOf(Storage::open(m_folder->filePath(u"state.sqlite"_s)));
        valueOf(m_storage->commit(batchFor({u"slack"_s})));
    }

    void cleanup()
    {
        m_storage.reset();
        m_folder.reset();
    }

    void waitsForTheDiskExceptForAClaim()
    {
        QVERIFY(syncsOf([&] { valueOf(m_storage->commit(batchFor({u"email"_s}))); }) > 0);
        QList<Delivery> claimed;
        QCOMPARE(syncsOf([&] { claimed = valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 1, noon + 1s, 30s)); }), 0);
        const Delivery &one = claimed.first();
        QVERIFY(syncsOf([&] { valueOf(m_storage->markSending(one.id, one.fence, u"w"_s, noon + 1s, 30s)); }) > 0);
        delivery::Finish finish{.delivery = one.id, .fence = one.fence, .worker = u"w"_s, .attempt = {}};
        finish.attempt = {.delivery = one.id, .number = 1, .startedAt = noon, .finishedAt = noon};
        finish.state = DeliveryState::Delivered;
        QVERIFY(syncsOf([&] { valueOf(m_storage->finish(finish)); }) > 0);
        QVERIFY(syncsOf([&] { valueOf(m_storage->cancelDelivery(id(u"email 1"_s), u"undone"_s, u"a"_s, noon)); }) > 0);
    }

    /// Nothing was sent on a claim that the disk never saw: the next run takes it as if it had not been.
    void losesAClaimWithoutHarm()
    {
        const QString afterTheCut = copied(u"cut.sqlite"_s);
        QCOMPARE(valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 1, noon + 1s, 30s)).size(), 1);

        const std::unique_ptr<Storage> next = valueOf(Storage::open(afterTheCut));
        QVERIFY(valueOf(next->reapOthers(u"next"_s, noon + 2s, true)).isEmpty());
        const QList<Delivery> again = valueOf(next->claim(u"next"_s, {u"slack"_s}, 1, noon + 2s, 30s));
        QCOMPARE(again.size(), 1);
        QCOMPARE(again.first().id, id(u"slack 1"_s));
        QCOMPARE(again.first().attempts, 1);
        QVERIFY(valueOf(next->check()));
    }

    /// Before the first byte the disk knows that it may have left.
    void keepsWhatWasUnderWay()
    {
        const Delivery one = valueOf(m_storage->claim(u"w"_s, {u"slack"_s}, 1, noon + 1s, 30s)).first();
        QVERIFY(valueOf(m_storage->markSending(one.id, one.fence, u"w"_s, noon + 1s, 30s)));
        const std::unique_ptr<Storage> next = valueOf(Storage::open(copied(u"cut.sqlite"_s)));
        const QList<Delivery> reaped = valueOf(next->reapOthers(u"next"_s, noon + 2s, true));
        QCOMPARE(reaped.size(), 1);
        QCOMPARE(reaped.first().state, DeliveryState::InDoubt);
    }
};

QTEST_GUILESS_MAIN(TestSyncs)
#include "tst_syncs.moc"
