// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The tables of secret keys and shapes. Wrongly hidden costs a look into the console; wrongly sent cannot be taken
// back.

#include "message/patterns.h"

#include <QRegularExpression>
#include <QSet>
#include <QStringList>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::message {

namespace {

/// Parts of a key written together: "X-Api-Key", "apiKey" and "APIKEY" all hold "apikey".
constexpr std::array SecretStems{
    "password"_L1,     "passwd"_L1,     "passphrase"_L1, "secret"_L1,        "apikey"_L1,
    "accesskey"_L1,    "privatekey"_L1, "signingkey"_L1, "encryptionkey"_L1, "authorization"_L1,
    "credential"_L1,   "cookie"_L1,     "sessionid"_L1,  "sessionkey"_L1,    "accesstoken"_L1,
    "refreshtoken"_L1, "idtoken"_L1,    "authtoken"_L1,  "bearertoken"_L1,   "csrftoken"_L1,
    "xsrf"_L1,         "cardnumber"_L1, "creditcard"_L1, "securitycode"_L1,  "connectionstring"_L1,
};

/// Words that make a key secret when they stand in it as words.
const QSet<QString> &secretWords()
{
    static const QSet<QString> words{u"token"_s, u"tokens"_s, u"pwd"_s, u"pin"_s, u"cvv"_s, u"cvc"_s,
                                     u"otp"_s,   u"sid"_s,    u"jwt"_s, u"ssn"_s, u"iban"_s};
    return words;
}

/// Keys that are secret only when nothing else stands in them.
bool isSecretAlone(const QString &squeezed)
{
    return squeezed == "pass"_L1 || squeezed == "card"_L1 || squeezed == "signature"_L1;
}

/// "userID_token-2" -> user, id, token, 2.
QStringList wordsOf(const QString &key)
{
    QStringList words;
    QString word;
    const auto close = [&] {
        if (!word.isEmpty())
            words.append(word.toLower());
        word.clear();
    };
    for (qsizetype i = 0; i < key.size(); ++i) {
        const QChar c = key.at(i);
        if (!c.isLetterOrNumber()) {
            close();
            continue;
        }
        const bool afterLower = i > 0 && key.at(i - 1).isLower();
        const bool beforeLower = i + 1 < key.size() && key.at(i + 1).isLower();
        if (c.isUpper() && (afterLower || (beforeLower && i > 0 && key.at(i - 1).isUpper())))
            close();
        word += c;
    }
    close();
    return words;
}

struct Shape
{
    QRegularExpression pattern;
    int group; ///< What of it is hidden; 0 = all.
};

QRegularExpression compiled(const QString &pattern)
{
    // The limit ends what would try too long on hostile text; what is found before it is hidden all the same.
    return QRegularExpression(u"(*LIMIT_MATCH=200000)"_s + pattern);
}

/// Begins where a word does, or behind a percent-encoded character: in a=%3Fb%3Dghp_… there is no word boundary.
QRegularExpression word(const QString &pattern)
{
    return compiled(u"(?<!\\w(?<!%[0-9A-Fa-f]{2})(?<!%25[0-9A-Fa-f]{2}))"_s + pattern);
}

const QList<Shape> &shapes()
{
    static const QList<Shape> table{
        // A private key in PEM, whole; also when its end is cut off (RFC 7468).
        {compiled(uR"(-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z))"_s), 0},
        // Cookie headers, to the end of the line.
        {compiled(uR"((?i)\b(?:set-)?cookie["']?[ \t]*[:=][ \t]*([^\r\n]+))"_s), 1},
        // user:password@ of an address.
        {compiled(uR"((?i)\b[a-z][a-z0-9+.-]{1,30}://([^\s/@:"'<>]{0,200}:[^\s/@"'<>]{1,200})@)"_s), 1},
        // Addresses that are secrets themselves.
        {compiled(uR"((?i)\bhooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]+))"_s), 1},
        {compiled(uR"((?i)\bdiscord(?:app)?\.com/api/webhooks/([A-Za-z0-9/_-]+))"_s), 1},
        // name=value and name: value, with or without quotation marks, with or without an HTTP scheme before the value.
        {compiled(
             uR"((?i)(?<![a-z0-9])(?:[a-z0-9_-]{0,40}(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key|token|authorization|session[_-]?id|credentials?)|pwd|sid)\\?["']?\s{0,3}(?:[=:]|%3[DdAa])\s{0,3}((?:(?:bearer|basic|digest|token)\s+)?(?:\\?"[^"\r\n]{1,400}"|'[^'\r\n]{1,400}'|[^\s,;&"'<>(){}\[\]]{1,400})))"_s),
         1},
        // HTTP credentials (RFC 6750, RFC 7617).
        {compiled(uR"((?i)\bbearer\s+((?=[^\s"',;]*[0-9._~+/=-])[A-Za-z0-9._~+/=-]{6,}|[A-Za-z0-9]{20,}))"_s), 1},
        {compiled(uR"((?i)\bbasic\s+([A-Za-z0-9+/]{8,}={1,2}|(?=[^\s]*[0-9])(?=[^\s]*[A-Z])[A-Za-z0-9+/]{12,}))"_s), 1},
        // JSON Web Tokens (RFC 7519): a header that begins with {" in base64.
        {word(uR"(eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?)"_s), 0},
        // Keys that say whose they are.
        {word(uR"((?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{12,}\b)"_s), 0},
        {word(
             uR"((?:gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{20,}))"_s),
         0},
        {word(uR"(xox[abeoprs]-[A-Za-z0-9-]{8,})"_s), 0},
        {word(
             uR"((?:[rsp]k_(?:live|test)_[A-Za-z0-9]{8,}|sk-[A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}))"_s),
         0},
        {word(uR"(es[co]_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-]))"_s), 0},
        {compiled(uR"((?<![0-9])[0-9]{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-]))"_s), 0},
    };
    return table;
}

bool overlaps(const QList<Finding> &findings, qsizetype start, qsizetype length)
{
    return std::any_of(findings.begin(), findings.end(), [=](const Finding &finding) {
        return start < finding.start + finding.length && finding.start < start + length;
    });
}

void findCardNumbers(const QString &text, QList<Finding> &findings)
{
    static const QRegularExpression digits(uR"((?<![0-9A-Za-z.])[2-6](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z]|\.[0-9]))"_s);
    for (auto it = digits.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        if (isCardNumber(match.capturedView()) && !overlaps(findings, match.capturedStart(), match.capturedLength()))
            findings.append(
                {.start = match.capturedStart(), .length = match.capturedLength(), .rule = u"card number"_s});
    }
}

} // namespace

bool isSecretKey(const QString &key)
{
    constexpr qsizetype LongestKey = 256;
    const QStringList words = wordsOf(key.first(std::min(key.size(), LongestKey)));
    const QString squeezed = words.join(QString());
    if (isSecretAlone(squeezed))
        return true;
    return std::any_of(SecretStems.begin(), SecretStems.end(),
                       [&](QLatin1StringView stem) { return squeezed.contains(stem); })
           || std::any_of(words.begin(), words.end(), [](const QString &word) { return secretWords().contains(word); });
}

bool isTokenCount(const QString &key)
{
    static const QSet<QString> quantities{u"count"_s,      u"max"_s,    u"min"_s,   u"limit"_s,   u"used"_s,
                                          u"usage"_s,      u"total"_s,  u"ttl"_s,   u"expires"_s, u"expiry"_s,
                                          u"in"_s,         u"out"_s,    u"input"_s, u"output"_s,  u"prompt"_s,
                                          u"completion"_s, u"length"_s, u"size"_s,  u"number"_s};
    const QStringList words = wordsOf(key);
    return std::any_of(words.begin(), words.end(), [](const QString &word) { return word.startsWith("token"_L1); })
           && std::any_of(words.begin(), words.end(), [](const QString &word) { return quantities.contains(word); });
}

QList<Finding> findCredentials(const QString &text)
{
    QList<Finding> findings;
    for (const Shape &shape : shapes()) {
        for (auto it = shape.pattern.globalMatch(text); it.hasNext();) {
            const QRegularExpressionMatch match = it.next();
            const qsizetype start = match.capturedStart(shape.group);
            const qsizetype length = match.capturedLength(shape.group);
            if (length > 0 && !overlaps(findings, start, length))
                findings.append({.start = start, .length = length, .rule = u"secret"_s});
        }
    }
    findCardNumbers(text, findings);
    std::sort(findings.begin(), findings.end(), [](const Finding &a, const Finding &b) { return a.start < b.start; });
    return findings;
}

QList<Finding> findEmailAddresses(const QString &text)
{
    static const QRegularExpression address(
        uR"([\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}[\p{L}\p{N}-]{1,62})"_s,
        QRegularExpression::UseUnicodePropertiesOption);
    QList<Finding> findings;
    if (!text.contains(u'@'))
        return findings;
    for (auto it = address.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        findings.append({.start = match.capturedStart(), .length = match.capturedLength(), .rule = u"email address"_s});
    }
    return findings;
}

bool isCardNumber(QStringView text)
{
    int count = 0;
    int sum = 0;
    int first = 0;
    // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile the reverse view of libstdc++ 12.
    for (auto it = text.rbegin(); it != text.rend(); ++it) {
        const int digit = it->digitValue();
        if (digit < 0)
            continue;
        const int part = count % 2 == 0 ? digit : digit * 2;
        sum += part > 9 ? part - 9 : part;
        first = digit;
        ++count;
    }
    return count >= 13 && count <= 19 && first >= 2 && first <= 6 && sum % 10 == 0;
}

} // namespace escalite::message
