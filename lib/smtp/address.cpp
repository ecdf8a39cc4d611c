// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "smtp/address.h"

#include <QHostAddress>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::smtp {

namespace {
/// RFC 5321 §4.1.3: "[192.0.2.1]", "[IPv6:2001:db8::1]".
bool isAddressLiteral(QStringView domain)
{
    if (!domain.startsWith(u'[') || !domain.endsWith(u']'))
        return false;
    QStringView inner = domain.sliced(1, domain.size() - 2);
    const bool six = inner.startsWith(u"IPv6:", Qt::CaseInsensitive);
    if (six)
        inner = inner.sliced(5);
    const QHostAddress address(inner.toString());
    return address.protocol() == (six ? QAbstractSocket::IPv6Protocol : QAbstractSocket::IPv4Protocol)
           && !inner.contains(u'%');
}

bool isHostName(const QByteArray &name)
{
    const QList<QByteArray> labels = name.split('.');
    return std::all_of(labels.begin(), labels.end(), [](const QByteArray &label) {
        return !label.isEmpty() && label.size() <= 63 && !label.startsWith('-') && !label.endsWith('-')
               && std::all_of(label.begin(), label.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
                  });
    });
}

bool isLocalPartCharacter(QChar c)
{
    if (c.unicode() >= 0x80)
        return c.category() != QChar::Other_Control && !c.isSpace();
    return c.isLetterOrNumber() || u"!#$%&'*+-/=?^_`{|}~."_s.contains(c);
}
} // namespace

std::optional<WireAddress> wireAddress(QStringView address)
{
    const qsizetype at = address.indexOf(u'@');
    if (at < 1 || address.indexOf(u'@', at + 1) >= 0)
        return std::nullopt;
    const QStringView local = address.first(at);
    const QStringView domain = address.sliced(at + 1);
    if (!std::all_of(local.begin(), local.end(), isLocalPartCharacter) || local.startsWith(u'.') || local.endsWith(u'.')
        || local.contains(u".."))
        return std::nullopt;
    const QByteArray name = isAddressLiteral(domain) ? domain.toLatin1() : QUrl::toAce(domain.toString());
    if (name.isEmpty() || name.size() > 255 || (!name.startsWith('[') && !isHostName(name)))
        return std::nullopt;
    const QByteArray mailbox = local.toUtf8();
    if (mailbox.size() > 64)
        return std::nullopt;
    const bool utf8 =
        std::any_of(mailbox.begin(), mailbox.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    return WireAddress{.address = mailbox + '@' + name, .utf8 = utf8};
}

} // namespace escalite::smtp
