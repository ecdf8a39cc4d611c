// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "message/split.h"

#include "message/text.h"

#include <QList>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <optional>

using namespace Qt::StringLiterals;

namespace escalite::message {

namespace {

constexpr qsizetype NoticeSize = 32; ///< "…\n… 123456 more lines"

struct Tag
{
    qsizetype at = 0; ///< Before the character of the visible text at this place.
    QString raw{};    ///< "<a href=…>"
    QString name{};
    bool closes = false;
};

/// Text with what the reader does not see set apart.
struct Marked
{
    QString text{};
    QList<Tag> tags{};
    QString problem{};
};

QString same(const QString &text)
{
    return text;
}

QString closerOf(const Tag &tag)
{
    return u"</%1>"_s.arg(tag.name);
}

/// The tags of Bot API's "HTML style" and what may stand behind their names.
bool isKnownTag(const QString &name, const QString &attributes)
{
    static const QStringList bare{u"b"_s,    u"strong"_s,     u"i"_s,         u"em"_s,  u"u"_s,
                                  u"ins"_s,  u"s"_s,          u"strike"_s,    u"del"_s, u"pre"_s,
                                  u"code"_s, u"blockquote"_s, u"tg-spoiler"_s};
    static const QRegularExpression link(u"^ +href=(\"[^\"<>]*\"|'[^'<>]*')$"_s);
    static const QRegularExpression language(u"^ +class=\"language-[A-Za-z0-9_+#-]+\"$"_s);
    static const QRegularExpression emoji(u"^ +emoji-id=\"[0-9]+\"$"_s);
    if (name == "a"_L1)
        return link.match(attributes).hasMatch();
    if (name == "span"_L1)
        return attributes.trimmed() == "class=\"tg-spoiler\""_L1;
    if (name == "tg-emoji"_L1)
        return emoji.match(attributes).hasMatch();
    if (attributes.trimmed().isEmpty())
        return bare.contains(name);
    return (name == "code"_L1 && language.match(attributes).hasMatch())
           || (name == "blockquote"_L1 && attributes.trimmed() == "expandable"_L1);
}

/// The character that the entity at \a at stands for, which is moved behind it; nothing when there is none.
QString entityAt(const QString &html, qsizetype &at)
{
    static const QRegularExpression entity(u"&(?:(lt|gt|amp|quot)|#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6}));"_s);
    const QRegularExpressionMatch match =
        entity.match(html, at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
    if (!match.hasMatch())
        return {};
    at = match.capturedEnd();
    const QString name = match.captured(1);
    if (!name.isEmpty())
        return name == "lt"_L1 ? u"<"_s : name == "gt"_L1 ? u">"_s : name == "amp"_L1 ? u"&"_s : u"\""_s;
    const char32_t point =
        match.captured(2).isEmpty() ? match.captured(3).toUInt(nullptr, 16) : match.captured(2).toUInt();
    const bool valid = point > 0 && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
    return valid ? QString::fromUcs4(&point, 1) : QString(QChar::ReplacementCharacter);
}

Marked readHtml(const QString &html)
{
    static const QRegularExpression form(u"<(/?)([A-Za-z][A-Za-z-]*)([^<>]*)>"_s);
    Marked marked;
    QStringList open;
    const auto problem = [&marked](const QString &what) {
        if (marked.problem.isEmpty())
            marked.problem = what;
    };
    for (qsizetype at = 0; at < html.size();) {
        if (html.at(at) == u'&') {
            const QString character = entityAt(html, at);
            marked.text += character.isEmpty() ? QString(html.at(at++)) : character;
            continue;
        }
        if (html.at(at) != u'<') {
            marked.text += html.at(at++);
            continue;
        }
        const QRegularExpressionMatch match =
            form.match(html, at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
        if (!match.hasMatch()) {
            problem(u"“<” that begins no tag must be written &lt;"_s);
            marked.text += html.at(at++);
            continue;
        }
        at = match.capturedEnd();
        Tag tag{.at = marked.text.size(),
                .raw = match.captured(),
                .name = match.captured(2).toLower(),
                .closes = !match.captured(1).isEmpty()};
        if (tag.closes) {
            if (open.isEmpty() || open.constLast() != tag.name)
                problem(u"</%1> stands where no <%1> is open"_s.arg(tag.name));
            else
                open.removeLast();
        } else {
            if (!isKnownTag(tag.name, match.captured(3)))
                problem(u"“%1” is no tag that Telegram knows"_s.arg(visible(fit(tag.raw, 40))));
            const QString within = open.isEmpty() ? QString() : open.constLast();
            if (within == "code"_L1 || (within == "pre"_L1 && tag.name != "code"_L1))
                problem(u"<%1> may hold no other tags"_s.arg(within));
            open.append(tag.name);
        }
        marked.tags.append(tag);
    }
    if (!open.isEmpty())
        problem(u"<%1> is not closed"_s.arg(open.constLast()));
    return marked;
}

/// Cuts a marked text into parts.
class Splitter
{
public:
    Splitter(const Marked &marked, const Budget &budget, QString (*escape)(const QString &), bool countsEscaped)
        : m_text(marked.text)
        , m_tags(marked.tags)
        , m_budget(budget)
        , m_escape(escape)
        , m_countsEscaped(countsEscaped)
        , m_ends(characterEnds(marked.text))
        , m_markSize(4 + 2 * QString::number(budget.parts).size())
    {
    }

    Parts split()
    {
        Parts parts;
        const qsizetype whole = reach(0, 0);
        if (whole == m_text.size() || m_budget.parts < 2) {
            parts.texts.append(whole == m_text.size() ? part(whole) : last(0, parts.cut));
            return parts;
        }
        while (m_at < m_text.size()) {
            const bool isLast = parts.texts.size() + 1 == m_budget.parts;
            const qsizetype end = reach(m_at, m_markSize);
            if (end == m_text.size())
                parts.texts.append(part(end));
            else if (isLast)
                parts.texts.append(last(m_markSize, parts.cut));
            else
                parts.texts.append(part(nicest(end)));
            if (isLast)
                break;
            skipBreak();
        }
        if (parts.texts.size() > 1) {
            for (qsizetype i = 0; i < parts.texts.size(); ++i)
                parts.texts[i] += u"\n(%1/%2)"_s.arg(i + 1).arg(parts.texts.size());
        }
        return parts;
    }

private:
    [[nodiscard]] qsizetype unitsOf(const QString &piece, const QString &escaped) const
    {
        return m_countsEscaped ? escaped.size() : piece.size();
    }

    /// How far a part that begins at \a from reaches within the budget less \a reserve; always further than \a from.
    [[nodiscard]] qsizetype reach(qsizetype from, qsizetype reserve) const
    {
        qsizetype units = reserve;
        qsizetype bytes = 3 * reserve;
        QList<Tag> open = m_open;
        for (const Tag &tag : open)
            bytes += tag.raw.toUtf8().size() + closerOf(tag).size();
        qsizetype tag = m_tag;
        qsizetype at = from;
        for (auto end = std::upper_bound(m_ends.begin(), m_ends.end(), from); end != m_ends.end(); ++end) {
            for (; tag < m_tags.size() && m_tags.at(tag).at <= at; ++tag) {
                const Tag &next = m_tags.at(tag);
                if (!next.closes)
                    bytes += next.raw.toUtf8().size() + closerOf(next).size();
            }
            const QString piece = m_text.sliced(at, *end - at);
            const QString escaped = m_escape(piece);
            units += unitsOf(piece, escaped);
            bytes += escaped.toUtf8().size();
            if (units > m_budget.units || (m_budget.bytes > 0 && bytes > m_budget.bytes))
                return at > from ? at : withinCharacter(from, *end, reserve);
            at = *end;
        }
        return at;
    }

    /// A character that is longer than a whole part is cut between its code points.
    [[nodiscard]] qsizetype withinCharacter(qsizetype from, qsizetype end, qsizetype reserve) const
    {
        qsizetype at = from;
        while (at < end) {
            const qsizetype next = at + (m_text.at(at).isHighSurrogate() && at + 1 < end ? 2 : 1);
            const QString piece = m_text.sliced(from, next - from);
            const QString escaped = m_escape(piece);
            const bool full = unitsOf(piece, escaped) + reserve > m_budget.units
                              || (m_budget.bytes > 0 && escaped.toUtf8().size() + 3 * reserve > m_budget.bytes);
            if (full && at > from)
                return at;
            at = next;
        }
        return at;
    }

    /// The end of a line, else of a word, in the second half of what fits.
    [[nodiscard]] qsizetype nicest(qsizetype end) const
    {
        if (end == m_text.size() || m_text.at(end) == u'\n')
            return end;
        const QStringView part = QStringView(m_text).first(end);
        const qsizetype half = m_at + (end - m_at) / 2;
        if (const qsizetype line = part.lastIndexOf(u'\n'); line >= half)
            return line;
        if (m_text.at(end) == u' ')
            return end;
        const qsizetype word = part.lastIndexOf(u' ');
        return word >= half ? word : end;
    }

    /// From the current place to \a end, which becomes the current place.
    QString part(qsizetype end)
    {
        QString result;
        for (const Tag &tag : std::as_const(m_open))
            result += tag.raw;
        const auto text = [&](qsizetype to) {
            result += m_escape(m_text.sliced(m_at, to - m_at));
            m_at = to;
        };
        for (; m_tag < m_tags.size() && m_tags.at(m_tag).at <= end; ++m_tag) {
            const Tag &tag = m_tags.at(m_tag);
            if (tag.at == end && !tag.closes && end < m_text.size())
                break; // It belongs to what follows.
            text(tag.at);
            result += tag.raw;
            enter(tag);
        }
        text(end);
        for (auto tag = m_open.crbegin(); tag != m_open.crend(); ++tag)
            result += closerOf(*tag);
        return result;
    }

    void enter(const Tag &tag)
    {
        if (!tag.closes)
            m_open.append(tag);
        else if (!m_open.isEmpty())
            m_open.removeLast();
    }

    static bool isBreak(QChar c) { return c == u'\n' || c == u' '; }

    /// The break between two parts is no text of either; nor are tags that close at once.
    void skipBreak()
    {
        if (m_at < m_text.size() && isBreak(m_text.at(m_at)))
            ++m_at;
        for (; m_tag < m_tags.size() && m_tags.at(m_tag).closes && m_tags.at(m_tag).at <= m_at; ++m_tag)
            enter(m_tags.at(m_tag));
    }

    /// As much as fits beside a notice of what does not.
    QString last(qsizetype reserve, bool &cut)
    {
        cut = true;
        qsizetype end = reach(m_at, std::min(reserve + NoticeSize, m_budget.units / 2));
        end = nicest(end);
        const bool wholeLine = end < m_text.size() && m_text.at(end) == u'\n';
        QString result = part(end);
        const QStringView rest = QStringView(m_text).sliced(end).trimmed();
        const qsizetype lines = rest.isEmpty() ? 0 : rest.count(u'\n') + (wholeLine ? 1 : 0);
        if (!wholeLine)
            result += u'…';
        if (lines > 0)
            result += u"\n… %1 more lines"_s.arg(lines);
        return result;
    }

    const QString &m_text;
    const QList<Tag> &m_tags;
    Budget m_budget;
    QString (*m_escape)(const QString &);
    bool m_countsEscaped;
    QList<qsizetype> m_ends;
    qsizetype m_markSize; ///< Of "\n(2/3)".
    qsizetype m_at = 0;   ///< What follows is not in a part yet,
    qsizetype m_tag = 0;  ///< nor are the tags from this one on.
    QList<Tag> m_open;    ///< Where the next part begins.
};

} // namespace

Parts splitText(const QString &text, const Budget &budget, QString (*escape)(const QString &))
{
    const Marked marked{.text = text};
    return Splitter(marked, budget, escape ? escape : same, true).split();
}

Parts splitHtml(const QString &html, const Budget &budget)
{
    const Marked marked = readHtml(html);
    return Splitter(marked, budget, escapeTelegram, false).split();
}

QString htmlProblem(const QString &html)
{
    return readHtml(html).problem;
}

QString htmlText(const QString &html)
{
    return readHtml(html).text;
}

QString escapeTelegram(const QString &text)
{
    return escapeSlack(text).replace(u'"', "&quot;"_L1);
}

} // namespace escalite::message
