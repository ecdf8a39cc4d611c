// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "smtp/mimemessage.h"

#include "smtp/address.h"
#include "smtp/encodedword.h"

#include <QCryptographicHash>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::smtp {

namespace {
constexpr qsizetype MaxHeaderLine = 76;

bool isBareText(const QByteArray &value)
{
    return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool isToken(const QByteArray &name)
{
    return !name.isEmpty()
           && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7f' && c != ':'; });
}

bool isMessageId(const QByteArray &id)
{
    return id.count('@') == 1
           && std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '<' && c != '>'; });
}

/// RFC 5322 §3.3, English whatever the locale: "Sun, 22 Nov 2026 08:15:46 +0000".
QByteArray dateText(TimePoint time)
{
    constexpr std::array Days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array Months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    const auto two = [](auto number) {
        return QByteArray::number(number).rightJustified(2, '0');
    };
    return QByteArray(Days.at(std::chrono::weekday(day).c_encoding())) + ", " + two(unsigned(date.day())) + ' '
           + Months.at(unsigned(date.month()) - 1) + ' ' + QByteArray::number(int(date.year())).rightJustified(4, '0')
           + ' ' + two(qint64(clock.hours().count())) + ':' + two(qint64(clock.minutes().count())) + ':'
           + two(qint64(clock.seconds().count())) + " +0000";
}

/// "Ops <ops@acme.test>". An address that needs SMTPUTF8 in a header becomes an empty group of its name (RFC 6857
/// §3.1), so that the message stays ASCII.
QByteArray mailboxText(const Mailbox &mailbox)
{
    const std::optional<WireAddress> wire = wireAddress(mailbox.address);
    if (!wire)
        return {};
    if (wire->utf8)
        return phrase(mailbox.address) + " :;";
    const QString name = mailbox.name.simplified(); // A run of blanks says nothing and folds badly.
    return name.isEmpty() ? wire->address : phrase(name) + " <" + wire->address + '>';
}

/// Folds at the blanks and between the addresses; empty when one of \a mailboxes is none.
QByteArray addressHeader(const QByteArray &name, const QList<Mailbox> &mailboxes)
{
    QByteArray line = name + ':';
    QByteArray out;
    for (qsizetype i = 0; i < mailboxes.size(); ++i) {
        const QByteArray text = mailboxText(mailboxes.at(i));
        if (text.isEmpty())
            return {};
        const QList<QByteArray> words = (text + (i + 1 < mailboxes.size() ? "," : "")).split(' ');
        for (const QByteArray &word : words) {
            if (line.size() + 1 + word.size() > MaxHeaderLine && !line.isEmpty()) {
                out += line + "\r\n";
                line.clear();
            }
            line += ' ' + word;
        }
    }
    return out + line + "\r\n";
}

/// UTF-8 with LF line ends, whatever they were.
QByteArray normalised(QString text)
{
    text.replace("\r\n"_L1, "\n"_L1)
        .replace(u'\r', u'\n')
        .replace(QChar::LineSeparator, u'\n')
        .replace(QChar::ParagraphSeparator, u'\n');
    if (!text.endsWith(u'\n'))
        text += u'\n';
    return text.toUtf8();
}

QByteArray textPart(const QByteArray &subtype, const QString &text)
{
    const QByteArray bytes = normalised(text);
    const auto foreign = std::count_if(bytes.begin(), bytes.end(), [](char c) { return c < ' ' || c > '~'; });
    const bool readable = foreign * 4 < bytes.size(); // Else base64 is shorter.
    return "Content-Type: text/" + subtype + "; charset=UTF-8\r\nContent-Transfer-Encoding: "
           + (readable ? "quoted-printable\r\n\r\n" + quotedPrintable(bytes)
                       : "base64\r\n\r\n" + base64Lines(bytes) + "\r\n");
}

QByteArray attachmentPart(const Attachment &attachment)
{
    const bool usable = attachment.contentType.count('/') == 1 && isBareText(attachment.contentType);
    return "Content-Type: " + (usable ? attachment.contentType : "application/octet-stream"_ba)
           + parameter("name", attachment.fileName) + "\r\nContent-Disposition: attachment"
           + parameter("filename", attachment.fileName) + "\r\nContent-Transfer-Encoding: base64\r\n\r\n"
           + base64Lines(attachment.bytes) + "\r\n";
}

QByteArray multipart(const QByteArray &subtype, const QByteArray &boundary, const QList<QByteArray> &parts)
{
    QByteArray out = "Content-Type: multipart/" + subtype + ";\r\n boundary=\"" + boundary + "\"\r\n\r\n";
    for (const QByteArray &part : parts)
        out += "--" + boundary + "\r\n" + part + "\r\n";
    return out + "--" + boundary + "--\r\n";
}
} // namespace

std::optional<Mailbox> mailboxFromText(const QString &text)
{
    const QString whole = text.trimmed();
    if (std::any_of(whole.begin(), whole.end(), [](QChar c) { return c.category() == QChar::Other_Control; }))
        return std::nullopt;
    Mailbox mailbox{.name = {}, .address = whole};
    if (whole.endsWith(u'>')) {
        const qsizetype open = whole.indexOf(u'<');
        if (open < 0 || whole.count(u'<') > 1 || whole.count(u'>') > 1)
            return std::nullopt;
        mailbox.address = whole.sliced(open + 1).chopped(1).trimmed();
        mailbox.name = whole.first(open).trimmed();
        if (mailbox.name.size() >= 2 && mailbox.name.startsWith(u'"') && mailbox.name.endsWith(u'"'))
            mailbox.name =
                mailbox.name.sliced(1).chopped(1).replace(R"(\")"_L1, R"(")"_L1).replace(R"(\\)"_L1, R"(\)"_L1);
    }
    if (!wireAddress(mailbox.address))
        return std::nullopt;
    return mailbox;
}

QByteArray compose(const MimeMessage &message)
{
    QByteArray out = "Date: " + dateText(message.date) + "\r\n";
    const QByteArray from = addressHeader("From", {message.from});
    if (from.isEmpty() || !isMessageId(message.messageId)
        || (!message.inReplyTo.isEmpty() && !isMessageId(message.inReplyTo))
        || !std::all_of(message.references.begin(), message.references.end(), isMessageId))
        return {};
    out += from;
    const std::array lists{std::pair{"To"_ba, &message.to}, std::pair{"Cc"_ba, &message.cc}};
    for (const auto &[name, mailboxes] : lists) {
        if (mailboxes->isEmpty())
            continue;
        const QByteArray header = addressHeader(name, *mailboxes);
        if (header.isEmpty())
            return {};
        out += header;
    }
    if (message.to.isEmpty() && message.cc.isEmpty())
        out += "To: undisclosed-recipients:;\r\n";
    out += "Message-ID: <" + message.messageId + ">\r\n";
    if (!message.inReplyTo.isEmpty())
        out += "In-Reply-To: <" + message.inReplyTo + ">\r\n";
    QList<QByteArray> references = message.references;
    if (references.isEmpty() && !message.inReplyTo.isEmpty())
        references.append(message.inReplyTo);
    if (!references.isEmpty())
        out += "References: <" + references.join(">\r\n <") + ">\r\n";
    out += unstructuredHeader("Subject", message.subject);
    out += "Auto-Submitted: auto-generated\r\n"; // RFC 3834 §5
    for (const auto &[name, value] : message.headers) {
        if (!isToken(name) || !isBareText(value))
            return {};
        out += name + ": " + value + "\r\n";
    }
    out += "MIME-Version: 1.0\r\n";

    // Neither transfer coding can produce "=_", so no boundary can stand inside a part.
    const QByteArray tag = QCryptographicHash::hash(message.messageId, QCryptographicHash::Sha256).toHex().first(24);
    QByteArray body = textPart("plain", message.text);
    if (!message.html.isEmpty())
        body = multipart("alternative", "=_a" + tag, {body, textPart("html", message.html)});
    if (message.attachment)
        body = multipart("mixed", "=_m" + tag, {body, attachmentPart(*message.attachment)});
    return out + body;
}

} // namespace escalite::smtp
