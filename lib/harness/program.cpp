// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "harness/program.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

QByteArray endOf(Fault fault)
{
    switch (fault) {
    case Fault::Unavailable:
        return "exit 75\n";
    case Fault::RecipientRefused:
        return "exit 64\n";
    case Fault::AuthRefused:
        return "echo '{\"outcome\":\"misconfigured\",\"detail\":\"The key is refused.\"}'\nexit 1\n";
    case Fault::StallAfter:
        return "exec sleep 600\n";
    case Fault::Garbage:
        return "printf '{\"outcome\":\\001\\377\\n'\nexit 0\n";
    default:
        return "exit 0\n";
    }
}

} // namespace

std::optional<Error> Program::write(Fault fault)
{
    QFile file(path());
    // The rename makes what was read appear whole.
    const QByteArray text =
        "#!/bin/sh\ncd \"$(dirname \"$0\")\" || exit 70\ncat > \"part.$$\" && mv \"part.$$\" \"read.$$\" || exit 70\n"
        + endOf(fault);
    if (!m_folder.isValid() || !file.open(QIODevice::WriteOnly) || file.write(text) != text.size()
        || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner))
        return Error{ErrorCode::Unavailable,
                     u"The program for the proof cannot be written: %1"_s.arg(file.errorString())};
    return std::nullopt;
}

void Program::remove()
{
    QFile::remove(path());
}

QList<QByteArray> Program::received() const
{
    QList<QByteArray> all;
    const QDir folder(m_folder.path());
    const QStringList names = folder.entryList({u"read.*"_s}, QDir::Files, QDir::Time | QDir::Reversed);
    for (const QString &name : names) {
        QFile file(folder.filePath(name));
        all.append(file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
    }
    return all;
}

} // namespace escalite::harness
