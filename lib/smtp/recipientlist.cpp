// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "smtp/recipientlist.h"

#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::smtp {

using Kind = Outcome::Kind;
using State = Recipient::State;

void Recipient::decide(Kind kind, const QString &answer)
{
    state = State::Decided;
    result.kind = kind;
    result.answer = answer;
}

RecipientList::RecipientList(const QList<QByteArray> &addresses)
{
    for (const QByteArray &given : addresses) {
        Recipient recipient;
        recipient.result.address = QString::fromUtf8(given);
        if (const std::optional<WireAddress> wire = wireAddress(recipient.result.address))
            recipient.wire = *wire;
        else
            recipient.decide(Kind::Permanent, u"This is no mail address."_s);
        m_recipients.append(recipient);
    }
}

qsizetype RecipientList::count(State wanted) const
{
    return std::count_if(m_recipients.begin(), m_recipients.end(),
                         [wanted](const Recipient &recipient) { return recipient.state == wanted; });
}

bool RecipientList::anyUtf8(State wanted) const
{
    return std::any_of(m_recipients.begin(), m_recipients.end(), [wanted](const Recipient &recipient) {
        return recipient.wire.utf8 && recipient.state == wanted;
    });
}

qsizetype RecipientList::ask(qsizetype room, bool utf8)
{
    qsizetype asked = 0;
    for (Recipient &recipient : m_recipients) {
        if (recipient.state != State::Waiting || asked == room)
            continue;
        if (recipient.wire.utf8 && !utf8) {
            recipient.decide(Kind::Permanent, u"The mail server does not take addresses with letters beyond ASCII."_s);
            continue;
        }
        recipient.state = State::Asked;
        ++asked;
    }
    return asked;
}

void RecipientList::askAgain()
{
    for (Recipient &recipient : m_recipients) {
        if (recipient.state == State::Asked)
            recipient.state = State::Waiting;
    }
}

void RecipientList::decideTaken(Kind kind, const QString &answer)
{
    for (Recipient &recipient : m_recipients) {
        if (recipient.state == State::Taken)
            recipient.decide(kind, answer);
    }
}

void RecipientList::decideRest(Kind kind, const QString &answer)
{
    for (Recipient &recipient : m_recipients) {
        if (recipient.state != State::Decided)
            recipient.decide(kind, answer);
    }
}

Outcome RecipientList::outcome(const QString &detail, int status) const
{
    Outcome outcome;
    outcome.status = status;
    QStringList refused;
    for (const Recipient &recipient : m_recipients) {
        outcome.recipients.append(recipient.result);
        if (recipient.result.kind != Kind::Accepted)
            refused.append(u"%1: %2"_s.arg(recipient.result.address, recipient.result.answer));
    }
    outcome.kind = Kind::Permanent;
    for (const Kind kind : {Kind::Ambiguous, Kind::Transient, Kind::Accepted, Kind::Misconfigured, Kind::Poison}) {
        if (std::any_of(outcome.recipients.begin(), outcome.recipients.end(),
                        [kind](const Outcome::Recipient &recipient) { return recipient.kind == kind; })) {
            outcome.kind = kind;
            break;
        }
    }
    const qsizetype all = m_recipients.size();
    if (all == 0)
        outcome.detail = u"There is nobody to send to."_s;
    else if (refused.isEmpty())
        outcome.detail = u"Accepted for %1: %2"_s.arg(all == 1 ? m_recipients.constFirst().result.address
                                                               : u"%1 recipients"_s.arg(all),
                                                      m_recipients.constLast().result.answer);
    else if (refused.size() == all && !detail.isEmpty())
        outcome.detail = detail;
    else
        outcome.detail =
            u"Not accepted for %1 of %2: %3"_s.arg(QString::number(refused.size()), QString::number(all),
                                                   refused.first(std::min<qsizetype>(3, refused.size())).join(u"; "_s));
    return outcome;
}

} // namespace escalite::smtp
