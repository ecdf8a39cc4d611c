// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "runtime/jsonedit.h"

#include "core/json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace escalite::runtime {

namespace {

constexpr JsonLimits FileLimits{.depth = 32, .values = 200'000, .keyBytes = 256, .stringBytes = 1024 * 1024};

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// The object or list above the last part of \a pointer, and that part with "~0" and "~1" read.
std::pair<QString, QString> split(const QString &pointer)
{
    const qsizetype slash = pointer.lastIndexOf(u'/');
    QString last = pointer.sliced(slash + 1);
    last.replace("~1"_L1, "/"_L1).replace("~0"_L1, "~"_L1);
    return {pointer.first(std::max<qsizetype>(slash, 0)), last};
}

/// What stands before the first character of the line of \a offset.
QByteArray indentOf(const QByteArray &text, qsizetype offset)
{
    const qsizetype line = offset == 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
    qsizetype end = line;
    while (end < offset && (text[end] == ' ' || text[end] == '\t'))
        ++end;
    return text.sliced(line, end - line);
}

/// \a value as text; on several lines, those after the first begin with \a indent.
QByteArray written(const QJsonValue &value, const QByteArray &indent, bool onOneLine)
{
    const auto format = onOneLine ? QJsonDocument::Compact : QJsonDocument::Indented;
    if (value.isArray())
        return QJsonDocument(value.toArray()).toJson(format).trimmed().replace("\n", "\n" + indent);
    if (value.isObject())
        return QJsonDocument(value.toObject()).toJson(format).trimmed().replace("\n", "\n" + indent);
    return QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact).chopped(1).sliced(1);
}

QByteArray quoted(const QString &key)
{
    return written(key, {}, true);
}

/// Where the children of \a node begin and end, each with its key.
QList<std::pair<qsizetype, qsizetype>> children(const JsonNode &node)
{
    QList<std::pair<qsizetype, qsizetype>> places;
    for (const JsonNode::Member &member : node.members)
        places.append({member.keyOffset, member.value.offset + member.value.length});
    for (const JsonNode &item : node.items)
        places.append({item.offset, item.offset + item.length});
    return places;
}

/// The place of child \a name among the children of \a node; -1 when there is none.
qsizetype indexOf(const JsonNode &node, const QString &name)
{
    if (node.kind == JsonNode::Kind::Array) {
        bool ok = false;
        const qsizetype index = name.toInt(&ok);
        return ok && index < node.items.size() ? index : -1;
    }
    for (qsizetype i = 0; i < node.members.size(); ++i) {
        if (node.members[i].key == name)
            return i;
    }
    return -1;
}

} // namespace

QByteArray withValue(const QByteArray &text, const QString &pointer, const QJsonValue &value)
{
    const auto parsed = JsonDocument::parse(text, FileLimits);
    const auto *document = std::get_if<JsonDocument>(&parsed);
    if (document == nullptr)
        return text;
    QByteArray changed = text;
    if (const JsonNode *found = document->at(pointer))
        return changed.replace(found->offset, found->length, written(value, indentOf(text, found->offset), false));
    const auto [above, name] = split(pointer);
    const JsonNode *parent = document->at(above);
    const bool isObject = parent != nullptr && parent->kind == JsonNode::Kind::Object;
    if (!isObject && (parent == nullptr || parent->kind != JsonNode::Kind::Array))
        return text;
    const QByteArray key = isObject ? quoted(name) + ": " : QByteArray();
    const auto places = children(*parent);
    if (places.isEmpty()) {
        const QByteArray outer = indentOf(text, parent->offset);
        const QByteArray inner = outer + "    ";
        const QByteArray inside = '\n' + inner + key + written(value, inner, false) + '\n' + outer;
        return changed.replace(parent->offset + 1, parent->length - 2, inside);
    }
    // The new one stands to the last one as that stands to what is before it.
    const auto [begin, end] = places.constLast();
    qsizetype gap = begin;
    while (gap > 0 && isSpace(text[gap - 1]))
        --gap;
    QByteArray space = text.sliced(gap, begin - gap);
    const bool onOneLine = !space.contains('\n');
    if (onOneLine)
        space = " ";
    const QByteArray indent = onOneLine ? QByteArray() : space.sliced(space.lastIndexOf('\n') + 1);
    return changed.insert(end, ',' + space + key + written(value, indent, onOneLine));
}

QByteArray withDifference(const QByteArray &text, const QString &pointer, const QJsonValue &before,
                          const QJsonValue &after)
{
    if (before == after)
        return text;
    QByteArray changed = text;
    if (before.isObject() && after.isObject()) {
        const QJsonObject old = before.toObject();
        const QJsonObject now = after.toObject();
        const QStringList keys = old.keys();
        for (const QString &key : keys) {
            if (!now.contains(key))
                changed = withoutValue(changed, pointerTo(pointer, key));
        }
        for (auto member = now.begin(); member != now.end(); ++member) {
            const QString at = pointerTo(pointer, member.key());
            changed = old.contains(member.key()) ? withDifference(changed, at, old.value(member.key()), member.value())
                                                 : withValue(changed, at, member.value());
        }
        return changed;
    }
    const bool areLists = before.isArray() && after.isArray() && !before.toArray().isEmpty();
    if (!areLists)
        return withValue(text, pointer, after);
    const QJsonArray old = before.toArray();
    const QJsonArray now = after.toArray();
    for (qsizetype index = old.size() - 1; index >= now.size(); --index)
        changed = withoutValue(changed, pointerTo(pointer, index));
    for (qsizetype index = 0; index < now.size(); ++index) {
        const QString at = pointerTo(pointer, index);
        changed = index < old.size() ? withDifference(changed, at, old.at(index), now.at(index))
                                     : withValue(changed, at, now.at(index));
    }
    return changed;
}

QByteArray withoutValue(const QByteArray &text, const QString &pointer)
{
    const auto parsed = JsonDocument::parse(text, FileLimits);
    const auto *document = std::get_if<JsonDocument>(&parsed);
    if (document == nullptr || document->at(pointer) == nullptr)
        return text;
    const auto [above, name] = split(pointer);
    const JsonNode *parent = document->at(above);
    const auto places = children(*parent);
    const qsizetype index = indexOf(*parent, name);
    if (index < 0)
        return text;
    qsizetype begin = 0;
    qsizetype end = 0;
    if (places.size() == 1) { // The brackets close up.
        begin = parent->offset + 1;
        end = parent->offset + parent->length - 1;
    } else if (index == 0) { // Up to where the next one begins.
        begin = places[0].first;
        end = places[1].first;
    } else { // With the comma before it.
        begin = places[index - 1].second;
        end = places[index].second;
    }
    QByteArray changed = text;
    return changed.remove(begin, end - begin);
}

} // namespace escalite::runtime
