// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Whom a mail goes to, how far each of them has come, and what that makes of the whole.

#pragma once

#include "core/delivery.h"
#include "smtp/address.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace escalite::smtp {

struct Recipient
{
    /// Waiting for a transaction, asked for in this one, taken in this one, decided for good.
    enum class State : quint8 { Waiting, Asked, Taken, Decided };

    WireAddress wire{};
    State state = State::Waiting;
    Outcome::Recipient result{};

    void decide(Outcome::Kind kind, const QString &answer);
};

class RecipientList
{
public:
    /// An address that is none is decided from the start.
    explicit RecipientList(const QList<QByteArray> &addresses);

    [[nodiscard]] qsizetype count(Recipient::State wanted) const;
    [[nodiscard]] bool anyUtf8(Recipient::State wanted) const;
    [[nodiscard]] qsizetype size() const { return m_recipients.size(); }
    [[nodiscard]] const Recipient &at(qsizetype i) const { return m_recipients.at(i); }
    [[nodiscard]] Recipient &operator[](qsizetype i) { return m_recipients[i]; }

    /// Those waiting become asked, at most \a room; without \a utf8 such addresses are refused. Answers how many.
    qsizetype ask(qsizetype room, bool utf8);
    /// Those asked and not taken go back to waiting.
    void askAgain();
    void decideTaken(Outcome::Kind kind, const QString &answer);
    void decideRest(Outcome::Kind kind, const QString &answer); ///< All that are not decided.

    /// The kind is the worst that a repeat could mend, else the best reached. \a detail is said when nobody got it.
    [[nodiscard]] Outcome outcome(const QString &detail, int status) const;

private:
    QList<Recipient> m_recipients;
};

} // namespace escalite::smtp
