// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// escalite.json: read whole with all its problems at once (line, column, pointer), changed member by member so that
// order and spacing of the rest stay. The seed's {"notifiers":[…]} is one of its forms.

#pragma once

#include "core/problem.h"
#include "delivery/plugin.h"
#include "message/redaction.h"
#include "policy/policy.h"

#include <QByteArray>
#include <QString>

#include <chrono>

namespace escalite::runtime {

/// Everything a configuration says, checked and with defaults filled in.
struct Settled
{
    policy::Policy policy;
    QList<delivery::ConfiguredNotifier> notifiers;
    message::RedactionRules redaction;
    delivery::PluginOptions plugins; ///< "plugins": {"folders": […], "replace": […]}; loaded once, at start.
    QString listen = QStringLiteral("127.0.0.1:4377"); ///< "endpoint": {"listen": …}
    QString link;                       ///< "link": prefix of the address in messages; empty = escalite://session/
    std::chrono::hours keepFor{24 * 7}; ///< "store": {"keep_for": "7 d"}
    qint64 keepBytes = 2LL * 1024 * 1024 * 1024; ///< "store": {"keep_bytes": …}
    qint64 segmentBytes = 256LL * 1024 * 1024;   ///< "store": {"segment_bytes": …}

    [[nodiscard]] const delivery::ConfiguredNotifier *notifier(QStringView name) const;
    [[nodiscard]] QStringList notifierNames() const;
    [[nodiscard]] QStringList secrets() const; ///< Of all notifiers.
};

struct ConfigurationText
{
    QByteArray text;
    Settled settled;
    Problems problems;       ///< With errors, \a settled must not be put in force.
    bool isReadable = false; ///< It is one JSON object, or nothing.
};

/// The keys that objects of the file may have, by where they stand: "" (its members), "/store", "/rules/*" … What a
/// notifier's "config" holds is its type's to say.
[[nodiscard]] QMap<QString, QStringList> configurationKeys();

/// Reads \a text; an empty one is a configuration of defaults.
[[nodiscard]] ConfigurationText readConfiguration(const QByteArray &text, const delivery::NotifierCatalogue &catalogue);

/// The same at the start of a program: loads the plug-ins that \a text names into \a catalogue, then reads.
[[nodiscard]] ConfigurationText readWithPlugins(const QByteArray &text, delivery::NotifierCatalogue &catalogue);
/// A warning when \a read names other plug-ins than the \a loaded ones: they take effect at the next start.
[[nodiscard]] Problems pluginChange(const ConfigurationText &read, const delivery::PluginOptions &loaded);

/// A warning when secrets stand in \a file itself and others can read it.
[[nodiscard]] Problems exposure(const ConfigurationText &read, const QString &file);

/// \a text (readable, see above) with member \a key set to \a value; everything else stays as it was written.
[[nodiscard]] QByteArray withMember(const QByteArray &text, QStringView key, const QJsonValue &value);

/// The configuration as it is remembered: with what keys to what, but no secret (the file has them, mode 0600).
[[nodiscard]] QByteArray withoutSecrets(const QByteArray &text, const Settled &settled);

/// One line for a log or a terminal: "file:line:column: error: /pointer: message".
[[nodiscard]] QString toText(const Problem &problem, const QString &file);

} // namespace escalite::runtime
