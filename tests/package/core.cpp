// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Uses nothing but the component Core; built with pkg-config.

#include <core/level.h>

int main()
{
    return escalite::levelFromName(u"critical") == escalite::Level::Critical ? 0 : 1;
}
