// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What of a batch may wait for others before it is committed.

#include "core/batch.h"

#include <QTest>

using namespace escalite;

class TestBatch final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyCountsWhenNobodyWaits_data()
    {
        QTest::addColumn<Batch>("batch");
        QTest::addColumn<bool>("onlyCounts");

        const Incident open{.state = Incident::State::Triggered};
        const Incident closed{.state = Incident::State::Closed};
        const auto verdict = [](Verdict what) {
            return SessionVerdict{.position = 7, .verdict = what};
        };
        QTest::newRow("a moved position") << Batch{.position = 8} << true;
        QTest::newRow("a session that joins")
            << Batch{.incidents = {open}, .verdicts = {verdict(Verdict::Joined)}} << true;
        QTest::newRow("an update") << Batch{.incidents = {open}, .verdicts = {verdict(Verdict::Counted)}} << true;
        QTest::newRow("a new incident") << Batch{.incidents = {open}, .verdicts = {verdict(Verdict::Opened)}} << false;
        QTest::newRow("a new incident among joins")
            << Batch{.incidents = {open, open}, .verdicts = {verdict(Verdict::Joined), verdict(Verdict::NoNotifier)}}
            << false;
        QTest::newRow("a closed incident") << Batch{.incidents = {open, closed}} << false;
        QTest::newRow("an escalation") << Batch{.escalations = {Escalation{}}} << false;
        QTest::newRow("a withdrawal") << Batch{.withdrawals = {Withdrawal{}}} << false;
        QTest::newRow("a delivery") << Batch{.deliveries = {Delivery{}}} << false;
        QTest::newRow("what a person did") << Batch{.incidents = {open}, .audit = {AuditRecord{}}} << false;
    }

    void onlyCountsWhenNobodyWaits()
    {
        QFETCH(const Batch, batch);
        QTEST(batch.onlyCounts(), "onlyCounts");
    }
};

QTEST_GUILESS_MAIN(TestBatch)
#include "tst_batch.moc"
