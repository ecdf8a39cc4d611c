// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The desktop's notification against a bus and a notification server of our own.

#include "notifiers/builtin.h"
#include "notifiers/samples.h"

#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusMessage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

/// Shows nothing and remembers everything.
class Desktop final : public QObject, protected QDBusContext
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    struct Note
    {
        QString application;
        quint32 replaces = 0;
        QString summary;
        QString body;
        QVariantMap hints;
        int expire = 0;
    };
    QList<Note> notes;
    QStringList capabilities;
    QString error;
    bool silent = false;

public Q_SLOTS:
    QStringList GetCapabilities() const { return capabilities; }
    // NOLINTNEXTLINE(readability-function-size): as the specification has it
    quint32 Notify(const QString &application, quint32 replaces, const QString &, const QString &summary,
                   const QString &body, const QStringList &, const QVariantMap &hints, int expire)
    {
        notes.append({application, replaces, summary, body, hints, expire});
        if (!error.isEmpty())
            sendErrorReply(error, u"no, with password=hunter2hunter2"_s);
        if (silent)
            setDelayedReply(true);
        return replaces != 0 ? replaces : static_cast<quint32>(notes.size());
    }
};

class tst_Desktop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable(u"dbus-daemon"_s).isEmpty())
            QSKIP("dbus-daemon is not installed");
        m_bus.start(u"dbus-daemon"_s, {u"--session"_s, u"--nofork"_s, u"--print-address"_s});
        QVERIFY(m_bus.waitForReadyRead(10'000));
        m_address = QString::fromLatin1(m_bus.readLine()).trimmed();
        QVERIFY(!m_address.isEmpty());
    }
    void cleanupTestCase()
    {
        m_bus.kill();
        m_bus.waitForFinished();
    }
    void init()
    {
        m_desktop = std::make_unique<Desktop>();
        open();
    }
    void cleanup() { close(); }

    void showsTheMessage_data()
    {
        QTest::addColumn<QStringList>("capabilities");
        QTest::addColumn<QString>("part");
        QTest::newRow("plain") << QStringList{u"body"_s} << u"a <b>&amp; c"_s;
        QTest::newRow("markup") << QStringList{u"body"_s, u"body-markup"_s} << u"a &lt;b&gt;&amp;amp; c"_s;
    }
    void showsTheMessage()
    {
        QFETCH(QStringList, capabilities);
        QFETCH(QString, part);
        m_desktop->capabilities = capabilities;
        const ConfiguredNotifier notifier = configured({{u"show_for"_s, 30}});
        Notification notification = notificationOf(sessionSaying(u"card declined"_s));
        notification.message = u"a <b>&amp; c"_s;
        const Outcome outcome = send(notifier, notification);
        QVERIFY2(outcome.kind == Kind::Delivered, qPrintable(outcome.detail));
        QCOMPARE(m_desktop->notes.size(), 1);
        const Desktop::Note &note = m_desktop->notes.constFirst();
        QCOMPARE(note.application, u"Escalite Console"_s);
        QCOMPARE(note.replaces, 0U);
        QVERIFY2(note.summary.startsWith(u"[ERROR] POST /checkout - card declined"_s), qPrintable(note.summary));
        QVERIFY2(note.body.startsWith(part + u'\n'), qPrintable(note.body));
        QCOMPARE(note.expire, 30'000);
        QCOMPARE(note.hints.value(u"urgency"_s).typeId(), int(QMetaType::UChar));
        QStringList stages;
        for (const Outcome::Stage &stage : outcome.stages)
            stages.append(stage.name);
        QCOMPARE(stages, (QStringList{u"connect"_s, u"ask"_s, u"hand over"_s, u"answer"_s}));
    }

    void saysHowUrgentItIs_data()
    {
        QTest::addColumn<Level>("level");
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<int>("urgency");
        QTest::newRow("info") << Level::Info << Reason::First << 0;
        QTest::newRow("warning") << Level::Warning << Reason::First << 1;
        QTest::newRow("error") << Level::Error << Reason::First << 1;
        QTest::newRow("critical") << Level::Critical << Reason::First << 2;
        QTest::newRow("critical, drill") << Level::Critical << Reason::Drill << 1;
        QTest::newRow("critical, closed") << Level::Critical << Reason::Closed << 0;
    }
    void saysHowUrgentItIs()
    {
        QFETCH(Level, level);
        QFETCH(Reason, reason);
        QFETCH(int, urgency);
        Notification notification = notificationOf(nullptr);
        notification.incident->level = level;
        notification.reason = reason;
        (void)send(configured({}), notification);
        QCOMPARE(m_desktop->notes.value(0).hints.value(u"urgency"_s).toInt(), urgency);
        QCOMPARE(m_desktop->notes.value(0).expire, -1);
    }

    void replacesWhatItShowed()
    {
        const ConfiguredNotifier notifier = configured({});
        const Outcome first = send(notifier, notificationOf(nullptr));
        QVERIFY(first.handle.startsWith(u"1 :"_s));
        Notification next = notificationOf(nullptr);
        next.reason = Reason::Closed;
        next.earlier = {.first = DeliveryId, .handle = first.handle, .last = DeliveryId};
        const Outcome second = send(notifier, next);
        QCOMPARE(second.handle, first.handle);
        QCOMPARE(m_desktop->notes.value(1).replaces, 1U);

        // The numbers of a server that came later are not ours.
        close();
        open();
        (void)send(notifier, next);
        QCOMPARE(m_desktop->notes.value(2).replaces, 0U);
    }

    void keepsItsConnection()
    {
        const ConfiguredNotifier notifier = configured({});
        const std::unique_ptr<Sender> sender = notifier.type->create(notifier.config);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(send(notifier, notificationOf(nullptr), 10s, sender.get()).kind, Kind::Delivered);
        QCOMPARE(m_desktop->notes.size(), 3);
    }

    void triesAgainWithoutAServer()
    {
        close();
        const Outcome outcome = send(configured({}), notificationOf(nullptr));
        QCOMPARE(outcome.kind, Kind::Transient);
        QCOMPARE(outcome.detail, u"No program shows notifications on this desktop."_s);
        QVERIFY(m_desktop->notes.isEmpty());
    }

    void triesAgainWithoutABus()
    {
        const Outcome outcome =
            send(configured({{u"bus_address"_s, u"unix:path=/nowhere/at/all"_s}}), notificationOf(nullptr));
        QCOMPARE(outcome.kind, Kind::Transient);
        QVERIFY2(outcome.detail.startsWith(u"The session bus cannot be reached"_s), qPrintable(outcome.detail));

        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all");
        const Outcome session = send(configured({{u"bus_address"_s, QJsonValue()}}), notificationOf(nullptr));
        QCOMPARE(session.kind, Kind::Transient);
        QVERIFY2(session.detail.startsWith(u"There is no session bus"_s), qPrintable(session.detail));
    }

    void readsErrors_data()
    {
        QTest::addColumn<QString>("error");
        QTest::addColumn<Kind>("kind");
        const QString bus = u"org.freedesktop.DBus.Error."_s;
        QTest::newRow("too many") << u"org.freedesktop.Notifications.Error.ExcessNotificationGeneration"_s
                                  << Kind::Transient;
        QTest::newRow("limits") << bus + u"LimitsExceeded"_s << Kind::Transient;
        QTest::newRow("arguments") << bus + u"InvalidArgs"_s << Kind::Permanent;
        QTest::newRow("not allowed") << bus + u"AccessDenied"_s << Kind::Misconfigured;
        QTest::newRow("no reply") << bus + u"NoReply"_s << Kind::Ambiguous;
    }
    void readsErrors()
    {
        QFETCH(QString, error);
        QFETCH(Kind, kind);
        m_desktop->error = error;
        const Outcome outcome = send(configured({}), notificationOf(nullptr));
        QVERIFY2(outcome.kind == kind, qPrintable(outcomeName(outcome.kind) + u": "_s + outcome.detail));
        QVERIFY2(!outcome.detail.contains(u"hunter2"_s), qPrintable(outcome.detail));
        QCOMPARE(m_desktop->notes.size(), 1);
    }

    void isInDoubtWithoutAnAnswer()
    {
        m_desktop->silent = true;
        const Outcome outcome = send(configured({}), notificationOf(nullptr), 300ms);
        QVERIFY2(outcome.kind == Kind::Ambiguous, qPrintable(outcome.detail));
        QCOMPARE(m_desktop->notes.size(), 1);
    }

    void isDroppedWithItsSender()
    {
        const ConfiguredNotifier notifier = configured({});
        std::unique_ptr<Sender> sender = notifier.type->create(notifier.config);
        int calls = 0;
        sender->send(notifier.type->render(notificationOf(nullptr), notifier.config, Now, DeliveryId),
                     {.delivery = DeliveryId}, [&calls](const Outcome &) { ++calls; });
        sender.reset();
        QTest::qWait(50);
        QCOMPARE(calls, 0);
    }

private:
    void open()
    {
        QDBusConnection bus = QDBusConnection::connectToBus(m_address, u"fake"_s);
        QVERIFY(
            bus.registerObject(u"/org/freedesktop/Notifications"_s, m_desktop.get(), QDBusConnection::ExportAllSlots));
        QVERIFY(bus.registerService(u"org.freedesktop.Notifications"_s));
    }
    void close()
    {
        if (QDBusConnection(u"fake"_s).isConnected())
            QDBusConnection(u"fake"_s).unregisterService(u"org.freedesktop.Notifications"_s);
        QDBusConnection::disconnectFromBus(u"fake"_s);
    }

    ConfiguredNotifier configured(QJsonObject config) const
    {
        static const NotifierCatalogue catalogue = notifiers::builtinCatalogue();
        if (!config.contains(u"bus_address"_s))
            config.insert(u"bus_address"_s, m_address);
        Problems problems;
        const QJsonArray array{QJsonObject{{u"type"_s, u"desktop"_s}, {u"config"_s, config}}};
        const QList<ConfiguredNotifier> notifiers = catalogue.read(array, u"/notifiers"_s, problems);
        if (!problems.isEmpty())
            qFatal("%s", qPrintable(problems.constFirst().message));
        return notifiers.value(0);
    }

    static Outcome send(const ConfiguredNotifier &notifier, const Notification &notification, Duration timeout = 10s,
                        Sender *kept = nullptr)
    {
        const std::unique_ptr<Sender> own = kept ? nullptr : notifier.type->create(notifier.config);
        std::optional<Outcome> outcome;
        (kept ? kept : own.get())
            ->send(notifier.type->render(notification, notifier.config, Now, DeliveryId),
                   {.delivery = DeliveryId, .timeout = timeout}, [&](const Outcome &came) { outcome = came; });
        if (outcome)
            qFatal("done was called before send() returned");
        if (!QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000))
            qFatal("no outcome");
        return *outcome;
    }

    QProcess m_bus;
    QString m_address;
    std::unique_ptr<Desktop> m_desktop;
};

QTEST_GUILESS_MAIN(tst_Desktop)
#include "tst_desktop.moc"
