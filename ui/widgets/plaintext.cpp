// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/plaintext.h"

#include "message/text.h"

namespace escalite::ui {

namespace {

constexpr qsizetype MaxText = 64 * 1024;
constexpr qsizetype MaxLine = 2000;

} // namespace

QString shownLine(const QString &foreign, qsizetype limit)
{
    return message::visible(message::fit(foreign, limit));
}

QString shownLines(const QString &foreign)
{
    const QString text = message::visible(message::fit(foreign, MaxText), true);
    QString broken;
    qsizetype lineStart = 0;
    while (lineStart <= text.size()) {
        qsizetype lineEnd = text.indexOf(u'\n', lineStart);
        if (lineEnd < 0)
            lineEnd = text.size();
        while (lineEnd - lineStart > MaxLine) {
            const bool splitsPair = text.at(lineStart + MaxLine).isLowSurrogate();
            const qsizetype length = splitsPair ? MaxLine - 1 : MaxLine;
            broken += QStringView(text).mid(lineStart, length);
            broken += u'\n';
            lineStart += length;
        }
        broken += QStringView(text).mid(lineStart, lineEnd - lineStart);
        if (lineEnd < text.size())
            broken += u'\n';
        lineStart = lineEnd + 1;
    }
    return broken;
}

QString shownToolTip(const QString &foreign)
{
    return shownLine(foreign, 1000).toHtmlEscaped();
}

} // namespace escalite::ui
