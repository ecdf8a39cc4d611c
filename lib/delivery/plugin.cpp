// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "delivery/plugin.h"

#include "core/json.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonObject>
#include <QLibraryInfo>
#include <QPluginLoader>
#include <QRegularExpression>
#include <QVersionNumber>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace escalite::delivery {

namespace {

/// Why others than the user and root could change what stands at \a path, a file or a folder; empty when they cannot.
QString openness(const QString &path)
{
    struct stat status = {};
    if (::lstat(QFile::encodeName(path).constData(), &status) != 0)
        return u"%1 cannot be looked at"_s.arg(path);
    if (S_ISLNK(status.st_mode))
        return u"%1 is a symbolic link; name the place itself"_s.arg(path);
    if (status.st_uid != ::geteuid() && status.st_uid != 0)
        return u"%1 belongs to another user"_s.arg(path);
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        return u"others may write to %1; run: chmod go-w %1"_s.arg(path);
    return {};
}

/// The same of the folders above \a path. A sticky folder such as /tmp lets others make what is theirs, and no more.
QString opennessAbove(const QString &path)
{
    QDir folder(path);
    while (folder.cdUp()) {
        struct stat status = {};
        if (::stat(QFile::encodeName(folder.path()).constData(), &status) != 0)
            return u"%1 cannot be looked at"_s.arg(folder.path());
        if (status.st_uid != ::geteuid() && status.st_uid != 0)
            return u"%1 belongs to another user"_s.arg(folder.path());
        if ((status.st_mode & (S_IWGRP | S_IWOTH)) && !(status.st_mode & S_ISVTX))
            return u"others may write to %1; run: chmod go-w %1"_s.arg(folder.path());
    }
    return {};
}

QString folderObjection(const QString &folder)
{
    if (!QDir::isAbsolutePath(folder))
        return u"A folder of plug-ins must be a whole path, from the root on; %1 is none"_s.arg(folder);
    const QString clean = QDir::cleanPath(folder);
    if (!QFileInfo(clean).isDir())
        return u"There is no folder %1"_s.arg(clean);
    QString why = openness(clean);
    if (why.isEmpty())
        why = opennessAbove(clean);
    return why.isEmpty() ? QString() : u"Plug-ins are not loaded from %1: %2"_s.arg(clean, why);
}

/// "0.1" of "0.1.0": before version 1, what is between minor versions may differ.
QVersionNumber seriesOf(const QString &version)
{
    const QVersionNumber number = QVersionNumber::fromString(version);
    return {number.majorVersion(), number.minorVersion()};
}

/// What the library says of itself, read from the file without running any of it.
QString metadataObjection(const QJsonObject &about)
{
    const QString interface = about.value(u"IID"_s).toString();
    if (interface.isEmpty())
        return u"it is no Qt plug-in"_s;
    if (interface != QLatin1StringView(EscaliteNotifierPlugin_iid))
        return u"it is a plug-in for %1, and %2 is expected"_s.arg(interface.left(100),
                                                                   QLatin1StringView(EscaliteNotifierPlugin_iid));
    const int qt = about.value(u"version"_s).toInt(); // 0xMMNNPP
    if ((qt >> 16) != QT_VERSION_MAJOR || ((qt >> 8) & 0xff) > QLibraryInfo::version().minorVersion())
        return u"it was built with Qt %1.%2, and this program runs with Qt %3"_s.arg(
            QString::number(qt >> 16), QString::number((qt >> 8) & 0xff), QLibraryInfo::version().toString());
    const QString version = about.value(u"MetaData"_s).toObject().value(u"escalite"_s).toString();
    if (version.isEmpty())
        return u"it does not say for which version of Escalite it was built (member \"escalite\" of its metadata)"_s;
    const QString own = QStringLiteral(ESCALITE_VERSION);
    if (seriesOf(version) != seriesOf(own))
        return u"it was built for Escalite %1, and this is %2; build it again"_s.arg(version.left(40), own);
    return {};
}

QString typeObjection(const NotifierType *type)
{
    static const QRegularExpression word(u"^[a-z][a-z0-9_]{0,39}$"_s);
    if (!type || !type->id || !type->name || !type->render || !type->create || !type->target)
        return u"a type of it has no id, name, render, create or target"_s;
    if (!word.match(QLatin1StringView(type->id)).hasMatch())
        return u"the id of a type must be a word such as \"pager_x\", and %1 is none"_s.arg(
            QString::fromLatin1(type->id).left(40));
    for (const Field &field : type->fields) {
        if (!field.key || !field.label || (field.kind == Field::Kind::Choice && !field.choices))
            return u"a field of type %1 has no key, label or choices"_s.arg(QLatin1StringView(type->id));
    }
    return {};
}

/// Why \a file is not loaded, or nothing when its types are in \a catalogue.
QString load(const QString &file, const QStringList &replace, NotifierCatalogue &catalogue)
{
    if (QString why = openness(file); !why.isEmpty())
        return why;
    QPluginLoader loader(file); // Its end leaves the library loaded.
    if (QString why = metadataObjection(loader.metaData()); !why.isEmpty())
        return why;
    QObject *root = loader.instance();
    if (!root)
        return u"it cannot be loaded: %1"_s.arg(loader.errorString());
    const auto *plugin = qobject_cast<NotifierPlugin *>(root);
    if (!plugin)
        return u"its root object is no NotifierPlugin"_s;
    if (plugin->interfaceVersion() != NotifierInterfaceVersion || plugin->layout() != NotifierLayout)
        return u"it was built from other headers than this program; build it again"_s;
    const auto types = plugin->types();
    if (types.empty())
        return u"it offers no notifier"_s;
    for (const NotifierType *type : types) { // All or none.
        if (QString why = typeObjection(type); !why.isEmpty())
            return why;
        if (catalogue.find(QString::fromLatin1(type->id)) && !replace.contains(QLatin1StringView(type->id)))
            return u"its type \"%1\" exists already; to put it in the place of that one, name it in \"replace\""_s.arg(
                QLatin1StringView(type->id));
    }
    for (const NotifierType *type : types)
        catalogue.add(*type, true);
    return {};
}

} // namespace

void loadPlugin(const QString &file, const QStringList &replace, NotifierCatalogue &catalogue, const QString &pointer,
                Problems &problems)
{
    const QString why = load(file, replace, catalogue);
    if (!why.isEmpty())
        problems.append({.severity = Problem::Severity::Error,
                         .pointer = pointer,
                         .message = u"The plug-in %1 is not loaded: %2"_s.arg(file, why)});
}

void loadPlugins(const PluginOptions &options, NotifierCatalogue &catalogue, const QString &pointer, Problems &problems)
{
    QStringList known;
    const QList<const NotifierType *> types = catalogue.types();
    for (const NotifierType *type : types)
        known.append(QString::fromLatin1(type->id));
    for (qsizetype i = 0; i < options.replace.size(); ++i) {
        if (!known.contains(options.replace.at(i)))
            problems.append({.severity = Problem::Severity::Warning,
                             .pointer = pointerTo(pointerTo(pointer, u"replace"), i),
                             .message = u"There is no notifier type %1 to replace; known are %2"_s.arg(
                                 options.replace.at(i).left(64), known.join(", "_L1))});
    }
    for (qsizetype i = 0; i < options.folders.size(); ++i) {
        const QString here = pointerTo(pointerTo(pointer, u"folders"), i);
        const QString &folder = options.folders.at(i);
        if (QString why = folderObjection(folder); !why.isEmpty()) {
            problems.append({.severity = Problem::Severity::Error, .pointer = here, .message = why});
            continue;
        }
        const QStringList files = QDir(folder).entryList({u"*.so"_s}, QDir::Files | QDir::System, QDir::Name);
        for (const QString &file : files)
            loadPlugin(QDir::cleanPath(folder) + u'/' + file, options.replace, catalogue, here, problems);
    }
}

} // namespace escalite::delivery
