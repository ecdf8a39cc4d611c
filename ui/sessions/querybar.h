// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The field's frame: filter sign, query, how many of how many, and what is wrong under it.

#pragma once

#include <QWidget>

class QToolButton;

namespace escalite::ui {

class QueryEdit;
class TextLabel;

class QueryBar final : public QWidget
{
    Q_OBJECT
public:
    explicit QueryBar(QWidget *parent = nullptr);

    [[nodiscard]] QueryEdit &edit() const { return *m_edit; }
    /// \a settled is false while matches are still being looked for: the last figure stands in secondary colour.
    void setCounts(quint64 shown, quint64 held, bool settled);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    void tell(const QString &error);

    QWidget *m_frame;
    QueryEdit *m_edit;
    TextLabel *m_count;
    QToolButton *m_clear;
    QWidget *m_errorLine;
    TextLabel *m_error;
    QString m_counts;
};

} // namespace escalite::ui
