// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ingest/refusal.h"

using namespace Qt::StringLiterals;

namespace escalite::ingest {

namespace {

bool isPythonsNumber(QByteArrayView rest)
{
    return rest.startsWith("NaN") || rest.startsWith("Infinity") || rest.startsWith("-Infinity");
}

} // namespace

const JsonNode *wideInteger(const JsonDocument &document, const JsonNode &node, QString &pointer)
{
    constexpr qsizetype SurelyFits = 18; // digits
    if (node.kind == JsonNode::Kind::Number) {
        const QByteArrayView text = document.text(node);
        bool fits = text.size() <= SurelyFits;
        if (!fits && !text.contains('.') && !text.contains('e') && !text.contains('E'))
            text.toByteArray().toLongLong(&fits);
        else
            fits = true;
        return fits ? nullptr : &node;
    }
    for (qsizetype i = 0; i < node.items.size(); ++i) {
        if (const JsonNode *found = wideInteger(document, node.items[i], pointer)) {
            pointer.prepend(pointerTo(QString(), i));
            return found;
        }
    }
    for (const JsonNode::Member &member : node.members) {
        if (const JsonNode *found = wideInteger(document, member.value, pointer)) {
            pointer.prepend(pointerTo(QString(), member.key));
            return found;
        }
    }
    return nullptr;
}

QString placedReason(int line, int column, const QString &what)
{
    return u"Line %1, column %2: %3."_s.arg(QString::number(line), QString::number(column), what);
}

Refusal explainRefusal(const QByteArray &document, bool isJson, const JsonLimits &limits)
{
    const auto read = JsonDocument::parse(document, limits);
    if (const auto *error = std::get_if<JsonError>(&read)) {
        if (isPythonsNumber(QByteArrayView(document).sliced(error->offset))) {
            return {.kind = Refusal::Kind::Syntax,
                    .pointer = error->pointer,
                    .reason = placedReason(error->line, error->column,
                                           u"NaN and Infinity are no JSON; send null or a string instead "
                                           "(Python's json.dumps writes them unless allow_nan is false)"_s)};
        }
        return {.kind = isJson ? Refusal::Kind::Schema : Refusal::Kind::Syntax,
                .pointer = error->pointer,
                .reason = placedReason(error->line, error->column, error->message)};
    }
    const auto &tree = std::get<JsonDocument>(read);
    QString pointer;
    if (wideInteger(tree, tree.root(), pointer)) {
        const auto [line, column] = tree.locate(pointer);
        return {.kind = Refusal::Kind::Schema,
                .pointer = pointer,
                .reason =
                    placedReason(line, column, u"an integer must fit 64 bits with a sign; send it as a string"_s)};
    }
    return {.kind = Refusal::Kind::Syntax, .pointer = {}, .reason = u"The document is not valid JSON."_s};
}

} // namespace escalite::ingest
