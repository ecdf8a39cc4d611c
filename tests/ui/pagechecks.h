// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What every page must pass: names for screen readers, no clipped words, and pictures to look at.

#pragma once

#include <QStringList>

class QWidget;

namespace escalite::test {

/// Visible widgets below \a page that take the focus by Tab and have no accessible name.
[[nodiscard]] QStringList namelessWidgets(QWidget *page);
/// Visible labels and buttons below \a page that are narrower than their text and neither wrap nor elide.
[[nodiscard]] QStringList clippedTexts(QWidget *page);
/// Saves \a page as <folder>/<name>-<theme>-<width>x<height>@<scale>.png in both themes, two sizes and two scales,
/// when ESCALITE_PICTURES names a folder. Otherwise only draws it, so that painting is exercised.
void savePictures(QWidget *page, const QString &name);
/// The same at the size \a page has.
void savePicturesAsIs(QWidget *page, const QString &name);
/// Runs the event loop until nothing more is posted and short timers have fired.
void settle();

} // namespace escalite::test
