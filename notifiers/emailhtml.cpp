// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "notifiers/emailhtml.h"

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

namespace {
constexpr auto End = "</div>\n</body></html>\n"_L1;

QString beginning(Level level)
{
    const QString font = u"font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif"_s;
    return u"<!DOCTYPE html>\n<html><head><meta charset=\"UTF-8\"></head>\n<body "
           u"style=\"margin:0;padding:16px;%1;font-size:14px;color:#222\">\n"
           "<div style=\"border-left:4px solid %2;padding-left:12px\">\n"_s.arg(font, colourOf(level));
}
} // namespace

QString mailHtml(const Wording &wording)
{
    const auto cell = [](const QString &text, const QString &style) {
        QString escaped = message::escapeHtml(text);
        escaped.replace(u'\n', u"<br>\n"_s);
        return u"<td style=\"%1\">%2</td>"_s.arg(style, escaped);
    };
    const QString key = u"padding:2px 12px 2px 0;color:#666;vertical-align:top;white-space:nowrap"_s;
    const QString value = u"padding:2px 0;vertical-align:top"_s;
    const QString code = value + u";font-family:Menlo,Consolas,monospace;font-size:13px;word-break:break-word"_s;
    QString html = beginning(wording.level);
    if (!wording.message.isEmpty()) {
        QString said = message::escapeHtml(wording.message);
        said.replace(u'\n', u"<br>\n"_s);
        html += u"<p style=\"margin:0 0 8px\">%1</p>\n"_s.arg(said);
    }
    html +=
        u"<p style=\"margin:0 0 8px;font-size:16px\"><b>%1</b></p>\n<table style=\"border-collapse:collapse\">\n"_s.arg(
            message::escapeHtml(wording.subject));
    for (const message::Line &line : wording.facts)
        html += u"<tr>"_s + cell(line.key, key) + cell(line.value, value) + u"</tr>\n"_s;
    for (const message::Line &line : wording.outline)
        html += u"<tr>"_s + cell(line.key, key) + cell(line.value, code) + u"</tr>\n"_s;
    html += u"</table>\n"_s;
    if (!wording.link.isEmpty() && wording.linkIsWeb)
        html += u"<p style=\"margin:12px 0 0\"><a href=\"%1\">Open in the console</a></p>\n"_s.arg(
            message::escapeHtml(wording.link));
    else if (!wording.link.isEmpty())
        html += u"<p style=\"margin:12px 0 0\">Open: %1</p>\n"_s.arg(message::escapeHtml(wording.link));
    return html
           + u"<p style=\"margin:12px 0 0;color:#666;font-size:12px\">%1</p>\n"_s.arg(
               message::escapeHtml(wording.footer))
           + End;
}

QString mailHtml(const QString &text, Level level)
{
    return beginning(level) + u"<div style=\"white-space:pre-wrap\">%1</div>\n"_s.arg(message::escapeHtml(text)) + End;
}

} // namespace escalite::notifiers
