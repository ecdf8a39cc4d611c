// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The query field: one line with its parts coloured, completion, and the error told under it once the keys rest (ui.md
// 5).

#pragma once

#include "filter/expression.h"

#include <QBasicTimer>
#include <QPlainTextEdit>

#include <functional>

namespace escalite::ui {

class CompletionPopup;
class QueryHighlighter;

/// What completion offers: the text inserted, what it means or an example, and how many sessions have it.
struct Suggestion
{
    QString text;
    QString hint;
    quint64 count = 0; ///< 0 = not known.
};

/// The last valid query stays applied while the text is wrong. Applies at once on Enter, else a moment after the last
/// key.
class QueryEdit final : public QPlainTextEdit
{
    Q_OBJECT
public:
    static constexpr int ApplyAfter = 250; ///< Milliseconds without keys.
    static constexpr int TellAfter = 400;

    explicit QueryEdit(QWidget *parent = nullptr);

    [[nodiscard]] QString query() const { return toPlainText(); }
    void setQuery(const QString &query); ///< Applies at once.
    [[nodiscard]] const filter::ExpressionPtr &applied() const { return m_applied; }
    [[nodiscard]] bool isValid() const { return !m_error; }
    [[nodiscard]] QString errorText() const { return m_told ? m_told->message : QString(); }

    [[nodiscard]] static QString stateHint(const QString &state); ///< What "is:" with that word asks for.
    /// Values of \a field, most frequent first, for completion.
    void setValues(std::function<QList<Suggestion>(const QString &field)> values) { m_values = std::move(values); }
    [[nodiscard]] const QList<Suggestion> &offered() const { return m_offered; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void queryApplied();
    void errorTold(const QString &message); ///< Empty when the text is right again.
    void left();                            ///< Escape with nothing to close: the list should take the focus.

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void insertFromMimeData(const QMimeData *source) override;
    void timerEvent(QTimerEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void edited();
    void check();
    void tell();
    void applyNow();
    void complete(bool asked);
    void insertCompletion();

    QueryHighlighter *m_highlighter = nullptr;
    CompletionPopup *m_popup = nullptr;
    filter::ExpressionPtr m_applied;
    QString m_appliedText;
    std::optional<filter::SyntaxError> m_error; ///< Of the text as it stands.
    std::optional<filter::SyntaxError> m_told;  ///< Shown to the person.
    filter::ExpressionPtr m_parsed;             ///< Of the text as it stands, when right.
    std::function<QList<Suggestion>(const QString &)> m_values;
    QList<Suggestion> m_offered;
    int m_wordStart = 0; ///< Of the word that completion would replace.
    QBasicTimer m_apply;
    QBasicTimer m_tell;
    bool m_inserting = false;
};

} // namespace escalite::ui
