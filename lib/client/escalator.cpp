// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The seed's escalate() inside a Qt program: the notifiers in force, what they are told, and what became of it.

#include "client/escalator.h"

#include "client/formatter.h"
#include "client/workshop.h"
#include "core/sessionwriter.h"
#include "delivery/dispatcher.h"
#include "delivery/memoryqueue.h"

#include <QDateTime>
#include <QEventLoop>
#include <QHash>
#include <QJsonArray>
#include <QLoggingCategory>
#include <QRandomGenerator>
#include <QSet>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <deque>
#include <list>
#include <mutex>

using namespace Qt::StringLiterals;

namespace escalite {

namespace {

Q_LOGGING_CATEGORY(lcEscalator, "escalite.client")

using delivery::ConfiguredNotifier;
using delivery::MemoryQueue;
using State = EscalateResult::State;

/// Of how many escalations it is remembered that they were made.
constexpr std::size_t MostRemembered = 10'000;

TimePoint now()
{
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

QString nameOf(const ConfiguredNotifier &notifier)
{
    const QString type = QString::fromLatin1(notifier.type->name);
    const QString target = notifier.type->target ? notifier.type->target(notifier.config) : QString();
    return target.isEmpty() || target == type ? type : u"%1 %2"_s.arg(type, target);
}

/// Whom else \a notifiers tell but the one at \a index.
QStringList othersThan(qsizetype index, const QList<ConfiguredNotifier> &notifiers)
{
    QStringList others;
    for (qsizetype i = 0; i < notifiers.size(); ++i) {
        if (i != index)
            others.append(nameOf(notifiers.at(i)));
    }
    return others;
}

/// What the seed writes when no message is given, with what it is about (E-16).
QString defaultMessage(TimePoint at, const Session &session)
{
    const auto sinceEpoch = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch();
    return u"Escalation triggered: %1 — %2 %3"_s.arg(
        QDateTime::fromMSecsSinceEpoch(sinceEpoch.count()).toString(u"yyyy-MM-dd HH:mm:ss"_s),
        levelName(session.effective).toUpper(), requestTitle(session.method, session.path, session.source, session.id));
}

/// What one call of escalate() asks for.
struct Telling
{
    QUuid escalation{};
    QList<QUuid> deliveries{}; ///< One for each notifier.
    OpenSession ended{};       ///< To be read when it is rendered, since nothing changes any more; none: see session.
    SessionPtr session{};      ///< As it was when it was escalated.
    QString message{};         ///< Empty: the default.
    TimePoint at{};
    EscalatorOptions options{};
};

/// A formatter is the program's own; what it throws must not end the program.
QString formatted(const Formatter &formatter, const QByteArray &document)
{
    try {
        return formatter.format(document);
    } catch (const std::exception &failure) {
        qCWarning(lcEscalator) << "The formatter failed:" << failure.what();
    } catch (...) {
        qCWarning(lcEscalator) << "The formatter failed.";
    }
    return {};
}

/// What all notifiers are told, before the one that is asked.
delivery::Notification notificationOf(const Telling &telling)
{
    const EscalatorOptions &options = telling.options;
    const SessionPtr session = telling.ended ? telling.ended.snapshot() : telling.session;
    const QByteArray document = telling.ended ? telling.ended.document() : sessionDocument(*session);
    message::Redacted redacted = message::redact(*session, document, options.redaction);
    delivery::Notification notification;
    notification.reason = Reason::First;
    notification.hidden = std::move(redacted.hidden);
    notification.scope = options.scope;
    const QString said = telling.message.isEmpty() ? defaultMessage(telling.at, redacted.session) : telling.message;
    notification.message = message::redact(said, options.redaction, notification.hidden, u"message"_s);
    if (options.formatter) {
        notification.message += u"\n\n"_s + formatted(*options.formatter, redacted.document);
        redacted.session.sections.clear();
        redacted.session.untagged.clear();
    }
    if (!options.link.isEmpty())
        notification.link = options.link + redacted.session.id.toString(QUuid::WithoutBraces);
    notification.session = std::make_shared<const Session>(std::move(redacted.session));
    notification.document = std::move(redacted.document);
    return notification;
}

QList<Delivery> render(const Telling &telling, const QList<ConfiguredNotifier> &notifiers)
{
    delivery::Notification notification = notificationOf(telling);
    const Session &session = *notification.session;
    QList<Delivery> deliveries;
    for (qsizetype i = 0; i < notifiers.size(); ++i) {
        const ConfiguredNotifier &notifier = notifiers.at(i);
        notification.told = othersThan(i, notifiers);
        const Duration giveUp = notifier.options.giveUp;
        Delivery made;
        made.id = telling.deliveries.at(i);
        made.escalation = telling.escalation;
        made.notifier = notifier.name;
        made.createdAt = telling.at;
        made.dueAt = telling.at;
        made.giveUpAt = telling.at + (giveUp > Duration::zero() ? giveUp : telling.options.giveUp);
        made.rendered = notifier.type->render(notification, notifier.config, telling.at, made.id);
        made.title = requestTitle(session.method, session.path, session.source, session.id);
        made.level = static_cast<quint8>(session.effective);
        deliveries.append(made);
    }
    return deliveries;
}

/// The notifiers of one configuration and what waits for them: until the last of it is told, also when other notifiers
/// are in force.
struct Crew
{
    QList<ConfiguredNotifier> notifiers{};
    std::shared_ptr<MemoryQueue> queue = std::make_shared<MemoryQueue>(); ///< The workshop's.
    std::unique_ptr<delivery::Dispatcher> dispatcher{};
    int waiting = 0;
};

using Told = std::pair<QUuid, std::size_t>; ///< Session and hash of the message.

} // namespace

struct Escalator::Private
{
    Private(Escalator *escalator, const delivery::NotifierCatalogue &types) : q(escalator), catalogue(types) {}

    [[nodiscard]] delivery::Dispatcher::World worldOf(const Crew &of);
    [[nodiscard]] std::shared_ptr<Crew> employ(const QList<ConfiguredNotifier> &notifiers);
    /// Has \a telling rendered and put into the queue of \a asked.
    void put(const std::shared_ptr<Crew> &asked, Telling telling);
    void changed(const std::shared_ptr<Crew> &of, const QList<Delivery> &deliveries);
    /// Nobody releases a notifier that refused its settings: what waits for it has failed, what comes later tries anew.
    void refused(const std::shared_ptr<Crew> &by, const QString &notifier);
    void end(Crew &of, const Delivery &delivery);
    /// Crews that are not in force and have told everything go.
    void disband();
    /// Whether \a session is to be told; under the mutex.
    EscalateResult admit(const OpenSession &session, Level level, const QString &message, Level fromLevel);
    void remember(const Told &telling);

    Escalator *q;
    const delivery::NotifierCatalogue &catalogue;
    client::Workshop workshop{};     ///< Renders, and keeps the queues.
    QHash<QUuid, QUuid> standsFor{}; ///< Replacement -> what escalate() named. This object's thread alone.

    std::mutex mutex; ///< Of all that follows.
    EscalatorOptions options{};
    std::shared_ptr<Crew> crew{}; ///< In force; null: none.
    std::list<std::shared_ptr<Crew>> leaving{};
    int waiting = 0;
    QSet<Told> told{};
    std::deque<Told> toldInOrder{};
    /// What one call of escalate() came to.
    struct Escalated
    {
        Told what{};
        qsizetype open = 0; ///< Deliveries.
        bool heard = false; ///< By somebody.
    };
    QHash<QUuid, Escalated> escalated{}; ///< By Delivery::escalation.
};

delivery::Dispatcher::World Escalator::Private::worldOf(const Crew &of)
{
    delivery::Dispatcher::World world;
    world.worker = u"escalator"_s;
    world.queue = [this, queue = of.queue](std::function<void(delivery::DeliveryQueue &)> work,
                                           std::function<void()> done) {
        workshop.work([this, queue, work = std::move(work), done = std::move(done)] {
            work(*queue);
            workshop.home(done);
        });
    };
    world.now = &now;
    world.steady = [] {
        return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
    };
    world.jitter = [] {
        return QRandomGenerator::global()->generateDouble() * 2.0 - 1.0;
    };
    world.newId = &QUuid::createUuid;
    world.containsSecret = &message::containsSecret;
    return world;
}

std::shared_ptr<Crew> Escalator::Private::employ(const QList<ConfiguredNotifier> &notifiers)
{
    auto made = std::make_shared<Crew>();
    made->notifiers = notifiers;
    made->dispatcher = std::make_unique<delivery::Dispatcher>(worldOf(*made), options.rules);
    // Queued, since a crew may go when it has told the last.
    const std::weak_ptr<Crew> weak = made;
    connect(
        made->dispatcher.get(), &delivery::Dispatcher::deliveriesChanged, q,
        [this, weak](const QList<Delivery> &deliveries) {
            if (const auto of = weak.lock())
                changed(of, deliveries);
        },
        Qt::QueuedConnection);
    connect(
        made->dispatcher.get(), &delivery::Dispatcher::notifierHeld, q,
        [this, weak](const QString &notifier, const QString &reason) {
            qCWarning(lcEscalator).noquote() << "The notifier" << notifier << "refuses its settings:" << reason;
            if (const auto by = weak.lock())
                refused(by, notifier);
        },
        Qt::QueuedConnection);
    made->dispatcher->setNotifiers(notifiers);
    return made;
}

void Escalator::Private::put(const std::shared_ptr<Crew> &asked, Telling telling)
{
    workshop.work([this, asked, telling = std::move(telling)] {
        const QList<Delivery> deliveries = render(telling, asked->notifiers);
        for (const Delivery &delivery : deliveries)
            asked->queue->add(delivery, {.reason = Reason::First});
        workshop.home([asked] {
            if (asked->dispatcher)
                asked->dispatcher->wake();
        });
    });
}

void Escalator::Private::changed(const std::shared_ptr<Crew> &of, const QList<Delivery> &deliveries)
{
    QSet<QUuid> replaced;
    for (const Delivery &delivery : deliveries) {
        if (!delivery.replaces || delivery.state != DeliveryState::Queued)
            continue;
        replaced.insert(*delivery.replaces);
        standsFor.insert(delivery.id, standsFor.value(*delivery.replaces, *delivery.replaces));
    }
    for (const Delivery &delivery : deliveries) {
        if (isFinal(delivery.state)) {
            if (!replaced.contains(delivery.id))
                end(*of, delivery);
        } else if (delivery.state == DeliveryState::InDoubt && delivery.dueAt == TimePoint()) {
            // By the rules a person must decide, and here is none.
            workshop.work([queue = of->queue, id = delivery.id] { queue->forget(id); });
            end(*of, delivery);
        }
    }
}

void Escalator::Private::refused(const std::shared_ptr<Crew> &by, const QString &notifier)
{
    workshop.work([this, by, notifier] {
        workshop.home([this, by, notifier, dropped = by->queue->takeWaiting(notifier)] {
            for (const Delivery &delivery : dropped)
                end(*by, delivery);
            if (by->dispatcher)
                by->dispatcher->releaseNotifier(notifier);
        });
    });
}

void Escalator::Private::end(Crew &of, const Delivery &delivery)
{
    const QUuid id = standsFor.contains(delivery.id) ? standsFor.take(delivery.id) : delivery.id;
    const bool wasTold = delivery.state == DeliveryState::Delivered || delivery.state == DeliveryState::Accepted;
    {
        const std::lock_guard lock(mutex);
        --of.waiting;
        --waiting;
        Escalated &escalation = escalated[delivery.escalation];
        escalation.heard = escalation.heard || wasTold;
        if (--escalation.open <= 0) {
            if (!escalation.heard)
                told.remove(escalation.what); // It may be tried again.
            escalated.remove(delivery.escalation);
        }
    }
    const QString answer = delivery.answer.isEmpty() ? delivery.reason : delivery.answer;
    if (!wasTold)
        qCWarning(lcEscalator).noquote() << delivery.notifier << "was not told of" << delivery.title << "-" << answer;
    QMetaObject::invokeMethod(
        q, [this] { disband(); }, Qt::QueuedConnection);
    Q_EMIT q->finished(id, delivery.notifier, wasTold, answer);
}

void Escalator::Private::disband()
{
    std::list<std::shared_ptr<Crew>> gone;
    {
        const std::lock_guard lock(mutex);
        for (auto one = leaving.begin(); one != leaving.end();) {
            const auto next = std::next(one);
            if ((*one)->waiting == 0)
                gone.splice(gone.end(), leaving, one);
            one = next;
        }
    }
    for (const std::shared_ptr<Crew> &one : gone)
        one->dispatcher.reset(); // Here and now: the workshop may still have a hand on the crew.
}

EscalateResult Escalator::Private::admit(const OpenSession &session, Level level, const QString &message,
                                         Level fromLevel)
{
    if (!session)
        return {.state = State::NoSession, .reason = u"No logs to escalate."_s};
    if (!crew)
        return {.state = State::NoNotifiers, .reason = u"No notifiers set. Call set_notifiers_from_configs() first."_s};
    if (level < fromLevel)
        return {.state = State::BelowLevel, .reason = u"No logs to escalate based on the specified level."_s};
    const Told what{session.alertId(), qHashMulti(0, message, message.isEmpty() ? static_cast<int>(level) : 0)};
    if (told.contains(what))
        return {.state = State::Suppressed, .reason = u"This session was told with the same message before."_s};
    const auto more = static_cast<int>(crew->notifiers.size());
    if (waiting + more > options.mostWaiting)
        return {.state = State::Suppressed,
                .reason = u"Too much waits: %1 messages, and %2 are the limit."_s.arg(
                    QString::number(waiting), QString::number(options.mostWaiting))};
    remember(what);
    waiting += more;
    crew->waiting += more;
    EscalateResult result{.state = State::Queued};
    for (int i = 0; i < more; ++i)
        result.deliveries.append(QUuid::createUuid());
    return result;
}

void Escalator::Private::remember(const Told &telling)
{
    told.insert(telling);
    toldInOrder.push_back(telling);
    if (toldInOrder.size() > MostRemembered) {
        told.remove(toldInOrder.front());
        toldInOrder.pop_front();
    }
}

Escalator::Escalator(const delivery::NotifierCatalogue &catalogue, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, catalogue))
{
}

Escalator::~Escalator()
{
    d->workshop.close();
    if (d->crew)
        d->leaving.push_back(d->crew);
    for (const std::shared_ptr<Crew> &one : d->leaving)
        one->dispatcher.reset();
    if (d->waiting > 0)
        qCWarning(lcEscalator) << d->waiting << "messages were not told: the program ended before.";
}

void Escalator::setOptions(const EscalatorOptions &options)
{
    std::shared_ptr<Crew> crew;
    {
        const std::lock_guard lock(d->mutex);
        d->options = options;
        crew = d->crew;
    }
    if (crew)
        crew->dispatcher->setRules(options.rules);
}

Problems Escalator::setNotifiersFromConfigs(const QJsonObject &configs)
{
    Problems problems;
    const QJsonValue listed = configs.value("notifiers"_L1);
    if (!listed.isUndefined() && !listed.isNull() && !listed.isArray())
        problems.append({.pointer = u"/notifiers"_s, .message = u"'notifiers' must be a list"_s});
    const QList<ConfiguredNotifier> read = d->catalogue.read(listed.toArray(), u"/notifiers"_s, problems);
    if (hasErrors(problems))
        return problems;
    const auto warn = [&problems](const QString &sentence) {
        problems.append({.severity = Problem::Severity::Warning, .pointer = u"/notifiers"_s, .message = sentence});
    };
    QList<ConfiguredNotifier> working;
    for (const ConfiguredNotifier &notifier : read) {
        if (!notifier.options.fallback.isEmpty())
            warn(u"'%1' has a fallback, which only the console goes to"_s.arg(notifier.name));
        if (!notifier.held.isEmpty())
            warn(u"'%1' tells nobody: %2"_s.arg(notifier.name, notifier.held));
        else if (notifier.enabled)
            working.append(notifier);
    }
    const std::shared_ptr<Crew> next = working.isEmpty() ? nullptr : d->employ(working);
    {
        const std::lock_guard lock(d->mutex);
        if (d->crew)
            d->leaving.push_back(std::move(d->crew));
        d->crew = next;
    }
    d->disband();
    return problems;
}

EscalateResult Escalator::escalate(const OpenSession &session, const QString &message, Level fromLevel)
{
    const Level level = session.level();
    Telling telling{.message = message};
    std::shared_ptr<Crew> crew;
    EscalateResult result;
    {
        const std::lock_guard lock(d->mutex);
        result = d->admit(session, level, message, fromLevel);
        if (result.state == State::Queued) {
            crew = d->crew;
            telling.options = d->options;
            telling.escalation = QUuid::createUuid();
            d->escalated.insert(telling.escalation, {.what = d->toldInOrder.back(), .open = result.deliveries.size()});
        }
    }
    if (!crew) {
        qCDebug(lcEscalator).noquote() << result.reason;
        return result;
    }
    telling.deliveries = result.deliveries;
    telling.at = now();
    if (session.hasEnded())
        telling.ended = session;
    else
        telling.session = session.snapshot();
    d->put(crew, std::move(telling));
    return result;
}

EscalateResult Escalator::escalate(const QString &message, Level fromLevel)
{
    return escalate(Context::current().session(), message, fromLevel);
}

std::function<void(const OpenSession &)> Escalator::whenEnded(Level fromLevel)
{
    return [this, fromLevel](const OpenSession &session) {
        escalate(session, {}, fromLevel);
    };
}

int Escalator::waiting() const
{
    const std::lock_guard lock(d->mutex);
    return d->waiting;
}

bool Escalator::flush(std::chrono::milliseconds most)
{
    Q_ASSERT(QThread::currentThread() == thread());
    if (waiting() == 0)
        return true;
    QEventLoop loop;
    QTimer::singleShot(most, &loop, &QEventLoop::quit);
    connect(this, &Escalator::finished, &loop, [this, &loop] {
        if (waiting() == 0)
            loop.quit();
    });
    loop.exec();
    return waiting() == 0;
}

LoggingContext::LoggingContext(Escalator &escalator, const SessionOptions &options, Level fromLevel)
    : m_escalator(escalator)
    , m_fromLevel(fromLevel)
    , m_scope(std::in_place, options)
{
}

LoggingContext::~LoggingContext()
{
    const OpenSession session = m_scope->session();
    m_scope.reset();
    if (lcEscalator().isInfoEnabled()) {
        const SessionPtr collected = session.snapshot();
        qsizetype entries = collected->untagged.size();
        for (const Section &section : collected->sections)
            entries += section.entries.size();
        qCInfo(lcEscalator).noquote() << "Logs collected:" << entries << "entries, level" << levelName(session.level())
                                      << "- alert" << session.alertId().toString(QUuid::WithoutBraces);
    }
    m_escalator.escalate(session, {}, m_fromLevel);
}

} // namespace escalite
