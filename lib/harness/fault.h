// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What a mock service can do wrong on demand, as the real ones do now and then.

#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace escalite::harness {

enum class Fault : quint8 {
    None,
    Absent,             ///< Nobody listens.
    RateLimited,        ///< HTTP: 429 with Retry-After. Mail: 421 to MAIL, then the connection ends.
    ServerError,        ///< HTTP: 500. Mail: 451 after the message.
    Unavailable,        ///< HTTP: 503. Mail: 421 as the greeting.
    Stall,              ///< Says nothing, before anything was taken.
    StallAmid,          ///< Says half a line, and nothing more. HTTP: of the answer's head. Mail: of the reply to MAIL.
    StallAfter,         ///< Takes the whole message and says nothing: it may have arrived.
    Reset,              ///< Breaks the connection before anything was taken.
    ResetAfter,         ///< Takes the whole message, then breaks the connection.
    HalfReply,          ///< Takes the message and closes in the middle of the answer.
    Garbage,            ///< Answers bytes that do not belong to the protocol.
    CaptivePortal,      ///< HTTP: 200 with a page of HTML, as hotel networks do.
    Redirect,           ///< HTTP: 302 to another place. Mail: 551, the recipient lives elsewhere.
    EarlyRefusal,       ///< HTTP: 413 as soon as the head is there; what still comes is read and thrown away.
    RudeRefusal,        ///< HTTP: the same, but the connection is broken at once: the 413 may get lost.
    TooLarge,           ///< HTTP: 413 after the message. Mail: 552 to MAIL, whatever its size.
    AuthRefused,        ///< HTTP: as the service says that the credentials are wrong. Mail: 535 to AUTH.
    RecipientRefused,   ///< HTTP: as the service says that there is no such channel. Mail: 550 to the first recipient.
    Gone,               ///< HTTP: as the service says that the address is no more.
    NotFound,           ///< HTTP: 404, nothing is at this address.
    Moved,              ///< HTTP: Telegram's group has become a supergroup with another number; 500 of all others.
    Greylist,           ///< Mail: 450 to every recipient.
    TooManyRecipients,  ///< Mail: 452 to every recipient of a transaction but the first.
    HangUpAmidData,     ///< Mail: breaks the connection within the message.
    NoStartTls,         ///< Mail: STARTTLS is not offered.
    StrippedStartTls,   ///< Mail: somebody on the way writes X over STARTTLS and offers a login in clear.
    RefusedStartTls,    ///< Mail: STARTTLS is offered and answered 454.
    InjectedStartTls,   ///< Mail: a further reply in clear behind the 220 to STARTTLS (RFC 3207 §6; CVE-2011-0411's
                        ///< mirror).
    BadCertificate,     ///< Of an authority that nobody knows.
    WrongHost,          ///< The certificate is another machine's.
    ExpiredCertificate, ///< It was good until some years ago.
    EndlessBody,        ///< An answer without end.
};

[[nodiscard]] QString faultName(Fault fault); ///< "rate-limited" …
[[nodiscard]] std::optional<Fault> faultFromName(QStringView name);
[[nodiscard]] QStringList faultNames();
[[nodiscard]] bool isForMail(Fault fault);
[[nodiscard]] bool isForHttp(Fault fault);
/// It shows only to clients that speak TLS.
[[nodiscard]] bool isOfTls(Fault fault);

/// The fault that is switched on, for all that comes or for so many more times.
class FaultSwitch
{
public:
    static constexpr int Always = -1;

    void set(Fault fault, int times = Always)
    {
        m_fault = times == 0 ? Fault::None : fault;
        m_left = times;
    }
    [[nodiscard]] Fault fault() const { return m_fault; }
    /// True, and one time fewer, when \a fault is switched on.
    bool strikes(Fault fault);

private:
    Fault m_fault = Fault::None;
    int m_left = Always;
};

} // namespace escalite::harness
