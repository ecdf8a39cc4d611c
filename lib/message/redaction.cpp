// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Hides values in a session and in the bytes of its document, by one walk each with the same rules.

#include "message/redaction.h"

#include "core/json.h"
#include "message/patterns.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::message {

namespace {

QString markerOf(const QString &rule)
{
    return u"[hidden: "_s + rule + u']';
}

QByteArray jsonString(const QString &text)
{
    QByteArray json = "\"";
    for (const char c : text.toUtf8()) {
        if (c == '"' || c == '\\')
            json.append('\\').append(c);
        else if (static_cast<unsigned char>(c) < 0x20)
            json.append("\\u00").append(QByteArray::number(static_cast<unsigned char>(c), 16).rightJustified(2, '0'));
        else
            json.append(c);
    }
    return json.append('"');
}

/// Members that give an entry its shape; they are kept under a secret key, and show that an object is an entry.
bool isShape(QStringView member)
{
    return member == "log_level"_L1 || member == "peak_level"_L1 || member == "log_time"_L1 || member == "start_time"_L1
           || member == "end_time"_L1 || member == "time_elapsed"_L1;
}

bool isEntry(const JsonNode &node)
{
    const JsonNode *level = node.find(u"log_level");
    const JsonNode *time = node.find(u"log_time");
    return node.kind == JsonNode::Kind::Object
           && ((level && level->kind == JsonNode::Kind::String && node.find(u"value"))
               || (time && time->kind == JsonNode::Kind::Number));
}

constexpr qsizetype LongestName = 40;
constexpr qsizetype LongestPattern = 1000;

QRegularExpression compiled(const QString &pattern)
{
    return QRegularExpression(u"(*LIMIT_MATCH=1000000)"_s + pattern, QRegularExpression::UseUnicodePropertiesOption);
}

/// What \a pattern finds in \a text: all of it when that would take too long, since then nobody knows.
QList<Finding> findOwn(const QRegularExpression &pattern, const QString &name, const QString &text)
{
    QList<Finding> findings;
    for (qsizetype at = 0; at <= text.size();) {
        const QRegularExpressionMatch match = pattern.match(text, at);
        if (!match.isValid())
            return {{.start = 0, .length = text.size(), .rule = name}};
        if (!match.hasMatch())
            break;
        if (match.capturedLength() > 0)
            findings.append({.start = match.capturedStart(), .length = match.capturedLength(), .rule = name});
        at = std::max(match.capturedEnd(), at + 1);
    }
    return findings;
}

/// In order, those that overlap as one.
QList<Finding> merged(QList<Finding> findings)
{
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding &a, const Finding &b) { return a.start < b.start; });
    QList<Finding> apart;
    for (const Finding &finding : std::as_const(findings)) {
        if (apart.isEmpty() || apart.constLast().start + apart.constLast().length <= finding.start)
            apart.append(finding);
        else
            apart.last().length =
                std::max(apart.constLast().length, finding.start + finding.length - apart.constLast().start);
    }
    return apart;
}

class Redactor
{
public:
    explicit Redactor(const RedactionRules &rules) : m_rules(rules)
    {
        for (const QString &key : rules.keys) {
            const QString pattern = QRegularExpression::escape(key).replace("\\*"_L1, ".*"_L1);
            m_keys.append({QRegularExpression(QRegularExpression::anchoredPattern(pattern),
                                              QRegularExpression::CaseInsensitiveOption),
                           QString(key).replace(u'_', u' ').simplified()});
        }
        for (const RedactionPattern &own : rules.patterns)
            m_patterns.append({compiled(own.pattern), own.name});
    }

    [[nodiscard]] QList<Rendered::Hidden> takeHidden() { return std::move(m_hidden); }

    QString text(const QString &text, const QString &where)
    {
        QList<Finding> findings;
        if (m_rules.credentials)
            findings = findCredentials(text);
        for (const auto &[pattern, name] : m_patterns)
            findings += findOwn(pattern, name, text);
        QString result = replaced(text, m_patterns.isEmpty() ? findings : merged(findings), where);
        // After the credentials: mira:pw@host.example is one, mira@host.example is none.
        return m_rules.emailAddresses ? replaced(result, findEmailAddresses(result), where) : result;
    }

    /// The rule by which all under \a key is hidden, or nothing.
    [[nodiscard]] QString ruleOf(const QString &key) const
    {
        for (const auto &[pattern, rule] : m_keys) {
            if (pattern.match(key).hasMatch())
                return rule;
        }
        return m_rules.credentials && isSecretKey(key) ? u"secret"_s : QString();
    }

    /// The text of a whole document: top level, sections and entries have their own meaning.
    QByteArray document(const QByteArray &json)
    {
        const auto parsed = JsonDocument::parse(json, Limits);
        const auto *tree = std::get_if<JsonDocument>(&parsed);
        if (!tree)
            return {};
        m_source = json;
        m_out.clear();
        m_copied = 0;
        topLevel(tree->root());
        return finished();
    }

    /// The text of one value that stands under \a key.
    QByteArray value(const QByteArray &json, const QString &key, const QString &where)
    {
        if (json.isEmpty())
            return json;
        const auto parsed = JsonDocument::parse(json, Limits);
        const auto *tree = std::get_if<JsonDocument>(&parsed);
        if (!tree)
            return jsonString(markerOf(u"unreadable"_s));
        m_source = json;
        m_out.clear();
        m_copied = 0;
        under(key, tree->root(), where);
        return finished();
    }

    /// A text that stands under \a key.
    QString textUnder(const QString &key, const QString &value, const QString &where)
    {
        const QString rule = value.isEmpty() ? QString() : ruleOf(key);
        if (rule.isEmpty())
            return text(value, where);
        note(rule, where);
        return markerOf(rule);
    }

private:
    // The gateway's limits have been passed already; these only keep the recursion bounded.
    static constexpr JsonLimits Limits{.depth = 64, .values = 1'000'000, .keyBytes = 1 << 20, .stringBytes = 1 << 26};

    QString replaced(const QString &text, const QList<Finding> &findings, const QString &where)
    {
        if (findings.isEmpty())
            return text;
        QString result;
        qsizetype copied = 0;
        for (const Finding &finding : findings) {
            result += QStringView(text).sliced(copied, finding.start - copied);
            result += markerOf(finding.rule);
            copied = finding.start + finding.length;
            note(finding.rule, where);
        }
        result += QStringView(text).sliced(copied);
        return result;
    }

    void note(const QString &rule, const QString &where)
    {
        const Rendered::Hidden hidden{.rule = rule, .where = where, .marker = markerOf(rule)};
        if (!m_hidden.contains(hidden))
            m_hidden.append(hidden);
    }

    QByteArray finished()
    {
        m_out.append(m_source.sliced(m_copied));
        return std::move(m_out);
    }

    void replaceBytes(qsizetype offset, qsizetype length, const QByteArray &with)
    {
        m_out.append(m_source.constData() + m_copied, offset - m_copied);
        m_out.append(with);
        m_copied = offset + length;
    }

    void hide(const JsonNode &node, const QString &rule, const QString &where)
    {
        replaceBytes(node.offset, node.length, jsonString(markerOf(rule)));
        note(rule, where);
    }

    static bool isWorthHiding(const QString &key, const JsonNode &node)
    {
        switch (node.kind) {
        case JsonNode::Kind::Null:
        case JsonNode::Kind::Bool:
            return false;
        case JsonNode::Kind::Number:
            return !isTokenCount(key);
        case JsonNode::Kind::String:
            return !node.string.isEmpty();
        case JsonNode::Kind::Array:
            return !node.items.isEmpty();
        case JsonNode::Kind::Object:
            return !node.members.isEmpty();
        }
        return true;
    }

    void topLevel(const JsonNode &root)
    {
        if (root.kind != JsonNode::Kind::Object) {
            plain(root, QString());
            return;
        }
        members(root, QString(), [this](const JsonNode::Member &member, const QString &where) {
            if (member.value.kind != JsonNode::Kind::Object)
                under(member.key, member.value, where);
            else if (isEntry(member.value))
                entry(member.key, member.value, where);
            else
                section(member, where);
        });
    }

    void section(const JsonNode::Member &section, const QString &pointer)
    {
        members(section.value, pointer, [&](const JsonNode::Member &member, const QString &where) {
            if (isEntry(member.value))
                // The keys of service_logs are names of services, which may well be called token-service.
                entry(section.key == "service_logs"_L1 ? QString() : member.key, member.value, where);
            else
                under(member.key, member.value, where);
        });
    }

    void entry(const QString &key, const JsonNode &node, const QString &pointer)
    {
        members(node, pointer, [&](const JsonNode::Member &member, const QString &where) {
            if (!isShape(member.key) && !ruleOf(key).isEmpty())
                under(key, member.value, where);
            else
                under(member.key, member.value, where);
        });
    }

    void under(const QString &key, const JsonNode &node, const QString &where)
    {
        const QString rule = ruleOf(key);
        if (!rule.isEmpty() && isWorthHiding(key, node))
            hide(node, rule, where);
        else
            plain(node, where);
    }

    void plain(const JsonNode &node, const QString &where)
    {
        switch (node.kind) {
        case JsonNode::Kind::Null:
        case JsonNode::Kind::Bool:
            break;
        case JsonNode::Kind::Number:
            if (m_rules.credentials && isCardNumber(node))
                hide(node, u"card number"_s, where);
            else if (const QString rule = ownRuleOf(node); !rule.isEmpty())
                hide(node, rule, where);
            break;
        case JsonNode::Kind::String: {
            const QString safe = text(node.string, where);
            if (safe != node.string)
                replaceBytes(node.offset, node.length, jsonString(safe));
            break;
        }
        case JsonNode::Kind::Array:
            for (qsizetype i = 0; i < node.items.size(); ++i)
                plain(node.items.at(i), pointerTo(where, i));
            break;
        case JsonNode::Kind::Object:
            members(node, where, [this](const JsonNode::Member &member, const QString &pointer) {
                under(member.key, member.value, pointer);
            });
            break;
        }
    }

    /// The own pattern that matches the digits of \a number.
    [[nodiscard]] QString ownRuleOf(const JsonNode &number) const
    {
        const QString digits = QString::fromLatin1(m_source.sliced(number.offset, number.length));
        for (const auto &[pattern, name] : m_patterns) {
            if (!findOwn(pattern, name, digits).isEmpty())
                return name;
        }
        return {};
    }

    [[nodiscard]] bool isCardNumber(const JsonNode &number) const
    {
        const QString digits = QString::fromLatin1(m_source.sliced(number.offset, number.length));
        return std::all_of(digits.begin(), digits.end(), [](QChar c) { return c.isDigit(); })
               && message::isCardNumber(digits);
    }

    /// Each member of \a object in turn; a key that itself holds a secret gets a marker, and a number when that stands
    /// twice.
    template<typename Visit>
    void members(const JsonNode &object, const QString &pointer, Visit visit)
    {
        QSet<QString> markers;
        for (const JsonNode::Member &member : object.members) {
            const QString safe = text(member.key, pointer);
            if (safe != member.key) {
                QString unique = safe;
                for (int number = 2; markers.contains(unique) || object.find(unique); ++number)
                    unique = safe + u' ' + QString::number(number);
                markers.insert(unique);
                replaceBytes(member.keyOffset, keyLength(member.keyOffset), jsonString(unique));
            }
            visit(member, pointerTo(pointer, safe));
        }
    }

    /// Bytes of the key's text at \a offset, quotation marks included.
    [[nodiscard]] qsizetype keyLength(qsizetype offset) const
    {
        qsizetype end = offset + 1;
        while (m_source.at(end) != '"')
            end += m_source.at(end) == '\\' ? 2 : 1;
        return end + 1 - offset;
    }

    const RedactionRules &m_rules;
    QList<std::pair<QRegularExpression, QString>> m_keys;
    QList<std::pair<QRegularExpression, QString>> m_patterns;
    QList<Rendered::Hidden> m_hidden;
    QByteArray m_source;    ///< The JSON text that is being read,
    QByteArray m_out;       ///< what has been written of it,
    qsizetype m_copied = 0; ///< and how far it was taken over.
};

void redactEntry(Entry &entry, Redactor &redactor, const QString &section, const QString &parent)
{
    const QString pointer = pointerTo(parent, redactor.text(entry.key, parent));
    const QString key = section == "service_logs"_L1 ? QString() : entry.key;
    const auto under = [&](const QString &member) {
        return redactor.ruleOf(key).isEmpty() ? member : key;
    };
    const auto at = [&](const QString &member) {
        return pointerTo(pointer, member);
    };
    entry.value = redactor.value(entry.value, under(u"value"_s), at(u"value"_s));
    entry.code = redactor.value(entry.code, under(u"code"_s), at(u"code"_s));
    entry.message = redactor.textUnder(under(u"message"_s), entry.message, at(u"message"_s));
    entry.url = redactor.textUnder(under(u"url"_s), entry.url, at(u"url"_s));
    entry.errorTrace = redactor.textUnder(under(u"error_trace"_s), entry.errorTrace, at(u"error_trace"_s));
    for (Extra &extra : entry.extras) {
        extra.value = redactor.value(extra.value, under(extra.key), at(extra.key));
        extra.key = redactor.text(extra.key, pointer);
    }
    for (Call &call : entry.calls) {
        const QString calls = at(u"calls"_s);
        call.service = redactor.text(call.service, calls);
        call.key = redactor.text(call.key, calls);
        call.code = redactor.value(call.code, u"code"_s, calls);
        call.message = redactor.text(call.message, calls);
        call.url = redactor.text(call.url, calls);
    }
    entry.key = redactor.text(entry.key, parent);
}

} // namespace

QString patternProblem(const RedactionPattern &pattern)
{
    const QString &name = pattern.name;
    const bool shown =
        std::all_of(name.begin(), name.end(), [](QChar c) { return c.isPrint() && c != u'[' && c != u']'; });
    if (name.trimmed().isEmpty() || name.size() > LongestName || !shown)
        return u"A rule needs a name of at most %1 characters, without brackets"_s.arg(LongestName);
    if (pattern.pattern.isEmpty() || pattern.pattern.size() > LongestPattern)
        return u"A rule needs a regular expression of at most %1 characters"_s.arg(LongestPattern);
    // Compiled as it is, so that the place is that of the operator's text.
    const QRegularExpression expression(pattern.pattern, QRegularExpression::UseUnicodePropertiesOption);
    if (!expression.isValid())
        return u"The regular expression is wrong at character %1: %2"_s.arg(
            QString::number(expression.patternErrorOffset() + 1), expression.errorString());
    if (expression.match(QString()).hasMatch())
        return u"The regular expression also matches nothing at all; it would hide nothing and everything"_s;
    return {};
}

Redacted redact(const Session &session, const QByteArray &document, const RedactionRules &rules)
{
    Redactor redactor(rules);
    Redacted result{.session = session, .document = redactor.document(document), .hidden = {}};
    // What the document hides is told by the document's own places; the session is the same content once more.
    result.hidden = redactor.takeHidden();

    Session &safe = result.session;
    for (Section &section : safe.sections) {
        const QString pointer = pointerTo(QString(), section.name);
        for (Entry &entry : section.entries)
            redactEntry(entry, redactor, section.name, pointer);
        section.name = redactor.text(section.name, QString());
    }
    for (Entry &entry : safe.untagged)
        redactEntry(entry, redactor, QString(), QString());
    safe.source = redactor.text(safe.source, u"source"_s);
    safe.method = redactor.text(safe.method, u"method"_s);
    safe.path = redactor.text(safe.path, u"path"_s);
    safe.message = redactor.text(safe.message, u"message"_s);
    safe.errorKey = redactor.text(safe.errorKey, u"error key"_s);
    safe.logDate = redactor.text(safe.logDate, u"/log_date"_s);
    if (result.document.isEmpty())
        result.hidden = redactor.takeHidden();
    return result;
}

QString redact(const QString &text, const RedactionRules &rules, QList<Rendered::Hidden> &hidden, const QString &where)
{
    Redactor redactor(rules);
    QString result = redactor.text(text, where);
    hidden.append(redactor.takeHidden());
    return result;
}

} // namespace escalite::message
