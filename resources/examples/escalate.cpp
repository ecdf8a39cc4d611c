// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A Qt program that tells people by itself, without a console: escalate NOTIFIERS.json
//
// The file is that of the console: {"notifiers": [{"type": "slack", "config": {…}}, …]}.

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QTextStream>

#include <client/escalator.h>
#include <client/logging.h>
#include <notifiers/builtin.h>

using namespace escalite;
using namespace std::chrono_literals;

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QTextStream out(stderr);

    QFile file(application.arguments().value(1));
    if (!file.open(QIODevice::ReadOnly)) {
        out << "usage: escalate NOTIFIERS.json\n";
        return 64;
    }

    const delivery::NotifierCatalogue catalogue = notifiers::builtinCatalogue();
    Escalator escalator(catalogue);
    const Problems problems = escalator.setNotifiersFromConfigs(QJsonDocument::fromJson(file.readAll()).object());
    for (const Problem &problem : problems)
        out << problem.pointer << ": " << problem.message << '\n';
    if (hasErrors(problems))
        return 78;

    bool told = true;
    QObject::connect(&escalator, &Escalator::finished, &application,
                     [&](const QUuid &, const QString &notifier, bool ok, const QString &answer) {
                         out << notifier << ": " << answer << '\n';
                         told = told && ok;
                     });

    RequestScope request({.route = "POST /pay"});
    request.log("payment", Value(), {.tag = ErrorLogs, .message = "no answer within 30 s", .level = Level::Critical});
    const EscalateResult result = escalator.escalate(QStringLiteral("Payments fail"));
    if (result.state != EscalateResult::State::Queued)
        out << result.reason << '\n';
    return escalator.flush(30s) && told && result.state == EscalateResult::State::Queued ? 0 : 1;
}
