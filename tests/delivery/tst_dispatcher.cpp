// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What is due is sent, by each notifier for itself, and what became of it is written down, whatever goes wrong.

#include "delivery/dispatcher.h"
#include "delivery/fakequeue.h"

#include <QSignalSpy>
#include <QTest>

using namespace escalite;
using namespace escalite::delivery;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const TimePoint noon = TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) + 12h;

struct Sent
{
    Rendered rendered;
    AttemptContext context;
    QString token; ///< Of the configuration that the sender was made with.
    std::function<void(Outcome)> done;
};

/// What stands at the far end of the notifiers of one type.
struct Service
{
    QList<Sent> sent;
    std::optional<Outcome::Kind> answersAtOnce; ///< Else the test answers.
    int senders = 0;                            ///< Alive.
};

QHash<QString, Service> &services()
{
    static QHash<QString, Service> all;
    return all;
}

class FakeSender final : public Sender
{
public:
    explicit FakeSender(const QJsonObject &config)
        : m_service(config.value("service"_L1).toString())
        , m_token(config.value("token"_L1).toString())
    {
        ++services()[m_service].senders;
    }
    ~FakeSender() override { --services()[m_service].senders; }
    Q_DISABLE_COPY_MOVE(FakeSender)

    void send(const Rendered &rendered, const AttemptContext &context, std::function<void(Outcome)> done) override
    {
        Service &service = services()[m_service];
        service.sent.append({.rendered = rendered, .context = context, .token = m_token, .done = done});
        if (service.answersAtOnce) {
            Outcome outcome;
            outcome.kind = *service.answersAtOnce;
            done(outcome);
        }
    }

private:
    QString m_service;
    QString m_token;
};

std::unique_ptr<Sender> createFake(const QJsonObject &config)
{
    return std::make_unique<FakeSender>(config);
}

Rendered renderFake(const Notification &notification, const QJsonObject &, TimePoint, const QUuid &)
{
    Rendered rendered;
    rendered.text = notification.message;
    rendered.body = (notification.plain ? "plain: "_ba : "rich: "_ba) + notification.message.toUtf8();
    return rendered;
}

const NotifierType fakeType{.id = "fake", .render = renderFake, .create = createFake};

ConfiguredNotifier notifier(const QString &name, const QString &token = u"a token"_s)
{
    ConfiguredNotifier made;
    made.name = name;
    made.type = &fakeType;
    made.config = {{"service"_L1, name}, {"token"_L1, token}};
    made.secrets = {u"hunter2-hunter2"_s};
    return made;
}

Outcome outcome(Outcome::Kind kind, const QString &detail = {})
{
    Outcome made;
    made.kind = kind;
    made.detail = detail;
    return made;
}

} // namespace

class TestDispatcher : public QObject
{
    Q_OBJECT

    FakeQueue m_queue;
    Duration m_clock{};
    bool m_clockRuns = false; ///< A look at the clock takes a microsecond.
    std::unique_ptr<Dispatcher> m_dispatcher;
    int m_ids = 0;

    [[nodiscard]] TimePoint now() const { return noon + m_clock; }

    void start(const QList<ConfiguredNotifier> &notifiers, const DispatchRules &rules = {})
    {
        Dispatcher::World world;
        world.worker = u"this run"_s;
        world.queue = [this](auto work, auto done) {
            m_queue.put(std::move(work), std::move(done));
        };
        world.now = [this] {
            return now();
        };
        world.steady = [this] {
            return m_clockRuns ? m_clock += 1us : m_clock;
        };
        world.jitter = [] {
            return 0.0;
        };
        world.newId = [this] {
            return id(u"made %1"_s.arg(++m_ids));
        };
        world.containsSecret = [](const QByteArray &bytes, const QStringList &secrets) {
            return std::any_of(secrets.begin(), secrets.end(),
                               [&bytes](const QString &secret) { return bytes.contains(secret.toUtf8()); });
        };
        m_dispatcher = std::make_unique<Dispatcher>(std::move(world), rules);
        m_dispatcher->setNotifiers(notifiers);
        m_queue.run();
    }

    /// Time passes, with everything that falls due on the way.
    void pass(Duration time)
    {
        const Duration end = m_clock + time;
        for (;;) {
            m_queue.run();
            const std::optional<Duration> next = m_dispatcher->nextDeadline();
            if (!next || *next > end)
                break;
            // A deadline that is due but cannot be met would come again without end.
            m_clock = std::max(*next, m_clock + 1us);
            m_dispatcher->advance();
        }
        m_clock = end;
        m_dispatcher->advance();
        m_queue.run();
    }

    static QUuid id(const QString &name) { return QUuid::createUuidV5(QUuid(), name); }

    Delivery &queued(const QString &name, const QString &to)
    {
        Delivery made;
        made.id = id(name);
        made.notifier = to;
        made.createdAt = now();
        made.dueAt = now();
        made.giveUpAt = now() + 24h;
        made.rendered.text = name;
        made.rendered.body = "rich: "_ba + name.toUtf8();
        made.count = 7;
        m_queue.add(made);
        return m_queue.deliveries.last();
    }

    void commit(const QString &name, const QString &to)
    {
        queued(name, to);
        m_dispatcher->wake();
        m_queue.run();
    }

    static Service &at(const QString &name) { return services()[name]; }

    void answer(const QString &service, const Outcome &how)
    {
        const std::function<void(Outcome)> done = at(service).sent.last().done;
        done(how);
        m_queue.run();
    }

    DeliveryState stateOf(const QString &name) { return m_queue[id(name)].state; }

private Q_SLOTS:
    void init()
    {
        m_queue = FakeQueue();
        m_clock = 1h;
        m_clockRuns = false;
        m_ids = 0;
        services().clear();
    }

    void cleanup()
    {
        m_dispatcher.reset();
        for (const Service &service : std::as_const(services()))
            QCOMPARE(service.senders, 0);
    }

    void asksForEveryNotifierThoughTheClockGoesOn()
    {
        QList<ConfiguredNotifier> notifiers;
        for (int i = 0; i < 40; ++i) {
            const QString name = u"slack %1"_s.arg(i);
            notifiers.append(notifier(name));
            queued(name, name);
        }
        m_clockRuns = true;
        start(notifiers);
        for (const ConfiguredNotifier &one : std::as_const(notifiers))
            QCOMPARE(at(one.name).sent.size(), 1);
        // With nothing left to do there is nothing due.
        const std::optional<Duration> next = m_dispatcher->nextDeadline();
        QVERIFY(next);
        QVERIFY(*next > m_clock + 1s);
    }

    void sendsWhatIsDueAndWritesDownHowItEnded()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        QCOMPARE(at(u"slack"_s).sent.first().rendered.body, "rich: one"_ba);
        QCOMPARE(at(u"slack"_s).sent.first().context.delivery, id(u"one"_s));
        QCOMPARE(at(u"slack"_s).sent.first().context.count, quint64(7));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Sending);
        QCOMPARE(m_dispatcher->underWay(), 1);

        const QSignalSpy changed(m_dispatcher.get(), &Dispatcher::deliveriesChanged);
        const QSignalSpy finished(m_dispatcher.get(), &Dispatcher::attemptFinished);
        pass(200ms);
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered, u"ok"_s));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Delivered);
        QCOMPARE(m_queue.attempts.size(), 1);
        QCOMPARE(m_queue.attempts.first().number, 1);
        QCOMPARE(m_queue.attempts.first().finishedAt - m_queue.attempts.first().startedAt, Duration(200ms));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed.first().first().value<QList<Delivery>>().first().answer, u"ok"_s);
        QCOMPARE(finished.size(), 1);
        QCOMPARE(m_dispatcher->underWay(), 0);
    }

    void waitsUntilADeliveryIsDue()
    {
        queued(u"later"_s, u"slack"_s).dueAt = now() + 5s;
        start({notifier(u"slack"_s)});
        pass(4999ms);
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        pass(1ms);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void letsNoNotifierWaitForAnother()
    {
        at(u"email"_s).answersAtOnce = Outcome::Kind::Accepted;
        for (int i = 0; i < 5; ++i) {
            queued(u"s%1"_s.arg(i), u"slack"_s);
            queued(u"m%1"_s.arg(i), u"email"_s);
        }
        start({notifier(u"slack"_s), notifier(u"email"_s)});
        // Slack hangs with its first, mail is through.
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        QCOMPARE(at(u"email"_s).sent.size(), 5);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(stateOf(u"m%1"_s.arg(i)), DeliveryState::Accepted);
    }

    void sendsOneAfterTheOther()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"two"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_dispatcher->wake();
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    void dropsASenderThatNeverAnswers()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)}, {.attemptTimeout = 10s, .grace = 1s});
        QCOMPARE(at(u"slack"_s).sent.first().context.timeout, Duration(10s));
        pass(10999ms);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Sending);
        pass(1ms);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::InDoubt);
        QCOMPARE(m_queue[id(u"one"_s)].dueAt, now() + 1s);
        QVERIFY(m_queue[id(u"one"_s)].answer.contains(u"10 s"_s));
        QCOMPARE(at(u"slack"_s).senders, 1); // A new one.
        // What the old one says after all counts no more.
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::InDoubt);
        pass(1s);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.at(1).rendered, at(u"slack"_s).sent.at(0).rendered);
    }

    void asksAPersonInDoubtWhenToldTo()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)}, {.retry = {.resendInDoubt = false}});
        answer(u"slack"_s, outcome(Outcome::Kind::Ambiguous));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::InDoubt);
        pass(23h);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        m_queue[id(u"one"_s)].dueAt = now(); // The person decided.
        m_dispatcher->wakeNow(u"slack"_s);
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    void knowsWhatAnEarlierRunLeftOnTheWire()
    {
        Delivery &left = queued(u"left"_s, u"slack"_s);
        left.state = DeliveryState::Sending;
        left.claimedBy = u"an earlier run"_s;
        left.leaseUntil = now() + 1h;
        start({notifier(u"slack"_s)});
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void retriesWithGrowingPausesAndTheSameBytes()
    {
        queued(u"one"_s, u"slack"_s);
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Transient;
        start({notifier(u"slack"_s)});
        QList<Duration> times{m_clock};
        while (times.size() < 6) {
            const qsizetype before = at(u"slack"_s).sent.size();
            pass(100ms);
            if (at(u"slack"_s).sent.size() > before)
                times.append(m_clock);
        }
        for (qsizetype i = 1; i < times.size(); ++i)
            QCOMPARE((times.at(i) - times.at(i - 1)) / 1s, 1 << (i - 1));
        for (const Sent &sent : std::as_const(at(u"slack"_s).sent))
            QCOMPARE(sent.rendered, at(u"slack"_s).sent.first().rendered);
    }

    void mailsOnlyThoseThatNoAttemptHasSettled()
    {
        queued(u"one"_s, u"slack"_s).rendered.recipients = {"a@x.test", "b@x.test", "c@x.test"};
        start({notifier(u"slack"_s)});
        QCOMPARE(at(u"slack"_s).sent.last().context.settled, QList<QByteArray>());
        Outcome partial = outcome(Outcome::Kind::Transient, u"One is asked again"_s);
        partial.recipients = {{.address = u"a@x.test"_s, .kind = Outcome::Kind::Accepted, .answer = {}},
                              {.address = u"b@x.test"_s, .kind = Outcome::Kind::Transient, .answer = {}},
                              {.address = u"c@x.test"_s, .kind = Outcome::Kind::Permanent, .answer = {}}};
        answer(u"slack"_s, partial);
        pass(5s);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().context.settled, (QList<QByteArray>{"a@x.test", "c@x.test"}));
    }

    void waitsAsLongAsTheServiceAsks()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"two"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        Outcome busy = outcome(Outcome::Kind::Transient, u"Too many requests"_s);
        busy.retryAfter = 90s;
        answer(u"slack"_s, busy);
        pass(89s);
        QCOMPARE(at(u"slack"_s).sent.size(), 1); // Neither the one nor the other.
        pass(1s);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    void probesAFailingNotifierInsteadOfHammeringIt()
    {
        for (int i = 0; i < 20; ++i)
            queued(u"s%1"_s.arg(i), u"slack"_s);
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Transient;
        start({notifier(u"slack"_s)});
        // Three in a row, then one, pause, one, pause …
        QCOMPARE(at(u"slack"_s).sent.size(), 3);
        pass(1min);
        QVERIFY(at(u"slack"_s).sent.size() < 10);
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        pass(5min);
        QVERIFY(m_queue.waiting(u"slack"_s)->isEmpty());
    }

    void sendsAtMostSoManyInAnyMinute()
    {
        for (int i = 0; i < 100; ++i)
            queued(u"s%1"_s.arg(i), u"slack"_s);
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        start({notifier(u"slack"_s)}, {.messagesPerMinute = 30});
        QCOMPARE(at(u"slack"_s).sent.size(), 30);
        pass(59999ms);
        QCOMPARE(at(u"slack"_s).sent.size(), 30);
        pass(1ms);
        QCOMPARE(at(u"slack"_s).sent.size(), 60);
        pass(2min);
        QCOMPARE(at(u"slack"_s).sent.size(), 100);
    }

    void sendsShortPlainTextOnceAfterARefusalOfTheContent()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        const QSignalSpy changed(m_dispatcher.get(), &Dispatcher::deliveriesChanged);
        answer(u"slack"_s, outcome(Outcome::Kind::Poison, u"invalid_blocks"_s));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Failed);
        QCOMPARE(changed.first().first().value<QList<Delivery>>().size(), 2);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().rendered.body, "plain: one"_ba);
        QCOMPARE(at(u"slack"_s).sent.last().context.delivery, id(u"made 1"_s));
        QCOMPARE(m_queue[id(u"made 1"_s)].replaces, std::optional(id(u"one"_s)));
        answer(u"slack"_s, outcome(Outcome::Kind::Poison));
        QCOMPARE(m_queue.deliveries.size(), 2);
        QCOMPARE(stateOf(u"made 1"_s), DeliveryState::Failed);
        pass(48h);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    void holdsANotifierThatRefusesItsSettings()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"two"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        const QSignalSpy held(m_dispatcher.get(), &Dispatcher::notifierHeld);
        const QSignalSpy changed(m_dispatcher.get(), &Dispatcher::deliveriesChanged);
        answer(u"slack"_s, outcome(Outcome::Kind::Misconfigured, u"The webhook is gone"_s));
        QCOMPARE(held.size(), 1);
        QCOMPARE(held.first().at(1).toString(), u"The webhook is gone"_s);
        QCOMPARE(m_dispatcher->heldBecause(u"slack"_s), u"The webhook is gone"_s);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Held);
        QCOMPARE(stateOf(u"two"_s), DeliveryState::Held);
        QCOMPARE(changed.last().first().value<QList<Delivery>>().size(), 2);
        pass(24h - 1min);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);

        m_dispatcher->releaseNotifier(u"slack"_s);
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    void releasesAHeldNotifierWhenItsSettingsChange()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        answer(u"slack"_s, outcome(Outcome::Kind::Misconfigured, u"no"_s));
        m_dispatcher->setNotifiers({notifier(u"slack"_s)}); // The same: still held.
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        m_dispatcher->setNotifiers({notifier(u"slack"_s, u"a better token"_s)});
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().token, u"a better token"_s);
    }

    void endsAnAttemptWithTheSenderItBeganWith()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"two"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_dispatcher->setNotifiers({notifier(u"slack"_s, u"new"_s)});
        m_queue.run();
        QCOMPARE(at(u"slack"_s).senders, 2);
        QCOMPARE(at(u"slack"_s).sent.size(), 1); // One at a time, also across the change.
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Delivered);
        QCOMPARE(at(u"slack"_s).sent.last().token, u"new"_s);
        QCOMPARE(at(u"slack"_s).senders, 1);
    }

    void doesNotHoldNewSettingsForWhatOldOnesDid()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_dispatcher->setNotifiers({notifier(u"slack"_s, u"new"_s)});
        m_queue.run();
        answer(u"slack"_s, outcome(Outcome::Kind::Misconfigured, u"no"_s));
        QCOMPARE(m_dispatcher->heldBecause(u"slack"_s), QString());
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
        QCOMPARE(at(u"slack"_s).sent.last().token, u"new"_s);
    }

    void holdsWhatWaitsForANotifierThatIsNoMore()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"lost"_s, u"pager"_s);
        start({notifier(u"slack"_s)});
        QCOMPARE(stateOf(u"lost"_s), DeliveryState::Held);
        QVERIFY(m_queue[id(u"lost"_s)].reason.contains(u"No notifier"_s));

        // The other goes while it is sending: that ends as it should.
        queued(u"two"_s, u"slack"_s);
        m_dispatcher->setNotifiers({notifier(u"pager"_s)});
        m_queue.run();
        QCOMPARE(stateOf(u"two"_s), DeliveryState::Held);
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Delivered);
        QCOMPARE(at(u"slack"_s).senders, 0);
        QCOMPARE(at(u"pager"_s).sent.size(), 1);
    }

    void sendsNothingThroughANotifierThatMustNot_data()
    {
        QTest::addColumn<bool>("enabled");
        QTest::addColumn<QString>("held");
        QTest::newRow("switched off") << false << QString();
        QTest::newRow("held by its configuration") << true << u"The password would go out in clear"_s;
    }

    void sendsNothingThroughANotifierThatMustNot()
    {
        QFETCH(bool, enabled);
        QFETCH(QString, held);
        ConfiguredNotifier slack = notifier(u"slack"_s);
        slack.enabled = enabled;
        slack.held = held;
        queued(u"one"_s, u"slack"_s);
        start({slack});
        m_dispatcher->releaseNotifier(u"slack"_s); // That is not for a person to decide.
        pass(1h);
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Held);
        m_dispatcher->setNotifiers({notifier(u"slack"_s)});
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void beginsNothingWhileAllSendingIsOnHold()
    {
        start({notifier(u"slack"_s)});
        m_dispatcher->setOnHold(true);
        commit(u"one"_s, u"slack"_s);
        pass(1h);
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        m_dispatcher->setOnHold(false);
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    /// At every moment between asking for a delivery and sending it.
    void sendsNothingAfterAHold_data()
    {
        QTest::addColumn<int>("steps");
        QTest::newRow("before the claim") << 0;
        QTest::newRow("after the claim") << 1;
    }

    void sendsNothingAfterAHold()
    {
        QFETCH(int, steps);
        start({notifier(u"slack"_s)});
        queued(u"one"_s, u"slack"_s);
        m_dispatcher->wake();
        for (int i = 0; i < steps; ++i)
            QVERIFY(m_queue.runOne());
        m_dispatcher->setOnHold(true);
        m_queue.run();
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Queued);
        QCOMPARE(m_queue[id(u"one"_s)].attempts, 0);
        m_dispatcher->setOnHold(false);
        m_queue.run();
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void sendsNothingOnALostLease()
    {
        queued(u"one"_s, u"slack"_s);
        m_queue.losesLeases = true;
        start({notifier(u"slack"_s)});
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        QCOMPARE(m_dispatcher->underWay(), 0);
    }

    void saysNothingOfAnEndThatDoesNotCount()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_queue.losesLeases = true;
        const QSignalSpy changed(m_dispatcher.get(), &Dispatcher::deliveriesChanged);
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QVERIFY(changed.isEmpty());
        QCOMPARE(m_dispatcher->underWay(), 0);
    }

    void sendsNothingThatHoldsASecret()
    {
        queued(u"one"_s, u"slack"_s).rendered.body = "password=hunter2-hunter2"_ba;
        queued(u"two"_s, u"slack"_s);
        ConfiguredNotifier other = notifier(u"email"_s);
        other.secrets = {u"short"_s, u"another secret"_s};
        queued(u"three"_s, u"slack"_s).rendered.text = u"another secret"_s;
        queued(u"four"_s, u"slack"_s).rendered.text = u"in short"_s;
        at(u"slack"_s).answersAtOnce = Outcome::Kind::Delivered;
        Dispatcher *watched = nullptr;
        start({});
        watched = m_dispatcher.get();
        const QSignalSpy blocked(watched, &Dispatcher::secretBlocked);
        m_dispatcher->setNotifiers({notifier(u"slack"_s), other});
        m_queue.run();
        QCOMPARE(blocked.size(), 2);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Failed);
        QCOMPARE(m_queue[id(u"one"_s)].reason, u"blocked"_s);
        QCOMPARE(stateOf(u"three"_s), DeliveryState::Failed);
        QCOMPARE(stateOf(u"two"_s), DeliveryState::Delivered);
        QCOMPARE(stateOf(u"four"_s), DeliveryState::Delivered);
        QCOMPARE(at(u"slack"_s).sent.size(), 2);
    }

    void givesUpWhatHasExpired()
    {
        queued(u"old"_s, u"slack"_s).giveUpAt = now();
        start({notifier(u"slack"_s)});
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        QCOMPARE(stateOf(u"old"_s), DeliveryState::Failed);
        QCOMPARE(m_queue[id(u"old"_s)].reason, u"expired"_s);
        QVERIFY(m_queue.attempts.isEmpty());
    }

    void goesOnWhenTheQueueWorksAgain()
    {
        start({notifier(u"slack"_s)});
        const QSignalSpy trouble(m_dispatcher.get(), &Dispatcher::queueTroubled);
        m_queue.failures = 3;
        commit(u"one"_s, u"slack"_s);
        QCOMPARE(trouble.size(), 1);
        QCOMPARE(trouble.first().first().toString(), u"The disk is full"_s);
        pass(10s);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
        QCOMPARE(trouble.size(), 2);
        QCOMPARE(trouble.last().first().toString(), QString());
    }

    void neverForgetsASuccessThatItCouldNotWriteDown()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_queue.failures = 50;
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Sending);
        pass(1h);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Delivered);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void takesItsStartUpAgainWhenTheQueueFailed()
    {
        queued(u"one"_s, u"slack"_s);
        m_queue.failures = 2;
        start({notifier(u"slack"_s)});
        QVERIFY(at(u"slack"_s).sent.isEmpty());
        pass(5s);
        QCOMPARE(at(u"slack"_s).sent.size(), 1);
    }

    void stopsAtOnceWhenNothingIsUnderWay()
    {
        start({notifier(u"slack"_s)});
        bool stopped = false;
        m_dispatcher->stop([&stopped] { stopped = true; });
        m_queue.run();
        QVERIFY(stopped);
        QCOMPARE(at(u"slack"_s).senders, 0);
    }

    void waitsForAttemptsWhenItStops()
    {
        queued(u"one"_s, u"slack"_s);
        queued(u"two"_s, u"slack"_s);
        queued(u"three"_s, u"email"_s);
        start({notifier(u"slack"_s), notifier(u"email"_s)}, {.stopWithin = 4s});
        bool stopped = false;
        m_dispatcher->stop([&stopped] { stopped = true; });
        pass(2s);
        QVERIFY(!stopped);
        answer(u"slack"_s, outcome(Outcome::Kind::Delivered));
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Delivered);
        QCOMPARE(stateOf(u"two"_s), DeliveryState::Queued);
        QVERIFY(!stopped);
        pass(2s);
        QVERIFY(stopped);
        QCOMPARE(stateOf(u"three"_s), DeliveryState::InDoubt);
        QCOMPARE(at(u"email"_s).senders, 0);
    }

    void stopsAlsoWhenNothingCanBeWrittenDown()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        m_queue.failures = 1000;
        bool stopped = false;
        m_dispatcher->stop([&stopped] { stopped = true; });
        pass(7s);
        QVERIFY(stopped);
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Sending); // In doubt for the next run.
    }

    void asksTheQueueOnlyWhenSomethingMayHaveHappened()
    {
        start({notifier(u"slack"_s), notifier(u"email"_s)});
        const int before = m_queue.claims;
        pass(24h);
        QCOMPARE(m_queue.claims, before);
    }

    void mayGoAtAnyMoment()
    {
        queued(u"one"_s, u"slack"_s);
        start({notifier(u"slack"_s)});
        const std::function<void(Outcome)> done = at(u"slack"_s).sent.last().done;
        m_dispatcher->wake();
        m_dispatcher.reset();
        m_queue.run();
        done(outcome(Outcome::Kind::Delivered)); // A sender that breaks its promise does no harm.
        QCOMPARE(stateOf(u"one"_s), DeliveryState::Sending);
    }
};

QTEST_GUILESS_MAIN(TestDispatcher)
#include "tst_dispatcher.moc"
