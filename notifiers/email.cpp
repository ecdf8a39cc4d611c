// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "delivery/notifier.h"

namespace escalite::notifiers {

const delivery::NotifierType &email();

const delivery::NotifierType &email()
{
    static const delivery::NotifierType type{.id = "email"};
    return type;
}

} // namespace escalite::notifiers
