// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The recipe of version 1. A change of anything below needs a new version: incidents that are open are found by the old
// hash.

#include "policy/fingerprint.h"

#include <QCryptographicHash>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::policy {

namespace {

// Longest parts of the recipe, in UTF-16 units. What is longer is cut, so that a dump in a message does not make each
// failure its own problem.
constexpr qsizetype MaxName = 64;
constexpr qsizetype MaxPath = 160;
constexpr qsizetype MaxMessage = 160;

bool isAsciiDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

bool isHexDigit(QChar c)
{
    return isAsciiDigit(c) || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
}

bool isWordCharacter(QChar c)
{
    return c.isLetterOrNumber();
}

qsizetype wordEnd(QStringView text, qsizetype from)
{
    while (from < text.size() && isWordCharacter(text[from]))
        ++from;
    return from;
}

/// The length of the UUID (8-4-4-4-12) that \a text begins with, or 0.
qsizetype uuidLength(QStringView text)
{
    constexpr qsizetype Length = 36;
    if (text.size() < Length)
        return 0;
    for (qsizetype i = 0; i < Length; ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != u'-' : !isHexDigit(text[i]))
            return 0;
    }
    return text.size() > Length && isWordCharacter(text[Length]) ? 0 : Length;
}

/// The length of the mail address that \a text begins with, or 0.
qsizetype mailLength(QStringView text)
{
    const auto isLocal = [](QChar c) {
        return isWordCharacter(c) || c == u'.' || c == u'_' || c == u'+' || c == u'-';
    };
    qsizetype at = 0;
    while (at < text.size() && isLocal(text[at]))
        ++at;
    if (at == 0 || at >= text.size() || text[at] != u'@')
        return 0;
    qsizetype end = at + 1;
    while (end < text.size()
           && (isWordCharacter(text[end]) || text[end] == u'-'
               || (text[end] == u'.' && end + 1 < text.size() && isWordCharacter(text[end + 1]))))
        ++end;
    return text.sliced(at + 1, end - at - 1).contains(u'.') ? end : 0;
}

enum class Word { Plain, Number, Hex, Id, Mixed };

Word kindOf(QStringView word)
{
    qsizetype digits = 0;
    qsizetype digitRuns = 0;
    bool hex = true;
    bool inDigits = false;
    for (const QChar c : word) {
        const bool digit = c.isDigit();
        digits += digit ? 1 : 0;
        digitRuns += digit && !inDigits ? 1 : 0;
        inDigits = digit;
        hex = hex && isHexDigit(c);
    }
    if (digits == 0)
        return Word::Plain;
    if (digits == word.size())
        return Word::Number;
    if ((hex && word.size() >= 6) || (word.size() > 2 && word[0] == u'0' && (word[1] == u'x' || word[1] == u'X')))
        return Word::Hex;
    // "22T08" and "checkout20261122" are words with numbers; "3MqLk2eZvKYlo2C1" is one identifier.
    return word.size() >= 10 && digitRuns >= 2 ? Word::Id : Word::Mixed;
}

/// Replaces what \a word is by what it stands for. \a keepSingleDigits: a lone digit behind a letter is part of a name
/// ("v1", "oauth2").
void appendWord(QString &out, QStringView word, bool keepSingleDigits)
{
    switch (kindOf(word)) {
    case Word::Plain:
        out += word;
        return;
    case Word::Number:
        out += "{n}"_L1;
        return;
    case Word::Hex:
        out += "{hex}"_L1;
        return;
    case Word::Id:
        out += "{id}"_L1;
        return;
    case Word::Mixed:
        break;
    }
    for (qsizetype i = 0; i < word.size();) {
        qsizetype end = i;
        while (end < word.size() && word[end].isDigit())
            ++end;
        if (end == i) {
            out += word[i++];
        } else {
            if (keepSingleDigits && end == i + 1 && i > 0)
                out += word[i];
            else
                out += "{n}"_L1;
            i = end;
        }
    }
}

/// Whether a point, comma or colon at \a at only goes on with a number: "1,024.5", "10.0.0.1:8080".
bool goesOnWithNumber(QStringView text, qsizetype at, const QString &out)
{
    return (text[at] == u'.' || text[at] == u',' || text[at] == u':') && at + 1 < text.size() && text[at + 1].isDigit()
           && out.endsWith("{n}"_L1) && kindOf(text.sliced(at + 1, wordEnd(text, at + 1) - at - 1)) == Word::Number;
}

QString templated(QStringView text, bool keepSingleDigits)
{
    QString out;
    out.reserve(text.size());
    const bool mayHoldMail = text.contains(u'@');
    for (qsizetype i = 0; i < text.size();) {
        if (!isWordCharacter(text[i])) {
            if (goesOnWithNumber(text, i, out)) {
                i = wordEnd(text, i + 1);
            } else if (keepSingleDigits && text[i] == u'%' && i + 2 < text.size() && isHexDigit(text[i + 1])
                       && isHexDigit(text[i + 2])) {
                out += text.sliced(i, 3); // percent-encoded: a character, not a number
                i += 3;
            } else {
                out += text[i++];
            }
            continue;
        }
        const QStringView rest = text.sliced(i);
        if (const qsizetype length = uuidLength(rest)) {
            out += "{uuid}"_L1;
            i += length;
        } else if (const qsizetype mail = mayHoldMail ? mailLength(rest) : 0) {
            out += "{mail}"_L1;
            i += mail;
        } else {
            const qsizetype end = wordEnd(text, i);
            appendWord(out, text.sliced(i, end - i), keepSingleDigits);
            i = end;
        }
    }
    return out;
}

/// At most \a limit units of \a text, never half a character.
QStringView cut(QStringView text, qsizetype limit)
{
    if (text.size() <= limit)
        return text;
    return text.first(text[limit - 1].isHighSurrogate() ? limit - 1 : limit);
}

/// Adds one part with blanks escaped, so that no value can pretend to be two parts.
void appendPart(QString &recipe, QLatin1StringView name, QStringView value, qsizetype limit)
{
    recipe += u' ' + name + u'=';
    const QStringView kept = cut(value, limit);
    const auto isEscaped = [](QChar c) {
        return c == u'\\' || c.isSpace();
    };
    if (std::none_of(kept.begin(), kept.end(), isEscaped)) {
        recipe += kept;
        return;
    }
    for (const QChar c : kept) {
        if (c == u'\\')
            recipe += "\\\\"_L1;
        else if (c.isSpace())
            recipe += "\\s"_L1;
        else
            recipe += c;
    }
}

QString levelClass(Level level)
{
    if (level >= Level::Critical)
        return u"critical"_s;
    return level >= Level::Error ? u"error"_s : u"below"_s;
}

QString codeText(const SessionDigest &digest)
{
    return digest.code ? QString::number(*digest.code) : u"none"_s;
}

Fingerprint hashed(QString recipe)
{
    const QByteArray hash = QCryptographicHash::hash(recipe.toUtf8(), QCryptographicHash::Sha256);
    return {.recipe = std::move(recipe), .hash = QString::fromLatin1(hash.first(8).toHex())};
}

} // namespace

Fingerprint fingerprint(const SessionDigest &digest, const QList<GroupKey> &parts)
{
    QString recipe;
    recipe.reserve(MaxName * 2 + MaxPath + MaxMessage);
    recipe += "v1"_L1;
    if (parts.contains(GroupKey::Source))
        appendPart(recipe, "source"_L1, digest.source, MaxName);
    if (!digest.fingerprint.isEmpty()) {
        appendPart(recipe, "level"_L1, levelClass(digest.effective), MaxName);
        recipe += " own="_L1 + cut(digest.fingerprint, MaxOwnFingerprint).toString(); // the last part may hold blanks
        return hashed(std::move(recipe));
    }
    if (parts.contains(GroupKey::Method))
        appendPart(recipe, "method"_L1, digest.method.toUpper(), MaxName);
    if (parts.contains(GroupKey::Path))
        appendPart(recipe, "path"_L1, pathTemplate(digest.path), MaxPath);
    if (parts.contains(GroupKey::Code))
        appendPart(recipe, "code"_L1, codeText(digest), MaxName);
    appendPart(recipe, "level"_L1, levelClass(digest.effective), MaxName);
    appendPart(recipe, "error"_L1, digest.errorKey, MaxName);
    if (parts.contains(GroupKey::Message))
        recipe += " message="_L1 + cut(normalised(digest.message), MaxMessage).toString(); // likewise
    return hashed(std::move(recipe));
}

QString groupOf(const SessionDigest &digest, const QList<GroupKey> &per, const QList<GroupKey> &parts)
{
    QString group;
    for (const GroupKey key : per) {
        switch (key) {
        case GroupKey::Source:
            appendPart(group, "source"_L1, digest.source, MaxName);
            break;
        case GroupKey::Method:
            appendPart(group, "method"_L1, digest.method.toUpper(), MaxName);
            break;
        case GroupKey::Path:
            appendPart(group, "path"_L1, pathTemplate(digest.path), MaxPath);
            break;
        case GroupKey::Code:
            appendPart(group, "code"_L1, codeText(digest), MaxName);
            break;
        case GroupKey::Fingerprint:
            appendPart(group, "fingerprint"_L1, fingerprint(digest, parts).hash, MaxName);
            break;
        case GroupKey::Message:
            appendPart(group, "message"_L1, normalised(digest.message), MaxMessage);
            break;
        }
    }
    return group.isEmpty() ? group : group.sliced(1); // without the blank before the first
}

Fingerprint fingerprintOf(const QString &rule, const QString &group)
{
    return hashed(u"rule=%1 group=%2"_s.arg(rule, group));
}

Fingerprint ofRule(const Fingerprint &fingerprint, const QString &rule)
{
    return hashed(fingerprint.recipe + u" rule="_s + rule);
}

QString normalised(const QString &message)
{
    return templated(message.simplified(), false);
}

QString pathTemplate(const QString &path)
{
    QStringView bare = path;
    for (qsizetype i = 0; i < bare.size(); ++i) {
        if (bare[i] == u'?' || bare[i] == u'#') {
            bare = bare.first(i);
            break;
        }
    }
    while (bare.size() > 1 && bare.endsWith(u'/'))
        bare = bare.chopped(1);
    return templated(bare, true);
}

} // namespace escalite::policy
