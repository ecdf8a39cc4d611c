// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The tests that were sent from this window: one for each notifier, the last.

#pragma once

#include "runtime/console.h"

#include <QHash>

namespace escalite::ui {

class TestRuns final : public QObject
{
    Q_OBJECT

public:
    struct Run
    {
        TimePoint startedAt{};
        QUuid delivery{};
        QString refusal{}; ///< Why no test could be sent.
        std::optional<runtime::DeliveryDetail> detail{};
    };

    explicit TestRuns(runtime::Console &console, QObject *parent = nullptr);

    void start(const QString &notifier);
    [[nodiscard]] const Run *find(const QString &notifier) const; ///< Null when none was sent.
    /// Neither refused nor at an end; a second test would only queue behind it.
    [[nodiscard]] bool isUnderWay(const QString &notifier) const;

Q_SIGNALS:
    void changed(const QString &notifier);

private:
    void follow(const QString &notifier);

    runtime::Console &m_console;
    QHash<QString, Run> m_runs; ///< By notifier.
};

} // namespace escalite::ui
