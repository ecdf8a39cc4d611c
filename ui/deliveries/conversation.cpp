// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/deliveries/conversation.h"

#include "ui/theme/theme.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/timetext.h"

#include <QCoreApplication>

#include <algorithm>

namespace escalite::ui {

namespace {

struct Conversation
{
    Q_DECLARE_TR_FUNCTIONS(Conversation)
};

constexpr qsizetype StageWidth = 13;

QString seconds(Duration since)
{
    return QString::number(static_cast<double>(since.count()) / 1e6, 'f', 3);
}

/// A sign that no translation changes: the highlighter looks for it.
QString failedMark()
{
    return QStringLiteral("✗ ");
}

QString stagesText(const Outcome &outcome)
{
    QString text;
    Duration since{};
    for (const Outcome::Stage &stage : outcome.stages) {
        QString line = seconds(since) + QStringLiteral("  ") + (stage.ok ? QString() : failedMark())
                       + shownLine(stage.name, 40).leftJustified(stage.ok ? StageWidth : StageWidth - 2) + u' '
                       + toText(stage.took).leftJustified(9);
        if (!stage.detail.isEmpty())
            line += u' ' + shownLine(stage.detail, 400);
        text += line.trimmed() + u'\n';
        since += stage.took;
    }
    return text;
}

} // namespace

QString outcomeWords(Outcome::Kind kind)
{
    switch (kind) {
    case Outcome::Kind::Delivered:
        return Conversation::tr("delivered");
    case Outcome::Kind::Accepted:
        return Conversation::tr("accepted");
    case Outcome::Kind::Transient:
        return Conversation::tr("failed for now");
    case Outcome::Kind::Permanent:
        return Conversation::tr("refused");
    case Outcome::Kind::Poison:
        return Conversation::tr("content refused");
    case Outcome::Kind::Misconfigured:
        return Conversation::tr("settings refused");
    case Outcome::Kind::Moved:
        return Conversation::tr("moved");
    case Outcome::Kind::Ambiguous:
        return Conversation::tr("no answer, may have arrived");
    }
    return {};
}

QString conversationText(const QList<Attempt> &attempts)
{
    if (attempts.isEmpty())
        return Conversation::tr("Nothing was said yet: no try has been made.");
    QString text;
    for (auto attempt = attempts.crbegin(); attempt != attempts.crend(); ++attempt) {
        if (!text.isEmpty())
            text += u'\n';
        if (attempts.size() > 1)
            text += Conversation::tr("Try %1 at %2, %3, %4")
                        .arg(QString::number(attempt->number), timeOfDayMs(attempt->startedAt),
                             toText(attempt->finishedAt - attempt->startedAt), outcomeWords(attempt->outcome.kind))
                    + u'\n';
        const QString stages = stagesText(attempt->outcome);
        const QString transcript = attempt->outcome.transcript.trimmed();
        if (!stages.isEmpty() && !transcript.isEmpty())
            text += stages + u'\n' + transcript + u'\n';
        else if (stages.isEmpty() && transcript.isEmpty())
            text += shownLine(attempt->outcome.detail) + u'\n';
        else
            text += stages + transcript + (transcript.isEmpty() ? QString() : QStringLiteral("\n"));
    }
    text.chop(1);
    return shownLines(text);
}

void ConversationHighlighter::setActive(bool active)
{
    if (m_active == active)
        return;
    m_active = active;
    rehighlight();
}

void ConversationHighlighter::highlightBlock(const QString &text)
{
    if (!m_active)
        return;
    const Theme &theme = Theme::current();
    const int length = static_cast<int>(text.size());
    // "0.041  connect …": the seconds step back.
    int begin = 0;
    while (begin < length && (text.at(begin).isDigit() || text.at(begin) == u'.'))
        ++begin;
    const bool timed = begin > 2 && text.indexOf(u'.') == begin - 4 && begin < length;
    if (timed)
        setFormat(0, begin, theme.text3);
    const QStringView rest = QStringView(text).mid(timed ? begin : 0).trimmed();
    const int from = timed ? begin : 0;
    if (rest.startsWith(failedMark()))
        setFormat(from, length - from, theme.errorText);
    else if (rest.startsWith(u"< 4"))
        setFormat(from, length - from, theme.warningText);
    else if (rest.startsWith(u"< 5"))
        setFormat(from, length - from, theme.errorText);
    else if (!timed && !rest.startsWith(u'<') && !rest.startsWith(u'>'))
        setFormat(0, length, theme.text2);
}

} // namespace escalite::ui
