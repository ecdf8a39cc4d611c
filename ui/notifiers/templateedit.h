// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Text in the language of message/template.h: coloured, completed, and told where it is wrong once the keys rest.

#pragma once

#include "message/template.h"
#include "ui/notifiers/fieldeditor.h"
#include "ui/widgets/queryedit.h"

#include <QBasicTimer>
#include <QPlainTextEdit>
#include <QSyntaxHighlighter>

namespace escalite::ui {

class CompletionPopup;
class FieldFrame;

/// Colours {{…}}; waves under the places of \a errors.
class TemplateHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    using QSyntaxHighlighter::QSyntaxHighlighter;
    void setErrors(const QList<message::TemplateError> &errors);

protected:
    void highlightBlock(const QString &text) override;

private:
    QList<message::TemplateError> m_errors;
};

class TemplateEdit final : public QPlainTextEdit
{
    Q_OBJECT

public:
    static constexpr int TellAfter = 400; ///< Milliseconds without keys.

    explicit TemplateEdit(QWidget *parent = nullptr);

    void setOneLine(bool oneLine);
    /// Not given by the person: nothing is announced.
    void setTemplate(const QString &text);
    [[nodiscard]] const QList<message::TemplateError> &errors() const { return m_errors; }
    [[nodiscard]] const QList<Suggestion> &offered() const { return m_offered; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void edited();
    void errorsTold(); ///< The keys rest: errors() may be shown.

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool focusNextPrevChild(bool next) override;
    void focusOutEvent(QFocusEvent *event) override;
    void insertFromMimeData(const QMimeData *source) override;
    void timerEvent(QTimerEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void takeText();
    void tell();
    void complete(bool asked);
    void insertCompletion();
    void closePopup();

    TemplateHighlighter *m_highlighter;
    CompletionPopup *m_popup = nullptr;
    QString m_text; ///< As announced last; colouring announces nothing.
    QList<message::TemplateError> m_errors;
    QList<Suggestion> m_offered;
    QBasicTimer m_tell;
    int m_wordStart = 0;
    bool m_section = false; ///< What is completed opens a section.
    bool m_oneLine = false;
    bool m_filling = false;
};

/// A field of kind Template: one line for a subject or title, several for a message.
class TemplateField final : public FieldEditor
{
    Q_OBJECT

public:
    TemplateField(const delivery::Field &field, QWidget *parent);

    void setValue(const QJsonValue &value) override;
    [[nodiscard]] QJsonValue value() const override;
    [[nodiscard]] QString ownProblem() const override;
    void setMark(FieldMark mark, const QMap<int, FieldMark> &items = {}) override;
    [[nodiscard]] TemplateEdit &edit() const { return *m_edit; }

private:
    FieldFrame *m_frame;
    TemplateEdit *m_edit;
};

/// Whether \a field is a template of one line, such as a subject.
[[nodiscard]] bool isOneLine(const delivery::Field &field);

} // namespace escalite::ui
