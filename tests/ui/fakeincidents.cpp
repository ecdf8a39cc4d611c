// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What the console of the window's tests knows of incidents and silences.

#include "ui/fakeconsole.h"

namespace escalite::test {

void FakeConsole::loadIncident(const QUuid &, QObject *, std::function<void(Result<runtime::IncidentDetail>)> done)
{
    done(runtime::IncidentDetail{});
}

QList<Silence> FakeConsole::silences() const
{
    return {};
}

void FakeConsole::loadSilences(QObject *, std::function<void(Result<QList<Silence>>)> done)
{
    done(QList<Silence>{});
}

void FakeConsole::previewSilence(const QString &, QObject *, std::function<void(Result<runtime::SilencePreview>)> done)
{
    done(runtime::SilencePreview{});
}

void FakeConsole::loadSuppressions(QObject *, std::function<void(Result<QList<Suppression>>)> done)
{
    done(QList<Suppression>{});
}

void FakeConsole::loadNotes(const QUuid &, QObject *, std::function<void(Result<QList<Note>>)> done)
{
    done(QList<Note>{});
}

void FakeConsole::notePresence() {}

} // namespace escalite::test
