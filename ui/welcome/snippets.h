// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The snippets of resources/snippets: how an application sends its first session, filled with the real address and
// token.

#pragma once

#include "core/result.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace escalite::ui {

/// Names of the snippets in the order of the tabs: "curl", "python", …
[[nodiscard]] QStringList snippetNames();
/// The label of a tab.
[[nodiscard]] QString snippetTitle(const QString &name);
[[nodiscard]] QString snippet(const QString &name, const QString &url, const QString &token);
/// The file of resources/clients that the snippet uses, or that does the same in earnest; empty when there is none.
[[nodiscard]] QString clientFile(const QString &name);
/// Writes the client \a file to \a path; a shell script can be run then. Answers what went wrong.
[[nodiscard]] std::optional<Error> writeClient(const QString &file, const QString &path);

/// An example of a configuration with two notifiers.
[[nodiscard]] QString notifiersExample();

/// The kind and the last four characters of an ingest or operator token: "esc_••••••••9f2c".
[[nodiscard]] QString maskedToken(const QString &token);

} // namespace escalite::ui
