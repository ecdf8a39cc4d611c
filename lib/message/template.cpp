// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "message/template.h"

#include "core/nearest.h"
#include "message/templatefilter.h"
#include "message/text.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace escalite::message {

namespace {

constexpr qsizetype LongestTemplate = 16'384;
constexpr qsizetype LongestResult = 262'144; ///< More than any service takes; a bound for what lists multiply.
constexpr qsizetype LongestTold = 40;        ///< Of foreign text in an error.
constexpr int DeepestNesting = 16;
constexpr int MostErrors = 50;
constexpr qsizetype MostCharacters = 100'000; ///< Of "first".

bool isNameCharacter(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'_' || c == u'-'
           || c == u'.';
}

bool isBlank(QChar c)
{
    return c == u' ' || c == u'\t' || c == u'\n' || c == u'\r';
}

/// The row of \a name within the list \a list (empty = none), else the one that is known everywhere.
const TemplateName *findName(QStringView name, QStringView list)
{
    const TemplateName *found = nullptr;
    for (const TemplateName &row : templateNames()) {
        if (name != QLatin1StringView(row.name))
            continue;
        if (row.within && list == QLatin1StringView(row.within))
            return &row;
        if (!row.within)
            found = &row;
    }
    return found;
}

QStringList namesIn(QStringView list)
{
    QStringList names;
    for (const TemplateName &row : templateNames()) {
        const QString name = QString::fromLatin1(row.name);
        if ((!row.within || list == QLatin1StringView(row.within)) && !names.contains(name))
            names.append(name);
    }
    return names;
}

/// The lists that know \a name: "calls and errors".
QString listsOf(QStringView name)
{
    QStringList lists;
    for (const TemplateName &row : templateNames()) {
        if (row.within && name == QLatin1StringView(row.name))
            lists.append(u"{{#%1}}"_s.arg(QLatin1StringView(row.within)));
    }
    return lists.size() < 2 ? lists.join(QString())
                            : lists.first(lists.size() - 1).join(u", "_s) + u" or "_s + lists.last();
}

QString told(QStringView foreign)
{
    return visible(fit(foreign.toString(), LongestTold));
}

QString oneLine(const QString &text)
{
    return visible(text.simplified());
}

} // namespace

struct Template::Node
{
    enum class Kind : quint8 { Text, Value, List, When, Unless };

    Kind kind = Kind::Text;
    QString text{};      ///< The text, or the name.
    bool isItem = false; ///< The name is the current item's.
    bool isList = false;
    QList<Filter> filters{};
    QList<Node> children{};
};

namespace {

/// Reads one template, top to bottom.
class Parser
{
public:
    using Node = Template::Node;

    Parser(const QString &text, QList<TemplateError> &errors) : m_text(text), m_errors(errors) {}

    QList<Node> parse()
    {
        m_open.append(Open{});
        qsizetype at = 0;
        while (at < m_text.size()) {
            const qsizetype begin = m_text.indexOf(u"{{"_s, at);
            if (begin < 0) {
                literal(at, m_text.size());
                break;
            }
            at = tag(at, begin);
        }
        while (m_open.size() > 1) {
            const Open &open = m_open.constLast();
            error(open.position, u"{{%1%2}} is never closed; write {{/%2}} where it ends"_s.arg(open.sigil, open.name));
            close();
        }
        std::stable_sort(m_errors.begin(), m_errors.end(),
                         [](const TemplateError &a, const TemplateError &b) { return a.position < b.position; });
        return m_open.constFirst().children;
    }

private:
    /// A section that has not ended; the first is the template itself.
    struct Open
    {
        Node node{};
        QString name{};
        QChar sigil{};
        qsizetype position = 0;
        QList<Node> children{};
    };

    void error(qsizetype position, const QString &message)
    {
        if (m_errors.size() >= MostErrors)
            return;
        const QStringView before = QStringView(m_text).first(position);
        const auto line = before.count(u'\n') + 1;
        const auto column = position - before.lastIndexOf(u'\n');
        m_errors.append({.position = position,
                         .line = static_cast<int>(line),
                         .column = static_cast<int>(column),
                         .message = message});
    }

    /// The list whose items the names stand for; empty outside of lists.
    [[nodiscard]] QString list() const
    {
        for (const Open &open : m_open) {
            if (open.node.kind == Node::Kind::List)
                return open.name;
        }
        return {};
    }

    void literal(qsizetype begin, qsizetype end)
    {
        if (begin >= end)
            return;
        const QString text = m_text.sliced(begin, end - begin);
        for (qsizetype brace = text.indexOf(u'{'); brace >= 0; brace = text.indexOf(u'{', brace + 1))
            singleBrace(text, brace, begin);
        m_open.last().children.append(Node{.kind = Node::Kind::Text, .text = text});
    }

    /// "{level}" is what other programs write for {{level}}.
    void singleBrace(const QString &text, qsizetype brace, qsizetype offset)
    {
        qsizetype end = brace + 1;
        while (end < text.size() && isNameCharacter(text.at(end)))
            ++end;
        const QStringView name = QStringView(text).sliced(brace + 1, end - brace - 1);
        if (end < text.size() && text.at(end) == u'}' && findName(name, list()))
            error(offset + brace, u"“{%1}” stays as it is; did you mean {{%1}}?"_s.arg(name));
    }

    /// Reads the tag at \a begin; what stands before it from \a literalBegin on is text. Returns where it goes on.
    qsizetype tag(qsizetype literalBegin, qsizetype begin)
    {
        qsizetype inside = begin + 2;
        const QChar sigil = inside < m_text.size() ? m_text.at(inside) : QChar();
        if (sigil == u'!') {
            const qsizetype end = m_text.indexOf(u"}}"_s, inside);
            if (end < 0)
                return unclosed(literalBegin, begin, m_text.size());
            return standing(literalBegin, begin, end + 2);
        }
        const qsizetype end = tagEnd(inside);
        if (end < 0 || m_text.at(end) == u'{')
            return unclosed(literalBegin, begin, end < 0 ? m_text.size() : end);
        if (sigil == u'{' || sigil == u'&') {
            literal(literalBegin, begin);
            error(begin, u"Values are always escaped; write {{name}} with two braces and without &"_s);
            return sigil == u'{' && QStringView(m_text).sliced(end).startsWith(u"}}}") ? end + 3 : end + 2;
        }
        if (sigil == u'>' || sigil == u'=') {
            literal(literalBegin, begin);
            error(begin, sigil == u'>' ? u"There are no partials; write the text itself"_s
                                       : u"The braces cannot be changed for others"_s);
            return end + 2;
        }
        if (sigil == u'#' || sigil == u'^' || sigil == u'/') {
            const qsizetype next = standing(literalBegin, begin, end + 2);
            section(sigil, begin, inside + 1, end);
            return next;
        }
        literal(literalBegin, begin);
        value(begin, inside, end);
        return end + 2;
    }

    /// Where "}}" closes the tag, or where another "{{" opens before; -1 without either.
    [[nodiscard]] qsizetype tagEnd(qsizetype at) const
    {
        bool quoted = false;
        for (; at + 1 < m_text.size(); ++at) {
            const QChar c = m_text.at(at);
            if (quoted && c == u'\\')
                ++at;
            else if (c == u'"')
                quoted = !quoted;
            else if (!quoted && c == m_text.at(at + 1) && (c == u'}' || (c == u'{' && m_text.at(at - 1) != u'{')))
                return at;
        }
        return -1;
    }

    qsizetype unclosed(qsizetype literalBegin, qsizetype begin, qsizetype next)
    {
        literal(literalBegin, begin);
        error(begin, u"“{{” is not closed by “}}”, or a quotation mark is missing before it"_s);
        return next;
    }

    /// A section's tag or a comment alone on its line takes the line with it (Mustache's "standalone tags").
    qsizetype standing(qsizetype literalBegin, qsizetype begin, qsizetype end)
    {
        qsizetype first = begin;
        while (first > 0 && (m_text.at(first - 1) == u' ' || m_text.at(first - 1) == u'\t'))
            --first;
        qsizetype next = end;
        while (next < m_text.size() && (m_text.at(next) == u' ' || m_text.at(next) == u'\t'))
            ++next;
        if (next + 1 < m_text.size() && m_text.at(next) == u'\r' && m_text.at(next + 1) == u'\n')
            ++next;
        const bool alone =
            (first == 0 || m_text.at(first - 1) == u'\n') && (next == m_text.size() || m_text.at(next) == u'\n');
        literal(literalBegin, alone ? std::max(first, literalBegin) : begin);
        return alone ? std::min(next + 1, m_text.size()) : end;
    }

    void skipBlanks(qsizetype &at, qsizetype end) const
    {
        while (at < end && isBlank(m_text.at(at)))
            ++at;
    }

    QString word(qsizetype &at, qsizetype end) const
    {
        const qsizetype begin = at;
        while (at < end && isNameCharacter(m_text.at(at)))
            ++at;
        return m_text.sliced(begin, at - begin);
    }

    /// The name at \a at, which is moved behind it and the blanks after; nothing when it is not known.
    const TemplateName *name(qsizetype &at, qsizetype end, QString &text)
    {
        skipBlanks(at, end);
        const qsizetype begin = at;
        text = word(at, end);
        if (text.isEmpty()) {
            error(begin, begin == end ? u"A name is missing between the braces"_s
                                      : u"“%1” is no name"_s.arg(told(QStringView(m_text).sliced(begin, end - begin))));
            at = end;
            return nullptr;
        }
        skipBlanks(at, end);
        const TemplateName *row = findName(text, list());
        if (row)
            return row;
        if (const QString lists = listsOf(text); !lists.isEmpty()) {
            error(begin, u"“%1” is known only inside %2"_s.arg(text, lists));
            return nullptr;
        }
        const QStringList known = namesIn(list());
        const QString near = nearest(text, known);
        error(begin, near.isEmpty() ? u"“%1” is not known; known are %2"_s.arg(told(text), known.join(u", "_s))
                                    : u"“%1” is not known; did you mean “%2”?"_s.arg(told(text), near));
        return nullptr;
    }

    void value(qsizetype begin, qsizetype at, qsizetype end)
    {
        Node node{.kind = Node::Kind::Value};
        const TemplateName *row = name(at, end, node.text);
        if (row && row->isList) {
            error(begin, u"“%1” is a list; write {{#%1}}…{{/%1}} with what is to be said of each"_s.arg(node.text));
            return;
        }
        while (at < end) {
            if (m_text.at(at) != u'|') {
                error(at, u"“%1” is too much here; a filter begins with |"_s.arg(
                              told(QStringView(m_text).sliced(at, end - at))));
                return;
            }
            if (!filter(++at, end, node.filters))
                return;
        }
        if (!row)
            return;
        node.isItem = row->within != nullptr;
        m_open.last().children.append(node);
    }

    bool filter(qsizetype &at, qsizetype end, QList<Filter> &filters)
    {
        skipBlanks(at, end);
        const qsizetype begin = at;
        const QString text = word(at, end);
        skipBlanks(at, end);
        qsizetype index = 0;
        QStringList known;
        for (const TemplateFilter &row : templateFilters()) {
            known.append(QString::fromLatin1(row.name));
            if (text != known.constLast() && index == known.size() - 1)
                ++index;
        }
        if (index == known.size()) {
            const QString near = nearest(text, known);
            error(begin, text.isEmpty()   ? u"A filter is missing behind |"_s
                         : near.isEmpty() ? u"“%1” is no filter; there are %2"_s.arg(told(text), known.join(u", "_s))
                                          : u"“%1” is no filter; did you mean “%2”?"_s.arg(told(text), near));
            return false;
        }
        Filter filter{.kind = static_cast<FilterKind>(index)};
        const bool given = at < end && m_text.at(at) == u':';
        if (given)
            skipBlanks(++at, end);
        const qsizetype argument = at;
        switch (filter.kind) {
        case FilterKind::Upper:
        case FilterKind::Lower:
            if (given) {
                error(argument, u"“%1” takes nothing behind it"_s.arg(text));
                return false;
            }
            break;
        case FilterKind::First: {
            bool isNumber = false;
            filter.number = given ? word(at, end).toInt(&isNumber) : 0;
            if (!isNumber || filter.number < 1 || filter.number > MostCharacters) {
                error(argument, u"“first” needs a number of characters, such as first: 80"_s);
                return false;
            }
            break;
        }
        case FilterKind::Default:
            if (!given || !quoted(at, end, filter.text)) {
                error(argument, u"“default” needs a text in quotation marks, such as default: \"none\""_s);
                return false;
            }
            break;
        case FilterKind::Time:
            if (!given || !quoted(at, end, filter.text) || !isTimeForm(filter.text)) {
                error(argument, u"“time” needs a form made of yyyy, MM, dd, HH, mm and ss, such as time: \"HH:mm\""_s);
                return false;
            }
            break;
        }
        filters.append(filter);
        skipBlanks(at, end);
        return true;
    }

    /// A text in quotation marks, \" and \\ within.
    bool quoted(qsizetype &at, qsizetype end, QString &text) const
    {
        if (at >= end || m_text.at(at) != u'"')
            return false;
        for (++at; at < end && m_text.at(at) != u'"'; ++at) {
            if (m_text.at(at) == u'\\' && at + 1 < end)
                ++at;
            text += m_text.at(at);
        }
        if (at >= end)
            return false;
        ++at;
        return true;
    }

    void section(QChar sigil, qsizetype begin, qsizetype at, qsizetype end)
    {
        if (sigil == u'/') {
            skipBlanks(at, end);
            const QString text = word(at, end);
            skipBlanks(at, end);
            closing(begin, at < end ? m_text.sliced(begin + 3, end - begin - 3).trimmed() : text);
            return;
        }
        Open open{.sigil = sigil, .position = begin};
        const TemplateName *row = name(at, end, open.name);
        if (at < end)
            error(at,
                  u"A section takes a name alone, without “%1”"_s.arg(told(QStringView(m_text).sliced(at, end - at))));
        if (m_open.size() > DeepestNesting)
            error(begin, u"Sections may stand within each other %1 deep at most"_s.arg(DeepestNesting));
        open.node.text = open.name;
        if (row) {
            open.node.isItem = row->within != nullptr;
            open.node.isList = row->isList;
            open.node.kind = sigil == u'^' ? Node::Kind::Unless : row->isList ? Node::Kind::List : Node::Kind::When;
            if (open.node.kind == Node::Kind::List && !list().isEmpty())
                error(begin, u"A list cannot stand within another list; close {{#%1}} first"_s.arg(list()));
        }
        m_open.append(open);
    }

    void closing(qsizetype begin, const QString &name)
    {
        const auto opener =
            std::find_if(m_open.rbegin(), m_open.rend() - 1, [&name](const Open &open) { return open.name == name; });
        if (opener == m_open.rend() - 1) {
            error(begin, m_open.size() == 1
                             ? u"{{/%1}} closes nothing; there is no {{#%1}} before it"_s.arg(told(name))
                             : u"{{/%1}} stands where {{/%2}} should"_s.arg(told(name), m_open.constLast().name));
            return;
        }
        while (m_open.constLast().name != name) {
            const Open &open = m_open.constLast();
            error(open.position, u"{{%1%2}} is not closed before {{/%3}}"_s.arg(open.sigil, open.name, name));
            close();
        }
        close();
    }

    void close()
    {
        Open open = m_open.takeLast();
        open.node.children = std::move(open.children);
        m_open.last().children.append(std::move(open.node));
    }

    const QString &m_text;
    QList<TemplateError> &m_errors;
    QList<Open> m_open;
};

bool uses(const QList<Template::Node> &nodes, QStringView name)
{
    using enum Template::Node::Kind;
    return std::any_of(nodes.begin(), nodes.end(), [name](const Template::Node &node) {
        return (node.kind != Text && node.text == name) || uses(node.children, name);
    });
}

/// Writes one result.
class Writer
{
public:
    using Node = Template::Node;

    Writer(const TemplateValues &values, QString (*escape)(const QString &)) : m_values(values), m_escape(escape) {}

    void write(const QList<Node> &nodes, const TemplateValues::Item *item)
    {
        for (const Node &node : nodes) {
            if (m_result.size() > LongestResult)
                return;
            switch (node.kind) {
            case Node::Kind::Text:
                m_result += node.text;
                break;
            case Node::Kind::Value:
                m_result += m_escape(filtered(oneLine(textOf(node, item)), node.filters));
                break;
            case Node::Kind::List:
                for (const TemplateValues::Item &each : m_values.lists.value(node.text))
                    write(node.children, &each);
                break;
            case Node::Kind::When:
                if (isThere(node, item))
                    write(node.children, item);
                break;
            case Node::Kind::Unless:
                if (!isThere(node, item))
                    write(node.children, item);
                break;
            }
        }
    }

    [[nodiscard]] QString take() { return std::move(m_result); }

private:
    [[nodiscard]] QString textOf(const Node &node, const TemplateValues::Item *item) const
    {
        return node.isItem && item ? item->value(node.text) : m_values.texts.value(node.text);
    }

    [[nodiscard]] bool isThere(const Node &node, const TemplateValues::Item *item) const
    {
        return node.isList ? !m_values.lists.value(node.text).isEmpty() : !textOf(node, item).trimmed().isEmpty();
    }

    const TemplateValues &m_values;
    QString (*m_escape)(const QString &);
    QString m_result;
};

} // namespace

std::optional<Template> Template::parse(const QString &text, QList<TemplateError> &errors)
{
    errors.clear();
    if (text.size() > LongestTemplate) {
        errors.append(
            {.message =
                 u"The template has %1 characters; at most %2 are read"_s.arg(text.size()).arg(LongestTemplate)});
        return std::nullopt;
    }
    auto nodes = std::make_shared<const QList<Node>>(Parser(text, errors).parse());
    if (!errors.isEmpty())
        return std::nullopt;
    Template parsed;
    parsed.m_nodes = std::move(nodes);
    return parsed;
}

bool Template::uses(QStringView name) const
{
    return m_nodes && message::uses(*m_nodes, name);
}

QString Template::render(const TemplateValues &values, QString (*escape)(const QString &)) const
{
    Writer writer(values, escape);
    if (m_nodes)
        writer.write(*m_nodes, nullptr);
    return writer.take();
}

} // namespace escalite::message
