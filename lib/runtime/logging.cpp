// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/logging.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

Q_LOGGING_CATEGORY(lcRuntime, "escalite.runtime", QtInfoMsg)

namespace {

LogFormat format = LogFormat::Text; // set once, before other threads start

const char *levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return "debug";
    case QtInfoMsg:
        return "info";
    case QtWarningMsg:
        return "warning";
    case QtCriticalMsg:
        return "error";
    case QtFatalMsg:
        return "critical";
    }
    return "info";
}

QByteArray escaped(const QString &text)
{
    QByteArray line;
    for (const char c : text.toUtf8()) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            line += "\\x" + QByteArray::number(static_cast<uchar>(c), 16).rightJustified(2, '0');
        else
            line += c;
    }
    return line;
}

void write(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    const QString now = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs);
    const QString category = QString::fromLatin1(context.category);
    QByteArray line;
    if (format == LogFormat::Json) {
        line = QJsonDocument(QJsonObject{{u"time"_s, now},
                                         {u"level"_s, QLatin1String(levelOf(type))},
                                         {u"category"_s, category},
                                         {u"message"_s, text}})
                   .toJson(QJsonDocument::Compact);
    } else {
        line = now.toLatin1() + ' ' + levelOf(type) + ' ' + category.toLatin1() + ": " + escaped(text);
    }
    line += '\n';
    std::fwrite(line.constData(), 1, static_cast<size_t>(line.size()), stderr);
}

} // namespace

void installLog(LogFormat chosen)
{
    format = chosen;
    qInstallMessageHandler(write);
}

} // namespace escalite::runtime
