// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Every enumerator has one spelling, and every spelling leads back to it.

#include "core/delivery.h"
#include "core/incident.h"
#include "core/level.h"
#include "core/verdict.h"

#include <QSet>
#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;

namespace {

template<typename Enum, typename Write, typename Read>
void compareBothWays(const QStringList &spellings, Write write, Read read)
{
    for (qsizetype i = 0; i < spellings.size(); ++i) {
        const auto value = static_cast<Enum>(i);
        QCOMPARE(write(value), spellings.at(i));
        QCOMPARE(read(spellings.at(i)), std::optional(value));
    }
    QVERIFY2(write(static_cast<Enum>(spellings.size())).isEmpty(), "the table of this test lacks an enumerator");
    for (const QString &other : {QString(), u" "_s, spellings.first().toUpper(), spellings.first() + u' '})
        QVERIFY(!read(other));
}

} // namespace

class TestNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deliveryStates()
    {
        compareBothWays<DeliveryState>({u"held"_s, u"queued"_s, u"claimed"_s, u"sending"_s, u"retrying"_s,
                                        u"in_doubt"_s, u"accepted"_s, u"delivered"_s, u"failed"_s, u"cancelled"_s,
                                        u"suppressed"_s},
                                       qOverload<DeliveryState>(stateName), deliveryStateFromName);
    }

    void reasons()
    {
        compareBothWays<Reason>({u"first"_s, u"new_in_group"_s, u"repeat"_s, u"step"_s, u"manual"_s, u"acknowledged"_s,
                                 u"closed"_s, u"drill"_s, u"replay"_s, u"digest"_s},
                                reasonName, reasonFromName);
    }

    void relations()
    {
        compareBothWays<Relation>(
            {u"none"_s, u"shorter"_s, u"fallback"_s, u"another_way"_s, u"replay"_s, u"edited"_s, u"moved"_s},
            relationName, relationFromName);
    }

    void outcomes()
    {
        compareBothWays<Outcome::Kind>({u"delivered"_s, u"accepted"_s, u"transient"_s, u"permanent"_s, u"poison"_s,
                                        u"moved"_s, u"misconfigured"_s, u"ambiguous"_s},
                                       outcomeName, outcomeFromName);
    }

    void incidentStates()
    {
        compareBothWays<Incident::State>({u"triggered"_s, u"acknowledged"_s, u"snoozed"_s, u"closed"_s},
                                         qOverload<Incident::State>(stateName), incidentStateFromName);
    }

    void levels()
    {
        for (const auto &[level, name] : {std::pair(Level::Debug, u"debug"_s), std::pair(Level::Info, u"info"_s),
                                          std::pair(Level::Warning, u"warning"_s), std::pair(Level::Error, u"error"_s),
                                          std::pair(Level::Critical, u"critical"_s)}) {
            QCOMPARE(levelName(level), name);
            QCOMPARE(levelFromName(name), level);
        }
        QVERIFY(!levelFromName(u"Error"));
        QVERIFY(!levelFromName(u"fatal"));
    }

    void everyVerdictHasItsSentence()
    {
        QSet<QString> sentences;
        for (quint8 i = 0; i <= static_cast<quint8>(Verdict::NoNotifier); ++i)
            sentences.insert(verdictName(static_cast<Verdict>(i)));
        QCOMPARE(sentences.size(), 8);
        QVERIFY(!sentences.contains(QString()));
    }

    void finalStatesStayFinal()
    {
        const QSet open{DeliveryState::Held,    DeliveryState::Queued,   DeliveryState::Claimed,
                        DeliveryState::Sending, DeliveryState::Retrying, DeliveryState::InDoubt};
        for (quint8 i = 0; i <= static_cast<quint8>(DeliveryState::Suppressed); ++i) {
            const auto state = static_cast<DeliveryState>(i);
            QCOMPARE(isFinal(state), !open.contains(state));
        }
    }
};

QTEST_APPLESS_MAIN(TestNames)
#include "tst_names.moc"
