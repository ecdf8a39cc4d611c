// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The last guard finds a known secret through every encoding that bytes go out in.

#include "message/redaction.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QUrl>

using namespace escalite::message;
using namespace Qt::StringLiterals;

namespace {

/// Holds each character that some encoding changes.
const QString Secret = u"pä\"ss<&>/w+rd\\1=%é🚀"_s;

QByteArray wrapped(const QByteArray &base64)
{
    QByteArray lines;
    for (qsizetype at = 0; at < base64.size(); at += 12)
        lines += base64.mid(at, 12) + "\r\n";
    return lines;
}

QByteArray quotedPrintable(const QByteArray &bytes)
{
    QByteArray result;
    for (const char c : bytes) {
        if (c == '=' || static_cast<unsigned char>(c) > 126)
            result += '=' + QByteArray(1, c).toHex().toUpper();
        else
            result += c;
        if (result.size() % 7 == 0)
            result += "=\r\n";
    }
    return result;
}

QByteArray percentOfEverything(const QByteArray &bytes)
{
    QByteArray result;
    for (const char c : bytes)
        result += '%' + QByteArray(1, c).toHex();
    return result;
}

QByteArray jsonOf(const QString &text)
{
    return QJsonDocument(QJsonObject{{u"text"_s, text}}).toJson(QJsonDocument::Compact);
}

QByteArray jsonOfUnits(const QString &text)
{
    QByteArray result = "\"";
    for (const QChar c : text)
        result += "\\u" + QByteArray::number(c.unicode(), 16).rightJustified(4, '0');
    return result + '"';
}

} // namespace

class TestLeakGuard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsEveryForm_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const QByteArray plain = Secret.toUtf8();
        QTest::newRow("plain") << "before " + plain + " after";
        QTest::newRow("percent") << "q=" + QUrl::toPercentEncoding(Secret) + "&x";
        QTest::newRow("percent of everything") << percentOfEverything(plain);
        QTest::newRow("JSON") << jsonOf(u"a "_s + Secret + u" b"_s);
        QTest::newRow("JSON by units") << jsonOfUnits(Secret);
        QTest::newRow("HTML in JSON") << jsonOf(Secret.toHtmlEscaped());
        QTest::newRow("percent in JSON") << jsonOf(QString::fromLatin1(QUrl::toPercentEncoding(Secret)));
        QTest::newRow("quoted-printable") << quotedPrintable(plain);
        for (int before = 0; before < 6; ++before) {
            for (int after = 0; after < 3; ++after) {
                const QByteArray padded = QByteArray(before, 'x') + plain + QByteArray(after, 'y');
                const QByteArray name = QByteArray::number(before) + " before, " + QByteArray::number(after) + " after";
                QTest::newRow(("base64, " + name).constData()) << "AUTH PLAIN " + padded.toBase64();
                QTest::newRow(("base64url, " + name).constData())
                    << padded.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
                QTest::newRow(("base64 in lines, " + name).constData()) << wrapped(padded.toBase64());
            }
        }
    }

    void findsEveryForm()
    {
        QFETCH(QByteArray, bytes);
        QVERIFY2(containsSecret(bytes, {u"another one"_s, Secret}), bytes.constData());
        QString other = Secret;
        other[1] = u'x';
        QVERIFY2(!containsSecret(bytes, {other}), "found what is not there");
    }

    void leavesOutTheShortAndTheEmpty()
    {
        QVERIFY(!containsSecret("abcde", {u"abcde"_s}));
        QVERIFY(containsSecret("abcdef", {u"abcdef"_s}));
        QVERIFY(!containsSecret("abcdef", {}));
        QVERIFY(!containsSecret("abcdef", {QString()}));
    }

    void takesAnyBytes()
    {
        for (const QByteArray &bytes : {""_ba, "%"_ba, "%4"_ba, "="_ba, "=\r\n"_ba, "\\"_ba, "\\u"_ba, "\\u12"_ba,
                                        "\\ud83d"_ba, "\\ud83d\\u"_ba, QByteArray("\0\xFF\xFE", 3)})
            QVERIFY(!containsSecret(bytes, {u"secret-1"_s}));
    }
};

QTEST_APPLESS_MAIN(TestLeakGuard)
#include "tst_leakguard.moc"
