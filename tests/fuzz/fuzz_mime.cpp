// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Any text in every place of a mail (the input's pieces, separated by 0x1e): what is composed must please the strict
// judge, and a parser that shares nothing with the composer must give the texts and the attachment back.

#include "harness/mailjudge.h"
#include "smtp/dotstuffing.h"
#include "smtp/mimemessage.h"

#include <QByteArray>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;
using namespace escalite;
using namespace escalite::smtp;

namespace {

void demand(bool holds, const char *what, const QByteArray &about = {})
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n%s\n", what, about.constData());
    std::abort();
}

struct Part
{
    QByteArray type;
    QByteArray bytes;
};

QByteArray decoded(const QByteArray &body, const QByteArray &coding)
{
    if (coding == "base64")
        return QByteArray::fromBase64(body);
    demand(coding == "quoted-printable", "a known transfer coding", coding);
    QByteArray out;
    for (qsizetype i = 0; i < body.size(); ++i) {
        if (body.at(i) != '=') {
            out += body.at(i);
        } else if (body.mid(i, 3) == "=\r\n") {
            i += 2;
        } else {
            out += QByteArray::fromHex(body.mid(i + 1, 2));
            i += 2;
        }
    }
    return out;
}

void takeParts(const QByteArray &entity, QList<Part> &parts, int depth = 0)
{
    const qsizetype head = entity.indexOf("\r\n\r\n");
    demand(head >= 0 && depth < 4, "a head and a body");
    const QByteArray type = harness::fieldOf(entity, "Content-Type");
    const QByteArray body = entity.mid(head + 4);
    if (!type.startsWith("multipart/")) {
        parts.append({type, decoded(body, harness::fieldOf(entity, "Content-Transfer-Encoding"))});
        return;
    }
    const qsizetype begin = type.indexOf("boundary=\"") + 10;
    const QByteArray mark = "--" + type.mid(begin, type.indexOf('"', begin) - begin);
    qsizetype at = body.startsWith(mark + "\r\n") ? 0 : body.indexOf("\r\n" + mark + "\r\n") + 2;
    while (!body.mid(at).startsWith(mark + "--")) {
        const qsizetype from = at + mark.size() + 2;
        const qsizetype to = body.indexOf("\r\n" + mark, from);
        demand(to >= 0, "a closed part");
        takeParts(body.mid(from, to - from), parts, depth + 1);
        at = to + 2;
    }
}

/// Line ends as one LF each and one at the end, as in a mail.
QByteArray linesOf(QString text)
{
    text.replace("\r\n"_L1, "\n"_L1).replace(u'\r', u'\n').replace(QChar(0x2028), u'\n').replace(QChar(0x2029), u'\n');
    return (text.endsWith(u'\n') ? text : text + u'\n').toUtf8();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QList<QByteArray> pieces =
        QByteArray(reinterpret_cast<const char *>(data), static_cast<qsizetype>(std::min<std::size_t>(size, 20'000)))
            .split('\x1e');
    const auto text = [&pieces](qsizetype i) {
        return QString::fromUtf8(pieces.value(i));
    };
    MimeMessage message;
    message.from = {.name = text(0), .address = u"console@acme.test"_s};
    message.to = {{.name = text(1), .address = u"ops@acme.test"_s}};
    message.subject = text(2);
    message.messageId = "6f1c1d5e-3b0a-4a55-9f6e-7f1f0e0c9a01@acme.test";
    message.text = text(3);
    message.html = text(4);
    if (pieces.size() > 5)
        message.attachment = Attachment{.fileName = text(6), .contentType = "application/json", .bytes = pieces.at(5)};

    const QByteArray mail = compose(message);
    demand(!mail.isEmpty(), "good addresses make a mail");
    demand(mail == compose(message), "equal arguments give equal bytes");
    const QStringList wrong = harness::judgeMessage(mail, false);
    demand(wrong.isEmpty(), "the judge takes it", wrong.join(u'\n').toUtf8());
    DotStuffer stuffer;
    QByteArray wire = stuffer.feed(mail);
    wire += stuffer.end();
    wire.chop(3); // the lone dot
    demand(harness::judgeTransport(wire).isEmpty(), "it travels well");
    demand(harness::withoutStuffing(wire) == mail, "it arrives as it was");

    QList<Part> parts;
    takeParts(mail, parts);
    demand(parts.value(0).bytes.replace("\r\n", "\n") == linesOf(message.text), "the text comes back",
           parts.value(0).bytes);
    if (!message.html.isEmpty())
        demand(parts.value(1).bytes.replace("\r\n", "\n") == linesOf(message.html), "the HTML comes back");
    if (message.attachment)
        demand(parts.constLast().bytes == message.attachment->bytes, "the attachment comes back");
    return 0;
}
