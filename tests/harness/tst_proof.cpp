// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The matrix finds what is broken, and nothing else: notifiers with one thing wrong turn their own cells.

#include "harness/proof.h"
#include "notifiers/builtin.h"

#include <QSignalSpy>
#include <QTest>
#include <QTimer>

using namespace escalite;
using namespace escalite::harness;
using namespace Qt::StringLiterals;

namespace {

constexpr int Patience = 90'000;

const delivery::NotifierType &typeOf(const char *id)
{
    static const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
    return *catalogue.find(QString::fromLatin1(id));
}

/// What a broken sender says in place of what it should.
enum class Lie { None, Delivered, Twice };

class LyingSender final : public delivery::Sender
{
public:
    LyingSender(std::unique_ptr<Sender> honest, Lie lie) : m_honest(std::move(honest)), m_lie(lie) {}

    void send(const Rendered &rendered, const delivery::AttemptContext &context,
              std::function<void(Outcome)> done) override
    {
        m_honest->send(rendered, context, [this, done = std::move(done)](Outcome outcome) {
            if (m_lie == Lie::Delivered)
                outcome.kind = Outcome::Kind::Delivered;
            done(outcome);
            if (m_lie == Lie::Twice)
                done(outcome);
        });
    }

private:
    std::unique_ptr<Sender> m_honest;
    Lie m_lie;
};

delivery::NotifierType brokenSlack()
{
    delivery::NotifierType type = typeOf("slack");
    type.create = [](const QJsonObject &config) -> std::unique_ptr<delivery::Sender> {
        return std::make_unique<LyingSender>(typeOf("slack").create(config), Lie::Delivered);
    };
    return type;
}

delivery::NotifierType talkativeSlack()
{
    delivery::NotifierType type = typeOf("slack");
    type.create = [](const QJsonObject &config) -> std::unique_ptr<delivery::Sender> {
        return std::make_unique<LyingSender>(typeOf("slack").create(config), Lie::Twice);
    };
    return type;
}

delivery::NotifierType emailWithAWrongPassword()
{
    delivery::NotifierType type = typeOf("email");
    type.create = [](const QJsonObject &config) {
        QJsonObject wrong = config;
        wrong.insert(u"sender_password"_s, u"not-the-password"_s);
        return typeOf("email").create(wrong);
    };
    return type;
}

delivery::NotifierType telegramWithAWrongToken()
{
    delivery::NotifierType type = typeOf("telegram");
    type.create = [](const QJsonObject &config) {
        QJsonObject wrong = config;
        wrong.insert(u"bot_token"_s, u"987654321:not-the-token"_s);
        return typeOf("telegram").create(wrong);
    };
    return type;
}

/// Escapes nothing, so that a log's markup is Slack's.
delivery::NotifierType slackThatMentions()
{
    delivery::NotifierType type = typeOf("slack");
    type.render = [](const delivery::Notification &notification, const QJsonObject &config, TimePoint now,
                     const QUuid &id) {
        Rendered rendered = typeOf("slack").render(notification, config, now, id);
        rendered.body.replace("&lt;", "<").replace("&gt;", ">");
        return rendered;
    };
    return type;
}

/// A type that nobody here knows: any address, and every answer is a yes.
constexpr std::array PluginFields{
    delivery::Field{.key = "address", .label = "Address", .kind = delivery::Field::Kind::SecretUrl, .required = true}};

delivery::NotifierType plugin()
{
    delivery::NotifierType type = typeOf("webhook");
    type.id = "pigeon";
    type.name = "Pigeon";
    type.fields = PluginFields;
    type.check = nullptr;
    type.create = [](const QJsonObject &config) {
        return typeOf("webhook").create({{u"url"_s, config.value(u"address"_s)}});
    };
    return type;
}

/// "stage/matter" of the cells that are not as specified.
QStringList wrongOf(const delivery::NotifierType &type, const QJsonObject &config = {})
{
    Proof proof({{.name = u"planted"_s, .type = &type, .config = config}}, {.atOnce = 16});
    QSignalSpy finished(&proof, &Proof::finished);
    proof.start();
    if (!finished.wait(Patience))
        return {u"not finished"_s};
    QStringList wrong;
    for (const ProofCell &cell : proof.cells()) {
        if (cell.state != ProofCell::State::AsSpecified)
            wrong.append(cell.stage + u'/' + cell.matter);
    }
    if (finished.first().first().toBool() != wrong.isEmpty())
        wrong.append(u"the sum is not that of the cells"_s);
    return wrong;
}

} // namespace

class tst_proof : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBrokenPasswordTurnsTheLoginAndNothingElse()
    {
        const delivery::NotifierType email = emailWithAWrongPassword();
        QCOMPARE(wrongOf(email), QStringList{u"authenticate/the right credentials"_s});
        const delivery::NotifierType telegram = telegramWithAWrongToken();
        QCOMPARE(wrongOf(telegram), QStringList{u"authenticate/the right credentials"_s});
    }

    void aNotifierThatAlwaysSaysYesIsFoundOut()
    {
        const delivery::NotifierType type = brokenSlack();
        const QStringList wrong = wrongOf(type);
        for (const QString &cell :
             {u"connect/absent"_s, u"tls/expired-certificate"_s, u"authenticate/auth-refused"_s, u"hand over/gone"_s,
              u"answer/rate-limited"_s, u"answer/captive-portal"_s, u"answer/stall-after"_s, u"answer/redirect"_s})
            QVERIFY2(wrong.contains(cell), qPrintable(cell));
        QVERIFY(!wrong.contains(u"content/an ordinary session"_s));
    }

    void oneAttemptHasOneOutcome()
    {
        const delivery::NotifierType type = talkativeSlack();
        QVERIFY(wrongOf(type).contains(u"content/an ordinary session"_s));
    }

    void markupOfALogIsFoundOut()
    {
        const delivery::NotifierType type = slackThatMentions();
        const QStringList wrong = wrongOf(type);
        QVERIFY2(wrong.contains(u"content/a hostile session"_s), qPrintable(wrong.join(u", "_s)));
        QVERIFY(!wrong.contains(u"content/an ordinary session"_s));
        QVERIFY(!wrong.contains(u"answer/stall-after"_s));
    }

    void aTypeThatNobodyKnowsMustNotClaimWhatDidNotArrive()
    {
        const delivery::NotifierType type = plugin();
        QCOMPARE(wrongOf(type, {{u"address"_s, u"https://pigeon.test/"_s}}), QStringList());
        const Proof proof({{.name = u"Pigeon"_s, .type = &type, .config = {}}}, {});
        QVERIFY(proof.cells().size() > 8);
    }

    void aConfigurationThatIsRefusedTurnsEveryCell()
    {
        const Proof whole({{.name = u"Ntfy"_s, .type = &typeOf("telegram"), .config = {}}}, {});
        QCOMPARE(wrongOf(typeOf("telegram"), {{u"message_thread_id"_s, -5}}).size(), whole.cells().size());
    }

    void keepsTheOperatorsOwnOptions()
    {
        // A topic, no sound: everything but address and credentials is proven as configured.
        QCOMPARE(wrongOf(typeOf("telegram"), {{u"message_thread_id"_s, 7},
                                              {u"silent"_s, true},
                                              {u"format"_s, u"table"_s},
                                              {u"bot_token_file"_s, u"/nonexistent"_s},
                                              {u"chat_id"_s, u"@elsewhere"_s}}),
                 QStringList());
    }

    void everyMechanismOfALoginIsProven_data()
    {
        QTest::addColumn<QString>("mechanism");
        for (const char *mechanism : {"plain", "login", "cram-md5", "xoauth2"})
            QTest::newRow(mechanism) << QString::fromLatin1(mechanism);
    }

    void everyMechanismOfALoginIsProven()
    {
        QFETCH(QString, mechanism);
        QCOMPARE(wrongOf(typeOf("email"), {{u"auth"_s, mechanism}}), QStringList());
        const delivery::NotifierType wrong = emailWithAWrongPassword();
        QCOMPARE(wrongOf(wrong, {{u"auth"_s, mechanism}}), QStringList{u"authenticate/the right credentials"_s});
    }

    void stopsWhenAsked()
    {
        Proof proof({{.name = u"Slack"_s, .type = &typeOf("slack"), .config = {}}}, {});
        QSignalSpy finished(&proof, &Proof::finished);
        QSignalSpy changed(&proof, &Proof::cellChanged);
        proof.start();
        QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), Patience);
        proof.stop();
        QVERIFY(finished.wait(Patience));
        QCOMPARE(finished.first().first().toBool(), false);
        for (const ProofCell &cell : proof.cells())
            QVERIFY(cell.state != ProofCell::State::Running);
        proof.start(); // and begins anew
        QVERIFY(finished.wait(Patience));
        QCOMPARE(finished.last().first().toBool(), true);
    }

    void cellsSayWhatTheyAreFor()
    {
        const Proof proof({{.name = u"Email"_s, .type = &typeOf("email"), .config = {}}}, {});
        QStringList keys;
        for (const ProofCell &cell : proof.cells()) {
            QVERIFY(!cell.expected.isEmpty() && !cell.matter.isEmpty() && !cell.stage.isEmpty());
            QCOMPARE(cell.state, ProofCell::State::Waiting);
            keys.append(cell.stage + u'/' + cell.matter);
        }
        QCOMPARE(keys.removeDuplicates(), 0);
    }
};

QTEST_GUILESS_MAIN(tst_proof)
#include "tst_proof.moc"
