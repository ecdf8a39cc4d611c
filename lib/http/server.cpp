// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "http/server.h"

#include "http/connection.h"
#include "http/listener.h"
#include "http/readiness.h"
#include "http/streamsocket.h"

#include <QFile>
#include <QHostAddress>
#include <QLocalSocket>
#include <QTimer>

#include <algorithm>

#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace escalite::http {

namespace {

using namespace std::chrono_literals;

/// The coarse clock by which connections time out runs at a quarter of the shortest limit, within these bounds.
constexpr std::chrono::milliseconds LongestTick = 250ms;
constexpr std::chrono::milliseconds ShortestTick = 10ms;
/// Clients beyond the cap that are being told so at once; the next ones wait in the kernel's queue.
constexpr int TurnedAwayAtOnce = 64;
/// How often another free port is tried when ours is taken on the other family.
constexpr int PortTries = 32;

Error refusedBind(const QString &sentence)
{
    return {ErrorCode::Refused, sentence};
}

QString written(const QHostAddress &address, quint16 port)
{
    return address.protocol() == QAbstractSocket::IPv6Protocol ? u"[%1]:%2"_s.arg(address.toString()).arg(port)
                                                               : u"%1:%2"_s.arg(address.toString()).arg(port);
}

} // namespace

class Server::Private final : public ConnectionHost
{
public:
    Private(Server *server, Handler &handlerToCall, const ServerOptions &limits);

    void flushSoon(Connection &connection) override;
    void closed(Connection &connection) override;
    void refused(int status, const QString &reason) override { Q_EMIT q->refused(status, reason); }

    Result<Listening> bindBoth(quint16 port);
    Result<Listening> bindOne(const QHostAddress &address, quint16 port);
    void nameHosts(const QStringList &addresses, quint16 port);
    void start(std::unique_ptr<Listener> listener);
    bool take(int descriptor, Listener::Kind kind);
    void setAccepting(bool on);
    [[nodiscard]] bool isFull() const { return connections.size() - turnedAway >= options.connections; }
    [[nodiscard]] bool hasRoom() const { return !isFull() || turnedAway < TurnedAwayAtOnce; }
    [[nodiscard]] qsizetype longestIdle() const;
    void comeRound();
    void tick();

    Server *q;
    Readiness readiness; ///< Outlives the connections.
    std::vector<std::unique_ptr<Listener>> listeners;
    QList<std::shared_ptr<Connection>> connections;
    std::vector<std::weak_ptr<Connection>> toFlush;
    int turnedAway = 0;
    bool accepting = true;
    bool roundDue = false;
    bool bound = false;
    bool toldFinished = false;
    Clock::time_point shutDownAt;
    QTimer clock;
};

Server::Private::Private(Server *server, Handler &handlerToCall, const ServerOptions &limits)
    : ConnectionHost(handlerToCall, limits)
    , q(server)
    , readiness(server)
{
    const auto shortest =
        std::min({limits.headTime, limits.bodyGap, limits.bodyTime, limits.idleTime, limits.drainTime});
    clock.setInterval(std::clamp(shortest / 4, ShortestTick, LongestTick));
    clock.setTimerType(Qt::CoarseTimer);
    QObject::connect(&clock, &QTimer::timeout, q, [this] { tick(); });
}

void Server::Private::flushSoon(Connection &connection)
{
    if (connection.willFlush)
        return;
    connection.willFlush = true;
    toFlush.push_back(connection.weak_from_this());
    if (!std::exchange(roundDue, true))
        QMetaObject::invokeMethod(
            q, [this] { comeRound(); }, Qt::QueuedConnection);
}

void Server::Private::closed(Connection &)
{
    if (!std::exchange(roundDue, true))
        QMetaObject::invokeMethod(
            q, [this] { comeRound(); }, Qt::QueuedConnection);
}

/// Writes what was answered meanwhile, and lets go of what was closed.
void Server::Private::comeRound()
{
    roundDue = false;
    const std::vector<std::weak_ptr<Connection>> due = std::exchange(toFlush, {});
    for (const std::weak_ptr<Connection> &waiting : due) {
        if (const std::shared_ptr<Connection> connection = waiting.lock()) {
            connection->willFlush = false;
            connection->flush();
        }
    }
    for (qsizetype i = connections.size() - 1; i >= 0; --i) {
        if (!connections[i]->isClosed())
            continue;
        turnedAway -= connections[i]->isTurnedAway() ? 1 : 0;
        connections.swapItemsAt(i, connections.size() - 1);
        connections.removeLast();
    }
    if (connections.isEmpty() && accepting)
        clock.stop();
    const bool descriptorsCameBack =
        std::none_of(listeners.begin(), listeners.end(), [](const auto &listener) { return listener->ranOut(); });
    if (!accepting && !shuttingDown && hasRoom() && descriptorsCameBack)
        setAccepting(true);
    if (shuttingDown && connections.isEmpty() && !std::exchange(toldFinished, true))
        Q_EMIT q->finished();
}

void Server::Private::tick()
{
    const Clock::time_point now = Clock::now();
    const QList<std::shared_ptr<Connection>> all = connections;
    for (const std::shared_ptr<Connection> &connection : all)
        connection->checkTime(now);
    if (shuttingDown && now - shutDownAt > options.finishTime) {
        for (const std::shared_ptr<Connection> &connection : all)
            connection->breakOff();
    }
    if (!accepting && !shuttingDown && (hasRoom() || longestIdle() >= 0))
        setAccepting(true); // Also after descriptors had run out: the next accept() finds out whether some are back.
    if (connections.isEmpty() && accepting)
        clock.stop();
}

/// The place of the connection that has been without work for the longest time, and too long; -1 when there is none.
qsizetype Server::Private::longestIdle() const
{
    Clock::time_point longest = Clock::now() - options.patience;
    qsizetype found = -1;
    for (qsizetype i = 0; i < connections.size(); ++i) {
        const auto since = connections[i]->idleSince();
        if (since && *since < longest) {
            longest = *since;
            found = i;
        }
    }
    return found;
}

void Server::Private::setAccepting(bool on)
{
    accepting = on;
    for (const auto &listener : listeners)
        listener->setAccepting(on);
    if (!on && !clock.isActive() && !shuttingDown)
        clock.start();
}

bool Server::Private::take(int descriptor, Listener::Kind kind)
{
    if (const qsizetype idle = isFull() ? longestIdle() : -1; idle >= 0) {
        const std::shared_ptr<Connection> gone = connections[idle];
        connections.swapItemsAt(idle, connections.size() - 1);
        connections.removeLast();
        gone->breakOff();
    }
    const bool full = isFull();
    auto connection = std::make_shared<Connection>(*this, std::make_unique<StreamSocket>(descriptor, readiness),
                                                   kind == Listener::Kind::Local);
    connections.append(connection);
    connection->start();
    if (full) {
        ++turnedAway;
        connection->turnAway();
    }
    if (!clock.isActive())
        clock.start();
    if (!hasRoom())
        setAccepting(false);
    return accepting;
}

void Server::Private::start(std::unique_ptr<Listener> listener)
{
    QObject::connect(listener.get(), &Listener::descriptorsExhausted, q, [this] {
        setAccepting(false);
        Q_EMIT q->refused(503, u"No file descriptor is left for another connection."_s);
    });
    listener->start([this](int descriptor, Listener::Kind kind) { return take(descriptor, kind); });
    listeners.push_back(std::move(listener));
}

/// What a Host field may say (reliability.md B.3): the names of this machine's loopback, with our port.
void Server::Private::nameHosts(const QStringList &addresses, quint16 port)
{
    QStringList names{u"127.0.0.1"_s, u"localhost"_s, u"[::1]"_s};
    for (const QString &address : addresses)
        names.append(address.left(address.lastIndexOf(u':')));
    for (const QString &name : std::as_const(names)) {
        hosts.append(u"%1:%2"_s.arg(name).arg(port).toLatin1());
        if (port == 80)
            hosts.append(name.toLatin1());
    }
}

Result<Listening> Server::Private::bindBoth(quint16 port)
{
    const std::array families{QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)};
    QString system;
    for (int attempt = 0; attempt < PortTries; ++attempt) {
        std::vector<std::unique_ptr<Listener>> sockets;
        Listening listening{.port = port};
        bool again = false;
        for (const QHostAddress &family : families) {
            BindFailure failure = BindFailure::Other;
            auto listener = Listener::tcp(family, listening.port, failure, system);
            if (listener) {
                listening.port = listener->port();
                listening.addresses.append(written(family, listening.port));
                sockets.push_back(std::move(listener));
            } else if (failure == BindFailure::FamilyAbsent) {
                listening.note = u"This machine has no %1; the endpoint is on the other loopback address alone."_s.arg(
                    family.toString());
            } else if (port == 0 && failure == BindFailure::InUse) {
                again = true;
            } else {
                const QString what = failure == BindFailure::InUse ? u"is used by another program"_s
                                                                   : u"cannot be bound (%1)"_s.arg(system);
                return refusedBind(u"The address %1 %2; both loopback addresses are needed, so that nobody else can "
                                   "answer in our place. Stop that program or choose another port."_s.arg(
                                       written(family, listening.port), what));
            }
        }
        if (again)
            continue;
        if (sockets.empty())
            return refusedBind(u"This machine has no loopback address, neither 127.0.0.1 nor ::1 (%1)."_s.arg(system));
        nameHosts(listening.addresses, listening.port);
        for (auto &socket : sockets)
            start(std::move(socket));
        return listening;
    }
    return refusedBind(u"No port was found that is free on both 127.0.0.1 and ::1."_s);
}

Result<Listening> Server::Private::bindOne(const QHostAddress &address, quint16 port)
{
    BindFailure failure = BindFailure::Other;
    QString system;
    auto listener = Listener::tcp(address, port, failure, system);
    if (!listener) {
        return refusedBind(
            failure == BindFailure::InUse
                ? u"The address %1 is used by another program; choose another port."_s.arg(written(address, port))
                : u"The address %1 cannot be bound (%2)."_s.arg(written(address, port), system));
    }
    Listening listening{.port = listener->port()};
    listening.addresses.append(written(address, listening.port));
    nameHosts(listening.addresses, listening.port);
    start(std::move(listener));
    return listening;
}

Server::Server(Handler &handler, const ServerOptions &options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, handler, options))
{
}

Server::~Server() = default;

Result<Listening> Server::listen(const QString &addressAndPort)
{
    Q_ASSERT(!d->bound);
    const Error malformed{ErrorCode::Malformed,
                          u"The listening address must read like 127.0.0.1:4377 or [::1]:4377."_s};
    const qsizetype colon = addressAndPort.lastIndexOf(u':');
    if (colon < 1)
        return malformed;
    QString name = addressAndPort.left(colon);
    bool isNumber = false;
    const quint16 port = addressAndPort.mid(colon + 1).toUShort(&isNumber);
    if (!isNumber)
        return malformed;
    const bool bracketed = name.startsWith(u'[') && name.endsWith(u']');
    if (bracketed)
        name = name.mid(1, name.size() - 2);
    if (!bracketed && name.contains(u':'))
        return malformed;

    const bool isLocalhost = name.compare("localhost"_L1, Qt::CaseInsensitive) == 0;
    const QHostAddress address(name);
    if (!isLocalhost && address.isNull())
        return malformed;
    if (!isLocalhost && !address.isLoopback()) {
        return refusedBind(
            u"The address %1 is not loopback; listening to other machines needs TLS, which is not offered "
            "yet. Use 127.0.0.1 and a proxy with TLS."_s.arg(address.toString()));
    }
    d->bound = true;
    return isLocalhost || address == QHostAddress(QHostAddress::LocalHost) ? d->bindBoth(port)
                                                                           : d->bindOne(address, port);
}

Result<bool> Server::listenLocal(const QString &socketPath)
{
    const QByteArray path = QFile::encodeName(socketPath);
    struct stat there
    {
    };
    if (::lstat(path.constData(), &there) == 0) {
        if (!S_ISSOCK(there.st_mode))
            return refusedBind(u"The file %1 is in the place of our socket and is none; remove it."_s.arg(socketPath));
        QLocalSocket probe;
        probe.connectToServer(socketPath);
        const bool answers = probe.waitForConnected(1'000);
        const bool nobodyThere = !answers && probe.error() == QLocalSocket::ConnectionRefusedError;
        if (!nobodyThere)
            return refusedBind(u"Another program answers on the socket %1."_s.arg(socketPath));
        ::unlink(path.constData());
    }
    QString system;
    auto listener = Listener::local(socketPath, system);
    if (!listener)
        return refusedBind(u"The socket %1 cannot be made (%2)."_s.arg(socketPath, system));
    d->start(std::move(listener));
    return true;
}

void Server::shutDown()
{
    d->shuttingDown = true;
    d->shutDownAt = ConnectionHost::Clock::now();
    d->accepting = false;
    d->listeners.clear();
    const QList<std::shared_ptr<Connection>> all = d->connections;
    for (const std::shared_ptr<Connection> &connection : all)
        connection->finish();
    if (!std::exchange(d->roundDue, true))
        QMetaObject::invokeMethod(
            this, [this] { d->comeRound(); }, Qt::QueuedConnection);
}

int Server::connectionCount() const
{
    return static_cast<int>(std::count_if(d->connections.begin(), d->connections.end(),
                                          [](const auto &connection) { return !connection->isClosed(); }));
}

} // namespace escalite::http
