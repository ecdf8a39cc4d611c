// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the tests of the dispatcher share: services that answer when told, and a clock that goes when told.

#pragma once

#include "delivery/dispatcher.h"
#include "delivery/fakequeue.h"

#include <QJsonArray>
#include <QTest>

namespace escalite::dispatching {

using namespace escalite::delivery;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

inline const TimePoint noon = TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) + 12h;

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

inline QHash<QString, Service> &services()
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

inline std::unique_ptr<Sender> createFake(const QJsonObject &config)
{
    return std::make_unique<FakeSender>(config);
}

inline Rendered renderFake(const Notification &notification, const QJsonObject &config, TimePoint, const QUuid &)
{
    Rendered rendered;
    rendered.text = notification.message;
    if (notification.reason == Reason::Closed) {
        rendered.path = u"closed "_s;
        if (notification.incident)
            rendered.path += notification.incident->id.toString(QUuid::WithoutBraces);
    }
    const QJsonArray recipients = config.value("recipients"_L1).toArray();
    for (const auto &recipient : recipients)
        rendered.recipients.append(recipient.toString().toUtf8());
    rendered.body = (notification.plain ? "plain: "_ba : "rich: "_ba) + notification.message.toUtf8();
    return rendered;
}

/// The service named another address: the bytes say so.
inline Rendered moveFake(const Rendered &rendered, const QString &movedTo)
{
    Rendered moved = rendered;
    moved.body += " at " + movedTo.toUtf8();
    return moved;
}

inline const NotifierType fakeType{.id = "fake", .render = renderFake, .moved = moveFake, .create = createFake};

inline ConfiguredNotifier notifier(const QString &name, const QString &token = u"a token"_s)
{
    ConfiguredNotifier made;
    made.name = name;
    made.type = &fakeType;
    made.config = {{"service"_L1, name}, {"token"_L1, token}};
    made.secrets = {u"hunter2-hunter2"_s};
    return made;
}

inline Outcome outcome(Outcome::Kind kind, const QString &detail = {})
{
    Outcome made;
    made.kind = kind;
    made.detail = detail;
    return made;
}

/// A dispatcher with a queue, a clock and services that the test moves.
class Dispatching : public QObject
{
protected:
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

    void begin()
    {
        m_queue = FakeQueue();
        m_clock = 1h;
        m_clockRuns = false;
        m_ids = 0;
        services().clear();
    }

    void finish()
    {
        m_dispatcher.reset();
        for (const Service &service : std::as_const(services()))
            QCOMPARE(service.senders, 0);
    }
};

} // namespace escalite::dispatching
