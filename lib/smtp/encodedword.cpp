// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "smtp/encodedword.h"

#include <QStringList>
#include <QTextBoundaryFinder>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::smtp {

namespace {
constexpr qsizetype MaxLine = 76; // RFC 2047 §2: of a line that holds an encoded word
constexpr qsizetype MaxWord = 75;
constexpr qsizetype Overhead = 12; // "=?UTF-8?Q?" and "?="
constexpr qsizetype MaxParameterPiece = 50;
constexpr const char *Hex = "0123456789ABCDEF";

bool isPrintable(const QString &text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u' ' && c <= u'~'; });
}

bool isAlphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

QByteArray hexOf(char mark, char c)
{
    const auto value = static_cast<unsigned char>(c);
    return QByteArray(1, mark) + Hex[value >> 4] + Hex[value & 15];
}

/// The Q encoding of RFC 2047 §4.2 with the few characters that §5 (3) allows in a phrase.
QByteArray q(QByteArrayView bytes)
{
    QByteArray out;
    for (const char c : bytes) {
        if (c == ' ')
            out += '_';
        else if (isAlphanumeric(c) || QByteArrayView("!*+-/").contains(c))
            out += c;
        else
            out += hexOf('=', c);
    }
    return out;
}

/// \a text as encoded words; the first has at most \a room octets.
QList<QByteArray> encodedWords(const QString &text, qsizetype room)
{
    const QByteArray utf8 = text.toUtf8();
    const bool base64 = q(utf8).size() > (utf8.size() + 2) / 3 * 4;
    const auto encodedSize = [base64](QByteArrayView bytes) {
        return base64 ? (bytes.size() + 2) / 3 * 4 : q(bytes).size();
    };
    QList<QByteArray> words;
    QByteArray piece;
    const auto close = [&] {
        words.append(base64 ? "=?UTF-8?B?" + piece.toBase64() + "?=" : "=?UTF-8?Q?" + q(piece) + "?=");
        piece.clear();
    };
    // Whole graphemes where they fit into a word, since some readers show each word by itself; else whole code points.
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
    qsizetype begin = 0;
    while (finder.toNextBoundary() >= 0) {
        const QStringView grapheme = QStringView(text).sliced(begin, finder.position() - begin);
        begin = finder.position();
        const auto add = [&](QStringView character) {
            const QByteArray bytes = character.toUtf8();
            const qsizetype most = std::min(MaxWord, words.isEmpty() ? room : MaxLine - 1) - Overhead;
            if (!piece.isEmpty() && encodedSize(piece + bytes) > most)
                close();
            piece += bytes;
        };
        if (encodedSize(grapheme.toUtf8()) <= MaxWord - Overhead - 16) {
            add(grapheme);
            continue;
        }
        for (qsizetype i = 0; i < grapheme.size();) {
            const qsizetype length = grapheme[i].isHighSurrogate() && i + 1 < grapheme.size() ? 2 : 1;
            add(grapheme.sliced(i, length));
            i += length;
        }
    }
    if (!piece.isEmpty())
        close();
    return words;
}
} // namespace

QByteArray unstructuredHeader(const QByteArray &name, const QString &text)
{
    QString clean = text;
    for (QChar &c : clean) {
        if (c.category() == QChar::Other_Control || c == QChar::LineSeparator || c == QChar::ParagraphSeparator)
            c = u' ';
    }
    clean = clean.simplified();
    const QStringList words = clean.split(u' ');
    const bool plain = isPrintable(clean) && !clean.contains(u"=?"_s)
                       && std::all_of(words.begin(), words.end(),
                                      [&](const QString &w) { return w.size() + name.size() + 2 <= MaxLine; });
    QByteArray line = name + ":";
    QByteArray out;
    const auto append = [&](const QByteArray &word) {
        if (line.size() + 1 + word.size() > MaxLine) {
            out += line + "\r\n";
            line.clear();
        }
        line += ' ' + word;
    };
    if (plain) {
        for (const QString &word : words)
            append(word.toLatin1());
    } else {
        const QList<QByteArray> encoded = encodedWords(clean, MaxLine - line.size() - 1);
        for (const QByteArray &word : encoded)
            append(word);
    }
    return out + line + "\r\n";
}

QByteArray phrase(const QString &text)
{
    const QStringList words = text.split(u' ');
    const bool foldable =
        std::all_of(words.begin(), words.end(), [](const QString &w) { return w.size() < MaxWord - 10; });
    if (!isPrintable(text) || text.contains(u"=?"_s) || !foldable)
        return encodedWords(text, MaxWord - 10).join(' ');
    QByteArray ascii = text.toLatin1();
    const bool atoms = std::all_of(ascii.begin(), ascii.end(), [](char c) {
        return isAlphanumeric(c) || QByteArrayView(" !#$%&'*+-/=?^_`{|}~").contains(c);
    });
    if (atoms && ascii == ascii.simplified())
        return ascii;
    ascii.replace('\\', "\\\\").replace('"', "\\\"");
    return '"' + ascii + '"';
}

QByteArray parameter(const QByteArray &name, const QString &value)
{
    if (isPrintable(value) && value.size() <= MaxParameterPiece) {
        QByteArray ascii = value.toLatin1();
        ascii.replace('\\', "\\\\").replace('"', "\\\"");
        return ";\r\n " + name + "=\"" + ascii + '"';
    }
    const QByteArray utf8 = value.toUtf8();
    QList<QByteArray> pieces{QByteArray()};
    for (const char c : utf8) {
        const QByteArray coded =
            isAlphanumeric(c) || c == '-' || c == '.' || c == '_' ? QByteArray(1, c) : hexOf('%', c);
        if (pieces.constLast().size() + coded.size() > MaxParameterPiece)
            pieces.append(QByteArray());
        pieces.last() += coded;
    }
    if (pieces.size() == 1)
        return ";\r\n " + name + "*=UTF-8''" + pieces.constFirst();
    QByteArray out;
    for (qsizetype i = 0; i < pieces.size(); ++i)
        out += ";\r\n " + name + '*' + QByteArray::number(i) + "*=" + (i == 0 ? "UTF-8''" : "") + pieces.at(i);
    return out;
}

QByteArray quotedPrintable(const QByteArray &bytes)
{
    QByteArray out;
    out.reserve(bytes.size() + bytes.size() / 4);
    qsizetype column = 0;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const char c = bytes.at(i);
        if (c == '\n') {
            out += "\r\n";
            column = 0;
            continue;
        }
        const bool lineEnds = i + 1 == bytes.size() || bytes.at(i + 1) == '\n';
        // "From " at the start of a line would be changed by some relays, a lone dot by broken ones.
        const bool touchy = column == 0 && (c == '.' || (c == 'F' && bytes.mid(i, 5) == "From "));
        const bool plain = c > ' ' && c <= '~' && c != '=' && !touchy;
        const bool blank = (c == ' ' || c == '\t') && !lineEnds;
        const QByteArray coded = plain || blank ? QByteArray(1, c) : hexOf('=', c);
        if (column + coded.size() > MaxLine - (lineEnds ? 0 : 1)) {
            out += "=\r\n";
            column = 0;
        }
        out += coded;
        column += coded.size();
    }
    return out;
}

QByteArray base64Lines(const QByteArray &bytes)
{
    const QByteArray all = bytes.toBase64();
    QByteArray out;
    out.reserve(all.size() + all.size() / 38);
    for (qsizetype i = 0; i < all.size(); i += MaxLine) {
        if (i > 0)
            out += "\r\n";
        out += QByteArrayView(all).sliced(i, std::min(MaxLine, all.size() - i));
    }
    return out;
}

} // namespace escalite::smtp
