// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The conformance kit finds what is wrong: one notifier as it should be, and others with one fault each.

#include "delivery/httppost.h"
#include "harness/conformance.h"
#include "message/text.h"

#include <QJsonDocument>
#include <QTest>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;
using namespace std::chrono_literals;

using Kind = Outcome::Kind;

namespace {

constexpr std::array Fields{
    Field{.key = "url", .label = "URL", .kind = Field::Kind::SecretUrl, .required = true, .help = "Where to."},
    Field{.key = "word", .label = "Word", .fallback = "a", .help = "A word."},
};
constexpr std::array BadFields{
    Field{.key = "url", .label = "URL", .kind = Field::Kind::SecretUrl, .required = true, .help = "Where to."},
    Field{.key = "Word", .label = "Word", .help = "A word."},
    Field{.key = "size",
          .label = "Size",
          .kind = Field::Kind::Integer,
          .fallback = "99",
          .help = "1 to 3",
          .least = 1,
          .most = 3},
    Field{.key = "url", .label = "URL", .kind = Field::Kind::Choice, .help = "Twice."},
};

QString target(const QJsonObject &)
{
    return u"there"_s;
}
QString tellingTarget(const QJsonObject &config)
{
    return config.value(u"url"_s).toString();
}

Rendered render(const Notification &notification, const QJsonObject &, TimePoint, const QUuid &)
{
    QString text = (notification.reason == Reason::Drill ? u"[DRILL] "_s : u"[ERROR] "_s) + notification.message;
    if (notification.session && !notification.plain)
        text = u"[ERROR] POST /checkout "_s + notification.session->message + u" 1a2b3c4d"_s;
    text = message::fit(text, 1000);
    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.body = QJsonDocument(QJsonObject{{u"text"_s, text}}).toJson();
    rendered.text = text;
    rendered.to = u"there"_s;
    rendered.hidden = notification.hidden;
    rendered.length = static_cast<int>(text.size());
    rendered.limit = 1000;
    return rendered;
}
template<auto change>
Rendered renderBadly(const Notification &notification, const QJsonObject &config, TimePoint now, const QUuid &delivery)
{
    Rendered rendered = render(notification, config, now, delivery);
    change(rendered, notification, config);
    return rendered;
}

/// Sends as it should be, and then does as told.
class Post final : public QObject, public Sender
{
public:
    enum class Fault { None, Early, Twice, Never, Again, Unmarked, Telling, Certain, Follows };
    Post(QUrl url, Fault fault) : m_url(std::move(url)), m_fault(fault) {}

    void send(const Rendered &rendered, const AttemptContext &context, std::function<void(Outcome)> done) override
    {
        if (m_fault == Fault::Early)
            return done({.kind = Kind::Transient, .detail = u"Soon."_s});
        HttpRequest request{.url = m_url, .body = rendered.body, .count = context.count, .timeout = context.timeout};
        request.idempotencyKey = m_fault == Fault::Unmarked ? QUuid::createUuid() : context.delivery;
        m_post.post(request, [this, request, done](const HttpAnswer &answer) {
            Outcome outcome = outcomeByStatus(answer, u"The service"_s, {});
            if (m_fault == Fault::Telling)
                outcome.detail += m_url.toString();
            if (m_fault == Fault::Certain && outcome.kind == Kind::Ambiguous)
                outcome.kind = Kind::Transient;
            if (m_fault == Fault::Never)
                return;
            if (m_fault == Fault::Follows && answer.status / 100 == 3) {
                HttpRequest next = request;
                next.url = QUrl::fromEncoded(answer.header("Location"));
                return m_second.post(next, [done, outcome](const HttpAnswer &) { done(outcome); });
            }
            if (m_fault == Fault::Again)
                return m_second.post(request, [done, outcome](const HttpAnswer &) { done(outcome); });
            done(outcome);
            if (m_fault == Fault::Twice)
                done(outcome);
        });
    }

private:
    QUrl m_url;
    Fault m_fault;
    HttpPost m_post{{}};
    HttpPost m_second{{}};
};

template<Post::Fault fault>
std::unique_ptr<Sender> create(const QJsonObject &config)
{
    return std::make_unique<Post>(QUrl(config.value(u"url"_s).toString()), fault);
}

NotifierType good()
{
    return {.id = "post",
            .name = "Post",
            .icon = "send",
            .help = "Posts.",
            .fields = Fields,
            .missing = "Missing '%1' in config",
            .render = render,
            .create = create<Post::Fault::None>,
            .target = target};
}
} // namespace

class tst_Conform : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void passesAGoodOne() { QCOMPARE(failing(good(), true).join(u'\n'), QString()); }

    void findsFaults_data()
    {
        QTest::addColumn<NotifierType>("type");
        QTest::addColumn<QStringList>("checks");
        const auto row = [](const char *name, NotifierType type, const QStringList &checks) {
            QTest::newRow(name) << type << checks;
        };
        NotifierType type = good();
        type.fields = BadFields;
        row("table", type, {u"its fields are whole"_s, u"its configuration is read"_s});
        type = good();
        type.help = nullptr;
        row("no help", type, {u"is described"_s});
        type = good();
        type.target = tellingTarget;
        row("target with secret", type, {u"renders no secret"_s});

        type = good();
        type.render = renderBadly<[](Rendered &rendered, const Notification &, const QJsonObject &) {
            static int number = 0;
            rendered.headers.append({.name = "X-Number", .value = QByteArray::number(++number)});
        }>;
        row("impure", type, {u"renders the same bytes for the same arguments"_s});
        type = good();
        type.render = renderBadly<[](Rendered &rendered, const Notification &, const QJsonObject &config) {
            rendered.headers.append({.name = "X-From", .value = config.value(u"url"_s).toString().toUtf8()});
        }>;
        row("secret", type, {u"renders no secret"_s});
        type = good();
        type.render = renderBadly<[](Rendered &rendered, const Notification &notification, const QJsonObject &) {
            rendered.body = "{\"text\":\"" + notification.message.toUtf8() + "\"}";
            if (notification.session)
                rendered.body += notification.session->message.toUtf8();
        }>;
        row("no escapes", type, {u"keeps its form whatever it tells"_s});
        type = good();
        type.render = renderBadly<[](Rendered &rendered, const Notification &notification, const QJsonObject &) {
            rendered.headers.append({.name = "X-Message", .value = notification.message.toUtf8() + "\r\nX: y"});
        }>;
        row("header of two lines", type, {u"keeps its form whatever it tells"_s});
        type = good();
        type.render = renderBadly<[](Rendered &rendered, const Notification &, const QJsonObject &) {
            rendered.hidden.clear();
        }>;
        row("hidden values lost", type, {u"fills in what is shown and sent"_s});
        type = good();
        type.render = renderBadly<[](Rendered &rendered, const Notification &, const QJsonObject &) {
            rendered.limit = 10;
        }>;
        row("too long", type, {u"keeps within its limit"_s});
        type = good();
        type.render = renderBadly<[](Rendered &rendered, const Notification &, const QJsonObject &) {
            rendered.text.remove(u"[DRILL]"_s).remove(u"POST /checkout"_s);
        }>;
        row("says little", type, {u"says what is broken"_s, u"says that a drill is one"_s});

        type = good();
        type.create = create<Post::Fault::Early>;
        row("done at once", type,
            {u"sends the rendered bytes, once and marked"_s, u"is certain when nobody listens"_s});
        type.create = create<Post::Fault::Twice>;
        row("done twice", type, {u"takes an answer of 503 for transient"_s, u"is certain when nobody listens"_s});
        type.create = create<Post::Fault::Again>;
        row("two posts", type,
            {u"sends the rendered bytes, once and marked"_s, u"takes an answer of 400 for poison"_s});
        type.create = create<Post::Fault::Unmarked>;
        row("no key", type, {u"sends the rendered bytes, once and marked"_s});
        type.create = create<Post::Fault::Telling>;
        row("tells the address", type, {u"takes an answer of 401 for misconfigured"_s});
        type.create = create<Post::Fault::Certain>;
        row("never in doubt", type,
            {u"takes an answer of 500 for ambiguous"_s, u"is in doubt when the connection is reset"_s,
             u"ends in time when nothing is answered"_s});
        type.create = create<Post::Fault::Follows>;
        row("follows", type, {u"takes an answer of 302 for permanent"_s});
    }
    void findsFaults()
    {
        QFETCH(NotifierType, type);
        QFETCH(QStringList, checks);
        const QStringList found = failing(type);
        for (const QString &check : std::as_const(checks))
            QVERIFY2(found.contains(check), qPrintable(check + u" is not in "_s + found.join(u", "_s)));
    }

    void doesNotBotherARealService()
    {
        const NotifierType type = good();
        const auto checks =
            harness::conform({.type = &type, .config = {{u"url"_s, u"https://hooks.acme.test/services/x"_s}}});
        QCOMPARE(checks.constLast().name, u"sends"_s);
        QVERIFY(checks.constLast().skipped.contains(u"{harness}"_s));
    }

private:
    static QStringList failing(const NotifierType &type, bool told = false)
    {
        QStringList names;
        const auto checks = harness::conform(
            {.type = &type, .config = harness::exampleConfig(type), .attemptTimeout = std::chrono::milliseconds(100)});
        for (const harness::ConformanceCheck &check : checks) {
            if (!check.passed())
                names.append(told ? check.name + u": "_s + check.wrong : check.name);
        }
        return names;
    }
};

QTEST_GUILESS_MAIN(tst_Conform)
#include "tst_conform.moc"
