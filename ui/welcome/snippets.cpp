// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/welcome/snippets.h"

#include <QCoreApplication>
#include <QFile>
#include <QSaveFile>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

struct Snippet
{
    QLatin1StringView name;
    const char *title;
    QLatin1StringView client;
};
constexpr std::array Snippets{
    Snippet{"curl"_L1, QT_TRANSLATE_NOOP("Snippets", "curl"), "escalite-console.sh"_L1},
    Snippet{"python"_L1, QT_TRANSLATE_NOOP("Snippets", "Python"), "escalite_console.py"_L1},
    Snippet{"node"_L1, QT_TRANSLATE_NOOP("Snippets", "Node"), "escalite-console.mjs"_L1},
    Snippet{"go"_L1, QT_TRANSLATE_NOOP("Snippets", "Go"), "escalite_console.go"_L1},
    Snippet{"cpp"_L1, QT_TRANSLATE_NOOP("Snippets", "C++"), ""_L1},
    Snippet{"events"_L1, QT_TRANSLATE_NOOP("Snippets", "Live events"), "escalite-console.sh"_L1},
};

const Snippet *find(const QString &name)
{
    const auto *const found =
        std::find_if(Snippets.begin(), Snippets.end(), [&](const Snippet &one) { return one.name == name; });
    return found != Snippets.end() ? found : nullptr;
}

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
    QStringList names;
    for (const Snippet &one : Snippets)
        names.append(one.name);
    return names;
}

QString snippetTitle(const QString &name)
{
    const Snippet *one = find(name);
    return one ? QCoreApplication::translate("Snippets", one->title) : name;
}

QString clientFile(const QString &name)
{
    const Snippet *one = find(name);
    return one ? QString(one->client) : QString();
}

std::optional<Error> writeClient(const QString &file, const QString &path)
{
    QFile in(u":/escalite/clients/"_s + file);
    if (!in.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Unavailable, u"This build has no file %1."_s.arg(file)};
    QSaveFile out(path);
    if (!out.open(QIODevice::WriteOnly) || out.write(in.readAll()) != in.size() || !out.commit())
        return Error{ErrorCode::Unavailable, u"%1 cannot be written: %2."_s.arg(path, out.errorString())};
    if (file.endsWith(".sh"_L1))
        QFile::setPermissions(path, QFile::permissions(path) | QFile::ExeOwner | QFile::ExeUser | QFile::ExeGroup
                                        | QFile::ExeOther);
    return std::nullopt;
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
