// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A slip of the fingers is understood, another word is not.

#include "core/nearest.h"

#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;

class tst_Nearest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheNearest_data();
    void findsTheNearest();
};

void tst_Nearest::findsTheNearest_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("expected");
    QTest::newRow("left out") << u"slak"_s << u"slack"_s;
    QTest::newRow("too much") << u"slackk"_s << u"slack"_s;
    QTest::newRow("swapped") << u"salck"_s << u"slack"_s;
    QTest::newRow("two slips in a long word") << u"telegarmm"_s << u"telegram"_s;
    QTest::newRow("case") << u"SLACK"_s << u"slack"_s;
    QTest::newRow("too far") << u"sack of rice"_s << QString();
    QTest::newRow("short and other") << u"ab"_s << QString();
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("very long") << QString(100'000, u'x') << QString();
}

void tst_Nearest::findsTheNearest()
{
    QFETCH(QString, word);
    QFETCH(QString, expected);
    QCOMPARE(nearest(word, {u"email"_s, u"slack"_s, u"telegram"_s, u"wa"_s, u"x"_s}), expected);
}

QTEST_GUILESS_MAIN(tst_Nearest)
#include "tst_nearest.moc"
