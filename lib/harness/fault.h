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
    RateLimited,      ///< Chat: 429 with Retry-After. Mail: 421 to MAIL, then the connection ends.
    ServerError,      ///< Chat: 500. Mail: 451 after the message.
    Unavailable,      ///< Chat: 503. Mail: 421 as the greeting.
    Stall,            ///< Says nothing, before anything was taken.
    StallAfter,       ///< Takes the whole message and says nothing: it may have arrived.
    Reset,            ///< Breaks the connection before anything was taken.
    ResetAfter,       ///< Takes the whole message, then breaks the connection.
    HalfReply,        ///< Takes the message and closes in the middle of the answer.
    Garbage,          ///< Answers bytes that do not belong to the protocol.
    CaptivePortal,    ///< Chat: 200 with a page of HTML, as hotel networks do.
    Redirect,         ///< Chat: 302 to another place. Mail: 551, the recipient lives elsewhere.
    AuthRefused,      ///< Chat: 403. Mail: 535 to AUTH.
    RecipientRefused, ///< Chat: 404, no such channel. Mail: 550 to the first recipient.
    Gone,             ///< Chat: 410, the channel is archived.
    Greylist,         ///< Mail: 450 to every recipient.
    NoStartTls,       ///< Mail: STARTTLS is not offered.
    InjectedStartTls, ///< Mail: a further reply in clear behind the 220 to STARTTLS (RFC 3207 §6; CVE-2011-0411's
                      ///< mirror).
    EndlessBody,      ///< An answer without end.
};

[[nodiscard]] QString faultName(Fault fault); ///< "rate-limited" …
[[nodiscard]] std::optional<Fault> faultFromName(QStringView name);
[[nodiscard]] QStringList faultNames();
[[nodiscard]] bool isForMail(Fault fault);
[[nodiscard]] bool isForChat(Fault fault);

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
