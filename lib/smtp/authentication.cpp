// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "smtp/authentication.h"

#include <QMessageAuthenticationCode>

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::smtp {

namespace {
constexpr qsizetype MaxCommandLine = 512; // RFC 4954 §4, CRLF included
} // namespace

Authentication::Authentication(QByteArray mechanism, Login login)
    : m_mechanism(std::move(mechanism))
    , m_login(std::move(login))
{
}

const QList<QByteArray> &Authentication::known()
{
    static const QList<QByteArray> mechanisms{"PLAIN"_ba, "LOGIN"_ba, "CRAM-MD5"_ba, "XOAUTH2"_ba};
    return mechanisms;
}

QByteArray Authentication::command()
{
    QByteArray line = "AUTH " + m_mechanism;
    if (m_mechanism != "PLAIN" && m_mechanism != "XOAUTH2")
        return line;
    const QByteArray initial = response({}).value_or(QByteArray()).toBase64();
    if (line.size() + 1 + initial.size() + 2 > MaxCommandLine) {
        m_step = 0;
        return line;
    }
    return line + ' ' + initial;
}

QByteArray Authentication::answer(const QByteArray &challenge)
{
    const auto decoded = QByteArray::fromBase64Encoding(challenge, QByteArray::AbortOnBase64DecodingErrors);
    if (challenge.size() > MaxChallenge || !decoded) {
        m_broken = u"The mail server's login challenge is not base64."_s;
        return "*";
    }
    const std::optional<QByteArray> next = response(decoded.decoded);
    if (!next) {
        m_broken = u"The mail server asks for more than a user name and a password."_s;
        return "*";
    }
    return next->toBase64();
}

std::optional<QByteArray> Authentication::response(const QByteArray &challenge)
{
    const QByteArray user = m_login.user.toUtf8();
    const QByteArray password = m_login.password.reveal().toUtf8();
    const int step = m_step++;
    if (m_mechanism == "LOGIN") { // The prompts differ between servers; their number does not.
        if (step > 1)
            return std::nullopt;
        return step == 0 ? user : password;
    }
    if (m_mechanism == "XOAUTH2" && step == 1) // The challenge tells of a failure; an empty line asks for the 535.
        return QByteArray();
    if (step > 0)
        return std::nullopt;
    if (m_mechanism == "PLAIN")
        return '\0' + user + '\0' + password;
    if (m_mechanism == "CRAM-MD5") // RFC 2195
        return user + ' ' + QMessageAuthenticationCode::hash(challenge, password, QCryptographicHash::Md5).toHex();
    return "user=" + user + "\1auth=Bearer " + password + "\1\1";
}

} // namespace escalite::smtp
