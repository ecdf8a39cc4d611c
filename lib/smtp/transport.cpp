// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "smtp/transport.h"

#include <QHostAddress>
#include <QSslCertificate>
#include <QSslCipher>
#include <QSslConfiguration>

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::smtp {

namespace {
constexpr qint64 MaxUnwritten = 64 * 1024; // bytes given to the socket before more of the message is asked for

std::chrono::milliseconds milliseconds(Duration duration)
{
    return std::chrono::ceil<std::chrono::milliseconds>(duration);
}

Outcome failure(Outcome::Kind kind, const QString &detail)
{
    Outcome outcome;
    outcome.kind = kind;
    outcome.detail = detail;
    return outcome;
}

/// RFC 5321 §4.1.3; right whatever the machine's name is.
QByteArray addressLiteral(const QHostAddress &address)
{
    bool four = false;
    const quint32 v4 = address.toIPv4Address(&four);
    if (four)
        return '[' + QHostAddress(v4).toString().toLatin1() + ']';
    QHostAddress bare = address;
    bare.setScopeId({});
    return "[IPv6:" + bare.toString().toLatin1() + ']';
}
} // namespace

Transport::Transport(TransportOptions options, QObject *parent) : QObject(parent), m_options(std::move(options))
{
    m_deadline.setSingleShot(true);
    m_total.setSingleShot(true);
    m_idle.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        if (m_done)
            lost(u"The mail server did not answer in time."_s);
        else
            drop(); // QUIT of a kept connection
    });
    connect(&m_total, &QTimer::timeout, this, [this] { lost(u"The attempt took longer than it may."_s); });
    connect(&m_idle, &QTimer::timeout, this, [this] {
        m_dialogue->quit();
        if (const Step step = m_dialogue->next(); const auto *quit = std::get_if<Send>(&step))
            m_socket->write(quit->bytes);
        arm(m_options.quitTimeout);
    });
}

Transport::~Transport()
{
    drop();
}

void Transport::send(Envelope envelope, Duration total, std::function<void(Outcome)> done)
{
    if (m_done) {
        m_reused = false;
        lost(u"The attempt was broken off by a newer one."_s);
    }
    m_done = std::move(done);
    m_envelope = std::move(envelope);
    m_stages.clear();
    m_stage.clear();
    m_idle.stop();
    m_total.start(milliseconds(total));
    m_reused = m_dialogue && m_dialogue->isKept() && m_socket->state() == QAbstractSocket::ConnectedState
               && m_socket->bytesAvailable() == 0;
    if (!m_reused) {
        open();
        return;
    }
    m_stages.append({.name = u"connect"_s, .took = {}, .detail = u"kept open from the message before"_s, .ok = true});
    m_dialogue->nextEnvelope(m_envelope);
    converse();
}

void Transport::open()
{
    drop();
    m_socket = std::make_unique<QSslSocket>();
    connect(m_socket.get(), &QSslSocket::hostFound, this, [this] {
        leave(true);
        enter(u"connect"_s);
    });
    connect(m_socket.get(), &QSslSocket::connected, this, &Transport::connected);
    connect(m_socket.get(), &QSslSocket::encrypted, this, &Transport::encrypted);
    connect(m_socket.get(), &QSslSocket::readyRead, this, &Transport::read);
    connect(m_socket.get(), &QSslSocket::bytesWritten, this, &Transport::converse);
    connect(m_socket.get(), &QSslSocket::encryptedBytesWritten, this, &Transport::converse);
    connect(m_socket.get(), &QSslSocket::errorOccurred, this, &Transport::failed);
    connect(m_socket.get(), &QSslSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
        m_tlsProblem = errors.constFirst().errorString(); // Never ignored: the handshake fails.
    });
    m_tlsProblem.clear();
    enter(u"resolve"_s);
    arm(m_options.connectTimeout);
    if (m_options.security != Security::None || !m_options.caFile.isEmpty()) {
        const QSslConfiguration configuration = sslConfiguration();
        if (!m_options.caFile.isEmpty() && configuration.caCertificates().isEmpty()) {
            end(failure(Outcome::Kind::Misconfigured,
                        u"The file of trusted authorities holds no certificate: %1"_s.arg(m_options.caFile)));
            return;
        }
        m_socket->setSslConfiguration(configuration);
    }
    m_socket->setProxy(m_options.proxy);
    m_socket->setPeerVerifyName(m_options.host);
    m_socket->connectToHost(m_options.host, m_options.port);
}

/// The server had closed a kept connection, or closes it at the first command: nothing was handed over, so the same
/// attempt begins anew.
void Transport::reopen()
{
    m_reused = false;
    m_stages.clear();
    m_stage.clear();
    open();
}

/// Closes the connection without a word.
void Transport::drop()
{
    m_idle.stop();
    m_deadline.stop();
    m_dialogue.reset();
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket.release()->deleteLater();
}

QSslConfiguration Transport::sslConfiguration() const
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    // Set on the socket itself: Qt before 6.5.2 does not honour a default configuration's list (CVE-2023-34410).
    configuration.setCaCertificates(
        m_options.caFile.isEmpty()
            ? configuration.caCertificates()
            : QSslCertificate::fromPath(m_options.caFile, QSsl::Pem, QSslCertificate::PatternSyntax::FixedString));
    return configuration;
}

void Transport::connected()
{
    leave(true);
    DialogueOptions options{.security = m_options.security,
                            .login = m_options.login,
                            .allowPlaintextLogin = m_options.allowPlaintextLogin,
                            .heloName = m_options.heloName.toLatin1(),
                            .keep = m_options.keepFor > Duration::zero()};
    if (options.heloName.isEmpty())
        options.heloName = addressLiteral(m_socket->localAddress());
    m_dialogue = std::make_unique<Dialogue>(std::move(options), m_envelope);
    if (m_options.security == Security::Tls) {
        handshake();
        return;
    }
    enter(m_dialogue->stage());
    arm(m_options.commandTimeout);
}

void Transport::handshake()
{
    if (m_stage != "tls"_L1)
        enter(u"tls"_s);
    arm(m_options.commandTimeout);
    m_socket->startClientEncryption();
}

void Transport::encrypted()
{
    leave(true, m_socket->sessionCipher().protocolString());
    enter(u"greeting"_s);
    arm(m_options.commandTimeout);
    if (m_options.security == Security::StartTls) {
        m_dialogue->tlsStarted(m_socket->bytesAvailable() > 0);
        converse();
    }
}

void Transport::read()
{
    if (!m_dialogue)
        return;
    if (!m_done) { // Idle: the answer to QUIT, or a server that tires of waiting.
        drop();
        return;
    }
    m_dialogue->feed(m_socket->readAll());
    converse();
}

/// Does what the dialogue says until it waits.
void Transport::converse()
{
    while (m_dialogue && m_done) {
        if (m_socket->bytesToWrite() > MaxUnwritten)
            return;
        const Step step = m_dialogue->next();
        if (std::holds_alternative<Wait>(step))
            return;
        if (const auto *finished = std::get_if<Finished>(&step)) {
            end(finished->outcome);
            return;
        }
        if (std::holds_alternative<StartTls>(step)) {
            // What came in clear behind the 220 must never be taken for what came through TLS.
            if (m_socket->bytesAvailable() > 0)
                m_dialogue->tlsStarted(true);
            else
                handshake();
            continue;
        }
        const bool decided = m_dialogue->phase() == Dialogue::Phase::Done; // QUIT belongs to the stage that decided.
        if (!decided && m_dialogue->stage() != m_stage) {
            leave(true);
            enter(m_dialogue->stage());
        }
        m_socket->write(std::get<Send>(step).bytes);
        switch (m_dialogue->phase()) {
        case Dialogue::Phase::EndOfData:
            arm(m_options.endOfDataTimeout);
            break;
        case Dialogue::Phase::Done:
            arm(m_options.quitTimeout);
            break;
        default:
            arm(m_options.commandTimeout);
        }
    }
}

void Transport::failed(QAbstractSocket::SocketError error)
{
    if (!m_done) {
        drop();
        return;
    }
    if (m_dialogue && m_socket->bytesAvailable() > 0
        && m_stage != "tls"_L1) // The last words of a server that hangs up.
        m_dialogue->feed(m_socket->readAll());
    switch (error) {
    case QAbstractSocket::HostNotFoundError:
        lost(u"The mail server %1 is not known by that name."_s.arg(m_options.host));
        return;
    case QAbstractSocket::ConnectionRefusedError:
        lost(u"The mail server %1 refused the connection to port %2."_s.arg(m_options.host,
                                                                            QString::number(m_options.port)));
        return;
    case QAbstractSocket::RemoteHostClosedError:
        lost(u"The mail server closed the connection."_s);
        return;
    case QAbstractSocket::SslHandshakeFailedError:
        lost(m_tlsProblem.isEmpty()
                 ? u"The encrypted connection to %1 could not be made."_s.arg(m_options.host)
                 : u"The certificate of %1 is not accepted: %2."_s.arg(m_options.host, m_tlsProblem));
        return;
    default:
        lost(u"The connection to the mail server %1 failed."_s.arg(m_options.host));
    }
}

void Transport::lost(const QString &why)
{
    if (!m_done)
        return;
    if (!m_dialogue) {
        end(failure(Outcome::Kind::Transient, why));
        return;
    }
    m_dialogue->connectionLost(why);
    while (m_done && m_dialogue) {
        const Step step = m_dialogue->next();
        if (const auto *finished = std::get_if<Finished>(&step))
            end(finished->outcome);
        else if (std::holds_alternative<Wait>(step))
            return;
    }
}

void Transport::enter(const QString &stage)
{
    m_stage = stage;
    m_clock.restart();
}

void Transport::leave(bool ok, const QString &detail)
{
    if (m_stage.isEmpty())
        return;
    const Duration took = std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(m_clock.nsecsElapsed()));
    if (!m_stages.isEmpty() && m_stages.constLast().name == m_stage) {
        m_stages.last().took += took;
        m_stages.last().ok = ok;
    } else {
        m_stages.append({.name = m_stage, .took = took, .detail = detail, .ok = ok});
    }
    m_stage.clear();
}

void Transport::arm(Duration deadline)
{
    m_deadline.start(milliseconds(deadline));
}

void Transport::end(Outcome outcome)
{
    const bool untouched = m_reused && m_dialogue && !m_dialogue->hasHeard();
    if (untouched && outcome.kind == Outcome::Kind::Transient && m_total.isActive()) {
        reopen();
        return;
    }
    m_deadline.stop();
    m_total.stop();
    const bool ok = outcome.kind == Outcome::Kind::Accepted;
    leave(ok, ok ? QString() : outcome.detail);
    outcome.stages = m_stages;
    if (m_dialogue)
        outcome.transcript = m_dialogue->transcript();
    if (m_dialogue && m_dialogue->isKept())
        m_idle.start(milliseconds(m_options.keepFor));
    else
        drop();
    QMetaObject::invokeMethod(
        this, [done = std::exchange(m_done, nullptr), outcome = std::move(outcome)] { done(outcome); },
        Qt::QueuedConnection);
}

} // namespace escalite::smtp
