// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The import of a configuration, pasted or opened: what was understood, what is unknown, and then taking it over.

#pragma once

#include "runtime/console.h"

#include <QBasicTimer>
#include <QPointer>
#include <QWidget>

class QFileDialog;
class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace escalite::ui {

class TextLabel;

class ImportView final : public QWidget
{
    Q_OBJECT

public:
    explicit ImportView(runtime::Console &console, QWidget *parent = nullptr);

    /// Empties it and waits for a text or a file.
    void begin();
    void chooseFile();
    void readFile(const QString &file);

Q_SIGNALS:
    void closed();
    /// What came of taking over \a name: a file's, or what a pasted text is called.
    void imported(const QString &name, const escalite::Problems &problems);

protected:
    void paintEvent(QPaintEvent *event) override;
    void timerEvent(QTimerEvent *event) override;

private:
    QWidget *buildSource();
    void readText();
    void takeOver();
    void clearCards();
    /// One notifier of the text: its settings, secrets masked, and what is odd about it. Answers whether it is right.
    bool addCard(const QJsonObject &notifier, int number);

    runtime::Console &m_console;
    QString m_file;    ///< Whose text stands in the field, unchanged; empty for a pasted one.
    QByteArray m_json; ///< To be taken over.
    QWidget *m_head;
    QPlainTextEdit *m_text = nullptr;
    TextLabel *m_verdict;
    QWidget *m_cards;
    QVBoxLayout *m_cardLayout;
    QPushButton *m_take;
    QPointer<QFileDialog> m_dialog;
    QBasicTimer m_rest;
    bool m_filling = false;
};

/// \a text with only its last four characters, and those only when it is long.
[[nodiscard]] QString maskedSecret(const QString &text);

} // namespace escalite::ui
