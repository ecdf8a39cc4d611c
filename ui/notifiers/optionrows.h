// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The rows of a notifier's form that are the same for every type: how much it may send, who stands in for it, how
// long it tries, how often it is proven.

#pragma once

#include "runtime/console.h"

#include <QObject>

class QComboBox;
class QSpinBox;

namespace escalite::ui {

class FieldGrid;
class TextLabel;

class OptionRows final : public QObject
{
    Q_OBJECT

public:
    /// Adds what most people need to \a first and the rest to \a further.
    OptionRows(FieldGrid &first, FieldGrid &further, QObject *parent);

    /// \a others: names of the other notifiers, which may stand in for it.
    void fill(const delivery::NotifierOptions &options, const delivery::NotifierType &type, const QStringList &others);
    [[nodiscard]] delivery::NotifierOptions options() const;
    /// When the next drill runs, in words; empty when none is planned.
    void setNextDrill(const QString &words);

Q_SIGNALS:
    void edited(const QString &pointer);

private:
    QComboBox *makeCombo(FieldGrid &grid, const QString &name, const QString &help, const QString &pointer);
    QSpinBox *makeSpin(FieldGrid &grid, const QString &name, const QString &help, const QString &pointer);

    QSpinBox *m_atMost = nullptr;
    QComboBox *m_then = nullptr;
    QSpinBox *m_eachAtMost = nullptr;
    QComboBox *m_fallback = nullptr;
    QComboBox *m_giveUp = nullptr;
    QComboBox *m_drill = nullptr;
    QComboBox *m_proven = nullptr;
    TextLabel *m_nextDrill = nullptr;
    bool m_filling = false;
};

/// "1 week", "2 days", "15 min".
[[nodiscard]] QString timeWords(Duration time);

} // namespace escalite::ui
