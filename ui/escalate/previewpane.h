// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The preview of a manual escalation: one tab for each notifier with the very text and bytes it will be sent.

#pragma once

#include "engine/command.h"
#include "runtime/console.h"

#include <QWidget>

class QPushButton;
class QTabBar;

namespace escalite::ui {

class CodeView;
class TextLabel;

class PreviewPane final : public QWidget
{
    Q_OBJECT

public:
    explicit PreviewPane(QWidget *parent = nullptr);

    /// Of \a chosen those that \a prepared lacks get a tab that says so.
    void setPrepared(const QList<engine::Prepared> &prepared, const QList<runtime::NotifierStatus> &notifiers,
                     const QStringList &chosen);
    /// What was told before stands in a last tab, to be compared.
    void setOriginal(const Rendered &original, const QString &title);
    /// Shows a sentence instead of a preview.
    void setEmpty(const QString &why);
    [[nodiscard]] const QList<engine::Prepared> &prepared() const { return m_prepared; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeTabs(const QStringList &missing);
    void showCurrent();
    void showPlain(const QString &text, const QStringList &marks);
    void showReasons(const Rendered &rendered);
    [[nodiscard]] const engine::Prepared *current() const;
    [[nodiscard]] const runtime::NotifierStatus *notifier(const QString &name) const;

    QTabBar *m_tabs;
    QPushButton *m_wire;
    CodeView *m_view;
    QWidget *m_reasonsPane;
    CodeView *m_reasons;
    QWidget *m_footer;
    QWidget *m_eye;
    TextLabel *m_hidden;
    QPushButton *m_why;
    TextLabel *m_length;
    QList<engine::Prepared> m_prepared;
    QList<runtime::NotifierStatus> m_notifiers;
    std::optional<Rendered> m_original;
    QString m_originalTitle;
    bool m_showsWire = false;
    bool m_showsReasons = false;
};

} // namespace escalite::ui
