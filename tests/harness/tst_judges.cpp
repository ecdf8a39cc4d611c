// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Each judge takes what its service takes and refuses, in the service's words, one more than each limit.

#include "harness/dialect.h"

#include <QMessageAuthenticationCode>
#include <QTest>

using namespace escalite;
using namespace escalite::harness;
using namespace Qt::StringLiterals;

namespace {

constexpr TimePoint Now{std::chrono::seconds(1'614'265'330)}; // of the example of Standard Webhooks

struct Request
{
    QByteArray body;
    QByteArray path{};
    QByteArray query{};
    QList<http::Header> headers{};
    QByteArray type = "application/json";
    QByteArray method = "POST";
    bool anyCredentials = true;
    quint64 number = 1;
};

Verdict judged(const Dialect &dialect, const Request &asked)
{
    QByteArray path = asked.path;
    QByteArray query = asked.query;
    if (path.isEmpty()) {
        const QByteArray whole = dialect.path;
        const qsizetype mark = whole.indexOf('?');
        path = mark < 0 ? whole : whole.first(mark);
        if (mark >= 0 && query.isEmpty())
            query = whole.sliced(mark + 1);
    }
    const http::Request request{.method = asked.method,
                                .path = path,
                                .query = query,
                                .headers = asked.headers + QList<http::Header>{{"Content-Type", asked.type}},
                                .body = asked.body};
    return dialect.judge(
        {.request = request, .now = Now, .number = asked.number, .anyCredentials = asked.anyCredentials});
}

/// Single quotes for double ones, since moc loses its way in raw strings.
QByteArray q(QByteArray text)
{
    return text.replace('\'', '"');
}

QByteArray x(qsizetype length)
{
    return QByteArray(length, 'x');
}

QByteArray joined(const QByteArray &piece, int times)
{
    return QList<QByteArray>(times, piece).join(',');
}

QByteArray telegram(const QByteArray &text, const QByteArray &more = {})
{
    return q("{'chat_id':-1001234567890,'text':'") + text + q("','link_preview_options':{'is_disabled':true}") + more
           + "}";
}

QByteArray html(const QByteArray &text)
{
    return telegram(text, q(",'parse_mode':'HTML'"));
}

QByteArray whatsapp(const QByteArray &parameters, const QByteArray &more = {})
{
    return q("{'messaging_product':'whatsapp','to':'15551234567','type':'template','template':{'name':'escalite_alert'"
             ",")
           + q("'language':{'code':'en_US'},'components':[{'type':'body','parameters':[") + parameters + "]}" + more
           + "]}}";
}

QByteArray parameter(const QByteArray &text, const QByteArray &name = "message")
{
    return q("{'type':'text','parameter_name':'") + name + q("','text':'") + text + "\"}";
}

QByteArray embed(const QByteArray &members)
{
    return q("{'allowed_mentions':{'parse':[]},'embeds':[{") + members + "}]}";
}

QByteArray card(const QByteArray &elements)
{
    return q("{'type':'message','attachments':[{'contentType':'application/vnd.microsoft.card.adaptive','content':{")
           + q("'type':'AdaptiveCard','version':'1.2','body':[") + elements + "]}}]}";
}

QByteArray pagerduty(const QByteArray &payload, const QByteArray &more = {})
{
    return q("{'routing_key':'hArNeSsHaRnEsSHaRnEsSHaRnEsSHaRn','event_action':'trigger'") + more + q(",'payload':{")
           + payload + "}}";
}

QByteArray alert(const QByteArray &labels, const QByteArray &more = {})
{
    return q("[{'labels':{") + labels + "}" + more + "}]";
}

const QByteArray WebhookBody = q("{'test': 2432232314}");

QByteArray signatureOf(const QByteArray &secret, const QByteArray &id, const QByteArray &time, const QByteArray &body)
{
    return "v1,"
           + QMessageAuthenticationCode::hash(id + '.' + time + '.' + body, QByteArray::fromBase64(secret.sliced(6)),
                                              QCryptographicHash::Sha256)
                 .toBase64();
}

} // namespace

class tst_judges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatTheServiceRefuses_data()
    {
        QTest::addColumn<QString>("service");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("words"); // within the answer
        const auto row = [](const char *service, const char *name, const QByteArray &body, int status,
                            const QByteArray &words) {
            QTest::addRow("%s: %s", service, name) << QString::fromLatin1(service) << body << status << words;
        };

        row("telegram", "no chat", q("{'text':'x'}"), 400, "Bad Request: chat_id is empty");
        row("telegram", "odd chat", q("{'chat_id':'ops','text':'x'}"), 400, "Bad Request: chat not found");
        row("telegram", "no text", telegram(" \\n "), 400, "Bad Request: message text is empty");
        row("telegram", "4,097 characters", telegram(x(4097)), 400, "Bad Request: message is too long");
        row("telegram", "4,097 characters behind markup", html("<b>" + x(4097) + "</b>"), 400, "message is too long");
        row("telegram", "32,769 bytes", html(QByteArray("&#120;").repeated(5462)), 400, "text is too long");
        row("telegram", "unknown tag", html("<p>x</p>"), 400,
            "can't parse entities: Unsupported start tag \\\"p\\\" at byte offset 0");
        row("telegram", "tag that is not closed", html("a <b>x"), 400,
            "can't parse entities: Can't find end tag corresponding to start tag \\\"b\\\"");
        row("telegram", "crossed tags", html("<b><i>x</b></i>"), 400,
            "can't parse entities: Unmatched end tag at byte offset 7, expected \\\"</i>\\\", found \\\"</b>\\\"");
        row("telegram", "end without begin", html("x</b>"), 400,
            "can't parse entities: Unexpected end tag at byte offset 1");
        row("telegram", "bare less-than", html("1 < 2"), 400,
            "can't parse entities: Unsupported start tag \\\"\\\" at byte offset 2");
        row("telegram", "span without class", html("<span>x</span>"), 400, "must have class \\\"tg-spoiler\\\"");
        row("telegram", "attribute without a value", html("<a href>x</a>"), 400, "Expected equal sign");
        row("telegram", "unknown mode", telegram("x", q(",'parse_mode':'BBCode'")), 400, "unsupported parse_mode");
        row("telegram", "answer to nothing", telegram("x", q(",'reply_parameters':{'message_id':77}")), 400,
            "message to be replied not found");
        row("telegram", "topic 0", telegram("x", q(",'message_thread_id':0")), 400, "message thread not found");
        row("telegram", "no JSON", "chat_id=5", 400, "can't parse JSON object");

        row("whatsapp", "product", q("{'to':'15551234567'}"), 400, q("'code':100"));
        row("whatsapp", "number as a number", q("{'messaging_product':'whatsapp','to':15551234567,'type':'template'}"),
            400, q("'code':100"));
        row("whatsapp", "line break", whatsapp(parameter("a\\nb")), 400, q("'code':132018"));
        row("whatsapp", "tab", whatsapp(parameter("a\\tb")), 400, q("'code':132018"));
        row("whatsapp", "five blanks", whatsapp(parameter("a     b")), 400, q("'code':132018"));
        row("whatsapp", "empty parameter", whatsapp(parameter("")), 400, q("'code':131008"));
        row("whatsapp", "1,025 beside a header", whatsapp(parameter(x(1025)), q(",{'type':'header','parameters':[]}")),
            400, q("'code':132005"));
        row("whatsapp", "32,769 alone", whatsapp(parameter(x(32'769))), 400, q("'code':132005"));
        row("whatsapp", "names and places mixed", whatsapp(parameter("a") + q(",{'type':'text','text':'b'}")), 400,
            q("'code':100"));
        row("whatsapp", "free text",
            q("{'messaging_product':'whatsapp','to':'15551234567','type':'text','text':{'body':'x'}}"), 400,
            q("'code':131047"));

        row("discord", "nothing", q("{'allowed_mentions':{'parse':[]}}"), 400, q("'code':50006"));
        row("discord", "content of 2,001", q("{'content':'") + x(2001) + "\"}", 400, q("'code':50035"));
        row("discord", "11 embeds", q("{'embeds':[") + joined(q("{'title':'x'}"), 11) + "]}", 400, q("'code':50035"));
        row("discord", "title of 257", embed(q("'title':'") + x(257) + "\""), 400, q("'title':{'_errors'"));
        row("discord", "description of 4,097", embed(q("'description':'") + x(4097) + "\""), 400,
            q("'description':{'_errors'"));
        row("discord", "26 fields", embed(q("'fields':[") + joined(q("{'name':'a','value':'b'}"), 26) + "]"), 400,
            q("'fields':{'_errors'"));
        row("discord", "value of 1,025", embed(q("'fields':[{'name':'a','value':'") + x(1025) + "\"}]"), 400,
            q("'value':{'_errors'"));
        row("discord", "empty value", embed(q("'fields':[{'name':'a','value':''}]")), 400, q("'value':{'_errors'"));
        row("discord", "footer of 2,049", embed(q("'title':'t','footer':{'text':'") + x(2049) + "\"}"), 400,
            q("'footer':{'text':{'_errors'"));
        row("discord", "6,001 in all",
            embed(q("'title':'x','description':'") + x(4000) + q("','footer':{'text':'") + x(2000) + "\"}"), 400,
            q("'embeds':{'_errors'"));
        row("discord", "colour in hexadecimal", embed(q("'title':'t','color':'#ff0000'")), 400,
            q("'color':{'_errors'"));

        row("teams", "more than 28 KB", card(q("{'type':'TextBlock','text':'") + x(29'000) + "\"}"), 413,
            "RequestEntityTooLarge");
        row("teams", "no JSON", "hello", 400, "InvalidRequestContent");
        row("teams", "no attachments", q("{'type':'message','text':'x'}"), 202, "");
        row("teams", "unknown element", card(q("{'type':'Input.Text','id':'x'}")), 202, "");
        row("teams", "empty text", card(q("{'type':'TextBlock','text':''}")), 202, "");

        row("mattermost", "nothing", q("{'username':'x'}"), 400, "web.incoming_webhook.text.app_error");
        row("mattermost", "no JSON", "x", 400, "web.incoming_webhook.parse.app_error");
        row("mattermost", "attachments that are none", q("{'text':'x','attachments':{}}"), 400,
            "api.webhook.incoming.error");

        row("pagerduty", "no summary", pagerduty(q("'source':'a','severity':'error'")), 400,
            "/payload/summary is missing");
        row("pagerduty", "summary of 1,025",
            pagerduty(q("'summary':'") + x(1025) + q("','source':'a','severity':'error'")), 400, "/payload/summary");
        row("pagerduty", "severity debug", pagerduty(q("'summary':'s','source':'a','severity':'debug'")), 400,
            "/payload/severity");
        row("pagerduty", "short key",
            q("{'routing_key':'x','event_action':'trigger','payload':{'summary':'s','source':'a','severity':'info'}}"),
            400, "should be 32 characters");
        row("pagerduty", "resolve of what",
            q("{'routing_key':'hArNeSsHaRnEsSHaRnEsSHaRnEsSHaRn','event_action':'resolve'}"), 400,
            "/dedup_key is missing");
        row("pagerduty", "dedup_key of 256",
            pagerduty(q("'summary':'s','source':'a','severity':'error'"), q(",'dedup_key':'") + x(256) + "\""), 400,
            "/dedup_key");
        row("pagerduty", "512,001 bytes", x(512'001), 413, "invalid event");

        row("ntfy", "no topic", q("{'message':'x'}"), 400, q("'code':40009"));
        row("ntfy", "topic with a slash", q("{'topic':'a/b','message':'x'}"), 400, q("'code':40009"));
        row("ntfy", "priority 6", q("{'topic':'a','priority':6}"), 400, q("'code':40007"));
        row("ntfy", "four actions",
            q("{'topic':'a','actions':[") + joined(q("{'action':'view','label':'l','url':'https://x.test'}"), 4) + "]}",
            400, q("'code':40018"));
        row("ntfy", "8,193 bytes", q("{'topic':'a','message':'") + x(8'200) + "\"}", 413, q("'code':41303"));
        row("ntfy", "no JSON", "x", 400, q("'code':40024"));

        row("alertmanager", "an object", "{}", 400, q("'code':400"));
        row("alertmanager", "no label", alert(""), 400, "\"at least one label pair required\"");
        row("alertmanager", "empty labels only", alert(q("'alertname':''")), 400, "at least one label pair required");
        row("alertmanager", "name with a dash", alert(q("'alert-name':'x'")), 400, "invalid label set");
        row("alertmanager", "number as a label", alert(q("'alertname':'x','code':5")), 422, q("'code':602"));
        row("alertmanager", "ends before it starts",
            alert(q("'alertname':'x'"), q(",'startsAt':'2026-11-22T08:00:00Z','endsAt':'2026-11-22T07:00:00Z'")), 400,
            "start time must be before end time");
        row("alertmanager", "odd time", alert(q("'alertname':'x'"), q(",'startsAt':'yesterday'")), 422,
            q("'code':602"));

        row("webhook", "no JSON", "{", 400, "malformed JSON");
        row("webhook", "nothing", "", 400, "empty");
    }

    void refusesWhatTheServiceRefuses()
    {
        QFETCH(QString, service);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, words);
        const Verdict verdict = judged(*dialectOf(service), {.body = body});
        QVERIFY(!verdict.taken);
        QVERIFY(!verdict.why.isEmpty());
        QTEST(verdict.answer.status, "status");
        QVERIFY2(verdict.answer.body.contains(words), verdict.answer.body.constData());
    }

    void takesWhatTheServiceTakes_data()
    {
        QTest::addColumn<QString>("service");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char *service, const char *name, const QByteArray &body, int status,
                            const QByteArray &words) {
            QTest::addRow("%s: %s", service, name) << QString::fromLatin1(service) << body << status << words;
        };
        row("telegram", "plain", telegram("1 < 2 & 3"), 200, q("'message_id':1001"));
        row("telegram", "4,096 behind markup", html("<b>" + x(4096) + "</b>"), 200, q("'ok':true"));
        row("telegram", "every tag",
            html(q("<b>b</b><strong>b</strong><i>i</i><em>i</em><u>u</u><ins>u</ins><s>s</s><strike>s</strike><del>s</"
                   "del><span class=\\'tg-spoiler\\'>p</span><tg-spoiler>p</tg-spoiler><a "
                   "href=\\'https://x.test/?a=1&amp;b=2\\'>l</a><code>c</code><pre><code "
                   "class=\\'language-js\\'>c</code></pre><blockquote expandable>q</blockquote> "
                   "&lt;&gt;&amp;&quot;&#33;&#x21;")),
            200, q("'text':'bbiiuusssppl"));
        row("telegram", "chat by name",
            q("{'chat_id':'@harness_ops','text':'x','link_preview_options':{'is_disabled':true}}"), 200,
            q("'username':'harness_ops'"));
        row("whatsapp", "by name", whatsapp(parameter("checkout", "name") + ',' + parameter("a | b")), 200,
            q("'message_status':'accepted'"));
        row("whatsapp", "by place", whatsapp(q("{'type':'text','text':'a'},{'type':'text','text':'b'}")), 200,
            "wamid.");
        row("whatsapp", "1,024 and four blanks", whatsapp(parameter(x(1'018) + "    b")), 200, "wamid.");
        row("discord", "content of 2,000", q("{'allowed_mentions':{'parse':[]},'content':'") + x(2000) + "\"}", 200,
            q("'id':'13"));
        row("discord", "an embed",
            embed(q("'title':'t','description':'d','color':10040610,'timestamp':'2026-11-22T08:00:00Z','fields':[{'"
                    "name':'Level','value':'error','inline':true}],'footer':{'text':'f'},'url':'https://x.test'")),
            200, q("'type':0"));
        row("teams", "a card",
            card(q("{'type':'TextBlock','text':'title','weight':'Bolder','color':'Attention'},{'type':'FactSet','facts'"
                   ":[{'title':'Level','value':'error'}]}")),
            202, "");
        row("mattermost", "text", q("{'text':'**x** @\\u200bchannel','priority':{'priority':'urgent'}}"), 200, "ok");
        row("mattermost", "attachment",
            q("{'attachments':[{'fallback':'f','color':'#c0392b','text':'t','fields':[{'short':true,'title':'Level','"
              "value':'error'}]}]}"),
            200, "ok");
        row("pagerduty", "trigger",
            pagerduty(q("'summary':'s','source':'a','severity':'critical','timestamp':'2026-11-22T08:00:00.5Z','custom_"
                        "details':{'a':1}"),
                      q(",'dedup_key':'k','links':[{'href':'https://x.test','text':'t'}]")),
            202, q("'dedup_key':'k'"));
        row("pagerduty", "resolve",
            q("{'routing_key':'hArNeSsHaRnEsSHaRnEsSHaRnEsSHaRn','event_action':'resolve','dedup_key':'k'}"), 202,
            "Event processed");
        row("ntfy", "all",
            q("{'topic':'a','title':'t','message':'m','priority':5,'tags':['x'],'click':'https://"
              "x.test','markdown':true,'actions':[{'action':'view','label':'l','url':'https://x.test'}]}"),
            200, q("'priority':5"));
        row("alertmanager", "all",
            alert(q("'alertname':'x','severity':'error'"), q(",'annotations':{'summary':'s'},'startsAt':'2026-11-22T08:"
                                                             "00:00Z','generatorURL':'https://x.test/a'")),
            200, "");
        row("webhook", "event",
            q("{'type':'escalite.session.escalated','timestamp':'2026-11-22T08:00:00Z','data':{'message':'m'}}"), 200,
            "accepted");
    }

    void takesWhatTheServiceTakes()
    {
        QFETCH(QString, service);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, words);
        const Verdict verdict =
            judged(*dialectOf(service), {.body = body, .query = service == u"discord" ? "wait=true" : ""});
        QVERIFY2(verdict.taken, qPrintable(verdict.why));
        QVERIFY2(verdict.remarks.isEmpty(), qPrintable(verdict.remarks.join(u"; "_s)));
        QTEST(verdict.answer.status, "status");
        QVERIFY2(verdict.answer.body.contains(words), verdict.answer.body.constData());
    }

    void remarksOnWhatIsNotShownAsMeant_data()
    {
        QTest::addColumn<QString>("service");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("remark");
        const auto row = [](const char *service, const char *name, const QByteArray &body, const QString &remark) {
            QTest::addRow("%s: %s", service, name) << QString::fromLatin1(service) << body << remark;
        };
        row("telegram", "unknown entity", html("a&nbsp;b"), u"&nbsp; is no entity"_s);
        row("telegram", "preview", q("{'chat_id':5,'text':'x'}"), u"link_preview_options"_s);
        row("telegram", "markup in code", html("<code><b>x</b></code>"), u"within code"_s);
        row("telegram", "link to a file", html(q("<a href=\\'file:///etc/passwd\\'>x</a>")),
            u"none that Telegram opens"_s);
        row("telegram", "unknown member", telegram("x", q(",'colour':'red'")), u"/colour is not known"_s);
        row("whatsapp", "a long body", whatsapp(parameter(x(1'025))), u"1,024"_s);
        row("discord", "mentions", q("{'content':'@everyone'}"), u"mentions"_s);
        row("discord", "no answer wanted", q("{'content':'x','allowed_mentions':{'parse':[]}}"), u"wait=true"_s);
        row("mattermost", "channel", q("{'text':'down @channel'}"), u"/text mentions everybody"_s);
        row("mattermost", "field", q("{'attachments':[{'fields':[{'title':'a','value':'@all'}]}]}"),
            u"value mentions"_s);
        row("mattermost", "16,384", q("{'text':'") + x(16'384) + "\"}", u"is split"_s);
        row("ntfy", "4,097 bytes", q("{'topic':'a','message':'") + x(4'097) + "\"}", u"becomes an attachment"_s);
        row("alertmanager", "message as a label", alert(q("'alertname':'a','message':'") + x(300) + "\""),
            u"as long as a message"_s);
        row("alertmanager", "empty label", alert(q("'alertname':'a','b':''")), u"is dropped"_s);
        row("webhook", "name of an event", q("{'type':'a b','data':{}}"), u"/type is no name"_s);
        row("webhook", "20 kB", q("{'a':'") + x(21'000) + "\"}", u"20 kB"_s);
    }

    void remarksOnWhatIsNotShownAsMeant()
    {
        QFETCH(QString, service);
        QFETCH(QByteArray, body);
        QFETCH(QString, remark);
        const Verdict verdict = judged(*dialectOf(service), {.body = body});
        QVERIFY2(verdict.taken, qPrintable(verdict.why));
        QVERIFY2(verdict.remarks.join(u"; "_s).contains(remark), qPrintable(verdict.remarks.join(u"; "_s)));
    }

    void looksAtCredentials_data()
    {
        QTest::addColumn<QString>("service");
        QTest::addColumn<Request>("request");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char *service, const char *name, Request request, int status,
                            const QByteArray &words) {
            request.anyCredentials = false;
            QTest::addRow("%s: %s", service, name) << QString::fromLatin1(service) << request << status << words;
        };
        row("slack", "secret", {.body = "{}", .path = "/services/T0HARNESS/B0HARNESS/x"}, 403, "invalid_token");
        row("telegram", "form", {.body = telegram("x"), .path = "/botabc/sendMessage"}, 401,
            "Unauthorized: invalid token specified");
        row("telegram", "token", {.body = telegram("x"), .path = "/bot1:abcdef/sendMessage"}, 401,
            q("'description':'Unauthorized'"));
        row("telegram", "method",
            {.body = telegram("x"), .path = "/bot123456789:hArNeSsHaRnEsSHaRnEsSHaRnEsSHaRnEsS/getMe"}, 404,
            "Not Found");
        row("whatsapp", "none", {.body = whatsapp("")}, 401, q("'code':0"));
        row("whatsapp", "token", {.body = whatsapp(""), .headers = {{"Authorization", "Bearer EAAx"}}}, 401,
            q("'code':190"));
        row("discord", "token", {.body = "{}", .path = "/api/webhooks/1234567890123456789/aaaaaaaaaaaaaaaaaaaaaaaa"},
            401, "50027");
        row("discord", "webhook", {.body = "{}", .path = "/api/webhooks/2234567890123456789/aaaaaaaaaaaaaaaaaaaaaaaa"},
            404, "10015");
        row("teams", "signature", {.body = card(""), .query = "sig=x"}, 401, "DirectApiAuthorizationRequired");
        row("mattermost", "key", {.body = q("{'text':'x'}"), .path = "/hooks/aaaaaaaaaaaaaaaaaaaaaaaaaa"}, 400,
            "web.incoming_webhook.invalid.app_error");
        row("pagerduty", "key",
            {.body = q("{'routing_key':'01234567890123456789012345678901','event_action':'trigger','payload':{'summary'"
                       ":'s','source':'a','severity':'info'}}")},
            400, "Invalid routing key");
        row("ntfy", "none", {.body = q("{'topic':'a'}")}, 403, "40301");
        row("ntfy", "token", {.body = q("{'topic':'a'}"), .headers = {{"Authorization", "Bearer tk_x"}}}, 401, "40101");
        row("webhook", "unsigned", {.body = WebhookBody}, 401, "signature verification failed");
        row("alertmanager", "media type", {.body = "[]", .type = "text/plain"}, 415,
            "only [application/json] are allowed");
    }

    void looksAtCredentials()
    {
        QFETCH(QString, service);
        QFETCH(Request, request);
        QFETCH(QByteArray, words);
        const Verdict verdict = judged(*dialectOf(service), request);
        QVERIFY(!verdict.taken);
        QTEST(verdict.answer.status, "status");
        QVERIFY2(verdict.answer.body.contains(words), verdict.answer.body.constData());
    }

    void verifiesSignaturesOfStandardWebhooks_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<qint64>("time");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("why"); // empty: taken
        QTest::newRow("good") << "msg_p5jXN8AQM9LWM0D4loKWxJek"_ba << qint64(1'614'265'330) << WebhookBody << QString();
        QTest::newRow("five minutes old") << "msg_1"_ba << qint64(1'614'265'030) << WebhookBody << QString();
        QTest::newRow("sent again later")
            << "msg_1"_ba << qint64(1'614'265'029) << WebhookBody << u"more than five minutes off"_s;
        QTest::newRow("from the future") << "msg_1"_ba << qint64(1'614'265'631) << WebhookBody
                                         << u"more than five minutes off"_s;
        QTest::newRow("another body") << "msg_1"_ba << qint64(1'614'265'330) << q("{'test': 1}")
                                      << u"webhook-signature is wrong"_s;
        QTest::newRow("dot in the id") << "msg.1"_ba << qint64(1'614'265'330) << WebhookBody << u"holds a dot"_s;
    }

    void verifiesSignaturesOfStandardWebhooks()
    {
        QFETCH(QByteArray, id);
        QFETCH(qint64, time);
        QFETCH(QByteArray, body);
        QFETCH(QString, why);
        const QByteArray secret = webhookDialect().config(u"http://h"_s).value(u"secret"_s).toString().toLatin1();
        const QByteArray seconds = QByteArray::number(time);
        const QByteArray right = signatureOf(secret, id, seconds, WebhookBody);
        // Beside it the signature by an older secret, as while secrets change.
        const QByteArray older = signatureOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id, seconds, WebhookBody);
        for (const QByteArray &signature : {right, older + ' ' + right}) {
            const QList<http::Header> headers{
                {"webhook-id", id}, {"webhook-timestamp", seconds}, {"webhook-signature", signature}};
            const Verdict verdict =
                judged(webhookDialect(), {.body = body, .headers = headers, .anyCredentials = false});
            QCOMPARE(verdict.taken, why.isEmpty());
            QVERIFY2(verdict.why.contains(why), qPrintable(verdict.why));
        }
    }

    void signsAsTheExampleOfStandardWebhooks() // so that the judge's arithmetic is nobody's but the standard's
    {
        QCOMPARE(signatureOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                             WebhookBody),
                 "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="_ba);
    }

    void answersToMessagesThatWereSent()
    {
        const QByteArray reply = telegram("x", q(",'reply_parameters':{'message_id':1001}"));
        QVERIFY(!judged(telegramDialect(), {.body = reply, .number = 1}).taken);
        QVERIFY(judged(telegramDialect(), {.body = reply, .number = 2}).taken);
    }

    void everyServiceSaysNoInItsOwnWords_data()
    {
        QTest::addColumn<QString>("service");
        for (const Dialect *dialect : dialects())
            QTest::newRow(dialect->id) << QString::fromLatin1(dialect->id);
    }

    void everyServiceSaysNoInItsOwnWords()
    {
        QFETCH(QString, service);
        const Dialect &dialect = *dialectOf(service);
        for (const Fault fault : {Fault::ServerError, Fault::Unavailable, Fault::TooLarge, Fault::AuthRefused,
                                  Fault::RecipientRefused, Fault::Gone, Fault::NotFound}) {
            const http::Response response = dialect.refusal(fault, 7);
            QVERIFY2(response.status >= 400 && response.status < 600, qPrintable(faultName(fault)));
        }
        const http::Response limited = dialect.refusal(Fault::RateLimited, 7);
        QCOMPARE(limited.status, 429);
        QVERIFY(std::any_of(limited.headers.cbegin(), limited.headers.cend(), [](const http::Header &header) {
            return header.name == "Retry-After" && header.value == "7";
        }));
        QVERIFY(!dialect.config(u"http://127.0.0.1:1"_s).isEmpty());
    }
};

QTEST_APPLESS_MAIN(tst_judges)
#include "tst_judges.moc"
