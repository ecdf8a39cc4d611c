// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Fuzz target: templates. What is wrong has its place in the text; what is right renders the same twice, within its
// bound, and lets no value through unescaped.

#include "message/template.h"
#include "message/text.h"

#include <cstdio>
#include <cstdlib>

using namespace escalite::message;
using namespace Qt::StringLiterals;

namespace {

void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

TemplateValues valuesForAll()
{
    TemplateValues values;
    for (const TemplateName &name : templateNames()) {
        const QString word = QString::fromLatin1(name.name);
        if (name.within) {
            auto &items = values.lists[QString::fromLatin1(name.within)];
            items.resize(3);
            for (TemplateValues::Item &item : items)
                item.insert(word, u"<\x01 & é 👩‍👩‍👧 2026-11-22 08:57:43 UTC"_s);
        } else if (!name.isList) {
            values.texts.insert(word, word.size() % 2 == 0 ? u"2026-11-22 08:57:43 UTC"_s : u"{{level}} <\x01>"_s);
        }
    }
    return values;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const TemplateValues values = valuesForAll();
    const QString text =
        QString::fromUtf8(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)).remove(QChar(1));
    QList<TemplateError> errors;
    const auto parsed = Template::parse(text, errors);
    require(parsed.has_value() == errors.isEmpty(), "a template or errors");
    for (const TemplateError &error : errors) {
        require(!error.message.isEmpty(), "an error says what is wrong");
        require(error.position >= 0 && error.position <= text.size(), "and where, in the text");
        const auto before = QStringView(text).first(error.position);
        require(error.line == before.count(u'\n') + 1, "in its line");
        require(error.column == error.position - before.lastIndexOf(u'\n'), "and column");
    }
    if (!parsed)
        return 0;
    const QString result = parsed->render(values, escapeHtml);
    require(result == parsed->render(values, escapeHtml), "the same twice");
    require(result.size() < 400'000, "within the bound");
    require(!result.contains(QChar(1)), "values are made visible");
    require(result.count(u'<') <= 3 * text.count(u'<') * 3, "no markup but the template's own");
    if (!text.contains(u"{{"_s))
        require(result == text, "words stay as they are");
    return 0;
}
