// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A notification on this desktop (org.freedesktop.Notifications 1.2); a follow-up replaces what stands there.

#include "notifiers/desktopsender.h"
#include "notifiers/wording.h"

#include <QJsonDocument>

#include <array>

using namespace Qt::StringLiterals;

namespace escalite::notifiers {

const delivery::NotifierType &desktop();

namespace {
using delivery::Field;
using delivery::Notification;

constexpr qsizetype MaxSummary = 160;
constexpr qsizetype MaxBody = 1200; // More than any desktop shows.

constexpr std::array Fields{
    SubjectField,
    TemplateField,
    Field{.key = "show_for",
          .label = "Show for",
          .kind = Field::Kind::Integer,
          .help = "Seconds; 0 keeps it until somebody closes it, without it the desktop decides.",
          .least = 0,
          .most = 3600},
    Field{.key = "bus_address",
          .label = "Session bus",
          .kind = Field::Kind::Text,
          .help = "Where a program without a window finds the desktop, such as unix:path=/run/user/1000/bus.",
          .advanced = true,
          .example = "unix:path=/run/user/1000/bus"},
};

QString target(const QJsonObject &)
{
    return u"This desktop"_s;
}

/// 0 low, 1 normal, 2 critical: stays until somebody closes it.
int urgencyOf(const Notification &notification, Level level)
{
    if (notification.reason == Reason::Acknowledged || notification.reason == Reason::Closed)
        return 0;
    if (notification.reason == Reason::Drill)
        return 1;
    return level >= Level::Critical ? 2 : level >= Level::Warning ? 1 : 0;
}

QString bodyOf(const Wording &wording)
{
    QString text = wording.message + u'\n';
    for (const message::Line &line : wording.facts)
        text += line.key + u": "_s + line.value + u'\n';
    for (const message::Line &line : wording.outline)
        text += line.key + u": "_s + line.value + u'\n';
    if (!wording.link.isEmpty())
        text += wording.link + u'\n';
    return text.trimmed();
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint, const QUuid &)
{
    const Wording wording = wordingOf(notification);
    const QString summary = message::fit(subjectOf(notification, config, wording), MaxSummary);
    // Only the sender knows whether the desktop reads markup.
    const QString whole = templateText(notification, config, asItIs).value_or(bodyOf(wording));
    const QString body = message::fit(whole, MaxBody);
    const QJsonValue seconds = config.value(u"show_for"_s);

    QJsonObject note{{u"summary"_s, summary},
                     {u"body"_s, body},
                     {u"urgency"_s, urgencyOf(notification, wording.level)},
                     {u"expire"_s, seconds.isDouble() ? seconds.toInt() * 1000 : -1}};
    if (notification.earlier && !notification.earlier->handle.isEmpty())
        note.insert(u"replaces"_s, notification.earlier->handle);

    Rendered rendered;
    rendered.contentType = "application/json";
    rendered.body = QJsonDocument(note).toJson(QJsonDocument::Compact);
    rendered.text = summary + u"\n\n"_s + body;
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.length = static_cast<int>(body.size());
    rendered.limit = static_cast<int>(MaxBody);
    rendered.cut = body.size() < whole.size();
    return rendered;
}

std::unique_ptr<delivery::Sender> create(const QJsonObject &config)
{
    return std::make_unique<DesktopSender>(config.value(u"bus_address"_s).toString());
}
} // namespace

const delivery::NotifierType &desktop()
{
    static const delivery::NotifierType type{
        .id = "desktop",
        .name = "Desktop",
        .icon = "monitor",
        .help = "Shows a notification on this desktop.",
        .fields = Fields,
        .missing = "Missing '%1' in config",
        .render = render,
        .create = create,
        .target = target,
        .limit = static_cast<int>(MaxBody),
    };
    return type;
}

} // namespace escalite::notifiers
