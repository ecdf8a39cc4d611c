// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a service says about its sink in the environment.

#include "client/consoleaddress.h"
#include "client/courier.h"
#include "client/httpsink.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace escalite {

namespace {

bool isTrue(const char *variable)
{
    const QString value = qEnvironmentVariable(variable).trimmed().toLower();
    return !value.isEmpty() && value != "0"_L1 && value != "false"_L1 && value != "no"_L1;
}

QString urlOf(const client::ConsoleEndpoint &endpoint)
{
    if (QFileInfo::exists(endpoint.socket))
        return "unix:"_L1 + endpoint.socket;
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    // The socket of a console that is about to start again, and will have the same one.
    const QString socket = runtime + "/escalite/ingest.sock"_L1;
    if (runtime.startsWith(u'/') && QFileInfo::exists(socket))
        return "unix:"_L1 + socket;
    return "http://"_L1 + (endpoint.addresses.isEmpty() ? u"127.0.0.1:4377"_s : endpoint.addresses.first());
}

} // namespace

HttpSinkOptions HttpSinkOptions::fromEnvironment()
{
    const client::ConsoleEndpoint endpoint = client::ConsoleEndpoint::find();
    HttpSinkOptions options;
    options.disabled = isTrue("ESCALITE_DISABLED");
    options.url = qEnvironmentVariable("ESCALITE_URL").trimmed();
    if (options.url.isEmpty())
        options.url = urlOf(endpoint);
    options.token = Secret(qEnvironmentVariable("ESCALITE_TOKEN").trimmed());
    if (options.token.isEmpty()) {
        // The console's token is for the console alone, and not needed over its Unix socket.
        const Result<client::ConsoleAddress> address = client::ConsoleAddress::fromUrl(options.url);
        if (address && address->socket.isEmpty() && endpoint.isAt(*address))
            options.token = endpoint.token();
    }
    options.source = qEnvironmentVariable("ESCALITE_SERVICE").trimmed();
    if (options.source.isEmpty())
        options.source = qEnvironmentVariable("OTEL_SERVICE_NAME").trimmed();
    if (const QString level = qEnvironmentVariable("ESCALITE_MIN_LEVEL").trimmed().toLower(); !level.isEmpty()) {
        if (const std::optional<Level> least = levelFromName(level))
            options.least = *least;
        else
            qCWarning(client::lcSink).noquote()
                << "ESCALITE_MIN_LEVEL must be debug, info, warning, error or critical; everything is sent.";
    }
    if (isTrue("ESCALITE_LIVE"))
        options.mode = Mode::Live;
    return options;
}

} // namespace escalite
