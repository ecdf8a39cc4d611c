// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "message/templatefilter.h"

#include "core/timepoint.h"
#include "message/text.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::message {

namespace {
/// Reads "2026-11-22 08:57:43 UTC", as times stand in values, and RFC 3339.
QDateTime timeIn(const QString &value)
{
    QString text = value;
    if (text.endsWith(u" UTC"_s)) {
        text.chop(4);
        text.replace(u' ', u'T').append(u'Z');
    }
    return timePointFromRfc3339(text) ? QDateTime::fromString(text, Qt::ISODateWithMs).toUTC() : QDateTime();
}
} // namespace

bool isTimeForm(const QString &form)
{
    return !form.isEmpty() && std::all_of(form.begin(), form.end(), [](QChar c) {
        return QStringView(u"yMdHhmszAaPp").contains(c) || !c.isLetter();
    }) && !form.contains(u'\'');
}

QString filtered(QString value, const QList<Filter> &filters)
{
    for (const Filter &filter : filters) {
        switch (filter.kind) {
        case FilterKind::Upper:
            value = value.toUpper();
            break;
        case FilterKind::Lower:
            value = value.toLower();
            break;
        case FilterKind::First:
            value = fit(value, filter.number);
            break;
        case FilterKind::Default:
            value = value.isEmpty() ? filter.text : value;
            break;
        case FilterKind::Time:
            if (const QDateTime time = timeIn(value); time.isValid())
                value = QLocale::c().toString(time, filter.text);
            break;
        }
    }
    return value;
}

} // namespace escalite::message
