// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The seed's formatter: makes the text of a log document that people are told.

#include "client/formatter.h"

#include "core/json.h"
#include "message/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite {

namespace {

constexpr qsizetype MaxCell = 240; ///< Of a key or a value.
constexpr qsizetype MaxLines = 200;
/// The document was written by us or checked: these only bound what a broken one may cost.
constexpr JsonLimits Limits{.depth = 64, .values = 1'000'000, .keyBytes = 64 * 1024, .stringBytes = 64 * 1024 * 1024};

/// On one line, since line breaks break a table.
QString cell(const QString &text)
{
    return message::fit(message::visible(text.simplified()), MaxCell);
}

/// A number keeps its digits.
QString valueText(const JsonDocument &document, const JsonNode &node)
{
    switch (node.kind) {
    case JsonNode::Kind::String:
        return cell(node.string);
    case JsonNode::Kind::Null:
        return {};
    default:
        return cell(QString::fromUtf8(document.text(node)));
    }
}

bool isNested(const JsonNode &node)
{
    return !node.members.isEmpty() || !node.items.isEmpty();
}

/// A line for each value, indented by two for each level.
class Indented
{
public:
    explicit Indented(const JsonDocument &document) : m_document(document) {}

    QString text()
    {
        members(m_document.root(), 0);
        if (m_left > 0)
            m_lines.append(u"… %1 more lines"_s.arg(m_left));
        return m_lines.join(u'\n');
    }

private:
    void members(const JsonNode &node, qsizetype depth)
    {
        for (const JsonNode::Member &member : node.members)
            value(cell(member.key), member.value, depth);
        for (const JsonNode &item : node.items)
            value(u"-"_s, item, depth);
    }

    void value(const QString &key, const JsonNode &node, qsizetype depth)
    {
        if (isNested(node)) {
            line(depth, key + u':');
            members(node, depth + 1);
        } else if (const QString text = valueText(m_document, node);
                   !text.isEmpty() && text != u"{}" && text != u"[]") {
            line(depth, key + u": "_s + text);
        }
    }

    void line(qsizetype depth, const QString &text)
    {
        if (m_lines.size() < MaxLines)
            m_lines.append(QString(2 * depth, u' ') + text);
        else
            ++m_left;
    }

    const JsonDocument &m_document;
    QStringList m_lines;
    qsizetype m_left = 0;
};

} // namespace

QString DictTableFormatter::format(const QByteArray &document) const
{
    const auto parsed = JsonDocument::parse(document, Limits);
    const auto *read = std::get_if<JsonDocument>(&parsed);
    if (read == nullptr || read->root().kind != JsonNode::Kind::Object)
        return {};
    const QList<JsonNode::Member> &members = read->root().members;
    if (std::any_of(members.begin(), members.end(),
                    [](const JsonNode::Member &member) { return isNested(member.value); }))
        return Indented(*read).text();
    QList<message::Line> lines;
    for (const JsonNode::Member &member : members)
        lines.append({.key = cell(member.key), .value = valueText(*read, member.value)});
    return message::table(lines);
}

} // namespace escalite
