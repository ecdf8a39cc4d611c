// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "app/commandline.h"

#include "message/patterns.h"
#include "message/redaction.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::app {

namespace {

constexpr auto Hidden = "[hidden: secret]"_L1;

QString quoted(QString word)
{
    const bool isPlain = !word.isEmpty() && std::all_of(word.begin(), word.end(), [](QChar c) {
        return c.isLetterOrNumber() || u"_-./@+#%:=,^"_s.contains(c);
    });
    return isPlain ? word : u'\'' + word.replace(u'\'', u"'\\''"_s) + u'\'';
}

QString withoutDashes(const QString &word)
{
    qsizetype dashes = 0;
    while (dashes < word.size() && word.at(dashes) == u'-')
        ++dashes;
    return word.sliced(dashes);
}

bool isName(const QString &word)
{
    return !word.isEmpty() && std::all_of(word.begin(), word.end(), [](QChar c) {
        return c.isLetterOrNumber() || u"_-."_s.contains(c);
    });
}

bool isOption(const QString &word)
{
    return word.size() > 1 && word.startsWith(u'-');
}

/// Name and password as curl and wget take them in one word after these.
bool takesNameAndPassword(const QString &option)
{
    return option == "-u"_L1 || option == "-U"_L1 || option == "--user"_L1 || option == "--proxy-user"_L1;
}

} // namespace

QString shownCommand(const QStringList &words)
{
    const message::RedactionRules rules{.emailAddresses = false};
    QStringList shown;
    for (qsizetype i = 0; i < words.size(); ++i) {
        const QString &word = words.at(i);
        const QString before = i > 0 ? words.at(i - 1) : QString();
        const qsizetype equals = word.indexOf(u'=');
        QList<Rendered::Hidden> hidden;
        if (i > 1 && isOption(before) && !before.contains(u'=') && message::isSecretKey(withoutDashes(before))
            && !isOption(word))
            shown.append(Hidden);
        else if (i > 1 && takesNameAndPassword(before) && word.contains(u':'))
            shown.append(quoted(word.section(u':', 0, 0)) + u':' + Hidden);
        else if (isName(word.first(std::max<qsizetype>(equals, 0)))
                 && message::isSecretKey(withoutDashes(word.first(equals))))
            shown.append(word.first(equals + 1) + Hidden);
        else
            shown.append(quoted(message::redact(word, rules, hidden, {})));
    }
    return shown.join(u' ');
}

} // namespace escalite::app
