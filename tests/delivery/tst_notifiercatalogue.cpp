// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A configuration is read with all its problems at once, in the words of the Python library where it had words.

#include "delivery/notifiercatalogue.h"

#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <array>

using namespace escalite;
using namespace escalite::delivery;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

void checkChat(const QJsonObject &config, Problems &problems)
{
    if (config.value("room"_L1).toString() == "nowhere"_L1)
        problems.append(
            {.severity = Problem::Severity::Error, .pointer = u"/room"_s, .message = u"There is no such room"_s});
    if (!config.contains("webhook_url"_L1))
        problems.append(
            {.severity = Problem::Severity::Error, .pointer = u"/webhook_url"_s, .message = u"Said already"_s});
}

QString chatHeld(const QJsonObject &config)
{
    return config.value("room"_L1).toString() == "clear"_L1 ? u"The password would go out in clear"_s : QString();
}

constexpr std::array chatFields{
    Field{.key = "webhook_url", .label = "URL", .kind = Field::Kind::SecretUrl, .required = true},
    Field{.key = "room", .label = "Room", .kind = Field::Kind::Text},
    Field{.key = "format",
          .label = "Format",
          .kind = Field::Kind::Choice,
          .fallback = "blocks",
          .choices = "blocks,table"},
};
constexpr std::array mailFields{
    Field{.key = "smtp_server", .label = "Server", .kind = Field::Kind::Text, .required = true},
    Field{.key = "smtp_port",
          .label = "Port",
          .kind = Field::Kind::Integer,
          .fallback = "587",
          .least = 1,
          .most = 65535},
    Field{.key = "sender_password", .label = "Password", .kind = Field::Kind::Secret, .required = true},
    Field{.key = "recipient_emails", .label = "To", .kind = Field::Kind::AddressList, .required = true},
    Field{.key = "use_tls", .label = "TLS", .kind = Field::Kind::Flag, .fallback = "true"},
    Field{.key = "tags", .label = "Tags", .kind = Field::Kind::TextList, .fallback = "a,b"},
    Field{.key = "ca_file", .label = "Authorities", .kind = Field::Kind::File},
    Field{.key = "page", .label = "Page", .kind = Field::Kind::Url},
    Field{.key = "words", .label = "Words", .kind = Field::Kind::Template},
    Field{.key = "allow_http", .label = "Without encryption", .kind = Field::Kind::Flag, .fallback = "false"},
};
const NotifierType chat{
    .id = "chat", .fields = chatFields, .missing = "Missing '%1' in config", .check = checkChat, .held = chatHeld};
const NotifierType mail{.id = "mail", .fields = mailFields};

const QString hook = u"https://hooks.chat.test/services/T000/B000/xyzzy"_s;

} // namespace

class TestNotifierCatalogue : public QObject
{
    Q_OBJECT

    NotifierCatalogue m_catalogue;
    std::unique_ptr<QTemporaryDir> m_folder;
    Problems m_problems;

    QList<ConfiguredNotifier> read(const QByteArray &json)
    {
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(json, &error);
        if (error.error != QJsonParseError::NoError)
            qFatal("%s", qPrintable(error.errorString()));
        m_problems.clear();
        return m_catalogue.read(document.array(), u"/notifiers"_s, m_problems, m_folder->path());
    }

    static QByteArray contents(const QString &name)
    {
        QFile file(QStringLiteral(ESCALITE_TEST_DATA "/delivery/") + name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    [[nodiscard]] QStringList told() const
    {
        QStringList lines;
        for (const Problem &problem : m_problems)
            lines.append(u"%1 %2: %3"_s.arg(problem.severity == Problem::Severity::Error ? u"error"_s : u"warning"_s,
                                            problem.pointer, problem.message));
        return lines;
    }

    void write(const QString &name, const QByteArray &bytes,
               QFileDevice::Permissions permissions = QFileDevice::ReadOwner | QFileDevice::WriteOwner)
    {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        QVERIFY(file.setPermissions(permissions));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_catalogue.add(chat));
        QVERIFY(m_catalogue.add(mail));
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void replacesATypeOnlyWhenTold()
    {
        NotifierCatalogue catalogue;
        static const NotifierType other{.id = "chat"};
        QVERIFY(catalogue.add(chat));
        QVERIFY(!catalogue.add(other));
        QCOMPARE(catalogue.find(u"chat"), &chat);
        QVERIFY(catalogue.add(other, true));
        QCOMPARE(catalogue.find(u"chat"), &other);
        QCOMPARE(catalogue.types().size(), 1);
        QCOMPARE(catalogue.find(u"Chat"), nullptr);
    }

    void readsWhatIsRight()
    {
        const QList<ConfiguredNotifier> read = this->read(contents(u"notifiers.json"_s));
        QCOMPARE(told(), QStringList());
        QCOMPARE(read.size(), 4);
        QCOMPARE(read.at(0).name, u"chat"_s);
        QCOMPARE(read.at(0).type, &chat);
        QCOMPARE(read.at(0).config, (QJsonObject{{"webhook_url"_L1, hook}, {"format"_L1, "blocks"_L1}}));
        QCOMPARE(read.at(0).secrets, (QStringList{hook, u"services/T000/B000/xyzzy"_s}));
        QVERIFY(read.at(0).enabled);
        QCOMPARE(read.at(1).name, u"the team"_s);
        QVERIFY(!read.at(1).enabled);
        QCOMPARE(read.at(1).config.value("smtp_port"_L1).toInt(), 25);
        QCOMPARE(read.at(1).config.value("recipient_emails"_L1).toArray(),
                 (QJsonArray{"ops@acme.test"_L1, "dev@acme.test"_L1}));
        QCOMPARE(read.at(1).config.value("use_tls"_L1).toBool(), false);
        QCOMPARE(read.at(1).config.value("tags"_L1).toArray(), (QJsonArray{"a"_L1, "b"_L1}));
        QVERIFY(!read.at(1).config.contains("ca_file"_L1));
        QCOMPARE(read.at(2).name, u"chat 2"_s);
        QCOMPARE(read.at(2).config.value("room"_L1).toString(), u"-1001234"_s);
        QCOMPARE(read.at(3).name, u"mail"_s);
        QCOMPARE(read.at(3).config.value("smtp_port"_L1).toInt(), 587);
        QCOMPARE(read.at(3).config.value("recipient_emails"_L1).toArray(), (QJsonArray{"a@b.test"_L1, "c@d.test"_L1}));
    }

    void readsOptions()
    {
        const QList<ConfiguredNotifier> read = this->read(contents(u"options.json"_s));
        QCOMPARE(told(), QStringList());
        const NotifierOptions expected{.perMinute = 12,
                                       .over = NotifierOptions::Over::Wait,
                                       .perRecipient = 3,
                                       .fallback = u"b"_s,
                                       .giveUp = 90min,
                                       .drillEvery = 24h,
                                       .provenFor = 48h};
        QCOMPARE(read.at(0).options, expected);
        QCOMPARE(read.at(1).options, NotifierOptions());
    }

    void tellsProblems_data()
    {
        QTest::addColumn<QByteArray>("notifiers");
        QTest::addColumn<QStringList>("problems");
        const QJsonArray rows = QJsonDocument::fromJson(contents(u"problems.json"_s)).array();
        QVERIFY(!rows.isEmpty());
        for (const QJsonValue &row : rows) {
            QTest::newRow(qPrintable(row["name"_L1].toString()))
                << QJsonDocument(row["notifiers"_L1].toArray()).toJson()
                << row["problems"_L1].toVariant().toStringList();
        }
    }

    void tellsProblems()
    {
        QFETCH(QByteArray, notifiers);
        QFETCH(QStringList, problems);
        const QList<ConfiguredNotifier> read = this->read(notifiers);
        QCOMPARE(told(), problems);
        QVERIFY(hasErrors(m_problems) == (read.size() < QJsonDocument::fromJson(notifiers).array().size()));
        for (const QString &problem : told())
            QVERIFY(!problem.contains(u"secret"_s));
    }

    void givesNoMadeNameTwice()
    {
        const QList<ConfiguredNotifier> read = this->read(contents(u"names.json"_s));
        QStringList names;
        for (const ConfiguredNotifier &one : read)
            names.append(one.name);
        QCOMPARE(names, (QStringList{u"chat"_s, u"chat 3"_s, u"chat 2"_s, u"chat 4"_s}));
    }

    void readsSecretsFromFiles()
    {
        write(u"hook"_s, hook.toUtf8() + "\n");
        write(u"password"_s, "pässword with a space \r\n");
        const QJsonObject mailConfig{{"smtp_server"_L1, "a"_L1},
                                     {"sender_password_file"_L1, m_folder->filePath(u"password"_s)},
                                     {"recipient_emails"_L1, "a@b.test"_L1}};
        const QJsonArray notifiers{
            QJsonObject{{"type"_L1, "chat"_L1}, {"config"_L1, QJsonObject{{"webhook_url_file"_L1, "hook"_L1}}}},
            QJsonObject{{"type"_L1, "mail"_L1}, {"config"_L1, mailConfig}}};
        const QList<ConfiguredNotifier> read = this->read(QJsonDocument(notifiers).toJson());
        QCOMPARE(told(), QStringList());
        QCOMPARE(read.at(0).config.value("webhook_url"_L1).toString(), hook);
        QVERIFY(!read.at(0).config.contains("webhook_url_file"_L1));
        QCOMPARE(read.at(1).config.value("sender_password"_L1).toString(), u"pässword with a space "_s);
        QVERIFY(read.at(1).secrets.contains(u"pässword with a space "_s));
    }

    void refusesFilesOfSecrets_data()
    {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<QString>("words");
        QTest::newRow("none there") << "{\"webhook_url_file\": \"nothing\"}"_ba << u"cannot be read"_s;
        QTest::newRow("for all to read") << "{\"webhook_url_file\": \"open\"}"_ba << u"0600"_s;
        QTest::newRow("for the group to read") << "{\"webhook_url_file\": \"group\"}"_ba << u"0600"_s;
        QTest::newRow("empty") << "{\"webhook_url_file\": \"empty\"}"_ba << u"is empty"_s;
        QTest::newRow("both") << "{\"webhook_url_file\": \"good\", \"webhook_url\": \"https://a.test/b\"}"_ba
                              << u"At most one of 'webhook_url' and 'webhook_url_file'"_s;
        QTest::newRow("another kind") << "{\"webhook_url_file\": 5}"_ba << u"must be the path of a file"_s;
        QTest::newRow("no URL in it") << "{\"webhook_url_file\": \"bad\"}"_ba << u"must be a URL such as"_s;
    }

    void refusesFilesOfSecrets()
    {
        QFETCH(QByteArray, config);
        QFETCH(QString, words);
        write(u"open"_s, hook.toUtf8(), QFileDevice::ReadOwner | QFileDevice::ReadOther);
        write(u"group"_s, hook.toUtf8(), QFileDevice::ReadOwner | QFileDevice::ReadGroup);
        write(u"empty"_s, "\n");
        write(u"good"_s, hook.toUtf8());
        write(u"bad"_s, "top-secret");
        QVERIFY(read("[{\"type\": \"chat\", \"config\": "_ba + config + "}]"_ba).isEmpty());
        QVERIFY2(told().first().contains(words), qPrintable(told().first()));
        QCOMPARE(m_problems.first().pointer, u"/notifiers/0/config/webhook_url_file"_s);
        for (const QString &problem : told())
            QVERIFY(!problem.contains(u"top-secret"_s) && !problem.contains(u"xyzzy"_s));
    }

    void readsTemplatesWithAllTheirMistakes()
    {
        const QByteArray before =
            "[{\"type\": \"mail\", \"config\": {\"smtp_server\": \"a\", \"sender_password\": \"b\", "
            "\"recipient_emails\": \"c@d.test\", \"words\": ";
        QCOMPARE(read(before + "\"[{{level | upper}}]\\n{{title}}\"}}]").size(), 1);
        QCOMPARE(told(), QStringList());
        QCOMPARE(read(before + "\"{{levl}}\\nin {title} {{/calls}}\"}}]").size(), 0);
        const QString pointer = u"error /notifiers/0/config/words: "_s;
        QCOMPARE(told(),
                 (QStringList{
                     pointer + u"Line 1, column 3: “levl” is not known; did you mean “level”?"_s,
                     pointer + u"Line 2, column 4: “{title}” stays as it is; did you mean {{title}}?"_s,
                     pointer + u"Line 2, column 12: {{/calls}} closes nothing; there is no {{#calls}} before it"_s}));
    }

    void takesPlainHttpOnlyWhereItIsAllowed_data()
    {
        QTest::addColumn<QByteArray>("further");
        QTest::addColumn<bool>("good");
        QTest::newRow("http") << "\"page\": \"http://a.test/\""_ba << false;
        QTest::newRow("not allowed") << "\"page\": \"http://a.test/\", \"allow_http\": false"_ba << false;
        QTest::newRow("allowed") << "\"page\": \"http://a.test/\", \"allow_http\": true"_ba << true;
        QTest::newRow("this machine") << "\"page\": \"http://127.0.0.1/\""_ba << true;
    }

    void takesPlainHttpOnlyWhereItIsAllowed()
    {
        QFETCH(QByteArray, further);
        QFETCH(bool, good);
        read("[{\"type\": \"mail\", \"config\": {\"smtp_server\": \"a\", \"sender_password\": \"b\", "
             "\"recipient_emails\": \"c@d.test\", "
             + further + "}}]");
        const QString problem =
            u"error /notifiers/0/config/page: 'page' must be an https URL (http only for this machine)"_s;
        QCOMPARE(told(), good ? QStringList() : QStringList(problem));
    }

    void holdsWhatMustNotSend()
    {
        const QList<ConfiguredNotifier> read = this->read(
            "[{\"type\": \"chat\", \"config\": {\"webhook_url\": \"https://a.test/b\", \"room\": \"clear\"}}]");
        QCOMPARE(told(), QStringList());
        QCOMPARE(read.first().held, u"The password would go out in clear"_s);
    }
};

QTEST_GUILESS_MAIN(TestNotifierCatalogue)
#include "tst_notifiercatalogue.moc"
