// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "harness/specification.h"

#include <QStringList>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

using enum Outcome::Kind;
using enum Expectation::Arrives;

constexpr Kinds Later = oneOf({Transient});
constexpr Kinds LaterOrInDoubt = oneOf({Transient, Ambiguous}); // nobody can tell whether the last byte was read
constexpr Kinds InDoubt = oneOf({Ambiguous});
constexpr Kinds Held = oneOf({Misconfigured});
constexpr Kinds HeldOrFailed = oneOf({Misconfigured, Permanent});
constexpr Kinds LaterOrHeld = oneOf({Transient, Misconfigured});
constexpr Kinds Refused = oneOf({Poison});
constexpr Kinds Failed = oneOf({Permanent});
constexpr Kinds Taken = oneOf({Delivered, Accepted});
constexpr Kinds AnythingElse = oneOf({Transient, Permanent, Poison, Moved, Misconfigured, Ambiguous});

constexpr std::array Http{
    Expectation{Fault::Absent, "connect", Later, Never, "connect"},
    Expectation{Fault::Reset, "connect", LaterOrInDoubt, Never},
    Expectation{Fault::Stall, "connect", LaterOrInDoubt, Never},
    Expectation{Fault::BadCertificate, "tls", Later, Never, "connect,tls"},
    Expectation{Fault::WrongHost, "tls", Later, Never, "connect,tls"},
    Expectation{Fault::ExpiredCertificate, "tls", Later, Never, "connect,tls"},
    Expectation{Fault::AuthRefused, "authenticate", Held, Never},
    Expectation{Fault::EarlyRefusal, "hand over", Refused, Never},
    Expectation{Fault::RudeRefusal, "hand over", oneOf({Poison, Transient, Ambiguous}), Never},
    Expectation{Fault::TooLarge, "hand over", Refused, Never},
    Expectation{Fault::RecipientRefused, "hand over", HeldOrFailed, Never},
    Expectation{Fault::Gone, "hand over", Held, Never},
    // 501, "have been disabled by the system admin": what stands in the way may be switched on again, or not.
    Expectation{Fault::Gone, "hand over", HeldOrFailed, Never, "", false, "mattermost"},
    Expectation{Fault::NotFound, "hand over", Held, Never},
    Expectation{Fault::Moved, "hand over", oneOf({Moved}), Never, "", false, "telegram"},
    Expectation{Fault::RateLimited, "answer", Later, Never, "", true},
    Expectation{Fault::ServerError, "answer", LaterOrInDoubt, Never},
    Expectation{Fault::Unavailable, "answer", Later, Never},
    Expectation{Fault::StallAmid, "answer", InDoubt, Once},
    Expectation{Fault::StallAfter, "answer", InDoubt, Once},
    Expectation{Fault::ResetAfter, "answer", InDoubt, Once},
    Expectation{Fault::HalfReply, "answer", InDoubt, Once},
    Expectation{Fault::Garbage, "answer", InDoubt, Once},
    Expectation{Fault::EndlessBody, "answer", InDoubt, Once},
    // 202 stands in the head: the workflow has it, whatever becomes of the empty body.
    Expectation{Fault::HalfReply, "answer", oneOf({Ambiguous, Accepted}), Once, "", false, "teams"},
    Expectation{Fault::EndlessBody, "answer", oneOf({Ambiguous, Accepted}), Once, "", false, "teams"},
    Expectation{Fault::Redirect, "answer", Failed, Never},
    Expectation{Fault::CaptivePortal, "answer", Failed, Never},
    // Any 2xx is a receiver's yes; what stands in it is its own affair.
    Expectation{Fault::CaptivePortal, "answer", oneOf({Delivered, Permanent}), Never, "", false, "webhook"},
};

constexpr std::array Mail{
    Expectation{Fault::Absent, "connect", Later, Never, "connect"},
    Expectation{Fault::Unavailable, "connect", Later, Never},
    Expectation{Fault::BadCertificate, "tls", Later, Never, "tls"},
    Expectation{Fault::WrongHost, "tls", Later, Never, "tls"},
    Expectation{Fault::ExpiredCertificate, "tls", Later, Never, "tls"},
    Expectation{Fault::NoStartTls, "tls", LaterOrHeld, Never},
    Expectation{Fault::StrippedStartTls, "tls", LaterOrHeld, Never},
    Expectation{Fault::RefusedStartTls, "tls", Later, Never},
    Expectation{Fault::InjectedStartTls, "tls", Later, Never, "tls"},
    Expectation{Fault::AuthRefused, "authenticate", Held, Never, "authenticate"},
    Expectation{Fault::RateLimited, "hand over", Later, Never, "hand over"},
    Expectation{Fault::Stall, "hand over", Later, Never, "hand over"},
    Expectation{Fault::StallAmid, "hand over", Later, Never, "hand over"},
    Expectation{Fault::Reset, "hand over", Later, Never, "hand over"},
    Expectation{Fault::Garbage, "hand over", Later, Never, "hand over"},
    Expectation{Fault::EndlessBody, "hand over", Later, Never, "hand over"},
    Expectation{Fault::TooLarge, "hand over", oneOf({Poison, Permanent}), Never, "hand over"},
    Expectation{Fault::Greylist, "hand over", Later, Never, "hand over"},
    Expectation{Fault::Redirect, "hand over", HeldOrFailed, Never, "hand over"},
    Expectation{Fault::RecipientRefused, "hand over", oneOf({Accepted}), Once},  // by one of several
    Expectation{Fault::TooManyRecipients, "hand over", oneOf({Accepted}), Once}, // each recipient, in several mails
    Expectation{Fault::HangUpAmidData, "hand over", LaterOrInDoubt, Never, "hand over"},
    Expectation{Fault::ServerError, "answer", Later, Never, "hand over"},
    Expectation{Fault::StallAfter, "answer", InDoubt, Once},
    Expectation{Fault::ResetAfter, "answer", InDoubt, Once},
    Expectation{Fault::HalfReply, "answer", InDoubt, Once},
};

constexpr std::array Program{
    Expectation{Fault::Absent, "connect", Held, Never},
    Expectation{Fault::AuthRefused, "authenticate", Held, Once},
    Expectation{Fault::Unavailable, "answer", Later, Once},                                   // 75, EX_TEMPFAIL
    Expectation{Fault::RecipientRefused, "hand over", Failed, Once},                          // 64, EX_USAGE
    Expectation{Fault::StallAfter, "answer", oneOf({Transient, Ambiguous, Permanent}), Once}, // as "when_killed" says
    Expectation{Fault::Garbage, "answer", Taken, Once},                                       // the exit code decides
};

constexpr std::array Desktop{
    Expectation{Fault::Absent, "connect", LaterOrHeld, Never},
};

constexpr std::array Unknown{
    Expectation{Fault::Absent, "connect", AnythingElse, Never},
    Expectation{Fault::Reset, "connect", AnythingElse, Never},
    Expectation{Fault::Stall, "connect", AnythingElse, Never},
    Expectation{Fault::AuthRefused, "authenticate", AnythingElse, Never},
    Expectation{Fault::Gone, "hand over", AnythingElse, Never},
    Expectation{Fault::RateLimited, "answer", AnythingElse, Never},
    Expectation{Fault::ServerError, "answer", AnythingElse, Never},
    Expectation{Fault::Unavailable, "answer", AnythingElse, Never},
    Expectation{Fault::StallAfter, "answer", AnythingElse, AtMostOnce},
    Expectation{Fault::ResetAfter, "answer", AnythingElse, AtMostOnce},
    Expectation{Fault::Garbage, "answer", AnythingElse, AtMostOnce},
    Expectation{Fault::Redirect, "answer", AnythingElse, Never},
};

bool isFor(const Expectation &row, QStringView typeId)
{
    return QString::fromLatin1(row.types).split(u',').contains(typeId);
}

} // namespace

std::span<const Expectation> httpSpecification()
{
    return Http;
}

std::span<const Expectation> mailSpecification()
{
    return Mail;
}

std::span<const Expectation> programSpecification()
{
    return Program;
}

std::span<const Expectation> desktopSpecification()
{
    return Desktop;
}

std::span<const Expectation> unknownSpecification()
{
    return Unknown;
}

QList<Expectation> rowsFor(std::span<const Expectation> specification, QStringView typeId)
{
    QList<Expectation> rows;
    for (const Expectation &row : specification) {
        const bool isForAll = *row.types == '\0';
        if (!isForAll && !isFor(row, typeId))
            continue;
        const auto same =
            std::find_if(rows.begin(), rows.end(), [&](const Expectation &known) { return known.fault == row.fault; });
        if (same == rows.end())
            rows.append(row);
        else if (!isForAll)
            *same = row;
    }
    return rows;
}

QString wordsFor(Outcome::Kind kind, std::optional<Duration> retryAfter)
{
    switch (kind) {
    case Delivered:
        return u"delivered"_s;
    case Accepted:
        return u"accepted"_s;
    case Transient:
        return retryAfter
                   ? u"tried again after %1 s"_s.arg(std::chrono::ceil<std::chrono::seconds>(*retryAfter).count())
                   : u"tried again"_s;
    case Permanent:
        return u"failed for good"_s;
    case Poison:
        return u"once more as short plain text"_s;
    case Moved:
        return u"once more at the new address"_s;
    case Misconfigured:
        return u"held, settings refused"_s;
    case Ambiguous:
        return u"in doubt"_s;
    }
    return {};
}

QString wordsFor(Kinds kinds, std::optional<Duration> retryAfter)
{
    if (kinds == AnythingElse)
        return u"not taken for delivered"_s;
    if (kinds == Taken)
        return u"delivered"_s;
    QStringList words;
    for (unsigned i = 0; i <= static_cast<unsigned>(Ambiguous); ++i) {
        const auto kind = static_cast<Outcome::Kind>(i);
        if (contains(kinds, kind))
            words.append(wordsFor(kind, retryAfter));
    }
    return words.join(u" or "_s);
}

} // namespace escalite::harness
