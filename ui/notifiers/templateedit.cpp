// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/notifiers/templateedit.h"

#include "ui/notifiers/fieldframe.h"
#include "ui/theme/theme.h"
#include "ui/widgets/completionpopup.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QMimeData>
#include <QRegularExpression>
#include <QTextBlock>
#include <QTimerEvent>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr qsizetype MostOffered = 8;
constexpr qsizetype LongestTemplate = 64 * 1024; // UTF-16 units

/// Where the cursor stands in a tag, if it does.
struct Place
{
    bool inTag = false;
    bool filter = false;     ///< Behind a "|".
    QChar mark;              ///< '#', '^' or '/' of a section.
    qsizetype wordStart = 0; ///< In the whole text.
    QStringList sections;    ///< Open ones, outermost first.
};

Place placeAt(const QString &text, qsizetype at)
{
    static const QRegularExpression tags(u"\\{\\{\\s*([#^/])\\s*([\\w.]+)\\s*\\}\\}"_s);
    Place place;
    auto found = tags.globalMatch(QStringView(text).first(at));
    while (found.hasNext()) {
        const QRegularExpressionMatch tag = found.next();
        if (tag.capturedView(1) == u'/')
            place.sections.removeAll(tag.captured(2));
        else
            place.sections.append(tag.captured(2));
    }
    const QStringView before = QStringView(text).first(at);
    const qsizetype open = before.lastIndexOf(u"{{");
    if (open < 0 || before.indexOf(u"}}", open) >= 0)
        return place;
    place.inTag = true;
    qsizetype start = open + 2;
    const auto skipBlanks = [&] {
        while (start < at && text.at(start).isSpace())
            ++start;
    };
    skipBlanks();
    if (start < at && u"#^/!"_s.contains(text.at(start)))
        place.mark = text.at(start++);
    if (const qsizetype bar = before.lastIndexOf(u'|'); bar > open) {
        place.filter = true;
        start = bar + 1;
    }
    skipBlanks();
    place.wordStart = start;
    return place;
}

QList<Suggestion> suggestions(const Place &place)
{
    QList<Suggestion> all;
    if (place.filter) {
        for (const message::TemplateFilter &filter : message::templateFilters())
            all.append({QString::fromUtf8(filter.name), QString::fromUtf8(filter.help)});
        return all;
    }
    if (place.mark == u'/') {
        for (auto section = place.sections.crbegin(); section != place.sections.crend(); ++section)
            all.append({*section, QString()});
        return all;
    }
    for (const message::TemplateName &name : message::templateNames()) {
        if (name.within && !place.sections.contains(QString::fromUtf8(name.within)))
            continue;
        all.append({QString::fromUtf8(name.name), QString::fromUtf8(name.help)});
    }
    return all;
}

} // namespace

void TemplateHighlighter::setErrors(const QList<message::TemplateError> &errors)
{
    m_errors = errors;
    rehighlight();
}

void TemplateHighlighter::highlightBlock(const QString &text)
{
    static const QRegularExpression tags(u"\\{\\{(\\s*[#^/]?\\s*)([^|}]*)([^}]*)\\}\\}"_s);
    const Theme &theme = Theme::current();
    const auto colour = [this](qsizetype from, qsizetype length, const QColor &color) {
        QTextCharFormat format;
        format.setForeground(color);
        setFormat(static_cast<int>(from), static_cast<int>(length), format);
    };
    auto found = tags.globalMatch(text);
    while (found.hasNext()) {
        const QRegularExpressionMatch tag = found.next();
        const bool comment = tag.capturedView(2).startsWith(u'!');
        colour(tag.capturedStart(), tag.capturedLength(), comment ? theme.text3 : theme.accent);
        if (!comment) {
            colour(tag.capturedStart(1), tag.capturedLength(1), theme.text2);
            colour(tag.capturedStart(3), tag.capturedLength(3), theme.text2);
        }
    }
    const int blockStart = currentBlock().position();
    for (const message::TemplateError &error : std::as_const(m_errors)) {
        const qsizetype at = error.position - blockStart;
        if (at < 0 || at > text.size())
            continue;
        // To the end of the tag, or of the line when there is none.
        qsizetype end = text.indexOf(u"}}", at);
        end = end < 0 ? text.size() : end;
        for (qsizetype i = std::min(at, std::max<qsizetype>(0, text.size() - 1));
             i < std::max(end, at + 1) && i < text.size(); ++i) {
            QTextCharFormat marked = format(static_cast<int>(i));
            marked.setUnderlineStyle(QTextCharFormat::WaveUnderline);
            marked.setUnderlineColor(theme.errorText);
            setFormat(static_cast<int>(i), 1, marked);
        }
    }
}

TemplateEdit::TemplateEdit(QWidget *parent) : QPlainTextEdit(parent)
{
    setFrameShape(QFrame::NoFrame);
    QFont font = monoFont(0.96);
    font.setStyleStrategy(QFont::PreferNoShaping);
    setFont(font);
    setTabChangesFocus(true);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(2);
    m_highlighter = new TemplateHighlighter(document());
    connect(this, &QPlainTextEdit::textChanged, this, &TemplateEdit::takeText);
}

void TemplateEdit::setOneLine(bool oneLine)
{
    m_oneLine = oneLine;
    setLineWrapMode(oneLine ? NoWrap : WidgetWidth);
    setVerticalScrollBarPolicy(oneLine ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, oneLine ? QSizePolicy::Fixed : QSizePolicy::Expanding);
    updateGeometry();
}

QSize TemplateEdit::sizeHint() const
{
    return {320, fontMetrics().lineSpacing() * (m_oneLine ? 1 : 8) + 6};
}

QSize TemplateEdit::minimumSizeHint() const
{
    return {120, fontMetrics().lineSpacing() * (m_oneLine ? 1 : 3) + 6};
}

void TemplateEdit::setTemplate(const QString &text)
{
    if (text == toPlainText())
        return;
    m_filling = true;
    setPlainText(text);
    m_filling = false;
    tell();
}

void TemplateEdit::takeText()
{
    const QString text = toPlainText();
    if (text == m_text)
        return;
    m_text = text;
    m_errors.clear();
    if (!text.isEmpty())
        message::Template::parse(text, m_errors);
    if (m_filling)
        return;
    m_tell.start(TellAfter, this);
    Q_EMIT edited();
    if (hasFocus())
        QMetaObject::invokeMethod(
            this, [this] { complete(false); }, Qt::QueuedConnection);
}

void TemplateEdit::tell()
{
    m_tell.stop();
    m_highlighter->setErrors(m_errors);
    Q_EMIT errorsTold();
}

void TemplateEdit::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_tell.timerId())
        tell();
    else
        QPlainTextEdit::timerEvent(event);
}

void TemplateEdit::closePopup()
{
    if (m_popup)
        m_popup->hide();
}

void TemplateEdit::complete(bool asked)
{
    const QString text = toPlainText();
    const int at = textCursor().position();
    const Place place = placeAt(text, at);
    m_offered.clear();
    if (place.inTag && place.mark != u'!') {
        const QString word = text.sliced(place.wordStart, at - place.wordStart);
        for (const Suggestion &one : suggestions(place)) {
            if (one.text.startsWith(word, Qt::CaseInsensitive) && one.text != word && m_offered.size() < MostOffered)
                m_offered.append(one);
        }
        m_wordStart = static_cast<int>(place.wordStart);
        m_section = place.mark == u'#' || place.mark == u'^';
    } else if (asked) {
        insertPlainText(u"{{"_s); // Ctrl+Space outside of a tag begins one.
        return;
    }
    if (m_offered.isEmpty()) {
        closePopup();
        return;
    }
    if (!m_popup) {
        m_popup = new CompletionPopup(window());
        m_popup->setKeys({{u"Tab"_s, tr("insert")}, {u"Esc"_s, tr("close")}});
        connect(m_popup, &CompletionPopup::chosen, this, &TemplateEdit::insertCompletion);
    }
    QTextCursor cursor = textCursor();
    cursor.setPosition(m_wordStart);
    const QRect where = cursorRect(cursor);
    m_popup->offer(m_offered, at - m_wordStart,
                   viewport()->mapTo(window(), QPoint(where.left() - 10, where.bottom() + 6)));
}

void TemplateEdit::insertCompletion()
{
    if (!m_popup || m_popup->current() >= m_offered.size())
        return;
    const QString name = m_offered.at(m_popup->current()).text;
    closePopup();
    QTextCursor cursor = textCursor();
    cursor.setPosition(m_wordStart, QTextCursor::KeepAnchor);
    const bool closed = QStringView(toPlainText()).sliced(textCursor().position()).startsWith(u"}}");
    cursor.insertText(closed ? name : name + u"}}"_s);
    if (closed)
        cursor.movePosition(QTextCursor::Right, QTextCursor::MoveAnchor, 2);
    if (m_section) {
        const int inside = cursor.position();
        cursor.insertText(u"{{/%1}}"_s.arg(name));
        cursor.setPosition(inside);
    }
    setTextCursor(cursor);
}

void TemplateEdit::keyPressEvent(QKeyEvent *event)
{
    const bool open = m_popup && m_popup->isVisible();
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (open) {
            insertCompletion();
            return;
        }
        if (m_oneLine) {
            tell();
            return;
        }
        break;
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (open) {
            m_popup->move(event->key() == Qt::Key_Up ? -1 : 1);
            return;
        }
        break;
    case Qt::Key_Escape:
        if (open) {
            closePopup();
            return;
        }
        break;
    case Qt::Key_Space:
        if (event->modifiers().testFlag(Qt::ControlModifier)) {
            complete(true);
            return;
        }
        break;
    default:
        break;
    }
    QPlainTextEdit::keyPressEvent(event);
}

bool TemplateEdit::focusNextPrevChild(bool next)
{
    // Tab comes here before it is a key.
    if (!next || !m_popup || !m_popup->isVisible())
        return QPlainTextEdit::focusNextPrevChild(next);
    insertCompletion();
    return true;
}

void TemplateEdit::insertFromMimeData(const QMimeData *source)
{
    const QString text = source->text().first(std::min(source->text().size(), LongestTemplate));
    textCursor().insertText(m_oneLine ? text.simplified() : text);
}

void TemplateEdit::focusOutEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusOutEvent(event);
    closePopup();
    tell();
}

void TemplateEdit::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_highlighter)
        m_highlighter->rehighlight();
}

TemplateField::TemplateField(const delivery::Field &field, QWidget *parent) : FieldEditor(field, parent)
{
    m_frame = new FieldFrame(this);
    m_edit = new TemplateEdit(m_frame);
    m_edit->setOneLine(isOneLine(field));
    auto *inside = new QHBoxLayout(m_frame);
    inside->setContentsMargins(4, 3, 4, 3);
    inside->addWidget(m_edit);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_frame);
    setControl(m_edit);
    connect(m_edit, &TemplateEdit::edited, this, &FieldEditor::edited);
    connect(m_edit, &TemplateEdit::errorsTold, this, &FieldEditor::left);
}

void TemplateField::setValue(const QJsonValue &value)
{
    m_edit->setTemplate(value.toString());
}

QJsonValue TemplateField::value() const
{
    const QString text = m_edit->toPlainText();
    return text.trimmed().isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(text);
}

QString TemplateField::ownProblem() const
{
    if (m_edit->errors().isEmpty())
        return {};
    const message::TemplateError &first = m_edit->errors().first();
    return isOneLine(field()) ? tr("At %1: %2").arg(QString::number(first.column), first.message)
                              : tr("Line %1, column %2: %3")
                                    .arg(QString::number(first.line), QString::number(first.column), first.message);
}

void TemplateField::setMark(FieldMark mark, const QMap<int, FieldMark> &)
{
    markField(*m_frame, mark);
}

bool isOneLine(const delivery::Field &field)
{
    return QLatin1StringView(field.key) != "template"_L1 && QLatin1StringView(field.key) != "body"_L1
           && QLatin1StringView(field.key) != "message"_L1;
}

} // namespace escalite::ui
