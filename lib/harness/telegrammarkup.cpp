// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "harness/telegrammarkup.h"

#include <QList>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::harness {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0' || c == '\x0b';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Server's words name places in bytes of UTF-8.
class Reader
{
public:
    explicit Reader(const QByteArray &html) : m_html(html) {}

    TelegramText read()
    {
        while (m_result.error.isEmpty() && m_at < m_html.size()) {
            const char c = m_html.at(m_at);
            if (c == '&' && entity())
                continue;
            if (c != '<') {
                m_text += c;
                ++m_at;
                continue;
            }
            if (m_at + 1 < m_html.size() && m_html.at(m_at + 1) == '/')
                endTag();
            else
                startTag();
        }
        if (m_result.error.isEmpty() && !m_open.isEmpty())
            fail(u"Can't find end tag corresponding to start tag \"%1\""_s.arg(QString::fromUtf8(m_open.last().name)));
        m_result.text = QString::fromUtf8(m_text);
        return m_result;
    }

private:
    struct Tag
    {
        QByteArray name;
        qsizetype textStart = 0;
        QByteArray address;
    };

    void fail(const QString &why)
    {
        if (m_result.error.isEmpty())
            m_result.error = why;
    }

    /// Only four names and numbers are known; anything else stays as it is.
    bool entity()
    {
        const qsizetype start = m_at;
        qsizetype end = start + 1;
        char32_t code = 0;
        if (end < m_html.size() && m_html.at(end) == '#') {
            ++end;
            const bool hexadecimal = end < m_html.size() && m_html.at(end) == 'x';
            end += hexadecimal ? 1 : 0;
            const qsizetype digits = end;
            while (end < m_html.size()
                   && (hexadecimal ? std::isxdigit(static_cast<unsigned char>(m_html.at(end))) != 0
                                   : std::isdigit(static_cast<unsigned char>(m_html.at(end))) != 0))
                ++end;
            bool ok = false;
            code = m_html.sliced(digits, end - digits).toUInt(&ok, hexadecimal ? 16 : 10);
            if (!ok || code == 0 || code >= 0x110000)
                return false;
        } else {
            while (end < m_html.size() && isLetter(m_html.at(end)))
                ++end;
            const QByteArray name = m_html.sliced(start + 1, end - start - 1);
            code = name == "lt" ? U'<' : name == "gt" ? U'>' : name == "amp" ? U'&' : name == "quot" ? U'"' : 0;
            const bool closed = end < m_html.size() && m_html.at(end) == ';';
            if (code == 0) {
                if (closed && !name.isEmpty())
                    m_result.remarks.append(u"&%1; is no entity of Telegram and is shown as it stands"_s.arg(
                        QString::fromLatin1(name.left(16))));
                return false;
            }
        }
        m_at = end < m_html.size() && m_html.at(end) == ';' ? end + 1 : end;
        m_text += QString::fromUcs4(&code, 1).toUtf8();
        return true;
    }

    void startTag()
    {
        const qsizetype start = m_at++;
        const qsizetype nameStart = m_at;
        while (m_at < m_html.size() && !isBlank(m_html.at(m_at)) && m_html.at(m_at) != '>')
            ++m_at;
        if (m_at == m_html.size())
            return fail(u"Unclosed start tag at byte offset %1"_s.arg(start));
        Tag tag{
            .name = m_html.sliced(nameStart, m_at - nameStart).toLower(), .textStart = m_text.size(), .address = {}};
        static const QList<QByteArray> known{"a",          "b",        "strong", "i",         "em",   "s",
                                             "strike",     "del",      "u",      "ins",       "span", "pre",
                                             "tg-spoiler", "tg-emoji", "code",   "blockquote"};
        if (!known.contains(tag.name))
            return fail(u"Unsupported start tag \"%1\" at byte offset %2"_s.arg(QString::fromUtf8(tag.name),
                                                                                QString::number(start)));
        bool spoiler = false;
        while (m_html.at(m_at) != '>') {
            while (m_at < m_html.size() && isBlank(m_html.at(m_at)))
                ++m_at;
            if (m_at == m_html.size())
                return fail(u"Unclosed start tag at byte offset %1"_s.arg(start));
            if (m_html.at(m_at) == '>')
                break;
            if (!attribute(tag, start, spoiler))
                return;
        }
        if (tag.name == "span" && !spoiler)
            return fail(u"Tag \"span\" must have class \"tg-spoiler\" at byte offset %1"_s.arg(start));
        const bool inCode = std::any_of(m_open.cbegin(), m_open.cend(),
                                        [](const Tag &open) { return open.name == "code" || open.name == "pre"; });
        if (inCode && !(tag.name == "code" && m_open.last().name == "pre"))
            m_result.remarks.append(u"<%1> within code is not shown"_s.arg(QString::fromUtf8(tag.name)));
        if (m_open.size() >= 100)
            m_result.remarks.append(u"more than 100 tags are nested"_s);
        m_open.append(tag);
        ++m_at;
    }

    /// One name="value" of the start tag that begins at \a start.
    bool attribute(Tag &tag, qsizetype start, bool &spoiler)
    {
        const auto unclosed = [&] {
            fail(u"Unclosed start tag \"%1\" at byte offset %2"_s.arg(QString::fromUtf8(tag.name),
                                                                      QString::number(start)));
            return false;
        };
        const qsizetype nameStart = m_at;
        while (m_at < m_html.size() && !isBlank(m_html.at(m_at)) && m_html.at(m_at) != '=' && m_html.at(m_at) != '>')
            ++m_at;
        const QByteArray name = m_html.sliced(nameStart, m_at - nameStart).toLower();
        if (name.isEmpty()) {
            fail(u"Empty attribute name in the tag \"%1\" at byte offset %2"_s.arg(QString::fromUtf8(tag.name),
                                                                                   QString::number(start)));
            return false;
        }
        while (m_at < m_html.size() && isBlank(m_html.at(m_at)))
            ++m_at;
        if (m_at == m_html.size())
            return unclosed();
        if (m_html.at(m_at) != '=') {
            if (tag.name == "blockquote" && name == "expandable")
                return true;
            fail(u"Expected equal sign in declaration of an attribute of the tag \"%1\" at byte offset %2"_s.arg(
                QString::fromUtf8(tag.name), QString::number(start)));
            return false;
        }
        ++m_at;
        while (m_at < m_html.size() && isBlank(m_html.at(m_at)))
            ++m_at;
        if (m_at == m_html.size())
            return unclosed();
        QByteArray value;
        const char quote = m_html.at(m_at);
        if (quote == '"' || quote == '\'') {
            const qsizetype end = m_html.indexOf(quote, m_at + 1);
            if (end < 0) {
                fail(u"Unclosed start tag at byte offset %1"_s.arg(start));
                return false;
            }
            value = m_html.sliced(m_at + 1, end - m_at - 1);
            m_at = end + 1;
        } else {
            const qsizetype valueStart = m_at;
            while (m_at < m_html.size() && !isBlank(m_html.at(m_at)) && m_html.at(m_at) != '>')
                ++m_at;
            value = m_html.sliced(valueStart, m_at - valueStart);
        }
        if (m_at == m_html.size())
            return unclosed();
        if (tag.name == "a" && name == "href")
            tag.address = value;
        spoiler = spoiler || (tag.name == "span" && name == "class" && value == "tg-spoiler");
        return true;
    }

    void endTag()
    {
        const qsizetype start = m_at;
        m_at += 2;
        const qsizetype nameStart = m_at;
        while (m_at < m_html.size() && !isBlank(m_html.at(m_at)) && m_html.at(m_at) != '>')
            ++m_at;
        const QByteArray name = m_html.sliced(nameStart, m_at - nameStart).toLower();
        while (m_at < m_html.size() && isBlank(m_html.at(m_at)))
            ++m_at;
        if (m_at == m_html.size() || m_html.at(m_at) != '>')
            return fail(u"Unclosed end tag at byte offset %1"_s.arg(start));
        if (m_open.isEmpty())
            return fail(u"Unexpected end tag at byte offset %1"_s.arg(start));
        const Tag open = m_open.takeLast();
        if (!name.isEmpty() && name != open.name)
            return fail(u"Unmatched end tag at byte offset %1, expected \"</%2>\", found \"</%3>\""_s.arg(
                QString::number(start), QString::fromUtf8(open.name), QString::fromUtf8(name)));
        if (m_text.size() == open.textStart)
            m_result.remarks.append(u"<%1> holds nothing and is not shown"_s.arg(QString::fromUtf8(open.name)));
        if (open.name == "a") {
            static const QStringList schemes{u"http"_s, u"https"_s, u"tg"_s, u"ton"_s, u"tonsite"_s};
            const QUrl address(QString::fromUtf8(open.address));
            if (!schemes.contains(address.scheme()))
                m_result.remarks.append(u"the link is none that Telegram opens and is shown as plain text"_s);
        }
        ++m_at;
    }

    const QByteArray &m_html;
    qsizetype m_at = 0;
    QByteArray m_text;
    QList<Tag> m_open;
    TelegramText m_result;
};

} // namespace

TelegramText parseTelegramHtml(const QByteArray &html)
{
    return Reader(html).read();
}

} // namespace escalite::harness
