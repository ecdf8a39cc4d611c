// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the console of the window's tests knows of rules and policies.

#include "ui/fakeconsole.h"

using namespace Qt::StringLiterals;

namespace escalite::test {

void FakeConsole::setPolicy(const policy::Policy &, QObject *, std::function<void(Problems)> done)
{
    done({Problem{.severity = Problem::Severity::Error, .pointer = {}, .message = u"Not known here."_s}});
}

void FakeConsole::lint(const policy::Policy &, QObject *, std::function<void(QList<policy::Finding>)> done)
{
    done({});
}

void FakeConsole::loadRuleHistory(QObject *, std::function<void(Result<QList<runtime::RuleHistory>>)> done)
{
    done(QList<runtime::RuleHistory>{});
}

void FakeConsole::whatIf(const runtime::WhatIf &, QObject *, std::function<void(double)>,
                         std::function<void(Result<runtime::WhatIfAnswer>)> done)
{
    done(runtime::WhatIfAnswer{});
}

void FakeConsole::cancelWhatIf() {}

} // namespace escalite::test
