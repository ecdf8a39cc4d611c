// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/configtext.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

struct ConfigText
{
    Q_DECLARE_TR_FUNCTIONS(ConfigText)
};

/// Reads a Python string that begins at \a at with its quote; \a at ends behind it. Writes it as JSON's.
QString quoted(const QString &text, qsizetype &at)
{
    const QChar quote = text.at(at++);
    QString json(u'"');
    while (at < text.size() && text.at(at) != quote) {
        const QChar c = text.at(at++);
        if (c == u'\\' && at < text.size()) {
            const QChar escaped = text.at(at++);
            if (escaped == u'\'')
                json += escaped;
            else
                json += QString(c) + escaped;
        } else if (c == u'"') {
            json += u"\\\""_s;
        } else {
            json += c;
        }
    }
    ++at;
    return json + u'"';
}

} // namespace

QString jsonFromPython(const QString &text)
{
    static const QRegularExpression assignment(u"^\\s*[A-Za-z_][\\w.]*\\s*(:[^=\\n]*)?=\\s*(?=[\\[{])"_s);
    QString source = text;
    source.remove(assignment);
    QString json;
    qsizetype comma = -1; // Where the last comma stands while only blanks follow it.
    for (qsizetype at = 0; at < source.size();) {
        const QChar c = source.at(at);
        if (c == u'#') {
            while (at < source.size() && source.at(at) != u'\n')
                ++at;
            continue;
        }
        if (c == u'\'' || c == u'"') {
            json += quoted(source, at);
            comma = -1;
            continue;
        }
        if (c.isLetter() || c == u'_') {
            const qsizetype from = at;
            while (at < source.size() && (source.at(at).isLetterOrNumber() || source.at(at) == u'_'))
                ++at;
            const QString word = source.sliced(from, at - from);
            json += word == "True"_L1    ? u"true"_s
                    : word == "False"_L1 ? u"false"_s
                    : word == "None"_L1  ? u"null"_s
                                         : word;
            comma = -1;
            continue;
        }
        if ((c == u'}' || c == u']' || c == u')') && comma >= 0)
            json[comma] = u' ';
        if (c == u',')
            comma = json.size();
        else if (!c.isSpace())
            comma = -1;
        json += c == u'(' ? QChar(u'[') : c == u')' ? QChar(u']') : c;
        ++at;
    }
    return json;
}

Result<QJsonObject> readConfigText(const QString &text)
{
    QJsonParseError error;
    QJsonDocument document = QJsonDocument::fromJson(text.toUtf8(), &error);
    if (error.error != QJsonParseError::NoError) {
        const QByteArray json = jsonFromPython(text).toUtf8();
        document = QJsonDocument::fromJson(json, &error);
        if (error.error != QJsonParseError::NoError) {
            const QString before = QString::fromUtf8(json.first(std::min<qsizetype>(error.offset, json.size())));
            return Error{ErrorCode::Malformed,
                         ConfigText::tr("Neither JSON nor a Python dict: line %1, column %2: %3.")
                             .arg(QString::number(before.count(u'\n') + 1),
                                  QString::number(before.size() - before.lastIndexOf(u'\n')), error.errorString())};
        }
    }
    if (document.isArray())
        return QJsonObject{{u"notifiers"_s, document.array()}};
    QJsonObject object = document.object();
    if (object.contains("type"_L1) && object.contains("config"_L1)) // One notifier alone.
        object = {{u"notifiers"_s, QJsonArray{object}}};
    if (!object.value("notifiers"_L1).isArray())
        return Error{ErrorCode::Unsupported,
                     ConfigText::tr("There is no list “notifiers” in it, so there is nothing to take over.")};
    return object;
}

} // namespace escalite::ui
