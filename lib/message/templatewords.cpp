// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The names and filters that templates know, for the check, the completion and the reference page.

#include "message/template.h"

#include <array>

namespace escalite::message {

std::span<const TemplateName> templateNames()
{
    static constexpr std::array Names{
        TemplateName{.name = "level", .help = "How bad it is: debug, info, warning, error or critical."},
        TemplateName{.name = "title", .help = "What is broken: the request, such as POST /checkout."},
        TemplateName{.name = "request", .help = "Method and path of the session's request."},
        TemplateName{.name = "method", .help = "Method of the request, such as POST."},
        TemplateName{.name = "path", .help = "Path of the request."},
        TemplateName{.name = "source", .help = "The application that sent the session."},
        TemplateName{.name = "code", .help = "Status that the request was answered with."},
        TemplateName{.name = "elapsed", .help = "How long the request took."},
        TemplateName{.name = "error", .help = "The first error, in one line."},
        TemplateName{.name = "message", .help = "What the person wrote who sends it, or the default text."},
        TemplateName{.name = "reason", .help = "Why now: it happened again, nobody has answered yet, sent by hand."},
        TemplateName{.name = "by", .help = "Who asked for it, acknowledged or closed."},
        TemplateName{.name = "since", .help = "When it began."},
        TemplateName{.name = "last", .help = "When it was last seen."},
        TemplateName{.name = "count", .help = "How many sessions there have been in all."},
        TemplateName{.name = "new", .help = "How many sessions this message stands for."},
        TemplateName{.name = "alert_id", .help = "Id of the worst session."},
        TemplateName{.name = "short_id", .help = "The first eight digits of alert_id."},
        TemplateName{.name = "incident", .help = "The first eight digits of the incident's id."},
        TemplateName{.name = "rule", .help = "Id of the rule that opened the incident."},
        TemplateName{.name = "link", .help = "Back to the session in the console."},
        TemplateName{.name = "told", .help = "Who else is told."},
        TemplateName{.name = "next", .help = "What happens next."},

        TemplateName{.name = "facts", .help = "Level, since when, how often and so on, a line each.", .isList = true},
        TemplateName{.name = "key", .help = "What the fact is called.", .within = "facts"},
        TemplateName{.name = "value", .help = "The fact.", .within = "facts"},
        TemplateName{.name = "errors", .help = "The session's errors.", .isList = true},
        TemplateName{.name = "key", .help = "Key of the entry with the error.", .within = "errors"},
        TemplateName{.name = "message", .help = "What the error says.", .within = "errors"},
        TemplateName{.name = "calls", .help = "The calls of services that failed.", .isList = true},
        TemplateName{.name = "service", .help = "The service that was called.", .within = "calls"},
        TemplateName{.name = "code", .help = "What the service answered.", .within = "calls"},
        TemplateName{.name = "message", .help = "What the service said.", .within = "calls"},
        TemplateName{.name = "elapsed", .help = "How long the call took.", .within = "calls"},
        TemplateName{.name = "lines", .help = "All that is told of the session, a line each.", .isList = true},
        TemplateName{.name = "key", .help = "What the line is called.", .within = "lines"},
        TemplateName{.name = "value", .help = "What it says.", .within = "lines"},
        TemplateName{.name = "joined",
                     .help = "The notifications that were joined into this one, when there were too many.",
                     .isList = true},
        TemplateName{.name = "title", .help = "What is broken.", .within = "joined"},
        TemplateName{.name = "level", .help = "How bad it is.", .within = "joined"},
        TemplateName{.name = "count", .help = "How many sessions it stands for.", .within = "joined"},
    };
    return Names;
}

std::span<const TemplateFilter> templateFilters()
{
    static constexpr std::array Filters{
        TemplateFilter{.name = "upper", .help = "In capitals."},
        TemplateFilter{.name = "lower", .help = "In small letters."},
        TemplateFilter{.name = "first", .help = "At most so many characters: first: 80."},
        TemplateFilter{.name = "default", .help = "Another text where there is none: default: \"none\"."},
        TemplateFilter{.name = "time", .help = "A point in time (UTC) in another form: time: \"HH:mm\"."},
    };
    return Filters;
}

} // namespace escalite::message
