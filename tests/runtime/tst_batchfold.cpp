// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Batches folded into one.

#include "runtime/batchfold.h"

#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QUuid First = QUuid::createUuidV5(QUuid(), u"first"_s);
const QUuid Second = QUuid::createUuidV5(QUuid(), u"second"_s);
constexpr TimePoint Noon = TimePoint(Duration(12h));

RuleCount counted(const QString &rule, Verdict verdict, quint64 sessions, TimePoint last)
{
    return {.rule = rule, .verdict = verdict, .sessions = sessions, .last = last};
}

} // namespace

class TestBatchFold : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheLastWordOnEach()
    {
        Incident incident;
        incident.id = First;
        incident.count = 1;
        const Silence silence{.id = First, .caught = 1};
        const Suppression suppression{.id = First, .times = 1};
        runtime::BatchFold fold;
        fold.add({.position = 5,
                  .incidents = {incident},
                  .silences = {silence, {.id = Second}},
                  .suppressions = {suppression},
                  .storm = Storm{.incidents = 30}});
        incident.count = 2;
        fold.add({.position = 7,
                  .incidents = {incident},
                  .silences = {{.id = First, .caught = 2}},
                  .suppressions = {{.id = First, .times = 2}},
                  .storm = Storm{.incidents = 40}});
        fold.add({.position = 6});
        const Batch batch = fold.take();
        QCOMPARE(batch.position, 7U);
        QCOMPARE(batch.incidents, QList<Incident>{incident});
        QCOMPARE(batch.silences, (QList<Silence>{{.id = First, .caught = 2}, {.id = Second}}));
        QCOMPARE(batch.suppressions, (QList<Suppression>{{.id = First, .times = 2}}));
        QCOMPARE(batch.storm, std::optional(Storm{.incidents = 40}));
        QVERIFY(fold.isEmpty());
    }

    void addsUpCounts()
    {
        runtime::BatchFold fold;
        fold.add(
            {.ruleCounts = {counted(u"a"_s, Verdict::Joined, 2, Noon + 1s), counted(u"b"_s, Verdict::Joined, 1, Noon)},
             .fingerprints = {u"x"_s}});
        fold.add({.ruleCounts = {counted(u"a"_s, Verdict::Joined, 3, Noon), counted(u"a"_s, Verdict::Opened, 1, Noon)},
                  .fingerprints = {u"y"_s}});
        QVERIFY(!fold.isEmpty());
        const Batch batch = fold.take();
        QCOMPARE(batch.ruleCounts, (QList<RuleCount>{counted(u"a"_s, Verdict::Joined, 5, Noon + 1s),
                                                     counted(u"b"_s, Verdict::Joined, 1, Noon),
                                                     counted(u"a"_s, Verdict::Opened, 1, Noon)}));
        QCOMPARE(batch.fingerprints, (QList<QString>{u"x"_s, u"y"_s}));
    }

    /// A withdrawal takes effect after so many deliveries of its own batch.
    void keepsWithdrawalsInTheirPlace()
    {
        runtime::BatchFold fold;
        fold.add({.deliveries = {{}, {}}});
        fold.add({.withdrawals = {{.after = 1}}, .deliveries = {{}}});
        const Batch batch = fold.take();
        QCOMPARE(batch.withdrawals.constFirst().after, 3);
        QCOMPARE(batch.deliveries.size(), 3);
    }

    /// What it took before has no place in the next one.
    void beginsAnew()
    {
        Incident incident;
        incident.id = First;
        runtime::BatchFold fold;
        fold.add({.incidents = {incident}, .ruleCounts = {counted(u"a"_s, Verdict::Joined, 1, Noon)}});
        (void)fold.take();
        fold.add({.incidents = {incident}, .ruleCounts = {counted(u"a"_s, Verdict::Joined, 1, Noon)}});
        const Batch batch = fold.take();
        QCOMPARE(batch.incidents.size(), 1);
        QCOMPARE(batch.ruleCounts.constFirst().sessions, 1U);
    }
};

QTEST_GUILESS_MAIN(TestBatchFold)
#include "tst_batchfold.moc"
