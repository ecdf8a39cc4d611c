// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The rules for mails, one function each.

#include "harness/mailjudge.h"

#include <QDate>
#include <QList>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

constexpr qsizetype LongestLine = 998;       // RFC 5322 §2.1.1, without CRLF
constexpr qsizetype LongestEncodedWord = 75; // RFC 2047 §2
constexpr qsizetype LongestEncodedLine = 76; // RFC 2045 §6.7 and §6.8
constexpr qsizetype LongestBoundary = 70;    // RFC 2046 §5.1.1
constexpr int DeepestPart = 8;

struct Field
{
    QByteArray name;
    QByteArray value; ///< Unfolded.
};

struct Part
{
    QList<Field> fields;
    QByteArray body;
    QStringList wrong;

    [[nodiscard]] QList<QByteArray> values(QByteArrayView name) const
    {
        QList<QByteArray> found;
        for (const Field &field : fields) {
            if (field.name.compare(name, Qt::CaseInsensitive) == 0)
                found.append(field.value);
        }
        return found;
    }
    [[nodiscard]] QByteArray value(QByteArrayView name) const { return values(name).value(0); }
};

bool isEightBit(const QByteArray &bytes)
{
    return std::any_of(bytes.begin(), bytes.end(),
                       [](char c) { return static_cast<unsigned char>(c) > 126 || c == '\0'; });
}

bool isMatch(const QByteArray &bytes, const QString &pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern), QRegularExpression::CaseInsensitiveOption)
        .match(QString::fromLatin1(bytes))
        .hasMatch();
}

/// The head and the body of \a text, which are separated by the first empty line.
Part parsed(const QByteArray &text)
{
    Part part;
    const qsizetype gap = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n");
    const QByteArray head = gap < 0 ? text : text.first(gap);
    part.body = gap < 0 ? QByteArray() : text.sliced(gap + (gap == 0 ? 2 : 4));
    if (gap < 0 && !text.endsWith("\r\n"))
        part.wrong.append(u"no empty line ends the head"_s);

    qsizetype at = 0;
    while (at < head.size()) {
        qsizetype end = head.indexOf("\r\n", at);
        if (end < 0)
            end = head.size();
        const QByteArray line = head.sliced(at, end - at);
        at = end + 2;
        if (line.startsWith(' ') || line.startsWith('\t')) {
            if (part.fields.isEmpty() || line.trimmed().isEmpty())
                part.wrong.append(u"a folded line of the head is empty or has no field before it"_s);
            else
                part.fields.last().value += line;
            continue;
        }
        const qsizetype colon = line.indexOf(':');
        const QByteArray name = colon < 0 ? line : line.first(colon);
        if (colon <= 0 || !std::all_of(name.begin(), name.end(), [](char c) { return c > 32 && c < 127; })) {
            part.wrong.append(u"a line of the head is no field"_s);
            continue;
        }
        part.fields.append({name, line.sliced(colon + 1).trimmed()});
    }
    return part;
}

/// The value of parameter \a name of a structured field; empty when there is none.
QByteArray parameter(const QByteArray &value, const QString &name)
{
    const QRegularExpression pattern(u";\\s*"_s + name + u"\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]+))"_s,
                                     QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = pattern.match(QString::fromLatin1(value));
    return (match.captured(1) + match.captured(2)).toLatin1();
}

void judgeEncodedWords(const Part &part, QStringList &wrong)
{
    static const QRegularExpression word(u"=\\?([^?]*)\\?([^?]*)\\?([^?]*)\\?="_s);
    for (const Field &field : part.fields) {
        for (auto it = word.globalMatch(QString::fromLatin1(field.value)); it.hasNext();) {
            const QRegularExpressionMatch match = it.next();
            const QByteArray text = match.captured(3).toLatin1();
            const QString kind = match.captured(2).toUpper();
            const bool base64 = kind == "B"_L1
                                && QByteArray::fromBase64Encoding(text, QByteArray::Base64Encoding
                                                                            | QByteArray::AbortOnBase64DecodingErrors)
                                           .decodingStatus
                                       == QByteArray::Base64DecodingStatus::Ok
                                && text.size() % 4 == 0;
            const bool quoted = kind == "Q"_L1 && !text.contains(' ');
            if (match.capturedLength() > LongestEncodedWord)
                wrong.append(
                    u"an encoded word in %1 is longer than 75 characters"_s.arg(QString::fromLatin1(field.name)));
            else if (!base64 && !quoted)
                wrong.append(u"an encoded word in %1 cannot be decoded"_s.arg(QString::fromLatin1(field.name)));
        }
    }
}

void judgeDate(const QByteArray &value, QStringList &wrong)
{
    static const QStringList months{u"Jan"_s, u"Feb"_s, u"Mar"_s, u"Apr"_s, u"May"_s, u"Jun"_s,
                                    u"Jul"_s, u"Aug"_s, u"Sep"_s, u"Oct"_s, u"Nov"_s, u"Dec"_s};
    static const QStringList days{u"Mon"_s, u"Tue"_s, u"Wed"_s, u"Thu"_s, u"Fri"_s, u"Sat"_s, u"Sun"_s};
    static const QRegularExpression syntax(
        u"\\A(?:(\\w{3}), )?(\\d{1,2}) (\\w{3}) (\\d{4}) ([01]\\d|2[0-3]):([0-5]\\d)(?::([0-5]\\d|60))? ([+-])(\\d{2})([0-5]\\d)\\z"_s);
    const QRegularExpressionMatch match = syntax.match(QString::fromLatin1(value));
    const QDate date(match.captured(4).toInt(), static_cast<int>(months.indexOf(match.captured(3))) + 1,
                     match.captured(2).toInt());
    if (!match.hasMatch() || !date.isValid())
        wrong.append(u"Date is not of RFC 5322 §3.3"_s);
    else if (!match.captured(1).isEmpty() && days.indexOf(match.captured(1)) + 1 != date.dayOfWeek())
        wrong.append(u"the day of the week in Date does not fit"_s);
}

void judgeHead(const Part &part, QStringList &wrong)
{
    const auto once = [&](const char *name, bool required) {
        const qsizetype count = part.values(name).size();
        if (count > 1)
            wrong.append(u"%1 stands %2 times"_s.arg(QString::fromLatin1(name), QString::number(count)));
        if (count == 0 && required)
            wrong.append(u"%1 is missing"_s.arg(QString::fromLatin1(name)));
        return count == 1;
    };
    if (once("Date", true))
        judgeDate(part.value("Date"), wrong);
    const QString address = u"[^<>\\s@,;:\"()\\[\\]\\\\]+@[A-Za-z0-9.-]+"_s;
    if (once("From", true)
        && !isMatch(part.value("From"), u"(?:%1|(?:\"(?:[^\"\\\\]|\\\\.)*\"|[^<>\"])*<%1>)"_s.arg(address)))
        wrong.append(u"From holds no single address"_s);
    if (once("Message-ID", true) && !isMatch(part.value("Message-ID"), u"<[^<>\\s@]+@[^<>\\s@]+>"_s))
        wrong.append(u"Message-ID is not of RFC 5322 §3.6.4"_s);
    for (const char *name : {"Sender", "Reply-To", "Cc", "Subject", "In-Reply-To", "References", "MIME-Version",
                             "Content-Type", "Content-Transfer-Encoding"})
        once(name, false);
    if (!once("To", false) && part.values("To").isEmpty() && part.values("Cc").isEmpty())
        wrong.append(u"To is missing"_s);
    if (!part.values("Bcc").isEmpty())
        wrong.append(u"Bcc went out with the message"_s);
    if (!part.values("Content-Type").isEmpty() && part.value("MIME-Version") != "1.0")
        wrong.append(u"MIME-Version: 1.0 is missing"_s);
    judgeEncodedWords(part, wrong);
}

bool hasLineLongerThan(const QByteArray &text, qsizetype most)
{
    const QList<QByteArray> lines = text.split('\n');
    return std::any_of(lines.begin(), lines.end(),
                       [most](const QByteArray &line) { return line.size() - (line.endsWith('\r') ? 1 : 0) > most; });
}

void judgeEncoding(const Part &part, bool eightBit, QStringList &wrong)
{
    const QByteArray encoding = part.value("Content-Transfer-Encoding").toLower();
    if (encoding == "base64") {
        QByteArray digits = part.body;
        digits.replace("\r\n", "");
        const auto decoded = QByteArray::fromBase64Encoding(digits, QByteArray::Base64Encoding
                                                                        | QByteArray::AbortOnBase64DecodingErrors);
        if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok || digits.size() % 4 != 0)
            wrong.append(u"a part is not the base64 it says"_s);
        if (hasLineLongerThan(part.body, LongestEncodedLine))
            wrong.append(u"a line of base64 is longer than 76 characters"_s);
    } else if (encoding == "quoted-printable") {
        static const QRegularExpression broken(u"=(?!\\r\\n|[0-9A-F]{2})|[ \\t]\\r\\n"_s);
        if (broken.match(QString::fromLatin1(part.body)).hasMatch() || isEightBit(part.body))
            wrong.append(u"a part is not the quoted-printable it says"_s);
        if (hasLineLongerThan(part.body, LongestEncodedLine))
            wrong.append(u"a line of quoted-printable is longer than 76 characters"_s);
    } else if (encoding.isEmpty() || encoding == "7bit") {
        if (isEightBit(part.body))
            wrong.append(u"a part that says 7bit has other bytes"_s);
    } else if (encoding == "8bit") {
        if (!eightBit && isEightBit(part.body))
            wrong.append(u"a part is 8bit, and MAIL did not say BODY=8BITMIME"_s);
    } else {
        wrong.append(u"Content-Transfer-Encoding is none that we know"_s);
    }
}

void judgePart(const Part &part, bool eightBit, int depth, QStringList &wrong)
{
    wrong.append(part.wrong);
    for (const Field &field : part.fields) {
        if (isEightBit(field.value))
            wrong.append(u"%1 has bytes outside ASCII"_s.arg(QString::fromLatin1(field.name)));
    }
    const QByteArray type = part.value("Content-Type");
    if (!type.toLower().startsWith("multipart/")) {
        judgeEncoding(part, eightBit, wrong);
        return;
    }
    const QByteArray boundary = parameter(type, u"boundary"_s);
    if (boundary.isEmpty() || boundary.size() > LongestBoundary || boundary.endsWith(' ')) {
        wrong.append(u"the boundary of a multipart is missing or longer than 70 characters"_s);
        return;
    }
    const QByteArray body = "\r\n" + part.body;
    const QByteArray mark = "\r\n--" + boundary;
    qsizetype at = body.indexOf(mark + "\r\n");
    const qsizetype close = body.indexOf(mark + "--");
    if (at < 0 || close < at || depth == DeepestPart) {
        wrong.append(u"the parts of a multipart are not closed by its boundary"_s);
        return;
    }
    while (at < close) {
        const qsizetype begin = at + mark.size() + 2;
        const qsizetype end = body.indexOf(mark, begin - 2);
        judgePart(parsed(body.sliced(begin, std::max(end, begin) - begin) + (end < begin ? "\r\n" : "")), eightBit,
                  depth + 1, wrong);
        at = end;
    }
}

} // namespace

QStringList judgeTransport(const QByteArray &data)
{
    QStringList wrong;
    bool bareCr = false;
    bool bareLf = false;
    bool single = false;
    for (qsizetype i = 0; i < data.size(); ++i) {
        const char c = data.at(i);
        bareLf = bareLf || (c == '\n' && (i == 0 || data.at(i - 1) != '\r'));
        bareCr = bareCr || (c == '\r' && (i + 1 == data.size() || data.at(i + 1) != '\n'));
        const bool lineStart = i == 0 || data.at(i - 1) == '\n';
        single = single || (lineStart && c == '.' && (i + 1 == data.size() || data.at(i + 1) != '.'));
    }
    if (bareLf)
        wrong.append(u"a line feed stands without a carriage return"_s);
    if (bareCr)
        wrong.append(u"a carriage return stands without a line feed"_s);
    if (single)
        wrong.append(u"a dot at the beginning of a line was not doubled"_s);
    if (data.contains('\0'))
        wrong.append(u"the message holds NUL"_s);
    if (hasLineLongerThan(withoutStuffing(data), LongestLine))
        wrong.append(u"a line is longer than 998 characters"_s);
    return wrong;
}

QStringList judgeMessage(const QByteArray &message, bool eightBit)
{
    QStringList wrong;
    const Part part = parsed(message);
    judgeHead(part, wrong);
    judgePart(part, eightBit, 0, wrong);
    return wrong;
}

QByteArray withoutStuffing(const QByteArray &data)
{
    QByteArray result;
    result.reserve(data.size());
    for (qsizetype i = 0; i < data.size(); ++i) {
        const bool lineStart = i == 0 || data.at(i - 1) == '\n';
        if (lineStart && data.at(i) == '.' && i + 1 < data.size())
            continue;
        result.append(data.at(i));
    }
    return result;
}

QByteArray fieldOf(const QByteArray &message, QByteArrayView name)
{
    return parsed(message).value(name);
}

} // namespace escalite::harness
