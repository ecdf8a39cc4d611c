// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The snippets of resources/snippets: how an application sends its first session, filled with the real address and
// token.

#pragma once

#include <QString>
#include <QStringList>

namespace escalite::ui {

/// Names of the snippets in the order of the tabs: "curl", "python", "ndjson".
[[nodiscard]] QStringList snippetNames();
/// The label of a tab.
[[nodiscard]] QString snippetTitle(const QString &name);
[[nodiscard]] QString snippet(const QString &name, const QString &url, const QString &token);

/// An example of a configuration with two notifiers.
[[nodiscard]] QString notifiersExample();

/// The kind and the last four characters of an ingest or operator token: "esc_••••••••9f2c".
[[nodiscard]] QString maskedToken(const QString &token);

} // namespace escalite::ui
