// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/texthighlighters.h"

#include "ui/theme/theme.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

QTextCharFormat in(const QColor &color)
{
    QTextCharFormat format;
    format.setForeground(color);
    return format;
}

} // namespace

void JsonHighlighter::highlightBlock(const QString &text)
{
    const Theme &theme = Theme::current();
    // One pass over the line: strings are keys when a colon follows.
    qsizetype i = 0;
    while (i < text.size()) {
        const QChar c = text[i];
        if (c == '"'_L1) {
            qsizetype end = i + 1;
            while (end < text.size() && text[end] != '"'_L1)
                end += text[end] == '\\'_L1 ? 2 : 1;
            end = std::min(end + 1, text.size());
            const bool key = end < text.size() && text[end] == ':'_L1;
            setFormat(static_cast<int>(i), static_cast<int>(end - i), in(key ? theme.accent : theme.okText));
            i = end;
        } else if (c.isLetterOrNumber() || c == '-'_L1) {
            qsizetype end = i;
            while (
                end < text.size()
                && (text[end].isLetterOrNumber() || text[end] == '.'_L1 || text[end] == '-'_L1 || text[end] == '+'_L1))
                ++end;
            setFormat(static_cast<int>(i), static_cast<int>(end - i), in(theme.warningText));
            i = end;
        } else {
            if (!c.isSpace())
                setFormat(static_cast<int>(i), 1, in(theme.text2));
            ++i;
        }
    }
}

void TraceHighlighter::highlightBlock(const QString &text)
{
    static const QRegularExpression frame(
        uR"re(^\s*(?:File "(?<py>[^"]{1,400})", line \d+|at (?<java>[\w$.<>]{1,300})\(|at (?<js>[^\s(]{1,300}) \(|(?<go>[^\s:]{1,300}\.go):\d+|#?\d+:? +(?:0x[0-9a-f]+ +in +)?(?<cpp>\S{1,300})))re"_s);
    static const QRegularExpression library(
        u"site-packages|dist-packages|node_modules|/usr/lib|/rustc/|java\\.|javax\\.|org\\.springframework|System\\.|Microsoft\\.|node:internal"_s);
    static const QRegularExpression error(
        uR"(^(?:Caused by: )?[\w.$]{0,200}(?:Error|Exception|Timeout|Fault|panic|Panic)\b)"_s);
    const Theme &theme = Theme::current();
    // What is longer than a frame can be is not looked at: a pattern must not cost more than the line is worth.
    const QString line = text.left(1000);
    if (const QRegularExpressionMatch match = frame.match(line); match.hasMatch()) {
        if (library.match(line).hasMatch()) {
            setFormat(0, static_cast<int>(text.size()), in(theme.text3));
            return;
        }
        setFormat(0, static_cast<int>(text.size()), in(theme.text));
        for (const QString &name : {u"py"_s, u"java"_s, u"js"_s, u"go"_s, u"cpp"_s}) {
            if (match.capturedStart(name) >= 0)
                setFormat(static_cast<int>(match.capturedStart(name)), static_cast<int>(match.capturedLength(name)),
                          in(theme.accent));
        }
    } else if (const QRegularExpressionMatch named = error.match(line); named.hasMatch()) {
        setFormat(0, static_cast<int>(named.capturedLength()), in(theme.errorText));
    } else if (text.startsWith("Traceback"_L1) || !text.startsWith(' '_L1)) {
        setFormat(0, static_cast<int>(text.size()), in(theme.text2));
    }
}

} // namespace escalite::ui
