// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "delivery/notifier.h"

namespace escalite::notifiers {

const delivery::NotifierType &slack();

const delivery::NotifierType &slack()
{
    static const delivery::NotifierType type{.id = "slack"};
    return type;
}

} // namespace escalite::notifiers
