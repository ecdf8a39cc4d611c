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
    std::pair{Fault::RateLimited, "rate-limited"_L1},
    std::pair{Fault::ServerError, "server-error"_L1},
    std::pair{Fault::Unavailable, "unavailable"_L1},
    std::pair{Fault::Stall, "stall"_L1},
    std::pair{Fault::StallAfter, "stall-after"_L1},
    std::pair{Fault::Reset, "reset"_L1},
    std::pair{Fault::ResetAfter, "reset-after"_L1},
    std::pair{Fault::HalfReply, "half-reply"_L1},
    std::pair{Fault::Garbage, "garbage"_L1},
    std::pair{Fault::CaptivePortal, "captive-portal"_L1},
    std::pair{Fault::Redirect, "redirect"_L1},
    std::pair{Fault::AuthRefused, "auth-refused"_L1},
    std::pair{Fault::RecipientRefused, "recipient-refused"_L1},
    std::pair{Fault::Gone, "gone"_L1},
    std::pair{Fault::Greylist, "greylist"_L1},
    std::pair{Fault::NoStartTls, "no-starttls"_L1},
    std::pair{Fault::InjectedStartTls, "injected-starttls"_L1},
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
    return fault != Fault::CaptivePortal && fault != Fault::Gone;
}

bool isForChat(Fault fault)
{
    return fault != Fault::Greylist && fault != Fault::NoStartTls && fault != Fault::InjectedStartTls;
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
