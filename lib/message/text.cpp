// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Cuts, marks and escapes for text that came from elsewhere.

#include "message/text.h"

#include <QTextBoundaryFinder>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::message {

namespace {

/// Beyond so many marks on one letter text is no longer written but drawn (reliability.md B.7).
constexpr int MostCombining = 8;

struct Range
{
    char32_t first;
    char32_t last;
};

/// Default_Ignorable_Code_Point of Unicode 15 (DerivedCoreProperties.txt), with the line and paragraph separators.
constexpr std::array Invisible{
    Range{0x00AD, 0x00AD},   Range{0x034F, 0x034F}, Range{0x061C, 0x061C},   Range{0x115F, 0x1160},
    Range{0x17B4, 0x17B5},   Range{0x180B, 0x180F}, Range{0x200B, 0x200F},   Range{0x2028, 0x202E},
    Range{0x2060, 0x206F},   Range{0x3164, 0x3164}, Range{0xFE00, 0xFE0F},   Range{0xFEFF, 0xFEFF},
    Range{0xFFA0, 0xFFA0},   Range{0xFFF0, 0xFFF8}, Range{0x1BCA0, 0x1BCA3}, Range{0x1D173, 0x1D17A},
    Range{0xE0000, 0xE0FFF},
};

constexpr char32_t Joiner = 0x200D;
constexpr char32_t TextStyle = 0xFE0E;
constexpr char32_t EmojiStyle = 0xFE0F;

bool isInvisible(char32_t point)
{
    return std::any_of(Invisible.begin(), Invisible.end(),
                       [point](const Range &range) { return range.first <= point && point <= range.last; });
}

bool isCombining(char32_t point)
{
    const QChar::Category category = QChar::category(point);
    return category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing;
}

bool isPictograph(char32_t point)
{
    return QChar::category(point) == QChar::Symbol_Other;
}

bool isSkinTone(char32_t point)
{
    return point >= 0x1F3FB && point <= 0x1F3FF;
}

/// A joiner or a style selector is no trick where it belongs: within an emoji.
bool belongs(char32_t point, char32_t before, char32_t after)
{
    if (point == Joiner)
        return (isPictograph(before) || isSkinTone(before) || before == EmojiStyle) && isPictograph(after);
    const bool keycap = (before >= U'0' && before <= U'9') || before == U'#' || before == U'*';
    return (point == EmojiStyle || point == TextStyle) && (isPictograph(before) || (keycap && after == 0x20E3));
}

/// Qt 6.4 sees boundaries within an emoji that has a skin tone (E_Base, E_Modifier), even between its surrogates.
bool splitsEmoji(const QString &text, qsizetype at)
{
    if (at <= 0 || at >= text.size())
        return false;
    if (text.at(at).isLowSurrogate())
        return text.at(at - 1).isHighSurrogate();
    if (!text.at(at).isHighSurrogate() || at + 1 >= text.size())
        return false;
    return isSkinTone(QChar::surrogateToUcs4(text.at(at), text.at(at + 1)));
}

QString markOf(char32_t point)
{
    if (point < 0x20)
        return QString(QChar(static_cast<char16_t>(0x2400 + point)));
    if (point == 0x7F)
        return u"␡"_s;
    return u"⟨U+"_s + QString::number(point, 16).toUpper().rightJustified(4, u'0') + u'⟩';
}

} // namespace

QString fit(const QString &text, qsizetype limit)
{
    if (limit <= 0)
        return {};
    if (text.size() <= limit)
        return text;
    // Whether a boundary is one shows from what stands before it and right behind it.
    constexpr qsizetype Behind = 4;
    const QString start = text.first(std::min(text.size(), limit + Behind));
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, start);
    qsizetype end = limit - 1;
    finder.setPosition(end);
    while (end > 0 && (!finder.isAtBoundary() || splitsEmoji(start, end))) {
        --end;
        finder.setPosition(end);
    }
    return start.first(end) + u'…';
}

QList<qsizetype> characterEnds(const QString &text)
{
    QList<qsizetype> ends;
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
    for (qsizetype at = finder.toNextBoundary(); at > 0; at = finder.toNextBoundary()) {
        if (!splitsEmoji(text, at))
            ends.append(at);
    }
    return ends;
}

QString visible(const QString &text, bool multiline)
{
    const QList<uint> points = text.toUcs4(); // a lone surrogate becomes U+FFFD here
    QString result;
    result.reserve(text.size());
    int combining = 0;
    for (qsizetype i = 0; i < points.size(); ++i) {
        const char32_t point = points.at(i);
        const char32_t before = i > 0 ? points.at(i - 1) : 0;
        const char32_t after = i + 1 < points.size() ? points.at(i + 1) : 0;
        if (isCombining(point) && !isInvisible(point)) {
            if (++combining <= MostCombining)
                result += QString::fromUcs4(&point, 1);
            continue;
        }
        combining = 0;
        if (multiline && (point == U'\n' || point == U'\t'))
            result += QChar(static_cast<char16_t>(point));
        else if (multiline && point == U'\r' && after == U'\n')
            continue;
        else if (point < 0x20 || (point >= 0x7F && point < 0xA0)
                 || (isInvisible(point) && !belongs(point, before, after)))
            result += markOf(point);
        else
            result += QString::fromUcs4(&point, 1);
    }
    return result;
}

QString escapeSlack(const QString &text)
{
    return QString(text).replace(u'&', "&amp;"_L1).replace(u'<', "&lt;"_L1).replace(u'>', "&gt;"_L1);
}

QString escapeHtml(const QString &text)
{
    return escapeSlack(text).replace(u'"', "&quot;"_L1).replace(u'\'', "&#39;"_L1);
}

} // namespace escalite::message
