// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Rules, incidents and silences through a whole console: what its pages ask, and what survives a start.

#include "consolehouse.h"

#include <QSignalSpy>

#include <numeric>

using namespace escalite;
using namespace escalite::test;
using namespace std::chrono_literals;

namespace {

/// What \a ask answers by its callback; failed when it does not.
template<typename T, typename Ask>
T answerTo(runtime::Runtime &console, Ask ask)
{
    std::optional<T> answer;
    ask(&console, [&answer](const T &given) { answer = given; });
    if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, Patience))
        qFatal("no answer");
    return *answer;
}

template<typename T, typename Ask>
T valueOf(runtime::Runtime &console, Ask ask)
{
    const Result<T> answer = answerTo<Result<T>>(console, ask);
    if (!answer)
        qFatal("%s", qPrintable(answer.error().message));
    return *answer;
}

std::optional<Error> posted(runtime::Runtime &console, const engine::Command &command)
{
    return answerTo<std::optional<Error>>(console,
                                          [&](QObject *context, auto done) { console.post(command, context, done); });
}

engine::Command by(const QString &who, decltype(engine::Command::what) what)
{
    return {.request = QUuid::createUuid(), .by = who, .what = std::move(what)};
}

/// One rule: every error, everybody told.
House::Furnishing withErrors()
{
    return {.rules = {QJsonObject{{u"id"_s, u"errors"_s}, {u"name"_s, u"Errors"_s}}}};
}

Silence silenceOf(const QString &matcher)
{
    const TimePoint now = runtime::wallClock();
    return {.id = QUuid::createUuid(), .matcher = matcher, .createdAt = now, .startsAt = now, .endsAt = now + 1h};
}

} // namespace

class TestRulesAndSilences : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsSilencesOverAStart()
    {
        House house(withErrors());
        house.open();
        QSignalSpy changed(&house.console(), &runtime::Console::silencesChanged);
        const Silence silence = silenceOf(u"source:shop"_s);
        QCOMPARE(posted(house.console(), by(u"ada"_s, engine::SetSilence{silence})), std::nullopt);
        QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), Patience);
        QCOMPARE(house.console().silences().size(), 1);
        house.close();
        house.open();
        QTRY_COMPARE_WITH_TIMEOUT(house.console().silences().size(), 1, Patience);
        QCOMPARE(house.console().silences().constFirst().matcher, u"source:shop"_s);
        QCOMPARE(posted(house.console(), by(u"grace"_s, engine::EndSilence{silence.id})), std::nullopt);
        QTRY_VERIFY_WITH_TIMEOUT(house.console().silences().isEmpty(), Patience);
        const auto all = valueOf<QList<Silence>>(
            house.console(), [&](QObject *context, auto done) { house.console().loadSilences(context, done); });
        QCOMPARE(all.size(), 1);
        QCOMPARE(all.constFirst().endedBy, u"grace"_s);
    }

    void tellsWhatASilenceHeldBack()
    {
        House house(withErrors());
        house.open();
        QSignalSpy suppressed(&house.console(), &runtime::Console::suppressed);
        QCOMPARE(posted(house.console(), by(u"ada"_s, engine::SetSilence{silenceOf(u"source:shop"_s)})), std::nullopt);
        QCOMPARE(house.post(document(u"shop"_s)), 201);
        QTRY_VERIFY_WITH_TIMEOUT(!suppressed.isEmpty(), Patience);
        const auto held = valueOf<QList<Suppression>>(
            house.console(), [&](QObject *context, auto done) { house.console().loadSuppressions(context, done); });
        QCOMPARE(held.size(), 1);
        QCOMPARE(held.constFirst().because, HeldBackBy::Silence);
        QVERIFY(house.deliveries().isEmpty());
    }

    void showsAnIncidentWhole()
    {
        House house(withErrors());
        house.open();
        QCOMPARE(house.post(document(u"shop"_s)), 201);
        QTRY_VERIFY_WITH_TIMEOUT(house.everyDeliverySucceeded(), Patience);
        QTRY_VERIFY_WITH_TIMEOUT(!house.console().openIncidents().isEmpty(), Patience);
        const QUuid id = house.console().openIncidents().constFirst().id;
        QSignalSpy noted(&house.console(), &runtime::Console::noted);
        const engine::Command note = by(u"ada"_s, engine::Annotate{.subject = id, .text = u"Restarted."_s});
        QCOMPARE(posted(house.console(), note), std::nullopt);
        QCOMPARE(posted(house.console(), note), std::nullopt);
        QTRY_COMPARE_WITH_TIMEOUT(noted.size(), 1, Patience);
        const auto detail = valueOf<runtime::IncidentDetail>(
            house.console(), [&](QObject *context, auto done) { house.console().loadIncident(id, context, done); });
        QCOMPARE(detail.incident.id, id);
        QCOMPARE(detail.notes.size(), 1);
        QCOMPARE(detail.escalations.size(), 1);
        QCOMPARE(detail.deliveries.size(), 2);
        QCOMPARE(detail.sessions.size(), 1);
        QCOMPARE(std::accumulate(detail.spark.begin(), detail.spark.end(), 0U), 1U);
        QVERIFY(!detail.audit.isEmpty());
        const auto notes = valueOf<QList<Note>>(
            house.console(), [&](QObject *context, auto done) { house.console().loadNotes(id, context, done); });
        QCOMPARE(notes, detail.notes);
    }

    void previewsASilence()
    {
        House house(withErrors());
        house.open();
        QCOMPARE(house.post(document(u"shop"_s)), 201);
        QCOMPARE(house.post(document(u"bank"_s)), 201);
        QTRY_COMPARE_WITH_TIMEOUT(house.console().openIncidents().size(), 2, Patience);
        const auto preview = [&house](const QString &matcher) {
            return answerTo<Result<runtime::SilencePreview>>(house.console(), [&](QObject *context, auto done) {
                house.console().previewSilence(matcher, context, done);
            });
        };
        QTRY_COMPARE_WITH_TIMEOUT(preview(u"source:shop"_s)->incidents.size(), 1, Patience);
        QCOMPARE(preview(u"source:shop"_s)->sessions, 1U);
        QVERIFY(preview(u"source:shop"_s)->warnings.isEmpty());
        QCOMPARE(preview(u"level>=error"_s)->sessions, 2U);
        QVERIFY(!preview(u"level>=error"_s)->warnings.isEmpty());
        QCOMPARE(preview(u"level>=("_s).error().code, ErrorCode::Malformed);
    }

    void writesAPolicyInPlace()
    {
        House house;
        const QByteArray before = R"({
    "version": 1,
    "notifiers": [],
    "rules": [ { "name": "Slow", "id": "slow", "when": "elapsed>3s", "level": "error", "notify": [] } ]
})";
        write(house.configFile(), before);
        house.open();
        policy::Policy policy = house.console().configuration().policy;
        policy.rules[0].when = u"elapsed>5s"_s;
        policy.policies = {{.id = u"night"_s, .name = u"Night"_s, .steps = {{.wait = 0us, .notifiers = {}}}}};
        QSignalSpy changed(&house.console(), &runtime::Console::configurationChanged);
        const auto set = [&](const policy::Policy &wanted) {
            return answerTo<Problems>(house.console(), [&](QObject *context, auto done) {
                house.console().setPolicy(wanted, context, done);
            });
        };
        policy.policies.clear();
        QVERIFY(!hasErrors(set(policy)));
        QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), Patience);
        QCOMPARE(contents(house.configFile()), QByteArray(before).replace("elapsed>3s", "elapsed>5s"));
        QCOMPARE(house.console().configuration().policy.rules[0].when, u"elapsed>5s"_s);

        policy.rules[0].when = u"elapsed>("_s;
        QVERIFY(hasErrors(set(policy)));
        QCOMPARE(house.console().configuration().policy.rules[0].when, u"elapsed>5s"_s);
    }

    void countsWhatRulesDo()
    {
        House house(withErrors());
        house.open();
        QCOMPARE(house.post(document(u"shop"_s)), 201);
        QCOMPARE(house.post(document(u"shop"_s)), 201);
        const auto histories = [&house] {
            return valueOf<QList<runtime::RuleHistory>>(
                house.console(), [&](QObject *context, auto done) { house.console().loadRuleHistory(context, done); });
        };
        QTRY_VERIFY_WITH_TIMEOUT(!histories().isEmpty() && histories().constFirst().hits == 2, Patience);
        const runtime::RuleHistory history = histories().constFirst();
        QCOMPARE(history.fired, 1U);
        QCOMPARE(history.spark.size(), 24);
        QCOMPARE(history.verdicts.value(Verdict::Opened), 1U);
        QCOMPARE(history.verdicts.value(Verdict::Joined), 1U);
    }

    void remarksWhatWillNotDo()
    {
        House house(withErrors());
        house.open();
        policy::Policy policy = house.console().configuration().policy;
        policy::Rule rule;
        rule.id = u"a"_s;
        rule.name = u"A"_s;
        policy.rules = {rule};
        policy.rules[0].policy = u"night"_s;
        policy.policies = {{.id = u"night"_s, .name = u"Night"_s, .steps = {{.wait = {}, .notifiers = {u"pager"_s}}}}};
        const auto findings = answerTo<QList<policy::Finding>>(
            house.console(), [&](QObject *context, auto done) { house.console().lint(policy, context, done); });
        QVERIFY(std::any_of(findings.begin(), findings.end(), [](const policy::Finding &finding) {
            return finding.kind == policy::Finding::Kind::SilentStep;
        }));
    }

    void rehearsesWhatIsKept()
    {
        House house(withErrors());
        house.open();
        for (int i = 0; i < 3; ++i)
            QCOMPARE(house.post(document(u"shop"_s)), 201);
        QTRY_VERIFY_WITH_TIMEOUT(!house.console().openIncidents().isEmpty(), Patience);
        const TimePoint now = runtime::wallClock();
        runtime::WhatIf question{.draft = house.console().configuration().policy, .from = now - 1h, .until = now};
        question.draft.rules.clear();
        QList<double> parts;
        const auto answer = valueOf<runtime::WhatIfAnswer>(house.console(), [&](QObject *context, auto done) {
            house.console().whatIf(
                question, context, [&parts](double part) { parts.append(part); }, done);
        });
        QCOMPARE(answer.saved.sessions, 3U);
        QCOMPARE(answer.saved.incidents.size(), 1);
        QCOMPARE(answer.draft.incidents.size(), 0);
        QVERIFY(std::is_sorted(parts.begin(), parts.end()));
        QCOMPARE(answer.limits.size(), 1); // Nothing of the hour before is kept.

        // One that is cancelled answers nothing; one that another follows neither.
        bool answered = false;
        house.console().whatIf(question, &house.console(), {}, [&answered](const auto &) { answered = true; });
        house.console().cancelWhatIf();
        (void)valueOf<runtime::WhatIfAnswer>(
            house.console(), [&](QObject *context, auto done) { house.console().whatIf(question, context, {}, done); });
        QVERIFY(!answered);
    }
};

QTEST_GUILESS_MAIN(TestRulesAndSilences)
#include "tst_rulesandsilences.moc"
