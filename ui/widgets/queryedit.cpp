// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

#include "ui/widgets/queryedit.h"

#include "ui/theme/theme.h"
#include "ui/widgets/completionpopup.h"
#include "ui/widgets/queryhighlighter.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QScrollBar>
#include <QTextBlock>
#include <QTimerEvent>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

constexpr qsizetype MostOffered = 10; // All that can stand after "is:".

QList<Suggestion> fields()
{
    return {{u"level"_s, QueryEdit::tr("Worst level, for example >=warning")},
            {u"source"_s, QueryEdit::tr("Sending application")},
            {u"path"_s, QueryEdit::tr("Request path, for example :/health*")},
            {u"method"_s, QueryEdit::tr("GET, POST, …")},
            {u"code"_s, QueryEdit::tr("Answer, for example :5xx")},
            {u"elapsed"_s, QueryEdit::tr("How long it took, for example >2s")},
            {u"message"_s, QueryEdit::tr("Headline of the session")},
            {u"declared"_s, QueryEdit::tr("Level the application gave")},
            {u"id"_s, QueryEdit::tr("alert_id or its beginning")}};
}

/// Fields whose few values are offered as soon as the operator stands.
bool hasFewValues(QStringView field)
{
    return field == "is"_L1 || field == "level"_L1 || field == "declared"_L1 || field == "method"_L1;
}

bool isWordCharacter(QChar c)
{
    return c.isLetterOrNumber() || c == '_'_L1 || c == '.'_L1 || c == '-'_L1 || c == '/'_L1;
}

} // namespace

QString QueryEdit::stateHint(const QString &state)
{
    static const QHash<QString, const char *> Hints{
        {u"open"_s, QT_TR_NOOP("Still running")},
        {u"ended"_s, QT_TR_NOOP("Over")},
        {u"abandoned"_s, QT_TR_NOOP("Without an end, its sender is gone")},
        {u"stuck"_s, QT_TR_NOOP("Running for too long")},
        {u"live"_s, QT_TR_NOOP("Told as it happened, event by event")},
        {u"gap"_s, QT_TR_NOOP("Events that never came, no request")},
        {u"forced"_s, QT_TR_NOOP("The sender forced the level down")},
        {u"incomplete"_s, QT_TR_NOOP("The sender left something out")},
        {u"late"_s, QT_TR_NOOP("Something was written after the end")},
    };
    const char *hint = Hints.value(state);
    return hint ? tr(hint) : QString();
}

QueryEdit::QueryEdit(QWidget *parent) : QPlainTextEdit(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFont(monoFont(.96));
    setTabChangesFocus(false);
    setLineWrapMode(NoWrap);
    setWordWrapMode(QTextOption::NoWrap);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setPlaceholderText(tr("Filter sessions, for example  level>=error -path:/health*"));
    setAccessibleName(tr("Query"));
    document()->setDocumentMargin(0);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    viewport()->setAutoFillBackground(false);
    m_highlighter = new QueryHighlighter(document());
    m_parsed = std::get<filter::ExpressionPtr>(filter::parse(QString()));
    m_applied = m_parsed;
    // Colouring changes the contents too; only another text counts.
    connect(document(), &QTextDocument::contentsChange, this, [this](int, int removed, int added) {
        if (removed != 0 || added != 0)
            edited();
    });
}

QSize QueryEdit::sizeHint() const
{
    return {400, fontMetrics().height() + 2};
}

QSize QueryEdit::minimumSizeHint() const
{
    return {120, fontMetrics().height() + 2};
}

void QueryEdit::setQuery(const QString &query)
{
    if (query != this->query()) {
        m_inserting = true;
        // Through a cursor, so that undo goes back over it.
        QTextCursor cursor(document());
        cursor.select(QTextCursor::Document);
        cursor.insertText(query);
        setTextCursor(cursor);
        m_inserting = false;
    }
    check();
    applyNow();
    tell();
}

void QueryEdit::edited()
{
    if (query() == m_appliedText && m_parsed == m_applied && !m_error)
        return;
    check();
    if (m_error && m_told && m_error->column != m_told->column)
        m_told.reset();
    m_tell.start(TellAfter, this);
    if (!m_inserting) {
        m_apply.start(ApplyAfter, this);
        if (hasFocus())
            QMetaObject::invokeMethod(
                this, [this] { complete(false); }, Qt::QueuedConnection);
    }
}

void QueryEdit::check()
{
    auto parsed = filter::parse(query());
    if (auto *error = std::get_if<filter::SyntaxError>(&parsed)) {
        m_error = *error;
    } else {
        m_error.reset();
        m_parsed = std::get<filter::ExpressionPtr>(parsed);
    }
}

void QueryEdit::tell()
{
    m_tell.stop();
    m_told = m_error;
    QSignalBlocker quiet(document());
    m_highlighter->setError(m_told);
    Q_EMIT errorTold(m_told ? m_told->message : QString());
}

void QueryEdit::applyNow()
{
    m_apply.stop();
    if (m_error || query() == m_appliedText)
        return;
    m_applied = m_parsed;
    m_appliedText = query();
    Q_EMIT queryApplied();
}

void QueryEdit::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_apply.timerId())
        applyNow();
    else if (event->timerId() == m_tell.timerId())
        tell();
    else
        QPlainTextEdit::timerEvent(event);
}

void QueryEdit::complete(bool asked)
{
    const QString text = query();
    const int at = textCursor().position();
    int start = at;
    while (start > 0 && isWordCharacter(text[start - 1]))
        --start;
    while (start < at && text[start] == '-'_L1) // Negation is no part of the word.
        ++start;
    const QString word = text.sliced(start, at - start);
    m_wordStart = start;

    // Behind "field:" or "field>=" its values are offered, else the fields; and with "is" all that it can ask.
    bool few = false;
    int op = start;
    while (op > 0 && u":=!<>~,"_s.contains(text[op - 1]))
        --op;
    QList<Suggestion> all;
    if (op < start) {
        int field = op;
        while (field > 0 && text[field - 1].isLetter())
            --field;
        few = hasFewValues(QStringView(text).sliced(field, op - field));
        if (m_values)
            all = m_values(text.sliced(field, op - field));
    } else {
        all = fields();
        if (m_values && u"is:"_s.startsWith(word)) {
            for (const Suggestion &state : m_values(u"is"_s))
                all.append({u"is:"_s + state.text, state.hint, state.count});
        }
    }
    m_offered.clear();
    if (asked || word.size() >= 2 || (op < start && (few || !word.isEmpty()))) {
        for (const Suggestion &one : std::as_const(all)) {
            if (one.text.startsWith(word, Qt::CaseInsensitive) && one.text != word && m_offered.size() < MostOffered)
                m_offered.append(one);
        }
    }
    if (m_offered.isEmpty()) {
        if (m_popup)
            m_popup->hide();
        return;
    }
    if (!m_popup) {
        m_popup = new CompletionPopup(window());
        connect(m_popup, &CompletionPopup::chosen, this, &QueryEdit::insertCompletion);
    }
    QTextCursor cursor = textCursor();
    cursor.setPosition(start);
    m_popup->offer(m_offered, word.size(),
                   viewport()->mapTo(window(), QPoint(cursorRect(cursor).left() - 10, height() + 8)));
}

void QueryEdit::insertCompletion()
{
    if (!m_popup || m_popup->current() >= m_offered.size())
        return;
    QString text = m_offered[m_popup->current()].text;
    m_popup->hide();
    if (text.contains(' '_L1))
        text = '"'_L1 + text + '"'_L1;
    QTextCursor cursor = textCursor();
    cursor.setPosition(m_wordStart, QTextCursor::KeepAnchor);
    m_inserting = true;
    cursor.insertText(text);
    m_inserting = false;
    m_apply.start(ApplyAfter, this);
}

void QueryEdit::keyPressEvent(QKeyEvent *event)
{
    const bool open = m_popup && m_popup->isVisible();
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (open)
            m_popup->hide();
        check();
        applyNow();
        tell();
        return;
    case Qt::Key_Tab:
        if (open)
            insertCompletion();
        else
            focusNextChild();
        return;
    case Qt::Key_Backtab:
        focusPreviousChild();
        return;
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (open)
            m_popup->move(event->key() == Qt::Key_Up ? -1 : 1);
        return;
    case Qt::Key_Escape:
        if (open)
            m_popup->hide();
        else
            Q_EMIT left();
        return;
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

void QueryEdit::insertFromMimeData(const QMimeData *source)
{
    QString text = source->text().first(std::min<qsizetype>(source->text().size(), 4096));
    textCursor().insertText(text.simplified());
}

void QueryEdit::focusInEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusInEvent(event);
    parentWidget()->update();
}

void QueryEdit::focusOutEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusOutEvent(event);
    if (m_popup)
        m_popup->hide();
    parentWidget()->update();
}

void QueryEdit::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_highlighter) {
        QSignalBlocker quiet(document());
        m_highlighter->rehighlight();
    }
}

void QueryEdit::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    if (m_popup)
        m_popup->hide();
}

void QueryEdit::wheelEvent(QWheelEvent *event)
{
    event->ignore(); // One line does not scroll up and down.
}

} // namespace escalite::ui
