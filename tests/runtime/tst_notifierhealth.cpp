// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Which notifiers are fit to be told, and what a configuration changed.

#include "runtime/configurationchange.h"
#include "runtime/notifierhealth.h"

#include <QTest>

using namespace escalite;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using runtime::NotifierHealth;
using Changes = QList<NotifierHealth::Change>;

namespace {

delivery::ConfiguredNotifier configured(const QString &name, bool enabled = true, const QString &held = {})
{
    delivery::ConfiguredNotifier made;
    made.name = name;
    made.enabled = enabled;
    made.held = held;
    return made;
}

policy::Rule rule(const QString &id, const QString &name)
{
    policy::Rule made;
    made.id = id;
    made.name = name;
    return made;
}

} // namespace

class TestNotifierHealth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesOneForFitUntilItFailsThreeTimesInARow()
    {
        NotifierHealth health;
        health.setNotifiers({configured(u"mail"_s), configured(u"slack"_s)});
        QCOMPARE(health.takeChanges(), Changes{});
        for (const Outcome::Kind kind : {Outcome::Kind::Transient, Outcome::Kind::Ambiguous, Outcome::Kind::Delivered,
                                         Outcome::Kind::Transient, Outcome::Kind::Permanent}) {
            health.note(u"mail"_s, kind);
            QCOMPARE(health.takeChanges(), Changes{});
        }
        health.note(u"mail"_s, Outcome::Kind::Transient);
        QCOMPARE(health.takeChanges(), (Changes{{.notifier = u"mail"_s, .fit = false}}));
        health.note(u"mail"_s, Outcome::Kind::Transient);
        QCOMPARE(health.takeChanges(), Changes{});
        health.note(u"mail"_s, Outcome::Kind::Accepted);
        QCOMPARE(health.takeChanges(), (Changes{{.notifier = u"mail"_s, .fit = true}}));
    }

    void knowsThoseThatAreOffOrHeldOrGone()
    {
        NotifierHealth health;
        health.setNotifiers(
            {configured(u"held"_s, true, u"clear text"_s), configured(u"off"_s, false), configured(u"slack"_s)});
        QCOMPARE(health.takeChanges(),
                 (Changes{{.notifier = u"held"_s, .fit = false}, {.notifier = u"off"_s, .fit = false}}));
        health.setHeld(u"slack"_s, true);
        health.setHeld(u"held"_s, false);
        QCOMPARE(health.takeChanges(),
                 (Changes{{.notifier = u"held"_s, .fit = true}, {.notifier = u"slack"_s, .fit = false}}));
        // What its service refused stays refused while its settings stay.
        health.setNotifiers({configured(u"off"_s), configured(u"slack"_s)});
        QCOMPARE(health.takeChanges(),
                 (Changes{{.notifier = u"held"_s, .fit = false}, {.notifier = u"off"_s, .fit = true}}));
    }

    void saysWhatAConfigurationChanged_data()
    {
        QTest::addColumn<runtime::Settled>("after");
        QTest::addColumn<QString>("sentence");
        runtime::Settled before;
        before.policy.rules = {rule(u"errors"_s, u"Errors"_s), rule(u"slow"_s, u"Slow"_s)};
        before.notifiers = {configured(u"mail"_s)};
        QTest::newRow("nothing") << before << u"Nothing that decides or tells."_s;
        runtime::Settled after = before;
        after.policy.rules[0].when = u"level>=error"_s;
        after.policy.rules.append(rule(u"burst"_s, u"Burst"_s));
        QTest::newRow("rules") << after << u"Rules: “Errors” changed, “Burst” added."_s;
        after = before;
        after.policy.rules.swapItemsAt(0, 1);
        QTest::newRow("their order") << after << u"Rules: put in another order."_s;
        after = before;
        after.policy.rules.removeFirst();
        after.notifiers = {configured(u"slack"_s)};
        QTest::newRow("removed") << after << u"Rules: “Errors” removed; Notifiers: “slack” added, “mail” removed."_s;
        after = before;
        after.policy.settings.hold = 3s;
        after.policy.policies = {{.id = u"night"_s}};
        QTest::newRow("settings") << after << u"Policies: “night” added; Settings changed."_s;
        after = before;
        for (int i = 0; i < 9; ++i)
            after.policy.rules.append(rule(QString::number(i), QString::number(i)));
        QTest::newRow("very much") << after
                                   << u"Rules: “0” added, “1” added, “2” added, “3” added, “4” added, and 4 more."_s;
    }

    void saysWhatAConfigurationChanged()
    {
        QFETCH(runtime::Settled, after);
        QFETCH(QString, sentence);
        runtime::Settled before;
        before.policy.rules = {rule(u"errors"_s, u"Errors"_s), rule(u"slow"_s, u"Slow"_s)};
        before.notifiers = {configured(u"mail"_s)};
        QCOMPARE(runtime::changeSentence(before, after), sentence);
    }
};

QTEST_GUILESS_MAIN(TestNotifierHealth)
#include "tst_notifierhealth.moc"
