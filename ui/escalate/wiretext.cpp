// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/escalate/wiretext.h"

#include "ui/sessions/prettyjson.h"
#include "ui/widgets/plaintext.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace escalite::ui {

namespace {

struct WireText
{
    Q_DECLARE_TR_FUNCTIONS(WireText)
};

QString headerLine(QByteArrayView name, QByteArrayView value)
{
    return QString::fromUtf8(name) + QStringLiteral(": ") + QString::fromUtf8(value) + u'\n';
}

/// Address of an HTTP service as the settings show it: with its secret part masked.
QString shownAddress(const runtime::NotifierStatus *notifier)
{
    if (notifier) {
        for (const auto &[label, value] : notifier->settings) {
            if (value.startsWith(QStringLiteral("http")))
                return value;
            // A secret address: its host, and the rest masked.
            if (value.contains(QStringLiteral("/•")))
                return QStringLiteral("https://") + value;
        }
    }
    return WireText::tr("(address hidden)");
}

QString shownBody(const Rendered &rendered, const QByteArray &body, BodyLook look)
{
    if (look == BodyLook::Indented && rendered.contentType.contains("json"))
        return shownLines(prettyJson(body).text);
    return shownLines(QString::fromUtf8(body).remove(u'\r'));
}

QString requestHeaders(const Rendered &rendered, const QByteArray &body, const QUuid &delivery, quint64 count)
{
    const auto given = [&rendered](QByteArrayView name) {
        return std::any_of(rendered.headers.cbegin(), rendered.headers.cend(), [name](const Rendered::Header &header) {
            return header.name.compare(name, Qt::CaseInsensitive) == 0;
        });
    };
    QString text = headerLine("Content-Type", rendered.contentType);
    text += headerLine("Content-Length", QByteArray::number(body.size()));
    for (const Rendered::Header &header : rendered.headers)
        text += headerLine(header.name, header.value);
    if (!given("Idempotency-Key"))
        text += headerLine("Idempotency-Key", delivery.toByteArray(QUuid::WithoutBraces));
    if (count > 0 && !given("X-Escalite-Count"))
        text += headerLine("X-Escalite-Count", QByteArray::number(count));
    if (!given("User-Agent"))
        text += headerLine("User-Agent", "Escalite/" ESCALITE_VERSION);
    text.chop(1);
    return shownLines(text);
}

/// "POST https://hooks.slack.com/••••", or where a notifier of this machine gets it.
QString requestLine(const Rendered &rendered, const runtime::NotifierStatus *notifier)
{
    const QString type = notifier ? notifier->type : QString();
    if (type == QLatin1String("command"))
        return WireText::tr("To the command's standard input");
    if (type == QLatin1String("desktop"))
        return WireText::tr("To this desktop");
    QString address = shownAddress(notifier);
    if (type == QLatin1String("telegram")) // Its token is a part of the path (Bot API).
        address += (address.endsWith(u'/') ? QString() : QStringLiteral("/")) + QStringLiteral("bot••••");
    if (!rendered.path.isEmpty())
        address += (address.endsWith(u'/') ? QString() : QStringLiteral("/")) + rendered.path;
    return QStringLiteral("POST ") + shownLine(address, 400);
}

bool isLocal(const runtime::NotifierStatus *notifier)
{
    return notifier && (notifier->type == QLatin1String("command") || notifier->type == QLatin1String("desktop"));
}

} // namespace

int messagesOf(const Rendered &rendered)
{
    return 1 + static_cast<int>(rendered.furtherBodies.size());
}

bool isMail(const Rendered &rendered)
{
    return !rendered.recipients.isEmpty() || rendered.contentType.startsWith("message/");
}

QString headerText(const Rendered &rendered, const QUuid &delivery, quint64 count)
{
    if (isMail(rendered)) {
        qsizetype end = rendered.body.indexOf("\r\n\r\n");
        if (end < 0)
            end = rendered.body.size();
        return shownLines(QString::fromUtf8(rendered.body.left(end)).remove(u'\r'));
    }
    return requestHeaders(rendered, rendered.body, delivery, count);
}

QString wireText(const Rendered &rendered, const QUuid &delivery, quint64 count,
                 const runtime::NotifierStatus *notifier, BodyLook look)
{
    if (isMail(rendered)) {
        QString envelope;
        for (const QByteArray &recipient : rendered.recipients)
            envelope +=
                QStringLiteral("RCPT TO:<") + shownLine(QString::fromUtf8(recipient), 320) + QStringLiteral(">\n");
        return envelope + QStringLiteral("DATA\n") + shownBody(rendered, rendered.body, look);
    }
    QString text;
    for (int number = 0; number < messagesOf(rendered); ++number) {
        const QByteArray &body = number == 0 ? rendered.body : rendered.furtherBodies.at(number - 1);
        if (messagesOf(rendered) > 1)
            text += (number == 0 ? QString() : QStringLiteral("\n\n"))
                    + WireText::tr("--- Request %1 of %2 ---")
                          .arg(QString::number(number + 1), QString::number(messagesOf(rendered)))
                    + u'\n';
        text += requestLine(rendered, notifier) + u'\n';
        // As the senders do: every request has a key of its own, and only the first one counts.
        const QUuid key = number == 0 ? delivery : QUuid::createUuidV5(delivery, QByteArray::number(number + 1));
        if (!isLocal(notifier))
            text += requestHeaders(rendered, body, key, number == 0 ? count : 0) + u'\n';
        text += u'\n' + shownBody(rendered, body, look);
    }
    return text;
}

QString lengthText(const Rendered &rendered)
{
    const QLocale locale;
    const QString messages = messagesOf(rendered) == 1
                                 ? WireText::tr("1 message")
                                 : WireText::tr("%1 messages").arg(locale.toString(messagesOf(rendered)));
    if (rendered.cut && rendered.limit > 0)
        return WireText::tr("%1, cut to fit %2 characters").arg(messages, locale.toString(rendered.limit));
    if (rendered.limit > 0)
        return WireText::tr("%1, %2 of %3 characters")
            .arg(messages, locale.toString(rendered.length), locale.toString(rendered.limit));
    return WireText::tr("%1, %2 characters").arg(messages, locale.toString(rendered.length));
}

QStringList hiddenMarks(const Rendered &rendered)
{
    QStringList marks;
    for (const Rendered::Hidden &hidden : rendered.hidden)
        marks << hidden.marker;
    marks.removeDuplicates();
    return marks;
}

} // namespace escalite::ui
