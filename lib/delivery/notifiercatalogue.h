// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The kinds of notifiers there are, and the check of a configuration against their tables of fields.

#pragma once

#include "core/export.h"
#include "delivery/notifier.h"

#include <QJsonArray>
#include <QList>
#include <QStringList>

namespace escalite::delivery {

/// What stands beside "config" in an element of "notifiers", the same for every type.
struct NotifierOptions
{
    enum class Over : quint8 { Join, Wait };

    int perMinute = 0; ///< "send_at_most": messages in any minute; 0 = the type's, else Settings::messagesPerMinute.
    Over over = Over::Join; ///< "then": "join" makes one digest of what is more, "wait" lets it wait its turn.
    int perRecipient = 0;   ///< "send_each_at_most": messages in any minute to one target or address; 0 = the type's.
    QString fallback{};     ///< "fallback": name of the notifier that is told when one of these fails for good.
    Duration giveUp{};      ///< "give_up"; 0 = Settings::giveUp.
    Duration drillEvery{};  ///< "drill_every": a marked live test so often; 0 = by hand only.
    Duration provenFor = std::chrono::hours(24 * 7); ///< "proven_for": older proof turns amber.

    bool operator==(const NotifierOptions &) const = default;
};

/// A notifier as configured: one element of "notifiers" in escalite.json.
struct ConfiguredNotifier
{
    QString name; ///< "name", or made from type and number: "slack", "slack 2".
    const NotifierType *type = nullptr;
    QJsonObject config; ///< With the fields' fallbacks filled in and *_file references resolved.
    bool enabled = true;
    NotifierOptions options{};
    QStringList secrets; ///< Values that must appear nowhere.
    QString held;        ///< Not empty: must not send, and why (clear-text login off loopback without permission).

    bool operator==(const ConfiguredNotifier &) const = default;
};

/// What may stand in an element of "notifiers", in the order in which it is written.
[[nodiscard]] ESCALITE_EXPORT QStringList notifierKeys();

class ESCALITE_EXPORT NotifierCatalogue
{
public:
    /// Adds \a type; replacing one of the same id needs \a replace (E-19).
    bool add(const NotifierType &type, bool replace = false);
    [[nodiscard]] const NotifierType *find(QStringView id) const;
    [[nodiscard]] QList<const NotifierType *> types() const;

    /// Reads the array "notifiers" of the seed's file or of escalite.json:
    /// [{"type":…,"name"?,"enabled"?,"config":{…}}]. All problems at once, with the seed's words ("Unknown notifier
    /// type: x", "Missing 'webhook_url' in config", …) and pointers below \a pointer. Unknown keys warn with the
    /// nearest known one. Elements with errors are left out. Secrets may stand in files ("webhook_url_file"); relative
    /// paths start at \a directory.
    [[nodiscard]] QList<ConfiguredNotifier> read(const QJsonArray &notifiers, const QString &pointer,
                                                 Problems &problems, const QString &directory = {}) const;

private:
    QList<const NotifierType *> m_types;
};

} // namespace escalite::delivery
