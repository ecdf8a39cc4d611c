// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The external command: what it is given, what its exit code and its answer mean, and how it is kept within bounds.

#include "notifiers/builtin.h"
#include "notifiers/samples.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace escalite::tests;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

class tst_Command : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void handsOverTheNotification()
    {
        const QString program =
            script("cat > stdin; env > environment; printf '%s\\n' \"$@\" > arguments; pwd > where");
        const ConfiguredNotifier notifier =
            configured({{u"program"_s, program},
                        {u"directory"_s, m_folder->path()},
                        {u"arguments"_s, QJsonArray{u"--level"_s, u"a b; $(id)"_s, u"--level"_s, u"*"_s}}});
        QVERIFY(notifier.type);
        const Notification notification = notificationOf(sessionSaying(u"card declined"_s));
        const Outcome outcome = send(notifier, notification);
        QCOMPARE(outcome.kind, Kind::Delivered);
        QCOMPARE(stagesOf(outcome), (QStringList{u"start"_s, u"hand over"_s, u"answer"_s}));

        const QByteArray body = contents("stdin");
        QCOMPARE(body, notifier.type->render(notification, notifier.config, Now, DeliveryId).body);
        const QJsonObject told = QJsonDocument::fromJson(body).object();
        QCOMPARE(told.value(u"level"_s), u"error"_s);
        QCOMPARE(told.value(u"reason"_s), u"first"_s);
        QCOMPARE(told.value(u"count"_s), 23);
        QCOMPARE(told.value(u"drill"_s), false);
        QCOMPARE(told.value(u"delivery"_s), DeliveryId.toString(QUuid::WithoutBraces));
        QCOMPARE(told.value(u"alert_id"_s), SessionId.toString(QUuid::WithoutBraces));
        QCOMPARE(told.value(u"incident"_s).toObject().value(u"count"_s), 42);
        QVERIFY(told.value(u"text"_s).toString().contains(u"card declined"_s));
        QVERIFY(told.value(u"subject"_s).toString().startsWith(u"[ERROR]"_s));
        QVERIFY(body.endsWith(",\"session\":" + notification.document + "}"));

        QCOMPARE(contents("arguments"), "--level\na b; $(id)\n--level\n*\n"_ba);
        QCOMPARE(QString::fromUtf8(contents("where")).trimmed(), m_folder->path());
        QStringList names;
        const QList<QByteArray> lines = contents("environment").split('\n');
        for (const QByteArray &line : lines) {
            if (line.contains('='))
                names.append(QString::fromUtf8(line.left(line.indexOf('='))));
        }
        for (const QString &own : {u"PWD"_s, u"SHLVL"_s, u"_"_s, u"OLDPWD"_s, u"PATH"_s, u"HOME"_s, u"LANG"_s})
            names.removeAll(own);
        names.sort();
        QCOMPARE(names, (QStringList{u"ESCALITE_ALERT_ID"_s, u"ESCALITE_DELIVERY"_s, u"ESCALITE_LEVEL"_s,
                                     u"ESCALITE_MESSAGE"_s, u"ESCALITE_REASON"_s}));
    }

    void fillsArguments_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("says");
        QTest::addColumn<QString>("argument");
        QTest::newRow("level") << u"--level={{level | upper}}"_s << u"x"_s << u"--level=ERROR"_s;
        QTest::newRow("error") << u"{{error}}"_s << u"card $(declined); `x`"_s << u"card $(declined); `x`"_s;
        QTest::newRow("no option") << u"{{error}}"_s << u"--delete-all"_s << u" --delete-all"_s;
        QTest::newRow("no file") << u"{{error}}"_s << u"@/etc/passwd"_s << u" @/etc/passwd"_s;
        QTest::newRow("one line") << u"{{error}}"_s << u"a\nb"_s << u"a␊b"_s;
        QTest::newRow("nothing") << u"{{by}}"_s << u"x"_s << QString();
    }
    void fillsArguments()
    {
        QFETCH(QString, pattern);
        QFETCH(QString, says);
        QFETCH(QString, argument);
        const ConfiguredNotifier notifier = configured({{u"program"_s, script("printf '%s' \"$#:$1\" > argument")},
                                                        {u"directory"_s, m_folder->path()},
                                                        {u"arguments"_s, QJsonArray{pattern}}});
        QCOMPARE(send(notifier, notificationOf(sessionSaying(says))).kind, Kind::Delivered);
        QCOMPARE(QString::fromUtf8(contents("argument")), u"1:"_s + argument);
    }

    void keepsTheSessionBack_data()
    {
        QTest::addColumn<Scope>("scope");
        QTest::addColumn<bool>("wanted");
        QTest::addColumn<bool>("plain");
        QTest::addColumn<bool>("included");
        QTest::newRow("whole log") << Scope::WholeLog << true << false << true;
        QTest::newRow("failing calls") << Scope::FailingCalls << true << false << true;
        QTest::newRow("summary") << Scope::Summary << true << false << false;
        QTest::newRow("not wanted") << Scope::WholeLog << false << false << false;
        QTest::newRow("plain") << Scope::WholeLog << true << true << false;
    }
    void keepsTheSessionBack()
    {
        QFETCH(Scope, scope);
        QFETCH(bool, wanted);
        QFETCH(bool, plain);
        QFETCH(bool, included);
        const ConfiguredNotifier notifier = configured({{u"program"_s, script(":")}, {u"send_session"_s, wanted}});
        Notification notification = notificationOf(sessionSaying(u"card declined"_s));
        notification.scope = scope;
        notification.plain = plain;
        const QByteArray body = notifier.type->render(notification, notifier.config, Now, DeliveryId).body;
        QCOMPARE(QJsonDocument::fromJson(body).object().value(u"session"_s).isObject(), included);
    }

    void readsTheOutcome_data()
    {
        QTest::addColumn<QByteArray>("does");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QString>("detail");
        QTest::newRow("0") << "exit 0"_ba << Kind::Delivered << u"The program took the message."_s;
        QTest::newRow("75") << "echo busy >&2; exit 75"_ba << Kind::Transient
                            << u"The program ended with code 75: busy"_s;
        for (const int code : {64, 78, 1, 126, 255})
            QTest::addRow("%d", code) << "exit "_ba + QByteArray::number(code) << Kind::Permanent
                                      << u"The program ended with code %1."_s.arg(code);
        QTest::newRow("signal") << "kill -9 $$"_ba << Kind::Transient << u"The program ended by signal 9."_s;
        QTest::newRow("accepted") << "echo '{\"outcome\":\"accepted\",\"detail\":\"queued\"}'"_ba << Kind::Accepted
                                  << u"The program took the message: queued"_s;
        QTest::newRow("last line") << "echo chatter; echo '{\"outcome\":\"ambiguous\"}'; exit 1"_ba << Kind::Ambiguous
                                   << u"The program ended with code 1."_s;
        QTest::newRow("misconfigured") << "echo '{\"outcome\":\"misconfigured\",\"detail\":\"no key\"}'; exit 78"_ba
                                       << Kind::Misconfigured << u"The program ended with code 78: no key"_s;
        QTest::newRow("says delivered, fails") << "echo '{\"outcome\":\"delivered\"}'; exit 70"_ba << Kind::Permanent
                                               << u"The program ended with code 70."_s;
        QTest::newRow("unknown word") << "echo '{\"outcome\":\"perhaps\"}'"_ba << Kind::Delivered
                                      << u"The program took the message."_s;
        QTest::newRow("reads nothing") << "exec <&-; exit 0"_ba << Kind::Delivered
                                       << u"The program took the message."_s;
    }
    void readsTheOutcome()
    {
        QFETCH(QByteArray, does);
        QFETCH(Kind, kind);
        QFETCH(QString, detail);
        Notification notification = notificationOf(sessionSaying(u"card declined"_s));
        notification.document = "\"" + QByteArray(300'000, 'x') + "\""; // More than a pipe holds.
        const Outcome outcome = send(configured({{u"program"_s, script(does)}}), notification);
        QVERIFY2(outcome.kind == kind, qPrintable(outcomeName(outcome.kind) + u": "_s + outcome.detail));
        QCOMPARE(outcome.detail, detail);
    }

    void takesWaitAndHandle()
    {
        const Outcome outcome = send(configured({{u"program"_s, script("echo '{\"outcome\":\"transient\","
                                                                       "\"retry_after\":7.5,\"handle\":\"m-1\"}'")}}),
                                     notificationOf(sessionSaying(u"card declined"_s)));
        QCOMPARE(outcome.kind, Kind::Transient);
        QVERIFY(outcome.retryAfter == Duration(7500ms));
        QCOMPARE(outcome.handle, u"m-1"_s);
    }

    void endsWhatTakesTooLong_data()
    {
        QTest::addColumn<QByteArray>("does");
        QTest::addColumn<QString>("word");
        QTest::addColumn<Kind>("kind");
        QTest::newRow("asked") << "sleep 60"_ba << QString() << Kind::Transient;
        QTest::newRow("with what it started") << "sleep 60 & echo $! > child; wait"_ba << QString() << Kind::Transient;
        QTest::newRow("in doubt") << "sleep 60"_ba << u"ambiguous"_s << Kind::Ambiguous;
        QTest::newRow("killed") << "trap '' TERM; while :; do sleep 1; done"_ba << QString() << Kind::Transient;
    }
    void endsWhatTakesTooLong()
    {
        QFETCH(QByteArray, does);
        QFETCH(QString, word);
        QFETCH(Kind, kind);
        const Outcome outcome = send(configured({{u"program"_s, script("echo $$ > pid; " + does)},
                                                 {u"directory"_s, m_folder->path()},
                                                 {u"when_killed"_s, word}}),
                                     notificationOf(sessionSaying(u"card declined"_s)), 300ms);
        QVERIFY2(outcome.kind == kind, qPrintable(outcome.detail));
        QCOMPARE(outcome.detail, u"The program took too long and was ended."_s);
        const QByteArray group = contents("pid").trimmed();
        QVERIFY(!group.isEmpty());
        const QByteArray child = contents("child").trimmed();
        QVERIFY(QTest::qWaitFor([&] { return !isAlive(group) && (child.isEmpty() || !isAlive(child)); }));
    }

    void bounds()
    {
        // A flood on both streams must neither stop the program nor fill the memory.
        const Outcome outcome = send(
            configured({{u"program"_s, script("head -c 3000000 /dev/zero | tr '\\0' x | tee /dev/stderr; exit 65")}}),
            notificationOf(sessionSaying(u"card declined"_s)));
        QCOMPARE(outcome.kind, Kind::Permanent);
        QVERIFY(outcome.detail.size() < 400);
        QVERIFY2(outcome.transcript.size() <= 16 * 1024, qPrintable(QString::number(outcome.transcript.size())));
    }

    void doesNotTellWhatArgumentsSay()
    {
        const Outcome outcome =
            send(configured({{u"program"_s, script("echo \"bad key: $2, $3\" | tee /dev/stderr; exit 77")},
                             {u"arguments"_s, QJsonArray{u"--key"_s, u"hunter2-hunter2"_s, u"--token=abcd9876"_s}}}),
                 notificationOf(sessionSaying(u"card declined"_s)));
        QCOMPARE(outcome.kind, Kind::Permanent);
        for (const QString &text : {outcome.detail, outcome.transcript}) {
            QVERIFY2(text.contains(u"bad key"_s), qPrintable(text));
            QVERIFY2(!text.contains(u"hunter2"_s) && !text.contains(u"abcd9876"_s), qPrintable(text));
        }
    }

    void refusesAtLoad_data()
    {
        QTest::addColumn<QString>("case_");
        QTest::addColumn<QString>("says");
        QTest::newRow("relative") << u"relative"_s << u"'program' must be the whole path"_s;
        QTest::newRow("not executable") << u"plain"_s << u"is not executable"_s;
        QTest::newRow("open to everybody") << u"open"_s << u"Everybody can change"_s;
        QTest::newRow("in an open folder") << u"folder"_s << u"Everybody can exchange"_s;
        QTest::newRow("unknown name") << u"argument"_s << u"'arguments' entry 2, column 3: "_s;
        QTest::newRow("no folder") << u"directory"_s << u"'directory' must be the whole path of a folder"_s;
    }
    void refusesAtLoad()
    {
        QFETCH(QString, case_);
        QFETCH(QString, says);
        QString program = script(":");
        QJsonObject config;
        if (case_ == "relative"_L1) {
            QVERIFY(QDir::setCurrent(m_folder->path()));
            program = QFileInfo(program).fileName();
        } else if (case_ == "plain"_L1) {
            QVERIFY(QFile::setPermissions(program, QFile::ReadOwner | QFile::WriteOwner));
        } else if (case_ == "open"_L1) {
            QVERIFY(QFile::setPermissions(program, QFile::permissions(program) | QFile::WriteOther));
        } else if (case_ == "folder"_L1) {
            QVERIFY(QFile::setPermissions(m_folder->path(), QFile::permissions(m_folder->path()) | QFile::WriteOther));
        } else if (case_ == "argument"_L1) {
            config.insert(u"arguments"_s, QJsonArray{u"{{level}}"_s, u"{{nothing}}"_s});
        } else {
            config.insert(u"directory"_s, u"not/there"_s);
        }
        config.insert(u"program"_s, program);
        Problems problems;
        const ConfiguredNotifier notifier = configured(config, &problems);
        QDir::setCurrent(u"/"_s);
        QVERIFY(!notifier.type);
        QCOMPARE(problems.size(), 1);
        QVERIFY2(problems.constFirst().message.contains(says), qPrintable(problems.constFirst().message));
        QCOMPARE(problems.constFirst().pointer, u"/notifiers/0/config/"_s
                                                    + (case_ == "directory"_L1  ? u"directory"_s
                                                       : case_ == "argument"_L1 ? u"arguments/1"_s
                                                                                : u"program"_s));
    }

    void isHeldWhenItCannotStart()
    {
        const QString program = script(":");
        const ConfiguredNotifier notifier = configured({{u"program"_s, program}});
        QVERIFY(QFile::remove(program));
        QCOMPARE(send(notifier, notificationOf(nullptr)).kind, Kind::Misconfigured);

        const QString strange = script(":", "#!/no/such/interpreter\n");
        QCOMPARE(send(configured({{u"program"_s, strange}}), notificationOf(nullptr)).kind, Kind::Misconfigured);
    }

    void keepsOpenFilesToItself()
    {
        QFile secret(m_folder->filePath(u"secret"_s));
        QVERIFY(secret.open(QIODevice::ReadWrite));
        const int inheritable = ::fcntl(secret.handle(), F_DUPFD, 50);
        QVERIFY(inheritable >= 50);
        const ConfiguredNotifier notifier = configured(
            {{u"program"_s, script("readlink /proc/$$/fd/* > files; exit 0")}, {u"directory"_s, m_folder->path()}});
        QCOMPARE(send(notifier, notificationOf(nullptr)).kind, Kind::Delivered);
        ::close(inheritable);
        QVERIFY(contents("files").contains("pipe:"));
        QVERIFY2(!contents("files").contains("secret"), contents("files").constData());
    }

    void endsWithItsSender()
    {
        const ConfiguredNotifier notifier =
            configured({{u"program"_s, script("echo $$ > pid.new; mv pid.new pid; sleep 60")},
                        {u"directory"_s, m_folder->path()}});
        std::unique_ptr<Sender> sender = notifier.type->create(notifier.config);
        int calls = 0;
        sender->send(notifier.type->render(notificationOf(nullptr), notifier.config, Now, DeliveryId),
                     {.delivery = DeliveryId}, [&calls](const Outcome &) { ++calls; });
        QVERIFY(QTest::qWaitFor([this] { return QFile::exists(m_folder->filePath(u"pid"_s)); }));
        sender.reset();
        QVERIFY(!QFile::exists(u"/proc/"_s + QString::fromLatin1(contents("pid").trimmed())));
        QCOMPARE(calls, 0);
    }

private:
    QString script(const QByteArray &does, const QByteArray &head = "#!/bin/sh\n")
    {
        QFile file(m_folder->filePath(u"told.sh"_s));
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
            qFatal("no script");
        file.write(head + does + '\n');
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file.fileName();
    }

    QByteArray contents(const char *name) const
    {
        QFile file(m_folder->filePath(QString::fromLatin1(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    static ConfiguredNotifier configured(const QJsonObject &config, Problems *found = nullptr)
    {
        static const NotifierCatalogue catalogue = notifiers::builtinCatalogue();
        Problems problems;
        const QJsonArray array{QJsonObject{{u"type"_s, u"command"_s}, {u"config"_s, config}}};
        const QList<ConfiguredNotifier> notifiers = catalogue.read(array, u"/notifiers"_s, problems);
        if (found)
            *found = problems;
        else if (notifiers.isEmpty())
            qFatal("%s", qPrintable(problems.value(0).message));
        return notifiers.value(0);
    }

    static Outcome send(const ConfiguredNotifier &notifier, const Notification &notification, Duration timeout = 20s)
    {
        const std::unique_ptr<Sender> sender = notifier.type->create(notifier.config);
        std::optional<Outcome> outcome;
        sender->send(notifier.type->render(notification, notifier.config, Now, DeliveryId),
                     {.delivery = DeliveryId, .count = notification.count, .timeout = timeout},
                     [&](const Outcome &came) { outcome = came; });
        if (!QTest::qWaitFor([&] { return outcome.has_value(); }, 30'000))
            qFatal("no outcome");
        return *outcome;
    }

    /// A process that has ended may stand there until somebody asks for its code.
    static bool isAlive(const QByteArray &process)
    {
        QFile status(u"/proc/%1/stat"_s.arg(QString::fromLatin1(process)));
        return status.open(QIODevice::ReadOnly) && !status.readAll().contains(") Z ");
    }

    static QStringList stagesOf(const Outcome &outcome)
    {
        QStringList names;
        for (const Outcome::Stage &stage : outcome.stages)
            names.append(stage.name);
        return names;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(tst_Command)
#include "tst_command.moc"
