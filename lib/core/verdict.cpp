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
    }
    return {};
}

} // namespace escalite
