// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a notifier is: one way to hand a notification to a person. A type describes itself by a table of fields, renders
// purely, and sends.

#pragma once

#include "core/delivery.h"
#include "core/export.h"
#include "core/incident.h"
#include "core/problem.h"
#include "core/session.h"

#include <QJsonObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace escalite::delivery {

/// What is to be told, redacted already: a renderer cannot leak what it never saw.
struct Notification
{
    /// What the same notifier was told of the same incident before: to answer, edit or thread it.
    struct Earlier
    {
        QUuid first{};    ///< Delivery of the first message that was taken.
        QString handle{}; ///< What the service called it; may be empty.
        QUuid last{};     ///< Delivery of the newest that was taken.

        bool operator==(const Earlier &) const = default;
    };
    /// One of many notifications that were joined into one, since there were too many (Reason::Digest).
    struct Joined
    {
        QString title{};
        Level level = Level::Error;
        quint64 count = 1;

        bool operator==(const Joined &) const = default;
    };

    Reason reason = Reason::First;
    QString message; ///< First line: the person's words, or the default text.
    std::optional<Incident> incident;
    SessionPtr session;  ///< The worst one, redacted; null for a drill.
    QByteArray document; ///< The redacted document as JSON, for attachments; may be empty.
    QList<Rendered::Hidden> hidden;
    Scope scope = Scope::FailingCalls; ///< How much of the session is told.
    quint64 count = 1;                 ///< Sessions this stands for.
    QString link;                      ///< `escalite://session/<id>` or the configured URL; may be empty.
    QString by;                        ///< Who asked, for a manual one; who acknowledged or closed.
    std::optional<Earlier> earlier{};  ///< Nothing when this is the first of its incident.
    QStringList told{};                ///< Who else is told: "Slack #ops", "Email ops@acme.test and 2 more".
    QString next{};                    ///< What happens next, one sentence; empty when nothing does.
    QList<Joined> joined{};            ///< Of a digest, worst first.
    QString step{}; ///< Which of the incident's plan: "step 2 of 3", "step 2 of 3 again (1 of 4)"; empty without one.
    bool plain = false; ///< The service refused richer content: short plain text only, no session and no document.

    bool operator==(const Notification &) const = default;
};

/// One configuration key. Forms, validation, redaction and the reference page are derived from these rows.
struct Field
{
    enum class Kind {
        Text,
        Secret,
        Url,
        SecretUrl,
        Integer,
        Flag,
        Choice,
        TextList,
        AddressList,
        File,
        Object,
        Template, ///< Text in the language of message/template.h; may have several lines.
    };
    const char *key = nullptr;
    const char *label = nullptr; ///< English; translated where shown.
    Kind kind = Kind::Text;
    bool required = false;
    const char *fallback = nullptr; ///< Value when missing, as text.
    const char *choices = nullptr;  ///< Of Choice: "starttls,tls,none".
    const char *help = nullptr;     ///< One sentence.
    int least = 0;                  ///< Of Integer.
    int most = 0;
    bool advanced = false; ///< Most people never need it: the form shows it under "More".
    /// What a value looks like, as text, for the reference page and the conformance kit; null where the kind says it.
    /// "{harness}" stands for the address of a service on this machine, "{secret}" for a credential.
    const char *example = nullptr;
};

/// What an attempt is given beside the bytes.
struct AttemptContext
{
    QUuid delivery;                              ///< Sent as Idempotency-Key, or in the Message-ID.
    quint64 count = 1;                           ///< Sent as X-Escalite-Count.
    Duration timeout = std::chrono::seconds(30); ///< The whole attempt.
    /// Of Rendered::recipients: those that earlier attempts of this delivery have accepted or refused for good. They
    /// are left out.
    QList<QByteArray> settled = {};
    int partsTaken = 0; ///< Of a split message: requests that earlier attempts got through, from the first. Left out.
};

/// A configured notifier on the engine's thread: makes attempts. Owns its connections; nothing of it is shared with
/// another.
class ESCALITE_EXPORT Sender
{
public:
    virtual ~Sender() = default;
    /// Makes exactly one attempt with the stored bytes and calls \a done exactly once, later, on the calling thread.
    virtual void send(const Rendered &rendered, const AttemptContext &context, std::function<void(Outcome)> done) = 0;
};

/// A kind of notifier, as the catalogue lists it.
struct NotifierType
{
    const char *id = nullptr;   ///< The "type" of the configuration file.
    const char *name = nullptr; ///< For people.
    const char *icon = nullptr; ///< Name in resources/icons.
    const char *help = nullptr; ///< One sentence: what it reaches, for "Add notifier" and the reference page.
    std::span<const Field> fields{};
    const char *missing = nullptr; ///< The seed's message for missing keys, "%1" = the keys in table order: "Missing
                                   ///< required config keys: %1".
    /// Checks beyond the table; appends with pointers relative to the config object. May be null.
    void (*check)(const QJsonObject &config, Problems &problems) = nullptr;
    /// Why a notifier with this (checked) configuration must not send as it stands, one sentence: clear-text login off
    /// loopback without permission. Empty: it may send. May be null.
    QString (*held)(const QJsonObject &config) = nullptr;
    /// Pure: equal arguments give equal bytes. Reads no secret but what the address itself needs.
    Rendered (*render)(const Notification &notification, const QJsonObject &config, TimePoint now,
                       const QUuid &delivery) = nullptr;
    /// Pure: \a rendered for the address that an outcome of kind Moved named. Null where a service never moves.
    Rendered (*moved)(const Rendered &rendered, const QString &movedTo) = nullptr;
    /// Builds the sender from a checked configuration with its secrets.
    std::unique_ptr<Sender> (*create)(const QJsonObject &config) = nullptr;
    /// Whom it goes to, for lists: "#ops", "ops@acme.test and 2 more"; no secrets.
    QString (*target)(const QJsonObject &config) = nullptr;
    int limit = 0;     ///< Characters of one message as the service counts them; 0 = none. For the template's counter.
    int perMinute = 0; ///< What the service bears from one notifier; 0 = no less than anybody sends.
    int perRecipient = 0; ///< Likewise to one target or address in a minute; 0 = no limit.
};

} // namespace escalite::delivery
