// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What an operator's hands and eyes do in a window: find a thing by its name, and have the keyboard.

#pragma once

#include <QList>
#include <QTest>
#include <QWidget>

namespace escalite::test {

inline constexpr int Patience = 30'000; // milliseconds; the machine may be busy

/// The visible one in \a where whose accessible name is \a name.
template<typename Widget>
Widget *named(QWidget &where, const QString &name)
{
    const QList<Widget *> all = where.findChildren<Widget *>();
    for (Widget *widget : all) {
        if (widget->accessibleName() == name && widget->isVisible())
            return widget;
    }
    return nullptr;
}

/// Asks until \a window has the keyboard: in an X server without a window manager one that closes may take the
/// focus from one that was activated before. False when it does not get it.
inline bool activated(QWidget &window)
{
    return QTest::qWaitFor(
        [&window] {
            if (!window.isActiveWindow())
                window.activateWindow();
            return window.isActiveWindow();
        },
        Patience);
}

} // namespace escalite::test
