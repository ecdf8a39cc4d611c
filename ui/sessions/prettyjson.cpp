// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/sessions/prettyjson.h"

#include <algorithm>

namespace escalite::ui {

PrettyJson prettyJson(const QByteArray &json, qsizetype limit)
{
    QByteArray out;
    out.reserve(std::min(json.size() * 2, limit + 1024));
    int depth = 0;
    bool inString = false;
    qsizetype at = 0;
    const auto newLine = [&] {
        out += '\n';
        out.append(std::min(depth, 64) * 2, ' ');
    };
    // Bytes are at least as many as UTF-16 units, so the limit on bytes keeps that on units.
    for (; at < json.size() && out.size() < limit; ++at) {
        const char c = json[at];
        if (inString) {
            out += c;
            if (c == '\\' && at + 1 < json.size())
                out += json[++at];
            else if (c == '"')
                inString = false;
            continue;
        }
        switch (c) {
        case ' ':
        case '\t':
        case '\r':
        case '\n':
            break;
        case '{':
        case '[': {
            out += c;
            qsizetype next = at + 1;
            while (next < json.size()
                   && (json[next] == ' ' || json[next] == '\n' || json[next] == '\r' || json[next] == '\t'))
                ++next;
            if (next < json.size() && (json[next] == '}' || json[next] == ']')) {
                out += json[next];
                at = next;
            } else {
                ++depth;
                newLine();
            }
            break;
        }
        case '}':
        case ']':
            depth = std::max(0, depth - 1);
            newLine();
            out += c;
            break;
        case ',':
            out += c;
            newLine();
            break;
        case ':':
            out += ": ";
            break;
        default:
            inString = c == '"';
            out += c;
        }
    }
    return {QString::fromUtf8(out), at < json.size()};
}

} // namespace escalite::ui
