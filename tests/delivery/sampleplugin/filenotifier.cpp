// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A plug-in with one notifier: a line for each message at the end of a file.

#include "delivery/plugin.h"
#include "message/text.h"

#include <QFile>
#include <QFileInfo>
#include <QTimer>

#include <array>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::delivery;

namespace {

constexpr qsizetype MaxLine = 1000;

constexpr std::array Fields{
    Field{.key = "file",
          .label = "File",
          .kind = Field::Kind::Text,
          .required = true,
          .help = "The whole path of the file that gets a line for each message.",
          .example = "/tmp/escalite-messages.log"},
    Field{.key = "prefix",
          .label = "Prefix",
          .kind = Field::Kind::Text,
          .fallback = "alert",
          .help = "The first word of each line."},
};

void check(const QJsonObject &config, Problems &problems)
{
    if (!QFileInfo(config.value(u"file"_s).toString()).isAbsolute())
        problems.append({.pointer = u"/file"_s, .message = u"'file' must be a whole path"_s});
}

QString target(const QJsonObject &config)
{
    return QFileInfo(config.value(u"file"_s).toString()).fileName();
}

QString titleOf(const Notification &notification)
{
    if (notification.reason == Reason::Drill)
        return u"[DRILL] "_s;
    const Level level = notification.session ? notification.session->effective : Level::Error;
    return u'[' + levelName(level).toUpper() + u"] "_s;
}

Rendered render(const Notification &notification, const QJsonObject &config, TimePoint now, const QUuid &delivery)
{
    QStringList words{notification.message};
    if (const Session *session = notification.session.get()) {
        words += requestTitle(session->method, session->path, session->source, session->id);
        words += session->message;
        words += u"(alert %1)"_s.arg(shortId(session->id));
    }
    const QString whole = titleOf(notification) + message::visible(words.join(u' '));
    Rendered rendered;
    rendered.contentType = "text/plain; charset=utf-8";
    rendered.text = message::fit(whole, MaxLine);
    rendered.body = u"%1 %2 %3 %4\n"_s
                        .arg(toRfc3339(now), config.value(u"prefix"_s).toString(),
                             delivery.toString(QUuid::WithoutBraces), rendered.text)
                        .toUtf8();
    rendered.to = target(config);
    rendered.hidden = notification.hidden;
    rendered.length = static_cast<int>(rendered.text.size());
    rendered.limit = static_cast<int>(MaxLine);
    rendered.cut = rendered.text.size() < whole.size();
    return rendered;
}

class FileSender final : public QObject, public Sender
{
public:
    explicit FileSender(QString file) : m_file(std::move(file)) {}

    void send(const Rendered &rendered, const AttemptContext &, std::function<void(Outcome)> done) override
    {
        QTimer::singleShot(0, this, [this, body = rendered.body, done = std::move(done)] { done(append(body)); });
    }

private:
    Outcome append(const QByteArray &line) const
    {
        QFile file(m_file);
        Outcome outcome{.kind = Outcome::Kind::Delivered, .detail = u"The line stands in the file."_s};
        if (!file.open(QIODevice::WriteOnly | QIODevice::Append))
            outcome = {.kind = Outcome::Kind::Misconfigured,
                       .detail = u"The file cannot be opened: %1."_s.arg(file.errorString())};
        else if (file.write(line) != line.size() || !file.flush())
            outcome = {.kind = Outcome::Kind::Transient, .detail = u"The file took only a part."_s};
        outcome.stages = {{.name = u"write"_s, .ok = outcome.kind == Outcome::Kind::Delivered}};
        return outcome;
    }

    QString m_file;
};

std::unique_ptr<Sender> create(const QJsonObject &config)
{
    return std::make_unique<FileSender>(config.value(u"file"_s).toString());
}

const NotifierType File{.id = "file",
                        .name = "File",
                        .icon = "file-text",
                        .help = "Appends a line for each message to a file.",
                        .fields = Fields,
                        .missing = "Missing '%1' in config",
                        .check = check,
                        .render = render,
                        .create = create,
                        .target = target,
                        .limit = static_cast<int>(MaxLine)};
constexpr std::array Types{&File};

} // namespace

class FileNotifierPlugin final : public QObject, public NotifierPlugin
{
    Q_OBJECT
    Q_INTERFACES(escalite::delivery::NotifierPlugin)
    Q_PLUGIN_METADATA(IID EscaliteNotifierPlugin_iid FILE "escalite-notifier.json")
public:
    [[nodiscard]] std::span<const NotifierType *const> types() const override { return Types; }
};

#include "filenotifier.moc"
