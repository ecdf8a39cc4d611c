// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Plug-in libraries: loaded only from places and in versions that can be trusted, and refused with the reason.

#include "delivery/plugin.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;

namespace {
const NotifierType &slack()
{
    static const NotifierType type{.id = "slack", .name = "Slack"};
    return type;
}
} // namespace

class tst_Plugin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_catalogue = {};
        m_problems.clear();
    }

    void loadsTheSampleAndSendsByIt()
    {
        put(u"filenotifier"_s);
        load();
        QCOMPARE(told(), QStringList());
        const NotifierType *type = m_catalogue.find(u"file");
        QVERIFY(type);

        const QString log = m_folder->filePath(u"messages.log"_s);
        const QJsonArray configuration{
            QJsonObject{{u"type"_s, u"file"_s}, {u"config"_s, QJsonObject{{u"file"_s, log}, {u"prefix"_s, u"P"_s}}}}};
        const QList<ConfiguredNotifier> notifiers = m_catalogue.read(configuration, u"/notifiers"_s, m_problems);
        QCOMPARE(told(), QStringList());
        Notification notification;
        notification.message = u"first\nline"_s;
        const QUuid delivery(u"6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a01"_s);
        const TimePoint now = *timePointFromRfc3339(u"2026-11-22T08:57:43Z");
        const Rendered rendered = type->render(notification, notifiers.constFirst().config, now, delivery);
        const std::unique_ptr<Sender> sender = type->create(notifiers.constFirst().config);
        std::optional<Outcome> outcome;
        sender->send(rendered, {.delivery = delivery}, [&outcome](const Outcome &came) { outcome = came; });
        QVERIFY(!outcome);
        QVERIFY(QTest::qWaitFor([&outcome] { return outcome.has_value(); }));
        QCOMPARE(outcome->kind, Outcome::Kind::Delivered);
        QFile file(log);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), rendered.body);
        QCOMPARE(rendered.body.count('\n'), 1);
    }

    void refusesALibrary_data()
    {
        QTest::addColumn<QString>("library");
        QTest::addColumn<QString>("says");
        QTest::newRow("interface") << u"strange-interface"_s
                                   << u"it is a plug-in for org.acme.Other/1, and org.escalite.NotifierPlugin/1 is "
                                      u"expected"_s;
        QTest::newRow("version") << u"strange-version"_s << u"it was built for Escalite 99.1.0, and this is "_s;
        QTest::newRow("silent") << u"strange-silent"_s << u"it does not say for which version of Escalite"_s;
        QTest::newRow("layout") << u"strange-layout"_s << u"it was built from other headers than this program"_s;
        QTest::newRow("word") << u"strange-word"_s << u"the id of a type must be a word"_s;
        QTest::newRow("type") << u"strange-type"_s
                              << u"its type \"slack\" exists already; to put it in the place of that one"_s;
    }
    void refusesALibrary()
    {
        QFETCH(QString, library);
        QFETCH(QString, says);
        m_catalogue.add(slack());
        put(library);
        load();
        QCOMPARE(m_problems.size(), 1);
        const Problem &problem = m_problems.constFirst();
        QVERIFY2(problem.message.contains(m_folder->filePath(library + u".so"_s)), qPrintable(problem.message));
        QVERIFY2(problem.message.contains(says), qPrintable(problem.message));
        QCOMPARE(problem.severity, Problem::Severity::Error);
        QCOMPARE(problem.pointer, u"/plugins/folders/0"_s);
        QCOMPARE(m_catalogue.types().size(), 1);
        QCOMPARE(m_catalogue.find(u"slack"), &slack());
    }

    void refusesAnotherQt_data()
    {
        QTest::addColumn<char>("major");
        QTest::addColumn<char>("minor");
        QTest::newRow("newer") << '\6' << '\x63';
        QTest::newRow("next") << '\7' << '\0';
        QTest::newRow("older") << '\5' << '\xf';
    }
    void refusesAnotherQt()
    {
        QFETCH(char, major);
        QFETCH(char, minor);
        put(u"filenotifier"_s);
        // The note that moc writes: name, version of the header, major and minor version of Qt.
        QFile file(m_folder->filePath(u"filenotifier.so"_s));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray bytes = file.readAll();
        const qsizetype at = bytes.indexOf("qt-project!");
        QVERIFY(at > 0);
        QCOMPARE(int(bytes.at(at + 13)), QT_VERSION_MAJOR);
        bytes[at + 13] = major;
        bytes[at + 14] = minor;
        QVERIFY(file.seek(0));
        file.write(bytes);
        file.close();
        load();
        QCOMPARE(m_problems.size(), 1);
        const QString says = u"it was built with Qt %1.%2, and this program runs with Qt %3"_s.arg(
            QString::number(int(major)), QString::number(int(minor)), QString::fromLatin1(qVersion()));
        QVERIFY2(m_problems.constFirst().message.contains(says), qPrintable(m_problems.constFirst().message));
        QVERIFY(m_catalogue.types().isEmpty());
    }

    void replacesOursOnlyWhenTold()
    {
        m_catalogue.add(slack());
        put(u"strange-type"_s);
        load({u"slack"_s, u"nothing"_s});
        QCOMPARE(told(),
                 QStringList(u"/plugins/replace/1: There is no notifier type nothing to replace; known are slack"_s));
        QCOMPARE(QByteArray(m_catalogue.find(u"slack")->name), "Strange"_ba);
        QCOMPARE(m_catalogue.types().size(), 1);
    }

    void refusesWhatIsNoLibrary()
    {
        QFile file(m_folder->filePath(u"text.so"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("not a library");
        file.close();
        QVERIFY(QFile::setPermissions(file.fileName(), QFile::ReadOwner | QFile::WriteOwner));
        QVERIFY(QFile::link(u"/nowhere/at/all.so"_s, m_folder->filePath(u"link.so"_s)));
        load();
        QCOMPARE(told().size(), 2);
        QVERIFY2(told().at(0).contains(u"link.so is a symbolic link"_s), qPrintable(told().at(0)));
        QVERIFY2(told().at(1).contains(u"it is no Qt plug-in"_s), qPrintable(told().at(1)));
    }

    void leavesOtherFilesAlone()
    {
        QFile file(m_folder->filePath(u"README"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        load();
        QCOMPARE(told(), QStringList());
    }

    void refusesWhatOthersCanChange_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QFile::Permissions>("open");
        QTest::newRow("file, group") << u"file"_s << QFile::Permissions(QFile::WriteGroup);
        QTest::newRow("file, all") << u"file"_s << QFile::Permissions(QFile::WriteOther);
        QTest::newRow("folder, group") << u"folder"_s << QFile::Permissions(QFile::WriteGroup);
        QTest::newRow("folder, all") << u"folder"_s << QFile::Permissions(QFile::WriteOther);
        QTest::newRow("above, all") << u"above"_s << QFile::Permissions(QFile::WriteOther);
    }
    void refusesWhatOthersCanChange()
    {
        QFETCH(QString, what);
        QFETCH(QFile::Permissions, open);
        const QString folder = m_folder->filePath(u"inner"_s);
        QVERIFY(QDir().mkdir(folder));
        const QString file = folder + u"/filenotifier.so"_s;
        put(u"filenotifier"_s, folder);
        const QString opened = what == "file"_L1 ? file : what == "folder"_L1 ? folder : m_folder->path();
        QVERIFY(QFile::setPermissions(opened, QFile::permissions(opened) | open));
        loadPlugins({.folders = {folder}}, m_catalogue, u"/plugins"_s, m_problems);
        QCOMPARE(m_problems.size(), 1);
        QVERIFY2(m_problems.constFirst().message.contains(u"others may write to "_s + opened + u';'),
                 qPrintable(m_problems.constFirst().message));
        QVERIFY(m_catalogue.types().isEmpty());
    }

    void refusesWhatBelongsToAnother()
    {
        if (::geteuid() != 0)
            QSKIP("only root can give a file away");
        put(u"filenotifier"_s);
        QCOMPARE(::chown(qPrintable(m_folder->filePath(u"filenotifier.so"_s)), 65534, 65534), 0);
        load();
        QCOMPARE(m_problems.size(), 1);
        QVERIFY(m_problems.constFirst().message.contains(u"belongs to another user"_s));
    }

    void refusesAFolder_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("says");
        QTest::newRow("relative") << u"plugins"_s
                                  << u"A folder of plug-ins must be a whole path, from the root on; plugins is none"_s;
        QTest::newRow("missing") << u"/nowhere/at/all"_s << u"There is no folder /nowhere/at/all"_s;
        QTest::newRow("sticky")
            << u"/tmp"_s << u"Plug-ins are not loaded from /tmp: others may write to /tmp; run: chmod go-w /tmp"_s;
    }
    void refusesAFolder()
    {
        QFETCH(QString, folder);
        QFETCH(QString, says);
        loadPlugins({.folders = {folder}}, m_catalogue, u"/plugins"_s, m_problems);
        QCOMPARE(told(), QStringList(u"/plugins/folders/0: "_s + says));
    }

private:
    /// A copy of the built \a library in the folder (or in \a folder), closed to others.
    void put(const QString &library, const QString &folder = {})
    {
        const QString file = (folder.isEmpty() ? m_folder->path() : folder) + u'/' + library + u".so"_s;
        if (!QFile::copy(QStringLiteral(ESCALITE_PLUGIN_DIR "/") + library + u".so"_s, file)
            || !QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner))
            qFatal("no %s", qPrintable(library));
    }
    void load(const QStringList &replace = {})
    {
        loadPlugins({.folders = {m_folder->path()}, .replace = replace}, m_catalogue, u"/plugins"_s, m_problems);
    }
    [[nodiscard]] QStringList told() const
    {
        QStringList lines;
        for (const Problem &problem : m_problems)
            lines.append(problem.pointer + u": "_s + problem.message);
        return lines;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    NotifierCatalogue m_catalogue;
    Problems m_problems;
};

QTEST_GUILESS_MAIN(tst_Plugin)
#include "tst_plugin.moc"
