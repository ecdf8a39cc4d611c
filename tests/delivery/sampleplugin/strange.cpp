// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Plug-ins that must be refused, each for one reason; which one is said by CMake.

#include "delivery/plugin.h"

#include <array>

#ifndef STRANGE_IID
#    define STRANGE_IID EscaliteNotifierPlugin_iid
#endif
#ifndef STRANGE_TYPE
#    define STRANGE_TYPE "strange"
#endif

using namespace escalite::delivery;

namespace {
const NotifierType Strange{.id = STRANGE_TYPE,
                           .name = "Strange",
                           .icon = "plug",
                           .render = [](const Notification &, const QJsonObject &, escalite::TimePoint,
                                        const QUuid &) { return escalite::Rendered(); },
                           .create = [](const QJsonObject &) { return std::unique_ptr<Sender>(); },
                           .target =
                               [](const QJsonObject &) {
                                   return QString();
                               }};
constexpr std::array Types{&Strange};
} // namespace

class StrangePlugin final : public QObject, public NotifierPlugin
{
    Q_OBJECT
    Q_INTERFACES(escalite::delivery::NotifierPlugin)
    Q_PLUGIN_METADATA(IID STRANGE_IID FILE "escalite-notifier.json")
public:
    [[nodiscard]] std::span<const NotifierType *const> types() const override { return Types; }
#ifdef STRANGE_LAYOUT
    [[nodiscard]] quint64 layout() const override
    {
        return NotifierLayout + 1;
    }
#endif
};

#include "strange.moc"
