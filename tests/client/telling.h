// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Notifiers without a service: they keep what they are told and answer as the test says.

#pragma once

#include "client/escalator.h"
#include "delivery/notifiercatalogue.h"

#include <QHash>
#include <QJsonArray>
#include <QTest>

#include <array>
#include <mutex>

namespace escalite::tests {

/// One notification as the notifier \a to was given it.
struct ToldOf
{
    QString to{};
    delivery::Notification notification{};
};

/// What reached whom; the rendering and the sending are on different threads.
class Listeners
{
public:
    static Listeners &instance()
    {
        static Listeners listeners;
        return listeners;
    }

    void clear()
    {
        const std::lock_guard lock(m_mutex);
        m_rendered.clear();
        m_sent.clear();
        m_answers.clear();
    }
    void rendered(const QString &to, const delivery::Notification &notification)
    {
        const std::lock_guard lock(m_mutex);
        m_rendered.append({.to = to, .notification = notification});
    }
    /// How the next attempts at \a to end; the last goes on. Without any: delivered.
    void answer(const QString &to, const QList<Outcome::Kind> &kinds)
    {
        const std::lock_guard lock(m_mutex);
        m_answers.insert(to, kinds);
    }
    Outcome sent(const QString &to)
    {
        const std::lock_guard lock(m_mutex);
        m_sent.append(to);
        Outcome outcome;
        outcome.kind = Outcome::Kind::Delivered;
        if (QList<Outcome::Kind> &kinds = m_answers[to]; !kinds.isEmpty())
            outcome.kind = kinds.size() > 1 ? kinds.takeFirst() : kinds.constFirst();
        outcome.detail = outcomeName(outcome.kind);
        return outcome;
    }
    [[nodiscard]] QList<ToldOf> rendered() const
    {
        const std::lock_guard lock(m_mutex);
        return m_rendered;
    }
    /// An entry for each attempt.
    [[nodiscard]] QStringList sent() const
    {
        const std::lock_guard lock(m_mutex);
        return m_sent;
    }

private:
    mutable std::mutex m_mutex;
    QList<ToldOf> m_rendered;
    QStringList m_sent;
    QHash<QString, QList<Outcome::Kind>> m_answers;
};

inline constexpr std::array DummyFields{
    delivery::Field{.key = "to", .label = "To", .kind = delivery::Field::Kind::Text, .required = true},
    delivery::Field{.key = "token", .label = "Token", .kind = delivery::Field::Kind::Secret},
};

class DummySender final : public delivery::Sender
{
public:
    explicit DummySender(QString to) : m_to(std::move(to)) {}
    void send(const Rendered &, const delivery::AttemptContext &, std::function<void(Outcome)> done) override
    {
        const Outcome outcome = Listeners::instance().sent(m_to);
        if (outcome.kind == Outcome::Kind::Ambiguous) // Never says anything.
            return;
        QMetaObject::invokeMethod(
            &m_later, [done = std::move(done), outcome] { done(outcome); }, Qt::QueuedConnection);
    }

private:
    QString m_to;
    QObject m_later;
};

inline Rendered renderDummy(const delivery::Notification &notification, const QJsonObject &config, TimePoint,
                            const QUuid &)
{
    using namespace Qt::StringLiterals;
    Listeners::instance().rendered(config.value("to"_L1).toString(), notification);
    Rendered rendered;
    rendered.text = notification.message;
    rendered.body = notification.message.toUtf8() + '\n' + notification.document;
    return rendered;
}

/// The seed's DummyNotifier: {"type": "dummy", "config": {"to": …}}.
inline const delivery::NotifierType Dummy{
    .id = "dummy",
    .name = "Dummy",
    .fields = DummyFields,
    .missing = "Missing '%1' in config",
    .render = renderDummy,
    .create = [](const QJsonObject &config) -> std::unique_ptr<delivery::Sender> {
        return std::make_unique<DummySender>(config.value(QLatin1StringView("to")).toString());
    },
    .target = [](const QJsonObject &config) { return config.value(QLatin1StringView("to")).toString(); },
};

inline QJsonObject configOf(const QString &type, const QJsonObject &config)
{
    using namespace Qt::StringLiterals;
    return {{u"type"_s, type}, {u"config"_s, config}};
}

/// {"notifiers":[…]} with a dummy for each of \a names.
inline QJsonObject dummies(const QStringList &names)
{
    using namespace Qt::StringLiterals;
    QJsonArray notifiers;
    for (const QString &name : names)
        notifiers.append(
            QJsonObject{{u"type"_s, u"dummy"_s}, {u"name"_s, name}, {u"config"_s, QJsonObject{{u"to"_s, name}}}});
    return {{u"notifiers"_s, notifiers}};
}

inline const delivery::NotifierCatalogue &dummyCatalogue()
{
    static const delivery::NotifierCatalogue catalogue = [] {
        delivery::NotifierCatalogue made;
        made.add(Dummy);
        return made;
    }();
    return catalogue;
}

/// Retries that a test can wait for.
inline EscalatorOptions impatient()
{
    EscalatorOptions options;
    options.rules.retry.first = std::chrono::milliseconds(1);
    options.rules.retry.most = std::chrono::milliseconds(5);
    options.rules.messagesPerMinute = 6'000;
    return options;
}

} // namespace escalite::tests
