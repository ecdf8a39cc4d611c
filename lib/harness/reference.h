// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The reference of notifiers as a page of Markdown, made from their tables of fields.

#pragma once

#include "delivery/notifier.h"

#include <QByteArray>

#include <span>

namespace escalite::harness {

[[nodiscard]] QByteArray referencePage(std::span<const delivery::NotifierType *const> types);

} // namespace escalite::harness
