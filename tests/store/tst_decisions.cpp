// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Plans of incidents, silences, what was held back, notes and what rules did: kept whole, found again, let go of.

#include "examples.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace escalite;
using namespace escalite::examples;
using namespace escalite::store;

namespace {

SessionDigest someDigest()
{
    SessionDigest made;
    made.id = id(u"worst"_s);
    made.source = u"checkout-api"_s;
    made.method = u"POST"_s;
    made.path = u"/checkout"_s;
    made.message = u"payment-gateway: “no answer”"_s;
    made.errorKey = u"ConnectionError"_s;
    made.code = 504;
    made.declared = Level::Warning;
    made.effective = Level::Critical;
    made.startedAt = noon - 3s;
    made.elapsed = 0us;
    made.flags = SessionFlag::Ended | SessionFlag::LevelsDiffer;
    made.calls[0] = {.from = 0, .to = 80, .level = 20};
    made.calls[2] = {.from = 90, .to = CallBar::Running, .level = 40};
    made.openCall = u"payment"_s;
    made.openCallSince = noon - 2s;
    made.fingerprint = u"gateway"_s;
    made.contentHash = 0xfedcba9876543210;
    return made;
}

EscalationPolicy somePlan()
{
    return {.id = u"night"_s,
            .name = u"Night"_s,
            .steps = {{.wait = 0us, .notifiers = {u"slack"_s, u"email"_s}}, {.wait = 5min, .notifiers = {u"mail"_s}}},
            .repeatFrom = 1,
            .repeatEvery = 15min,
            .repeatAtMost = 4,
            .acknowledgeFor = 4h,
            .deskFirst = 1min,
            .quietIn = {u"office"_s},
            .quiet = {{.days = 0x1f, .from = 22 * 60, .to = 7 * 60, .zone = "Europe/Berlin"_ba}}};
}

Incident plannedIncident(const QString &name, const QString &fingerprint = u"00112233aabbccdd"_s)
{
    Incident made = someIncident(name, fingerprint);
    made.group = u"source=checkout-api"_s;
    made.worst = someDigest();
    made.plan = somePlan();
    made.nextStep = 1;
    made.laps = 2;
    made.stepAt = noon + 5min;
    made.unansweredSince = noon + 11s;
    made.closeAfter = 30min;
    made.atMostEvery = 10min;
    made.acknowledgedUntil = noon + 4h;
    made.snoozedUntil = noon + 1h;
    made.snoozedUntilWorse = true;
    made.snoozedBy = u"ada"_s;
    made.assignee = u"grace"_s;
    made.mergedInto = id(u"other"_s);
    made.reopened = true;
    made.countHeld = 4;
    made.suppressed = 7;
    return made;
}

Silence someSilence(const QString &name, TimePoint created = noon)
{
    return {.id = id(name),
            .matcher = u"source:checkout-api level>=error"_s,
            .reason = u"Deployment"_s,
            .by = u"ada"_s,
            .createdAt = created,
            .startsAt = created,
            .endsAt = created + 1h,
            .untilQuiet = true,
            .latestEnd = created + 8h,
            .quietFor = 1h,
            .digestTo = {u"slack"_s},
            .caught = 12,
            .heldBack = 3,
            .lastCaughtAt = created + 2min};
}

Suppression someSuppression(const QString &name, const QUuid &incident, TimePoint at = noon)
{
    return {.id = id(name),
            .incident = incident,
            .at = at,
            .lastAt = at,
            .reason = Reason::Step,
            .step = 1,
            .notifiers = {u"mail"_s},
            .because = HeldBackBy::QuietHours,
            .by = u"office"_s,
            .times = 2,
            .sessions = 9,
            .until = at + 7h};
}

SessionVerdict someVerdict(const QString &session, quint64 position, std::optional<QUuid> incident,
                           Verdict verdict = Verdict::Joined)
{
    return {.position = position, .verdict = verdict, .session = id(session), .incident = incident, .rules = {}};
}

} // namespace

class TestDecisions : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Storage> m_storage;

    [[nodiscard]] QList<quint64> positionsOf(const QUuid &incident, int limit = 10) const
    {
        QList<quint64> positions;
        for (const SessionVerdict &verdict : valueOf(m_storage->sessionsOf(incident, limit)))
            positions.append(verdict.position);
        return positions;
    }
    [[nodiscard]] QString file() const { return m_folder->filePath(u"state.sqlite"_s); }
    Committed commit(const Batch &batch) { return valueOf(m_storage->commit(batch)); }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_storage = valueOf(Storage::open(file()));
    }
    void cleanup() { m_storage.reset(); }

    void keepsAnIncidentWithItsPlan()
    {
        const Incident planned = plannedIncident(u"one"_s);
        commit({.incidents = {planned}});
        QCOMPARE(valueOf(m_storage->openIncidents()), QList<Incident>{planned});
        commit({.incidents = {someIncident(u"plain"_s, u"another"_s)}});
        QCOMPARE(valueOf(m_storage->incident(id(u"plain"_s))), std::optional(someIncident(u"plain"_s, u"another"_s)));
    }

    /// Each member alone makes a row that is written.
    void writesWhateverChangedOfAnIncident_data()
    {
        QTest::addColumn<int>("which");
        for (int which = 0; which < 16; ++which)
            QTest::addRow("%d", which) << which;
    }

    void writesWhateverChangedOfAnIncident()
    {
        QFETCH(int, which);
        Incident incident = someIncident(u"one"_s);
        commit({.incidents = {incident}});
        const Incident other = plannedIncident(u"one"_s);
        switch (which) {
        case 0:
            incident.worst = other.worst;
            break;
        case 1:
            incident.plan = other.plan;
            break;
        case 2:
            incident.nextStep = other.nextStep;
            break;
        case 3:
            incident.laps = other.laps;
            break;
        case 4:
            incident.stepAt = other.stepAt;
            break;
        case 5:
            incident.closeAfter = other.closeAfter;
            break;
        case 6:
            incident.atMostEvery = other.atMostEvery;
            break;
        case 7:
            incident.acknowledgedUntil = other.acknowledgedUntil;
            break;
        case 8:
            incident.snoozedUntil = other.snoozedUntil;
            break;
        case 9:
            incident.snoozedUntilWorse = true;
            break;
        case 10:
            incident.assignee = other.assignee;
            break;
        case 11:
            incident.mergedInto = other.mergedInto;
            break;
        case 12:
            incident.reopened = true;
            break;
        case 14:
            incident.unansweredSince = other.unansweredSince;
            break;
        case 13:
            incident.countHeld = 4;
            break;
        default:
            incident.suppressed = 7;
            break;
        }
        QCOMPARE(commit({.incidents = {incident}}).incidents.size(), 1);
        QCOMPARE(valueOf(m_storage->incident(incident.id)), std::optional(incident));
        QCOMPARE(commit({.incidents = {incident}}).incidents.size(), 0);
    }

    void tellsSilencesThatAreNotOverFromTheOthers()
    {
        Silence over = someSilence(u"over"_s, noon - 1h);
        const Silence later = someSilence(u"later"_s, noon + 1h);
        const Silence active = someSilence(u"active"_s);
        commit({.silences = {later, over, active}});
        over.endedAt = noon - 5min;
        over.endedBy = u"grace"_s;
        over.caught = 40;
        commit({.silences = {over}});
        QCOMPARE(valueOf(m_storage->currentSilences()), (QList<Silence>{active, later}));
        QCOMPARE(valueOf(m_storage->silence(over.id)), std::optional(over));
        QCOMPARE(valueOf(m_storage->silence(id(u"other"_s))), std::optional<Silence>());
        QCOMPARE(valueOf(m_storage->silences({})), (QList<Silence>{later, active, over}));
        QCOMPARE(valueOf(m_storage->silences({.limit = 1, .before = noon + 1h})), QList<Silence>{active});
    }

    void growsASuppression()
    {
        const Incident open = someIncident(u"open"_s);
        Incident closed = someIncident(u"closed"_s, u"another"_s);
        closed.state = Incident::State::Closed;
        closed.closedAt = noon - 1s;
        Suppression first = someSuppression(u"first"_s, open.id);
        const Suppression second = someSuppression(u"second"_s, closed.id, noon + 1s);
        commit({.incidents = {open, closed}, .suppressions = {first, second}});
        first.lastAt = noon + 1h;
        first.times = 3;
        first.sessions = 20;
        first.until.reset();
        commit({.suppressions = {first}});
        QCOMPARE(valueOf(m_storage->suppressions({})), (QList<Suppression>{first, second}));
        QCOMPARE(valueOf(m_storage->suppressionsOf(closed.id)), QList<Suppression>{second});
        QCOMPARE(valueOf(m_storage->openSuppressions(noon)), QList<Suppression>{first});

        QCOMPARE(valueOf(m_storage->openSuppressions(noon - 1s)), (QList<Suppression>{first, second}));

        Suppression silenced = someSuppression(u"silenced"_s, closed.id, noon + 2s);
        silenced.because = HeldBackBy::Silence;
        Silence by = someSilence(u"by"_s);
        silenced.by = by.id.toString(QUuid::WithoutBraces);
        commit({.silences = {by}, .suppressions = {silenced}});
        QCOMPARE(valueOf(m_storage->openSuppressions(noon)), (QList<Suppression>{first, silenced}));
        by.endedAt = noon + 1h;
        commit({.silences = {by}});
        QCOMPARE(valueOf(m_storage->openSuppressions(noon)), QList<Suppression>{first});
    }

    void keepsTheNewestStorm()
    {
        Storm storm{.id = id(u"storm"_s), .beganAt = noon, .lastOpenedAt = noon + 1min, .incidents = 31, .heldBack = 1};
        QCOMPARE(valueOf(m_storage->newestStorm()), std::optional<Storm>());
        commit({.storm = Storm{.id = id(u"before"_s), .beganAt = noon - 1h}});
        commit({.storm = storm});
        storm.incidents = 200;
        storm.heldBack = 100;
        storm.incidentsTold = 150;
        storm.summaries = 2;
        storm.told = {u"slack"_s};
        storm.summaryAt = noon + 10min;
        storm.endedAt = noon + 20min;
        commit({.storm = storm});
        QCOMPARE(valueOf(m_storage->newestStorm()), std::optional(storm));
    }

    void keepsNotesOnce()
    {
        const Note first{.id = id(u"1"_s), .subject = id(u"x"_s), .at = noon, .by = u"ada"_s, .text = u"Looking."_s};
        const Note second{.id = id(u"2"_s), .subject = first.subject, .at = noon + 1s, .by = {}, .text = u"Ümlaut"_s};
        commit({.notes = {second, first}});
        commit({.notes = {second}});
        QCOMPARE(valueOf(m_storage->notesOf(first.subject)), (QList<Note>{first, second}));
        QVERIFY(valueOf(m_storage->notesOf(id(u"y"_s))).isEmpty());
    }

    void tellsTheAuditOfOneSubject()
    {
        const AuditRecord mine{.at = noon,
                               .by = u"ada"_s,
                               .action = u"snooze"_s,
                               .subject = id(u"x"_s).toString(QUuid::WithoutBraces),
                               .detail = {}};
        AuditRecord other = mine;
        other.subject = u"other"_s;
        commit({.audit = {mine, other}});
        QCOMPARE(valueOf(m_storage->auditOf(id(u"x"_s))), QList<AuditRecord>{mine});
    }

    void keepsWhatTheRulesSaidOfASession()
    {
        SessionVerdict nearly = someVerdict(u"a"_s, 5, std::nullopt, Verdict::UnderThreshold);
        nearly.rules = {{.rule = u"burst"_s, .verdict = Verdict::UnderThreshold, .seen = u"7 of 20 in 5 min"_s},
                        {.rule = u"vip"_s,
                         .verdict = Verdict::NotMatching,
                         .seen = {},
                         .conditions = {{.condition = u"tag:vip"_s, .seen = u"guest"_s, .holds = false}}}};
        const SessionVerdict plain = someVerdict(u"b"_s, 6, std::nullopt, Verdict::NotMatching);
        commit({.position = 6, .verdicts = {nearly, plain}});
        QCOMPARE(valueOf(m_storage->verdict(nearly.session)), std::optional(nearly));
        QCOMPARE(valueOf(m_storage->verdict(plain.session)), std::optional<SessionVerdict>());

        // Judged anew at the same place.
        nearly.verdict = Verdict::Joined;
        nearly.incident = id(u"one"_s);
        commit({.verdicts = {nearly}});
        QCOMPARE(valueOf(m_storage->verdict(nearly.session)), std::optional(nearly));
    }

    void findsTheSessionsOfAnIncidentAndOfThoseMergedIntoIt()
    {
        Incident first = someIncident(u"first"_s, u"1"_s);
        Incident second = someIncident(u"second"_s, u"2"_s);
        const Incident third = someIncident(u"third"_s, u"3"_s);
        for (Incident *merged : {&first, &second})
            merged->state = Incident::State::Closed;
        first.mergedInto = second.id;
        second.mergedInto = third.id;
        commit({.position = 4,
                .incidents = {first, second, third},
                .verdicts = {someVerdict(u"a"_s, 1, first.id), someVerdict(u"b"_s, 2, second.id),
                             someVerdict(u"c"_s, 3, third.id), someVerdict(u"d"_s, 4, id(u"fourth"_s))}});
        QCOMPARE(valueOf(m_storage->mergedIncidents()), (QList<Incident>{second, first}));
        QCOMPARE(positionsOf(third.id), (QList<quint64>{3, 2, 1}));
        QCOMPARE(positionsOf(third.id, 2), (QList<quint64>{3, 2}));
        QCOMPARE(positionsOf(first.id), QList<quint64>{1});
    }

    void addsUpWhatRulesDid()
    {
        const RuleCount joined{.rule = u"errors"_s, .verdict = Verdict::Joined, .sessions = 3, .last = noon};
        const RuleCount below{.rule = u"errors"_s, .verdict = Verdict::BelowLevel, .sessions = 50, .last = noon};
        Batch batch{.position = 10, .incidents = {someIncident(u"one"_s)}, .ruleCounts = {joined, below}};
        commit(batch);
        commit(batch); // The same once more, as after a start.
        batch.position = 11;
        batch.ruleCounts[0].last = noon + 2h;
        commit(batch);

        const QList<RulePast> pasts = valueOf(m_storage->rulePasts(noon + 2h + 30min));
        QCOMPARE(pasts.size(), 1);
        QCOMPARE(pasts[0].rule, u"errors"_s);
        QCOMPARE(pasts[0].opened, quint64(1));
        QCOMPARE(pasts[0].lastOpened, std::optional(noon));
        QCOMPARE(
            pasts[0].counts,
            (QList<RuleCount>{{.rule = u"errors"_s, .verdict = Verdict::BelowLevel, .sessions = 100, .last = noon},
                              {.rule = u"errors"_s, .verdict = Verdict::Joined, .sessions = 6, .last = noon + 2h}}));
        std::array<quint32, 24> hours{};
        hours[21] = 3;
        hours[23] = 3;
        QCOMPARE(pasts[0].hours, hours);
    }

    void knowsSinceWhenRulesAreInForce()
    {
        QCOMPARE(valueOf(m_storage->newestConfiguration()), QByteArray());
        const QByteArray second = R"({"rules": [{"id": "errors", "name": "All errors"}, {"name": "Slow"}]})";
        valueOf(m_storage->addConfiguration(R"({"rules": [{"id": "errors", "name": "Errors"}]})", 1, noon, u"file"_s));
        valueOf(m_storage->addConfiguration("", 2, noon + 1min, u"file"_s));
        valueOf(m_storage->addConfiguration(second, 3, noon + 1h, u"window"_s));
        QCOMPARE(valueOf(m_storage->newestConfiguration()), second);
        QCOMPARE(valueOf(m_storage->rulesSince()),
                 (QMap<QString, TimePoint>{{u"Slow"_s, noon + 1h}, {u"errors"_s, noon}}));
    }

    void forgetsWhatIsTooOld()
    {
        commit({.position = 3,
                .verdicts = {someVerdict(u"a"_s, 1, id(u"one"_s)), someVerdict(u"b"_s, 3, id(u"one"_s))},
                .ruleCounts = {{.rule = u"errors"_s, .verdict = Verdict::Joined, .sessions = 1, .last = noon}}});
        QVERIFY(!valueOf(m_storage->forget(2, noon + 29 * 24h)));
        QCOMPARE(positionsOf(id(u"one"_s)), QList<quint64>{3});
        QCOMPARE(sql(file(), u"SELECT count(*) FROM rule_hour"_s).toInt(), 1);
        QVERIFY(!valueOf(m_storage->forget(2, noon + 31 * 24h)));
        QCOMPARE(sql(file(), u"SELECT count(*) FROM rule_hour"_s).toInt(), 0);
        QCOMPARE(valueOf(m_storage->rulePasts(noon)).size(), 1); // What it did ever stays.
    }

    void forgetsManyVerdictsAPartAtATime()
    {
        Batch batch{.position = 6000};
        for (quint64 position = 1; position <= 6000; ++position)
            batch.verdicts.append(someVerdict(QString::number(position), position, id(u"one"_s)));
        commit(batch);
        QVERIFY(valueOf(m_storage->forget(6000, noon)));
        QVERIFY(!valueOf(m_storage->forget(6000, noon)));
        QCOMPARE(positionsOf(id(u"one"_s)), QList<quint64>{6000});
    }

    void remembersRequestsForAWhile()
    {
        Escalation escalated = someEscalation(u"by hand"_s);
        escalated.request = id(u"escalate"_s);
        commit({.escalations = {escalated}});
        commit(
            {.requests = {{.request = id(u"snooze"_s), .at = noon + 1s}, {.request = id(u"note"_s), .at = noon + 2s}}});
        commit({.requests = {{.request = id(u"escalate"_s), .at = noon}}});
        QCOMPARE(valueOf(m_storage->recentRequests(noon)),
                 (QList<QUuid>{id(u"escalate"_s), id(u"snooze"_s), id(u"note"_s)}));
        QCOMPARE(valueOf(m_storage->recentRequests(noon + 2s)), QList<QUuid>{id(u"note"_s)});
        (void)valueOf(m_storage->forget(0, noon + 1s + RequestsKept));
        QCOMPARE(valueOf(m_storage->recentRequests(noon + 1s)), (QList<QUuid>{id(u"snooze"_s), id(u"note"_s)}));
        (void)valueOf(m_storage->forget(0, noon + 2s + RequestsKept));
        QCOMPARE(valueOf(m_storage->recentRequests(noon + 1s)), QList<QUuid>{id(u"note"_s)});
    }

    void remembersFingerprintsInTheirOrder()
    {
        commit({.fingerprints = {u"b"_s, u"a"_s}});
        commit({.fingerprints = {u"a"_s, u"c"_s}});
        QCOMPARE(valueOf(m_storage->fingerprints()), (QStringList{u"b"_s, u"a"_s, u"c"_s}));
        sql(file(), u"UPDATE fingerprint_seen SET number = number + 1000000 WHERE fingerprint = 'c'"_s);
        (void)valueOf(m_storage->forget(0, noon));
        QCOMPARE(valueOf(m_storage->fingerprints()), QStringList{u"c"_s});
    }
};

QTEST_GUILESS_MAIN(TestDecisions)
#include "tst_decisions.moc"
