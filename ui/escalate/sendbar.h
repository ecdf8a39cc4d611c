// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// What became of an escalation by hand, on every page: five seconds to undo it, then one line for each notifier.

#pragma once

#include "runtime/console.h"
#include "ui/escalate/unsentdrafts.h"

#include <QBasicTimer>
#include <QWidget>

#include <functional>

class QShortcut;
class QVBoxLayout;

namespace escalite::ui {

class DeliveryActions;
class SendEntry;

/// An escalation that was just handed over.
struct SentEscalation
{
    QUuid request;
    QString title; ///< "POST /checkout".
    QString message;
    QList<std::pair<QString, QUuid>> to; ///< Notifier and delivery.
    EscalateSubject subject;
    std::optional<QUuid> incident;
    bool acknowledged = false; ///< The incident was acknowledged along with it; undo takes that back too.
    TimePoint at{};
    TimePoint goesOutAt{};
};

/// Stands under the attention bar; hidden while there is nothing to say.
class SendBar final : public QWidget
{
    Q_OBJECT

public:
    explicit SendBar(runtime::Console &console, QWidget *parent = nullptr);

    /// \a reopen brings the dialog back as it was; called after an undo.
    void begin(const SentEscalation &sent, std::function<void()> reopen);
    [[nodiscard]] UnsentDrafts &drafts() { return m_drafts; }
    [[nodiscard]] int entries() const { return static_cast<int>(m_entries.size()); }
    /// Undoes the newest escalation that has not left yet.
    void undoNewest();

Q_SIGNALS:
    /// One of them is to be told again in other words.
    void editRequested(const QUuid &delivery);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void undo(SendEntry *entry);
    void remove(SendEntry *entry);
    void tick();

    runtime::Console &m_console;
    DeliveryActions *m_actions;
    UnsentDrafts m_drafts;
    QVBoxLayout *m_layout;
    QShortcut *m_undoKey;
    QList<SendEntry *> m_entries; ///< Newest first.
    QBasicTimer m_ticking;
};

} // namespace escalite::ui
