// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The sentence of each verdict.

#include "core/verdict.h"

using namespace Qt::StringLiterals;

namespace escalite {

QString verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::None:
        return u"Not decided yet"_s;
    case Verdict::NoRule:
        return u"No rule in force covers this source"_s;
    case Verdict::BelowLevel:
        return u"Below the level that the rule asks for"_s;
    case Verdict::NotMatching:
        return u"The rule’s condition does not hold"_s;
    case Verdict::Opened:
        return u"Opened an incident"_s;
    case Verdict::Joined:
        return u"Joined an open incident"_s;
    case Verdict::Counted:
        return u"Judged before; this update changed nothing"_s;
    case Verdict::NoNotifier:
        return u"Opened an incident, but the rule names no notifier"_s;
    case Verdict::Silenced:
        return u"Belongs to an incident that a silence keeps from being told"_s;
    case Verdict::UnderThreshold:
        return u"Counted by the rule; there are not enough yet"_s;
    case Verdict::Inactive:
        return u"Outside the hours of the rule"_s;
    case Verdict::Ignored:
        return u"The rule says that nothing is to be done"_s;
    case Verdict::NotReached:
        return u"A rule before this one took the session"_s;
    case Verdict::OtherSource:
        return u"The rule is for other sources"_s;
    case Verdict::SwitchedOff:
        return u"The rule is not in force"_s;
    }
    return {};
}

} // namespace escalite
