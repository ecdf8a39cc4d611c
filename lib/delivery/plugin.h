// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Notifiers from outside our build: what a plug-in library offers, and how it is found, checked and loaded.

#pragma once

#include "core/export.h"
#include "delivery/notifiercatalogue.h"

#include <QObject>
#include <QStringList>

#include <cstddef>
#include <span>

#define EscaliteNotifierPlugin_iid "org.escalite.NotifierPlugin/1"

namespace escalite::delivery {

/// Grows when a plug-in must be changed, not only built again.
inline constexpr int NotifierInterfaceVersion = 1;

/// Differs when program and plug-in were not built from the same headers.
inline constexpr quint64 NotifierLayout = [] {
    quint64 mixed = 0;
    for (const std::size_t size : {sizeof(NotifierType), sizeof(Field), sizeof(Notification), sizeof(Session),
                                   sizeof(Incident), sizeof(Rendered), sizeof(Outcome), sizeof(AttemptContext)})
        mixed = mixed * 1'000'003 + size;
    return mixed;
}();

/// The root object of a plug-in library: a QObject with Q_INTERFACES(escalite::delivery::NotifierPlugin) and
/// Q_PLUGIN_METADATA(IID EscaliteNotifierPlugin_iid FILE "escalite-notifier.json"). The CMake function
/// escalite_notifier_plugin() writes that file. A plug-in is never unloaded.
class ESCALITE_EXPORT NotifierPlugin
{
public:
    virtual ~NotifierPlugin() = default;
    [[nodiscard]] virtual int interfaceVersion() const { return NotifierInterfaceVersion; }
    [[nodiscard]] virtual quint64 layout() const { return NotifierLayout; }
    /// Live as long as the program.
    [[nodiscard]] virtual std::span<const NotifierType *const> types() const = 0;
};

/// "plugins" of escalite.json.
struct PluginOptions
{
    QStringList folders{}; ///< Whole paths.
    QStringList replace{}; ///< Ids of types that a plug-in may put in the place of ours.

    bool operator==(const PluginOptions &) const = default;
};

/// Loads every *.so of the folders, in the order of their names, and adds its types to \a catalogue. Before anything of
/// a library runs: folder, file and what is above them belong to the user or to root and are not open to changes by
/// others, and the library says that it is for this interface, this version of ours and this Qt. What is refused is a
/// problem below \a pointer that names the file. Called once, at start.
ESCALITE_EXPORT void loadPlugins(const PluginOptions &options, NotifierCatalogue &catalogue, const QString &pointer,
                                 Problems &problems);
/// The same of a single library.
ESCALITE_EXPORT void loadPlugin(const QString &file, const QStringList &replace, NotifierCatalogue &catalogue,
                                const QString &pointer, Problems &problems);

} // namespace escalite::delivery

Q_DECLARE_INTERFACE(escalite::delivery::NotifierPlugin, EscaliteNotifierPlugin_iid)
