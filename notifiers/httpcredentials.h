// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Credentials in the Authorization header: the rows of a notifier's table, their check, and the header.

#pragma once

#include "delivery/notifier.h"

#include <QJsonObject>
#include <QList>

namespace escalite::notifiers {

inline constexpr delivery::Field BearerField{.key = "token",
                                             .label = "Access token",
                                             .kind = delivery::Field::Kind::Secret,
                                             .help = "Sent as Authorization: Bearer; in place of user and password.",
                                             .example = "{secret}"};
inline constexpr delivery::Field UserField{.key = "username",
                                           .label = "User",
                                           .kind = delivery::Field::Kind::Text,
                                           .help = "For a login with user and password (HTTP Basic).",
                                           .advanced = true};
inline constexpr delivery::Field PasswordField{.key = "password",
                                               .label = "Password",
                                               .kind = delivery::Field::Kind::Secret,
                                               .help = "Of that user.",
                                               .advanced = true};

/// A token or a user with password, not both, nothing that breaks the header.
void checkCredentials(const QJsonObject &config, Problems &problems);
/// The header of a checked \a config; empty without credentials.
[[nodiscard]] QList<Rendered::Header> credentialsOf(const QJsonObject &config);

} // namespace escalite::notifiers
