// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The runtime's part in rules, incidents and silences.

#include "runtime/runtime.h"

using namespace Qt::StringLiterals;

namespace escalite::runtime {

void Runtime::setPolicy(const policy::Policy &, QObject *, std::function<void(Problems)> done)
{
    done({Problem{.severity = Problem::Severity::Error, .pointer = {}, .message = u"Not known here."_s}});
}

void Runtime::lint(const policy::Policy &, QObject *, std::function<void(QList<policy::Finding>)> done)
{
    done({});
}

void Runtime::loadRuleHistory(QObject *, std::function<void(Result<QList<RuleHistory>>)> done)
{
    done(QList<RuleHistory>{});
}

void Runtime::whatIf(const WhatIf &, QObject *, std::function<void(double)>,
                     std::function<void(Result<WhatIfAnswer>)> done)
{
    done(WhatIfAnswer{});
}

void Runtime::cancelWhatIf() {}

void Runtime::loadIncident(const QUuid &, QObject *, std::function<void(Result<IncidentDetail>)> done)
{
    done(IncidentDetail{});
}

QList<Silence> Runtime::silences() const
{
    return {};
}

void Runtime::loadSilences(QObject *, std::function<void(Result<QList<Silence>>)> done)
{
    done(QList<Silence>{});
}

void Runtime::previewSilence(const QString &, QObject *, std::function<void(Result<SilencePreview>)> done)
{
    done(SilencePreview{});
}

void Runtime::loadSuppressions(QObject *, std::function<void(Result<QList<Suppression>>)> done)
{
    done(QList<Suppression>{});
}

void Runtime::loadNotes(const QUuid &, QObject *, std::function<void(Result<QList<Note>>)> done)
{
    done(QList<Note>{});
}

void Runtime::notePresence() {}

} // namespace escalite::runtime
