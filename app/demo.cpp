// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/demo.h"

#include "app/demorequests.h"
#include "app/demotraffic.h"
#include "harness/mockservices.h"
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
    auto mocks = harness::MockServices::start();
    if (!mocks)
        return mocks.error();
    demo->m_mocks = std::move(mocks).value();

    const QJsonObject configuration{
        {u"version"_s, 1},
        {u"notifiers"_s, demo->m_mocks->notifiers({u"slack"_s, u"email"_s, u"telegram"_s, u"whatsapp"_s})},
        {u"settings"_s, QJsonObject{{u"hold"_s, u"1 s"_s},
                                    {u"hold_critical"_s, u"1 s"_s},
                                    {u"group_interval"_s, u"1 min"_s},
                                    {u"stuck_after"_s, u"10 s"_s}}}};
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
        const QUrl endpoint(runtime.status().endpoint.url);
        const Secret token(runtime.ingestToken());
        m_traffic = std::make_unique<DemoTraffic>(endpoint, token, Seed);
        m_traffic->start();
        m_requests = std::make_unique<DemoRequests>(endpoint, token, Seed);
        m_requests->start();
    });
}

} // namespace escalite::app
