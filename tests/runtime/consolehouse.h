// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A whole console on a folder of its own, with a mail server and a chat to tell.

#pragma once

#include "harness/mockservices.h"
#include "notifiers/builtin.h"
#include "runtime/runtime.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QTest>

namespace escalite::test {

using namespace Qt::StringLiterals;

inline constexpr int Patience = 20'000; // milliseconds until a test gives up

inline QByteArray document(const QString &source,
                           const QString &id = QUuid::createUuid().toString(QUuid::WithoutBraces))
{
    const QJsonObject failure{
        {u"value"_s, 504}, {u"code"_s, 504}, {u"message"_s, u"gateway timeout"_s}, {u"log_level"_s, u"error"_s}};
    const QJsonObject path{{u"value"_s, u"/checkout"_s}, {u"log_level"_s, u"info"_s}};
    return QJsonDocument(
               QJsonObject{{u"alert_id"_s, id},
                           {u"source"_s, source},
                           {u"api_logs"_s, QJsonObject{{u"request_path"_s, path}, {u"response_status"_s, failure}}},
                           {u"log_level"_s, u"error"_s}})
        .toJson(QJsonDocument::Compact);
}

inline QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(bytes), bytes.size());
}

/// A console on a folder of its own, with a mail server and a chat to tell.
class House
{
public:
    struct Furnishing
    {
        QJsonArray rules{};
        QJsonObject times{};                       ///< Settings beside the short ones of tests.
        QStringList types{u"slack"_s, u"email"_s}; ///< Of the notifiers; empty = all there are services for.
        QHash<QString, QJsonObject> options{};     ///< What stands beside "config", by type.
    };
    House() : House(Furnishing{}) {}
    explicit House(const Furnishing &furnishing)
    {
        QJsonObject settings{{u"hold"_s, u"0 s"_s},         {u"hold_critical"_s, u"0 s"_s},
                             {u"undo"_s, u"10 min"_s},      {u"retry_first"_s, u"50 ms"_s},
                             {u"retry_most"_s, u"50 ms"_s}, {u"attempt_timeout"_s, u"5 s"_s}};
        for (auto time = furnishing.times.begin(); time != furnishing.times.end(); ++time)
            settings.insert(time.key(), *time);
        QJsonArray notifiers;
        for (const QJsonValue notifier : m_mocks->notifiers(furnishing.types)) {
            QJsonObject element = notifier.toObject();
            const QJsonObject options = furnishing.options.value(element.value(u"type"_s).toString());
            for (auto option = options.begin(); option != options.end(); ++option)
                element.insert(option.key(), *option);
            notifiers.append(element);
        }
        write(configFile(),
              QJsonDocument(
                  QJsonObject{{u"notifiers"_s, notifiers}, {u"rules"_s, furnishing.rules}, {u"settings"_s, settings}})
                  .toJson());
    }

    [[nodiscard]] harness::MockServices &mocks() { return *m_mocks; }
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    [[nodiscard]] QString configFile() const { return m_folder.filePath(u"config/escalite.json"_s); }
    [[nodiscard]] const QList<harness::ReceivedMail> &mails() const { return m_mocks->mail().mails(); }

    /// Begins to open; see open().
    void start()
    {
        m_runtime.reset();
        m_runtime = std::make_unique<runtime::Runtime>(notifiers::builtinCatalogue());
        const auto started = m_runtime->start({.configFile = configFile(),
                                               .dataDirectory = m_folder.filePath(u"data"_s),
                                               .listen = u"127.0.0.1:0"_s,
                                               .tokenFile = m_folder.filePath(u"ingest-token"_s),
                                               .operatorTokenFile = m_folder.filePath(u"operator-token"_s),
                                               .runtimeDirectory = m_folder.filePath(u"run"_s)});
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
    }
    void open()
    {
        start();
        QTRY_VERIFY_WITH_TIMEOUT(m_runtime->status().endpoint.listening, Patience);
    }
    void close() { m_runtime.reset(); }
    runtime::Runtime &console() { return *m_runtime; }

    /// Status of the answer to \a body.
    int post(const QByteArray &body, const QByteArray &type = "application/json"_ba)
    {
        QNetworkReply *reply = send(body, type);
        if (!QTest::qWaitFor([reply] { return reply->isFinished(); }, Patience))
            return 0;
        reply->deleteLater();
        return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    }
    QNetworkReply *send(const QByteArray &body, const QByteArray &type)
    {
        QNetworkRequest request(QUrl(m_runtime->status().endpoint.url));
        request.setHeader(QNetworkRequest::ContentTypeHeader, type);
        request.setRawHeader("Authorization"_ba, "Bearer " + m_runtime->ingestToken().toLatin1());
        return m_network.post(request, body);
    }

    QList<Delivery> deliveries()
    {
        QList<Delivery> all;
        bool answered = false;
        m_runtime->loadDeliveries(m_runtime.get(), [&](const Result<QList<Delivery>> &loaded) {
            answered = true;
            if (loaded)
                all = *loaded;
        });
        return QTest::qWaitFor([&] { return answered; }, Patience) ? all : QList<Delivery>();
    }
    bool everyDeliverySucceeded()
    {
        const QList<Delivery> all = deliveries();
        return !all.isEmpty() && std::all_of(all.begin(), all.end(), [](const Delivery &delivery) {
            return delivery.state == DeliveryState::Delivered || delivery.state == DeliveryState::Accepted;
        });
    }
    bool everyDeliveryIs(DeliveryState state)
    {
        const QList<Delivery> all = deliveries();
        return !all.isEmpty() && std::all_of(all.begin(), all.end(), [state](const Delivery &delivery) {
            return delivery.state == state;
        });
    }

    /// A manual escalation of a session that has just come, with the bytes that a person was shown.
    engine::Command escalation()
    {
        const QUuid session = QUuid::createUuid();
        if (post(document(u"shop"_s, session.toString(QUuid::WithoutBraces))) != 201)
            return {};
        std::optional<Result<runtime::Draft>> draft;
        m_runtime->draftEscalation({session}, {}, m_runtime.get(),
                                   [&](const Result<runtime::Draft> &made) { draft.emplace(made); });
        if (!QTest::qWaitFor([&] { return draft.has_value(); }, Patience) || !*draft)
            return {};
        const runtime::Draft &asked = **draft;
        std::optional<QList<engine::Prepared>> shown;
        m_runtime->preview(asked, u"Please look, naïvely: ok?"_s, Scope::FailingCalls, {u"Slack"_s, u"Email"_s},
                           m_runtime.get(), [&](const QList<engine::Prepared> &prepared) { shown = prepared; });
        if (!QTest::qWaitFor([&] { return shown.has_value(); }, Patience))
            return {};
        return {.request = asked.request,
                .by = u"ada"_s,
                .what = engine::EscalateNow{.sessions = asked.sessions,
                                            .incident = asked.incident,
                                            .message = u"Please look, naïvely: ok?"_s,
                                            .title = asked.title,
                                            .level = static_cast<quint8>(asked.level),
                                            .to = *shown}};
    }

private:
    std::unique_ptr<harness::MockServices> m_mocks = harness::MockServices::start().value();

public:
    harness::MockService &chat = *m_mocks->service(u"slack");

private:
    QTemporaryDir m_folder{QDir::tempPath() + "/house %1 of %2-XXXXXX"_L1}; // A name like any other.
    bool m_configFolder = QDir(m_folder.path()).mkdir(u"config"_s);
    QNetworkAccessManager m_network;
    std::unique_ptr<runtime::Runtime> m_runtime;
};

} // namespace escalite::test
