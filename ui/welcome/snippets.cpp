// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/welcome/snippets.h"

#include <QCoreApplication>
#include <QFile>

namespace escalite::ui {

namespace {

QString resource(const QString &name)
{
    QFile file(QStringLiteral(":/snippets/") + name);
    const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened);
    return opened ? QString::fromUtf8(file.readAll()).trimmed() : QString();
}

} // namespace

QStringList snippetNames()
{
    return {QStringLiteral("curl"), QStringLiteral("python"), QStringLiteral("ndjson")};
}

QString snippetTitle(const QString &name)
{
    if (name == QStringLiteral("python"))
        return QCoreApplication::translate("Snippets", "Python (Escalite)");
    if (name == QStringLiteral("ndjson"))
        return QCoreApplication::translate("Snippets", "NDJSON");
    return name;
}

QString snippet(const QString &name, const QString &url, const QString &token)
{
    QString text = resource(name + QStringLiteral(".txt"));
    text.replace(QStringLiteral("{{url}}"), url);
    text.replace(QStringLiteral("{{token}}"), token);
    return text;
}

QString notifiersExample()
{
    return resource(QStringLiteral("notifiers.json"));
}

QString maskedToken(const QString &token)
{
    if (token.isEmpty())
        return {};
    const qsizetype kind = token.indexOf(u'_') + 1;
    return token.left(kind) + QString(8, QChar(0x2022)) + (token.size() - kind > 12 ? token.right(4) : QString());
}

} // namespace escalite::ui
