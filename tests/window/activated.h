// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The keyboard goes to the active window, and in an X server without a window manager a window that closes may take
// the focus with it, also from one that was activated before.

#pragma once

#include <QTest>
#include <QWidget>

namespace escalite::test {

/// Asks until \a window has the keyboard. False when it does not get it.
inline bool activated(QWidget &window)
{
    return QTest::qWaitFor(
        [&window] {
            if (!window.isActiveWindow())
                window.activateWindow();
            return window.isActiveWindow();
        },
        20'000);
}

} // namespace escalite::test
