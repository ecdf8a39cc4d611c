// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/demo.h"

#include "app/demotraffic.h"
#include "harness/certificate.h"
#include "harness/chatserver.h"
#include "harness/mailserver.h"
#include "harness/notifiersfor.h"
#include "runtime/files.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {
constexpr quint32 Seed = 20261122; // every demo tells the same story
}

Demo::Demo() = default;
Demo::~Demo() = default;

Result<std::unique_ptr<Demo>> Demo::prepare(runtime::Start &start)
{
    std::unique_ptr<Demo> demo(new Demo);
    if (!demo->m_directory.isValid())
        return Error{ErrorCode::Unavailable,
                     u"Cannot make a temporary directory: %1."_s.arg(demo->m_directory.errorString())};
    auto certificate = harness::Certificate::make();
    if (!certificate)
        return certificate.error();
    demo->m_certificate = std::move(certificate).value();
    demo->m_mail = std::make_unique<harness::MailServer>(harness::MailServerOptions{
        .rules = {.user = harness::harnessUser(), .password = harness::harnessPassword(), .loginRequired = true},
        .certificate = demo->m_certificate});
    if (const auto port = demo->m_mail->listen(); !port)
        return port.error();
    demo->m_chat = std::make_unique<harness::ChatServer>();
    if (const auto url = demo->m_chat->listen(); !url)
        return url.error();

    const QJsonObject configuration{
        {u"version"_s, 1},
        {u"notifiers"_s, harness::notifiersFor(*demo->m_mail, *demo->m_chat, *demo->m_certificate)},
        {u"settings"_s,
         QJsonObject{{u"hold"_s, u"1 s"_s}, {u"hold_critical"_s, u"1 s"_s}, {u"group_interval"_s, u"1 min"_s}}}};
    start.configFile = demo->m_directory.filePath(u"escalite.json"_s);
    start.dataDirectory = demo->m_directory.filePath(u"data"_s);
    start.tokenFile = demo->m_directory.filePath(u"ingest-token"_s);
    start.operatorTokenFile = demo->m_directory.filePath(u"operator-token"_s);
    start.runtimeDirectory = demo->m_directory.filePath(u"run"_s);
    if (start.listen.isEmpty())
        start.listen = u"127.0.0.1:0"_s;
    if (const auto written = runtime::writeFile(start.configFile, QJsonDocument(configuration).toJson()); !written)
        return written.error();
    return demo;
}

void Demo::attach(runtime::Runtime &runtime)
{
    QObject::connect(&runtime, &runtime::Runtime::opened, &runtime, [this, &runtime] {
        if (!runtime.status().endpoint.listening)
            return;
        m_traffic =
            std::make_unique<DemoTraffic>(QUrl(runtime.status().endpoint.url), Secret(runtime.ingestToken()), Seed);
        m_traffic->start();
    });
}

} // namespace escalite::app
