// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/secretfolder.h"

#include "runtime/files.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <utility>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr qsizetype LongestName = 100; // of a notifier in a file's name, which may have 255 bytes

/// The paths that the notifiers of \a text name for their secrets.
QStringList namedIn(const QByteArray &text)
{
    QStringList paths;
    const QJsonArray notifiers = QJsonDocument::fromJson(text).object().value(u"notifiers"_s).toArray();
    for (const auto &element : notifiers) {
        const QJsonObject config = element.toObject().value(u"config"_s).toObject();
        for (auto member = config.begin(); member != config.end(); ++member) {
            if (member.key().endsWith("_file"_L1))
                paths << QFileInfo(member.value().toString()).absoluteFilePath();
        }
    }
    return paths;
}

} // namespace

Result<QString> SecretFolder::keep(const QString &notifier, const QString &key, const QString &secret)
{
    const QByteArray name = QUrl::toPercentEncoding(notifier).left(LongestName);
    const QString stem = m_path + u'/' + QString::fromLatin1(name) + u'.' + key;
    QString file = stem;
    for (int number = 2; QFileInfo::exists(file); ++number)
        file = stem + u'.' + QString::number(number);
    if (const auto written = writeFile(file, secret.toUtf8() + '\n'); !written)
        return written.error();
    m_written << file;
    return file;
}

void SecretFolder::drop(const QString &file)
{
    if (QFileInfo(file).absolutePath() == QFileInfo(m_path).absoluteFilePath())
        m_dropped << QFileInfo(file).absoluteFilePath();
}

void SecretFolder::settle(const QByteArray &text)
{
    m_written.clear();
    if (m_dropped.isEmpty())
        return;
    const QStringList named = namedIn(text);
    for (const QString &file : std::exchange(m_dropped, {})) {
        if (!named.contains(file))
            QFile::remove(file);
    }
}

void SecretFolder::undo()
{
    for (const QString &file : std::exchange(m_written, {}))
        QFile::remove(file);
    m_dropped.clear();
}

} // namespace escalite::runtime
