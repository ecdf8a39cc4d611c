// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Where secrets that people type are kept: one 0600 file each, which the configuration names. A file is never written
// over, so that the configuration that stands keeps working until the next one is in its place. Files thread.

#pragma once

#include "core/result.h"

#include <QString>
#include <QStringList>

namespace escalite::runtime {

class SecretFolder
{
public:
    explicit SecretFolder(QString path) : m_path(std::move(path)) {}

    /// Writes \a secret to a file of its own and answers the file's path.
    Result<QString> keep(const QString &notifier, const QString &key, const QString &secret);
    /// \a file is not needed any more; one that lies elsewhere is not ours to delete.
    void drop(const QString &file);

    /// The configuration that names the new files is in its place: dropped ones go, unless \a text still names them.
    void settle(const QByteArray &text);
    /// It is not: the new files go.
    void undo();

private:
    QString m_path;
    QStringList m_written;
    QStringList m_dropped;
};

} // namespace escalite::runtime
