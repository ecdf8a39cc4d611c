// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "core/level.h"

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace escalite {

namespace {
constexpr std::array Names{
    std::pair{Level::Debug, "debug"_L1},       std::pair{Level::Info, "info"_L1},
    std::pair{Level::Warning, "warning"_L1},   std::pair{Level::Error, "error"_L1},
    std::pair{Level::Critical, "critical"_L1},
};
} // namespace

std::optional<Level> levelFromName(QStringView name)
{
    for (const auto &[level, spelling] : Names) {
        if (name == spelling)
            return level;
    }
    return std::nullopt;
}

QString levelName(Level level)
{
    for (const auto &[candidate, spelling] : Names) {
        if (candidate == level)
            return spelling;
    }
    Q_UNREACHABLE();
}

} // namespace escalite
