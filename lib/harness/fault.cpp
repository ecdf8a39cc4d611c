// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The names of faults and whom they are for.

#include "harness/fault.h"

#include "core/names.h"

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {
constexpr std::array Names{
    std::pair{Fault::None, "none"_L1},
    std::pair{Fault::Absent, "absent"_L1},
    std::pair{Fault::RateLimited, "rate-limited"_L1},
    std::pair{Fault::ServerError, "server-error"_L1},
    std::pair{Fault::Unavailable, "unavailable"_L1},
    std::pair{Fault::Stall, "stall"_L1},
    std::pair{Fault::StallAmid, "stall-amid"_L1},
    std::pair{Fault::StallAfter, "stall-after"_L1},
    std::pair{Fault::Reset, "reset"_L1},
    std::pair{Fault::ResetAfter, "reset-after"_L1},
    std::pair{Fault::HalfReply, "half-reply"_L1},
    std::pair{Fault::Garbage, "garbage"_L1},
    std::pair{Fault::CaptivePortal, "captive-portal"_L1},
    std::pair{Fault::Redirect, "redirect"_L1},
    std::pair{Fault::EarlyRefusal, "early-refusal"_L1},
    std::pair{Fault::RudeRefusal, "rude-refusal"_L1},
    std::pair{Fault::TooLarge, "too-large"_L1},
    std::pair{Fault::AuthRefused, "auth-refused"_L1},
    std::pair{Fault::RecipientRefused, "recipient-refused"_L1},
    std::pair{Fault::Gone, "gone"_L1},
    std::pair{Fault::NotFound, "not-found"_L1},
    std::pair{Fault::Moved, "moved"_L1},
    std::pair{Fault::Greylist, "greylist"_L1},
    std::pair{Fault::TooManyRecipients, "too-many-recipients"_L1},
    std::pair{Fault::HangUpAmidData, "hang-up-amid-data"_L1},
    std::pair{Fault::NoStartTls, "no-starttls"_L1},
    std::pair{Fault::StrippedStartTls, "stripped-starttls"_L1},
    std::pair{Fault::RefusedStartTls, "refused-starttls"_L1},
    std::pair{Fault::InjectedStartTls, "injected-starttls"_L1},
    std::pair{Fault::BadCertificate, "bad-certificate"_L1},
    std::pair{Fault::WrongHost, "wrong-host"_L1},
    std::pair{Fault::ExpiredCertificate, "expired-certificate"_L1},
    std::pair{Fault::EndlessBody, "endless-body"_L1},
};
} // namespace

QString faultName(Fault fault)
{
    return spellingIn(Names, fault);
}

std::optional<Fault> faultFromName(QStringView name)
{
    return valueIn(Names, name);
}

QStringList faultNames()
{
    QStringList names;
    for (const auto &[fault, name] : Names)
        names.append(name);
    return names;
}

bool isForMail(Fault fault)
{
    switch (fault) {
    case Fault::CaptivePortal:
    case Fault::EarlyRefusal:
    case Fault::RudeRefusal:
    case Fault::Gone:
    case Fault::NotFound:
    case Fault::Moved:
        return false;
    default:
        return true;
    }
}

bool isForHttp(Fault fault)
{
    switch (fault) {
    case Fault::Greylist:
    case Fault::TooManyRecipients:
    case Fault::HangUpAmidData:
    case Fault::NoStartTls:
    case Fault::StrippedStartTls:
    case Fault::RefusedStartTls:
    case Fault::InjectedStartTls:
        return false;
    default:
        return true;
    }
}

bool isOfTls(Fault fault)
{
    return fault == Fault::BadCertificate || fault == Fault::WrongHost || fault == Fault::ExpiredCertificate;
}

bool FaultSwitch::strikes(Fault fault)
{
    if (m_fault != fault || fault == Fault::None)
        return false;
    if (m_left != Always && --m_left == 0)
        m_fault = Fault::None;
    return true;
}

} // namespace escalite::harness
