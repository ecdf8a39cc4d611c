// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What every notification says, whatever the service: what is broken, since when and how often, the error first, and
// the way back.

#pragma once

#include "core/level.h"
#include "delivery/notifier.h"
#include "message/template.h"
#include "message/text.h"

#include <QJsonObject>
#include <QList>
#include <QString>

namespace escalite::notifiers {

/// Foreign text in it shows control and bidirectional characters as marks; it is not escaped for any markup.
struct Wording
{
    QString subject;  ///< "[ERROR] POST /checkout - card declined (alert 1a2b3c4d)".
    QString mark;     ///< "[ERROR]", "[CLOSED]", "[DRILL]", …: how the subject begins.
    QString title;    ///< "POST /checkout".
    QString headline; ///< "card declined": the first error; may be empty.
    QString thread;   ///< The subject behind the mark in the same words for all that is told of one incident.
    QString reason;   ///< Why now: "nobody has answered yet", "closed by mira"; empty for the first.
    QString message;  ///< The person's words or the default text; may have several lines.
    Level level = Level::Error;
    /// Our own words and numbers: level, since when, how often, who answered, who is told, what happens next. At most
    /// ten.
    QList<message::Line> facts;
    /// Of the session, by scope, errors and failing calls first, empty when plain; of a digest what was joined.
    QList<message::Line> outline;
    QString link;           ///< Back to the session; may be empty.
    bool linkIsWeb = false; ///< It is http or https, which every mail and chat program opens.
    QString footer;         ///< "Alert 1a2b3c4d-…, stands for 23 sessions".
};

[[nodiscard]] Wording wordingOf(const delivery::Notification &notification);

/// "2026-11-22 08:57:43 UTC": how points in time stand in messages.
[[nodiscard]] QString timeText(TimePoint time);
/// What the names of a template stand for.
[[nodiscard]] message::TemplateValues templateValues(const delivery::Notification &notification,
                                                     const Wording &wording);

/// The text that the "template" of \a config makes of \a notification, values escaped by \a escape. Nothing without a
/// template, for short plain text, and for a digest whose template does not list what was joined. What is no usual
/// alarm (a drill, a closed incident) begins with its mark where the template says neither mark nor reason.
[[nodiscard]] std::optional<QString> templateText(const delivery::Notification &notification, const QJsonObject &config,
                                                  QString (*escape)(const QString &));
/// The subject or title: what "subject" of \a config makes of \a notification, else that of \a wording. One line.
[[nodiscard]] QString subjectOf(const delivery::Notification &notification, const QJsonObject &config,
                                const Wording &wording);

/// Rows that many tables of fields share.
inline constexpr delivery::Field SubjectField{
    .key = "subject",
    .label = "Subject",
    .kind = delivery::Field::Kind::Template,
    .help = "The title in your own words; without it, level, request, error and alert."};
inline constexpr delivery::Field TemplateField{.key = "template",
                                               .label = "Message",
                                               .kind = delivery::Field::Kind::Template,
                                               .help =
                                                   "The message in your own words; without it, everything that helps."};
inline constexpr delivery::Field CaFileField{
    .key = "ca_file",
    .label = "Authorities",
    .kind = delivery::Field::Kind::File,
    .help = "PEM file of the certificate authorities to trust in place of the system's.",
    .advanced = true};
inline constexpr delivery::Field ProxyField{.key = "proxy",
                                            .label = "Proxy",
                                            .kind = delivery::Field::Kind::Text,
                                            .help = "http://host:port or socks5://host:port.",
                                            .advanced = true};

inline constexpr delivery::Field AllowHttpField{
    .key = "allow_http",
    .label = "Without encryption",
    .kind = delivery::Field::Kind::Flag,
    .fallback = "false",
    .help = "Lets the address be plain http; anybody on the way can read the message and the credentials.",
    .advanced = true};

/// "#c0392b" …: the colour of a level, the same in every service.
[[nodiscard]] QString colourOf(Level level);

/// The whole as plain text, the message first.
[[nodiscard]] QString plainText(const Wording &wording);
/// The seed's text: the message, \a gap, the table of the session.
[[nodiscard]] QString tableText(const delivery::Notification &notification, const QString &gap);

/// The escape of a channel that reads no markup.
[[nodiscard]] QString asItIs(const QString &text);

/// Cuts \a text so that \a escape of it has at most \a limit UTF-16 units; never within a grapheme or an entity.
[[nodiscard]] QString fitEscaped(const QString &text, qsizetype limit, QString (*escape)(const QString &));

} // namespace escalite::notifiers
