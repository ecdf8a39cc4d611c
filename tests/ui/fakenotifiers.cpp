// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The notifiers of the console without a runtime: the real kinds with their tables of fields and their checks, saved
// into a map.

#include "notifiers/builtin.h"
#include "ui/fakeconsole.h"
#include "ui/widgets/timetext.h"

#include <QJsonArray>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace escalite::test {

namespace {

const delivery::NotifierCatalogue &catalogue()
{
    static const delivery::NotifierCatalogue Catalogue = notifiers::builtinCatalogue();
    return Catalogue;
}

/// \a setup's configuration with something in the place of every stored secret.
QJsonObject withSecrets(const runtime::NotifierSetup &setup)
{
    QJsonObject config = setup.config;
    const delivery::NotifierType *type = catalogue().find(setup.type);
    for (const delivery::Field &field : type ? type->fields : std::span<const delivery::Field>()) {
        const QString key = QString::fromLatin1(field.key);
        if (setup.secrets.contains(key) && !config.contains(key))
            config.insert(key, field.kind == delivery::Field::Kind::SecretUrl
                                   ? u"https://hooks.slack.com/services/T0/B0/stored"_s
                                   : u"123456:stored-secret"_s);
    }
    return config;
}

} // namespace

void FakeConsole::addSetups()
{
    const TimePoint stored = demoNow() - 24h * 10;
    theSetups = {
        {u"Slack"_s,
         {.name = u"Slack"_s,
          .type = u"slack"_s,
          .config = {{u"channel"_s, u"#ops-oncall"_s}},
          .secrets = {{u"webhook_url"_s, stored}}}},
        {u"Slack 2"_s,
         {.name = u"Slack 2"_s,
          .type = u"slack"_s,
          .config = {{u"channel"_s, u"#checkout"_s}},
          .secrets = {{u"webhook_url"_s, stored}}}},
        {u"Email"_s,
         {.name = u"Email"_s,
          .type = u"email"_s,
          .config = {{u"smtp_server"_s, u"smtp.acme.test"_s},
                     {u"smtp_port"_s, 587},
                     {u"security"_s, u"starttls"_s},
                     {u"sender_email"_s, u"escalite@acme.test"_s},
                     {u"recipient_emails"_s, QJsonArray{u"ops@acme.test"_s, u"mira@acme.test"_s, u"jonas@acme.test"_s}},
                     {u"subject"_s, u"[{{level}}] {{request}} on {{source}}"_s}},
          .secrets = {{u"sender_password"_s, stored}},
          .options = {.perMinute = 10, .fallback = u"Slack"_s, .drillEvery = 24h * 7}}},
        {u"Email 2"_s,
         {.name = u"Email 2"_s,
          .type = u"email"_s,
          .config = {{u"smtp_server"_s, u"smtp.acme.test"_s},
                     {u"sender_email"_s, u"escalite@acme.test"_s},
                     {u"recipient_emails"_s, u"jonas@acme.test"_s}},
          .secrets = {{u"sender_password"_s, stored}}}},
        {u"Drill"_s,
         {.name = u"Drill"_s,
          .type = u"slack"_s,
          .enabled = false,
          .config = {{u"channel"_s, u"#drills"_s}},
          .secrets = {{u"webhook_url"_s, stored}}}},
    };
    theNotifiers[1].provenLongAgo = true;
    theNotifiers[1].lastSuccess = demoNow() - 24h * 12;
    theNotifiers[2].nextDrill = demoNow() + 24h * 3;
    theNotifiers[4].lastSuccess.reset();
}

QList<const delivery::NotifierType *> FakeConsole::notifierTypes() const
{
    return catalogue().types();
}

void FakeConsole::loadNotifier(const QString &name, QObject *context,
                               std::function<void(Result<runtime::NotifierSetup>)> done)
{
    QTimer::singleShot(0, context, [this, name, done = std::move(done)] {
        const auto found = theSetups.constFind(name);
        if (found == theSetups.cend())
            done(Error{ErrorCode::Unavailable, u"There is no notifier “%1”."_s.arg(name)});
        else
            done(*found);
    });
}

Problems FakeConsole::checkNotifier(const runtime::NotifierSetup &setup, const QString &name) const
{
    Problems problems;
    if (setup.name.trimmed().isEmpty())
        problems.append({.pointer = u"/name"_s, .message = u"A notifier needs a name"_s});
    else if (setup.name != name && theSetups.contains(setup.name))
        problems.append({.pointer = u"/name"_s,
                         .message = u"Two notifiers are called “%1”; each needs a name of its own"_s.arg(setup.name)});
    if (!setup.options.fallback.isEmpty() && setup.options.fallback == setup.name)
        problems.append({.pointer = u"/fallback"_s, .message = u"A notifier cannot stand in for itself"_s});
    Problems found;
    (void)catalogue().read({QJsonObject{{u"type"_s, setup.type}, {u"config"_s, withSecrets(setup)}}}, {}, found);
    for (Problem &problem : found) {
        problem.pointer.remove(0, 2); // "/0"
        problems.append(problem);
    }
    return problems;
}

void FakeConsole::saveNotifier(const runtime::NotifierSetup &setup, const QString &name, QObject *context,
                               std::function<void(Problems)> done)
{
    Problems problems = checkNotifier(setup, name) + answerToSave;
    if (!hasErrors(problems)) {
        saved.append({name, setup});
        runtime::NotifierSetup stored = setup;
        const delivery::NotifierType *type = catalogue().find(setup.type);
        for (const delivery::Field &field : type->fields) {
            const QString key = QString::fromLatin1(field.key);
            const bool secret =
                field.kind == delivery::Field::Kind::Secret || field.kind == delivery::Field::Kind::SecretUrl;
            if (secret && stored.config.contains(key)) {
                stored.config.remove(key);
                stored.secrets.insert(key, ui::now());
            }
        }
        theSetups.remove(name);
        theSetups.insert(stored.name, stored);
        auto status = std::find_if(theNotifiers.begin(), theNotifiers.end(),
                                   [&name](const runtime::NotifierStatus &one) { return one.name == name; });
        if (status == theNotifiers.end())
            status = theNotifiers.insert(theNotifiers.end(), {});
        status->name = stored.name;
        status->type = stored.type;
        status->typeName = QString::fromUtf8(type->name);
        status->icon = QString::fromLatin1(type->icon);
        status->target = type->target ? type->target(withSecrets(stored)) : QString();
        status->light = stored.enabled ? runtime::NotifierStatus::Light::Ready : runtime::NotifierStatus::Light::Off;
        status->words = stored.enabled ? u"Ready"_s : u"Switched off"_s;
        QTimer::singleShot(0, this, [this] { Q_EMIT notifiersChanged(theNotifiers); });
    }
    QTimer::singleShot(0, context, [done = std::move(done), problems] { done(problems); });
}

void FakeConsole::removeNotifier(const QString &name, QObject *context, std::function<void(std::optional<Error>)> done)
{
    removed.append(name);
    if (!answerToRemove) {
        theSetups.remove(name);
        theNotifiers.removeIf([&name](const runtime::NotifierStatus &one) { return one.name == name; });
        QTimer::singleShot(0, this, [this] { Q_EMIT notifiersChanged(theNotifiers); });
    }
    QTimer::singleShot(0, context, [done = std::move(done), answer = answerToRemove] { done(answer); });
}

void FakeConsole::previewNotifier(const runtime::NotifierSetup &setup, std::optional<QUuid>, QObject *context,
                                  std::function<void(Result<Rendered>)> done)
{
    previewed.append(setup);
    Result<Rendered> answer = Error{ErrorCode::Malformed, u"There is no such kind of notifier."_s};
    if (const delivery::NotifierType *type = catalogue().find(setup.type)) {
        delivery::Notification notification;
        notification.message = u"payment-gateway did not answer within 5 s, customer [hidden: email address]"_s;
        notification.session = std::make_shared<const Session>(checkoutSession());
        notification.count = 23;
        notification.link = u"escalite://session/5f3c9a1e-62d4-4b0e-9c77-1f0a8be2d3c4"_s;
        notification.told = {u"Slack #ops-oncall"_s};
        notification.next = u"Repeated in 30 min unless somebody acknowledges."_s;
        Rendered rendered =
            type->render(notification, withSecrets(setup), demoNow(), QUuid(u"5f3c9a1e-62d4-4b0e-9c77-1f0a8be2d3c4"_s));
        rendered.hidden = {{.rule = u"email address"_s, .where = u"message"_s, .marker = u"[hidden: email address]"_s}};
        answer = rendered;
    }
    QTimer::singleShot(0, context, [done = std::move(done), answer] { done(answer); });
}

} // namespace escalite::test
