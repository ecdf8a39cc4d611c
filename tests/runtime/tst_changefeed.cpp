// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The throttle between the commit and the screen.

#include "runtime/changefeed.h"

#include <QElapsedTimer>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;

class tst_changefeed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deliversTheFirstNewsAtOnceAndFoldsWhatFollows()
    {
        QList<runtime::Changes> delivered;
        QList<qint64> at;
        QElapsedTimer clock;
        clock.start();
        runtime::ChangeFeed feed([&](runtime::Changes changes) {
            delivered.append(std::move(changes));
            at.append(clock.elapsed());
        });
        feed.add(SessionRows{.rows = {SessionRow{.position = 1}}});
        QTRY_COMPARE(delivered.size(), 1);
        for (quint64 position = 2; position <= 40; ++position)
            feed.add(SessionRows{.rows = {SessionRow{.position = position}}});
        QTRY_COMPARE(delivered.size(), 2);
        QCOMPARE(delivered[1].sessions.rows.size(), 39);
        QCOMPARE(delivered[1].sessions.rows.constLast().position, 40U);
        QVERIFY2(at[1] - at[0] >= 95, qPrintable(u"second delivery %1 ms after the first"_s.arg(at[1] - at[0])));
    }

    void keepsTheLastWordOnEachIncident()
    {
        QList<runtime::Changes> delivered;
        runtime::ChangeFeed feed([&](runtime::Changes changes) { delivered.append(std::move(changes)); });
        Incident incident;
        incident.id = QUuid::createUuid();
        for (quint64 count = 1; count <= 5; ++count) {
            incident.count = count;
            feed.add(QList{incident});
        }
        QTRY_COMPARE(delivered.size(), 1);
        QCOMPARE(delivered[0].incidents.size(), 1);
        QCOMPARE(delivered[0].incidents[0].count, 5U);
    }

    void keepsTheNumbersOfNamesTogether()
    {
        QList<runtime::Changes> delivered;
        runtime::ChangeFeed feed([&](runtime::Changes changes) { delivered.append(std::move(changes)); });
        feed.add(SessionRows{.rows = {SessionRow{.position = 1}}});
        feed.add(SessionRows{.rows = {SessionRow{.position = 2}}, .firstName = 7, .names = {u"checkout-api"_s}});
        feed.add(SessionRows{.rows = {SessionRow{.position = 3}}, .firstName = 8, .names = {u"auth-api"_s}});
        QTRY_COMPARE(delivered.size(), 1);
        QCOMPARE(delivered[0].sessions.firstName, 7U);
        QCOMPARE(delivered[0].sessions.names, QStringList({u"checkout-api"_s, u"auth-api"_s}));
    }
};

QTEST_GUILESS_MAIN(tst_changefeed)
#include "tst_changefeed.moc"
