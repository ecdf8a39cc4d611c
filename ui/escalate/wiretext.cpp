// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/escalate/wiretext.h"

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
        }
    }
    return WireText::tr("(address hidden)");
}

} // namespace

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
    const auto given = [&rendered](QByteArrayView name) {
        return std::any_of(rendered.headers.cbegin(), rendered.headers.cend(), [name](const Rendered::Header &header) {
            return header.name.compare(name, Qt::CaseInsensitive) == 0;
        });
    };
    QString text = headerLine("Content-Type", rendered.contentType);
    text += headerLine("Content-Length", QByteArray::number(rendered.body.size()));
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

QString wireText(const Rendered &rendered, const QUuid &delivery, quint64 count,
                 const runtime::NotifierStatus *notifier)
{
    const QString body = shownLines(QString::fromUtf8(rendered.body).remove(u'\r'));
    if (isMail(rendered)) {
        QString envelope;
        for (const QByteArray &recipient : rendered.recipients)
            envelope +=
                QStringLiteral("RCPT TO:<") + shownLine(QString::fromUtf8(recipient), 320) + QStringLiteral(">\n");
        return envelope + QStringLiteral("DATA\n") + body;
    }
    return QStringLiteral("POST ") + shownLine(shownAddress(notifier), 400) + u'\n'
           + headerText(rendered, delivery, count) + QStringLiteral("\n\n") + body;
}

QString lengthText(const Rendered &rendered)
{
    const QLocale locale;
    if (rendered.cut && rendered.limit > 0)
        return WireText::tr("1 message, cut to fit %1 characters").arg(locale.toString(rendered.limit));
    if (rendered.limit > 0)
        return WireText::tr("1 message, %1 of %2 characters")
            .arg(locale.toString(rendered.length), locale.toString(rendered.limit));
    return WireText::tr("1 message, %1 characters").arg(locale.toString(rendered.length));
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
