// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The sink, what the environment says of it, and the real console.

#include "client/fakesessions.h"
#include "client/httpsink.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace escalite;
using namespace escalite::test;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr int Patience = 60'000;

/// A home of its own, in which escalited runs and is killed.
class House
{
public:
    House()
    {
        QDir(m_directory.path()).mkdir(u"run"_s);
        QFile::setPermissions(m_directory.filePath(u"run"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        for (const QByteArray &name :
             {"ESCALITE_URL"_ba, "ESCALITE_TOKEN"_ba, "ESCALITE_SERVICE"_ba, "ESCALITE_LIVE"_ba,
              "ESCALITE_MIN_LEVEL"_ba, "ESCALITE_DISABLED"_ba, "OTEL_SERVICE_NAME"_ba})
            qunsetenv(name.constData());
        qputenv("HOME", path({}));
        qputenv("XDG_CONFIG_HOME", path(u"config"_s));
        qputenv("XDG_DATA_HOME", path(u"data"_s));
        qputenv("XDG_STATE_HOME", path(u"state"_s));
        qputenv("XDG_RUNTIME_DIR", path(u"run"_s));
    }
    ~House()
    {
        m_console.kill();
        m_console.waitForFinished();
    }
    bool start(const QString &listen = u"127.0.0.1:0"_s)
    {
        QFile::remove(endpointFile());
        m_console.setStandardErrorFile(QProcess::nullDevice());
        m_console.start(QStringLiteral(ESCALITE_BIN_DIR) + "/escalited"_L1, {u"--listen"_s, listen});
        return m_console.waitForStarted() && QTest::qWaitFor([this] { return !endpoint().isEmpty(); }, Patience);
    }
    void kill()
    {
        ::kill(static_cast<pid_t>(m_console.processId()), SIGKILL);
        m_console.waitForFinished();
    }
    [[nodiscard]] QJsonObject endpoint() const
    {
        QFile file(endpointFile());
        if (!file.open(QIODevice::ReadOnly))
            return {};
        const QJsonObject found = QJsonDocument::fromJson(file.readAll()).object();
        return found["pid"_L1].toInteger() == m_console.processId() ? found : QJsonObject();
    }
    [[nodiscard]] QString endpointFile() const { return m_directory.filePath(u"run/escalite/endpoint.json"_s); }

private:
    [[nodiscard]] QByteArray path(const QString &name) const { return QFile::encodeName(m_directory.filePath(name)); }

    QTemporaryDir m_directory;
    QProcess m_console;
};

} // namespace

class HttpSinkConsoleTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheEnvironment();
    void findsTheConsole();
    void isUsedWithoutAnEventLoop();
    void takesTheTokenThatTheConsoleMade();
    void losesNothingWhenTheConsoleIsKilled();
};

void HttpSinkConsoleTest::readsTheEnvironment()
{
    const House house;
    QCOMPARE(HttpSinkOptions::fromEnvironment().url, u"http://127.0.0.1:4377"_s);
    QVERIFY(!HttpSinkOptions::fromEnvironment().disabled);
    qputenv("OTEL_SERVICE_NAME", "other");
    QCOMPARE(HttpSinkOptions::fromEnvironment().source, u"other"_s);
    qputenv("ESCALITE_SERVICE", "shop");
    qputenv("ESCALITE_URL", "http://127.0.0.1:1");
    qputenv("ESCALITE_TOKEN", "esc_x");
    qputenv("ESCALITE_MIN_LEVEL", "Warning");
    qputenv("ESCALITE_LIVE", "1");
    qputenv("ESCALITE_DISABLED", "true");
    const HttpSinkOptions options = HttpSinkOptions::fromEnvironment();
    QCOMPARE(options.source, u"shop"_s);
    QCOMPARE(options.url, u"http://127.0.0.1:1"_s);
    QCOMPARE(options.token.reveal(), u"esc_x"_s);
    QCOMPARE(options.least, Level::Warning);
    QCOMPARE(options.mode, HttpSinkOptions::Mode::Live);
    QVERIFY(options.disabled);
    qputenv("ESCALITE_LIVE", "0");
    qputenv("ESCALITE_DISABLED", "");
    qputenv("ESCALITE_MIN_LEVEL", "loud");
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"ESCALITE_MIN_LEVEL must be"_s));
    QCOMPARE(HttpSinkOptions::fromEnvironment().least, Level::Debug);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"ESCALITE_MIN_LEVEL must be"_s));
    QCOMPARE(HttpSinkOptions::fromEnvironment().mode, HttpSinkOptions::Mode::Whole);
}

void HttpSinkConsoleTest::findsTheConsole()
{
    House house;
    QVERIFY(house.start());
    const HttpSinkOptions options = HttpSinkOptions::fromEnvironment();
    QCOMPARE(options.url, "unix:"_L1 + house.endpoint()["socket"_L1].toString());
    QVERIFY(options.token.isEmpty());
    qputenv("ESCALITE_URL", "http://" + house.endpoint()["addresses"_L1][0].toString().toLatin1());
    QVERIFY(HttpSinkOptions::fromEnvironment().token.reveal().startsWith("esc_"_L1));
}

void HttpSinkConsoleTest::isUsedWithoutAnEventLoop()
{
    House house;
    QVERIFY(house.start());
    QProcess service;
    service.start(QStringLiteral(ESCALITE_BIN_DIR) + "/plainprogram"_L1, QStringList());
    QVERIFY(service.waitForFinished(Patience));
    QCOMPARE(service.readAllStandardOutput(), "100 taken\n");
    QCOMPARE(service.exitCode(), 0);
}

void HttpSinkConsoleTest::takesTheTokenThatTheConsoleMade()
{
    House house;
    QVERIFY(house.start());
    HttpSinkOptions options;
    options.url = "http://"_L1 + house.endpoint()["addresses"_L1][0].toString();
    options.token = Secret(u"esc_of_before"_s);
    HttpSink sink(options);
    sink.ended(fakeSession());
    QVERIFY(sink.flush(std::chrono::milliseconds(Patience)));
    QCOMPARE(sink.counts().accepted, 1U);
}

void HttpSinkConsoleTest::losesNothingWhenTheConsoleIsKilled()
{
    House house;
    QVERIFY(house.start());
    HttpSinkOptions options = HttpSinkOptions::fromEnvironment();
    options.batchCount = 10;
    options.batchDelay = 1ms;
    options.firstRetry = 5ms;
    options.lastRetry = 50ms;
    HttpSink sink(options);
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 200; ++i)
            sink.ended(fakeSession(Level::Info, 200));
        QTRY_VERIFY_WITH_TIMEOUT(sink.counts().accepted > quint64(round) * 200, Patience);
        house.kill(); // With something under way, as a rule.
        QVERIFY(house.start());
    }
    QVERIFY(sink.flush(std::chrono::milliseconds(Patience)));
    QCOMPARE(sink.counts().accepted, 600U);
    QVERIFY(sink.counts().discarded.empty());
}

QTEST_GUILESS_MAIN(HttpSinkConsoleTest)
#include "tst_httpsinkconsole.moc"
